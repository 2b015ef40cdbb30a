/** The database of a process, and what lives on it: its clock, its pulse, the queue, the heartbeat. */
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
  /** Another time than the database's. */
  readonly now?: () => Date;
  /** What counts time between two answers of the database, where `now` is not given. */
  readonly machine?: MachineTime;
  /** Deliveries are worked on here, so that the queue is looked after here too. */
  readonly worker?: boolean;
  /** A command beside the service: it uses the database that a running service started. */
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
  /** Whether the database is Sharewell's own. */
  readonly isEmbedded: boolean;
  /** Resolves with the reason when the embedded database ends by itself. */
  readonly lost: Promise<Error>;
  /** Ends the embedded database, after everything else. */
  stopServer(): Promise<void>;
}

/** Between two looks at the database: where this process is told of what is to be done, where it is not, and where it does none of it. */
const PULSE_MS = { told: 2_000, untold: 500, web: 5_000 } as const;

export async function openStore(
  { databaseUrl, dataFolder, databasePool, databaseBackend: backend }: Config,
  { now: givenNow, machine = thisMachine, worker: isWorker = false, guest: isGuest = false }: StoreParts,
  log: Logger,
): Promise<Store> {
  // A full disk that keeps PostgreSQL from starting is given a little room.
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
