/** A database that goes silent: connections to it stay open, but nothing answers on them. */
import { sql } from "drizzle-orm";
import pg from "pg";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { isAway } from "../../src/database/connection/away.ts";
import { type OpenDatabase, openDatabase } from "../../src/database/open.ts";
import { locks, socialShares } from "../../src/database/schema.ts";
import { startService } from "../../src/service/service.ts";
import { freshDatabaseUrl } from "../harness/database/database.ts";
import { type DatabaseLine, openDatabaseLine } from "../harness/database/database-line.ts";
import { addPerson, connectAccount } from "../harness/people/accounts.ts";
import { draftFor, postsOn, submit } from "../harness/people/shares.ts";
import { createVisitor } from "../harness/people/visitor.ts";
import { startTestService, type TestService } from "../harness/services/service.ts";
import { waitFor } from "../harness/wait.ts";

let direct: string;
let line: DatabaseLine;
let open: OpenDatabase;
let service: TestService;

beforeAll(async () => {
  direct = await freshDatabaseUrl();
  line = await openDatabaseLine(direct);
  open = openDatabase(line.url, () => {});
  service = await startTestService({ DATABASE_URL: line.url, SOCIAL_LEASE_SECONDS: "3" });
  await addPerson(service.runtime);
});
afterEach(async () => {
  line.mend();
  for (const pool of [open.pool, service.runtime.pool]) await untilAllAnswer(pool);
  // The other files of the suite need the connections that these take.
  line.forgetSilent();
});
afterAll(async () => {
  await service.stop();
  await open.close();
  await line.close();
});

async function untilAllAnswer(pool: pg.Pool): Promise<void> {
  await waitFor("connections that all answer", async () => {
    const asked = Array.from({ length: pool.options.max }, () => pool.query("select 1"));
    const answers = await Promise.allSettled(asked);
    return answers.every(({ status }) => status === "fulfilled") || undefined;
  });
}

async function failureOf(work: Promise<unknown>): Promise<unknown> {
  return await work.then(
    () => undefined,
    (error: unknown) => error,
  );
}

test("a statement without an answer fails as one for want of the database, and its connection is not used again", async () => {
  await open.pool.query("select 1");
  line.silence();
  expect(isAway(await failureOf(open.pool.query("select 1")))).toBe(true);
  expect(open.pool.totalCount).toBe(0);
  expect(isAway(await failureOf(open.pool.query("select 1")))).toBe(true);
  line.mend();
  expect((await open.pool.query("select 1")).rowCount).toBe(1);
});

test("a statement that was sent after a busy moment is asked about as well", async () => {
  await open.pool.query("select 1");
  line.silence();
  line.mend();
  // Timers count from the start of their turn of the event loop, and so fire early after a long one.
  for (const until = performance.now() + 300; performance.now() < until; );
  expect(isAway(await failureOf(open.pool.query("select 1")))).toBe(true);
});

test("a connection on which nobody answers is closed all the same", async () => {
  const other = openDatabase(line.url, () => {});
  await other.pool.query("select 1");
  line.silence();
  await other.close();
  expect(other.pool.totalCount).toBe(0);
});

test("a service stops although the connection that listens is answered by nobody", async () => {
  const other = await startService({ ...service.config, port: 0 });
  line.silence();
  line.mend();
  await other.stop();
  expect(other.runtime.pool.totalCount).toBe(0);
});

test("a transaction whose line falls silent gives its connection up and keeps no lock at the server", async () => {
  const failure = await failureOf(
    open.database.transaction(async (transaction) => {
      await transaction.insert(locks).values({ name: "operators" }).onConflictDoNothing();
      line.silence();
      // A new connection works at once; the old ones stay as they are.
      line.mend();
      await transaction.execute(sql`select 1`);
    }),
  );
  expect(isAway(failure)).toBe(true);
  expect(open.pool.totalCount - open.pool.idleCount).toBe(0);
  // It would wait for the lock of a session that nobody ended.
  await open.database.insert(locks).values({ name: "operators" }).onConflictDoNothing();
});

test("a statement that takes long, and one that waits for a lock, are waited for", async () => {
  const other = new pg.Client(direct);
  await other.connect();
  await other.query("begin; lock table rate_budgets in access exclusive mode");
  const waiting = open.pool.query("select 1 from rate_budgets");
  const slow = await open.pool.query("select pg_sleep(6)");
  expect(slow.rowCount).toBe(1);
  await other.query("rollback");
  await other.end();
  expect((await waiting).command).toBe("SELECT");
});

test("while the database is silent a page says within seconds that it is away", async () => {
  const visitor = createVisitor(service);
  const isThere = async () => (await visitor.get("/login/")).status === 200 || undefined;
  await waitFor("a page over lines that answer", isThere);
  line.silence();
  const started = performance.now();
  const form = { email: "ana@example.com", password: "a sea of lanterns" };
  const pages = await Promise.all(
    Array.from({ length: 6 }, () => createVisitor(service).post("/login/", form)),
  );
  expect(pages.map(({ status }) => status)).toEqual(Array.from({ length: 6 }, () => 503));
  // Five seconds here, because the system's own timeout would take too long.
  expect(performance.now() - started).toBeLessThan(60_000);
  expect(await visitor.get("/healthz")).toHaveProperty("status", 200);
});

test("shares that were under way go out once the lines are new, each once", async () => {
  const person = await addPerson(service.runtime);
  const { runtime, emulator } = service;
  const mastodon = await connectAccount(runtime, person, {
    platform: "mastodon",
    server: `mastodon.localhost:${emulator.mastodon.port}`,
  });
  const drafts = Array.from({ length: 30 }, (_, at) => draftFor([mastodon], { message: `Lantern ${at}` }));
  const requests: string[] = [];
  for (const draft of drafts) requests.push(await submit(runtime, person, draft));
  await waitFor("the first to be out", async () =>
    (await postsOn(emulator.mastodon)).length > 2 ? true : undefined,
  );
  line.silence();
  line.mend();
  // The observer has its own connection.
  const onlooker = openDatabase(direct, () => {});
  const statuses = async () =>
    (await onlooker.database.selectDistinct({ status: socialShares.status }).from(socialShares)).map(
      ({ status }) => status,
    );
  await waitFor(
    "all shares to be posted",
    async () => ((await statuses()).join() === "posted" ? true : undefined),
    200_000,
    200,
  );
  await onlooker.close();
  const texts = (await postsOn(emulator.mastodon)).map(({ text }) => text);
  expect(texts).toHaveLength(30);
  expect(new Set(texts).size).toBe(30);
});
