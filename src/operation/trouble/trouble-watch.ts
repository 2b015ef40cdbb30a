/** Looks for troubles around this process every few seconds and reports each once, in the log and the database. */
import { setTimeout as pause } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import type { Database } from "../../database/open.ts";
import { inEnglish } from "../../words/words.ts";
import { explainTrouble } from "./trouble-words.ts";
import { type SeenTrouble, type Trouble, type TroubleName, writeTroubles } from "./troubles.ts";

export interface TroubleWatch {
  /** The current troubles, within half a second; if looking takes longer, the previous ones. */
  seen(): Promise<readonly SeenTrouble[]>;
  /** Reports a trouble found at the start, which lasts until the next start. */
  report(trouble: Trouble): void;
  close(): Promise<void>;
}

/** Looks for one trouble. @returns it if it is there now */
export type Detector = () => Trouble | undefined | Promise<Trouble | undefined>;

interface WatchParts {
  readonly database: Database;
  now(): Date;
  /** If several report the same trouble, the first one counts. */
  readonly detectors: readonly Detector[];
  readonly log: Log;
}

interface Log {
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
  error(details: object, message: string): void;
}

export const DETECT_MS = 10_000;
const FRESH_MS = 1_000;
const WITHIN_MS = 500;
/** How often a lasting trouble is written again, in milliseconds. */
const REPEAT_MS = 60_000;

/** Starts looking, and keeps looking until it is closed. */
export function watchTroubles({ database, now, detectors, log }: WatchParts): TroubleWatch {
  const processId = crypto.randomUUID();
  const reported = new Map<TroubleName, Trouble>();
  let seen: readonly SeenTrouble[] = [];
  let looking: Promise<void> | undefined;
  let lookedAt = -Infinity;
  let written: { readonly seen: readonly SeenTrouble[]; readonly at: number } = { seen: [], at: -Infinity };
  let writing: Promise<void> | undefined;

  async function look(): Promise<void> {
    const found = (await Promise.all(detectors.map((each) => each()))).filter((each) => each !== undefined);
    const before = seen;
    const all = [...reported.values(), ...found];
    const each = all.filter(({ name }, index) => all.findIndex((other) => other.name === name) === index);
    seen = each.map((trouble) => ({
      ...trouble,
      since: before.find(({ name }) => name === trouble.name)?.since ?? now(),
    }));
    lookedAt = performance.now();
    tell(log, before, seen);
    // If it cannot be written now, /readyz reports that by itself, and it is written later.
    writing ??= write()
      .catch(() => {})
      .finally(() => {
        writing = undefined;
      });
  }

  /** Writes nothing while there is nothing to say. */
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
    void lookOnce().catch((error: unknown) => log.error({ err: error }, "detecting troubles failed"));
  const timer = setInterval(lookSoon, DETECT_MS);
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

/** Logs what is new, what changed its degree, and what is over. */
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

/** Numbers change all the time. Only a clock that jumped or half the room lost is news. */
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
