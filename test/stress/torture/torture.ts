/** Rounds of requests while everything breaks and people act; then peace, and the ledger. */

import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { eq, gt, inArray, sql } from "drizzle-orm";
import { endLooseGrantsAt } from "../../../src/connections/grants/end-due-grants.ts";
import { looseGrants, shareDeletions, socialShares } from "../../../src/database/schema.ts";
import { type PlatformName, platformNames } from "../../../src/platforms/platform.ts";
import { getShareRequest, listShares } from "../../../src/sharing/record/history.ts";
import { isSettled, type Share } from "../../../src/sharing/share.ts";
import { control } from "../../harness/networks/networks.ts";
import { orderFault } from "../../harness/people/shares.ts";
import { waitFor } from "../../harness/wait.ts";
import { act, findBroken, makePromises, type PlannedAct, type Promises, planActs } from "./acts.ts";
import {
  type Day,
  type Dice,
  isForgetful,
  planDay,
  planDeletionTrouble,
  planHabits,
  planLate,
  planRound,
  planUpsets,
  type Round,
  rollDice,
  shuffle,
  type Upset,
} from "./dice.ts";
import { countReasons, keepLedger, type Ledger, type SeenText } from "./ledger.ts";
import { readFailures } from "./log.ts";
import { allRelatives, openWorld, untilUp, type World } from "./world.ts";

export interface Report {
  readonly ledger: Ledger;
  /** One line for each share that went wrong, and each process that exited by itself. */
  readonly wrong: readonly string[];
  /** Why shares were not posted, or not for certain. */
  readonly reasons: readonly string[];
  readonly kills: number;
  readonly troubles: number;
  readonly reconnects: number;
  /** What happened to the database apart from being killed, and how often. */
  readonly upsets: ReadonlyMap<string, number>;
  /** What people did apart from sharing: "block Ben", and how often. */
  readonly acts: ReadonlyMap<string, number>;
  /** The failures that the processes logged, and how often. */
  readonly failures: ReadonlyMap<string, number>;
}

/** The state of a run. */
interface Run {
  readonly tell: (line: string) => void;
  readonly world: World;
  readonly promises: Promises;
  /** Ana's share requests, newest last. */
  readonly requests: string[];
  /** What each round proved wrong. */
  readonly wrong: Set<string>;
}

/** How many of the latest requests are compared with the networks after each round; all of them at the end. */
const PROVED_EACH_ROUND = 8;

/** How many rounds pass before Ana checks her accounts, and how many shares may be open before she waits. */
const LOOK_EVERY = 5;
const MOST_OPEN = 30;
const UPSET_EVERY = 4;
/** After this many rounds a day passes, because networks allow only so many posts in one. */
const DAY_ROUNDS = 80;
const DAY_SECONDS = 90_000;

export async function torture(options: {
  rounds: number;
  seed: number;
  /** With this many of Mastodon's other servers, by the seed. Absent: with all of them. */
  relatives?: number;
  /** Once in this many rounds something happens to the database, one kind after the other. */
  upsetEvery?: number;
  /** When no further round begins, in milliseconds since 1970. */
  until?: number;
  tell?: (line: string) => void;
}): Promise<Report> {
  const { rounds, seed, until = Infinity, tell = () => {}, relatives = allRelatives.length } = options;
  const { upsetEvery = UPSET_EVERY } = options;
  const dice = rollDice(seed);
  // Separate dice, so that a seed keeps its faults and kills.
  const peoplesDice = rollDice(seed ^ 0x70_65_6f_70);
  const latenessDice = rollDice(seed ^ 0x6c_61_74_65);
  const planned = planUpsets(rollDice(seed ^ 0x75_70_73_65));
  const upsets = new Map<string, number>();
  const world = await openWorld(shuffle(rollDice(seed), allRelatives).slice(0, relatives));
  tell(`All is up, and ${world.connections.length} accounts are connected.`);
  const run: Run = { tell, world, promises: makePromises(), requests: [], wrong: new Set() };
  const counts = { kills: 0, troubles: 0, reconnects: 0 };
  let day = planDay(latenessDice);
  try {
    for (let number = 0; number < rounds && Date.now() < until; number += 1) {
      const round = planRound(dice);
      const acts = planActs(peoplesDice);
      counts.kills += round.kills.length;
      counts.troubles += round.troubles.length;
      const more = withMore(round, peoplesDice, { dice: latenessDice, day });
      const upset = number % upsetEvery === upsetEvery - 1 ? planned.next().value : undefined;
      if (upset !== undefined) upsets.set(upset.kind, (upsets.get(upset.kind) ?? 0) + 1);
      await play(run, number, { ...more, upset }, acts);
      await prove(run);
      if (number % LOOK_EVERY === 0) counts.reconnects += await world.patiently(() => world.reconnect());
      if (number % DAY_ROUNDS === DAY_ROUNDS - 1) {
        await endDay(world);
        day = planDay(latenessDice);
      }
      if (number % 25 === 24)
        tell(`round ${number + 1} of ${rounds}: ${JSON.stringify({ ...counts, wrong: run.wrong.size })}`);
    }
    tell(`Peace, after ${run.requests.length} rounds.`);
    await endDay(world);
    counts.reconnects += await world.patiently(() => world.reconnect());
    const shares = await settle(world);
    const { ledger, wrong } = keepLedger(shares, {
      ...{ asked: run.requests.length, posts: readPosts(world) },
      accounts: world.connections,
    });
    const collapses = world.collapses.map((words) => `A process ended by itself. ${words}`);
    const broken = await findBroken(world, run.promises);
    const failures = readFailures(world.outputs());
    const all = new Set([
      ...run.wrong,
      ...wrong,
      ...broken,
      ...findUnwanted(run),
      ...collapses,
      ...failures.wrong,
    ]);
    return {
      ...{ ledger, wrong: [...all], reasons: countReasons(shares), ...counts, upsets },
      ...{ acts: run.promises.counts, failures: failures.counts },
    };
  } finally {
    await world.stop();
  }
}

function withMore(round: Round, peoplesDice: Dice, { dice, day }: { dice: Dice; day: Day }): Round {
  const troubles = [...round.troubles, ...planDeletionTrouble(peoplesDice), ...planLate(dice, day)];
  return { ...round, troubles, habits: planHabits(dice, day) };
}

async function play(
  { world, promises, requests }: Run,
  number: number,
  { habits, troubles, kills, upset, passSeconds }: Round,
  acts: readonly PlannedAct[],
): Promise<void> {
  await passTime(world, passSeconds);
  await world.behave(habits);
  for (const { network, endpoint, fault } of troubles)
    await orderFault(world.emulator[network], endpoint, fault);
  const asked = ask(world, number).then((request) => requests.push(request));
  const upsetting = upset && happen(world, upset, asked);
  // That kills it already.
  const dying = kills.map(async (kill) => {
    if (upset !== undefined && kill.victim === "database") return;
    await pause(kill.afterMs);
    await world.kill(kill);
  });
  // What a database has forgotten is no broken promise to people.
  const isForgotten = upset !== undefined && isForgetful(upset);
  const acting = isForgotten ? [] : acts.map((planned) => act(world, promises, requests, planned));
  await Promise.all([...dying, ...acting, asked, upsetting]);
  await waitFor(
    "some shares to be settled",
    async () => {
      const open = await world.patiently(() => countOpen(world));
      if (open <= MOST_OPEN) return true;
      await letTimePass(world, 20);
      return undefined;
    },
    180_000,
    200,
  );
}

async function happen(world: World, upset: Upset, asked: Promise<unknown>): Promise<void> {
  if (isForgetful(upset)) await asked;
  await pause(upset.afterMs);
  await world.upset(upset);
}

/**
 * The records of the latest requests match the networks. While shares are under way, a record may be read a moment
 * before it changes, but a real mistake is still there when it is read again.
 */
async function prove({ tell, world, requests, wrong, promises }: Run): Promise<void> {
  const { runtime, person } = world;
  const look = async () => {
    const shares: Share[] = [];
    for (const id of requests.slice(-PROVED_EACH_ROUND))
      shares.push(
        ...((await world.patiently(() => getShareRequest(runtime, person, id)))?.shares ?? []).filter(
          ({ status }) => isSettled(status),
        ),
      );
    return keepLedger(shares, { asked: 0, posts: readPosts(world), accounts: world.connections }).wrong;
  };
  let found = await look();
  for (let looks = 0; looks < 5 && found.length > 0; looks += 1) {
    await pause(300);
    const again = await look();
    found = found.filter((line) => again.includes(line));
  }
  for (const line of [...found, ...(await findBroken(world, promises))])
    if (!wrong.has(line)) {
      wrong.add(line);
      tell(line);
    }
}

/** Posts of people who left exist at most once, and those that were stopped before do not exist. */
function findUnwanted({ world, promises }: Run): string[] {
  // Visitors have one account at each network.
  const posts = [...readPosts(world)].flatMap(([name, seen]) => seen.map(({ text }) => ({ name, text })));
  const twice = promises.left.flatMap((message) => {
    const networks = posts.filter(({ text }) => text.includes(message)).map(({ name }) => name);
    return networks.length === new Set(networks).size
      ? []
      : [`${message} is there twice: ${networks.join()}`];
  });
  const stopped = promises.never.filter(({ platform, message }) =>
    posts.some(({ name, text }) => name === platform && text.includes(message)),
  );
  return [
    ...twice,
    ...stopped.map(
      ({ platform, message }) => `${message} is at ${platform}, though its person was blocked before`,
    ),
  ];
}

function readPosts({ emulator }: World): ReadonlyMap<PlatformName, readonly SeenText[]> {
  return new Map(
    platformNames.map((name) => [
      name,
      emulator[name].world.memory.posts.map(({ text, handle, deletedAt }) => ({
        ...{ text, handle },
        deleted: deletedAt !== undefined,
      })),
    ]),
  );
}

/** Submits as a browser does, and, like a person who got no answer, again with the same key. */
async function ask(world: World, number: number): Promise<string> {
  const { visitor, connections, image } = world;
  const form = new URLSearchParams({
    url: `https://blog.example.com/${number}`,
    title: `Post ${number}`,
    message: `Round ${number}`,
    image,
    idempotency_key: randomUUID(),
  });
  for (const { id } of connections) form.append("account", id);
  return await waitFor(
    `round ${number} to be taken`,
    async () => {
      const answer = await visitor.post("/social/share/", form).catch(() => undefined);
      // An account must be reconnected first.
      if (answer?.status === 422) await world.patiently(() => world.reconnect());
      const target = answer?.headers.get("location") ?? "";
      // A session ends some day.
      if (answer?.status === 303 && target.includes("/login/")) await world.signIn();
      return answer?.status === 303 ? /\/social\/share\/([\w-]{36})\//.exec(target)?.[1] : undefined;
    },
    120_000,
    100,
  );
}

/** Everything that can be is settled, and a day passes. */
async function endDay(world: World): Promise<void> {
  for (const name of platformNames) await control(world.emulator[name], "DELETE", "faults");
  await world.behave([]);
  await world.patiently(() => world.reconnect());
  await settle(world);
  await world.passTime(DAY_SECONDS);
}

/** Time passes until nothing is open any more, up to this limit. */
async function settle(world: World): Promise<Share[]> {
  await untilUp(world);
  await waitFor(
    "all to be settled",
    async () => {
      if (!(await world.patiently(() => isUnderWay(world)))) return true;
      await letTimePass(world, 30);
      return undefined;
    },
    240_000,
    300,
  );
  return await world.patiently(() => readAll(world));
}

/** Any delivery, deletion, or ending of an unused grant. */
async function isUnderWay(world: World): Promise<boolean> {
  const { runtime } = world;
  for (const name of platformNames) await endLooseGrantsAt(runtime, name);
  const left =
    (await countOpen(world)) +
    (await runtime.database.$count(shareDeletions, eq(shareDeletions.state, "deleting"))) +
    (await runtime.database.$count(looseGrants));
  return left > 0;
}

/** At least this long; when everything waits, until the first share continues: limits may last until midnight. */
async function letTimePass(world: World, seconds: number): Promise<void> {
  const open = await world.patiently(() =>
    world.runtime.database
      .select({ at: socialShares.nextAttemptAt })
      .from(socialShares)
      .where(inArray(socialShares.status, ["queued", "sending"])),
  );
  const leaving = await world.patiently(() =>
    world.runtime.database
      .select({ at: shareDeletions.nextAttemptAt })
      .from(shareDeletions)
      .where(eq(shareDeletions.state, "deleting")),
  );
  const ending = await world.patiently(() =>
    world.runtime.database.select({ at: looseGrants.dueAt }).from(looseGrants),
  );
  const now = world.runtime.now().getTime();
  const waits = [...open, ...leaving, ...ending].map(({ at }) => ((at?.getTime() ?? now) - now) / 1_000);
  const first = Math.min(...waits, DAY_SECONDS);
  // While everything waits, no request is under way.
  if (first > seconds) await world.passTime(first);
  else await passTime(world, seconds);
}

const STEP_SECONDS = 30;

/**
 * In steps, and while no request is under way: a call that really takes a moment must not take a quarter of an hour at
 * the network.
 */
async function passTime(world: World, seconds: number): Promise<void> {
  for (let left = seconds; left > 0; left -= STEP_SECONDS) {
    await waitFor("a moment without a request on its way", async () =>
      (await world.patiently(() => countHeld(world))) === 0 ? true : undefined,
    );
    await world.passTime(Math.min(left, STEP_SECONDS));
  }
}

/** By living workers: the leases of others end soon. */
async function countHeld({ runtime }: World): Promise<number> {
  return await runtime.database.$count(socialShares, gt(socialShares.leaseUntil, sql`now()`));
}

async function countOpen({ runtime }: World): Promise<number> {
  return await runtime.database.$count(socialShares, inArray(socialShares.status, ["queued", "sending"]));
}

async function readAll({ runtime, person }: World): Promise<Share[]> {
  const all: Share[] = [];
  let before: string | undefined;
  do {
    const page = await listShares(runtime, person, before === undefined ? {} : { before });
    all.push(...page.shares);
    before = page.next;
  } while (before !== undefined);
  return all;
}
