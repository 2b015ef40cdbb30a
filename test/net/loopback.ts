/**
 * A server on this machine, at 127.0.0.1 and ::1, that counts connections, and ways to reach it as if it were the
 * internet.
 */
import type { LookupAddress } from "node:dns";
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from "node:http";
import { createServer as createSecureServer } from "node:https";
import { buildConnector } from "undici";
import type { Resolve } from "../../src/net/addresses.ts";
import type { Dial } from "../../src/net/connector.ts";

export interface Loopback {
  readonly port: number;
  /** The number of connections so far. */
  connections(): number;
  /** `host` and path of each request so far, with its method. */
  requests(): readonly Received[];
  close(): Promise<void>;
}

interface Received {
  readonly line: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

export async function startLoopback(
  answer: RequestListener,
  tls?: { readonly key: string; readonly cert: string },
): Promise<Loopback> {
  let connections = 0;
  const requests: Received[] = [];
  const listener: RequestListener = async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const line = `${request.method} ${request.headers.host}${request.url}`;
    requests.push({ line, headers: request.headers, body: Buffer.concat(chunks).toString("utf8") });
    answer(request, response);
  };
  const create = () => {
    const server = tls === undefined ? createServer(listener) : createSecureServer(tls, listener);
    return server.on("connection", () => {
      connections += 1;
    });
  };
  const { port, servers } = await listenOnBoth(create);
  return {
    port,
    connections: () => connections,
    requests: () => requests,
    close: async () => {
      for (const server of servers) {
        server.closeAllConnections();
        await new Promise((done) => server.close(done));
      }
    },
  };
}

/** One port on both addresses. If the second address has it in use, another port is chosen. */
async function listenOnBoth(create: () => Server): Promise<{ port: number; servers: Server[] }> {
  for (let tries = 0; tries < 10; tries += 1) {
    const first = create();
    const port = await listen(first, 0, "127.0.0.1");
    if (port === undefined) continue;
    const second = create();
    if ((await listen(second, port, "::1")) !== undefined) return { port, servers: [first, second] };
    await new Promise((done) => first.close(done));
  }
  throw new Error("No port is free at both 127.0.0.1 and ::1.");
}

/** @returns the port, or undefined if it is in use */
async function listen(server: Server, port: number, host: string): Promise<number | undefined> {
  return await new Promise((done, fail) => {
    server.once("error", (error: NodeJS.ErrnoException) =>
      error.code === "EADDRINUSE" ? done(undefined) : fail(error),
    );
    server.listen(port, host, () => {
      const address = server.address();
      done(typeof address === "object" ? address?.port : undefined);
    });
  });
}

/** Every connection that passes the guard ends at the loopback server, in plain text, whatever its target. */
export function dialTo(loopback: Loopback): { dial: Dial; dialled: { host: string; addresses: string[] }[] } {
  const connect = buildConnector({});
  const dialled: { host: string; addresses: string[] }[] = [];
  const dial: Dial = (target, addresses, done) => {
    dialled.push({ host: target.hostname, addresses: addresses.map(({ address }) => address) });
    connect({ hostname: "127.0.0.1", port: String(loopback.port), protocol: "http:" }, done);
  };
  return { dial, dialled };
}

/**
 * A name server that knows only these names. If there are several answers, each query gets the next; the last one
 * stays.
 */
export function resolverOf(names: Readonly<Record<string, readonly (readonly string[])[]>>): {
  resolve: Resolve;
  asked: string[];
} {
  const asked: string[] = [];
  return {
    asked,
    resolve: async (name) => {
      const answers = names[name] ?? [];
      const times = asked.filter((each) => each === name).length;
      asked.push(name);
      const found = answers[Math.min(times, answers.length - 1)];
      if (found === undefined) throw Object.assign(new Error(`${name} is unknown`), { code: "ENOTFOUND" });
      return found.map((address): LookupAddress => ({ address, family: address.includes(":") ? 6 : 4 }));
    },
  };
}

/** Answers with a redirect. The address is sent as UTF-8, as servers write it. */
export function redirect(response: ServerResponse, status: number, to: string): void {
  response.writeHead(status, { location: Buffer.from(to, "utf8").toString("latin1") }).end("moved");
}
