/** Ends a connection: wipes its tokens and revokes the grant at the network. The history stays. */
import { and, eq, inArray, isNotNull, isNull, ne } from "drizzle-orm";
import { isOneOf, lockShares } from "../database/locks.ts";
import type { Queryable } from "../database/open.ts";
import { transactRepeatedly } from "../database/repeated.ts";
import { socialConnections, socialShares } from "../database/schema.ts";
import { recordEvent } from "../people/audit.ts";
import { say } from "../words/words.ts";
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
    await cancelUnsent(transaction, row.id, runtime.now());
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

/**
 * Ends all that is not settled of this connection, and takes it out of its worker's hands. What may be out there is not
 * called cancelled: it stays open whether it is, and nothing but its person sends it again.
 */
export async function cancelUnsent(transaction: Queryable, connectionId: string, now: Date): Promise<void> {
  const ids = await lockShares(
    transaction,
    and(eq(socialShares.connectionId, connectionId), inArray(socialShares.status, [...UNSETTLED])),
  );
  const isOne = isOneOf(socialShares.id, ids);
  const over = { leaseId: null, leaseUntil: null, nextAttemptAt: null, tellAt: null, updatedAt: now };
  const why = { errorCode: "disconnected", errorTold: null };
  await transaction
    .update(socialShares)
    .set({
      ...over,
      ...why,
      status: "cancelled",
      errorMessage: say("The account was disconnected before this was sent."),
    })
    .where(and(isOne, isNull(socialShares.firstSentAt)));
  await transaction
    .update(socialShares)
    .set({
      ...over,
      ...why,
      status: "unconfirmed",
      errorMessage: say(
        "The account was disconnected while this was being sent. It may have been posted: check your profile.",
      ),
    })
    .where(and(isOne, isNotNull(socialShares.firstSentAt), ne(socialShares.status, "unconfirmed")));
  await transaction
    .update(socialShares)
    .set({ withdrawn: true })
    .where(and(isOne, eq(socialShares.status, "unconfirmed")));
}

/** What goes on by itself, now or once the account is connected again. */
const UNSETTLED = ["scheduled", "queued", "sending", "reconnect", "unconfirmed"] as const;
