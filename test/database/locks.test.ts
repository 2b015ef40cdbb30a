/** Locks many rows named in one statement. */
import { randomUUID } from "node:crypto";
import { expect, onTestFinished, test } from "vitest";
import { isOneOf } from "../../src/database/locks.ts";
import { auditEvents } from "../../src/database/schema.ts";
import { freshDatabase } from "../harness/database/database.ts";

test("rows are found among more ids than a statement takes values", async () => {
  const { database, close } = await freshDatabase();
  onTestFinished(close);
  const rows = [1, 2, 3].map((number) => ({ action: "share.cancelled", subject: String(number) }));
  const written = await database.insert(auditEvents).values(rows).returning({ id: auditEvents.id });
  const ids = [...Array.from({ length: 70_000 }, () => randomUUID()), ...written.map(({ id }) => id)];
  expect(await database.$count(auditEvents, isOneOf(auditEvents.id, ids))).toBe(3);
  expect(await database.$count(auditEvents, isOneOf(auditEvents.id, []))).toBe(0);
});
