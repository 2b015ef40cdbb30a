/** What was read from pages, kept in the database. */
import { eq, lt, sql } from "drizzle-orm";
import { z } from "zod";
import { preparedOnce } from "../database/prepared.ts";
import { readPages } from "../database/schema.ts";
import { toKey } from "./page.ts";
import type { ReaderWorld } from "./reader.ts";
import type { ReadPage } from "./visit/ask-site.ts";
import { type PageProblem, pageProblems } from "./visit/fetch-page.ts";

/** How long a reading counts as current. */
const FRESH_MS = 600_000;
/** How long to wait after a failed reading. */
const RETRY_MS = 60_000;
/** How long the last good reading serves while its site is down. */
export const LIFETIME_MS = 7 * 86_400_000;

/** The result of reading a page: its metadata, or the problem, or both if an older reading serves. */
export interface Reading {
  readonly metadata: ReadPage | undefined;
  readonly problem: PageProblem | undefined;
}

/** Removes readings that are too old to serve. */
export async function removeOldPages({
  database,
  now,
}: Pick<ReaderWorld, "database" | "now">): Promise<void> {
  await database.delete(readPages).where(lt(readPages.readAt, new Date(now().getTime() - LIFETIME_MS)));
}

/** Written by this version or an earlier one. A page whose row does not fit is read again. */
export const kept = z.custom<ReadPage>(
  (value) =>
    z
      .object({ url: z.string(), canonical: z.string(), tags: z.object({}) })
      .loose()
      .safeParse(value).success,
);

/** A current reading; undefined if the site has to be asked. */
export async function findFresh(world: ReaderWorld, url: string): Promise<Reading | undefined> {
  const { metadata, problem, age } = await recall(world, url);
  const isFresh = age < (problem === undefined ? FRESH_MS : RETRY_MS);
  return isFresh && (metadata !== undefined || problem !== undefined) ? { metadata, problem } : undefined;
}

export const statements = preparedOnce((database) => ({
  find: database
    .select()
    .from(readPages)
    .where(eq(readPages.url, sql.placeholder("url")))
    .prepare("find_read_page"),
}));

/** The stored reading of a page with its age in milliseconds. */
export async function recall(
  { database, now }: ReaderWorld,
  url: string,
): Promise<Reading & { age: number }> {
  const [row] = await statements(database).find.execute({ url: toKey(url) });
  return {
    metadata: kept.safeParse(row?.metadata).data,
    problem: toProblem(row?.problem),
    age: row === undefined ? Infinity : now().getTime() - row.readAt.getTime(),
  };
}

export async function keep({ database, now }: ReaderWorld, url: string, reading: Reading): Promise<void> {
  const values = {
    metadata: reading.metadata === undefined ? null : JSON.parse(JSON.stringify(reading.metadata)),
    problem: reading.problem ?? null,
    readAt: now(),
  };
  await database
    .insert(readPages)
    .values({ url: toKey(url), ...values })
    .onConflictDoUpdate({ target: readPages.url, set: values });
}

function toProblem(word: string | null | undefined): PageProblem | undefined {
  return pageProblems.find((problem) => problem === word);
}
