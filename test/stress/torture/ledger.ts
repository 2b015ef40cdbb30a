/** The ledger: what was requested, what Sharewell says about it, and what the networks hold. */
import type { PlatformName } from "../../../src/platforms/platform.ts";
import { isSettled, type Share } from "../../../src/sharing/share.ts";

interface LedgerRow {
  asked: number;
  posted: number;
  unconfirmed: number;
  /** Rejected, failed, waiting for reconnecting, cancelled: certainly not posted. */
  refused: number;
  /** Posted, and deleted by its person. */
  deleted: number;
  /** Posts that the network has, or had. */
  found: number;
  /** More than once on the network. */
  twice: number;
  /**
   * Requested but not in the tables, never settled, recorded as posted but missing, as not posted but present, as
   * deleted but present, or as present but deleted.
   */
  lost: number;
}

/** By network, or by Mastodon server. */
export type Ledger = ReadonlyMap<string, LedgerRow>;

interface Place {
  readonly platform: PlatformName;
  readonly account: { readonly username: string };
}

/** "threads", "snac": each Mastodon server is of a different kind. */
function placeOf({ platform, account }: Place): string {
  const [, server = platform] = /@([^.]+)/.exec(account.username) ?? [];
  return platform === "mastodon" ? server : platform;
}

export interface SeenText {
  readonly text: string;
  /** Its owner, as the network writes it. */
  readonly handle: string;
  readonly deleted: boolean;
}

export function keepLedger(
  shares: readonly Share[],
  {
    asked,
    posts,
    accounts,
  }: {
    asked: number;
    posts: ReadonlyMap<PlatformName, readonly SeenText[]>;
    /** Only where she has an account. */
    accounts: readonly Place[];
  },
): { ledger: Ledger; wrong: string[] } {
  const wrong: string[] = [];
  const rows = accounts.map((place): [string, LedgerRow] => {
    const { platform } = place;
    const row = { asked, posted: 0, unconfirmed: 0, refused: 0, deleted: 0, found: 0, twice: 0, lost: 0 };
    // Ids and handles belong to one server if a network has many; elsewhere she has one account.
    const keyOf = (text: string, handle: string) =>
      platform === "mastodon" ? `${handle.replace(/^@/, "")} ${text}` : text;
    const byText = Map.groupBy(posts.get(platform) ?? [], ({ text, handle }) => keyOf(text, handle));
    const mine = shares.filter(({ connection }) => placeOf(connection) === placeOf(place));
    row.lost = asked - mine.length;
    for (const share of mine) {
      const seen = byText.get(keyOf(share.text, share.connection.account.username)) ?? [];
      const found = seen.length;
      row.found += found;
      const isPosted = share.status === "posted" || share.status === "duplicate";
      if (isPosted) row.posted += 1;
      else if (share.status === "unconfirmed") row.unconfirmed += 1;
      else row.refused += 1;
      const isLost = !isSettled(share.status) || found < (isPosted ? 1 : 0);
      const isHidden = !isPosted && share.status !== "unconfirmed" && found > 0;
      const isMistold = contradicts(
        share,
        seen.filter(({ deleted }) => !deleted),
      );
      if (share.deletion.state === "deleted") row.deleted += 1;
      if (found > 1) row.twice += 1;
      if (isLost || isHidden || isMistold) row.lost += 1;
      if (found > 1 || isLost || isHidden || isMistold)
        wrong.push(
          `${placeOf(place)} ${share.id} is ${share.status} (${share.problemCode}, deletion ${share.deletion.state}), ${found} there, ${seen.filter(({ deleted }) => deleted).length} deleted: ${share.text}`,
        );
    }
    return [placeOf(place), row];
  });
  return { ledger: new Map(rows), wrong };
}

/** Only Ana deletes: the network shows what her record says about that. */
function contradicts({ status, deletion }: Share, alive: readonly SeenText[]): boolean {
  if (deletion.state === "deleted") return alive.length > 0;
  if (deletion.state === "unclear" || deletion.state === "deleting") return false;
  return status === "posted" && alive.length === 0;
}

const columns = ["asked", "posted", "refused", "unconfirmed", "deleted", "found", "twice", "lost"] as const;

/** Why shares were not posted, or not for certain, and how often: "instagram rejected picture-refused 4". */
export function countReasons(shares: readonly Share[]): string[] {
  const counts = new Map<string, number>();
  for (const { status, problemCode, connection } of shares) {
    if (status === "posted") continue;
    const reason = `${placeOf(connection)} ${status} ${problemCode ?? ""}`;
    counts.set(reason, (counts.get(reason) ?? 0) + 1);
  }
  return [...counts].map(([reason, count]) => `${reason} ${count}`).toSorted();
}

/** As a table for the terminal. */
export function showLedger(ledger: Ledger): string {
  const head = `${"".padEnd(10)}${columns.map((name) => name.padStart(12)).join("")}  unconfirmed share`;
  const lines = [...ledger].map(([place, row]) => {
    const share = ((100 * row.unconfirmed) / Math.max(1, row.asked)).toFixed(2);
    return `${place.padEnd(10)}${columns.map((name) => String(row[name]).padStart(12)).join("")}  ${share} %`;
  });
  return [head, ...lines].join("\n");
}
