/** Opens the database: a pool with drizzle on top. */
import { drizzle, type NodePgDatabase } from "drizzle-orm/node-postgres";
import pg from "pg";
import { toPoolSettings } from "./connection/pool-settings.ts";
import * as schema from "./schema.ts";

export type Database = NodePgDatabase<typeof schema>;
/** The database or a transaction of it. */
export type Queryable = Database | Parameters<Parameters<Database["transaction"]>[0]>[0];

export interface OpenDatabase {
  readonly database: Database;
  readonly pool: pg.Pool;
  close(): Promise<void>;
}

/** Connections in the pool: web requests, deliveries, and two renewals of tokens for each network. */
const POOL_SIZE = 20;

/**
 * @param connection a PostgreSQL URL or the embedded server's settings
 * @param max connections
 */
export function openDatabase(
  connection: string | pg.ClientConfig,
  onError: (error: Error) => void,
  max = POOL_SIZE,
): OpenDatabase {
  const pool = new pg.Pool({ ...toPoolSettings(connection), max, application_name: "sharewell" });
  let closing = false;
  // Once we close, a server that ends first is no news.
  pool.on("error", (error) => closing || onError(error));
  // While it is in use the pool does not listen, and the process would end: whoever uses it meets the error by itself.
  pool.on("connect", (client) => client.on("error", () => {}));
  return {
    pool,
    database: drizzle(pool, { schema }),
    close: () => {
      closing = true;
      return pool.end();
    },
  };
}
