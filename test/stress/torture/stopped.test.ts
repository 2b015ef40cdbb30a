/**
 * A worker that is paused between its fence and its request, as on a frozen machine, and continues hours later: another
 * one has taken over and sent meanwhile. Real processes, stopped by SIGSTOP.
 */
import { randomUUID } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eq, sql } from "drizzle-orm";
import pg from "pg";
import { pino } from "pino";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { type Emulator, startEmulator } from "../../../emulator/server.ts";
import { registerApps } from "../../../src/cli/demo/demo-apps.ts";
import { readConfig } from "../../../src/config/config.ts";
import type { Connection } from "../../../src/connections/connection.ts";
import { socialShares } from "../../../src/database/schema.ts";
import { platformNames } from "../../../src/platforms/platform.ts";
import { type OpenRuntime, openRuntime } from "../../../src/service/runtime.ts";
import { wakeDue, wakeStranded } from "../../../src/sharing/claims/wake.ts";
import { findShare, getShareRequest } from "../../../src/sharing/record/history.ts";
import { isSettled } from "../../../src/sharing/share.ts";
import { freshDatabaseUrl } from "../../harness/database/database.ts";
import { takeClock } from "../../harness/database/wrong-database-clock.ts";
import { freePort, serviceVariables } from "../../harness/networks/networks.ts";
import { hostPicture, pagePicture } from "../../harness/networks/pictures.ts";
import { addPerson, connectAccount } from "../../harness/people/accounts.ts";
import { draftFor, submit } from "../../harness/people/shares.ts";
import { type RunningProcess, startProcess, untilReady } from "../../harness/services/process.ts";
import { waitFor } from "../../harness/wait.ts";
import { choicesOf, hurry } from "./world.ts";

/** Longer than any network recognises repeats. */
const HOURS = 2 * 3_600;
/** The lock that a fence waits for while it is held. */
const LOCK = 4_711;

const folder = mkdtempSync(join(tmpdir(), "sharewell-stopped-"));
const clockFile = join(folder, "clock");
let aheadMs = 0;
let emulator: Emulator;
/** For queries only; it delivers nothing. */
let runtime: OpenRuntime;
let holder: pg.Client;
let person: { id: string };
let image: string;
let connections: Connection[];
let workers: RunningProcess[];
/** Networks fetch pictures from it. */
let web: RunningProcess;

let setDatabaseClock: (aheadSeconds: number) => Promise<void>;

async function passTime(seconds: number): Promise<void> {
  for (const name of platformNames) emulator[name].world.advance(seconds);
  aheadMs += seconds * 1_000;
  writeFileSync(clockFile, String(aheadMs));
  await setDatabaseClock(aheadMs / 1_000);
}

beforeAll(async () => {
  writeFileSync(clockFile, "0");
  emulator = await startEmulator();
  await hurry(emulator);
  const url = await freshDatabaseUrl();
  setDatabaseClock = await takeClock(url);
  const changes = {
    DATABASE_URL: url,
    SOCIAL_LEASE_SECONDS: "1",
    SOCIAL_SETTLE_SECONDS: "",
    SOCIAL_LOG_LEVEL: "fatal",
    CLOCK_FILE: clockFile,
  };
  const port = await freePort();
  const variables = serviceVariables({ port, emulator, changes });
  runtime = await openRuntime(readConfig(variables, {}), {
    log: pino({ level: "silent" }),
    now: () => new Date(Date.now() + aheadMs),
  });
  await registerApps(emulator, variables.SOCIAL_BASE_URL ?? "");
  image = await hostPicture(await pagePicture());
  person = await addPerson(runtime);
  connections = [];
  for (const choice of choicesOf(emulator)) connections.push(await connectAccount(runtime, person, choice));
  holder = new pg.Client({ connectionString: url });
  await holder.connect();
  await runtime.database.execute(
    sql.raw(`create table held_fences (is_on boolean);
    create function hold_fence() returns trigger language plpgsql as $$ begin
      if new.sent_at is distinct from old.sent_at and exists (select 1 from held_fences) then
        perform pg_advisory_xact_lock(${LOCK});
      end if;
      return new;
    end $$;
    create trigger hold_fence after update on social_shares for each row execute function hold_fence()`),
  );
  const start = (role: string, at: number) =>
    startProcess([role], { ...variables, PORT: String(at) }, "dist/test/stress/torture/service.js");
  const ports = [await freePort(), await freePort()];
  web = start("web", port);
  workers = ports.map((each) => start("worker", each));
  for (const [at, worker] of [web, ...workers].entries())
    await untilReady(worker, `http://127.0.0.1:${[port, ...ports][at]}/`);
});
afterAll(async () => {
  for (const { child, ended } of [web, ...workers]) {
    child.kill("SIGKILL");
    await ended;
  }
  await holder.end();
  await runtime.close();
  await emulator.stop();
  rmSync(folder, { recursive: true, force: true });
});

afterEach(async () => {
  await holder.query("select pg_advisory_unlock_all()");
  await holder.query("delete from held_fences");
  for (const { child } of workers) child.kill("SIGCONT");
});

/** @returns when it is paused */
async function freeze({ child }: RunningProcess): Promise<void> {
  child.kill("SIGSTOP");
  await waitFor("the process to stand still", () => {
    const stat = readFileSync(`/proc/${child.pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).startsWith("T") ? true : undefined;
  });
}

async function untilHeld(): Promise<void> {
  await waitFor("the fence to be held", async () => {
    const { rows } = await holder.query(
      "select 1 from pg_locks where locktype = 'advisory' and objid = $1 and not granted",
      [LOCK],
    );
    return rows.length > 0 ? true : undefined;
  });
}

/** Time passes until the share is settled. Shares of a vanished worker are taken over as soon as its lease ends. */
async function untilSettled(id: string): Promise<void> {
  await waitFor("the share to be settled", async () => {
    const share = await findShare(runtime, person, id);
    if (share !== undefined && isSettled(share.status)) return true;
    const waitMs = (share?.nextAttemptAt?.getTime() ?? 0) - runtime.now().getTime();
    if (waitMs > 0) await passTime(waitMs / 1_000 + 0.1);
    await wakeStranded(runtime);
    await wakeDue(runtime);
    return undefined;
  });
}

/** No worker has a job of this share any more. */
async function untilLeft(id: string): Promise<void> {
  await waitFor("the late worker to be done", async () => {
    const { rows } = await holder.query(
      "select 1 from pgboss.job where data->>'shareId' = $1 and state in ('active', 'retry', 'created')",
      [id],
    );
    return rows.length === 0 ? true : undefined;
  });
}

async function shareTo(connection: Connection): Promise<{ id: string; message: string }> {
  const message = `Once ${randomUUID()}`;
  const draft = draftFor([connection], { message });
  const request = await submit(runtime, person, { ...draft, page: { ...draft.page, image } });
  const [share] = (await getShareRequest(runtime, person, request))?.shares ?? [];
  return { id: share?.id ?? "", message };
}

test.each(
  platformNames,
)("%s: of a worker that stood still after its fence nothing goes out once another one has sent", async (platform) => {
  const connection = connections.find((mine) => mine.platform === platform);
  const [late, other] = workers;
  if (connection === undefined || late === undefined || other === undefined) throw new Error("Not set up.");
  await holder.query("select pg_advisory_lock($1)", [LOCK]);
  await holder.query("insert into held_fences values (true)");
  await freeze(other);
  const { id, message } = await shareTo(connection);
  await untilHeld();
  await freeze(late);
  await holder.query("select pg_advisory_unlock($1)", [LOCK]);
  await waitFor("the fence to be passed", async () => {
    const [row] = await runtime.database.select().from(socialShares).where(eq(socialShares.id, id));
    return row?.status === "sending" ? true : undefined;
  });
  await holder.query("delete from held_fences");

  other.child.kill("SIGCONT");
  await untilSettled(id);
  expect((await findShare(runtime, person, id))?.status).toBe("posted");
  // For networks that recognise a repeat by the post right before it.
  const { id: between } = await shareTo(connection);
  await untilSettled(between);
  await passTime(HOURS);
  late.child.kill("SIGCONT");
  await untilLeft(id);
  const posts = emulator[platform].world.memory.posts.filter(({ text }) => text.includes(message));
  expect(posts).toHaveLength(1);
  expect((await findShare(runtime, person, id))?.status).toBe("posted");
});
