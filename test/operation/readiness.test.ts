/** What /readyz says, and that it says so whatever the database does. */
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eq, sql } from "drizzle-orm";
import pg from "pg";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { isAway } from "../../src/database/connection/away.ts";
import { openProbe } from "../../src/database/connection/probe.ts";
import { letGoOfBallast, makeBallast } from "../../src/database/embedded/ballast.ts";
import { processes, socialShares } from "../../src/database/schema.ts";
import { detectBlockedLoop, watchOutcomes } from "../../src/operation/trouble/detectors.ts";
import { watchWrites } from "../../src/operation/trouble/disk.ts";
import { countPlaces } from "../../src/operation/trouble/places.ts";
import { checkReadiness } from "../../src/operation/trouble/readiness.ts";
import { watchTroubles } from "../../src/operation/trouble/trouble-watch.ts";
import { listWrong } from "../../src/operation/trouble/wrong-now.ts";
import { inEnglish } from "../../src/words/words.ts";
import { addPerson, connectAccount } from "../harness/people/accounts.ts";
import { draftFor, submit } from "../harness/people/shares.ts";
import { startTestService, type TestService } from "../harness/services/service.ts";
import { waitFor } from "../harness/wait.ts";

let service: TestService;
beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service.stop());

async function ask() {
  const answer = await fetch(`${service.address}readyz`);
  return { status: answer.status, body: await answer.json() };
}

/** A server that accepts every connection and never answers. */
async function startSilence() {
  const sockets = new Set<Socket>();
  let most = 0;
  const server = createServer((socket) => {
    sockets.add(socket);
    most = Math.max(most, sockets.size);
    socket.on("error", () => {});
    socket.on("close", () => sockets.delete(socket));
    socket.resume();
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `postgres://sharewell@127.0.0.1:${port}/sharewell`, most: () => most };
}

test("nothing but what has to be known is told while all is well", async () => {
  expect(await ask()).toEqual({ status: 200, body: { status: "ok", database: "ok", queue: "ok" } });
});

test("a database that says nothing is unavailable soon, and is not asked by ever more connections", async () => {
  const silence = await startSilence();
  const probe = openProbe(silence.url);
  onTestFinished(() => probe.close());
  const runtime = { probe, troubles: { seen: async () => [] } };
  for (let round = 0; round < 3; round += 1) {
    const answers = await Promise.all(Array.from({ length: 20 }, () => checkReadiness(runtime)));
    expect(new Set(answers.map(({ status, database }) => `${status} ${database}`))).toEqual(
      new Set(["unavailable unavailable"]),
    );
  }
  expect(silence.most()).toBeLessThanOrEqual(4);
});

test("connections that are all in use hold up no answer", async () => {
  const pool: unknown = Reflect.get(service.runtime.database, "$client");
  if (!(pool instanceof pg.Pool)) throw new Error("The database has no pool.");
  const clients = await Promise.all(Array.from({ length: pool.options.max }, () => pool.connect()));
  onTestFinished(() => {
    for (const client of clients) client.release();
  });
  expect((await ask()).status).toBe(200);
});

test("that no worker runs, and that shares are late, is told with what to do", async () => {
  const { runtime } = service;
  const ana = await addPerson(runtime);
  const connection = await connectAccount(runtime, ana, { platform: "twitter" });
  await submit(runtime, ana, draftFor([connection], { at: new Date(Date.now() + 3_600_000) }));
  onTestFinished(async () => {
    await runtime.database.execute(sql`update processes set seen_at = now()`);
    await runtime.database.execute(sql`delete from social_shares`);
  });
  await runtime.database.transaction(async (transaction) => {
    await transaction.execute(sql`update processes set seen_at = now() - interval '2 minutes'`);
    await transaction
      .update(socialShares)
      .set({ status: "queued", nextAttemptAt: null, updatedAt: sql`now() - interval '6 minutes'` });
  });
  await waitFor("the worker to be missed", async () => {
    const { status, body } = await ask();
    if (body.workers !== "none" || body.delivery !== "late") return undefined;
    expect(status).toBe(200);
    expect(body.status).toBe("degraded");
    return true;
  });
  const wrong = await listWrong(runtime);
  expect(wrong.map(({ id, what }) => `${id}: ${inEnglish(what)}`)).toEqual([
    "workers: Nothing is delivered: no worker is running",
    "delivery: 1 share is late",
  ]);
  expect(wrong.every(({ since }) => since !== undefined)).toBe(true);
});

test("a write that finds the disk full is told until one gets through", () => {
  const { note, detect } = watchWrites();
  expect(detect()).toBeUndefined();
  const noRoom = Object.assign(new Error("could not extend file"), { code: "53100" });
  // People are asked to come back later.
  expect(isAway(noRoom)).toBe(true);
  note(noRoom);
  expect(detect()).toEqual({ name: "disk", details: { level: "full" } });
  note(Object.assign(new Error("connection refused"), { code: "ECONNREFUSED" }));
  expect(detect()).toEqual({ name: "disk", details: { level: "full" } });
  note(undefined);
  expect(detect()).toBeUndefined();
  note(new Error("read-only", { cause: Object.assign(new Error(), { code: "25006" }) }));
  expect(detect()).toEqual({ name: "disk", details: { level: "read-only" } });
});

test("a process with a full disk is not ready", async () => {
  const { probe } = service.runtime;
  const full = { name: "disk", details: { level: "full" }, since: new Date() } as const;
  const low = { name: "disk", details: { level: "low", freeBytes: 9e8 }, since: new Date() } as const;
  expect(await checkReadiness({ probe, troubles: { seen: async () => [full] } })).toMatchObject({
    ...{ status: "unavailable", database: "ok", disk: "full" },
  });
  expect(await checkReadiness({ probe, troubles: { seen: async () => [low] } })).toMatchObject({
    ...{ status: "degraded", disk: "low" },
  });
});

test("a network is in trouble once all of its calls fail for a minute", async () => {
  let count = 0;
  let answer: () => Promise<Response> = async () => Promise.reject(new TypeError("fetch failed"));
  const outcomes = watchOutcomes({ count: () => count });
  const call = outcomes.watch("twitter", () => answer());
  for (let calls = 0; calls < 5; calls += 1) {
    expect(outcomes.detect()).toBeUndefined();
    await call("https://network.example/").catch(() => {});
    count += 20_000;
  }
  expect(outcomes.detect()).toEqual({ name: "networks", details: { platforms: ["twitter"] } });
  answer = async () => new Response("", { status: 429 });
  await call("https://network.example/");
  expect(outcomes.detect()).toBeUndefined();
});

test("a process that was held up tells for how long", () => {
  let count = 0;
  const look = detectBlockedLoop(10_000, { count: () => count });
  count += 10_500;
  expect(look()).toBeUndefined();
  count += 31_000;
  expect(look()).toEqual({ name: "event-loop", details: { seconds: 21 } });
});

test("a trouble is logged when it begins and when it is over, and other processes see it meanwhile", async () => {
  const lines: string[] = [];
  const write = (_details: object, message: string) => void lines.push(message);
  const { database, now } = service.runtime;
  let isFailing = true;
  const watch = watchTroubles({
    ...{ database, now, log: { info: write, warn: write, error: write } },
    detectors: [() => (isFailing ? { name: "networks", details: { platforms: ["linkedin"] } } : undefined)],
  });
  await waitFor("the other process to be told", async () =>
    (await listWrong(service.runtime)).find(({ id }) => id === "networks"),
  );
  expect((await ask()).body).toMatchObject({ status: "degraded", networks: "failing" });
  await watch.seen();
  expect(lines).toHaveLength(1);
  expect(lines[0]).toContain("Calls to LinkedIn fail.");
  isFailing = false;
  await waitFor("it to be over", async () => ((await watch.seen()).length === 0 ? true : undefined));
  await waitFor("others to know", async () => ((await ask()).body.networks === undefined ? true : undefined));
  expect(lines.slice(1)).toEqual(["trouble is over"]);
  await watch.close();
});

test("processes of a backup, or of before a crash, take no place at the embedded database", async () => {
  const { database, config } = service.runtime;
  const before = await countPlaces({ database, config });
  const gone = { id: randomUUID(), isWorker: true, platforms: "", keys: "", seenAt: new Date() };
  await database.insert(processes).values(gone);
  expect((await countPlaces({ database, config })).processes).toBe(before.processes + 1);
  const embedded = { ...config, databaseUrl: undefined };
  expect((await countPlaces({ database, config: embedded })).processes).toBe(1);
  await database.delete(processes).where(eq(processes.id, gone.id));
});

test("ballast is made where there is room, and made once", async () => {
  const folder = mkdtempSync(join(tmpdir(), "sharewell-ballast-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  expect(await makeBallast(folder)).toBe(true);
  expect(statSync(join(folder, "ballast")).size).toBeGreaterThan(1_000_000);
  expect(await makeBallast(folder)).toBe(false);
  expect(await letGoOfBallast(folder)).toBe(false);
});
