/** Ends grants that no connection holds at their networks: at once by whoever threw them away, else by a worker, again and again. */
import { and, asc, eq, inArray, isNull, lte, or, type SQL, sql } from "drizzle-orm";
import pLimit from "p-limit";
import type { Logger } from "pino";
import type { Queryable } from "../../database/open.ts";
import { span } from "../../database/pulse.ts";
import { transactRepeatedly } from "../../database/repeated.ts";
import { departures, looseGrants, socialConnections } from "../../database/schema.ts";
import { revocations } from "../../net/meter.ts";
import { asTask, callFields } from "../../net/task.ts";
import { recordEvent } from "../../people/audit.ts";
import {
  type Account,
  PlatformError,
  type PlatformName,
  type SocialPlatform,
} from "../../platforms/platform.ts";
import { findOtherWith, mayOpenElsewhere } from "../processes.ts";
import { KEY_LOST, type TokensRuntime, unseal } from "../tokens.ts";
import { isAlike, isInUse } from "./grant-use.ts";
import type { LooseGrant } from "./loose-grants.ts";

export interface EndingRuntime extends TokensRuntime {
  readonly log: Pick<Logger, "info" | "error">;
}

/**
 * "ended": the network said so. "in use": it lets us in to other accounts that are connected. "impossible": the network
 * has no call for it. "later": it could not be told yet. "given up": for a week it could not.
 */
export type GrantEnding = "ended" | "in use" | "impossible" | "later" | "given up";

/** Longer than any network is down. */
const PATIENCE_MS = 7 * 86_400_000;
/** Between two tries: from a minute on, each four times the one before. */
const FIRST_WAIT_MS = 60_000;
const LONGEST_WAIT_MS = 86_400_000;

/** Access tokens that end one by one last no longer (docs/networks/linkedin.md, section 2.3). */
const TOKEN_LIFE_MS = 60 * 86_400_000;

/** Claimed at a time; whoever claimed one and died gives it up after this. */
const ROUND = 24;
const CLAIM_MS = 300_000;
/** Asked at the same time, of one network in each process. */
const SIDE_BY_SIDE = 6;

/** Servers that take no call before that: each further one would only make it longer. */
type Limited = Map<string, Date>;

function isSetUp({ platforms }: Pick<EndingRuntime, "platforms">, name: PlatformName): boolean {
  return platforms.availablePlatforms().some((platform) => platform.name === name);
}

/** When the next grant of a network is to be ended, or given up where the network is not set up. */
export function whenGrantDue(runtime: Pick<EndingRuntime, "platforms">, name: PlatformName): SQL {
  const due = isSetUp(runtime, name)
    ? sql`${looseGrants.dueAt}`
    : sql`greatest(${looseGrants.dueAt}, ${looseGrants.createdAt} + ${span(PATIENCE_MS)})`;
  return sql`select min(${due}) from ${looseGrants} where ${looseGrants.platform} = ${name}`;
}

/** Those of one network whose time has come, until none is left. @returns how many were looked at */
export async function endLooseGrantsAt(runtime: EndingRuntime, name: PlatformName): Promise<number> {
  if (!isSetUp(runtime, name)) return await giveUpAt(runtime, name);
  const limited: Limited = new Map();
  let looked = 0;
  for (let round = ROUND; round === ROUND; looked += round) {
    const claimed = await claim(runtime, name);
    await endAll(runtime, claimed, limited);
    round = claimed.length;
  }
  return looked;
}

/** Gives up the grants of a network that no process has, once they have waited for a week. Returns how many it looked at. */
export async function giveUpAt(runtime: EndingRuntime, name: PlatformName): Promise<number> {
  if ((await findOtherWith(runtime, name)) !== undefined) return 0;
  const isOld = lte(looseGrants.createdAt, new Date(runtime.now().getTime() - PATIENCE_MS));
  let looked = 0;
  for (let round = ROUND; round === ROUND; looked += round) {
    const claimed = await claim(runtime, name, isOld);
    for (const grant of claimed) await tryLater(runtime, grant, "not-set-up");
    round = claimed.length;
  }
  return looked;
}

/** Whoever moves its time on has it: no second process takes it too, and no connection is made of it any more. */
async function claim(
  { database, now }: EndingRuntime,
  name: PlatformName,
  which?: SQL,
): Promise<LooseGrant[]> {
  const isDue = and(lte(looseGrants.dueAt, now()), eq(looseGrants.platform, name), which);
  const due = database
    .select({ id: looseGrants.id })
    .from(looseGrants)
    .where(isDue)
    .orderBy(asc(looseGrants.dueAt))
    .limit(ROUND);
  return await database
    .update(looseGrants)
    .set({
      isHeld: false,
      tries: sql`${looseGrants.tries} + 1`,
      dueAt: new Date(now().getTime() + CLAIM_MS),
    })
    .where(and(inArray(looseGrants.id, due), isDue))
    .returning();
}

/** Those of one person there one after the other, since they may end together. As `endGrant`. */
export async function endAll(
  runtime: EndingRuntime,
  grants: readonly LooseGrant[],
  limited: Limited = new Map(),
): Promise<void> {
  const inTurn = pLimit(SIDE_BY_SIDE);
  const groups = Map.groupBy(grants, ({ id, grantedBy }) => grantedBy ?? id);
  const endings = [...groups.values()].map((together) =>
    inTurn(async () => {
      for (const grant of together) await endGrant(runtime, grant, limited);
    }),
  );
  await Promise.all(endings);
}

/** What nobody else has in hand: `throwAway` returned it, or it was just claimed. It throws nothing that the network says. */
export async function endGrant(
  runtime: EndingRuntime,
  grant: LooseGrant,
  limited: Limited = new Map(),
): Promise<GrantEnding> {
  const platform = runtime.platforms.availablePlatforms().find(({ name }) => name === grant.platform);
  if (platform === undefined) return await tryLater(runtime, grant, "not-set-up");
  const task = {
    doing: "revoking",
    network: platform.name,
    ...(grant.connectionId && { connectionId: grant.connectionId }),
  } as const;
  const ending = await asTask(task, () => endAt(runtime, grant, { platform, limited }));
  revocations.add({ network: platform.name, result: ending });
  return ending;
}

async function endAt(
  runtime: EndingRuntime,
  grant: LooseGrant,
  { platform, limited }: { readonly platform: SocialPlatform; readonly limited: Limited },
): Promise<GrantEnding> {
  const account = toAccount(grant);
  const server = platform.serverOf(account) ?? platform.name;
  const until = limited.get(server);
  if (until !== undefined) return await tryLater(runtime, grant, "limited", until);
  try {
    if (!(await isStillThere(runtime, grant))) return "ended";
    if (!runtime.vault.canOpen(grant.accessTokenEnc) && (await mayOpenElsewhere(runtime)))
      return await leaveToOthers(runtime, grant);
    const tokens = { ...unseal(runtime.vault, grant), scopes: [] };
    if (await isInUse(runtime, { grant, platform, account, tokens }))
      return await leaveInUse(runtime, grant, platform);
    if ((await platform.revokeToken(account, tokens)) === "impossible")
      return await forget(runtime, grant, "impossible");
  } catch (error) {
    if (!(error instanceof PlatformError)) runtime.log.error({ err: error }, "ending a grant failed");
    const { code = "unexpected", kind, retryAt } = error instanceof PlatformError ? error : {};
    if (kind === "rate-limited" && retryAt !== undefined) limited.set(server, retryAt);
    const isDead = kind === "reconnect-needed" && code !== KEY_LOST;
    if (!isDead) return await tryLater(runtime, grant, code, retryAt);
  }
  await noteEnd(runtime, grant, { whole: platform.grantOf(account), platform });
  return "ended";
}

function toAccount({ platformUserId: id, extraData: extra, grantedBy }: LooseGrant): Account {
  return { id, username: id, displayName: id, extra, ...(grantedBy === null ? {} : { grantedBy }) };
}

/** It goes with others of the same grant. */
async function isStillThere({ database }: EndingRuntime, { id }: LooseGrant): Promise<boolean> {
  return (await database.$count(looseGrants, eq(looseGrants.id, id))) > 0;
}

/** @param ended.whole who may have lost their tokens with it, or certainly did */
async function noteEnd(
  { database, now }: EndingRuntime,
  grant: LooseGrant,
  { whole, platform }: { readonly whole: string | undefined; readonly platform: SocialPlatform },
): Promise<void> {
  await transactRepeatedly(database, async (transaction) => {
    const isSame = whole === undefined ? undefined : isAlike(socialConnections, grant, whole);
    // Whoever connected by it while the network was asked: it is asked of them soon, and says so.
    if (isSame !== undefined)
      await transaction
        .update(socialConnections)
        .set({ lastVerifiedAt: null })
        .where(and(isSame, isNull(socialConnections.revokedAt)));
    await transaction
      .delete(looseGrants)
      .where(
        or(
          eq(looseGrants.id, grant.id),
          whole === undefined || !platform.tokensEndTogether ? undefined : isAlike(looseGrants, grant, whole),
        ),
      );
    // What it was left to is over: the others that are left have their turn.
    if (whole !== undefined && !platform.tokensEndTogether)
      await transaction
        .update(looseGrants)
        .set({ dueAt: now() })
        .where(and(isAlike(looseGrants, grant, whole), eq(looseGrants.isHeld, false)));
    await recordEvent(transaction, {
      userId: grant.userId,
      action: "connection.grant-ended",
      subject: grant.connectionId ?? grant.id,
    });
  });
}

/** It ends with the account that uses it, or, where that is not sure, is asked for again until then. */
async function leaveInUse(
  runtime: EndingRuntime,
  grant: LooseGrant,
  { tokensEndTogether }: SocialPlatform,
): Promise<GrantEnding> {
  const { database, now } = runtime;
  const isOver = now().getTime() - grant.createdAt.getTime() > TOKEN_LIFE_MS;
  if (tokensEndTogether || isOver) return await forget(runtime, grant, "in use");
  await database
    .update(looseGrants)
    // Whoever left is not waited for by it.
    .set({ dueAt: new Date(now().getTime() + LONGEST_WAIT_MS), departureId: null })
    .where(eq(looseGrants.id, grant.id));
  return "in use";
}

async function forget(
  { database }: EndingRuntime,
  grant: LooseGrant,
  ending: "in use" | "impossible",
): Promise<GrantEnding> {
  await database.transaction(async (transaction) => {
    if (ending === "impossible") await noteLeft(transaction, grant);
    await transaction.delete(looseGrants).where(eq(looseGrants.id, grant.id));
  });
  return ending;
}

/** For whoever left, if they did; else in the person's own log. */
async function noteLeft(
  transaction: Queryable,
  { id, userId, connectionId, departureId, platform }: LooseGrant,
): Promise<void> {
  const action = "connection.grant-left";
  await recordEvent(transaction, { userId, action, subject: connectionId ?? id });
  if (departureId === null) return;
  await transaction
    .update(departures)
    .set({ left: sql`${departures.left} || to_jsonb(array[${platform}::text])` })
    .where(eq(departures.id, departureId));
}

/** They have the key, and what this process cannot do counts as no try. */
async function leaveToOthers({ database, now }: EndingRuntime, { id, tries }: LooseGrant): Promise<"later"> {
  await database
    .update(looseGrants)
    .set({ tries: tries - 1, dueAt: new Date(now().getTime() + FIRST_WAIT_MS) })
    .where(eq(looseGrants.id, id));
  return "later";
}

/** @param until when the network takes it, where it says so */
async function tryLater(
  { database, log, now }: EndingRuntime,
  grant: LooseGrant,
  cause: string,
  until?: Date,
): Promise<GrantEnding> {
  const { id, connectionId, tries } = grant;
  log.info(
    { ...callFields(), grantId: id, connectionId, tries, code: cause },
    "the network did not revoke the grant",
  );
  if (now().getTime() - grant.createdAt.getTime() < PATIENCE_MS) {
    const usual = now().getTime() + Math.min(FIRST_WAIT_MS * 4 ** (tries - 1), LONGEST_WAIT_MS);
    const asked = Math.min(until?.getTime() ?? 0, now().getTime() + LONGEST_WAIT_MS);
    await database
      .update(looseGrants)
      .set({ dueAt: new Date(Math.max(usual, asked)) })
      .where(eq(looseGrants.id, id));
    return "later";
  }
  await database.transaction(async (transaction) => {
    await noteLeft(transaction, grant);
    await transaction.delete(looseGrants).where(eq(looseGrants.id, id));
  });
  return "given up";
}
