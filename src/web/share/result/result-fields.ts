/** The query of a result page: which shares of the request it shows. */
import { z } from "zod";
import { platformNames } from "../../../platforms/platform.ts";
import { standings } from "../../../sharing/record/tally.ts";
import { writtenLine } from "../../../words/written.ts";

const shape = z.object({
  standing: z.enum(standings).optional().catch(undefined),
  platform: z.enum(platformNames).optional().catch(undefined),
  account: z
    .string()
    .overwrite(writtenLine)
    .trim()
    .max(100)
    .transform((text) => text || undefined)
    .optional()
    .catch(undefined),
  after: z.uuid().optional().catch(undefined),
});

export type ResultFields = Partial<z.output<typeof shape>>;

/** Reads the query. Ignores values that are not valid. */
export function readResultFields(query: Readonly<Record<string, string>>): ResultFields {
  return shape.parse(query);
}

/** Returns the path of a result page. @param part a path below it, for example "outcomes/" */
export function resultPath(requestId: string, fields: ResultFields, part = ""): string {
  const set = Object.entries(fields).filter(([, value]) => value !== undefined);
  const query = new URLSearchParams(set as [string, string][]).toString();
  return `/social/share/${requestId}/${part}${query === "" ? "" : `?${query}`}`;
}
