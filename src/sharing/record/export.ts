/**
 * Exports the shares that a filter finds as a file, in batches. No database connection or snapshot is held between two batches, so a slow
 * or interrupted download holds up nobody.
 */
import { and, desc, eq, type SQL, sql } from "drizzle-orm";
import pLimit from "p-limit";
import { readTold } from "../../connections/told.ts";
import { shareRequests, socialConnections, socialShares } from "../../database/schema.ts";
import { readWebAddress } from "../../platforms/platform.ts";
import { inEnglish } from "../../words/words.ts";
import { type HistoryFilter, matching } from "./history-filter.ts";
import type { HistoryRuntime } from "./share-row.ts";

type ExportRuntime = Pick<HistoryRuntime, "database">;
type Row = Awaited<ReturnType<typeof read>>[number];

/** Rows in a batch, which is all that is held in memory, however long the history is. */
const CHUNK = 500;

/** Limits how many batches all exports of this process read at a time, so that the database has time for other queries. */
const inTurn = pLimit(2);

const columns = {
  share_id: ({ id }: Row) => id,
  request_id: ({ shareRequestId }) => shareRequestId,
  created_at: ({ createdAt }) => createdAt.toISOString(),
  scheduled_at: ({ scheduledAt }) => scheduledAt?.toISOString(),
  posted_at: ({ postedAt }) => postedAt?.toISOString(),
  deleted_at: ({ deletedAt }) => deletedAt?.toISOString(),
  platform: ({ platform }) => platform,
  account: ({ account }) => account,
  page_url: ({ pageUrl, sharedUrl }) => pageUrl ?? sharedUrl,
  page_title: ({ sharedTitle }) => sharedTitle,
  text: ({ text }) => text,
  options: ({ options }) => (Object.keys(options).length === 0 ? undefined : JSON.stringify(options)),
  outcome: ({ status }) => status,
  post_url: ({ platformPostUrl }) => readWebAddress(platformPostUrl),
  problem_code: ({ errorCode }) => errorCode,
  problem: (row) => {
    const problem = readTold(row);
    return problem && inEnglish(problem);
  },
} as const satisfies Record<string, (row: Row) => string | null | undefined>;

export type ExportFormat = "csv" | "json";

/** Yields the text of the file piece by piece, newest share first. */
export async function* exportHistory(
  runtime: ExportRuntime,
  person: { readonly id: string },
  { filter, format }: { readonly filter: HistoryFilter; readonly format: ExportFormat },
): AsyncGenerator<string> {
  const which = and(eq(socialShares.userId, person.id), matching(filter));
  if (format === "csv") {
    yield toLine(Object.keys(columns));
    for await (const rows of readAll(runtime, which))
      yield rows.map((row) => toLine(toCells(row).map(([, cell]) => cell ?? ""))).join("");
    return;
  }
  yield "[";
  let separator = "\n";
  for await (const rows of readAll(runtime, which)) {
    yield separator + rows.map((row) => JSON.stringify(Object.fromEntries(toCells(row)))).join(",\n");
    separator = ",\n";
  }
  yield separator === "\n" ? "]\n" : "\n]\n";
}

/** Reads the batches, newest first. Each starts after the last row of the one before, which the index finds at once. */
async function* readAll(runtime: ExportRuntime, which: SQL | undefined): AsyncGenerator<Row[]> {
  let behind: SQL | undefined;
  for (let length = CHUNK; length === CHUNK; ) {
    const rows = await inTurn(() => read(runtime, and(which, behind)));
    const last = rows.at(-1);
    if (last === undefined) return;
    yield rows;
    const { createdAt, id } = socialShares;
    behind = sql`(${createdAt}, ${id}) < (${last.createdExactly}::timestamptz, ${last.id}::uuid)`;
    length = rows.length;
  }
}

async function read({ database }: ExportRuntime, which: SQL | undefined) {
  const { id, shareRequestId, createdAt, postedAt, deletedAt, sharedUrl, sharedTitle, text, status } =
    socialShares;
  const { platformPostUrl, errorCode, errorMessage, errorTold } = socialShares;
  return await database
    .select({
      ...{ id, shareRequestId, createdAt, postedAt, deletedAt, sharedUrl, sharedTitle, text, status },
      ...{ platformPostUrl, errorCode, errorMessage, errorTold, options: socialShares.options },
      /** With microseconds, which a `Date` does not hold. */
      createdExactly: sql<string>`${socialShares.createdAt}::text`,
      scheduledAt: shareRequests.scheduledAt,
      pageUrl: shareRequests.pageUrl,
      platform: socialConnections.platform,
      account: socialConnections.platformUsername,
    })
    .from(socialShares)
    .innerJoin(shareRequests, eq(shareRequests.id, socialShares.shareRequestId))
    .innerJoin(socialConnections, eq(socialConnections.id, socialShares.connectionId))
    .where(which)
    .orderBy(desc(socialShares.createdAt), desc(socialShares.id))
    .limit(CHUNK);
}

function toCells(row: Row): (readonly [string, string | null])[] {
  return Object.entries(columns).map(([name, cellOf]) => [name, cellOf(row) ?? null] as const);
}

/** Writes a line of CSV (RFC 4180). A cell that a spreadsheet would run as a formula gets an apostrophe in front, as OWASP advises. */
function toLine(cells: readonly string[]): string {
  const quoted = cells.map((cell) => {
    const safe = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
    return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  });
  return `${quoted.join(",")}\r\n`;
}
