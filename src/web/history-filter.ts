/** The history's filter as its address holds it. */
import { z } from "zod";
import { platformNames } from "../platforms/platform.ts";
import { type HistoryFilter, type Outcome, outcomes } from "../sharing/history-filter.ts";
import { startOfDay } from "../sharing/schedule.ts";

const outcomeNames = Object.keys(outcomes) as [Outcome, ...Outcome[]];
const day = z.iso.date().optional().catch(undefined);

const shape = z.object({
  platform: z.enum(platformNames).optional().catch(undefined),
  account: z.uuid().optional().catch(undefined),
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
export type FilterFields = z.infer<typeof shape>;

export function readFilterFields(query: Readonly<Record<string, string>>): FilterFields {
  return shape.parse(query);
}

/** Days begin and end where the person is. */
export function toFilter(fields: FilterFields, zone = "UTC"): HistoryFilter {
  const { platform, account, outcome, page, from, to } = fields;
  return {
    platform,
    outcome,
    connectionId: account,
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
