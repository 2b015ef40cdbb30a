/** How often something may be tried: counted in the database, for all processes together. */
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
  /** Counts one try. @returns for how many seconds to wait, or undefined: go on */
  count(action: Action, from: Attempt): Promise<number | undefined>;
  /** The same for what this process counts alone, at once. */
  countHere(action: "fragment", ipAddress: string | undefined): number | undefined;
}

export interface LimitsParts {
  readonly pool: pg.Pool;
  /** Keeps mail addresses from being guessed by their hashes. */
  readonly secret: string;
  readonly log: Logger;
  readonly now: () => Date;
}

/** Keys that are known to be over, so that a flood costs no query. The database knows them too: they may be forgotten. */
const MOST_KNOWN_OVER = 10_000;

/** After a failure of the database nobody waits for it again so soon, in milliseconds. */
const AWAY_MS = 5_000;

/** Loaded by the first try that is counted. */
const loadLimiters = (): typeof import("rate-limiter-flexible") =>
  createRequire(import.meta.url)("rate-limiter-flexible");

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
      // Removed by a job: this would do it only in a process that lives for minutes.
      clearExpiredByTimeout: false,
      keyPrefix: name,
      points: most,
      duration: rules[action].seconds,
    });
    limiters.set(name, limiter);
    return limiter;
  }

  /** @returns when this counter lets somebody through again, in milliseconds since 1970; 0: now */
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
      // Over the limit it throws what is no error; an error is the database's.
      if (refusal instanceof loadLimiters().RateLimiterRes) {
        if (over.size >= MOST_KNOWN_OVER) over.clear();
        const until = now().getTime() + refusal.msBeforeNext;
        over.set(place, until);
        return until;
      }
      log.error(
        { problem: nameOf(refusal) },
        "limits are counted in this process alone: the database does not",
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

/** For whoever has to wait. */
export function tellWait(seconds: number): Told {
  return say("Too many tries. Wait {minutes, plural, one {a minute} other {# minutes}}, then try again.", {
    minutes: Math.ceil(seconds / 60),
  });
}
