/** Which times can only come from a clock that was wrong, and what becomes of the shares and deletions that have them. */
import { randomUUID } from "node:crypto";
import { eq } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { shareDeletions, socialShares } from "../../../src/database/schema.ts";
import type { ShareRow } from "../../../src/sharing/claims/lease.ts";
import { mendAfterJump, mendWrongTimes } from "../../../src/sharing/claims/wrong-times.ts";
import { addPerson } from "../../harness/people/accounts.ts";
import { LEASE_SECONDS, startTwoWorkers, type TwoWorkers } from "../../harness/services/two-workers.ts";

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

let workers: TwoWorkers;
let ana: { id: string };

beforeAll(async () => {
  workers = await startTwoWorkers();
});
afterAll(() => workers.stop());
beforeEach(async () => {
  await workers.reset();
  ana = await addPerson(workers.a.runtime);
});

const from = (ms: number) => new Date(Date.now() + ms);

async function shareAs(columns: Partial<ShareRow>): Promise<ShareRow> {
  const share = await workers.share(ana, await workers.connect(ana, "twitter"));
  await workers.a.runtime.database.update(socialShares).set(columns).where(eq(socialShares.id, share.id));
  return await workers.read(share.id);
}

test.each<[string, () => Partial<ShareRow>, boolean]>([
  ["waits twenty hours for a limit", () => ({ nextAttemptAt: from(20 * HOUR_MS) }), false],
  ["waits longer than any network asks for", () => ({ nextAttemptAt: from(26 * HOUR_MS) }), true],
  ["was written half a minute ahead", () => ({ updatedAt: from(30 * SECOND_MS) }), false],
  ["was written minutes ahead", () => ({ updatedAt: from(2 * MINUTE_MS) }), true],
  [
    "is in a worker’s hands",
    () => ({ updatedAt: from(2 * MINUTE_MS), leaseId: randomUUID(), leaseUntil: from(LEASE_SECONDS * 900) }),
    false,
  ],
  ["is held for days", () => ({ leaseId: randomUUID(), leaseUntil: from(26 * HOUR_MS) }), true],
  ["is over", () => ({ status: "failed", updatedAt: from(2 * MINUTE_MS) }), false],
  ["is scheduled", () => ({ status: "scheduled", nextAttemptAt: from(26 * HOUR_MS) }), false],
])("a share that %s goes on at once, or is left alone", async (_what, columns, isMended) => {
  const share = await shareAs(columns());
  expect(await mendWrongTimes(workers.a.runtime)).toBe(isMended ? 1 : 0);
  const after = await workers.read(share.id);
  if (!isMended) return expect(after).toEqual(share);
  expect(after).toMatchObject({ status: "queued", nextAttemptAt: null, leaseId: null, leaseUntil: null });
  expect(after.updatedAt.getTime()).toBeLessThanOrEqual(Date.now());
  expect(await mendWrongTimes(workers.a.runtime)).toBe(0);
});

test("of a share that was sent in the future the post is looked for through the day before", async () => {
  const ahead = { updatedAt: from(2 * HOUR_MS), sentAt: from(2 * HOUR_MS), firstSentAt: from(2 * HOUR_MS) };
  const share = await shareAs({ status: "sending", sends: 1, ...ahead });
  expect(await mendWrongTimes(workers.a.runtime)).toBe(1);
  const { sentAt, firstSentAt } = await workers.read(share.id);
  expect(sentAt?.getTime()).toBeLessThanOrEqual(Date.now());
  expect(Math.abs((firstSentAt?.getTime() ?? 0) - from(-24 * HOUR_MS).getTime())).toBeLessThan(MINUTE_MS);
  const known = from(-HOUR_MS);
  const other = await shareAs({ status: "sending", sends: 1, ...ahead, firstSentAt: known });
  await mendWrongTimes(workers.a.runtime);
  expect((await workers.read(other.id)).firstSentAt).toEqual(known);
});

test.each([
  ["goes on", null, "deleting", true],
  ["that was in a worker’s hands goes on with a doubt", randomUUID(), "deleting", true],
  ["that is over is left alone", null, "failed", false],
] as const)("a deletion %s", async (_what, leaseId, state, isMended) => {
  const share = await shareAs({ status: "posted", platformPostId: "77", postedAt: new Date() });
  const { database } = workers.a.runtime;
  const leaseUntil = leaseId === null ? null : from(26 * HOUR_MS);
  const written = { updatedAt: from(2 * HOUR_MS), askedAt: from(2 * HOUR_MS) };
  const deletion = { shareId: share.id, userId: ana.id, state, leaseId, leaseUntil, ...written };
  await database.insert(shareDeletions).values(deletion);
  expect(await mendWrongTimes(workers.a.runtime)).toBe(isMended ? 1 : 0);
  const [after] = await database.select().from(shareDeletions).where(eq(shareDeletions.shareId, share.id));
  if (!isMended) return expect(after).toMatchObject({ state, ...written });
  expect(after).toMatchObject({ state, leaseId: null, nextAttemptAt: null, isDoubtful: leaseId !== null });
  expect(after?.askedAt.getTime()).toBeLessThanOrEqual(Date.now());
});

test("wrong times are looked for at the start, every ten minutes, and once the clock has gone back", async () => {
  let aheadMs = 0;
  const runtime = { ...workers.a.runtime, now: () => from(aheadMs) };
  const wrong = async () => (await shareAs({ nextAttemptAt: from(100 * HOUR_MS) })).id;
  const mends = async (id: string) => {
    await mendAfterJump(runtime);
    return (await workers.read(id)).nextAttemptAt === null;
  };
  expect(await mends(await wrong())).toBe(true);
  const second = await wrong();
  expect(await mends(second)).toBe(false);
  aheadMs = 9 * MINUTE_MS;
  expect(await mends(second)).toBe(false);
  aheadMs = 11 * MINUTE_MS;
  expect(await mends(second)).toBe(true);
  const third = await wrong();
  expect(await mends(third)).toBe(false);
  aheadMs = 0;
  expect(await mends(third)).toBe(true);
});
