/** Shares that wait because their network accepts no more for now. */
import { and, eq, gt, inArray, min, notInArray, sql } from "drizzle-orm";
import { shareAttempts } from "../../database/schema.ts";
import { PlatformError, type SocialPlatform } from "../../platforms/platform.ts";
import { say } from "../../words/words.ts";
import type { Lease } from "../claims/lease.ts";
import type { SharingRuntime } from "../runtime.ts";
import { noteBudgets } from "./budgets.ts";
import { type Delivery, PATIENCE_MS, withJitter } from "./delivery.ts";
import { type Ending, explain } from "./outcome.ts";

/** How long to wait if a network does not say until when it limits us. */
const UNTOLD_MS = 60_000;

/** Shares that waited for the same moment are spread over a tenth of the wait, within these bounds. */
const SPREAD_MS = { least: 5_000, most: 60_000 } as const;

/** Handles a rate limit. It holds for the whole account or app, so the other shares wait without asking. */
export async function waitOut(
  runtime: SharingRuntime,
  { lease, platform }: Delivery,
  error: PlatformError,
): Promise<Ending> {
  if (error.retryAt !== undefined) {
    const poster = { platform: platform.name, connectionId: lease.row.connectionId };
    const of = error.wholeApp ? "app" : "account";
    const refusal = { of, span: "refusal", remaining: 0, resetsAt: error.retryAt } as const;
    // The outcome of the share is recorded even if this fails.
    await noteBudgets(runtime, poster, [refusal]).catch((failure: unknown) =>
      runtime.log.warn({ err: failure, shareId: lease.row.id }, "a refusal could not be kept for the others"),
    );
  }
  return await waitForLimit(runtime, lease, error);
}

/** Lets the share wait for the limit, which does not count as a try. A limit that lasts too long fails the share. */
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

/** Since the first try after the share was last settled: a scheduled or retried share may wait the whole time. */
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

/** After a certain refusal the share is sent again later, but looked for first if an earlier try left a doubt. */
export function resume({ firstSentAt }: Lease["row"]): { to: "queued" } | { to: "sending"; refused: true } {
  return firstSentAt === null ? { to: "queued" } : { to: "sending", refused: true };
}

/** The limit is known, so the network is not asked. */
export function spent({ about }: SocialPlatform, retryAt: Date): PlatformError {
  const message = say("{network} accepts no more posts for now. We will try again when it allows.", {
    network: about.label,
  });
  return new PlatformError("rate-limited", { code: "limit-reached", message, retryAt });
}
