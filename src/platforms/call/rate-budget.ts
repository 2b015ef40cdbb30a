/** What remains of a rate limit, from the headers of an answer. */

/** What remains of one rate limit. */
export interface RateBudget {
  /** "account" limits one account, "app" limits everybody who uses our app. */
  readonly of: "account" | "app";
  /** "short" for minutes or hours; a network may have both at once. */
  readonly span: "short" | "day";
  /** How many more posts are accepted until `resetsAt`. */
  readonly remaining: number;
  readonly resetsAt: Date;
}

/** @param names of the two headers; `toDate` parses the second @returns an empty list if one is missing or unreadable */
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
