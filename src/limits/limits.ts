/** Rate limits, counted in the database for all processes together. */
import { createRequire } from "node:module";
import type pg from "pg";
import type { Logger } from "pino";
import type { RateLimiterPostgres } from "rate-limiter-flexible";
import { say, type Told } from "../words/words.ts";
import { networksOf } from "./address.ts";
import { Counters } from "./counters.ts";
import { type Action, type Rule, rules } from "./rules.ts";
import { type Attempt, type Counter, listCounters } from "./scopes.ts";
import { bySharedTime } from "./shared-time.ts";

export interface Limits {
  /** Counts one attempt. @returns how many seconds to wait, or undefined if the attempt is allowed */
  count(action: Action, from: Attempt): Promise<number | undefined>;
  /** The same for a limit that each process counts on its own, without the database. */
  countHere(action: "fragment", ipAddress: string | undefined): number | undefined;
}

export interface LimitsParts {
  readonly pool: pg.Pool;
  /** Keys the hashes, so that nobody can guess email addresses from them. */
  readonly secret: string;
  readonly log: Logger;
  readonly now: () => Date;
}

/**
 * How many exhausted counters to remember, so that a flood costs no queries. They can be dropped at any time, since the
 * database has them too.
 */
const MOST_KNOWN_OVER = 10_000;

/** How long to count in memory after a database error, in milliseconds. */
const AWAY_MS = 5_000;

/** Loads the library when the first attempt is counted. */
const loadLimiters = (): typeof import("rate-limiter-flexible") =>
  createRequire(import.meta.url)("rate-limiter-flexible");

/** Creates the limits of this process. If the database is away, it counts in memory. */
export function createLimits({ pool, secret, log, now }: LimitsParts): Limits {
  const limiters = new Map<string, RateLimiterPostgres>();
  const store = bySharedTime(pool, now);
  const here = new Counters(now);
  const over = new Map<string, number>();
  let awayUntil = 0;

  function findLimiter(action: Action, { scope, most }: Counter): RateLimiterPostgres {
    const name = `${action} ${scope}`;
    const known = limiters.get(name);
    if (known !== undefined) return known;
    const limiter = new (loadLimiters().RateLimiterPostgres)({
      storeClient: store,
      storeType: "pool",
      tableName: "rate_limits",
      tableCreated: true,
      // A background job removes old rows. The library would do so only in a process that runs for minutes.
      clearExpiredByTimeout: false,
      keyPrefix: name,
      points: most,
      duration: rules[action].seconds,
    });
    limiters.set(name, limiter);
    return limiter;
  }

  /** @returns when this counter allows an attempt again, in milliseconds since 1970; 0 if it allows this one */
  async function take(action: Action, counter: Counter): Promise<number> {
    const { seconds, atATime = 1 }: Rule = rules[action];
    const { key, scope, most } = counter;
    const place = `${action} ${scope} ${key}`;
    if (atATime > 1) {
      const { tries, endsAt } = here.add(place, seconds);
      if (tries > most) return endsAt;
      if (tries % atATime !== 1) return 0;
    }
    if (now().getTime() < awayUntil) return takeHere(place, most, seconds);
    try {
      await findLimiter(action, counter).consume(key, atATime);
      return 0;
    } catch (refusal) {
      // Over the limit, the library throws a result. Only errors come from the database.
      if (refusal instanceof loadLimiters().RateLimiterRes) {
        if (over.size >= MOST_KNOWN_OVER) over.clear();
        const until = now().getTime() + refusal.msBeforeNext;
        over.set(place, until);
        return until;
      }
      log.error(
        { problem: nameOf(refusal) },
        "counting limits in this process alone: the database does not answer",
      );
      awayUntil = now().getTime() + AWAY_MS;
      return takeHere(place, most, seconds);
    }
  }

  function takeHere(place: string, most: number, seconds: number): number {
    const { tries, endsAt } = here.add(`instead ${place}`, seconds);
    return tries > most ? endsAt : 0;
  }

  function findKnownOver(action: Action, counters: readonly Counter[]): number {
    const time = now().getTime();
    const ends = counters.map(({ scope, key }) => over.get(`${action} ${scope} ${key}`) ?? 0);
    return Math.max(0, ...ends.filter((end) => end > time));
  }

  const waitUntil = (moment: number) =>
    moment === 0 ? undefined : Math.max(1, Math.ceil((moment - now().getTime()) / 1_000));

  return {
    async count(action, from) {
      const counters = listCounters(rules[action], from, secret);
      const known = findKnownOver(action, counters);
      if (known > 0) return waitUntil(known);
      for (const counter of counters) {
        const until = await take(action, counter);
        if (until > 0) return waitUntil(until);
      }
      return undefined;
    },
    countHere(action, ipAddress) {
      if (ipAddress === undefined) return undefined;
      const { perNetwork, seconds } = rules[action];
      const { tries, endsAt } = here.add(`${action} ${networksOf(ipAddress).narrow}`, seconds);
      return tries > perNetwork ? waitUntil(endsAt) : undefined;
    },
  };
}

function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return "unknown";
  return "code" in error ? String(error.code) : error.name;
}

/** Tells the person how long to wait. */
export function tellWait(seconds: number): Told {
  return say("Too many attempts. Wait {minutes, plural, one {a minute} other {# minutes}}, then try again.", {
    minutes: Math.ceil(seconds / 60),
  });
}
