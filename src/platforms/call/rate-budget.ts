/** How much a network still takes, as the headers of its answers tell it. */

export interface RateBudget {
  /** Whose it is: the account's that posted, or the whole app's, and so everybody's. */
  readonly of: "account" | "app";
  /** Several run at a time: one of minutes or hours, and one of a day. */
  readonly span: "short" | "day";
  /** Posts that are still taken until `resetsAt`. */
  readonly remaining: number;
  readonly resetsAt: Date;
}

/** @param names of the two headers; `toDate` reads the second. Returns none where they are missing or unreadable */
export function readBudget(
  headers: Headers,
  names: { readonly remaining: string; readonly reset: string },
  { of, span, toDate }: Pick<RateBudget, "of" | "span"> & { toDate(value: string): Date },
): RateBudget[] {
  const [remaining, reset] = [headers.get(names.remaining), headers.get(names.reset)];
  if (remaining === null || reset === null || !/^\d{1,9}$/.test(remaining)) return [];
  const resetsAt = toDate(reset);
  return Number.isNaN(resetsAt.getTime()) ? [] : [{ of, span, remaining: Number(remaining), resetsAt }];
}
