/** A database that went back to an earlier state: nothing goes out twice, and everybody is told. */

import { eq, sql } from "drizzle-orm";
import pg from "pg";
import { pino } from "pino";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { networkNames } from "../../../emulator/networks.ts";
import { type Emulator, startEmulator } from "../../../emulator/server.ts";
import { registerApps } from "../../../src/cli/demo/demo-apps.ts";
import { readConfig } from "../../../src/config/config.ts";
import { renew } from "../../../src/connections/tokens.ts";
import { auditEvents, socialConnections, socialShares } from "../../../src/database/schema.ts";
import { type Role, type Service, startService } from "../../../src/service/service.ts";
import { shareAnew } from "../../../src/sharing/acts/resolve.ts";
import { retryRequest } from "../../../src/sharing/acts/retry.ts";
import { deliver } from "../../../src/sharing/delivery/deliver.ts";
import { findLastRestoration, watchDatabase } from "../../../src/sharing/delivery/restored.ts";
import { freshDatabaseUrl } from "../../harness/database/database.ts";
import { addSharer, countPosts, shareToAll, untilAllSettled } from "../../harness/database/restoring.ts";
import { control, letTimePass, onFreePort, serviceVariables } from "../../harness/networks/networks.ts";
import { hostPicture, pagePicture } from "../../harness/networks/pictures.ts";
import { waitFor } from "../../harness/wait.ts";

let emulator: Emulator;
let image: string;
let variables: Record<string, string>;

beforeAll(async () => {
  emulator = await startEmulator();
  image = await hostPicture(await pagePicture());
  variables = await onFreePort(async (port) => serviceVariables({ port, emulator }));
});
beforeEach(async () => {
  // Posts of other tests may fill the list in which a post is looked for.
  for (const name of networkNames) await control(emulator[name], "POST", "reset");
  await registerApps(emulator, variables.SOCIAL_BASE_URL ?? "");
});
afterAll(async () => await emulator.stop());

const lines: { level: number; msg: string; sign?: string }[] = [];

async function start(databaseUrl: string, role: Role = "all"): Promise<Service> {
  const config = readConfig({ ...variables, DATABASE_URL: databaseUrl }, {});
  const service = await startService(
    config,
    {
      wait: async (milliseconds) => letTimePass(emulator, milliseconds),
      log: pino({ level: "info" }, { write: (line: string) => lines.push(JSON.parse(line)) }),
    },
    role,
  );
  running.add(service);
  return service;
}

const running = new Set<Service>();
async function stop(service: Service): Promise<void> {
  running.delete(service);
  await service.stop();
}
afterEach(async () => {
  for (const service of running) await stop(service);
});

/** The same database once more, as it is now. @returns its address */
async function copyOf(databaseUrl: string): Promise<string> {
  const url = new URL(databaseUrl);
  const name = url.pathname.slice(1);
  url.pathname = "/postgres";
  const client = new pg.Client({ connectionString: url.href });
  await client.connect();
  await client.query(`create database ${name}_copy template ${name}`);
  await client.end();
  url.pathname = `/${name}_copy`;
  return url.href;
}

test("of what went out at all networks since the backup nothing goes out again, though it was queued or scheduled there", async () => {
  const live = await freshDatabaseUrl();
  const before = await start(live, "web");
  const sharer = await addSharer(before.runtime, emulator);
  await shareToAll(before.runtime, sharer, image);
  await shareToAll(before.runtime, sharer, image, new Date(Date.now() + 1_500));
  await stop(before);
  const backup = await copyOf(live);

  const meanwhile = await start(live);
  const sent = await untilAllSettled(meanwhile.runtime, sharer);
  expect(new Set(sent.map(({ status }) => status))).toEqual(new Set(["posted"]));
  await stop(meanwhile);

  lines.length = 0;
  const restored = await start(backup);
  const told = await untilAllSettled(restored.runtime, sharer);
  expect(countPosts(emulator, sharer)).toEqual({
    facebook: [1, 1],
    instagram: [1, 1],
    threads: [1, 1],
    twitter: [1, 1],
    linkedin: [1, 1],
    mastodon: [1, 1],
    bluesky: [1, 1],
  });
  const outcomes = told.map(({ connection, status }) => [connection.platform, status]);
  expect(outcomes.filter(([platform]) => platform !== "linkedin").map(([, status]) => status)).toEqual(
    Array(12).fill("posted"),
  );
  expect(outcomes.filter(([platform]) => platform === "linkedin")).toEqual(
    Array(2).fill(["linkedin", "unconfirmed"]),
  );
  expect(lines.filter(({ sign }) => sign !== undefined)).toEqual([
    expect.objectContaining({ level: 40, sign: "copied", shares: 14, connections: 7 }),
  ]);
  expect(await findLastRestoration(restored.runtime)).toMatchObject({
    sign: "copied",
    open: 0,
    unconfirmed: 2,
  });
  const [event] = await restored.runtime.database
    .select()
    .from(auditEvents)
    .where(eq(auditEvents.action, "service.restored"));
  expect(event?.subject).toBe("copied");
  await stop(restored);
});

test("what was never sent goes out once it is certain that it is not there, and what is due later at its time", async () => {
  const live = await freshDatabaseUrl();
  const before = await start(live, "web");
  const sharer = await addSharer(before.runtime, emulator);
  await shareToAll(before.runtime, sharer, image);
  await shareToAll(before.runtime, sharer, image, new Date(Date.now() + 3_600_000));
  await stop(before);

  const restored = await start(await copyOf(live));
  // The hour is over.
  await restored.runtime.database
    .update(socialShares)
    .set({ nextAttemptAt: new Date() })
    .where(eq(socialShares.status, "scheduled"));
  const told = await untilAllSettled(restored.runtime, sharer);
  expect(countPosts(emulator, sharer)).toEqual({
    facebook: [1, 1],
    instagram: [1, 1],
    threads: [1, 1],
    twitter: [1, 1],
    linkedin: [0, 1],
    mastodon: [1, 1],
    bluesky: [1, 1],
  });
  const doubtful = told
    .filter(({ status }) => status !== "posted")
    .map(({ connection }) => connection.platform);
  expect(doubtful).toEqual(["linkedin"]);
  await stop(restored);
});

test("what was lost more than a day ago is not sent unasked, and its person’s word sends it", async () => {
  const live = await freshDatabaseUrl();
  const before = await start(live, "web");
  const sharer = await addSharer(before.runtime, emulator, ["mastodon"]);
  await shareToAll(before.runtime, sharer, image);
  await before.runtime.database.execute(sql`update social_shares set created_at = now() - interval '3 days'`);
  await before.runtime.database.execute(
    sql`update heartbeats set beaten_at = now() - interval '2 days', service_time = now() - interval '2 days'`,
  );
  await stop(before);
  const restored = await start(live);
  const [share] = await untilAllSettled(restored.runtime, sharer);
  expect(share?.status).toBe("unconfirmed");
  expect(countPosts(emulator, sharer).mastodon).toEqual([0]);
  await shareAnew(restored.runtime, sharer.person, share?.id ?? "");
  await untilAllSettled(restored.runtime, sharer);
  expect(countPosts(emulator, sharer).mastodon).toEqual([1]);
  await stop(restored);
});

test("an honest stop and start doubts nothing", async () => {
  const live = await freshDatabaseUrl();
  const before = await start(live, "web");
  const sharer = await addSharer(before.runtime, emulator, ["linkedin"]);
  await shareToAll(before.runtime, sharer, image);
  await stop(before);
  const again = await start(live);
  const [share] = await untilAllSettled(again.runtime, sharer);
  expect(share?.status).toBe("posted");
  expect(await findLastRestoration(again.runtime)).toBeUndefined();
  await stop(again);
});

test("while pages alone run the database is not silent, and a stop is written down too", async () => {
  const live = await freshDatabaseUrl();
  const client = new pg.Client({ connectionString: live });
  await client.connect();
  const beats = async () => Number((await client.query("select beat from heartbeats")).rows[0]?.beat);
  const pages = await start(live, "web");
  const running = await waitFor("a beat beyond the one at the start", async () => {
    const count = await beats();
    return count > 1 ? count : undefined;
  });
  await stop(pages);
  expect(await beats()).toBeGreaterThan(running);
  await client.end();
});

test("a container that was prepared before the backup tells nothing of the post that went out since by another one", async () => {
  const live = await freshDatabaseUrl();
  const service = await start(live);
  const { runtime } = service;
  const sharer = await addSharer(runtime, emulator, ["instagram", "threads"]);
  await shareToAll(runtime, sharer, image);
  await untilAllSettled(runtime, sharer);
  await stop(service);
  const web = await start(live, "web");
  // As they were before: sent once without a clear answer, with containers that were never published.
  await web.runtime.database.update(socialShares).set({
    ...{ status: "sending", platformPostId: null, platformPostUrl: null, postedAt: null, sends: 1 },
    ...{ firstSentAt: new Date(), remembered: { container: "17900000000000001" } },
  });
  await watchDatabase(web.runtime, "by-hand");
  await stop(web);
  const restored = await start(live);
  const told = await untilAllSettled(restored.runtime, sharer);
  expect(told.map(({ status }) => status)).toEqual(["posted", "posted"]);
  expect(countPosts(emulator, sharer)).toMatchObject({ instagram: [1], threads: [1] });
  await stop(restored);
});

test("a person’s Retry of what failed in the backup is looked for first", async () => {
  const live = await freshDatabaseUrl();
  const service = await start(live);
  const { runtime } = service;
  const sharer = await addSharer(runtime, emulator, ["twitter", "facebook"]);
  await shareToAll(runtime, sharer, image);
  await untilAllSettled(runtime, sharer);
  await runtime.database.update(socialShares).set({
    ...{ status: "failed", platformPostId: null, platformPostUrl: null, postedAt: null, firstSentAt: null },
  });
  await watchDatabase(runtime, "by-hand");
  for (const [, id] of sharer.requests) await retryRequest(runtime, sharer.person, id);
  const told = await untilAllSettled(runtime, sharer);
  expect(told.map(({ status }) => status)).toEqual(["posted", "posted"]);
  expect(countPosts(emulator, sharer)).toMatchObject({ twitter: [1], facebook: [1] });
  await stop(service);
});

test("while a database that went back under running processes is not noticed yet, nothing is begun there", async () => {
  const live = await freshDatabaseUrl();
  const service = await start(live, "web");
  const { runtime } = service;
  const sharer = await addSharer(runtime, emulator, ["linkedin"]);
  await shareToAll(runtime, sharer, image);
  const [share] = await runtime.database.select().from(socialShares);
  await runtime.database.execute(sql`update heartbeats set beat = 0, writer = null`);
  await deliver(runtime, share?.id ?? "");
  expect(countPosts(emulator, sharer).linkedin).toEqual([0]);
  expect(await watchDatabase(runtime)).toMatchObject({ sign: "older", shares: 1 });
  await deliver(runtime, share?.id ?? "");
  await untilAllSettled(runtime, sharer);
  expect(countPosts(emulator, sharer).linkedin).toEqual([0]);
  await stop(service);
});

test("while a standby's promotion is not noticed yet, nothing is begun there: it may have lagged", async () => {
  const live = await freshDatabaseUrl();
  const service = await start(live, "web");
  const { runtime } = service;
  const sharer = await addSharer(runtime, emulator, ["linkedin"]);
  await shareToAll(runtime, sharer, image);
  const [share] = await runtime.database.select().from(socialShares);
  await runtime.database.execute(sql`update heartbeats set timeline = 'FFFFFFFF', writer = null`);
  await deliver(runtime, share?.id ?? "");
  expect(countPosts(emulator, sharer).linkedin).toEqual([0]);
  expect(await watchDatabase(runtime)).toMatchObject({ sign: "promoted", shares: 1 });
  await stop(service);
});

test("a refresh token that was used since the backup is found out, and its account is to be reconnected", async () => {
  const live = await freshDatabaseUrl();
  const before = await start(live, "web");
  await addSharer(before.runtime, emulator, ["twitter"]);
  await stop(before);
  const backup = await copyOf(live);
  const meanwhile = await start(live, "web");
  const [connection] = await meanwhile.runtime.database.select().from(socialConnections);
  if (connection === undefined) throw new Error("Nothing is connected.");
  await renew(meanwhile.runtime, connection);
  await stop(meanwhile);
  const restored = await start(backup);
  await expect
    .poll(async () => (await restored.runtime.database.select().from(socialConnections))[0]?.status)
    .toBe("reconnect");
  await stop(restored);
});

test("the post is found behind the many that its account made since, and counts as not there in none of them", async () => {
  const live = await freshDatabaseUrl();
  const before = await start(live, "web");
  const sharer = await addSharer(before.runtime, emulator, ["instagram"]);
  await shareToAll(before.runtime, sharer, image);
  await before.runtime.database.execute(
    sql`update social_shares set created_at = now() - interval '20 hours'`,
  );
  await before.runtime.database.execute(
    sql`update heartbeats set service_time = now() - interval '20 hours'`,
  );
  await stop(before);
  const backup = await copyOf(live);
  const meanwhile = await start(live);
  for (let more = 0; more < 12; more += 1) await shareToAll(meanwhile.runtime, sharer, image);
  await untilAllSettled(meanwhile.runtime, sharer);
  await stop(meanwhile);
  const [first = ""] = sharer.requests.keys();
  const only = { ...sharer, requests: new Map([[first, sharer.requests.get(first) ?? ""]]) };
  const restored = await start(backup);
  const [share] = await untilAllSettled(restored.runtime, only);
  expect(share?.status).toBe("posted");
  expect(countPosts(emulator, only).instagram).toEqual([1]);
  await stop(restored);
});
