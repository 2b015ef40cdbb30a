/** Starts the simulated networks, each on a port of its own. */
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { join } from "node:path";
import { getRequestListener } from "@hono/node-server";
import { Hono } from "hono";
import { simulateCalls } from "./calls.ts";
import { controlRoutes } from "./control.ts";
import { mastodonNetwork } from "./mastodon.ts";
import type { MastodonMemory } from "./mastodon-memory.ts";
import { EmulatorStopping, type Env, type Memory, type Network, type NetworkName, World } from "./network.ts";
import { openStateSaver, takeUp } from "./state-file.ts";
import { type TwitterMemory, twitterNetwork } from "./twitter.ts";

export interface EmulatorOptions {
  /** 0 takes any free port. */
  readonly ports: Readonly<Record<NetworkName, number>>;
  /** Address to listen on. Default: 127.0.0.1. */
  readonly host?: string;
  /** Keeps the state here, and takes it up again. */
  readonly stateFile?: string;
}

export interface RunningNetwork<M extends Memory> {
  readonly origin: string;
  readonly port: number;
  readonly world: World<M>;
}

export interface Emulator {
  readonly mastodon: RunningNetwork<MastodonMemory>;
  readonly twitter: RunningNetwork<TwitterMemory>;
  /** Saves, and closes every connection at once. */
  stop(): Promise<void>;
}

export async function startEmulator(options: EmulatorOptions): Promise<Emulator> {
  const { ports, host = "127.0.0.1", stateFile } = options;
  const worlds = takeUp(stateFile, (saved) => ({
    mastodon: new World(mastodonNetwork, saved?.mastodon),
    twitter: new World(twitterNetwork, saved?.twitter),
  }));
  const servers: Server[] = [];
  const closeAll = async () => {
    for (const world of Object.values(worlds)) world.close();
    await Promise.all(servers.map(closeServer));
  };

  try {
    const mastodonPort = await listen(
      networkApp(worlds.mastodon, mastodonNetwork),
      ports.mastodon,
      host,
      servers,
      { label: "Mastodon", flag: "mastodon-port" },
    );
    const twitterPort = await listen(
      networkApp(worlds.twitter, twitterNetwork),
      ports.twitter,
      host,
      servers,
      { label: "X", flag: "twitter-port" },
    );
    const saver = stateFile === undefined ? undefined : openStateSaver(stateFile, () => savedState(worlds));
    if (saver) for (const world of Object.values(worlds)) world.onChange = () => saver.soon();
    return {
      mastodon: {
        origin: `http://mastodon.localhost:${mastodonPort}`,
        port: mastodonPort,
        world: worlds.mastodon,
      },
      twitter: { origin: `http://127.0.0.1:${twitterPort}`, port: twitterPort, world: worlds.twitter },
      async stop() {
        for (const world of Object.values(worlds)) world.onChange = () => {};
        await closeAll();
        saver?.now();
      },
    };
  } catch (error) {
    await closeAll();
    throw error;
  }
}

function savedState(worlds: Record<NetworkName, { save(): unknown }>): Record<NetworkName, unknown> {
  return { mastodon: worlds.mastodon.save(), twitter: worlds.twitter.save() };
}

const stylesheet = readFileSync(join(import.meta.dirname, "assets/style.css"), "utf8");

function networkApp<M extends Memory>(world: World<M>, network: Network<M>): Hono<Env> {
  const app = new Hono<Env>();
  app.get("/_emulator/style.css", (c) =>
    c.body(stylesheet, 200, { "content-type": "text/css; charset=utf-8" }),
  );
  app.route("/_emulator", controlRoutes(world, network));
  app.onError((error, c) => {
    if (error instanceof EmulatorStopping) return c.text(error.message, 503);
    throw error;
  });
  app.use(simulateCalls(world, network));
  app.route("/", network.routes(world));
  return app;
}

async function listen(
  app: Hono<Env>,
  port: number,
  host: string,
  servers: Server[],
  { label, flag }: { label: string; flag: string },
): Promise<number> {
  const server = createServer(
    getRequestListener((request, env) => app.fetch(request, env), { overrideGlobalObjects: false }),
  );
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once("error", (cause: NodeJS.ErrnoException) => {
    const taken = cause.code === "EADDRINUSE";
    const reason = taken ? "is already in use" : `cannot be used (${cause.code ?? cause.message})`;
    const error = new Error(
      `Port ${port} for the simulated ${label} ${reason}: choose another with --${flag}.`,
      {
        cause,
      },
    );
    error.name = "PortUnavailable";
    reject(error);
  });
  server.listen(port, host, resolve);
  await promise;
  servers.push(server);
  const address = server.address();
  return address !== null && typeof address === "object" ? address.port : port;
}

async function closeServer(server: Server): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  server.close(() => resolve());
  server.closeAllConnections();
  await promise;
}
