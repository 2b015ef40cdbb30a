/** The account of it all: what was asked, what Sharewell says became of it, and what the networks hold. */
import { type PlatformName, platformNames } from "../../src/platforms/platform.ts";
import type { Share } from "../../src/sharing/share.ts";
import { isSettled } from "../../src/sharing/share.ts";

export interface LedgerRow {
  asked: number;
  posted: number;
  unconfirmed: number;
  /** Rejected, failed, waiting for reconnecting, cancelled: certainly not posted. */
  refused: number;
  /** Posts at the network. */
  found: number;
  /** At the network more than once. */
  twice: number;
  /** Asked but not in the tables, never settled, told as posted but not there, or told as not posted but there. */
  lost: number;
}

export type Ledger = Readonly<Record<PlatformName, LedgerRow>>;

export function keepLedger(
  shares: readonly Share[],
  { asked, posts }: { asked: number; posts: ReadonlyMap<PlatformName, readonly { text: string }[]> },
): { ledger: Ledger; wrong: string[] } {
  const wrong: string[] = [];
  const rows = platformNames.map((platform): [PlatformName, LedgerRow] => {
    const row = { asked, posted: 0, unconfirmed: 0, refused: 0, found: 0, twice: 0, lost: 0 };
    const counts = new Map<string, number>();
    for (const { text } of posts.get(platform) ?? []) counts.set(text, (counts.get(text) ?? 0) + 1);
    row.found = posts.get(platform)?.length ?? 0;
    const mine = shares.filter(({ connection }) => connection.platform === platform);
    row.lost = asked - mine.length;
    for (const share of mine) {
      const found = counts.get(share.text) ?? 0;
      const isPosted = share.status === "posted" || share.status === "duplicate";
      if (isPosted) row.posted += 1;
      else if (share.status === "unconfirmed") row.unconfirmed += 1;
      else row.refused += 1;
      const isLost = !isSettled(share.status) || found < (isPosted ? 1 : 0);
      const isHidden = !isPosted && share.status !== "unconfirmed" && found > 0;
      if (found > 1) row.twice += 1;
      if (isLost || isHidden) row.lost += 1;
      if (found > 1 || isLost || isHidden)
        wrong.push(
          `${platform} ${share.id} is ${share.status} (${share.problemCode}), ${found} there: ${share.text}`,
        );
    }
    return [platform, row];
  });
  return { ledger: Object.fromEntries(rows) as Ledger, wrong };
}

const columns = ["asked", "posted", "refused", "unconfirmed", "found", "twice", "lost"] as const;

/** Why shares were not posted, or not for sure, and how often: "instagram rejected picture-refused 4". */
export function countReasons(shares: readonly Share[]): string[] {
  const counts = new Map<string, number>();
  for (const { status, problemCode, connection } of shares) {
    if (status === "posted") continue;
    const reason = `${connection.platform} ${status} ${problemCode ?? ""}`;
    counts.set(reason, (counts.get(reason) ?? 0) + 1);
  }
  return [...counts].map(([reason, count]) => `${reason} ${count}`).toSorted();
}

/** As a table for the terminal. */
export function showLedger(ledger: Ledger): string {
  const head = `${"".padEnd(10)}${columns.map((name) => name.padStart(12)).join("")}  unconfirmed share`;
  const lines = platformNames.map((platform) => {
    const row = ledger[platform];
    const share = ((100 * row.unconfirmed) / Math.max(1, row.asked)).toFixed(2);
    return `${platform.padEnd(10)}${columns.map((name) => String(row[name]).padStart(12)).join("")}  ${share} %`;
  });
  return [head, ...lines].join("\n");
}
