/** Many shares that become due at once, woken by several processes; no worker claims them. */
import { eq, sql } from "drizzle-orm";
import { pino } from "pino";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { z } from "zod";
import { type Emulator, startEmulator } from "../../../emulator/server.ts";
import { readConfig } from "../../../src/config/config.ts";
import { shareRequests, socialConnections, socialShares } from "../../../src/database/schema.ts";
import { type OpenRuntime, openRuntime } from "../../../src/service/runtime.ts";
import { queueOf } from "../../../src/sharing/claims/queue.ts";
import { wakeDue, wakeStranded } from "../../../src/sharing/claims/wake.ts";
import { freshDatabaseUrl } from "../../harness/database/database.ts";
import { serviceVariables } from "../../harness/networks/networks.ts";
import { addPerson } from "../../harness/people/accounts.ts";
import { waitFor } from "../../harness/wait.ts";

let emulator: Emulator;
let one: OpenRuntime;
let other: OpenRuntime;

beforeAll(async () => {
  emulator = await startEmulator();
  const changes = { DATABASE_URL: await freshDatabaseUrl() };
  const config = readConfig(serviceVariables({ port: 0, emulator, changes }), {});
  const log = pino({ level: "silent" });
  one = await openRuntime(config, { log });
  other = await openRuntime(config, { log });
});
afterAll(async () => {
  await other.close();
  await one.close();
  await emulator.stop();
});
beforeEach(async () => {
  await one.database.delete(shareRequests);
  await one.database.execute(sql`delete from pgboss.job`);
});

/** Scheduled shares of a new person, which became due a minute ago. */
async function addDue(many: number): Promise<{ userId: string }> {
  const { id: userId } = await addPerson(one);
  const [connection] = await one.database
    .insert(socialConnections)
    .values({
      ...{ userId, platform: "twitter", platformUserId: userId, platformUsername: "ana", displayName: "Ana" },
      ...{ scopes: "", extraData: {}, accessTokenEnc: "none" },
    })
    .returning({ id: socialConnections.id });
  const url = "https://blog.example.com/";
  const [request] = await one.database
    .insert(shareRequests)
    .values({ userId, url, title: "", description: "", message: "", idempotencyKey: userId })
    .returning({ id: shareRequests.id });
  const dueAt = new Date(one.now().getTime() - 60_000);
  await one.database.insert(socialShares).values(
    Array.from({ length: many }, () => ({
      ...{ userId, connectionId: connection?.id ?? "", shareRequestId: request?.id ?? "" },
      ...{ sharedUrl: url, sharedTitle: "", text: "", status: "scheduled" as const, nextAttemptAt: dueAt },
    })),
  );
  return { userId };
}

const jobShape = z.array(z.object({ share: z.uuid(), turn: z.number() }));

/** The jobs of X's queue, with the turns of their people. */
async function readJobs() {
  const { rows } = await one.database.execute(
    sql`select data->>'shareId' as share, -priority as turn from pgboss.job where name = ${queueOf("twitter")}`,
  );
  return jobShape.parse(rows);
}

test("two processes that wake at once give each share one job", async () => {
  await addDue(1_200);
  const woken = await Promise.all([wakeDue(one), wakeDue(other)]);
  expect(woken[0] + woken[1]).toBe(1_200);
  const shares = (await readJobs()).map(({ share }) => share);
  expect([shares.length, new Set(shares).size]).toEqual([1_200, 1_200]);
});

test("a share that somebody is changing holds up no other, and is woken after it", async () => {
  const { userId } = await addDue(3);
  await one.database.transaction(async (transaction) => {
    const mine = transaction.select().from(socialShares).where(eq(socialShares.userId, userId)).limit(1);
    await mine.for("update");
    expect(await wakeDue(other)).toBe(2);
  });
  expect(await wakeDue(other)).toBe(1);
  expect(await readJobs()).toHaveLength(3);
});

test("the turns of somebody with 1,500 shares waiting go on from round to round", async () => {
  await addDue(1_500);
  await wakeDue(one);
  const turns = (await readJobs()).map(({ turn }) => turn).toSorted((a, b) => a - b);
  const expected = Array.from({ length: 1_500 }, (_, index) => Math.min(index, 1_000));
  expect(turns).toEqual(expected);
});

test("of many whose time was more than a day ago all wait for the person’s word", async () => {
  const { userId } = await addDue(600);
  const longAgo = new Date(one.now().getTime() - 25 * 3_600_000);
  await one.database.update(socialShares).set({ nextAttemptAt: longAgo });
  expect(await wakeDue(one)).toBe(0);
  const waiting = await one.database.select().from(socialShares).where(eq(socialShares.userId, userId));
  const states = waiting.map(({ status, nextAttemptAt }) => `${status} ${nextAttemptAt}`);
  expect([states.length, [...new Set(states)]]).toEqual([600, ["scheduled null"]]);
});

test("what somebody is changing while it is found to be too late does not start right after that", async () => {
  const { userId } = await addDue(2);
  await one.database
    .update(socialShares)
    .set({ nextAttemptAt: new Date(one.now().getTime() - 2 * 86_400_000) });
  const held = Promise.withResolvers<void>();
  const holding = one.database.transaction(async (transaction) => {
    await transaction.select().from(socialShares).where(eq(socialShares.userId, userId)).for("update");
    await held.promise;
  });
  await waitFor("both to be held", async () => {
    const free = sql`select 1 from social_shares where user_id = ${userId} for update skip locked`;
    return (await one.database.execute(free)).rows.length === 0 || undefined;
  });
  // The first transaction comes after the search for shares that are too late.
  const database = new Proxy(other.database, {
    get: (target, name) => {
      if (name !== "transaction") return Reflect.get(target, name);
      return async (work: Parameters<typeof target.transaction>[0]) => {
        held.resolve();
        await holding;
        return await target.transaction(work);
      };
    },
  });
  expect(await wakeDue({ ...other, database })).toBe(0);
  expect(await wakeDue(other)).toBe(0);
  expect(await readJobs()).toEqual([]);
});

test("all that a worker left behind goes on, each once", async () => {
  await addDue(1_100);
  await one.database.update(socialShares).set({
    ...{ status: "queued", nextAttemptAt: null, leaseId: sql`gen_random_uuid()` },
    leaseUntil: sql`now() - interval '1 second'`,
  });
  const woken = await Promise.all([wakeStranded(one), wakeStranded(other)]);
  expect(woken[0] + woken[1]).toBe(1_100);
  expect(new Set((await readJobs()).map(({ share }) => share)).size).toBe(1_100);
});
