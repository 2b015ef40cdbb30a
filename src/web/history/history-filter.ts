/** The history's filter as its address holds it. */
import { z } from "zod";
import { platformNames } from "../../platforms/platform.ts";
import { type HistoryFilter, type Outcome, outcomes } from "../../sharing/record/history-filter.ts";
import { startOfDay } from "../../sharing/requests/schedule.ts";
import { writtenLine } from "../../words/written.ts";
import type { ResultFields } from "../share/result/result-fields.ts";

const outcomeNames = Object.keys(outcomes) as [Outcome, ...Outcome[]];
const day = z.iso.date().optional().catch(undefined);

const shape = z.object({
  platform: z.enum(platformNames).optional().catch(undefined),
  account: z.uuid().optional().catch(undefined),
  name: z
    .string()
    .overwrite(writtenLine)
    .trim()
    .max(100)
    .transform((text) => text || undefined)
    .optional()
    .catch(undefined),
  outcome: z.enum(outcomeNames).optional().catch(undefined),
  page: z
    .url({ protocol: /^https?$/ })
    .max(4_000)
    .optional()
    .catch(undefined),
  from: day,
  to: day,
});

/** What the form shows; what is not understood is left out. */
export type FilterFields = Partial<z.output<typeof shape>>;

export function readFilterFields(query: Readonly<Record<string, string>>): FilterFields {
  return shape.parse(query);
}

/** Days begin and end where the person is. */
export function toFilter(fields: FilterFields, zone = "UTC"): HistoryFilter {
  const { platform, account, name, outcome, page, from, to } = fields;
  return {
    platform,
    outcome,
    connectionId: account,
    accountName: name,
    pageUrl: page,
    from: from === undefined ? undefined : startOfDay(from, zone),
    until: to === undefined ? undefined : startOfDay(to, zone, 1),
  };
}

/** As a query string, with more in it. */
export function filterQuery(fields: FilterFields, more: Readonly<Record<string, string>> = {}): string {
  const set = Object.entries({ ...fields, ...more }).filter(
    ([, value]) => value !== undefined && value !== "",
  );
  return new URLSearchParams(set as [string, string][]).toString();
}

/** The same of one request's shares, as far as its result can be told so. */
export function toResultFields({ platform, name, outcome }: FilterFields): ResultFields {
  // Both what waits and what is scheduled is open.
  return { platform, account: name, standing: outcome === "open" ? undefined : outcome };
}
