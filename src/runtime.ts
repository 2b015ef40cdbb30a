/** The live things that everything is handed; opened at start, closed in the right order at the end. */
import { setTimeout as pause } from "node:timers/promises";
import { type DatabaseOptions, PgBoss } from "pg-boss";
import { type Logger, pino } from "pino";
import { type Config, ConfigError } from "./config.ts";
import { createAppStore } from "./connections/app-store.ts";
import { handOverGrants } from "./connections/leave.ts";
import { announceProcess } from "./connections/processes.ts";
import type { Backend } from "./database/backend.ts";
import { openClock, type SharedClock, watchOf } from "./database/clock.ts";
import { type Embedded, startEmbedded } from "./database/embedded.ts";
import {
  type Database,
  migrateDatabase,
  openDatabase,
  type Patience,
  whileReachable,
} from "./database/open.ts";
import { toPoolSettings } from "./database/pool-settings.ts";
import { createLimits, type Limits } from "./limits/limits.ts";
import { createGuardedFetch } from "./net/guarded-fetch.ts";
import { logRedaction } from "./net/redact.ts";
import { QUEUE_POOL } from "./operation/places.ts";
import { type CallRecorder, createCallRecorder } from "./operation/platform-calls.ts";
import { type LiveSettings, openSettings, withSettings } from "./operation/settings.ts";
import { openPictureStore, type PictureStore } from "./pages/picture-store.ts";
import { hostPicture } from "./pages/public-pictures.ts";
import { createPageReader, type PageReader } from "./pages/reader.ts";
import { createMailer, type Mailer } from "./people/mail.ts";
import { createPeople, type People } from "./people/people.ts";
import { type Picture, PlatformError, type PlatformWorld } from "./platforms/platform.ts";
import { createRegistry, findUnusable, type PlatformRegistry } from "./platforms/registry.ts";
import { stopShares } from "./sharing/cancel.ts";
import { openVault, parseKeyring, type Vault } from "./vault/keyring.ts";

export interface Runtime {
  readonly config: Config;
  readonly log: Logger;
  readonly database: Database;
  readonly queue: PgBoss;
  readonly vault: Vault;
  readonly platforms: PlatformRegistry;
  readonly people: People;
  readonly limits: Limits;
  readonly pages: PageReader;
  readonly pictures: PictureStore;
  readonly mailer: Mailer;
  readonly settings: LiveSettings;
  readonly calls: CallRecorder;
  readonly fetch: typeof fetch;
  /** The time that all processes share. */
  now(): Date;
  /** Resolves once `now` is right even after a machine slept. */
  catchUp(): Promise<void>;
  /** Measures milliseconds from now on: what a machine slept counts. */
  startWatch(): () => number;
}

export interface OpenRuntime extends Runtime {
  /** Resolves with the reason when the embedded database ends by itself: without it there is nothing left to do. */
  readonly lost: Promise<Error>;
  /** Finishes what is under way, then closes everything; the embedded database last. */
  close(): Promise<void>;
}

/** What a demo or a test replaces. */
export interface RuntimeParts {
  readonly mailer?: Mailer;
  readonly fetch?: typeof fetch;
  /** Another time than the database's. */
  readonly now?: () => Date;
  /** How time passes between the steps of a network, in milliseconds. */
  readonly wait?: (milliseconds: number) => Promise<void>;
  readonly log?: Logger;
  /** Deliveries are worked on here, so that the queue is looked after here too. */
  readonly worker?: boolean;
  /** A command beside the service: it uses the database that a running service started. */
  readonly guest?: boolean;
}

export async function openRuntime(given: Config, parts: RuntimeParts = {}): Promise<OpenRuntime> {
  const unusable = findUnusable(given.platforms);
  if (unusable.length > 0) throw new ConfigError(unusable);
  const log = parts.log ?? createLog(given.logLevel);
  const vault = openVault(parseKeyring(given.encryptionKeys));
  const guardedFetch = createGuardedFetch({ allowedHosts: given.allowedHosts });
  const safeFetch = parts.fetch ?? guardedFetch.fetch;
  // The provider is the operator's choice, and may stand in their own network: that opens it to nobody else.
  const providerFetch = createGuardedFetch({
    allowedHosts: [...given.allowedHosts, ...(given.openid === undefined ? [] : [given.openid.issuer.host])],
  });
  const mailer = parts.mailer ?? createMailer(given);

  const embedded =
    given.databaseUrl === undefined
      ? await startEmbedded(given.dataFolder, {
          guest: parts.guest ?? false,
          connections: given.databasePool + QUEUE_POOL,
        })
      : undefined;
  try {
    const open = openDatabase(
      given.databaseUrl ?? connectionOf(embedded),
      (error) => log.error({ err: error }, "database connection"),
      given.databasePool,
    );
    const { database } = open;
    await whileReachable(migrateDatabase(open, { patience: parts.guest ? undefined : untilItIsThere(log) }));
    const clock = parts.now === undefined ? await openClock(open.pool) : virtualClock(parts.now);
    const { now, catchUp, startWatch } = clock;
    const queue = createQueue(given.databaseUrl ?? connectionOf(embedded), {
      backend: given.databaseBackend,
      isWorker: parts.worker ?? false,
      log,
    });
    await whileReachable(queue.start());
    const pictures = openPictureStore(given.pictureBucket);
    const calls = createCallRecorder({ database, now, log });
    const settings = await openSettings(database, log);
    const config = withSettings(given, settings);
    const world = {
      fetch: safeFetch,
      serviceName: () => config.appName,
      now,
      wait: parts.wait ?? pause,
      apps: createAppStore({ database, vault, now }),
      hostPicture: (picture: Picture) =>
        hostPicture({ database, pictures, config, now }, picture).catch((cause: unknown) => {
          const message = "The picture could not be put where the network would fetch it.";
          throw new PlatformError("transient", { code: "picture-store", message, cause });
        }),
    } satisfies PlatformWorld;
    const platforms = createRegistry(config.platforms, world, calls.watch);
    const stopAnnouncing = await whileReachable(
      announceProcess({ database, vault, platforms }, parts.worker ?? false, (error) =>
        log.warn({ err: error }, "this process could not say that it runs"),
      ),
    );
    const limits = createLimits({ pool: open.pool, secret: config.sessionSecret, log, now });
    const people = createPeople({
      ...{ database, config, mailer, limits, log, now },
      fetch: providerFetch.fetch,
      belongings: {
        stopShares: (transaction, person) => stopShares({ now }, transaction, person),
        handOverGrants: (transaction, person, ipAddress) =>
          handOverGrants(transaction, { now }, person, ipAddress),
      },
    });
    const pages = createPageReader({
      ...{ database, pictures, fetch: safeFetch, now, log },
      secret: config.sessionSecret,
      userAgent: `Sharewell (+${config.baseUrl.href})`,
    });
    return {
      ...{
        config,
        log,
        database,
        queue,
        vault,
        platforms,
        people,
        limits,
        pages,
        pictures,
        mailer,
        settings,
        calls,
        fetch: safeFetch,
        now,
        catchUp,
        startWatch,
      },
      lost: embedded?.lost ?? new Promise(() => {}),
      close: async () => {
        stopAnnouncing();
        // Who waits for a network still has no time left: its share is in other hands already.
        await Promise.all([guardedFetch.close(), providerFetch.close()]);
        await queue.stop();
        clock.close();
        settings.close();
        await people.refusals.close();
        await Promise.all([people.background.settled(), pages.settled(), calls.close()]);
        await open.close();
        await embedded?.stop();
      },
    };
  } catch (error) {
    await embedded?.stop();
    throw error;
  }
}

/** A service outlasts its database: whoever watches over it need not start it again and again. */
function untilItIsThere(log: Logger): Patience {
  return {
    forMs: Infinity,
    onWait: (reason) => log.warn({ reason }, "the database is away: the start goes on once it is there"),
  };
}

function connectionOf(embedded: Embedded | undefined): Embedded["connection"] {
  if (embedded === undefined) throw new Error("There is neither DATABASE_URL nor an embedded database.");
  return embedded.connection;
}

export function createLog(level: string): Logger {
  return pino({ level, ...logRedaction });
}

function virtualClock(now: () => Date): SharedClock {
  const machine = { count: () => performance.now(), clock: () => now().getTime() };
  return { now, catchUp: async () => {}, startWatch: () => watchOf(machine), close: () => {} };
}

interface QueueParts {
  readonly backend: Backend;
  readonly isWorker: boolean;
  readonly log: Logger;
}

/** pg-boss in the same database, with few connections of its own. */
function createQueue(
  connection: string | Embedded["connection"],
  { backend, isWorker, log }: QueueParts,
): PgBoss {
  // It makes its pool, and the connection that listens, of all that it is handed.
  const queue = new PgBoss({
    ...(toPoolSettings(connection) as DatabaseOptions),
    backend,
    max: QUEUE_POOL,
    application_name: "sharewell-queue",
    supervise: isWorker,
    superviseIntervalSeconds: 10,
    monitorIntervalSeconds: 10,
    schedule: false,
  });
  queue.on("error", (error) => log.error({ err: error }, "queue"));
  queue.on("warning", (warning) => log.warn({ warning }, "queue"));
  return queue;
}
