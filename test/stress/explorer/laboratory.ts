/**
 * Where schedules are played: the simulated networks, one database, two runtimes on it, and one clock for all of them.
 */
import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import { sql } from "drizzle-orm";
import pg from "pg";
import { pino } from "pino";
import sharp from "sharp";
import { type Emulator, startEmulator } from "../../../emulator/server.ts";
import { registerApps } from "../../../src/cli/demo/demo-apps.ts";
import { readConfig } from "../../../src/config/config.ts";
import { users } from "../../../src/database/schema.ts";
import type { Letter } from "../../../src/people/mail/mail.ts";
import { platformNames } from "../../../src/platforms/networks.ts";
import { type OpenRuntime, openRuntime } from "../../../src/service/runtime.ts";
import { prepareQueues } from "../../../src/sharing/claims/queue.ts";
import { letTimePass, serviceVariables } from "../../harness/networks/networks.ts";
import { hostPicture, pagePicture } from "../../harness/networks/pictures.ts";
import { type Journal, openJournal } from "./journal.ts";
import { type Stage, stageDatabase, stageFetch } from "./steps.ts";

/** Long enough that no lease ends by itself during a schedule: schedules end them. */
const LEASE_SECONDS = 60;

/** Everything that schedules leave behind. What belongs to people is deleted with them. */
const tables = [
  "users",
  "rate_budgets",
  "mastodon_apps",
  "audit_events",
  "audit_heads",
  "connect_failures",
  "loose_grants",
  "owner_calls",
  "deletion_requests",
  "departures",
  "public_pictures",
  "platform_calls",
  "rate_limits",
  "pgboss.job",
] as const;

export interface SentLetter extends Letter {
  readonly at: Date;
}

export interface Laboratory {
  readonly emulator: Emulator;
  /** Two processes of one service. */
  readonly A: OpenRuntime;
  readonly B: OpenRuntime;
  readonly journal: Journal;
  /** In the order in which they were sent. */
  readonly letters: SentLetter[];
  /** Unexpected log lines of the processes. */
  readonly errors: string[];
  /** The address of a page's picture. */
  readonly image: string;
  readonly stage: Stage;
  /** Advances all clocks: the networks' and both processes'. */
  pass(seconds: number): Promise<void>;
  addPerson(name: string): Promise<{ readonly id: string }>;
  /** Restores the initial state. */
  reset(): Promise<void>;
  stop(): Promise<void>;
}

/** @param options.tellsStatements also records statements in the journal: many lines for each schedule */
export async function openLaboratory(
  databaseUrl: string,
  { tellsStatements = false }: { readonly tellsStatements?: boolean } = {},
): Promise<Laboratory> {
  const emulator = await startEmulator();
  const pictures = await servePictures();
  const variables = serviceVariables({
    port: pictures.port,
    emulator,
    changes: {
      DATABASE_URL: databaseUrl,
      SOCIAL_LEASE_SECONDS: String(LEASE_SECONDS),
      SOCIAL_SETTLE_SECONDS: "",
    },
  });
  const clock = { aheadMs: 0 };
  const letters: SentLetter[] = [];
  const errors: string[] = [];
  let journal: Journal | undefined;
  const write = async (about: "call" | "statement", words: string) => {
    await journal?.write(about, `${stage.scheduler?.task ?? ""}: ${words}`);
  };
  const stage: Stage = {
    scheduler: undefined,
    tellCall: (words) => write("call", words),
    tellStatement: async (statement) => {
      if (tellsStatements) await write("statement", statement.replaceAll(/\s+/g, " ").slice(0, 160));
    },
  };
  const pass = async (seconds: number) => {
    clock.aheadMs += seconds * 1_000;
    letTimePass(emulator, seconds * 1_000);
    const set = async () => await journal?.setClock(clock.aheadMs);
    await (stage.scheduler?.during(set) ?? set());
  };
  const now = () => new Date(Date.now() + clock.aheadMs);
  const keepLetter = async (letter: Letter) => void letters.push({ ...letter, at: now() });
  const open = async () => {
    const runtime = await openRuntime(readConfig(variables, {}), {
      log: pino({ level: "error", base: null }, { write: (line: string) => void errors.push(line.trim()) }),
      mailer: { available: true, check: async () => undefined, send: keepLetter },
      fetch: stageFetch(stage),
      now,
      wait: (milliseconds) => pass(milliseconds / 1_000),
    });
    stageDatabase(stage, runtime.database);
    return runtime;
  };
  await hurryDeadlocks(databaseUrl);
  const A = await open();
  const B = await open();
  await prepareQueues(A.queue);
  const opened = await openJournal(databaseUrl);
  journal = opened;
  return {
    ...{ emulator, A, B, journal: opened, letters, errors, stage, pass },
    image: await hostPicture(await pagePicture()),
    async addPerson(name) {
      const id = randomUUID();
      const email = `${id}@example.com`;
      await A.database.insert(users).values({ id, name, email, emailVerified: true, role: "operator" });
      return { id };
    },
    async reset() {
      for (const name of platformNames) emulator[name].world.reset();
      clock.aheadMs = 0;
      letters.length = 0;
      errors.length = 0;
      // In one statement, because this runs before every schedule.
      await A.database.execute(sql.raw(tables.map((table) => `delete from ${table}`).join("; ")));
      await opened.clear();
      await registerApps(emulator, variables.SOCIAL_BASE_URL ?? "");
    },
    async stop() {
      await opened.close();
      await A.close();
      await B.close();
      await emulator.stop();
      pictures.close();
    },
  };
}

/** Deadlocks are detected at once, not after a second, on connections that are opened from now on. */
async function hurryDeadlocks(databaseUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  await client.query(
    "do $$ begin execute format('alter database %I set deadlock_timeout = 50', current_database()); end $$",
  );
  await client.end();
}

/** The only part of the service that networks call: they get a picture, whichever they request. */
async function servePictures(): Promise<{ readonly port: number; close(): void }> {
  const picture = await sharp({ create: { width: 1_200, height: 630, channels: 3, background: "teal" } })
    .jpeg()
    .toBuffer();
  const server = createServer((_request, response) => {
    response.writeHead(200, { "content-type": "image/jpeg" }).end(picture);
  });
  const port = await new Promise<number>((done, fail) => {
    server.once("error", fail).listen(0, "127.0.0.1", () => {
      const address = server.address();
      done(address !== null && typeof address === "object" ? address.port : 0);
    });
  });
  return {
    port,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
