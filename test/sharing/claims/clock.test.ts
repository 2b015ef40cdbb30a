/** Workers, each in a separate process, whose machines' clocks are wrong: what is due follows the database's time. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { eq, sql } from "drizzle-orm";
import { pino } from "pino";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { z } from "zod";
import { type Emulator, startEmulator } from "../../../emulator/server.ts";
import { registerApps } from "../../../src/cli/demo/demo-apps.ts";
import { readConfig } from "../../../src/config/config.ts";
import { socialShares } from "../../../src/database/schema.ts";
import { openRuntime } from "../../../src/service/runtime.ts";
import { prepareQueues } from "../../../src/sharing/claims/queue.ts";
import { freshDatabaseUrl } from "../../harness/database/database.ts";
import { freePort, serviceVariables } from "../../harness/networks/networks.ts";
import { addPerson, connectAccount } from "../../harness/people/accounts.ts";
import { draftFor, submit, untilSettled } from "../../harness/people/shares.ts";
import { startProcess, untilReady } from "../../harness/services/process.ts";

const HOUR_MS = 3_600_000;
/** From now until a share is due, and from a doubtful send until it is looked for. */
const SECONDS = 4;

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(() => emulator.stop());

/** A person with an account on Mastodon; no worker yet. */
async function openSite() {
  const folder = mkdtempSync(join(tmpdir(), "sharewell-clock-"));
  const changes = {
    DATABASE_URL: await freshDatabaseUrl(),
    SOCIAL_SETTLE_SECONDS: String(SECONDS),
    SOCIAL_LOG_LEVEL: "fatal",
  };
  const variables = serviceVariables({ port: await freePort(), emulator, changes });
  const config = readConfig(variables, {});
  const runtime = await openRuntime(config, { log: pino({ level: "silent" }) });
  await prepareQueues(runtime.queue);
  await registerApps(emulator, config.baseUrl.href);
  const children: { kill(signal: "SIGKILL"): unknown }[] = [];
  onTestFinished(async () => {
    for (const child of children) child.kill("SIGKILL");
    await runtime.close();
    rmSync(folder, { recursive: true });
  });
  const { database } = runtime;
  await watch(database);
  const person = await addPerson(runtime);
  const connection = await connectAccount(runtime, person, {
    platform: "mastodon",
    server: `mastodon.localhost:${emulator.mastodon.port}`,
  });
  const inSeconds = (seconds: number) => new Date(runtime.now().getTime() + seconds * 1_000);

  return {
    /** @returns a function that sets its clock */
    async startWorker(aheadMs: number) {
      const file = join(folder, String(children.length));
      const set = (ms: number) => writeFileSync(file, String(ms));
      set(aheadMs);
      const port = await freePort();
      const worker = startProcess(["worker"], {
        ...variables,
        PORT: String(port),
        NODE_OPTIONS: `--import ${resolve("test/harness/database/wrong-clock.ts")}`,
        WRONG_CLOCK_FILE: file,
      });
      children.push(worker.child);
      await untilReady(worker, `http://127.0.0.1:${port}/`);
      return set;
    },
    /** Schedules a share, and waits until it is posted. @returns by how much it was early, in milliseconds */
    async schedule() {
      const at = inSeconds(SECONDS);
      const id = await submit(runtime, person, draftFor([connection], { at }));
      const [share] = await untilSettled(runtime, person, id);
      expect(share?.status).toBe("posted");
      return at.getTime() - (await readTime(database, share?.id, "queued"));
    },
    /**
     * A send whose worker vanished with the answer.
     * @returns by how much it was looked for too early, in milliseconds
     */
    async doubt() {
      const id = await submit(runtime, person, draftFor([connection], { at: inSeconds(3_600) }));
      const [sent] = await database
        .update(socialShares)
        .set({
          status: "sending",
          firstSentAt: sql`now()`,
          sentAt: sql`now()`,
          sends: 1,
          nextAttemptAt: sql`now() + ${SECONDS} * interval '1 second'`,
        })
        .where(eq(socialShares.shareRequestId, id))
        .returning({ dueAt: socialShares.nextAttemptAt });
      const [share] = await untilSettled(runtime, person, id);
      expect(share?.status).toBe("posted");
      return (sent?.dueAt?.getTime() ?? Number.NaN) - (await readTime(database, share?.id, "attempt"));
    },
  };
}

type Database = Awaited<ReturnType<typeof openRuntime>>["database"];

/** Has the database record, by its own time, when a share changed and was attempted. */
async function watch(database: Database): Promise<void> {
  await database.execute(
    sql`create table seen (share_id uuid, what text, at timestamptz default clock_timestamp())`,
  );
  await database.execute(sql`create function see_share() returns trigger language plpgsql as
    $$ begin insert into seen (share_id, what) values (new.id, new.status); return null; end $$`);
  await database.execute(sql`create function see_attempt() returns trigger language plpgsql as
    $$ begin insert into seen (share_id, what) values (new.share_id, 'attempt'); return null; end $$`);
  await database.execute(
    sql`create trigger see after update of status on social_shares for each row execute function see_share()`,
  );
  await database.execute(
    sql`create trigger see after insert on share_attempts for each row execute function see_attempt()`,
  );
}

async function readTime(database: Database, shareId: string | undefined, what: string): Promise<number> {
  const { rows } = await database.execute(
    sql`select min(at)::text as at from seen where share_id = ${shareId} and what = ${what}`,
  );
  return z
    .tuple([z.object({ at: z.coerce.date() })])
    .parse(rows)[0]
    .at.getTime();
}

test("of two workers, one 30 s ahead and one 30 s behind, neither posts early nor looks for a doubt early", async () => {
  const { startWorker, schedule, doubt } = await openSite();
  await Promise.all([startWorker(30_000), startWorker(-30_000)]);
  const early = await Promise.all([schedule(), doubt()]);
  expect(early.filter((ms) => ms > 0)).toEqual([]);
});

test("a worker alone that is an hour behind posts what is due, and looks for a doubt", async () => {
  const { startWorker, schedule, doubt } = await openSite();
  await startWorker(-HOUR_MS);
  const early = await Promise.all([schedule(), doubt()]);
  expect(early.filter((ms) => ms > 0)).toEqual([]);
});

test("a worker whose clock jumps while it runs posts neither early nor never", async () => {
  const { startWorker, schedule, doubt } = await openSite();
  const set = await startWorker(0);
  for (const ms of [HOUR_MS, -HOUR_MS]) {
    set(ms);
    const early = await Promise.all([schedule(), doubt()]);
    expect(early.filter((by) => by > 0)).toEqual([]);
  }
});
