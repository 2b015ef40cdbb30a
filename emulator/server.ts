/** Starts the simulated networks, each on its own port. */
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { join } from "node:path";
import { getRequestListener } from "@hono/node-server";
import { type Context, Hono } from "hono";
import { controlRoutes } from "./control/control.ts";
import { simulateCalls } from "./http/calls.ts";
import { EmulatorStopping, type Env, type Memory, type Network, type World } from "./network.ts";
import {
  createWorlds,
  type NetworkName,
  networkNames,
  openNetworks,
  type RunningNetwork,
  type RunningNetworks,
  type Worlds,
} from "./networks.ts";
import { openStateSaver, takeUp } from "./state-file.ts";

export interface EmulatorOptions {
  /** Default: any free port. */
  readonly ports?: Readonly<Partial<Record<NetworkName, number>>>;
  /** Address to listen on. Default: 127.0.0.1. */
  readonly host?: string;
  /** The file from which the state is restored and where it is kept. */
  readonly stateFile?: string;
}

export interface Emulator extends RunningNetworks {
  /** Saves the state and closes every connection at once. */
  stop(): Promise<void>;
}

export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const { ports = {}, host = "127.0.0.1", stateFile } = options;
  const { networks, worlds } = takeUp(stateFile, createWorlds);
  const servers: Server[] = [];
  const closeAll = async () => {
    for (const world of Object.values(worlds)) world.close();
    await Promise.all(servers.map(closeServer));
  };
  const open = async <M extends Memory>(
    network: Network<M>,
    world: World<M>,
    hostname = "127.0.0.1",
  ): Promise<RunningNetwork<M>> => {
    const { server, port } = await listen(networkApp(world, network), {
      ...{ port: ports[network.name] ?? 0, host, label: network.label, flag: `${network.name}-port` },
    });
    servers.push(server);
    world.origin = `http://${hostname}:${port}`;
    return { origin: world.origin, port, world };
  };

  try {
    const running = await openNetworks(networks, worlds, open);
    const saver = stateFile === undefined ? undefined : openStateSaver(stateFile, () => savedState(worlds));
    if (saver) for (const world of Object.values(worlds)) world.onChange = () => saver.soon();
    return {
      ...running,
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

function savedState(worlds: Worlds): Partial<Record<NetworkName, unknown>> {
  return Object.fromEntries(networkNames.map((name) => [name, worlds[name].save()]));
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
  app.use(async (c, next) => {
    await next();
    tellDate(c, world.dateAheadSeconds);
  });
  app.use(simulateCalls(world, network));
  app.route("/", network.routes(world));
  return app;
}

/** Node itself sets the right date. */
function tellDate(c: Context<Env>, aheadSeconds: number | null): void {
  if (aheadSeconds === null) c.env.outgoing.sendDate = false;
  else if (aheadSeconds !== 0)
    c.env.outgoing.setHeader("date", new Date(Date.now() + aheadSeconds * 1_000).toUTCString());
}

interface Place {
  readonly port: number;
  readonly host: string;
  readonly label: string;
  readonly flag: string;
}

async function listen(
  app: Hono<Env>,
  { port, host, label, flag }: Place,
): Promise<{ server: Server; port: number }> {
  const server = createServer(
    getRequestListener((request, env) => app.fetch(request, env), { overrideGlobalObjects: false }),
  );
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once("error", (cause: NodeJS.ErrnoException) => {
    const taken = cause.code === "EADDRINUSE";
    const reason = taken ? "is already in use" : `cannot be used (${cause.code ?? cause.message})`;
    const error = new Error(
      `Port ${port} for the simulated ${label} ${reason}: choose another with --${flag}.`,
      { cause },
    );
    error.name = "PortUnavailable";
    reject(error);
  });
  server.listen(port, host, resolve);
  await promise;
  const address = server.address();
  return { server, port: address !== null && typeof address === "object" ? address.port : port };
}

async function closeServer(server: Server): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  server.close(() => resolve());
  server.closeAllConnections();
  await promise;
}
