/** Rounds of asking while everything breaks; then peace, and the ledger. */
import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { inArray } from "drizzle-orm";
import { networkNames } from "../../emulator/network.ts";
import { socialShares } from "../../src/database/schema.ts";
import { type PlatformName, platformNames } from "../../src/platforms/platform.ts";
import { listShares } from "../../src/sharing/history.ts";
import { isSettled, type Share } from "../../src/sharing/share.ts";
import { control } from "../harness/networks.ts";
import { orderFault, postsOn } from "../harness/shares.ts";
import { waitFor } from "../harness/wait.ts";
import { planRound, type Round, rollDice } from "./dice.ts";
import { countReasons, keepLedger, type Ledger } from "./ledger.ts";
import { openWorld, untilUp, type World } from "./world.ts";

export interface Report {
  readonly ledger: Ledger;
  /** One line for each share that went wrong, and each process that ended by itself. */
  readonly wrong: readonly string[];
  /** Why shares were not posted, or not for sure. */
  readonly reasons: readonly string[];
  readonly kills: number;
  readonly troubles: number;
  readonly reconnects: number;
}

/** How many rounds go by before Ana looks at her accounts, and how many shares may be open before she waits. */
const LOOK_EVERY = 5;
const MOST_OPEN = 60;
/** After so many rounds a day passes, since networks allow only so many posts in one. */
const DAY_ROUNDS = 80;
const DAY_SECONDS = 90_000;

export async function torture(options: {
  rounds: number;
  seed: number;
  tell?: (line: string) => void;
}): Promise<Report> {
  const { rounds, seed, tell = () => {} } = options;
  const dice = rollDice(seed);
  const world = await openWorld();
  const counts = { kills: 0, troubles: 0, reconnects: 0 };
  try {
    for (let number = 0; number < rounds; number += 1) {
      const round = planRound(dice);
      counts.kills += round.kills.length;
      counts.troubles += round.troubles.length;
      await play(world, number, round);
      if (number % LOOK_EVERY === 0) counts.reconnects += await patiently(() => world.reconnect());
      if (number % DAY_ROUNDS === DAY_ROUNDS - 1) await endDay(world);
      if (number % 25 === 24) tell(`round ${number + 1} of ${rounds}: ${JSON.stringify(counts)}`);
    }
    await endDay(world);
    counts.reconnects += await patiently(() => world.reconnect());
    const shares = await settle(world);
    const posts = new Map<PlatformName, { text: string }[]>();
    for (const name of platformNames) posts.set(name, await postsOn(world.emulator[name]));
    const { ledger, wrong } = keepLedger(shares, { asked: rounds, posts });
    const collapses = world.collapses.map((words) => `A process ended by itself. ${words}`);
    return { ledger, wrong: [...wrong, ...collapses], reasons: countReasons(shares), ...counts };
  } finally {
    await world.stop();
  }
}

async function play(world: World, number: number, { troubles, kills, passSeconds }: Round): Promise<void> {
  await world.passTime(passSeconds);
  for (const { network, endpoint, fault } of troubles)
    await orderFault(world.emulator[network], endpoint, fault);
  const dying = kills.map(async (kill) => {
    await pause(kill.afterMs);
    await world.kill(kill);
  });
  await ask(world, number);
  await Promise.all(dying);
  await waitFor(
    "some shares to be settled",
    async () => {
      const open = await patiently(() => countOpen(world));
      if (open <= MOST_OPEN) return true;
      await letTimePass(world, 20);
      return undefined;
    },
    180_000,
    200,
  );
}

/** As a browser asks, and as a person does who got no answer: again, under the same key. */
async function ask(world: World, number: number): Promise<void> {
  const { visitor, connections, image } = world;
  const form = new URLSearchParams({
    url: `https://blog.example.com/${number}`,
    title: `Post ${number}`,
    message: `Round ${number}`,
    image,
    idempotency_key: randomUUID(),
  });
  for (const { id } of connections) form.append("account", id);
  await waitFor(
    `round ${number} to be taken`,
    async () => {
      const answer = await visitor.post("/social/share/", form).catch(() => undefined);
      // An account must be reconnected first.
      if (answer?.status === 422) await patiently(() => world.reconnect());
      const target = answer?.headers.get("location") ?? "";
      // A session ends some day.
      if (answer?.status === 303 && target.includes("/login/")) await world.signIn();
      return answer?.status === 303 && target.includes("/social/share/") ? true : undefined;
    },
    120_000,
    100,
  );
}

/** All is settled that can be, and a day passes. */
async function endDay(world: World): Promise<void> {
  for (const name of networkNames) await control(world.emulator[name], "DELETE", "faults");
  await patiently(() => world.reconnect());
  await settle(world);
  await world.passTime(DAY_SECONDS);
}

/** Time passes until nothing is open any more, at most so much of it. */
async function settle(world: World): Promise<Share[]> {
  await untilUp(world);
  return await waitFor(
    "all shares to be settled",
    async () => {
      const shares = await patiently(() => readAll(world));
      if (shares.every(({ status }) => isSettled(status))) return shares;
      await letTimePass(world, 30);
      return undefined;
    },
    240_000,
    300,
  );
}

/** At least so long; where everything waits, until the first goes on: limits may last until midnight. */
async function letTimePass(world: World, seconds: number): Promise<void> {
  const open = await patiently(() =>
    world.runtime.database
      .select({ at: socialShares.nextAttemptAt })
      .from(socialShares)
      .where(inArray(socialShares.status, ["queued", "sending"])),
  );
  const now = world.runtime.now().getTime();
  const waits = open.map(({ at }) => ((at?.getTime() ?? now) - now) / 1_000);
  await world.passTime(Math.max(seconds, Math.min(...waits, DAY_SECONDS)));
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

/** The database may be away for a moment, and a network may fail Ana as it fails her shares. */
async function patiently<T>(look: () => Promise<T>): Promise<T> {
  const failures: unknown[] = [];
  return await waitFor(
    "an answer",
    async () => {
      try {
        return await look();
      } catch (error) {
        if (failures.push(error) > 200) throw error;
        return undefined;
      }
    },
    60_000,
    100,
  );
}
