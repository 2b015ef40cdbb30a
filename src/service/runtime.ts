/** The live things that everything is handed; opened at start, closed in the right order at the end. */
import { setTimeout as pause } from "node:timers/promises";
import type { Pool } from "pg";
import type { PgBoss } from "pg-boss";
import type { Logger } from "pino";
import { type Config, ConfigError } from "../config/config.ts";
import { createAppStore } from "../connections/app-store.ts";
import { handOverGrants } from "../connections/grants/leave.ts";
import { announceProcess } from "../connections/processes.ts";
import { canNotify } from "../database/backend.ts";
import { type MachineTime, openClock, type SharedClock, thisMachine, watchOf } from "../database/clock.ts";
import { openProbe, type Probe } from "../database/connection/probe.ts";
import { letGoOfBallast } from "../database/embedded/ballast.ts";
import { type Embedded, startEmbedded } from "../database/embedded/embedded.ts";
import { createHeart, type Heart } from "../database/heartbeat/heartbeat.ts";
import { openHeartbeatFile } from "../database/heartbeat/heartbeat-file.ts";
import { openHeartbeatMemory } from "../database/heartbeat/heartbeat-memory.ts";
import { createQueue, QUEUE_POOL } from "../database/job-queue.ts";
import {
  type Database,
  migrateDatabase,
  openDatabase,
  type Patience,
  whileReachable,
} from "../database/open.ts";
import { type Pulse, startPulse } from "../database/pulse.ts";
import { createLimits, type Limits } from "../limits/limits.ts";
import { createGuardedFetch } from "../net/guarded-fetch.ts";
import { startTracing } from "../net/tracing.ts";
import { createLog } from "../operation/log.ts";
import { createMetrics, type Metrics } from "../operation/metrics/metrics.ts";
import { type CallRecorder, createCallRecorder } from "../operation/metrics/platform-calls.ts";
import { type LiveSettings, openSettings, withSettings } from "../operation/settings.ts";
import { type ClockWatch, createClockWatch, trustClock } from "../operation/trouble/clock-watch.ts";
import { detectBlockedLoop, detectWrongClock, watchOutcomes } from "../operation/trouble/detectors.ts";
import { detectFullDisk, watchWrites } from "../operation/trouble/disk.ts";
import { createNetworkTime } from "../operation/trouble/network-time.ts";
import { findTimeSources } from "../operation/trouble/time-sources.ts";
import { DETECT_MS, type TroubleWatch, watchTroubles } from "../operation/trouble/trouble-watch.ts";
import { ownVersion } from "../operation/version.ts";
import { openPictureStore, type PictureStore } from "../pages/pictures/picture-store.ts";
import { hostPicture } from "../pages/pictures/public-pictures.ts";
import { createPageReader, type PageReader } from "../pages/reader.ts";
import { createMailer, type Mailer } from "../people/mail/mail.ts";
import { createPeople, type People } from "../people/people.ts";
import { type Picture, PlatformError, type PlatformWorld } from "../platforms/platform.ts";
import { createRegistry, findUnusable, type PlatformRegistry } from "../platforms/registry.ts";
import { stopShares } from "../sharing/acts/cancel.ts";
import { openVault, parseKeyring, type Vault } from "../vault/keyring.ts";

export interface Runtime {
  readonly config: Config;
  readonly log: Logger;
  readonly database: Database;
  readonly pool: Pool;
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
  readonly pulse: Pulse;
  /** By which a database that went back to an earlier moment is noticed. */
  readonly heart: Heart;
  readonly fetch: typeof fetch;
  readonly probe: Probe;
  readonly troubles: TroubleWatch;
  readonly scheduledUpTo: ClockWatch["scheduledUpTo"];
  readonly mayBeAheadMs: ClockWatch["mayBeAheadMs"];
  readonly steppedAt: SharedClock["steppedAt"];
  /** The numbers of this process, as they are now. */
  metrics(): Promise<Metrics>;
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
  /** What counts time between two answers of the database, where `now` is not given. */
  readonly machine?: MachineTime;
  /** How time passes between the steps of a network, in milliseconds. */
  readonly wait?: (milliseconds: number) => Promise<void>;
  readonly log?: Logger;
  /** Deliveries are worked on here, so that the queue is looked after here too. */
  readonly worker?: boolean;
  /** A command beside the service: it uses the database that a running service started. */
  readonly guest?: boolean;
}

/** Between two looks at the database: where this process is told of what is to be done, where it is not, and where it does none of it. */
const PULSE_MS = { told: 2_000, untold: 500, web: 5_000 } as const;

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

  // A full disk that keeps PostgreSQL from starting is given a little room.
  if (given.databaseUrl === undefined) await letGoOfBallast(given.dataFolder).catch(() => false);
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
    const probe = openProbe(given.databaseUrl ?? connectionOf(embedded));
    await whileReachable(migrateDatabase(open, { patience: parts.guest ? undefined : untilItIsThere(log) }));
    const endTracing = given.traces ? await startTracing(ownVersion()) : async () => {};
    const { machine = thisMachine } = parts;
    const clock = parts.now === undefined ? await openClock(open.pool, machine) : virtualClock(parts.now);
    const { now, catchUp, startWatch, steppedAt } = clock;
    const pulse = startPulse(database, {
      everyMs: !parts.worker
        ? PULSE_MS.web
        : canNotify(given.databaseBackend)
          ? PULSE_MS.told
          : PULSE_MS.untold,
      now,
      onFailure: (error) => log.error({ err: error }, "the database could not be looked at"),
    });
    if (clock.question !== undefined) pulse.add(clock.question);
    const queue = createQueue(given.databaseUrl ?? connectionOf(embedded), {
      backend: given.databaseBackend,
      log,
    });
    await whileReachable(queue.start());
    const heart = createHeart({
      ...{ database, backend: given.databaseBackend, machine },
      file: openHeartbeatFile(given.dataFolder, embedded !== undefined),
      memory: embedded === undefined ? undefined : openHeartbeatMemory(given.dataFolder),
    });
    const pictures = openPictureStore(given.pictureBucket);
    const calls = createCallRecorder({ database, now, log });
    const settings = await openSettings(database, pulse, log);
    const config = withSettings(given, settings);
    const world = {
      fetch: safeFetch,
      serviceName: () => config.appName,
      now,
      wait: parts.wait ?? pause,
      apps: createAppStore({ database, vault, now }),
      hostPicture: (picture: Picture) =>
        hostPicture({ database, pictures, config, now }, picture).catch((cause: unknown) => {
          log.warn({ err: cause }, "a picture could not be put where a network would fetch it");
          const message = "The picture could not be put where the network would fetch it.";
          throw new PlatformError("transient", { code: "picture-store", message, cause });
        }),
    } satisfies PlatformWorld;
    const networkTime = createNetworkTime({ fetch: safeFetch, now, machine });
    const outcomes = watchOutcomes();
    const platforms = createRegistry(config.platforms, world, (name, fetcher) =>
      calls.watch(name, outcomes.watch(name, networkTime.watch(name, fetcher))),
    );
    const findSources = () => findTimeSources(database, platforms);
    const { scheduledUpTo, mayBeAheadMs, findWrong, aheadMs } =
      parts.now === undefined
        ? createClockWatch({ networkTime, now, catchUp, findSources, log, machine })
        : trustClock(now);
    const writes = watchWrites();
    const troubles = watchTroubles({
      ...{ database, now, log },
      // A command beside the service leaves that to the service.
      detectors: parts.guest
        ? []
        : [
            writes.detect,
            ...(embedded === undefined ? [] : [detectFullDisk(given.dataFolder, log)]),
            detectWrongClock({ findWrong }),
            outcomes.detect,
            detectBlockedLoop(DETECT_MS),
          ],
    });
    const stopAnnouncing = await whileReachable(
      announceProcess({ database, vault, platforms }, parts.worker ?? false, (error) => {
        writes.note(error);
        if (error !== undefined) log.warn({ err: error }, "this process could not say that it runs");
      }),
    );
    const limits = createLimits({ pool: open.pool, secret: config.sessionSecret, log, now });
    const people = createPeople({
      ...{ database, config, mailer, vault, limits, log, now },
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
        pool: open.pool,
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
        pulse,
        heart,
        fetch: safeFetch,
        probe,
        troubles,
        scheduledUpTo,
        mayBeAheadMs,
        steppedAt,
        metrics: createMetrics({ database, pool: open.pool, config: given, aheadMs }),
        now,
        catchUp,
        startWatch,
      },
      lost: embedded?.lost ?? new Promise(() => {}),
      close: async () => {
        stopAnnouncing();
        pulse.close();
        // Who waits for a network still has no time left: its share is in other hands already.
        await Promise.all([guardedFetch.close(), providerFetch.close()]);
        await queue.stop();
        settings.close();
        await troubles.close();
        await people.refusals.close();
        await Promise.all([people.background.settled(), pages.settled(), calls.close()]);
        await Promise.all([open.close(), probe.close()]);
        await embedded?.stop();
        await endTracing();
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

function virtualClock(now: () => Date): SharedClock {
  const machine = { count: () => performance.now(), clock: () => now().getTime() };
  return {
    now,
    catchUp: async () => {},
    steppedAt: () => undefined,
    startWatch: () => watchOf(machine),
  };
}
