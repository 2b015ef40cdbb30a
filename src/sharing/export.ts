/** A history as a file: all that a filter finds, a page at a time. */

import { inEnglish } from "../words/words.ts";
import { type HistoryRuntime, listShares } from "./history.ts";
import type { HistoryFilter } from "./history-filter.ts";
import type { Share } from "./share.ts";

/** Read at a time: so much is held in memory, however long the history is. */
const CHUNK = 200;

const columns = {
  share_id: ({ id }: Share) => id,
  request_id: ({ requestId }) => requestId,
  created_at: ({ createdAt }) => createdAt.toISOString(),
  scheduled_at: ({ scheduledAt }) => scheduledAt?.toISOString(),
  posted_at: ({ postedAt }) => postedAt?.toISOString(),
  deleted_at: ({ deletion }) => (deletion.state === "deleted" ? deletion.at.toISOString() : undefined),
  platform: ({ connection }) => connection.platform,
  account: ({ connection }) => connection.account.username,
  page_url: ({ page }) => page.url,
  page_title: ({ page }) => page.title,
  text: ({ text }) => text,
  outcome: ({ status }) => status,
  post_url: ({ postUrl }) => postUrl,
  problem_code: ({ problemCode }) => problemCode,
  problem: ({ problem }) => problem && inEnglish(problem),
} as const satisfies Record<string, (share: Share) => string | undefined>;

export type ExportFormat = "csv" | "json";

/** The file's text, piece by piece. */
export async function* exportHistory(
  runtime: HistoryRuntime,
  person: { readonly id: string },
  { filter, format }: { readonly filter: HistoryFilter; readonly format: ExportFormat },
): AsyncGenerator<string> {
  if (format === "csv") yield toLine(Object.keys(columns));
  let before: string | undefined;
  let separator = "[";
  do {
    const { shares, next } = await listShares(runtime, person, { filter, before, size: CHUNK });
    for (const share of shares) {
      const cells = Object.entries(columns).map(([name, read]) => [name, read(share) ?? null] as const);
      if (format === "csv") yield toLine(cells.map(([, cell]) => cell ?? ""));
      else yield `${separator}\n${JSON.stringify(Object.fromEntries(cells))}`;
      separator = ",";
    }
    before = next;
  } while (before !== undefined);
  if (format === "json") yield separator === "[" ? "[]\n" : "\n]\n";
}

/** RFC 4180. A cell that a spreadsheet would take for a formula gets an apostrophe in front, as OWASP advises. */
function toLine(cells: readonly string[]): string {
  const quoted = cells.map((cell) => {
    const safe = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
    return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  });
  return `${quoted.join(",")}\r\n`;
}
