/** The port of a process: how it is opened, answered on during the start, and closed. */
import type { RequestListener, Server } from "node:http";
import type { Config } from "../config/config.ts";
import { headersOfAll } from "../web/guards/security.ts";

/** The port is in use or not allowed. The message says what to do. */
export class PortUnavailable extends Error {
  override name = "PortUnavailable";
}

/** How long open requests may take when the service stops, in milliseconds. */
const GRACE_MS = 5_000;

/**
 * Answers requests until the service has started: 503 with Retry-After, and 200 at /healthz. The port is opened first, so
 * that a second service fails at once. Supervisors must not end a process just because its database is away.
 */
export function refuseWhileStarting(config: Config): RequestListener {
  const headers = { ...headersOfAll(config), "content-type": "text/plain; charset=utf-8" };
  return ({ url }, response) =>
    url === "/healthz"
      ? response.writeHead(200, { ...headers, "content-type": "application/json" }).end('{"status":"ok"}')
      : response.writeHead(503, { ...headers, "retry-after": "1" }).end("Sharewell is starting.\n");
}

/** @throws {PortUnavailable} */
export function listen(server: Server, { host, port }: Config): Promise<void> {
  return new Promise((done, fail) => {
    server.once("error", (error: NodeJS.ErrnoException) =>
      fail(new PortUnavailable(explainPort(error, port))),
    );
    server.listen(port, host, () => done());
  });
}

function explainPort(error: NodeJS.ErrnoException, port: number): string {
  if (error.code === "EADDRINUSE")
    return `Port ${port} is in use: stop what uses it, or choose another with --port or PORT.`;
  if (error.code === "EACCES")
    return `Port ${port} needs more rights than this process has: choose one above 1023 with --port or PORT.`;
  return `Cannot listen on port ${port}: ${error.message}`;
}

/** Closes idle connections at once and the others after the grace period. */
export async function closeServer(server: Server): Promise<void> {
  const closed = new Promise<void>((done) => server.close(() => done()));
  server.closeIdleConnections();
  const impatient = setTimeout(() => server.closeAllConnections(), GRACE_MS);
  await closed;
  clearTimeout(impatient);
}
