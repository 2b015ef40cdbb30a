/** The live objects of a process: opened at the start, passed to everything, closed in order at the end. */
import { setTimeout as pause } from "node:timers/promises";
import type { Pool } from "pg";
import type { PgBoss } from "pg-boss";
import type { Logger } from "pino";
import { type Config, ConfigError } from "../config/config.ts";
import type { AccountShares } from "../connections/account-shares.ts";
import { createAppStore } from "../connections/app-store.ts";
import { handOverGrants } from "../connections/grants/leave.ts";
import { announceProcess } from "../connections/processes.ts";
import type { SharedClock } from "../database/clock.ts";
import type { Probe } from "../database/connection/probe.ts";
import { whileReachable } from "../database/connection/reachable.ts";
import type { Heart } from "../database/heartbeat/heartbeat.ts";
import type { Database } from "../database/open.ts";
import type { Pulse } from "../database/pulse.ts";
import { createLimits, type Limits } from "../limits/limits.ts";
import { lookUpTexts } from "../net/dns-texts.ts";
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
import type { People } from "../people/create-people.ts";
import { createPeople } from "../people/create-people.ts";
import { createMailer, type Mailer } from "../people/mail/mail.ts";
import type { PasswordHashing } from "../people/people.ts";
import { type Picture, PlatformError, type PlatformWorld } from "../platforms/platform.ts";
import { createRegistry, findUnusable, type PlatformRegistry } from "../platforms/registry.ts";
import { stopShares } from "../sharing/acts/cancel.ts";
import { createAccountShares } from "../sharing/life/accounts.ts";
import { openVault, parseKeyring, type Vault } from "../vault/keyring.ts";
import { say } from "../words/words.ts";
import { openStore, type StoreParts } from "./store.ts";

const NOT_STORED = say("The picture could not be stored where the network fetches it.");

export interface Runtime {
  readonly config: Config;
  readonly log: Logger;
  readonly database: Database;
  readonly pool: Pool;
  readonly queue: PgBoss;
  readonly vault: Vault;
  readonly platforms: PlatformRegistry;
  readonly accountShares: AccountShares;
  readonly people: People;
  readonly limits: Limits;
  readonly pages: PageReader;
  readonly pictures: PictureStore;
  readonly mailer: Mailer;
  readonly settings: LiveSettings;
  readonly calls: CallRecorder;
  readonly pulse: Pulse;
  /** Detects a database that was restored to an earlier state. */
  readonly heart: Heart;
  readonly fetch: typeof fetch;
  readonly probe: Probe;
  readonly troubles: TroubleWatch;
  readonly scheduledUpTo: ClockWatch["scheduledUpTo"];
  readonly mayBeAheadMs: ClockWatch["mayBeAheadMs"];
  readonly steppedAt: SharedClock["steppedAt"];
  /** The current metrics of this process. */
  metrics(): Promise<Metrics>;
  /** The current time, shared by all processes. */
  now(): Date;
  /** Resolves when `now` is accurate, even if the machine has been asleep. */
  catchUp(): Promise<void>;
  /** Starts a stopwatch. The returned function reads it in milliseconds, including time that the machine slept. */
  startWatch(): () => number;
}

export interface OpenRuntime extends Runtime {
  /** Resolves with the reason if the embedded database ends unexpectedly. The process cannot go on without it. */
  readonly lost: Promise<Error>;
  /** Finishes work in progress, then closes everything, the embedded database last. */
  close(): Promise<void>;
}

/** Parts that the demo and the tests replace. */
export interface RuntimeParts extends StoreParts {
  readonly mailer?: Mailer;
  readonly fetch?: typeof fetch;
  /** Waits between the steps of a platform, in milliseconds. */
  readonly wait?: (milliseconds: number) => Promise<void>;
  readonly log?: Logger;
  /** How passwords are hashed, instead of by a slow scrypt. */
  readonly passwords?: PasswordHashing;
}

/**
 * Opens the runtime and migrates the database if necessary.
 * @throws {ConfigError} if settings of platforms are invalid
 */
export async function openRuntime(given: Config, parts: RuntimeParts = {}): Promise<OpenRuntime> {
  const unusable = findUnusable(given.platforms);
  if (unusable.length > 0) throw new ConfigError(unusable);
  const log = parts.log ?? createLog(given.logLevel);
  const vault = openVault(parseKeyring(given.encryptionKeys));
  const guardedFetch = createGuardedFetch({ allowedHosts: given.allowedHosts });
  const safeFetch = parts.fetch ?? guardedFetch.fetch;
  // The operator chooses the provider, which may be in a private network. Only this fetch may reach it there.
  const providerFetch = createGuardedFetch({
    allowedHosts: [...given.allowedHosts, ...(given.openid === undefined ? [] : [given.openid.issuer.host])],
  });
  const mailer = parts.mailer ?? createMailer(given);
  const store = await openStore(given, parts, log);
  const { open, database, clock, pulse, queue, heart, probe, machine } = store;
  const { now, catchUp, startWatch, steppedAt } = clock;
  try {
    const endTracing = given.traces ? await startTracing(ownVersion()) : async () => {};
    const pictures = openPictureStore(given.pictureBucket);
    const calls = createCallRecorder({ database, now, log });
    const settings = await openSettings(database, pulse, log);
    const config = withSettings(given, settings);
    const world = {
      fetch: safeFetch,
      ...{ now, wait: parts.wait ?? pause, serviceName: () => config.appName },
      apps: createAppStore({ database, vault, now }),
      resolveTxt: lookUpTexts,
      hostPicture: (picture: Picture) =>
        hostPicture({ database, pictures, config, now }, picture).catch((cause: unknown) => {
          log.warn({ err: cause }, "could not publish a picture for a network to fetch");
          throw new PlatformError("transient", { code: "picture-store", message: NOT_STORED, cause });
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
      // A command leaves these checks to the running service.
      detectors: parts.guest
        ? []
        : [
            writes.detect,
            ...(store.isEmbedded ? [detectFullDisk(given.dataFolder, log)] : []),
            detectWrongClock({ findWrong }),
            outcomes.detect,
            detectBlockedLoop(DETECT_MS),
          ],
    });
    const stopAnnouncing = await whileReachable(
      announceProcess({ database, vault, platforms }, parts.worker ?? false, (error) => {
        writes.note(error);
        if (error !== undefined) log.warn({ err: error }, "could not record that this process is running");
      }),
    );
    const limits = createLimits({ pool: open.pool, secret: config.sessionSecret, log, now });
    const people = createPeople({
      ...{ database, config, mailer, vault, limits, log, now },
      fetch: providerFetch.fetch,
      ...(parts.passwords === undefined ? {} : { passwords: parts.passwords }),
      belongings: {
        stopShares: (transaction, person) =>
          stopShares({ queue, platforms, config, now }, transaction, person),
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
      ...{ config, log, database, queue, vault, platforms },
      ...{
        pool: open.pool,
        accountShares: createAccountShares({ queue, platforms, config }),
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
      lost: store.lost,
      close: async () => {
        stopAnnouncing();
        pulse.close();
        // Calls that are still waiting for a network are aborted: their shares have been handed back already.
        await Promise.all([guardedFetch.close(), providerFetch.close()]);
        await queue.stop();
        settings.close();
        await troubles.close();
        await people.refusals.close();
        await Promise.all([people.background.settled(), pages.settled(), calls.close()]);
        await Promise.all([open.close(), probe.close()]);
        await store.stopServer();
        await endTracing();
      },
    };
  } catch (error) {
    await store.stopServer();
    throw error;
  }
}
