/** Ends a connection: wipes its tokens and revokes the grant at the network. The history stays. */
import { and, eq, isNull } from "drizzle-orm";
import { transactRepeatedly } from "../database/repeated.ts";
import { socialConnections } from "../database/schema.ts";
import { recordEvent } from "../people/audit.ts";
import { endGrant } from "./grants/end-grants.ts";
import { throwAway } from "./grants/loose-grants.ts";
import type { EndingRuntime } from "./grants/record-ending.ts";

/**
 * "disconnected": the grant is revoked too, unless another account still uses it. "disconnected here": the
 * network offers no way to revoke a grant. "disconnected, there later": the network could not be reached; a
 * worker tries again.
 */
export type Disconnected = "disconnected" | "disconnected here" | "disconnected, there later" | "not-found";

/**
 * Wipes the tokens, cancels everything that has not been sent yet, and revokes the grant at the network. Waits
 * for a refresh that is under way, so that no new tokens are left behind.
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

/** The columns of a connection whose tokens are wiped. */
export const noTokens = {
  accessTokenEnc: null,
  refreshTokenEnc: null,
  ownerTokenEnc: null,
  tokenExpiresAt: null,
  tokenRenewAfter: null,
  nextRenewalAt: null,
  tellAt: null,
} as const;
