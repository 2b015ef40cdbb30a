/** What a network tells us about a person of its own: that they removed our app, or want their data forgotten. */
import { createHash, randomBytes } from "node:crypto";
import { and, eq, isNull, or } from "drizzle-orm";
import type { Database } from "../database/open.ts";
import { deletionRequests, socialConnections, socialShares } from "../database/schema.ts";
import { recordEvent } from "../people/audit.ts";
import type { PlatformName } from "../platforms/platform.ts";
import { say } from "../words/words.ts";
import { parsePlatformName } from "./connection.ts";
import { cancelUnsent, noTokens } from "./disconnect.ts";
import type { TokensRuntime } from "./tokens.ts";

/** A call whose sender the platform proved: the rows of `granted_by` are its person's. */
interface OwnerCall {
  readonly platform: PlatformName;
  readonly form: Readonly<Record<string, string>>;
}

/** The person removed our app there: their tokens are worthless, so they go. @returns false when the call proves nothing */
export async function deauthorize(runtime: TokensRuntime, call: OwnerCall): Promise<boolean> {
  const owner = readOwner(runtime, call);
  if (owner === undefined) return false;
  await runtime.database.transaction(async (transaction) => {
    const ended = await transaction
      .update(socialConnections)
      .set({
        ...noTokens,
        status: "reconnect",
        errorCode: "removed-there",
        errorTold: null,
        errorMessage: say(
          "You removed this app in the network's own settings. Reconnect the account to share again.",
        ),
        tellAt: runtime.now(),
        updatedAt: runtime.now(),
      })
      .where(and(isOf(owner, call), isNull(socialConnections.revokedAt)))
      .returning({ id: socialConnections.id, userId: socialConnections.userId });
    for (const { id, userId } of ended)
      await recordEvent(transaction, { userId, action: "connection.deauthorized", subject: id });
  });
  return true;
}

/**
 * Forgets what we have of the person from there: tokens, names, ids, pictures, and where their posts are. What they
 * wrote here stays theirs, in their history.
 * @returns the code by which they can look it up; undefined when the call proves nothing
 */
export async function forgetOwner(runtime: TokensRuntime, call: OwnerCall): Promise<string | undefined> {
  const owner = readOwner(runtime, call);
  if (owner === undefined) return undefined;
  const code = randomBytes(16).toString("base64url");
  await runtime.database.transaction(async (transaction) => {
    const known = await transaction
      .select({ id: socialConnections.id, userId: socialConnections.userId })
      .from(socialConnections)
      .where(isOf(owner, call))
      .for("no key update");
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
      await cancelUnsent(transaction, id, runtime.now());
      await transaction
        .update(socialShares)
        .set({ platformPostId: null, platformPostUrl: null, remembered: {} })
        .where(eq(socialShares.connectionId, id));
      await recordEvent(transaction, { userId, action: "connection.forgotten", subject: id });
    }
    await transaction.insert(deletionRequests).values({
      codeHash: hashCode(code),
      platform: call.platform,
      connections: known.length,
      createdAt: runtime.now(),
    });
  });
  return code;
}

export interface Deletion {
  readonly platform: PlatformName;
  readonly connections: number;
  readonly at: Date;
}

/** What became of a request to forget, by its code; undefined: no such request. */
export async function findDeletion(
  runtime: { readonly database: Database },
  code: string,
): Promise<Deletion | undefined> {
  const [row] = await runtime.database
    .select()
    .from(deletionRequests)
    .where(eq(deletionRequests.codeHash, hashCode(code)));
  if (row === undefined) return undefined;
  return { platform: parsePlatformName(row.platform), connections: row.connections, at: row.createdAt };
}

/** By whom they let us in as, or by the account itself: not every network has told which of its ids it sends. */
function isOf(owner: string, { platform }: OwnerCall) {
  const id = owner.slice(owner.indexOf(":") + 1);
  const isAccount = and(eq(socialConnections.platform, platform), eq(socialConnections.platformUserId, id));
  return or(eq(socialConnections.grantedBy, owner), isAccount);
}

function readOwner({ platforms }: TokensRuntime, { platform, form }: OwnerCall): string | undefined {
  const found = platforms.availablePlatforms().find(({ name }) => name === platform);
  return found?.readOwnerCall?.(form);
}

function hashCode(code: string): string {
  return createHash("sha256").update(code).digest("hex");
}
