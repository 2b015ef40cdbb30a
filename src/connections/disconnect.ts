/** Ends a connection: the grant at the network, the tokens here; its history stays. */
import { and, eq, inArray, isNull, ne } from "drizzle-orm";
import type { Queryable } from "../database/open.ts";
import { socialConnections, socialShares } from "../database/schema.ts";
import { recordEvent } from "../people/audit.ts";
import { PlatformError } from "../platforms/platform.ts";
import { say } from "../words/words.ts";
import { type ConnectionRow, toConnection } from "./connection.ts";
import { openTokens, type TokensRuntime } from "./tokens.ts";

interface DisconnectRuntime extends TokensRuntime {
  readonly log: { info(details: object, message: string): void };
}

/**
 * Revokes the grant where the network allows it, wipes the tokens and cancels what has not been sent yet.
 * The row stays locked meanwhile, so that no refresh brings the tokens back.
 */
export async function disconnect(
  runtime: DisconnectRuntime,
  person: { readonly id: string },
  connectionId: string,
  ipAddress?: string,
): Promise<"disconnected" | "not-found"> {
  return await runtime.database.transaction(async (transaction) => {
    const [row] = await transaction
      .select()
      .from(socialConnections)
      .where(
        and(
          eq(socialConnections.id, connectionId),
          eq(socialConnections.userId, person.id),
          isNull(socialConnections.revokedAt),
        ),
      )
      .for("no key update");
    if (row === undefined) return "not-found";
    const connection = toConnection(row);
    try {
      const platform = runtime.platforms.getPlatform(connection.platform);
      // With the grant of one page end those of the same person's other pages.
      if (await isLastOfGrant(transaction, row))
        await platform.revokeToken(connection.account, openTokens(runtime.vault, row));
    } catch (error) {
      // The person wants out whatever the network says; a grant that we could not revoke ends unused.
      const cause = error instanceof PlatformError ? error.code : "unexpected";
      runtime.log.info({ connectionId, cause }, "the network did not revoke the grant");
    }
    await transaction
      .update(socialConnections)
      .set({ ...noTokens, revokedAt: runtime.now(), updatedAt: runtime.now() })
      .where(eq(socialConnections.id, row.id));
    await cancelUnsent(transaction, row.id, runtime.now());
    await recordEvent(transaction, {
      userId: person.id,
      action: "connection.revoked",
      subject: row.id,
      ipAddress,
    });
    return "disconnected";
  });
}

/** What a connection holds once its tokens are wiped. */
export const noTokens = {
  accessTokenEnc: null,
  refreshTokenEnc: null,
  ownerTokenEnc: null,
  tokenExpiresAt: null,
  tokenRenewAfter: null,
  nextRenewalAt: null,
  tellAt: null,
} as const;

/** Ends what has not been sent to this connection yet. */
export async function cancelUnsent(transaction: Queryable, connectionId: string, now: Date): Promise<void> {
  await transaction
    .update(socialShares)
    .set({
      status: "cancelled",
      errorCode: "disconnected",
      errorTold: null,
      errorMessage: say("The account was disconnected before this was sent."),
      nextAttemptAt: null,
      updatedAt: now,
    })
    .where(
      and(eq(socialShares.connectionId, connectionId), inArray(socialShares.status, ["queued", "scheduled"])),
    );
}

async function isLastOfGrant(transaction: Queryable, { id, grantedBy }: ConnectionRow): Promise<boolean> {
  if (grantedBy === null) return true;
  const others = await transaction
    .select({ id: socialConnections.id })
    .from(socialConnections)
    .where(
      and(
        eq(socialConnections.grantedBy, grantedBy),
        ne(socialConnections.id, id),
        isNull(socialConnections.revokedAt),
      ),
    )
    .limit(1);
  return others.length === 0;
}
