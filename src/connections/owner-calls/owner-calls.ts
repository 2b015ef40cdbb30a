/** Handles the calls by which a network tells us that a person removed our app or wants their data deleted. */
import { randomBytes } from "node:crypto";
import { eq, inArray } from "drizzle-orm";
import { transactRepeatedly } from "../../database/repeated.ts";
import { deletionRequests, socialConnections } from "../../database/schema.ts";
import { recordEvent } from "../../people/audit.ts";
import { say } from "../../words/words.ts";
import { noTokens } from "../disconnect.ts";
import type { TokensRuntime } from "../tokens.ts";
import { hashCode } from "./deletion.ts";
import { findAffected, type ReceivedCall, readOwner } from "./find-affected.ts";

/**
 * Marks the connections of a person who removed our app at the network as to be reconnected. Their tokens are
 * worthless and are wiped.
 * @returns false when the call's signature is not valid
 */
export async function deauthorize(runtime: TokensRuntime, call: ReceivedCall): Promise<boolean> {
  const owner = readOwner(runtime, call);
  if (owner === undefined) return false;
  await transactRepeatedly(runtime.database, async (transaction) => {
    const meant = await findAffected(runtime, transaction, { ...call, ...owner, what: "deauthorize" });
    const alive = meant.filter(({ revokedAt }) => revokedAt === null).map(({ id }) => id);
    const ended = await transaction
      .update(socialConnections)
      .set({
        ...noTokens,
        status: "reconnect",
        errorCode: "removed-there",
        errorTold: null,
        errorMessage: say(
          "You removed this app in the network’s settings. Reconnect the account to share again.",
        ),
        tellAt: runtime.now(),
        updatedAt: runtime.now(),
      })
      .where(inArray(socialConnections.id, alive))
      .returning({ id: socialConnections.id, userId: socialConnections.userId });
    for (const { id, userId } of ended)
      await recordEvent(transaction, { userId, action: "connection.deauthorized", subject: id });
  });
  return true;
}

/**
 * Deletes what we have of a person from the network: tokens, names, ids, pictures and the addresses of their
 * posts. What they wrote here stays in their history.
 * @returns the code with which they can look up the request; undefined when the call's signature is not valid
 */
export async function forgetOwner(runtime: TokensRuntime, call: ReceivedCall): Promise<string | undefined> {
  const owner = readOwner(runtime, call);
  if (owner === undefined) return undefined;
  const code = randomBytes(16).toString("base64url");
  await transactRepeatedly(runtime.database, async (transaction) => {
    const known = await findAffected(runtime, transaction, { ...call, ...owner, what: "delete" });
    for (const { id, userId } of known) {
      await transaction
        .update(socialConnections)
        .set({
          ...noTokens,
          platformUserId: `forgotten:${id}`,
          platformUsername: "forgotten",
          displayName: "Forgotten account",
          avatarUrl: null,
          extraData: {},
          grantedBy: null,
          errorCode: null,
          errorMessage: null,
          errorTold: null,
          revokedAt: runtime.now(),
          updatedAt: runtime.now(),
        })
        .where(eq(socialConnections.id, id));
      await recordEvent(transaction, { userId, action: "connection.forgotten", subject: id });
    }
    const ids = known.map(({ id }) => id);
    await runtime.accountShares.forget(transaction, ids, runtime.now());
    await transaction.insert(deletionRequests).values({
      codeHash: hashCode(code),
      platform: call.platform,
      connections: known.length,
      createdAt: runtime.now(),
    });
  });
  return code;
}
