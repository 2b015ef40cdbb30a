/** Ends a connection: the tokens here, the grant at the network; its history stays. */
import { and, eq, isNull } from "drizzle-orm";
import { transactRepeatedly } from "../database/repeated.ts";
import { socialConnections } from "../database/schema.ts";
import { recordEvent } from "../people/audit.ts";
import { type EndingRuntime, endGrant } from "./grants/end-grants.ts";
import { throwAway } from "./grants/loose-grants.ts";

/**
 * "disconnected": the grant too, as soon as no other account needs it. "disconnected here": the network has no call that
 * ends a grant. "disconnected, there later": it could not be told yet, and is told as soon as it can be.
 */
export type Disconnected = "disconnected" | "disconnected here" | "disconnected, there later" | "not-found";

/**
 * Wipes the tokens, cancels what has not been sent yet, and has the network end the grant. Tokens that are being
 * renewed are waited for, so that none are left.
 */
export async function disconnect(
  runtime: EndingRuntime,
  person: { readonly id: string },
  connectionId: string,
  ipAddress?: string,
): Promise<Disconnected> {
  const loose = await transactRepeatedly(runtime.database, async (transaction) => {
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
    if (row === undefined) return undefined;
    await transaction
      .update(socialConnections)
      .set({ ...noTokens, revokedAt: runtime.now(), updatedAt: runtime.now() })
      .where(eq(socialConnections.id, row.id));
    await runtime.accountShares.end(transaction, [row.id], runtime.now());
    await recordEvent(transaction, {
      userId: person.id,
      action: "connection.revoked",
      subject: row.id,
      ipAddress,
    });
    return await throwAway(transaction, runtime, [row]);
  });
  if (loose === undefined) return "not-found";
  const [grant] = loose;
  switch (grant && (await endGrant(runtime, grant))) {
    case "impossible":
      return "disconnected here";
    case "later":
    case "given up":
      return "disconnected, there later";
    default:
      return "disconnected";
  }
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
