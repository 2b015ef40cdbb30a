/** What a network tells us about a person of its own: that they removed our app, or want their data forgotten. */
import { createHash, randomBytes } from "node:crypto";
import { and, asc, eq, inArray, lt, or } from "drizzle-orm";
import type { Database, Queryable } from "../database/open.ts";
import { transactRepeatedly } from "../database/repeated.ts";
import {
  connectionChoices,
  deletionRequests,
  looseGrants,
  ownerCalls,
  socialConnections,
} from "../database/schema.ts";
import { recordEvent } from "../people/audit.ts";
import type { OwnerCall, PlatformName } from "../platforms/platform.ts";
import { say } from "../words/words.ts";
import { parsePlatformName } from "./connection.ts";
import { noTokens } from "./disconnect.ts";
import type { TokensRuntime } from "./tokens.ts";

/** As it came; its platform proves whom it is about: the rows of `granted_by` are that person's. */
interface ReceivedCall {
  readonly platform: PlatformName;
  readonly form: Readonly<Record<string, string>>;
}

/** The person removed our app there: their tokens are worthless, so they go. @returns false when the call proves nothing */
export async function deauthorize(runtime: TokensRuntime, call: ReceivedCall): Promise<boolean> {
  const owner = readOwner(runtime, call);
  if (owner === undefined) return false;
  await transactRepeatedly(runtime.database, async (transaction) => {
    const meant = await findMeant(runtime, transaction, { ...call, ...owner, what: "deauthorize" });
    const alive = meant.filter(({ revokedAt }) => revokedAt === null).map(({ id }) => id);
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
      .where(inArray(socialConnections.id, alive))
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
export async function forgetOwner(runtime: TokensRuntime, call: ReceivedCall): Promise<string | undefined> {
  const owner = readOwner(runtime, call);
  if (owner === undefined) return undefined;
  const code = randomBytes(16).toString("base64url");
  await transactRepeatedly(runtime.database, async (transaction) => {
    const known = await findMeant(runtime, transaction, { ...call, ...owner, what: "delete" });
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

interface Meant extends OwnerCall {
  readonly platform: PlatformName;
  readonly what: "deauthorize" | "delete";
}

/**
 * The connections that a call is about, locked: those by whom they let us in as, or of the account itself, since not
 * every network has told which of its ids it sends. Who let us in again after the call was made is not meant by it;
 * networks tell the second, so the whole of it counts, but a call that comes once more ends nothing that is newer than
 * its first coming. What is being connected or chosen from ends with them: its grant is dead.
 */
async function findMeant(runtime: TokensRuntime, transaction: Queryable, call: Meant) {
  const { owner, platform, issuedAt } = call;
  const before = new Date(
    Math.min(issuedAt.getTime() + 1_000, (await noteCall(runtime, transaction, call)).getTime()),
  );
  const accountId = owner.slice(owner.indexOf(":") + 1);
  const isOf = (table: typeof socialConnections | typeof looseGrants) =>
    or(eq(table.grantedBy, owner), and(eq(table.platform, platform), eq(table.platformUserId, accountId)));
  const known = await transaction
    .select({
      ...{ id: socialConnections.id, userId: socialConnections.userId },
      revokedAt: socialConnections.revokedAt,
    })
    .from(socialConnections)
    .where(and(isOf(socialConnections), lt(socialConnections.authorisedAt, before)))
    .orderBy(asc(socialConnections.id))
    .for("no key update");
  const ended = await transaction
    .delete(looseGrants)
    .where(and(isOf(looseGrants), lt(looseGrants.createdAt, before)))
    .returning({ id: looseGrants.id });
  const ids = ended.map(({ id }) => id);
  await transaction.delete(connectionChoices).where(inArray(connectionChoices.grantId, ids));
  return known;
}

/** Longer than a call counts (platforms/meta/signed-request.ts). */
const REMEMBERED_MS = 7_200_000;

/** @returns when it came first; of two at once the second waits for the first */
async function noteCall(
  { now }: TokensRuntime,
  transaction: Queryable,
  { owner, platform, issuedAt, what }: Meant,
): Promise<Date> {
  await transaction
    .delete(ownerCalls)
    .where(lt(ownerCalls.handledAt, new Date(now().getTime() - REMEMBERED_MS)));
  const callHash = createHash("sha256")
    .update(JSON.stringify([platform, what, owner, issuedAt]))
    .digest("hex");
  await transaction.insert(ownerCalls).values({ callHash, handledAt: now() }).onConflictDoNothing();
  const [first] = await transaction
    .select({ handledAt: ownerCalls.handledAt })
    .from(ownerCalls)
    .where(eq(ownerCalls.callHash, callHash));
  return first?.handledAt ?? now();
}

function readOwner({ platforms }: TokensRuntime, { platform, form }: ReceivedCall): OwnerCall | undefined {
  const found = platforms.availablePlatforms().find(({ name }) => name === platform);
  return found?.readOwnerCall?.(form);
}

function hashCode(code: string): string {
  return createHash("sha256").update(code).digest("hex");
}
