/** Records the result of revoking a grant. */
import { and, eq, isNull, or } from "drizzle-orm";
import type { Logger } from "pino";
import { transactRepeatedly } from "../../database/repeated.ts";
import { looseGrants, socialConnections } from "../../database/schema.ts";
import { recordEvent } from "../../people/audit.ts";
import type { SocialPlatform } from "../../platforms/platform.ts";
import type { TokensRuntime } from "../tokens.ts";
import { sharesGrant } from "./grant-use.ts";
import type { LooseGrant } from "./loose-grants.ts";
import { LONGEST_WAIT_MS, noteLeft } from "./try-later.ts";

export interface EndingRuntime extends TokensRuntime {
  readonly log: Pick<Logger, "info" | "error">;
}

/**
 * "ended": the network confirmed it. "in use": other connected accounts need the grant. "impossible": the
 * network offers no way to revoke it. "later": it failed and is tried again. "given up": it failed for a week.
 */
export type GrantEnding = "ended" | "in use" | "impossible" | "later" | "given up";

/** No access token that is revoked on its own lives longer (docs/networks/linkedin.md, section 2.3). */
const TOKEN_LIFE_MS = 60 * 86_400_000;

/**
 * Removes a revoked grant.
 * @param ended.whole the grant's id at the network, shared by all connections whose tokens may have ended with
 * it
 */
export async function noteEnd(
  { database, now }: EndingRuntime,
  grant: LooseGrant,
  { whole, platform }: { readonly whole: string | undefined; readonly platform: SocialPlatform },
): Promise<void> {
  await transactRepeatedly(database, async (transaction) => {
    const isSame = whole === undefined ? undefined : sharesGrant(socialConnections, grant, whole);
    // Somebody may have connected through this grant while the network was called: those connections are
    // verified soon.
    if (isSame !== undefined)
      await transaction
        .update(socialConnections)
        .set({ lastVerifiedAt: null })
        .where(and(isSame, isNull(socialConnections.revokedAt)));
    await transaction
      .delete(looseGrants)
      .where(
        or(
          eq(looseGrants.id, grant.id),
          whole === undefined || !platform.tokensEndTogether
            ? undefined
            : sharesGrant(looseGrants, grant, whole),
        ),
      );
    // Grants that waited because this one was in use are due now.
    if (whole !== undefined && !platform.tokensEndTogether)
      await transaction
        .update(looseGrants)
        .set({ dueAt: now() })
        .where(and(sharesGrant(looseGrants, grant, whole), eq(looseGrants.isHeld, false)));
    await recordEvent(transaction, {
      userId: grant.userId,
      action: "connection.grant-ended",
      subject: grant.connectionId ?? grant.id,
    });
  });
}

/**
 * Keeps a grant that a connected account uses. Where tokens end together it goes with that account; otherwise
 * it is tried again every day.
 */
export async function leaveInUse(
  runtime: EndingRuntime,
  grant: LooseGrant,
  { tokensEndTogether }: SocialPlatform,
): Promise<GrantEnding> {
  const { database, now } = runtime;
  const isOver = now().getTime() - grant.createdAt.getTime() > TOKEN_LIFE_MS;
  if (tokensEndTogether || isOver) return await forget(runtime, grant, "in use");
  await database
    .update(looseGrants)
    // A departure does not wait for it.
    .set({ dueAt: new Date(now().getTime() + LONGEST_WAIT_MS), departureId: null })
    .where(eq(looseGrants.id, grant.id));
  return "in use";
}

export async function forget(
  { database }: EndingRuntime,
  grant: LooseGrant,
  ending: "in use" | "impossible",
): Promise<GrantEnding> {
  await database.transaction(async (transaction) => {
    if (ending === "impossible") await noteLeft(transaction, grant);
    await transaction.delete(looseGrants).where(eq(looseGrants.id, grant.id));
  });
  return ending;
}
