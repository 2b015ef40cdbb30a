/** Nobody changes the audit log without being noticed, not even with access to the database. */
import { randomUUID } from "node:crypto";
import { asc, eq, isNotNull, sql } from "drizzle-orm";
import fc from "fast-check";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import type { Database } from "../../src/database/open.ts";
import { auditEvents, auditHeads, users } from "../../src/database/schema.ts";
import {
  BEGINNING,
  type Head,
  hashEvent,
  readHead,
  writeHead,
} from "../../src/operation/audit/audit-chain.ts";
import { findHead, sealEvents } from "../../src/operation/audit/audit-seal.ts";
import { verifyAudit } from "../../src/operation/audit/audit-verify.ts";
import { recordEvent } from "../../src/people/audit.ts";
import { deletePerson } from "../../src/people/standing.ts";
import { freshDatabase } from "../harness/database/database.ts";

const DAYS = ["2025-11-27", "2025-11-28", "2025-11-30"] as const;
const EACH = 4;

interface Trail {
  readonly database: Database;
  readonly runtime: Parameters<typeof sealEvents>[0];
  readonly logged: object[];
  verify(choice?: Parameters<typeof verifyAudit>[1]): ReturnType<typeof verifyAudit>;
  run(statement: string): Promise<unknown>;
}

/** A separate audit log, without any events. */
async function openTrail(): Promise<Trail> {
  const { database, close } = await freshDatabase();
  onTestFinished(close);
  return follow(database);
}

function follow(database: Database): Trail {
  const logged: object[] = [];
  const runtime = { database, log: { info: (details: object) => void logged.push(details) } };
  return {
    ...{ database, runtime, logged },
    verify: (choice) => verifyAudit({ database }, choice),
    run: (statement) => database.execute(sql.raw(statement)),
  };
}

/** Four events on each of three days, with an empty day between: made once, restored for each use. */
let days: {
  readonly database: Database;
  readonly close: () => Promise<void>;
  readonly events: (typeof auditEvents.$inferSelect)[];
  readonly heads: Head[];
};

beforeAll(async () => {
  const { database, close } = await freshDatabase();
  await record(database, EACH * DAYS.length);
  await sealEvents(follow(database).runtime);
  await spread(database);
  const events = await database.select().from(auditEvents);
  days = { database, close, events, heads: await database.select().from(auditHeads) };
});
afterAll(() => days.close());

async function threeDays(): Promise<Trail> {
  const { database, events, heads } = days;
  await database.delete(auditEvents);
  await database.delete(auditHeads);
  await database.insert(auditEvents).values(events);
  await database.insert(auditHeads).values(heads);
  return follow(database);
}

async function record(database: Database, number: number): Promise<void> {
  for (let at = 0; at < number; at += 1)
    await recordEvent(database, {
      ...{ userId: `person ${at % 3}`, action: "person.signed-in", subject: `person ${at % 3}` },
      ipAddress: `192.0.2.${at}`,
    });
}

/** As if it had been chained day by day. */
async function spread(database: Database): Promise<void> {
  const rows = await database.select().from(auditEvents).orderBy(asc(auditEvents.sequence));
  await database.delete(auditHeads);
  let hash = BEGINNING;
  for (const [at, row] of rows.entries()) {
    const place = { day: DAYS[Math.floor(at / EACH)] ?? "", sequence: (at % EACH) + 1 };
    const createdAt = new Date(`${place.day}T12:00:0${place.sequence}Z`);
    const event = { ...row, at: `${createdAt.getTime()}000`, digest: row.digest ?? "" };
    hash = hashEvent(hash, place, event);
    await database
      .update(auditEvents)
      .set({ ...place, hash, createdAt })
      .where(eq(auditEvents.id, row.id));
    await database
      .insert(auditHeads)
      .values({ ...place, hash })
      .onConflictDoUpdate({ target: auditHeads.day, set: { ...place, hash } });
  }
}

const at = (day: string, sequence: number) => `day = '${day}' and sequence = ${sequence}`;
const [FIRST, MIDDLE, LAST] = DAYS;

/** Recomputes hashes, from here to the end of the day or of all days. */
async function makeAnew({ database }: Trail, { day }: { day: string }, extent: "day" | "all"): Promise<void> {
  const rows = await database
    .select({ row: auditEvents, at: sql<string>`(extract(epoch from created_at) * 1000000)::bigint::text` })
    .from(auditEvents)
    .where(isNotNull(auditEvents.day))
    .orderBy(asc(auditEvents.day), asc(auditEvents.sequence));
  let hash = BEGINNING;
  for (const { row, at: time } of rows) {
    const place = { day: row.day ?? "", sequence: row.sequence ?? 0 };
    const isMine = extent === "all" ? place.day >= day : place.day === day;
    hash = isMine ? hashEvent(hash, place, { ...row, at: time, digest: row.digest ?? "" }) : (row.hash ?? "");
    if (!isMine) continue;
    await database.update(auditEvents).set({ hash }).where(eq(auditEvents.id, row.id));
    await database
      .update(auditHeads)
      .set({ ...place, hash })
      .where(eq(auditHeads.day, place.day));
  }
}

test("events that were recorded one after the other, and at once, hold once they are chained", async () => {
  const trail = await openTrail();
  await Promise.all(Array.from({ length: 5 }, () => record(trail.database, 6)));
  expect(await trail.verify()).toMatchObject({ events: 0, unsealed: 30, head: undefined });
  await sealEvents(trail.runtime);
  const { finding, events, unsealed, head } = await trail.verify();
  expect({ finding, events, unsealed }).toEqual({ finding: undefined, events: 30, unsealed: 0 });
  expect(head).toEqual(await findHead(trail.database));
  expect(head?.sequence).toBe(30);
});

test("several processes chain at once, and each event gets one place", async () => {
  const trail = await openTrail();
  const recording = Promise.all(Array.from({ length: 4 }, () => record(trail.database, 25)));
  const sealing = Array.from({ length: 4 }, async () => {
    for (let round = 0; round < 10; round += 1) await sealEvents(trail.runtime);
  });
  await Promise.all([recording, ...sealing]);
  await sealEvents(trail.runtime);
  expect(await trail.verify()).toMatchObject({ finding: undefined, events: 100, unsealed: 0 });
});

test("whoever records an event waits for no other who has not committed, nor for those who chain", async () => {
  const trail = await openTrail();
  await trail.database.transaction(async (slow) => {
    await recordEvent(slow, { action: "person.signed-in", subject: "slow" });
    await record(trail.database, 3);
    await sealEvents(trail.runtime);
    expect(await trail.verify()).toMatchObject({ finding: undefined, events: 3 });
  });
  await sealEvents(trail.runtime);
  expect(await trail.verify()).toMatchObject({ finding: undefined, events: 4, unsealed: 0 });
});

test("what was recorded before there was a chain comes first in it, the oldest before the others", async () => {
  const trail = await openTrail();
  await record(trail.database, 3);
  await trail.run(
    `update audit_events set unchained_since = now(), created_at = created_at - case subject when 'person 2' then interval '3 years' else interval '0' end`,
  );
  await sealEvents(trail.runtime);
  const [first] = await trail.database.select().from(auditEvents).orderBy(asc(auditEvents.sequence));
  expect(first).toMatchObject({ subject: "person 2", sequence: 1 });
  expect(await trail.verify()).toMatchObject({ finding: undefined, events: 3 });
});

test("a new day begins at 1, follows the last event of the day before, and that day's head is logged once", async () => {
  const trail = await threeDays();
  const before = await findHead(trail.database);
  await record(trail.database, 2);
  await Promise.all([sealEvents(trail.runtime), sealEvents(trail.runtime)]);
  await record(trail.database, 1);
  await sealEvents(trail.runtime);
  const { finding, head } = await trail.verify();
  expect(finding).toBeUndefined();
  expect(head).toMatchObject({ day: new Date().toISOString().slice(0, 10), sequence: 3 });
  expect(trail.logged).toEqual(before && [{ head: writeHead(before) }]);
});

test("where the database's clock was set back, the chain goes on with its last day", async () => {
  const trail = await openTrail();
  await record(trail.database, 1);
  await sealEvents(trail.runtime);
  for (const table of ["audit_events", "audit_heads"])
    await trail.run(`update ${table} set day = '2999-12-31'`);
  await makeAnew(trail, { day: "2999-12-31" }, "all");
  await record(trail.database, 1);
  await sealEvents(trail.runtime);
  expect(await trail.verify()).toMatchObject({
    finding: undefined,
    head: { day: "2999-12-31", sequence: 2 },
  });
});

const changes = {
  id: `id = '${randomUUID()}'`,
  user_id: "user_id = 'somebody'",
  "user_id, to nobody": "user_id = null",
  action: "action = 'person.signed-out'",
  subject: "subject = 'somebody'",
  ip_address: "ip_address = '198.51.100.7'",
  "ip_address, to none": "ip_address = null",
  created_at: "created_at = created_at + interval '1 microsecond'",
  salt: `salt = '${randomUUID()}'`,
  "salt, to none": "salt = null",
  digest: `digest = '${"a".repeat(64)}'`,
  "digest, to none": "digest = null",
  hash: `hash = '${"a".repeat(64)}'`,
  "hash, to none": "hash = null",
} as const;

test.each(Object.entries(changes))("a change of %s is found where it is", async (_column, change) => {
  for (const sequence of [1, 2, EACH]) {
    const trail = await threeDays();
    await trail.run(`update audit_events set ${change} where ${at(MIDDLE, sequence)}`);
    const { finding, events } = await trail.verify();
    const problem = { problem: "changed", day: MIDDLE, sequence };
    expect(finding).toEqual(problem);
    expect(events).toBe(EACH + sequence - 1);
  }
});

test.each([1, 2, EACH])("a missing event is named: number %i of a day", async (sequence) => {
  for (const day of DAYS) {
    const trail = await threeDays();
    await trail.run(`delete from audit_events where ${at(day, sequence)}`);
    const isFirstOfAll = day === FIRST && sequence === 1;
    expect((await trail.verify()).finding).toEqual(
      isFirstOfAll
        ? { problem: "beginning", day, sequence: 2 }
        : { problem: "missing", day, sequence, to: sequence },
    );
  }
});

test.each(DAYS)("a missing day is found, with what was kept of its end and without: %s", async (day) => {
  const trail = await threeDays();
  await trail.run(`delete from audit_events where day = '${day}'`);
  expect((await trail.verify()).finding).toEqual({ problem: "missing", day, sequence: 1, to: EACH });
  await trail.run(`delete from audit_heads where day = '${day}'`);
  const { finding } = await trail.verify({ noted: days.heads.at(-1) });
  expect(finding).toEqual(
    day === LAST
      ? { problem: "cut", day, sequence: EACH }
      : day === FIRST
        ? { problem: "beginning", day: MIDDLE, sequence: 1 }
        : { problem: "changed", day: LAST, sequence: 1 },
  );
});

test("all of it missing is found", async () => {
  const trail = await threeDays();
  await trail.run("delete from audit_events");
  expect((await trail.verify()).finding).toEqual({ problem: "missing", day: FIRST, sequence: 1, to: EACH });
});

test("two events that changed places are found", async () => {
  const trail = await threeDays();
  await trail.run(`update audit_events set sequence = 99 where ${at(MIDDLE, 2)}`);
  await trail.run(`update audit_events set sequence = 2 where ${at(MIDDLE, 3)}`);
  await trail.run(`update audit_events set sequence = 3 where ${at(MIDDLE, 99)}`);
  expect((await trail.verify()).finding).toEqual({ problem: "changed", day: MIDDLE, sequence: 2 });
});

test("a forged event at the end of a day is found, and so is one without a right place", async () => {
  const forged = (columns: string, values: string) =>
    `insert into audit_events (action, subject${columns}) values ('person.signed-in', 'me'${values})`;
  const end = await threeDays();
  await end.run(forged(", day, sequence", `, '${MIDDLE}', ${EACH + 1}`));
  expect((await end.verify()).finding).toMatchObject({ problem: "changed", day: MIDDLE, sequence: EACH + 1 });
  const half = await threeDays();
  await half.run(forged(", day", `, '${MIDDLE}'`));
  expect((await half.verify()).finding).toMatchObject({ problem: "stray" });
  const idle = await threeDays();
  await idle.run(forged(", unchained_since", ", null"));
  expect((await idle.verify()).finding).toMatchObject({ problem: "stray" });
  const twice = await threeDays();
  await twice.run("drop index audit_events_place");
  await twice.run(forged(", day, sequence", `, '${MIDDLE}', 2`));
  expect((await twice.verify()).finding).toMatchObject({ day: MIDDLE });
  await threeDays();
  await twice.run(
    "create unique index audit_events_place on audit_events (day, sequence) where day is not null",
  );
});

test("an event whose hashes were made to fit is found at the day's kept end", async () => {
  const trail = await threeDays();
  const { head } = await trail.verify();
  await trail.run(
    `insert into audit_events (action, subject, day, sequence, salt, digest)
     select 'person.signed-in', subject, '${LAST}', ${EACH + 1}, salt, digest from audit_events where ${at(LAST, EACH)}`,
  );
  await trail.run(`update audit_events a set ip_address = b.ip_address, created_at = b.created_at from audit_events b
    where a.sequence = ${EACH + 1} and b.day = '${LAST}' and b.sequence = ${EACH}`);
  const kept = await trail.database.select().from(auditHeads);
  await makeAnew(trail, { day: LAST }, "day");
  await trail.database.delete(auditHeads);
  await trail.database.insert(auditHeads).values(kept);
  expect((await trail.verify()).finding).toEqual({ problem: "end", day: LAST, sequence: EACH + 1 });
  expect(head).toBeDefined();
});

test("an event that is put in later with an earlier time is found", async () => {
  const trail = await threeDays();
  await trail.run(
    `insert into audit_events (action, subject, created_at) values ('person.signed-in', 'me', '${MIDDLE}T12:00:00Z')`,
  );
  await sealEvents(trail.runtime);
  expect((await trail.verify()).finding).toMatchObject({ problem: "inserted" });
});

test("an event that loses its place is missed at it, though it is chained again", async () => {
  const trail = await threeDays();
  await trail.run(
    `update audit_events set unchained_since = now(), day = null, sequence = null where ${at(MIDDLE, 2)}`,
  );
  await sealEvents(trail.runtime);
  expect((await trail.verify()).finding).toEqual({ problem: "missing", day: MIDDLE, sequence: 2, to: 2 });
});

test("a changed event whose own hash was made anew is found right after it", async () => {
  const trail = await threeDays();
  const [row] = await trail.database
    .select()
    .from(auditEvents)
    .where(sql.raw(at(MIDDLE, 2)));
  const [before] = await trail.database
    .select()
    .from(auditEvents)
    .where(sql.raw(at(MIDDLE, 1)));
  const hash = hashEvent(
    before?.hash ?? "",
    { day: MIDDLE, sequence: 2 },
    {
      ...{ id: row?.id ?? "", userId: row?.userId ?? null, digest: row?.digest ?? "" },
      ...{ at: `${row?.createdAt.getTime()}000`, action: "person.renamed" },
    },
  );
  await trail.run(
    `update audit_events set action = 'person.renamed', hash = '${hash}' where ${at(MIDDLE, 2)}`,
  );
  expect((await trail.verify()).finding).toEqual({ problem: "changed", day: MIDDLE, sequence: 3 });
});

test("a day that was made anew is found at the next, and all of it only by a head that was noted", async () => {
  const trail = await threeDays();
  const { head: noted } = await trail.verify();
  await trail.run(`update audit_events set user_id = 'somebody' where ${at(MIDDLE, 2)}`);
  await makeAnew(trail, { day: MIDDLE }, "day");
  expect((await trail.verify()).finding).toEqual({ problem: "changed", day: LAST, sequence: 1 });
  await makeAnew(trail, { day: MIDDLE }, "all");
  expect((await trail.verify()).finding).toBeUndefined();
  expect((await trail.verify({ noted })).finding).toEqual({
    problem: "not-noted",
    day: LAST,
    sequence: EACH,
  });
});

test("an end that was cut off, with what was kept of it, is found only by a head that was noted", async () => {
  const trail = await threeDays();
  const { head: noted } = await trail.verify();
  await trail.run(`delete from audit_events where ${at(LAST, EACH)}`);
  await trail.run(
    `update audit_heads set sequence = ${EACH - 1}, hash = (select hash from audit_events where ${at(LAST, EACH - 1)}) where day = '${LAST}'`,
  );
  expect((await trail.verify()).finding).toBeUndefined();
  expect((await trail.verify({ noted })).finding).toEqual({ problem: "cut", day: LAST, sequence: EACH });
});

test("what the operator removed from the beginning is not missed from the noted head on", async () => {
  const trail = await threeDays();
  const [from] = await trail.database.select().from(auditHeads).where(eq(auditHeads.day, FIRST));
  const { head: noted } = await trail.verify();
  for (const table of ["audit_events", "audit_heads"])
    await trail.run(`delete from ${table} where day = '${FIRST}'`);
  expect((await trail.verify()).finding).toMatchObject({ problem: "beginning", day: MIDDLE, sequence: 1 });
  expect(await trail.verify({ from, noted })).toMatchObject({ finding: undefined, events: 2 * EACH });
  const wrong: Head = { ...(from ?? { day: FIRST, sequence: EACH }), hash: "b".repeat(64) };
  expect((await trail.verify({ from: wrong })).finding).toMatchObject({ problem: "beginning", day: MIDDLE });
  await trail.run(`delete from audit_events where ${at(MIDDLE, 1)}`);
  expect((await trail.verify({ from })).finding).toMatchObject({
    problem: "missing",
    day: MIDDLE,
    sequence: 1,
  });
});

test("the head that all is verified from may be the newest, in the middle of a day", async () => {
  const trail = await threeDays();
  const { head: from } = await trail.verify();
  expect(await trail.verify({ from, noted: from })).toMatchObject({
    finding: undefined,
    events: 0,
    head: from,
  });
  const [middle] = await trail.database
    .select()
    .from(auditEvents)
    .where(sql.raw(at(MIDDLE, 2)));
  const half: Head = { day: MIDDLE, sequence: 2, hash: middle?.hash ?? "" };
  await trail.run(`delete from audit_events where day < '${MIDDLE}' or (day = '${MIDDLE}' and sequence < 3)`);
  expect(await trail.verify({ from: half })).toMatchObject({ finding: undefined, events: EACH + 2 });
});

test("what a person did stays in the chain when they leave, and its details may be erased then only", async () => {
  const trail = await openTrail();
  const { database } = trail;
  const id = randomUUID();
  await database.insert(users).values({ id, name: "Ana", email: "ana@example.com" });
  await recordEvent(database, {
    ...{ userId: id, subject: id, ipAddress: "192.0.2.7" },
    action: "person.signed-in",
  });
  await sealEvents(trail.runtime);
  const erase = `update audit_events set subject = '', ip_address = null, salt = null where user_id = '${id}' and day is not null`;
  await trail.run(erase);
  expect((await trail.verify()).finding).toMatchObject({ problem: "erased", sequence: 1 });
  const anywhere = { headers: new Headers(), ipAddress: "192.0.2.8" };
  const belongings = { stopShares: async () => {}, handOverGrants: async () => "" };
  await deletePerson({ database, now: () => new Date(), people: { belongings } }, { id }, anywhere);
  await sealEvents(trail.runtime);
  expect(await trail.verify()).toMatchObject({ finding: undefined, events: 2, erased: 1 });
  await trail.run(erase);
  expect(await trail.verify()).toMatchObject({ finding: undefined, events: 2, erased: 2 });
  expect(JSON.stringify(await database.select().from(auditEvents))).not.toContain("192.0.2");
});

test("a head is read as it was written, and nothing else is taken for one", () => {
  const head: Head = { day: "2026-11-30", sequence: 42, hash: "0a".repeat(32) };
  expect(readHead(` ${writeHead(head).toUpperCase()}\n`)).toEqual(head);
  for (const wrong of ["", "2026-11-30:42", `2026-11-30:0:${head.hash}`, `30.11.2026:42:${head.hash}`])
    expect(readHead(wrong), wrong).toBeUndefined();
});

test("whatever is done to the rows of a chain, it holds no longer", async () => {
  const { head: noted } = await (await threeDays()).verify();
  const place = fc.record({ day: fc.constantFrom(...DAYS), sequence: fc.integer({ min: 1, max: EACH }) });
  const tampering = fc.oneof(
    fc
      .record({ place, change: fc.constantFrom(...Object.values(changes)) })
      .map(({ place: { day, sequence }, change }) => [
        `update audit_events set ${change} where ${at(day, sequence)}`,
      ]),
    fc
      .record({ place })
      .map(({ place: { day, sequence } }) => [`delete from audit_events where ${at(day, sequence)}`]),
    place.map(({ day, sequence }) => [
      `delete from audit_events where day = '${day}' and sequence >= ${sequence}`,
      `delete from audit_heads where day = '${day}'`,
    ]),
    fc
      .tuple(place, place)
      .filter(([one, other]) => one.day !== other.day || one.sequence !== other.sequence)
      .map(([one, other]) => [
        `update audit_events set sequence = 99 where ${at(one.day, one.sequence)}`,
        `update audit_events set day = '${one.day}', sequence = ${one.sequence} where ${at(other.day, other.sequence)}`,
        `update audit_events set day = '${other.day}', sequence = ${other.sequence} where ${at(one.day, 99)}`,
      ]),
  );
  await fc.assert(
    fc.asyncProperty(tampering, async (statements) => {
      const trail = await threeDays();
      for (const statement of statements) await trail.run(statement);
      expect((await trail.verify({ noted })).finding).toBeDefined();
    }),
    { numRuns: 150 },
  );
  expect((await (await threeDays()).verify({ noted })).finding).toBeUndefined();
});
