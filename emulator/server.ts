/** Starts the simulated networks, each on a port of its own. */
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { join } from "node:path";
import { getRequestListener } from "@hono/node-server";
import { type Context, Hono } from "hono";
import { controlRoutes } from "./control/control.ts";
import { createFacebookNetwork, type FacebookMemory } from "./facebook/facebook.ts";
import { simulateCalls } from "./http/calls.ts";
import { type InstagramMemory, instagramNetwork } from "./instagram/instagram.ts";
import { type LinkedinMemory, linkedinNetwork } from "./linkedin/linkedin.ts";
import { mastodonNetwork } from "./mastodon/mastodon.ts";
import type { MastodonMemory } from "./mastodon/memory.ts";
import {
  EmulatorStopping,
  type Env,
  type Memory,
  type Network,
  type NetworkName,
  networkNames,
  World,
} from "./network.ts";
import { openStateSaver, takeUp } from "./state-file.ts";
import { type ThreadsMemory, threadsNetwork } from "./threads/threads.ts";
import { type TwitterMemory, twitterNetwork } from "./twitter/twitter.ts";

export interface EmulatorOptions {
  /** Default: any free port. */
  readonly ports?: Readonly<Partial<Record<NetworkName, number>>>;
  /** Address to listen on. Default: 127.0.0.1. */
  readonly host?: string;
  /** Keeps the state here, and takes it up again. */
  readonly stateFile?: string;
}

interface RunningNetwork<M extends Memory> {
  readonly origin: string;
  readonly port: number;
  readonly world: World<M>;
}

interface Worlds {
  readonly mastodon: World<MastodonMemory>;
  readonly twitter: World<TwitterMemory>;
  readonly facebook: World<FacebookMemory>;
  readonly instagram: World<InstagramMemory>;
  readonly threads: World<ThreadsMemory>;
  readonly linkedin: World<LinkedinMemory>;
}

export interface Emulator {
  readonly mastodon: RunningNetwork<MastodonMemory>;
  readonly twitter: RunningNetwork<TwitterMemory>;
  readonly facebook: RunningNetwork<FacebookMemory>;
  readonly instagram: RunningNetwork<InstagramMemory>;
  readonly threads: RunningNetwork<ThreadsMemory>;
  readonly linkedin: RunningNetwork<LinkedinMemory>;
  /** Saves, and closes every connection at once. */
  stop(): Promise<void>;
}

export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const { ports = {}, host = "127.0.0.1", stateFile } = options;
  // Facebook's host also serves the Instagram accounts that are linked to its Pages.
  const facebookNetwork = createFacebookNetwork(() => worlds.instagram);
  const worlds: Worlds = takeUp(stateFile, (saved) => ({
    mastodon: new World(mastodonNetwork, saved?.mastodon),
    twitter: new World(twitterNetwork, saved?.twitter),
    facebook: new World(facebookNetwork, saved?.facebook),
    instagram: new World(instagramNetwork, saved?.instagram),
    threads: new World(threadsNetwork, saved?.threads),
    linkedin: new World(linkedinNetwork, saved?.linkedin),
  }));
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
    const networks = {
      mastodon: await open(mastodonNetwork, worlds.mastodon, "mastodon.localhost"),
      twitter: await open(twitterNetwork, worlds.twitter),
      facebook: await open(facebookNetwork, worlds.facebook),
      instagram: await open(instagramNetwork, worlds.instagram),
      threads: await open(threadsNetwork, worlds.threads),
      linkedin: await open(linkedinNetwork, worlds.linkedin),
    };
    const saver = stateFile === undefined ? undefined : openStateSaver(stateFile, () => savedState(worlds));
    if (saver) for (const world of Object.values(worlds)) world.onChange = () => saver.soon();
    return {
      ...networks,
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

/** The right date is Node's own to tell. */
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
