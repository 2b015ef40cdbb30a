/** The query of the history page: its filter. */
import { z } from "zod";
import { platformNames } from "../../platforms/platform.ts";
import { type HistoryFilter, type Outcome, outcomes } from "../../sharing/record/history-filter.ts";
import { startOfDay } from "../../sharing/requests/schedule.ts";
import { writtenLine } from "../../words/written.ts";
import type { ResultFields } from "../share/result/result-fields.ts";

const outcomeNames = Object.keys(outcomes) as [Outcome, ...Outcome[]];
const day = z.iso.date().optional().catch(undefined);

/** In characters: more than a title has. A search compares its first words, and a word that is cut as the beginning of one. */
export const LONGEST_SEARCH = 400;

const searchWords = z
  .string()
  .overwrite(writtenLine)
  .trim()
  .transform((text) => text.slice(0, LONGEST_SEARCH) || undefined)
  .optional()
  .catch(undefined);

const shape = z.object({
  q: searchWords,
  platform: z.enum(platformNames).optional().catch(undefined),
  account: z.uuid().optional().catch(undefined),
  name: searchWords,
  outcome: z.enum(outcomeNames).optional().catch(undefined),
  page: z
    .url({ protocol: /^https?$/ })
    .max(4_000)
    .optional()
    .catch(undefined),
  from: day,
  to: day,
});

/** The values of the filter form. Invalid ones are left out. */
export type FilterFields = Partial<z.output<typeof shape>>;

export function readFilterFields(query: Readonly<Record<string, string>>): FilterFields {
  return shape.parse(query);
}

/** Returns the filter for the database. @param zone the time zone in which days begin and end */
export function toFilter(fields: FilterFields, zone = "UTC"): HistoryFilter {
  const { q, platform, account, name, outcome, page, from, to } = fields;
  return {
    words: q,
    platform,
    outcome,
    connectionId: account,
    accountName: name,
    pageUrl: page,
    from: from === undefined ? undefined : startOfDay(from, zone),
    until: to === undefined ? undefined : startOfDay(to, zone, 1),
  };
}

/** Returns the filter as a query string, with further parameters. */
export function filterQuery(fields: FilterFields, more: Readonly<Record<string, string>> = {}): string {
  const set = Object.entries({ ...fields, ...more }).filter(
    ([, value]) => value !== undefined && value !== "",
  );
  return new URLSearchParams(set as [string, string][]).toString();
}

/** Returns the same filter for the result page of one request, as far as that page supports it. */
export function toResultFields({ platform, name, outcome }: FilterFields): ResultFields {
  // The outcome "open" covers two standings: waiting and scheduled.
  return { platform, account: name, standing: outcome === "open" ? undefined : outcome };
}
