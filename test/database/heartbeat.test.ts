/**
 * Detects that a database went back to an earlier state, in every way, and is not misled by what only looks like it.
 */
import { cpSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { sql } from "drizzle-orm";
import { afterEach, beforeEach, expect, test } from "vitest";
import { beat, createHeart, type Noticed, tellOfStop } from "../../src/database/heartbeat/heartbeat.ts";
import { openHeartbeatFile } from "../../src/database/heartbeat/heartbeat-file.ts";
import { openHeartbeatMemory } from "../../src/database/heartbeat/heartbeat-memory.ts";
import { type FreshDatabase, freshDatabase } from "../harness/database/database.ts";

let open: FreshDatabase;
let folder: string;

beforeEach(async () => {
  open = await freshDatabase();
  folder = mkdtempSync(join(tmpdir(), "sharewell-heartbeat-"));
});
afterEach(async () => {
  await open.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Process {
  sleptMs: number;
  stop(): void;
  beat(says?: "by-hand"): Promise<Noticed | undefined>;
}

/** A process of the service that starts now. */
function begin({ holdsDatabase = false, place = folder } = {}): Process {
  const process = { sleptMs: 0, beat: async () => undefined } as Process;
  const heart = createHeart({
    ...{ database: open.database, backend: "postgres" },
    file: openHeartbeatFile(place, holdsDatabase),
    memory: holdsDatabase ? openHeartbeatMemory(place) : undefined,
    machine: { count: () => 0, clock: () => process.sleptMs },
  });
  process.stop = () => tellOfStop(heart);
  process.beat = (says) => beat(heart, new Date(), async () => {}, says);
  return process;
}

const change = (what: string) => open.database.execute(sql.raw(`update heartbeats set ${what}`));

test("processes that come and go notice nothing", async () => {
  const [one, other] = [begin(), begin()];
  expect([await one.beat(), await one.beat(), await other.beat(), await one.beat()]).toEqual(
    Array(4).fill(undefined),
  );
  expect(await begin().beat()).toBeUndefined();
});

test("a row that something else wrote is a copy: whatever restored it, into this table or another", async () => {
  await begin().beat();
  await open.database.execute(sql`create table kept as select * from heartbeats`);
  await open.database.execute(sql`delete from heartbeats`);
  await open.database.execute(sql`insert into heartbeats select * from kept`);
  expect(await begin().beat()).toMatchObject({ sign: "copied", since: expect.any(Date) });
  expect(await begin().beat()).toBeUndefined();
});

test("another timeline of the server is another primary", async () => {
  await begin().beat();
  await change("timeline = '000000FE', writer = null");
  expect(await begin().beat()).toMatchObject({ sign: "promoted" });
});

test("a running process knows a later beat, and only the first of several says so", async () => {
  const [one, other] = [begin({ place: "/nowhere" }), begin({ place: "/nowhere" })];
  for (const each of [one, other, one, other]) await each.beat();
  await change("beat = 1, writer = null");
  expect(await other.beat()).toMatchObject({ sign: "older" });
  expect(await one.beat()).toBeUndefined();
  await open.database.execute(sql`delete from heartbeats`);
  expect(await one.beat()).toMatchObject({ sign: "older" });
  expect(await other.beat()).toBeUndefined();
});

test("a process that begins right after the database was put back does not hide it from those that run", async () => {
  const [one, other] = [begin({ place: "/nowhere" }), begin({ place: "/nowhere" })];
  for (const each of [one, other]) await each.beat();
  await open.database.execute(sql`create table kept as select * from heartbeats`);
  for (const each of [one, other]) await each.beat();
  await open.database.execute(sql`update heartbeats set life = kept.life, beat = kept.beat, trail = kept.trail,
    writer = null from kept`);
  const late = begin({ place: "/nowhere" });
  for (let beats = 0; beats < 4; beats += 1) expect(await late.beat()).toBeUndefined();
  expect(await one.beat()).toMatchObject({ sign: "older" });
  expect([await other.beat(), await late.beat(), await one.beat()]).toEqual(Array(3).fill(undefined));
});

test("a process that was silent for more beats than the database remembers believes the number", async () => {
  const [one, other] = [begin({ place: "/nowhere" }), begin({ place: "/nowhere" })];
  await one.beat();
  for (let beats = 0; beats < 130; beats += 1) await other.beat();
  expect(await one.beat()).toBeUndefined();
});

test("the data folder knows a later beat than a database that was put back alone", async () => {
  const one = begin();
  await one.beat();
  await one.beat();
  await change("beat = 1, writer = null");
  expect(await begin().beat()).toMatchObject({ sign: "older" });
});

test("the same copy that is put back again is noticed again, by the process that runs and by one that begins", async () => {
  const one = begin();
  await one.beat();
  const { rows } = await open.database.execute(sql`select life, beat from heartbeats`);
  const putBack = () => change(`life = '${rows[0]?.life}', beat = ${rows[0]?.beat}, writer = null`);
  await one.beat();
  await putBack();
  expect(await begin().beat()).toMatchObject({ sign: "older" });
  await putBack();
  expect(await begin().beat()).toMatchObject({ sign: "older" });
  expect(await one.beat()).toBeUndefined();
  await putBack();
  expect(await one.beat()).toMatchObject({ sign: "older" });
});

test("a data folder that was copied, database and all, is known by its own times", async () => {
  await begin({ holdsDatabase: true }).beat();
  expect(await begin({ holdsDatabase: true }).beat()).toBeUndefined();
  // Longer than any file system rounds its times.
  await pause(1_100);
  const copy = join(folder, "copy");
  cpSync(join(folder, "heartbeat.json"), join(copy, "heartbeat.json"), { preserveTimestamps: true });
  expect(await begin({ holdsDatabase: true, place: copy }).beat()).toMatchObject({ sign: "copied" });
});

test("minutes in which nothing ran may hide a snapshot that was put back, from before there were beats too", async () => {
  await begin().beat();
  await change("beaten_at = now() - interval '4 minutes', writer = null");
  expect(await begin().beat()).toMatchObject({ sign: "silent" });
  await open.database.execute(sql`delete from heartbeats`);
  await open.database.execute(
    sql`insert into processes (id, is_worker, platforms, keys, seen_at) values (gen_random_uuid(), true, '', '', now() - interval '1 hour')`,
  );
  expect(await begin().beat()).toMatchObject({ sign: "silent", since: expect.any(Date) });
});

const putBack = async (seconds: number, to: number) => {
  await change(`beaten_at = now() - interval '${seconds} seconds', beat = ${to}, writer = null`);
  // As a disk snapshot restores it, including its times.
  rmSync(join(folder, "heartbeat.json"));
};
const beatsNow = async () => {
  const { rows } = await open.database.execute<{ beat: string }>(sql`select beat from heartbeats`);
  return Number(rows[0]?.beat);
};

test.skipIf(!existsSync("/dev/shm"))(
  "a long stop in order hides nothing, unless the machine's memory knows of a later beat or stood still",
  async () => {
    const start = () => begin({ holdsDatabase: true });
    const first = start();
    await first.beat();
    first.stop();
    const stopped = await beatsNow();
    await putBack(7_200, stopped);
    const second = start();
    expect(await second.beat()).toBeUndefined();
    second.stop();
    await putBack(60, stopped);
    expect(await start().beat()).toMatchObject({ sign: "older" });
  },
);

test.skipIf(!existsSync("/dev/shm"))(
  "a service that did not stop in order may have run on in what was put back",
  async () => {
    const killed = begin({ holdsDatabase: true });
    await killed.beat();
    await putBack(7_200, await beatsNow());
    expect(await begin({ holdsDatabase: true }).beat()).toMatchObject({ sign: "silent" });
  },
);

test.skipIf(!existsSync("/dev/shm"))(
  "a machine that was put back together with its memory has a clock that went on alone",
  () => {
    const beat = { life: "one", beat: 7 };
    const clock = { ms: 1_000_000 };
    const memory = openHeartbeatMemory(folder, { count: () => 500_000, clock: () => clock.ms });
    memory?.write(beat, true);
    expect(memory?.compare(beat)).toBe("left");
    clock.ms += 3_600_000;
    expect(memory?.compare(beat)).toBeUndefined();
  },
);

test("a machine that stood still may have been put back; a database that was only away was not", async () => {
  const process = begin();
  await process.beat();
  await change("beaten_at = now() - interval '1 hour', writer = null");
  expect(await process.beat()).toBeUndefined();
  await change("beaten_at = now() - interval '1 hour', writer = null");
  process.sleptMs = 3_600_000;
  expect(await process.beat()).toMatchObject({ sign: "slept" });
});

test("the operator’s word counts without any sign", async () => {
  await begin().beat();
  expect(await begin().beat("by-hand")).toMatchObject({ sign: "by-hand" });
});
