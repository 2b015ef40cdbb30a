/** Ends a connection: the grant at the network, the tokens here; its history stays. */
import { and, eq, inArray, isNull } from "drizzle-orm";
import { socialConnections, socialShares } from "../database/schema.ts";
import { recordEvent } from "../people/audit.ts";
import { PlatformError } from "../platforms/platform.ts";
import { toConnection } from "./connection.ts";
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
      await platform.revokeToken(connection.account, openTokens(runtime.vault, row));
    } catch (error) {
      // The person wants out whatever the network says; a grant that we could not revoke ends unused.
      const cause = error instanceof PlatformError ? error.code : "unexpected";
      runtime.log.info({ connectionId, cause }, "the network did not revoke the grant");
    }
    await transaction
      .update(socialConnections)
      .set({
        revokedAt: runtime.now(),
        updatedAt: runtime.now(),
        accessTokenEnc: null,
        refreshTokenEnc: null,
        tokenExpiresAt: null,
        tokenRenewAfter: null,
      })
      .where(eq(socialConnections.id, row.id));
    await transaction
      .update(socialShares)
      .set({
        status: "cancelled",
        errorCode: "disconnected",
        errorMessage: "The account was disconnected before this was sent.",
        updatedAt: runtime.now(),
      })
      .where(
        and(eq(socialShares.connectionId, row.id), inArray(socialShares.status, ["queued", "scheduled"])),
      );
    await recordEvent(transaction, {
      userId: person.id,
      action: "connection.revoked",
      subject: row.id,
      ipAddress,
    });
    return "disconnected";
  });
}
