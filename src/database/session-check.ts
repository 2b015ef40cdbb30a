/** Asks the server, on a line of its own, what became of a statement that nobody answers. */
import pg from "pg";
import { z } from "zod";
import { isAway } from "./away.ts";
import { batched } from "./batched.ts";

/**
 * "working": it is busy with it. "lost": it has nothing to do, so that the question or the answer was lost on the way; its
 * session was ended. "away": it does not answer this question either. "untold": it does not know that session.
 */
export type Finding = "working" | "lost" | "away" | "untold";

export interface SessionCheck {
  /** @param session the server's own number for it */
  ask(session: unknown): Promise<Finding>;
  /** Where one connection was lost, the others that are at rest most likely were too. */
  readonly connections: Set<{ doubt(): void }>;
}

const ANSWERS_WITHIN_MS = 2_500;

/**
 * Nobody works while the answer cannot be sent, nor while a standby that is away has to confirm a commit. Whoever waits for
 * its client's next bytes, and has done so for a second, sent its answer long ago. It may hold locks, and
 * would do so until the network tells it that its client is gone.
 */
const QUESTION = `select pid,
    state = 'active' and coalesce(wait_event, '') not in ('ClientWrite', 'SyncRep') as working,
    case when state <> 'active' and state_change < clock_timestamp() - interval '1 second'
      then pg_terminate_backend(pid) else false end as lost
  from pg_stat_activity where pid = any($1::integer[]) and usename = current_user`;

const answerShape = z.array(
  z.object({ pid: z.number(), working: z.boolean().nullable(), lost: z.boolean().nullable() }),
);

export function createSessionCheck(settings: pg.ClientConfig): SessionCheck {
  const ask = batched<number, Finding>((sessions) => askOf(settings, sessions), 100);
  return {
    connections: new Set(),
    ask: async (session) => (typeof session === "number" ? await ask(session) : "untold"),
  };
}

async function askOf(settings: pg.ClientConfig, sessions: readonly number[]): Promise<Finding[]> {
  const client = new pg.Client({ ...settings, connectionTimeoutMillis: ANSWERS_WITHIN_MS });
  client.on("error", () => {});
  try {
    await client.connect();
    const { rows } = await inTime(client.query(QUESTION, [sessions]));
    const known = new Map(answerShape.parse(rows).map((row) => [row.pid, row]));
    return sessions.map((session) => {
      const found = known.get(session);
      if (found?.lost) return "lost";
      return found?.working ? "working" : "untold";
    });
  } catch (error) {
    const finding = isAway(error) && !isRefusal(error) ? "away" : "untold";
    return sessions.map(() => finding);
  } finally {
    void client.end().catch(() => {});
  }
}

/** It has no place left for another connection, and so lives. */
function isRefusal(error: unknown): boolean {
  return error instanceof pg.DatabaseError && error.code === "53300";
}

async function inTime<T>(answer: Promise<T>): Promise<T> {
  answer.catch(() => {});
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, fail) => {
    // An answer that came while this process stood still is read first.
    timer = setTimeout(() => setImmediate(() => fail(new Error("timeout expired"))), ANSWERS_WITHIN_MS);
  });
  return await Promise.race([answer, late]).finally(() => clearTimeout(timer));
}
