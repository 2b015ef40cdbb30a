/** The live things that everything is handed; opened at start, closed in the right order at the end. */
import { setTimeout as pause } from "node:timers/promises";
import { PgBoss } from "pg-boss";
import { type Logger, pino } from "pino";
import { type Config, ConfigError } from "./config.ts";
import { createAppStore } from "./connections/app-store.ts";
import type { Backend } from "./database/backend.ts";
import { type Embedded, startEmbedded } from "./database/embedded.ts";
import { type Database, migrateDatabase, openDatabase, whileReachable } from "./database/open.ts";
import { createGuardedFetch } from "./net/guarded-fetch.ts";
import { logRedaction } from "./net/redact.ts";
import { type CallRecorder, createCallRecorder } from "./operation/platform-calls.ts";
import { type LiveSettings, openSettings, withSettings } from "./operation/settings.ts";
import { openPictureStore, type PictureStore } from "./pages/picture-store.ts";
import { hostPicture } from "./pages/public-pictures.ts";
import { createPageReader, type PageReader } from "./pages/reader.ts";
import { createMailer, type Mailer } from "./people/mail.ts";
import { createPeople, type People } from "./people/people.ts";
import { type Picture, PlatformError, type PlatformWorld } from "./platforms/platform.ts";
import { createRegistry, findUnusable, type PlatformRegistry } from "./platforms/registry.ts";
import { openVault, parseKeyring, type Vault } from "./vault/keyring.ts";

export interface Runtime {
  readonly config: Config;
  readonly log: Logger;
  readonly database: Database;
  readonly queue: PgBoss;
  readonly vault: Vault;
  readonly platforms: PlatformRegistry;
  readonly people: People;
  readonly pages: PageReader;
  readonly pictures: PictureStore;
  readonly mailer: Mailer;
  readonly settings: LiveSettings;
  readonly calls: CallRecorder;
  readonly fetch: typeof fetch;
  now(): Date;
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
  const now = parts.now ?? (() => new Date());
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
      ? await startEmbedded(given.dataFolder, { guest: parts.guest ?? false })
      : undefined;
  try {
    const open = openDatabase(given.databaseUrl ?? connectionOf(embedded), (error) =>
      log.error({ err: error }, "database connection"),
    );
    const { database } = open;
    await whileReachable(migrateDatabase(open));
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
      apps: createAppStore({ database, vault }),
      hostPicture: (picture: Picture) =>
        hostPicture({ database, pictures, config, now }, picture).catch((cause: unknown) => {
          const message = "The picture could not be put where the network would fetch it.";
          throw new PlatformError("transient", { code: "picture-store", message, cause });
        }),
    } satisfies PlatformWorld;
    const platforms = createRegistry(config.platforms, world, calls.watch);
    const people = createPeople({ ...{ database, config, mailer, log, now }, fetch: providerFetch.fetch });
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
        pages,
        pictures,
        mailer,
        settings,
        calls,
        fetch: safeFetch,
        now,
      },
      lost: embedded?.lost ?? new Promise(() => {}),
      close: async () => {
        // Who waits for a network still has no time left: its share is in other hands already.
        await Promise.all([guardedFetch.close(), providerFetch.close()]);
        await queue.stop();
        settings.close();
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

function connectionOf(embedded: Embedded | undefined): Embedded["connection"] {
  if (embedded === undefined) throw new Error("There is neither DATABASE_URL nor an embedded database.");
  return embedded.connection;
}

export function createLog(level: string): Logger {
  return pino({ level, ...logRedaction });
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
  const where =
    typeof connection === "string"
      ? { connectionString: connection }
      : { host: String(connection.host), port: 5432, user: "sharewell", database: "sharewell" };
  const queue = new PgBoss({
    ...where,
    backend,
    max: 6,
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
