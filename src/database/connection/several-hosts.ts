/** Connects to whichever of several hosts is currently writable. */
import { Socket } from "node:net";
import { checkServerIdentity } from "node:tls";
import pg from "pg";
import { ServerReadsOnly } from "./away.ts";
import type { Host } from "./hosts.ts";

/** How long a host may take to say whether it is writable, in milliseconds. */
const SAYS_WITHIN_MS = 2_500;
/** How long a result is reused, in milliseconds, since many connections are made at once. */
const HOLDS_MS = 1_000;

/**
 * @param url the address with one of the hosts
 * @returns connection settings; each connection chooses its host when it is made
 */
export function toSeveralHosts(url: string, hosts: readonly Host[]): pg.ClientConfig {
  const settings = readSettings(url, hosts);
  let found: { readonly at: number; readonly host: Promise<Host> } | undefined;
  const choose = () => {
    const now = performance.now();
    if (found === undefined || now - found.at > HOLDS_MS)
      found = { at: now, host: Promise.any(hosts.map((host) => checkHost(settings, host))) };
    return found.host;
  };
  return { ...settings, stream: () => new ChosenSocket(choose) };
}

/** Parses the address with the driver. */
function readSettings(url: string, hosts: readonly Host[]): pg.ClientConfig {
  const { user, password, database, ssl, options, sslnegotiation, client_encoding }: pg.ClientConfig =
    Reflect.get(new pg.Client({ connectionString: url }), "connectionParameters");
  // The driver would check the certificate against the first host only. Any of the hosts will do.
  const secure = ssl && { ...(ssl === true ? {} : ssl), checkServerIdentity: isOneOf(hosts) };
  return { user, password, database, ssl: secure, options, sslnegotiation, client_encoding, ...hosts[0] };
}

/** A socket that chooses its host when it connects. */
class ChosenSocket extends Socket {
  readonly #choose: () => Promise<Host>;

  constructor(choose: () => Promise<Host>) {
    super();
    this.#choose = choose;
  }

  override connect(): this {
    this.#choose().then(
      ({ host, port }) => {
        if (!this.destroyed) super.connect(port, host);
      },
      (error: Error) => this.destroy(error),
    );
    return this;
  }
}

function isOneOf(hosts: readonly Host[]): typeof checkServerIdentity {
  return (_, certificate) => {
    const refusals = hosts.map(({ host }) => checkServerIdentity(host, certificate));
    return refusals.includes(undefined) ? undefined : refusals[0];
  };
}

/** @returns the host if it is writable @throws if it is not, or cannot be reached */
async function checkHost(settings: pg.ClientConfig, host: Host): Promise<Host> {
  const client = new pg.Client({
    ...{ ...settings, ...host },
    connectionTimeoutMillis: SAYS_WITHIN_MS,
    query_timeout: SAYS_WITHIN_MS,
  });
  client.on("error", () => {});
  try {
    await client.connect();
    await refuseReader(client);
    return host;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`${host.host}:${host.port}: ${reason}`, { cause });
  } finally {
    void client.end().catch(() => {});
  }
}

/** @throws {ServerReadsOnly} if the server is read-only */
export async function refuseReader(server: {
  query(text: string): Promise<{ readonly rows: readonly Readonly<Record<string, unknown>>[] }>;
}): Promise<void> {
  const { rows } = await server.query("show transaction_read_only");
  if (rows[0]?.transaction_read_only === "on") throw new ServerReadsOnly();
}
