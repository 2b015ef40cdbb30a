/**
 * The database's own clock is wrong: nothing goes out early, nothing is lost, and nothing is stuck once it is right.
 */
import { eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { networkNames } from "../../../emulator/networks.ts";
import type { Connection } from "../../../src/connections/connection.ts";
import { socialShares } from "../../../src/database/schema.ts";
import { listWrong } from "../../../src/operation/trouble/wrong-now.ts";
import { wakeDue } from "../../../src/sharing/claims/wake.ts";
import { mendWrongTimes } from "../../../src/sharing/claims/wrong-times.ts";
import { inEnglish } from "../../../src/words/words.ts";
import { freshDatabaseUrl } from "../../harness/database/database.ts";
import { takeClock } from "../../harness/database/wrong-database-clock.ts";
import { control } from "../../harness/networks/networks.ts";
import { addPerson, connectAccount } from "../../harness/people/accounts.ts";
import { draftFor, submit, untilSettled } from "../../harness/people/shares.ts";
import { startTestService, type TestService } from "../../harness/services/service.ts";
import { waitFor } from "../../harness/wait.ts";

const HOUR = 3_600;
const DAY = 86_400;

let service: TestService;
let setClock: (aheadSeconds: number) => Promise<void>;
let ana: { id: string };
let connection: Connection;

beforeAll(async () => {
  const url = await freshDatabaseUrl();
  setClock = await takeClock(url);
  service = await startTestService({ DATABASE_URL: url });
  ana = await addPerson(service.runtime);
  connection = await connectAccount(service.runtime, ana, { platform: "twitter" });
});
afterAll(() => service.stop());
beforeEach(async () => {
  await jump(0);
  for (const name of networkNames) await control(service.emulator[name], "POST", "date", { aheadSeconds: 0 });
});

/** Sets the database's clock, and waits until the service follows it. */
async function jump(aheadSeconds: number): Promise<void> {
  await setClock(aheadSeconds);
  await waitFor("the service to notice", async () => {
    await service.runtime.catchUp();
    const ahead = service.runtime.now().getTime() - Date.now() - aheadSeconds * 1_000;
    return Math.abs(ahead) < 60_000 || undefined;
  });
}

/** By the right time. */
const inSeconds = (seconds: number) => new Date(Date.now() + seconds * 1_000);

async function schedule(at: Date): Promise<string> {
  return await submit(service.runtime, ana, draftFor([connection], { at, message: `At ${at.getTime()}` }));
}

async function read(requestId: string) {
  const { database } = service.runtime;
  const [row] = await database.select().from(socialShares).where(eq(socialShares.shareRequestId, requestId));
  if (row === undefined) throw new Error("There is no such share.");
  return row;
}

/** Each network reports its time once. */
async function hearAll(): Promise<void> {
  await service.runtime.scheduledUpTo(async () => true);
}

test("a clock that is an hour ahead publishes nothing before its time", async () => {
  const id = await schedule(inSeconds(17 * 60));
  await jump(HOUR);
  await wakeDue(service.runtime);
  await wakeDue(service.runtime);
  expect(await read(id)).toMatchObject({ status: "scheduled" });
  expect((await read(id)).nextAttemptAt).not.toBeNull();
});

test("what is really due goes out by a clock that is an hour ahead", async () => {
  await jump(HOUR);
  const id = await schedule(inSeconds(2));
  const [share] = await untilSettled(service.runtime, ana, id);
  expect(share?.status).toBe("posted");
  const posts = service.emulator.twitter.world.memory.posts.filter(({ text }) => text === share?.text);
  expect(posts).toHaveLength(1);
});

test("four days ahead sets no share of the next days aside", async () => {
  const id = await schedule(inSeconds(2 * DAY));
  await jump(4 * DAY);
  await wakeDue(service.runtime);
  await jump(0);
  expect((await read(id)).nextAttemptAt).not.toBeNull();
});

test("a share that was set aside by a wrong clock waits for its time again", async () => {
  const at = inSeconds(2 * DAY);
  const id = await schedule(at);
  await service.runtime.database
    .update(socialShares)
    .set({ nextAttemptAt: null })
    .where(eq(socialShares.shareRequestId, id));
  await mendWrongTimes(service.runtime);
  expect((await read(id)).nextAttemptAt).toEqual(at);
});

test("what was put off while the clock was ahead goes on once it is right", async () => {
  const id = await submit(
    service.runtime,
    ana,
    draftFor([connection], { at: inSeconds(HOUR), message: "Put off" }),
  );
  await service.runtime.database
    .update(socialShares)
    .set({
      ...{ status: "queued", attempts: 1 },
      nextAttemptAt: sql`pg_catalog.now() + interval '4 days 1 minute'`,
      updatedAt: sql`pg_catalog.now() + interval '4 days'`,
    })
    .where(eq(socialShares.shareRequestId, id));
  await mendWrongTimes(service.runtime);
  const [share] = await untilSettled(service.runtime, ana, id);
  expect(share?.status).toBe("posted");
});

test("one network with a wrong clock says nothing", async () => {
  await control(service.emulator.facebook, "POST", "date", { aheadSeconds: -HOUR });
  await jump(0);
  await hearAll();
  const id = await schedule(inSeconds(1));
  const [share] = await untilSettled(service.runtime, ana, id);
  expect(share?.status).toBe("posted");
});

test("a clock that is wrong is logged once, shown, and named by /readyz until it is right", async () => {
  const ready = async () => await (await fetch(`${service.address}readyz`)).json();
  await waitFor("the clock to be right", async () => (await ready()).clock === undefined || undefined);
  const before = service.log().length;
  await jump(HOUR);
  await hearAll();
  await waitFor("/readyz to say so", async () => (await ready()).clock === "wrong" || undefined);
  expect(await ready()).toMatchObject({ status: "degraded", database: "ok" });
  const wrong = await listWrong(service.runtime);
  expect(wrong.map(({ what }) => inEnglish(what))).toContain("The clock is 60 minutes ahead");
  await jump(0);
  await waitFor("/readyz to say so", async () => (await ready()).clock === undefined || undefined);
  const lines = service.log().slice(before).split("\n");
  expect(lines.filter((line) => line.includes("The clock is 60 minutes ahead"))).toHaveLength(1);
  expect(lines.some((line) => line.includes("trouble is over"))).toBe(true);
});
