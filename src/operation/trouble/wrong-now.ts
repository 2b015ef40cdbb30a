/** Everything that is wrong now: what processes see and what only the database shows. */
import { and, inArray, isNotNull, isNull, lt, min, or, sql } from "drizzle-orm";
import { findLastWorker } from "../../connections/processes.ts";
import type { Database } from "../../database/open.ts";
import { socialShares } from "../../database/schema.ts";
import { say } from "../../words/words.ts";
import { lastBackup } from "../backup/daily-backup.ts";
import { mailState } from "./mail-state.ts";
import type { TroubleWatch } from "./trouble-watch.ts";
import { explainTrouble, type TroubleWords } from "./trouble-words.ts";
import { listTroubles, type Trouble } from "./troubles.ts";

export interface WrongNow extends TroubleWords {
  readonly id: string;
  /** "bad": people notice it, or data is at risk; "unsure": it may become so. */
  readonly verdict: "bad" | "unsure";
  /** Undefined if unknown. */
  readonly since: Date | undefined;
}

interface WrongRuntime {
  readonly database: Database;
  readonly troubles: Pick<TroubleWatch, "seen">;
  now(): Date;
}

/** The order of troubles with the same verdict: first what stops everything. */
const ORDER: readonly string[] = [
  "disk",
  "workers",
  "clock",
  "keys",
  "delivery",
  "networks",
  "mail",
  "backup",
];

/** Lists everything that is wrong now, in the operator's words, what people notice first. */
export async function listWrong(runtime: WrongRuntime): Promise<WrongNow[]> {
  const own = await runtime.troubles.seen();
  const theirs = await listTroubles(runtime);
  const others = theirs.filter((trouble) => !own.some(({ name }) => name === trouble.name));
  const seen = [...own, ...others].map((trouble) => ({
    ...{ id: trouble.name, since: trouble.since, verdict: judge(trouble) },
    ...explainTrouble(trouble),
  }));
  const kept = await Promise.all([findNoWorker, findLate, findMail, findBackup].map((find) => find(runtime)));
  const all = [...seen, ...kept.flat()];
  const placeOf = ({ id }: WrongNow) => (ORDER.includes(id) ? ORDER.indexOf(id) : ORDER.length);
  const rankOf = ({ verdict }: WrongNow) => (verdict === "bad" ? 0 : 1);
  return all.toSorted((one, other) => rankOf(one) - rankOf(other) || placeOf(one) - placeOf(other));
}

function judge(trouble: Trouble): WrongNow["verdict"] {
  switch (trouble.name) {
    case "clock":
    case "keys":
      return "bad";
    case "disk":
      return trouble.details.level === "low" ? "unsure" : "bad";
    default:
      return "unsure";
  }
}

async function findNoWorker({ database }: WrongRuntime): Promise<WrongNow[]> {
  const last = await findLastWorker(database);
  if (last?.isAlive === true) return [];
  return [
    {
      ...{ id: "workers", verdict: "bad" },
      since: last?.seenAt,
      what: say("Nothing is delivered: no worker is running"),
      advice: say(
        "Shares are accepted but wait. Start “sharewell worker”, or “sharewell serve” without --no-worker. The worker’s log says why it ended.",
      ),
    },
  ];
}

/** No share waits this long for a worker, in milliseconds. */
const LATE_MS = 300_000;

async function findLate({ database, now }: WrongRuntime): Promise<WrongNow[]> {
  const { status, nextAttemptAt, leaseUntil, updatedAt } = socialShares;
  const before = new Date(now().getTime() - LATE_MS);
  const isOpen = inArray(status, ["queued", "sending"]);
  const isDue = and(inArray(status, ["scheduled", "queued", "sending"]), lt(nextAttemptAt, before));
  const isUntaken = and(isOpen, isNull(nextAttemptAt), isNull(leaseUntil), lt(updatedAt, before));
  const [row] = await database
    .select({
      number: sql<number>`count(*)::integer`,
      due: min(nextAttemptAt),
      untaken: min(sql`case when ${isNotNull(nextAttemptAt)} then null else ${updatedAt} end`).mapWith(
        updatedAt,
      ),
    })
    .from(socialShares)
    .where(or(isDue, isUntaken));
  if (row === undefined || row.number === 0) return [];
  const times = [row.due, row.untaken].filter((time) => time !== null);
  return [
    {
      ...{ id: "delivery", verdict: "bad" },
      since: times.toSorted((one, other) => one.getTime() - other.getTime())[0],
      what: say("{shares, plural, one {# share is} other {# shares are}} late", { shares: row.number }),
      advice: say(
        "They were due more than five minutes ago. Check that a worker is running and that the clock is right, and look for them in the log.",
      ),
    },
  ];
}

async function findMail({ database }: WrongRuntime): Promise<WrongNow[]> {
  const { isDown, lastFailure, oldest } = await mailState(database);
  if (!isDown || lastFailure === undefined) return [];
  return [
    {
      ...{ id: "mail", verdict: "unsure", since: oldest },
      what: say("Email cannot be sent"),
      advice: say(
        "The last attempt failed with {code}. Sending is retried automatically, and emails wait as long as they are useful. Compare SOCIAL_MAIL_URL with your provider’s settings.",
        { code: lastFailure.code },
      ),
    },
  ];
}

async function findBackup({ database }: WrongRuntime): Promise<WrongNow[]> {
  const { problem, failingSince } = await lastBackup({ database });
  if (problem === undefined) return [];
  return [
    {
      ...{ id: "backup", verdict: "unsure", since: failingSince },
      what: say("The daily backup failed"),
      advice: say(
        "The next attempt is within the hour. Earlier backups are still there. The error was: {problem}",
        {
          problem,
        },
      ),
    },
  ];
}
