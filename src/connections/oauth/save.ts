/**
 * Stores the accounts that a person just authorized: new ones, renewed ones, and disconnected ones together
 * with their history.
 */
import { and, asc, eq, inArray, isNull, or } from "drizzle-orm";
import type { Queryable } from "../../database/open.ts";
import { transactRepeatedly } from "../../database/repeated.ts";
import { connectionChoices, socialConnections, users } from "../../database/schema.ts";
import { isTaken } from "../../database/taken.ts";
import type { OAuthResult, PlatformName } from "../../platforms/platform.ts";
import { say, type Told } from "../../words/words.ts";
import type { Connection, ConnectionRow } from "../connection.ts";
import { endAll } from "../grants/end-grants.ts";
import { dropHold, lockHold, removeHold, throwAway } from "../grants/loose-grants.ts";
import type { EndingRuntime } from "../grants/record-ending.ts";
import { saveAccount } from "./save-account.ts";

interface Authorised {
  readonly person: { readonly id: string };
  readonly platform: PlatformName;
  readonly results: readonly OAuthResult[];
  /** The loose grant that holds the tokens until the connection is stored. */
  readonly grantId: string;
  /** The choice that the person made, used up by this. */
  readonly choiceId?: string;
  /** When the person authorized us. */
  readonly authorisedAt: Date;
  readonly ipAddress?: string | undefined;
}

export interface Saved {
  readonly connections: readonly Connection[];
  /** Why the other accounts were not connected. */
  readonly problems: readonly Told[];
}

const OVER = say("This attempt to connect took too long or was cancelled. Start again.");

/**
 * Stores all of the accounts, or none if the person was blocked or is leaving. A grant that becomes no
 * connection is revoked.
 * @throws {Error} any failure of the database
 */
export async function saveConnections(runtime: EndingRuntime, authorised: Authorised): Promise<Saved> {
  const { loose, ...saved } = await saveOnce(runtime, authorised).catch(async (error: unknown) => {
    if (!isTaken(error)) throw error;
    // Another person connected the account at the same moment: the second attempt can name them.
    return await saveOnce(runtime, authorised);
  });
  await endAll(runtime, loose);
  return saved;
}

async function saveOnce(runtime: EndingRuntime, authorised: Authorised) {
  const { person, platform, results, grantId, choiceId } = authorised;
  return await transactRepeatedly(runtime.database, async (transaction) => {
    const isWelcome = await lockWelcome(transaction, person);
    const known = await lockKnown(transaction, { person, platform }, results);
    if (choiceId !== undefined)
      await transaction.delete(connectionChoices).where(eq(connectionChoices.id, choiceId));
    const isHeld = await lockHold(transaction, runtime, grantId);
    const connections: Connection[] = [];
    const problems: Told[] = isWelcome && isHeld ? [] : [OVER];
    const replaced: ConnectionRow[] = [];
    for (const result of isWelcome && isHeld ? results : []) {
      const saved = await saveAccount(runtime, transaction, { ...authorised, result, known });
      if ("problem" in saved) problems.push(saved.problem);
      else connections.push(saved.connection);
      if ("replaced" in saved) replaced.push(...saved.replaced);
    }
    if (connections.length > 0) await removeHold(transaction, grantId);
    else await dropHold(transaction, runtime, { grantId });
    const ids = connections.map(({ id }) => id);
    await runtime.accountShares.release(transaction, ids, runtime.now());
    return { connections, problems, loose: await throwAway(transaction, runtime, replaced) };
  });
}

/**
 * Locks the person before any account, so that a block or departure waits for this transaction, or the other
 * way round.
 * @returns false when the person may connect nothing any more
 */
async function lockWelcome(transaction: Queryable, { id }: { readonly id: string }): Promise<boolean> {
  const [row] = await transaction
    .select({ blockedAt: users.blockedAt })
    .from(users)
    .where(eq(users.id, id))
    .for("share");
  return row?.blockedAt === null;
}

/** Locks the rows of these accounts: live ones, whoever they belong to, and this person's disconnected ones. */
async function lockKnown(
  transaction: Queryable,
  { person, platform }: Pick<Authorised, "person" | "platform">,
  results: readonly OAuthResult[],
): Promise<ConnectionRow[]> {
  const accountIds = results.map(({ account }) => account.id);
  return await transaction
    .select()
    .from(socialConnections)
    .where(
      and(
        eq(socialConnections.platform, platform),
        inArray(socialConnections.platformUserId, accountIds),
        or(isNull(socialConnections.revokedAt), eq(socialConnections.userId, person.id)),
      ),
    )
    .orderBy(asc(socialConnections.id))
    .for("no key update");
}
