/** Looks every few seconds at what may go wrong around this process, and says so once: in the log and in the database. */
import { setTimeout as pause } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import type { Database } from "../../database/open.ts";
import { inEnglish } from "../../words/words.ts";
import { explainTrouble } from "./trouble-words.ts";
import { type SeenTrouble, type Trouble, type TroubleName, writeTroubles } from "./troubles.ts";

export interface TroubleWatch {
  /** What this process sees now: within half a second, as it was before where looking takes longer. */
  seen(): Promise<readonly SeenTrouble[]>;
  /** What was found at the start, and stands until the next one. */
  report(trouble: Trouble): void;
  close(): Promise<void>;
}

/** @returns the trouble that there is now */
export type Look = () => Trouble | undefined | Promise<Trouble | undefined>;

interface WatchParts {
  readonly database: Database;
  now(): Date;
  /** Of several that tell the same trouble, the first one counts. */
  readonly looks: readonly Look[];
  readonly log: Log;
}

interface Log {
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
  error(details: object, message: string): void;
}

export const LOOK_MS = 10_000;
const FRESH_MS = 1_000;
const WITHIN_MS = 500;
/** How often what is still there is said again, in milliseconds. */
const REPEAT_MS = 60_000;

export function watchTroubles({ database, now, looks, log }: WatchParts): TroubleWatch {
  const processId = crypto.randomUUID();
  const reported = new Map<TroubleName, Trouble>();
  let seen: readonly SeenTrouble[] = [];
  let looking: Promise<void> | undefined;
  let lookedAt = -Infinity;
  let written: { readonly seen: readonly SeenTrouble[]; readonly at: number } = { seen: [], at: -Infinity };
  let writing: Promise<void> | undefined;

  async function look(): Promise<void> {
    const found = (await Promise.all(looks.map((each) => each()))).filter((each) => each !== undefined);
    const before = seen;
    const all = [...reported.values(), ...found];
    const each = all.filter(({ name }, index) => all.findIndex((other) => other.name === name) === index);
    seen = each.map((trouble) => ({
      ...trouble,
      since: before.find(({ name }) => name === trouble.name)?.since ?? now(),
    }));
    lookedAt = performance.now();
    tell(log, before, seen);
    // Whoever cannot write it now is in a trouble that /readyz names by itself; it is written once that is over.
    writing ??= write()
      .catch(() => {})
      .finally(() => {
        writing = undefined;
      });
  }

  /** While there is nothing to say, nothing is written. */
  async function write(): Promise<void> {
    const isOld = seen.length > 0 && performance.now() - written.at > REPEAT_MS;
    if (isDeepStrictEqual(written.seen, seen) && !isOld) return;
    const given = { seen, at: performance.now() };
    await writeTroubles(database, processId, given.seen);
    written = given;
  }

  const lookOnce = () => {
    looking ??= look().finally(() => {
      looking = undefined;
    });
    return looking;
  };
  const lookSoon = () =>
    void lookOnce().catch((error: unknown) => log.error({ err: error }, "a look failed"));
  const timer = setInterval(lookSoon, LOOK_MS);
  timer.unref();
  lookSoon();
  return {
    seen: async () => {
      if (performance.now() - lookedAt > FRESH_MS)
        await Promise.race([lookOnce().catch(() => {}), pause(WITHIN_MS, undefined, { ref: false })]);
      return seen;
    },
    report: (trouble) => {
      if (isDeepStrictEqual(reported.get(trouble.name), trouble)) return;
      reported.set(trouble.name, trouble);
      lookSoon();
    },
    close: async () => {
      clearInterval(timer);
      await looking?.catch(() => {});
      await writing;
      if (written.seen.length > 0) await writeTroubles(database, processId, []).catch(() => {});
    },
  };
}

/** What is new, what became another degree of itself, and what is over: a line each. */
function tell(log: Log, before: readonly SeenTrouble[], after: readonly SeenTrouble[]): void {
  for (const trouble of after) {
    const known = before.find(({ name }) => name === trouble.name);
    if (known !== undefined && degreeOf(known) === degreeOf(trouble)) continue;
    const { what, advice } = explainTrouble(trouble);
    log.error({ trouble: trouble.name, ...trouble.details }, `${inEnglish(what)}. ${inEnglish(advice)}`);
  }
  for (const { name, since } of before)
    if (!after.some((trouble) => trouble.name === name))
      log.info({ trouble: name, since }, "trouble is over");
}

/** Numbers change all the time; a clock that jumped, or less than half the room, is news. */
function degreeOf({ name, details }: Trouble): string {
  switch (name) {
    case "clock":
      return `${name} ${Math.round(details.aheadSeconds / 60)}`;
    case "disk":
      return `${name} ${details.level} ${Math.floor(Math.log2(Math.max(1, (details.freeBytes ?? 0) / 1_000_000)))}`;
    case "networks":
      return `${name} ${details.platforms.join(" ")}`;
    default:
      return name;
  }
}
