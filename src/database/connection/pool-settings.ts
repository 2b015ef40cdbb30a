/** How every connection to the database is made: those of our pool, of the queue's, and the one that listens. */
import type pg from "pg";
import { CarefulClient } from "./careful-client.ts";
import { splitHosts } from "./hosts.ts";
import { createSessionCheck, type SessionCheck } from "./session-check.ts";
import { toSeveralHosts } from "./several-hosts.ts";

/** How long a connection may take to come about, or a free one to be had, in milliseconds. */
const CONNECT_MS = 5_000;
/** How long the answer to LISTEN may take, in milliseconds. */
const LISTEN_MS = 10_000;
/** How long a connection may be quiet until the system looks whether its other end is there, in milliseconds. */
const QUIET_MS = 5_000;

type PoolSettings = pg.PoolConfig & { readonly sessions: SessionCheck };

/** @param connection a PostgreSQL URL or the embedded server's settings */
export function toPoolSettings(connection: string | pg.ClientConfig): PoolSettings {
  const server = toServer(connection);
  return {
    ...server,
    Client: CarefulClient,
    sessions: createSessionCheck(server),
    connectionTimeoutMillis: CONNECT_MS,
    // For the one that only listens; CarefulClient has a better way.
    query_timeout: LISTEN_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: QUIET_MS,
  };
}

/** Where the server is, or which of several hosts; the driver itself knows one host only. */
export function toServer(connection: string | pg.ClientConfig): pg.ClientConfig {
  if (typeof connection !== "string") return connection;
  const { url, hosts } = splitHosts(connection);
  return hosts.length === 0 ? { connectionString: url } : toSeveralHosts(url, hosts);
}
