/** Opens the database and what depends on it: the clock, the pulse, the queue and the heartbeat. */
import type { PgBoss } from "pg-boss";
import type { Logger } from "pino";
import type { Config } from "../config/config.ts";
import { canNotify } from "../database/backend.ts";
import { type MachineTime, openClock, type SharedClock, thisMachine, watchOf } from "../database/clock.ts";
import { openProbe, type Probe } from "../database/connection/probe.ts";
import { type Patience, whileReachable } from "../database/connection/reachable.ts";
import { letGoOfBallast } from "../database/embedded/ballast.ts";
import { type Embedded, startEmbedded } from "../database/embedded/embedded.ts";
import { createHeart, type Heart } from "../database/heartbeat/heartbeat.ts";
import { openHeartbeatFile } from "../database/heartbeat/heartbeat-file.ts";
import { openHeartbeatMemory } from "../database/heartbeat/heartbeat-memory.ts";
import { createQueue, QUEUE_POOL } from "../database/job-queue.ts";
import { migrateDatabase } from "../database/migrate.ts";
import { type Database, type OpenDatabase, openDatabase } from "../database/open.ts";
import { type Pulse, startPulse } from "../database/pulse.ts";

export interface StoreParts {
  /** Replaces the time of the database. */
  readonly now?: () => Date;
  /** Measures time between two answers of the database, if `now` is not given. */
  readonly machine?: MachineTime;
  /** Whether this process delivers shares. */
  readonly worker?: boolean;
  /** Whether this is a command that may use the database of a running service. */
  readonly guest?: boolean;
}

export interface Store {
  readonly open: OpenDatabase;
  readonly database: Database;
  readonly probe: Probe;
  readonly clock: SharedClock;
  readonly machine: MachineTime;
  readonly pulse: Pulse;
  readonly queue: PgBoss;
  readonly heart: Heart;
  /** Whether the database is the embedded one. */
  readonly isEmbedded: boolean;
  /** Resolves with the reason if the embedded database ends unexpectedly. */
  readonly lost: Promise<Error>;
  /** Stops the embedded database. Called after everything else is closed. */
  stopServer(): Promise<void>;
}

/** The pause between two pulses: with LISTEN/NOTIFY, without it, and in a process that only shows pages. */
const PULSE_MS = { told: 2_000, untold: 500, web: 5_000 } as const;

/** @throws {DatabaseUnreachable} if this is a command and the database is away */
export async function openStore(
  { databaseUrl, dataFolder, databasePool, databaseBackend: backend }: Config,
  { now: givenNow, machine = thisMachine, worker: isWorker = false, guest: isGuest = false }: StoreParts,
  log: Logger,
): Promise<Store> {
  // PostgreSQL cannot start on a full disk. Freeing the reserve gives it room.
  if (databaseUrl === undefined) await letGoOfBallast(dataFolder).catch(() => false);
  const embedded =
    databaseUrl === undefined
      ? await startEmbedded(dataFolder, { guest: isGuest, connections: databasePool + QUEUE_POOL })
      : undefined;
  try {
    const connection = databaseUrl ?? connectionOf(embedded);
    const onError = (error: Error) => log.error({ err: error }, "database connection");
    const open = openDatabase(connection, onError, databasePool);
    const { database } = open;
    const probe = openProbe(connection);
    await whileReachable(migrateDatabase(open, { patience: isGuest ? undefined : untilItIsThere(log) }));
    const clock = givenNow === undefined ? await openClock(open.pool, machine) : virtualClock(givenNow);
    const pulse = startPulse(database, {
      everyMs: !isWorker ? PULSE_MS.web : canNotify(backend) ? PULSE_MS.told : PULSE_MS.untold,
      now: clock.now,
      onFailure: (error) => log.error({ err: error }, "the database could not be looked at"),
    });
    if (clock.question !== undefined) pulse.add(clock.question);
    const queue = createQueue(connection, { backend, log });
    await whileReachable(queue.start());
    const heart = createHeart({
      ...{ database, backend, machine },
      file: openHeartbeatFile(dataFolder, embedded !== undefined),
      memory: embedded === undefined ? undefined : openHeartbeatMemory(dataFolder),
    });
    return {
      ...{ open, database, probe, clock, machine, pulse, queue, heart },
      isEmbedded: embedded !== undefined,
      lost: embedded?.lost ?? new Promise(() => {}),
      stopServer: async () => await embedded?.stop(),
    };
  } catch (error) {
    await embedded?.stop();
    throw error;
  }
}

/** A service waits for its database, so that supervisors need not restart it again and again. */
function untilItIsThere(log: Logger): Patience {
  return {
    forMs: Infinity,
    onWait: (reason) => log.warn({ reason }, "the database is away: the start continues when it is back"),
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
