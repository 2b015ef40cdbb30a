/** Keeps connections alive and known: renews tokens before they end, and asks each network once a day whether it still lets us in. */
import { and, asc, eq, inArray, isNull, lte, or, sql } from "drizzle-orm";
import type { Queryable } from "../database/open.ts";
import { socialConnections } from "../database/schema.ts";
import { asTask, callFields, type TaskFields } from "../net/task.ts";
import { type Account, PlatformError } from "../platforms/platform.ts";
import { say, type Told } from "../words/words.ts";
import { boundAccount } from "./account.ts";
import type { ConnectionRow } from "./connection.ts";
import { ConnectionGone, renew, type TokensRuntime, withTokens } from "./tokens.ts";

export interface UpkeepRuntime extends TokensRuntime {
  readonly log: {
    info(details: object, message: string): void;
    error(details: object, message: string): void;
  };
}

const DAY_MS = 86_400_000;
/** At most so many at a time: the next round takes the rest. */
const ROUND = 100;
/** Asked at the same time. */
const SIDE_BY_SIDE = 4;

/** Those that work, of networks that are set up. */
function alive({ platforms }: UpkeepRuntime) {
  const names = platforms.availablePlatforms().map(({ name }) => name);
  return and(
    isNull(socialConnections.revokedAt),
    eq(socialConnections.status, "active"),
    inArray(socialConnections.platform, names),
  );
}

/** Renews what is due; what fails keeps its tokens and is tried again the next day. Returns how many were renewed. */
export async function renewDue(runtime: UpkeepRuntime): Promise<number> {
  const { database } = runtime;
  const isDue = and(alive(runtime), lte(socialConnections.nextRenewalAt, runtime.now()));
  const due = database
    .select({ id: socialConnections.id })
    .from(socialConnections)
    .where(isDue)
    .orderBy(asc(socialConnections.nextRenewalAt))
    .limit(ROUND);
  // Whoever moves its time on has it: no second process takes it too.
  const claimed = await database
    .update(socialConnections)
    .set({ nextRenewalAt: new Date(runtime.now().getTime() + DAY_MS) })
    .where(and(inArray(socialConnections.id, due), isDue))
    .returning();
  return await forEachOf(runtime, claimed, "renewing", async (row) => {
    await renew(runtime, row);
  });
}

/** Verifies whom nobody verified for a day. Returns how many are fine. */
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
  return await forEachOf(runtime, claimed, "verifying", (row) => verify(runtime, row.id));
}

/**
 * Has all of them verified within minutes, by tokens that are renewed first where that is possible: a token that works once
 * may have been used since by what nobody here remembers. Returns how many.
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
      // Renewing proves more than verifying: the token of before may still work where the grant is dead.
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
  /** Only reconnecting helps. */
  | { readonly outcome: "reconnect"; readonly problem: Told }
  /** The network could not be asked: nothing is known. */
  | { readonly outcome: "unknown"; readonly problem: Told }
  | { readonly outcome: "not-found" };

/** Asks the network now, because the person wants to know. A connection that was marked by mistake is active again. */
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
    const problem = say("This network is no longer set up here: ask the operator of this service.");
    return { outcome: "unknown", problem };
  }
  return await asTask({ doing: "verifying", connectionId, network: mine.network }, () =>
    verifyNow(runtime, connectionId),
  );
}

async function verifyNow(runtime: UpkeepRuntime, connectionId: string): Promise<Verification> {
  try {
    await verify(runtime, connectionId);
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
 * The account as it is now is what we know of it from now on. It is kept only for the tokens that the network was asked
 * with: where they were wiped or replaced meanwhile, by a call of the network or a change of keys, it is asked anew.
 * @throws {PlatformError} @throws {ConnectionGone}
 */
async function verify(runtime: UpkeepRuntime, connectionId: string): Promise<void> {
  let known: ConnectionRow["status"] | undefined;
  for (;;) {
    const seen = await withTokens(runtime, connectionId, async (connection, tokens, row) => {
      known ??= row.status;
      // A renewal that found the grant dead meanwhile knows more than a token that still works.
      if (row.status !== known) return undefined;
      const platform = runtime.platforms.getPlatform(connection.platform);
      const account = boundAccount(await platform.verifyToken(connection.account, tokens));
      return { account, status: row.status, sealed: row.accessTokenEnc ?? "" };
    });
    if (seen === undefined || (await keepVerified(runtime, connectionId, seen))) return;
  }
}

async function keepVerified(
  { database, now }: UpkeepRuntime,
  connectionId: string,
  {
    account,
    status,
    sealed,
  }: { readonly account: Account; readonly status: ConnectionRow["status"]; readonly sealed: string },
): Promise<boolean> {
  const isActive = eq(socialConnections.status, "active");
  const kept = await database
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
  return kept.length > 0;
}
