/** The embedded PostgreSQL: in the data folder, on a Unix socket only, started and stopped with the service. */
import { mkdirSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import type pg from "pg";
import { type Claim, claimFolder, DataFolderInUse, ownerOf, readLock } from "./data-folder.ts";
import { own, prepareCluster } from "./embedded-cluster.ts";
import { inWords, makeFolder } from "./embedded-failure.ts";
import { findPrograms, planLaunch } from "./embedded-program.ts";
import { launchServer, untilReady } from "./embedded-server.ts";
import { hasListener, SOCKET_NAME, socketFolder } from "./embedded-socket.ts";
import { endOrphan, removeStalePidFile, untilNobody } from "./orphan.ts";

export interface Embedded {
  readonly connection: pg.ClientConfig;
  /** Resolves with the reason if the server ends without being stopped. */
  readonly lost: Promise<Error>;
  /** Stops the server if this process started it. Resolves when its process is gone. */
  stop(): Promise<void>;
}

const DATABASE = "sharewell";
/** Connections for commands, and for people who inspect the database. */
const SPARE_CONNECTIONS = 34;

interface EmbeddedOptions {
  /** If another Sharewell process uses the folder, connect to its server instead of failing. */
  readonly guest?: boolean;
  /** The most connections that the service opens. */
  readonly connections?: number;
  /** Additional settings of the server. */
  readonly settings?: Readonly<Record<string, string>>;
}

/**
 * Starts the server of this data folder, and creates its files the first time.
 * @throws {DataFolderInUse} if another process uses the folder and `guest` is not set
 * @throws {EmbeddedUnavailable} if PostgreSQL cannot run here
 */
export async function startEmbedded(dataFolder: string, options: EmbeddedOptions = {}): Promise<Embedded> {
  const folder = resolve(dataFolder);
  makeFolder(folder);
  const sockets = socketFolder(folder);
  const connection = { host: sockets, port: 5432, user: DATABASE, database: DATABASE };

  return await inWords(folder, async () => {
    const lock = readLock(folder);
    const owner = ownerOf(lock);
    const cluster = join(folder, "postgres");
    if (owner === undefined && lock?.server !== undefined) await endOrphan(cluster, lock.server);
    const isTaken = owner !== undefined || (await hasListener(sockets + SOCKET_NAME));
    if (isTaken && options.guest) return { connection, lost: new Promise(() => {}), stop: async () => {} };
    if (isTaken)
      throw new DataFolderInUse(
        `The data folder ${folder} is in use by another Sharewell${owner === undefined ? "" : ` (process ${owner})`}: stop that one, or choose another folder with --data.`,
      );
    await untilNobody(cluster);
    const claim = claimFolder(folder);
    const max_connections = String((options.connections ?? 0) + SPARE_CONNECTIONS);
    const settings = { max_connections, ...options.settings };
    const started = await startServer({ cluster, sockets, connection }, claim, settings).catch(
      (error: unknown) => {
        claim.release();
        throw error;
      },
    );
    return { connection, ...watchFolder(started, folder, claim) };
  });
}

const LOOK_AT_FOLDER_MS = 2_000;

/** Watches for another folder at our path: new connections would then reach a different database than the open ones. */
function watchFolder(
  { lost, stop }: Omit<Embedded, "connection">,
  folder: string,
  claim: Claim,
): Omit<Embedded, "connection"> {
  const { promise: replaced, resolve: tell } = Promise.withResolvers<Error>();
  const timer = setInterval(() => {
    if (claim.isReplaced())
      tell(
        new DataFolderInUse(
          `Another folder is now at ${folder}: the data folder was moved while the service was running. Nothing in it was lost`,
        ),
      );
  }, LOOK_AT_FOLDER_MS);
  timer.unref();
  return {
    lost: Promise.race([lost, replaced]),
    stop: async () => {
      clearInterval(timer);
      await stop();
    },
  };
}

interface Place {
  readonly cluster: string;
  readonly sockets: string;
  readonly connection: pg.ClientConfig;
}

async function startServer(
  { cluster, sockets, connection }: Place,
  claim: Claim,
  settings: Readonly<Record<string, string>>,
): Promise<Omit<Embedded, "connection">> {
  const launch = planLaunch();
  const programs = await findPrograms();
  prepareCluster(programs, launch, cluster, DATABASE);
  mkdirSync(sockets, { recursive: true, mode: 0o700 });
  own(launch, sockets);
  await removeStalePidFile(cluster);
  // Nothing listens there, whatever postmaster.pid says.
  for (const name of [SOCKET_NAME, `${SOCKET_NAME}.lock`]) rmSync(sockets + name, { force: true });
  const server = launchServer(programs, launch, {
    ...{ cluster, sockets },
    settings,
  });
  if (server.pid !== undefined) claim.noteServer(server.pid);
  await untilReady(server, connection, DATABASE).catch(async (error: unknown) => {
    await server.stop();
    throw error;
  });
  let stopping = false;
  const lost = new Promise<Error>((done) => {
    server.ended.catch((error: Error) => stopping || done(error));
  });
  return {
    lost,
    stop: async () => {
      stopping = true;
      await server.stop();
      claim.release();
    },
  };
}
