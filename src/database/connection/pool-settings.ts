/** How connections to the database are made: those of our pool and of the queue's, and the one that listens. */
import type pg from "pg";
import { CarefulClient } from "./careful-client.ts";
import { splitHosts } from "./hosts.ts";
import { createSessionCheck, type SessionCheck } from "./session-check.ts";
import { toSeveralHosts } from "./several-hosts.ts";

/** How long to wait for a new connection, or for a free one, in milliseconds. */
const CONNECT_MS = 5_000;
/** How long the answer to LISTEN may take, in milliseconds. */
const LISTEN_MS = 10_000;
/** How long a connection may be idle before the operating system sends a keep-alive, in milliseconds. */
const QUIET_MS = 5_000;

type PoolSettings = pg.PoolConfig & { readonly sessions: SessionCheck };

/** @param connection a PostgreSQL URL or the settings of the embedded server @throws {DatabaseUrlError} */
export function toPoolSettings(connection: string | pg.ClientConfig): PoolSettings {
  const server = toServer(connection);
  return {
    ...server,
    Client: CarefulClient,
    sessions: createSessionCheck(server),
    connectionTimeoutMillis: CONNECT_MS,
    // Only applies to the connection that listens: CarefulClient has its own check.
    query_timeout: LISTEN_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: QUIET_MS,
  };
}

/** Resolves an address with several hosts, since the driver supports only one. @throws {DatabaseUrlError} */
export function toServer(connection: string | pg.ClientConfig): pg.ClientConfig {
  if (typeof connection !== "string") return connection;
  const { url, hosts } = splitHosts(connection);
  return hosts.length === 0 ? { connectionString: url } : toSeveralHosts(url, hosts);
}
