/** Queries the database on separate connections. An answer comes within a second or not at all. */
import pg from "pg";
import { toServer } from "./pool-settings.ts";

export interface Probe {
  /** @returns the rows, or undefined if there was no answer within 0.8 s. Concurrent calls with the same text share one query. */
  ask(text: string): Promise<readonly unknown[] | undefined>;
  close(): Promise<void>;
}

const WITHIN_MS = 800;
/** How many connections it opens, and so how many different queries it runs at a time. */
export const PROBE_POOL = 2;

/** Connects on the first query and closes connections that have been idle for half a minute. */
export function openProbe(connection: string | pg.ClientConfig): Probe {
  const pool = new pg.Pool({
    ...toServer(connection),
    max: PROBE_POOL,
    application_name: "sharewell-probe",
    connectionTimeoutMillis: WITHIN_MS,
    query_timeout: WITHIN_MS,
    idleTimeoutMillis: 30_000,
    allowExitOnIdle: true,
  });
  // The missing answer says enough.
  pool.on("error", () => {});
  pool.on("connect", (client) => client.on("error", () => {}));
  const asking = new Map<string, Promise<readonly unknown[] | undefined>>();

  async function query(text: string): Promise<readonly unknown[] | undefined> {
    try {
      const { rows } = await pool.query(text);
      return rows;
    } catch {
      return undefined;
    } finally {
      asking.delete(text);
    }
  }

  return {
    ask: async (text) => {
      const answer = asking.get(text) ?? query(text);
      asking.set(text, answer);
      return await inTime(answer);
    },
    close: () => pool.end(),
  };
}

/** Connecting and querying each have this limit. This applies it to both together. */
async function inTime<T>(answer: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((done) => {
    timer = setTimeout(() => done(undefined), WITHIN_MS);
  });
  return await Promise.race([answer, late]).finally(() => clearTimeout(timer));
}
