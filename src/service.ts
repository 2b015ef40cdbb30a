/** The whole service in one process: runtime, worker and web server, started and stopped in order. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";
import { createApp } from "./app.ts";
import type { Config } from "./config.ts";
import { startJobs } from "./jobs.ts";
import { type OpenRuntime, openRuntime, type RuntimeParts } from "./runtime.ts";

export interface Service {
  readonly runtime: OpenRuntime;
  readonly port: number;
  /** Lets requests and deliveries under way finish, then closes everything. */
  stop(): Promise<void>;
}

/** The port is taken, or may not be used; the message says what to do. */
export class PortUnavailable extends Error {
  override name = "PortUnavailable";
}

/** How long open requests may take when the service stops, in milliseconds. */
const GRACE_MS = 5_000;

/** @throws {PortUnavailable} before anything else is started */
export async function startService(config: Config, parts: RuntimeParts = {}): Promise<Service> {
  const server = createServer();
  await listen(server, config);
  const port = (server.address() as AddressInfo).port;
  let runtime: OpenRuntime;
  try {
    runtime = await openRuntime(config, parts);
  } catch (error) {
    server.close();
    throw error;
  }
  const stopJobs = await startJobs(runtime);
  const answer = getRequestListener(createApp(runtime).fetch);
  server.on("request", answer);
  runtime.log.info(
    { address: `http://${config.host}:${port}/`, baseUrl: config.baseUrl.href },
    "sharewell is up",
  );
  return {
    runtime,
    port,
    stop: async () => {
      stopJobs();
      await closeServer(server);
      await runtime.close();
    },
  };
}

function listen(server: Server, { host, port }: Config): Promise<void> {
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

async function closeServer(server: Server): Promise<void> {
  const closed = new Promise<void>((done) => server.close(() => done()));
  server.closeIdleConnections();
  const impatient = setTimeout(() => server.closeAllConnections(), GRACE_MS);
  await closed;
  clearTimeout(impatient);
}
