/** Asks the database by connections of its own: an answer comes within a second or not at all. */
import pg from "pg";
import { toServer } from "./pool-settings.ts";

export interface Probe {
  /** The rows; undefined: no answer in time. Whoever asks the same meanwhile gets the answer that is under way. */
  ask(text: string): Promise<readonly unknown[] | undefined>;
  close(): Promise<void>;
}

const WITHIN_MS = 800;
/** Its connections, and so the questions under way at a time: two kinds are asked. */
export const PROBE_POOL = 2;

/** Connects when first asked; the connections end once nobody has asked for a while. */
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
  // An answer that does not come tells enough.
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

/** Connecting and asking each have their time; together they get no more. */
async function inTime<T>(answer: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((done) => {
    timer = setTimeout(() => done(undefined), WITHIN_MS);
  });
  return await Promise.race([answer, late]).finally(() => clearTimeout(timer));
}
