/**
 * Two workers on one database that deliver only what a test tells them to. Each can be stopped in a call or
 * before a statement while anything else happens.
 */
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import { asc, eq, sql } from "drizzle-orm";
import pg from "pg";
import { pino } from "pino";
import sharp from "sharp";
import { networkNames } from "../../../emulator/networks.ts";
import { type Emulator, startEmulator } from "../../../emulator/server.ts";
import { registerApps } from "../../../src/cli/demo/demo-apps.ts";
import { readConfig } from "../../../src/config/config.ts";
import type { Connection } from "../../../src/connections/connection.ts";
import { shareAttempts, socialShares } from "../../../src/database/schema.ts";
import type { SendingInit } from "../../../src/net/guarded-fetch.ts";
import type { PlatformName } from "../../../src/platforms/platform.ts";
import { openRuntime, type Runtime } from "../../../src/service/runtime.ts";
import type { ShareRow } from "../../../src/sharing/claims/lease.ts";
import { prepareQueues } from "../../../src/sharing/claims/queue.ts";
import { deliver } from "../../../src/sharing/delivery/deliver.ts";
import { isSettled } from "../../../src/sharing/share.ts";
import { freshDatabaseUrl } from "../database/database.ts";
import { emulatedFetch } from "../networks/emulated-fetch.ts";
import { control, letTimePass, serviceVariables } from "../networks/networks.ts";
import { drawPicture, hostPicture, pagePicture } from "../networks/pictures.ts";
import { connectAccount } from "../people/accounts.ts";
import { draftFor, submit } from "../people/shares.ts";

export const LEASE_SECONDS = 60;

/** The fence's statement. */
export const FENCE = /update "social_shares" .*"sent_at" = /s;

export interface Gate {
  /** Resolves when a worker has stopped there. */
  readonly reached: Promise<void>;
  open(): void;
}

interface Barrier {
  /**
   * "behind all": as if the machine paused after everything of ours was checked and before the first byte was
   * sent.
   */
  readonly at: "before call" | "behind all" | "after call" | "before statement" | "after statement";
  readonly what: RegExp;
  readonly gate: Gate & { pass(): Promise<void> };
}

interface Worker {
  readonly runtime: Runtime;
  /** Stops this worker at the next matching call or statement. */
  hold(at: Barrier["at"], what: string | RegExp): Gate;
  /** Moves only this worker's clock, as on a machine that was paused. */
  freeze(seconds: number): void;
}

export interface TwoWorkers {
  readonly emulator: Emulator;
  readonly a: Worker;
  readonly b: Worker;
  /** An account at each network: Ana's, unless another is asked for. */
  connect(person: { id: string }, platform: PlatformName, account?: string): Promise<Connection>;
  /** A share to one account that no worker has claimed. */
  share(person: { id: string }, connection: Connection): Promise<ShareRow>;
  read(shareId: string): Promise<ShareRow>;
  attempts(shareId: string): Promise<string[]>;
  /** All posts of this share at the networks. */
  posts(platform: PlatformName, share: ShareRow): string[];
  /** Ends all leases, as if their workers had vanished. */
  endLeases(): Promise<void>;
  /** Delivers the share as other workers would, without waiting for its times, until it is settled. */
  carryOn(worker: Worker, shareId: string): Promise<ShareRow>;
  reset(): Promise<void>;
  stop(): Promise<void>;
}

export async function startTwoWorkers(): Promise<TwoWorkers> {
  const emulator = await startEmulator();
  const pictures = await servePictures();
  const changes = { DATABASE_URL: await freshDatabaseUrl(), SOCIAL_LEASE_SECONDS: String(LEASE_SECONDS) };
  const variables = serviceVariables({ port: pictures.port, emulator, changes });
  const image = await hostPicture(await pagePicture());
  const [a, b] = [await openWorker(emulator, variables), await openWorker(emulator, variables)];
  const { database } = a.runtime;
  await prepareQueues(a.runtime.queue);
  await registerApps(emulator, variables.SOCIAL_BASE_URL ?? "");

  const read = async (shareId: string) => {
    const [row] = await database.select().from(socialShares).where(eq(socialShares.id, shareId));
    if (row === undefined) throw new Error(`There is no share ${shareId}.`);
    return row;
  };
  const endLeases = async () => {
    await database.execute(
      sql`update social_shares set lease_until = now() - interval '1 second' where lease_until is not null`,
    );
  };
  return {
    ...{ emulator, a, b, read, endLeases },
    connect: async (person, platform, account = "ana") =>
      await connectAccount(a.runtime, person, { ...wayTo(emulator, platform), account }),
    share: async (person, connection) => {
      const draft = draftFor([connection], { message: `Worth a read, ${randomUUID()}` });
      const requestId = await submit(a.runtime, person, { ...draft, page: { ...draft.page, image } });
      const [row] = await database
        .select()
        .from(socialShares)
        .where(eq(socialShares.shareRequestId, requestId));
      if (row === undefined) throw new Error("Nothing was shared.");
      return row;
    },
    attempts: async (shareId) => {
      const rows = await database
        .select()
        .from(shareAttempts)
        .where(eq(shareAttempts.shareId, shareId))
        .orderBy(asc(shareAttempts.endedAt));
      return rows.map(({ action, result, errorCode }) =>
        [`${action}: ${result}`, errorCode].filter(Boolean).join(", "),
      );
    },
    posts: (platform, { text }) =>
      emulator[platform].world.memory.posts.filter((post) => post.text === text).map(({ id }) => id),
    carryOn: async (worker, shareId) => {
      for (let rounds = 0; rounds < 30; rounds += 1) {
        const row = await read(shareId);
        if (isSettled(row.status)) return row;
        await database.execute(
          sql`update social_shares set lease_until = null, next_attempt_at = null where id = ${shareId}`,
        );
        letTimePass(emulator, 10_000);
        await deliver(worker.runtime, shareId);
      }
      throw new Error(`It was never settled: ${JSON.stringify(await read(shareId))}`);
    },
    reset: async () => {
      for (const name of networkNames) await control(emulator[name], "POST", "reset");
      for (const worker of [a, b]) worker.reset();
      await database.execute(sql`delete from users`);
      for (const table of ["rate_budgets", "mastodon_apps"])
        await database.execute(sql`delete from ${sql.identifier(table)}`);
      await registerApps(emulator, variables.SOCIAL_BASE_URL ?? "");
    },
    stop: async () => {
      await a.close();
      await b.close();
      await emulator.stop();
      pictures.close();
    },
  };
}

/** Serves what networks fetch from us, instead of a web process. */
async function servePictures(): Promise<{ port: number; close(): void }> {
  const picture = await sharp(await drawPicture(1_200, 630))
    .jpeg()
    .toBuffer();
  const server = createServer((_request, response) =>
    response.writeHead(200, { "content-type": "image/jpeg" }).end(picture),
  );
  await once(server.listen(0, "127.0.0.1"), "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The pictures have no port.");
  return { port: address.port, close: () => server.close().closeAllConnections() };
}

function wayTo({ mastodon }: Emulator, platform: PlatformName) {
  if (platform === "mastodon") return { platform, server: `mastodon.localhost:${mastodon.port}` };
  const way = { instagram: "instagram", linkedin: "profile" }[platform as string];
  return way === undefined ? { platform } : { platform, way };
}

async function openWorker(
  emulator: Emulator,
  variables: Record<string, string>,
): Promise<Worker & { reset(): void; close(): Promise<void> }> {
  const barriers: Barrier[] = [];
  let aheadMs = 0;
  const stand = async (at: Barrier["at"], what: string) => {
    const index = barriers.findIndex((barrier) => barrier.at === at && barrier.what.test(what));
    const [barrier] = index === -1 ? [] : barriers.splice(index, 1);
    await barrier?.gate.pass();
  };
  const heldFetch: typeof fetch = async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    const call = `${init?.method ?? "GET"} ${url.pathname}`;
    await stand("before call", call);
    const answer = await send(input, init, () => stand("behind all", call)).catch((error: unknown) => ({
      error,
    }));
    await stand("after call", call);
    if (answer instanceof Response) return answer;
    throw answer.error;
  };
  const runtime = await openRuntime(readConfig(variables, {}), {
    log: pino({ level: "silent" }),
    fetch: heldFetch,
    now: () => new Date(Date.now() + aheadMs),
    wait: async (milliseconds) => letTimePass(emulator, milliseconds),
  });
  holdStatements(runtime, stand);
  return {
    runtime,
    hold: (at, what) => {
      const gate = createGate();
      barriers.push({ at, what: typeof what === "string" ? patternOf(what) : what, gate });
      return gate;
    },
    freeze: (seconds) => {
      aheadMs += seconds * 1_000;
    },
    reset: () => {
      aheadMs = 0;
      barriers.length = 0;
    },
    close: () => runtime.close(),
  };
}

/** Checks for a stop, as the last thing before `behind`. */
async function send(
  input: Parameters<typeof fetch>[0],
  init: SendingInit | undefined,
  behind: () => Promise<void>,
): Promise<Response> {
  init?.beforeSending?.();
  await behind();
  return await emulatedFetch(input, { ...init, beforeSending: () => {} } as SendingInit);
}

/** The endpoint's name in the networks' logs. */
function patternOf(endpoint: string): RegExp {
  return new RegExp(`^${endpoint.replaceAll(/:\w+/g, "[^/]+")}$`);
}

/** Only statements outside of transactions. */
function holdStatements(
  { database }: Runtime,
  stand: (at: Barrier["at"], what: string) => Promise<void>,
): void {
  const pool: unknown = Reflect.get(database, "$client");
  if (!(pool instanceof pg.Pool)) throw new Error("The database has no pool of its own.");
  const query: (...parameters: unknown[]) => unknown = pool.query.bind(pool);
  Object.assign(pool, {
    query: async (...parameters: unknown[]) => {
      const [statement] = parameters;
      const isNamed = typeof statement === "object" && statement !== null && "text" in statement;
      const text = isNamed ? String(statement.text) : String(statement);
      await stand("before statement", text);
      const answer = await query(...parameters);
      await stand("after statement", text);
      return answer;
    },
  });
}

function createGate(): Barrier["gate"] {
  const reached = Promise.withResolvers<void>();
  const opened = Promise.withResolvers<void>();
  return {
    reached: reached.promise,
    open: opened.resolve,
    pass: async () => {
      reached.resolve();
      await opened.promise;
    },
  };
}
