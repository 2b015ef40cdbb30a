/** Opens the database: a connection pool with drizzle on top. */
import { drizzle, type NodePgDatabase } from "drizzle-orm/node-postgres";
import pg from "pg";
import { toPoolSettings } from "./connection/pool-settings.ts";
import * as schema from "./schema.ts";

export type Database = NodePgDatabase<typeof schema>;
/** The database, or a transaction in it. */
export type Queryable = Database | Parameters<Parameters<Database["transaction"]>[0]>[0];

export interface OpenDatabase {
  readonly database: Database;
  readonly pool: pg.Pool;
  close(): Promise<void>;
}

/** The default size of the pool: for web requests, deliveries, and two token renewals per network. */
const POOL_SIZE = 20;

/**
 * Creates the pool. Connections are made when they are needed.
 * @param connection a PostgreSQL URL or the settings of the embedded server
 * @param max the most connections at a time
 */
export function openDatabase(
  connection: string | pg.ClientConfig,
  onError: (error: Error) => void,
  max = POOL_SIZE,
): OpenDatabase {
  const pool = new pg.Pool({ ...toPoolSettings(connection), max, application_name: "sharewell" });
  let closing = false;
  // A server that stops while we close is expected.
  pool.on("error", (error) => closing || onError(error));
  // The pool does not listen while a connection is in use, and an unhandled error would end the process. Its user gets the error.
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
