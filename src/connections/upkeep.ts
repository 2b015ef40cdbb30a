/**
 * Keeps connections working: refreshes tokens before they expire, and asks each network once a day whether the
 * connection still works.
 */

import { and, asc, eq, inArray, isNull, lte, or, sql } from "drizzle-orm";
import type { Queryable } from "../database/open.ts";
import { transactRepeatedly } from "../database/repeated.ts";
import { socialConnections } from "../database/schema.ts";
import { asTask, callFields, type TaskFields } from "../net/task.ts";
import { type Account, PlatformError } from "../platforms/platform.ts";
import { say, type Told } from "../words/words.ts";
import { boundAccount } from "./account.ts";
import { lockOwner } from "./account-shares.ts";
import type { ConnectionRow } from "./connection.ts";
import { ConnectionGone } from "./keys/connection-gone.ts";
import { renew, type TokensRuntime, withTokens } from "./tokens.ts";

export interface UpkeepRuntime extends TokensRuntime {
  readonly log: {
    info(details: object, message: string): void;
    error(details: object, message: string): void;
  };
}

const DAY_MS = 86_400_000;

/** Connections per round; the next round takes the rest. */
const ROUND = 100;
/** How many are checked at the same time. */
const SIDE_BY_SIDE = 4;

/** The condition for working connections of networks that are set up. */
function alive({ platforms }: UpkeepRuntime) {
  const names = platforms.availablePlatforms().map(({ name }) => name);
  return and(
    isNull(socialConnections.revokedAt),
    eq(socialConnections.status, "active"),
    inArray(socialConnections.platform, names),
  );
}

/**
 * Refreshes the tokens that are due. If that fails, the connection keeps its tokens and is tried again the next
 * day.
 * @returns how many were refreshed
 */
export async function renewDue(runtime: UpkeepRuntime): Promise<number> {
  const { database } = runtime;
  const isDue = and(alive(runtime), lte(socialConnections.nextRenewalAt, runtime.now()));
  const due = database
    .select({ id: socialConnections.id })
    .from(socialConnections)
    .where(isDue)
    .orderBy(asc(socialConnections.nextRenewalAt))
    .limit(ROUND);
  // Moving the time on claims the row, so that no other process takes it.
  const claimed = await database
    .update(socialConnections)
    .set({ nextRenewalAt: new Date(runtime.now().getTime() + DAY_MS) })
    .where(and(inArray(socialConnections.id, due), isDue))
    .returning();
  return await forEachOf(runtime, claimed, "renewing", async (row) => {
    await renew(runtime, row);
  });
}

/** Verifies connections that were not verified for a day. @returns how many work */
export async function verifyDue(runtime: UpkeepRuntime): Promise<number> {
  const { database } = runtime;
  const yesterday = new Date(runtime.now().getTime() - DAY_MS);
  const isDue = and(
    alive(runtime),
    or(isNull(socialConnections.lastVerifiedAt), lte(socialConnections.lastVerifiedAt, yesterday)),
  );
  const due = database
    .select({ id: socialConnections.id })
    .from(socialConnections)
    .where(isDue)
    .orderBy(asc(socialConnections.lastVerifiedAt))
    .limit(ROUND);
  const claimed = await database
    .update(socialConnections)
    .set({ lastVerifiedAt: runtime.now() })
    .where(and(inArray(socialConnections.id, due), isDue))
    .returning();
  return await forEachOf(runtime, claimed, "verifying", (row) => verify(runtime, row.id, "upkeep"));
}

/**
 * Has all connections verified within minutes, after a refresh where that is possible: once the database went
 * back in time, a single-use token may have been used already.
 * @returns how many
 */
export async function doubtTokens(
  { now }: Pick<UpkeepRuntime, "now">,
  transaction: Queryable,
): Promise<number> {
  const { tokenRenewAfter, nextRenewalAt, refreshTokenEnc } = socialConnections;
  const isRenewable = sql`${refreshTokenEnc} is not null and ${tokenRenewAfter} is not null`;
  const rows = await transaction
    .update(socialConnections)
    .set({
      // A refresh proves more than a verification: an access token may still work when its grant has ended.
      lastVerifiedAt: sql`case when ${isRenewable} then ${socialConnections.lastVerifiedAt} end`,
      nextRenewalAt: sql`case when ${isRenewable}
        then ${now().toISOString()}::timestamptz else ${nextRenewalAt} end`,
    })
    .where(and(isNull(socialConnections.revokedAt), eq(socialConnections.status, "active")))
    .returning({ id: socialConnections.id });
  return rows.length;
}

async function forEachOf(
  runtime: UpkeepRuntime,
  rows: readonly ConnectionRow[],
  doing: NonNullable<TaskFields["doing"]>,
  work: (row: ConnectionRow) => Promise<void>,
): Promise<number> {
  const waiting = [...rows];
  let done = 0;
  const take = async (): Promise<void> => {
    for (let row = waiting.shift(); row !== undefined; row = waiting.shift()) {
      const { id: connectionId, platform: network } = row;
      const isDone = await asTask({ doing, network, connectionId }, async () => {
        try {
          await work(row);
          return true;
        } catch (error) {
          tell(runtime, { connectionId, doing }, error);
          return false;
        }
      });
      if (isDone) done += 1;
    }
  };
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, take));
  return done;
}

function tell(runtime: UpkeepRuntime, about: { connectionId: string; doing: string }, error: unknown): void {
  if (error instanceof PlatformError)
    runtime.log.info(
      {
        ...callFields(),
        ...about,
        kind: error.kind,
        code: error.code,
        ...(error.status && { status: error.status }),
      },
      "a connection could not be kept up",
    );
  else if (!(error instanceof ConnectionGone))
    runtime.log.error({ ...about, err: error }, "a connection could not be kept up");
}

export type Verification =
  | { readonly outcome: "active" }
  /** The person has to reconnect the account. */
  | { readonly outcome: "reconnect"; readonly problem: Told }
  /** The network could not be asked. */
  | { readonly outcome: "unknown"; readonly problem: Told }
  | { readonly outcome: "not-found" };

/**
 * Verifies a connection at the person's request. A connection that was marked by mistake becomes active again.
 */
export async function verifyConnection(
  runtime: UpkeepRuntime,
  person: { readonly id: string },
  connectionId: string,
): Promise<Verification> {
  const [mine] = await runtime.database
    .select({ id: socialConnections.id, network: socialConnections.platform })
    .from(socialConnections)
    .where(and(eq(socialConnections.id, connectionId), eq(socialConnections.userId, person.id)));
  if (mine === undefined) return { outcome: "not-found" };
  const isSetUp = runtime.platforms.availablePlatforms().some(({ name }) => name === mine.network);
  if (!isSetUp) {
    const problem = say("This network is no longer set up here. Contact the operator of this service.");
    return { outcome: "unknown", problem };
  }
  return await asTask({ doing: "verifying", connectionId, network: mine.network }, () =>
    verifyNow(runtime, connectionId),
  );
}

async function verifyNow(runtime: UpkeepRuntime, connectionId: string): Promise<Verification> {
  try {
    await verify(runtime, connectionId, "person");
    return { outcome: "active" };
  } catch (error) {
    if (error instanceof ConnectionGone) return { outcome: "not-found" };
    if (!(error instanceof PlatformError)) throw error;
    tell(runtime, { connectionId, doing: "verifying" }, error);
    const outcome = error.kind === "reconnect-needed" ? "reconnect" : "unknown";
    return { outcome, problem: error.told };
  }
}

/**
 * Verifies a connection and stores the account as the network describes it. The result counts only for the
 * tokens that were used: if they were wiped or replaced meanwhile, the network is asked again.
 * @throws {PlatformError}
 * @throws {ConnectionGone}
 */
async function verify(runtime: UpkeepRuntime, connectionId: string, by: "person" | "upkeep"): Promise<void> {
  let known: ConnectionRow["status"] | undefined;
  for (;;) {
    const seen = await withTokens(runtime, connectionId, async (connection, tokens, row) => {
      known ??= row.status;
      // If a refresh found the grant ended meanwhile, it knows more than an access token that still works.
      if (row.status !== known) return undefined;
      const platform = runtime.platforms.getPlatform(connection.platform);
      const account = boundAccount(await platform.verifyToken(connection.account, tokens));
      return { account, status: row.status, sealed: row.accessTokenEnc ?? "" };
    });
    if (seen === undefined || (await keepVerified(runtime, connectionId, { ...seen, by }))) return;
  }
}

interface Verified {
  readonly account: Account;
  readonly status: ConnectionRow["status"];
  readonly sealed: string;
  readonly by: "person" | "upkeep";
}

/** What waited for the account goes on in the same transaction: once it works again, and whenever its person asks. */
async function keepVerified(
  { database, accountShares, now }: UpkeepRuntime,
  connectionId: string,
  { account, status, sealed, by }: Verified,
): Promise<boolean> {
  const isActive = eq(socialConnections.status, "active");
  return await transactRepeatedly(database, async (transaction) => {
    const releases = status !== "active" || by === "person";
    if (releases) await lockOwner(transaction, connectionId);
    const kept = await transaction
      .update(socialConnections)
      .set({
        platformUsername: account.username,
        displayName: account.displayName,
        avatarUrl: account.avatarUrl ?? null,
        extraData: account.extra,
        status: "active",
        errorCode: null,
        errorMessage: null,
        errorTold: null,
        tellAt: sql`case when ${isActive} then ${socialConnections.tellAt} end`,
        activeSince: sql`case when ${isActive} then ${socialConnections.activeSince} else ${now()}::timestamptz end`,
        lastVerifiedAt: now(),
        updatedAt: now(),
      })
      .where(
        and(
          eq(socialConnections.id, connectionId),
          eq(socialConnections.accessTokenEnc, sealed),
          eq(socialConnections.status, status),
          isNull(socialConnections.revokedAt),
        ),
      )
      .returning({ id: socialConnections.id });
    if (kept.length > 0 && releases) await accountShares.release(transaction, [connectionId], now());
    return kept.length > 0;
  });
}
