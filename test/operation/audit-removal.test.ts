/** The audit log stays verifiable after its oldest days were removed, and only then. */
import { eq, lt, sql } from "drizzle-orm";
import { expect, onTestFinished, test } from "vitest";
import { auditEvents, auditHeads } from "../../src/database/schema.ts";
import { writeHead } from "../../src/operation/audit/audit-chain.ts";
import { removeOldEvents } from "../../src/operation/audit/audit-removal.ts";
import { sealEvents } from "../../src/operation/audit/audit-seal.ts";
import { verifyAudit } from "../../src/operation/audit/audit-verify.ts";
import { recordEvent } from "../../src/people/audit.ts";
import { freshDatabase } from "../harness/database/database.ts";

const DAY_MS = 86_400_000;
const log = { info: () => {} };

/** An audit log whose first events are from today, seen this many days later. */
async function openRecord(daysLater: number) {
  const open = await freshDatabase();
  onTestFinished(open.close);
  const { database } = open;
  const runtime = {
    ...{ database, log, config: { keepDays: { audit: 90 } } },
    now: () => new Date(Date.now() + daysLater * DAY_MS),
    mayBeAheadMs: () => 0,
  };
  const record = async (subject: string) => {
    await recordEvent(database, { action: "settings.changed", subject });
    await sealEvents(runtime);
  };
  for (const subject of ["one", "two", "three"]) await record(subject);
  const [head] = await database.select().from(auditHeads);
  // The days of a chain are the database's: what is sealed from here on belongs to a later day.
  return { runtime, record, head: { day: head?.day ?? "", sequence: 3, hash: head?.hash ?? "" } };
}

test("nothing is removed before its time", async () => {
  const { runtime } = await openRecord(89);
  expect(await removeOldEvents(runtime)).toBe(0);
  expect(await runtime.database.$count(auditEvents)).toBe(3);
});

test("a clock that is ahead removes nothing that is young by the networks' time", async () => {
  const { runtime } = await openRecord(91);
  expect(await removeOldEvents({ ...runtime, mayBeAheadMs: () => 2 * DAY_MS })).toBe(0);
  expect(await runtime.database.$count(auditEvents)).toBe(3);
});

test("what is left holds, begins where the removed part ended, and tells of it", async () => {
  const { runtime, head } = await openRecord(91);
  const { database } = runtime;
  expect(await removeOldEvents(runtime)).toBe(3);
  await moveToNextDay(runtime);
  expect(await verifyAudit(runtime)).toMatchObject({ finding: undefined, events: 1, removed: head });
  const [told] = await database.select().from(auditEvents);
  expect(told).toMatchObject({ action: "audit.removed", subject: writeHead(head) });
  expect(await removeOldEvents(runtime)).toBe(0);
  expect(await verifyAudit(runtime, { noted: head })).toMatchObject({
    finding: undefined,
    isNotedGone: true,
  });
});

test("a removal that no event tells of, or after which something is missing, is found", async () => {
  const { runtime, record } = await openRecord(91);
  const { database } = runtime;
  await removeOldEvents(runtime);
  await moveToNextDay(runtime);
  await record("later");
  await database.delete(auditEvents).where(eq(auditEvents.action, "audit.removed"));
  expect((await verifyAudit(runtime)).finding).toMatchObject({ problem: "missing" });

  const other = await openRecord(91);
  await other.runtime.database.delete(auditEvents).where(lt(auditEvents.sequence, 4));
  await other.runtime.database.update(auditHeads).set({ removedAt: new Date() });
  expect((await verifyAudit(other.runtime)).finding).toMatchObject({ problem: "taken-out" });
});

/** Chains the waiting events as of tomorrow, as happens when days pass. */
async function moveToNextDay({ database }: Awaited<ReturnType<typeof openRecord>>["runtime"]): Promise<void> {
  const tomorrow = sql`((now() at time zone 'UTC')::date + 1)::text`;
  const [last] = await database.select().from(auditHeads);
  await database.insert(auditHeads).values({ day: tomorrow, sequence: 0, hash: last?.hash ?? "" });
  await sealEvents({ database, log });
}
