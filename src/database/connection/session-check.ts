/** Asks the server, on a separate connection, about statements that it has not answered. */
import pg from "pg";
import { z } from "zod";
import { batched } from "../batched.ts";
import { isAway } from "./away.ts";

/**
 * "working": the server is executing the statement. "lost": the session is idle, so the statement or its answer was lost, and
 * the session has been ended. "away": the server does not answer here either. "untold": the server cannot say.
 */
type Finding = "working" | "lost" | "away" | "untold";

export interface SessionCheck {
  /** @param session the server's process id of the session; anything else gives "untold" */
  ask(session: unknown): Promise<Finding>;
  /** The open connections. If one is lost, the idle ones most likely are too. */
  readonly connections: Set<{ doubt(): void }>;
}

const ANSWERS_WITHIN_MS = 2_500;

/**
 * A session that cannot send its answer, or that waits for a lost standby to confirm a commit, does not count as working. A
 * session that has been idle for a second sent its answer long ago. It is ended, since it would hold its locks until TCP
 * notices that the client is gone.
 */
const QUESTION = `select pid,
    state = 'active' and coalesce(wait_event, '') not in ('ClientWrite', 'SyncRep') as working,
    case when state <> 'active' and state_change < clock_timestamp() - interval '1 second'
      then pg_terminate_backend(pid) else false end as lost
  from pg_stat_activity where pid = any($1::integer[]) and usename = current_user`;

const answerShape = z.array(
  z.object({ pid: z.number(), working: z.boolean().nullable(), lost: z.boolean().nullable() }),
);

/** Concurrent questions share one connection, up to 100 of them. */
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

/** SQLSTATE too_many_connections: the server is alive. */
function isRefusal(error: unknown): boolean {
  return error instanceof pg.DatabaseError && error.code === "53300";
}

async function inTime<T>(answer: Promise<T>): Promise<T> {
  answer.catch(() => {});
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, fail) => {
    // An answer that arrived while this process was frozen is read first.
    timer = setTimeout(() => setImmediate(() => fail(new Error("timeout expired"))), ANSWERS_WITHIN_MS);
  });
  return await Promise.race([answer, late]).finally(() => clearTimeout(timer));
}
