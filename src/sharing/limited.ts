/** Shares that wait because their network takes no more for now. */
import { and, eq, gt, inArray, min, notInArray, sql } from "drizzle-orm";
import { shareAttempts } from "../database/schema.ts";
import type { SocialPlatform } from "../platforms/platform.ts";
import type { UsedUp } from "./budgets.ts";
import { PATIENCE_MS, withJitter } from "./delivery.ts";
import type { Lease } from "./lease.ts";
import type { Ending, Explanation } from "./outcome.ts";
import type { SharingRuntime } from "./runtime.ts";

/** Over so long the shares that waited for the same moment are spread. */
const SPREAD_MS = { least: 5_000, most: 60_000 } as const;

/** Costs no try. */
export async function waitForLimit(
  runtime: SharingRuntime,
  { row }: Lease,
  until: Date,
  why: Explanation,
): Promise<Ending> {
  const now = runtime.now().getTime();
  const endsAt = (await waitingSince(runtime, row.id)).getTime() + PATIENCE_MS;
  if (now >= endsAt) return { to: "failed", why };
  const at = Math.max(now, Math.min(until.getTime(), endsAt));
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

export function tellUsedUp({ about }: SocialPlatform, { scope, until }: UsedUp): Explanation {
  const whose = scope === "app" ? "this service" : "this account";
  const time = `${until.toISOString().slice(11, 16)} UTC`;
  return { code: "rate-limited", message: `${about.label} takes no more posts from ${whose} until ${time}.` };
}
