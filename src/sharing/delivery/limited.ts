/** Shares that wait because their network takes no more for now. */
import { and, eq, gt, inArray, min, notInArray, sql } from "drizzle-orm";
import { shareAttempts } from "../../database/schema.ts";
import { PlatformError, type SocialPlatform } from "../../platforms/platform.ts";
import { say } from "../../words/words.ts";
import type { Lease } from "../claims/lease.ts";
import type { SharingRuntime } from "../runtime.ts";
import { noteBudgets } from "./budgets.ts";
import { type Delivery, PATIENCE_MS, withJitter } from "./delivery.ts";
import { type Ending, explain } from "./outcome.ts";

/** Where a network limits us and does not say until when. */
const UNTOLD_MS = 60_000;

/** Over so long the shares that waited for the same moment are spread: a tenth of the wait, within these. */
const SPREAD_MS = { least: 5_000, most: 60_000 } as const;

/** What one share is told holds for its whole account, or for its network's app: the others wait without asking. */
export async function waitOut(
  runtime: SharingRuntime,
  { lease, platform }: Delivery,
  error: PlatformError,
): Promise<Ending> {
  if (error.retryAt !== undefined) {
    const poster = { platform: platform.name, connectionId: lease.row.connectionId };
    const of = error.wholeApp ? "app" : "account";
    const refusal = { of, span: "refusal", remaining: 0, resetsAt: error.retryAt } as const;
    // How the share ended is to be told, whatever becomes of this.
    await noteBudgets(runtime, poster, [refusal]).catch((failure: unknown) =>
      runtime.log.warn({ err: failure, shareId: lease.row.id }, "a refusal could not be kept for the others"),
    );
  }
  return await waitForLimit(runtime, lease, error);
}

/** Costs no try. */
export async function waitForLimit(
  runtime: SharingRuntime,
  { row }: Lease,
  error: PlatformError,
): Promise<Ending> {
  const why = explain(error);
  const now = runtime.now().getTime();
  const at = error.retryAt?.getTime() ?? now + UNTOLD_MS;
  const since = (await waitingSince(runtime, row.id)).getTime();
  if (at - since > PATIENCE_MS) return { to: "failed", why };
  const spread = Math.min(Math.max((at - now) / 10, SPREAD_MS.least), SPREAD_MS.most);
  return { ...resume(row), at: withJitter(new Date(at), spread), why, counts: false };
}

/** Since the first try of those that did not settle it: a share that was planned, or retried, has all its patience. */
async function waitingSince({ database, now }: SharingRuntime, shareId: string): Promise<Date> {
  const { startedAt, result } = shareAttempts;
  const unsettled = ["queued", "sending"];
  const settled = database
    .select({ at: sql`coalesce(max(${startedAt}), to_timestamp(0))` })
    .from(shareAttempts)
    .where(and(eq(shareAttempts.shareId, shareId), notInArray(result, unsettled)));
  const [first] = await database
    .select({ at: min(startedAt) })
    .from(shareAttempts)
    .where(
      and(eq(shareAttempts.shareId, shareId), inArray(result, unsettled), gt(startedAt, sql`(${settled})`)),
    );
  return first?.at ?? now();
}

/** After a refusal: sent again when its time comes, but looked for first where an earlier try left a doubt. */
export function resume({ firstSentAt }: Lease["row"]): { to: "queued" } | { to: "sending"; refused: true } {
  return firstSentAt === null ? { to: "queued" } : { to: "sending", refused: true };
}

/** Known to be refused: the network is not even asked. */
export function spent({ about }: SocialPlatform, retryAt: Date): PlatformError {
  const message = say("{network} takes no more posts for now. We wait as long as it asks.", {
    network: about.label,
  });
  return new PlatformError("rate-limited", { code: "limit-reached", message, retryAt });
}
