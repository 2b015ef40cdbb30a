/** Ended shares are removed once they are as old as the operator keeps them, and nothing else is. */
import { eq, inArray, sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { readConfig } from "../../../src/config/config.ts";
import type { Connection } from "../../../src/connections/connection.ts";
import {
  shareAttempts,
  shareDeletions,
  shareRequests,
  shareStatuses,
  socialShares,
} from "../../../src/database/schema.ts";
import { retryShare } from "../../../src/sharing/acts/retry.ts";
import { removeOldShares, removeOldTries } from "../../../src/sharing/record/retention.ts";
import type { ShareStatus } from "../../../src/sharing/share.ts";
import { addPerson, connectAccount } from "../../harness/people/accounts.ts";
import { addRequest } from "../../harness/people/many-shares.ts";
import { startTestService, type TestService } from "../../harness/services/service.ts";

const DAY_MS = 86_400_000;
const old = new Date(Date.now() - 120 * DAY_MS);
const young = new Date(Date.now() - 60 * DAY_MS);

let service: TestService;
let person: { id: string };
let connection: Connection;

beforeAll(async () => {
  service = await startTestService();
  person = await addPerson(service.runtime);
  connection = await connectAccount(service.runtime, person, { platform: "twitter" });
});
afterAll(() => service.stop());
beforeEach(async () => void (await service.runtime.database.delete(shareRequests)));

function keeping(shares: number | undefined, attempts?: number) {
  const { runtime } = service;
  return { ...runtime, config: { keepDays: { shares, attempts } } };
}

async function add(statuses: readonly ShareStatus[], createdAt = old): Promise<string> {
  const ids = statuses.map(() => connection.id);
  return await addRequest(service.runtime.database, person, ids, statuses, {
    ...{ createdAt },
    scheduledAt: new Date(Date.now() + DAY_MS),
  });
}

async function left(): Promise<string[]> {
  const rows = await service.runtime.database.select({ id: shareRequests.id }).from(shareRequests);
  return rows.map(({ id }) => id).toSorted();
}

test("everything stays where nothing is set", async () => {
  const id = await add(["posted"]);
  expect(await removeOldShares(keeping(undefined))).toBe(0);
  expect(await left()).toEqual([id]);
});

test("a clock that is ahead removes nothing that is young by the networks' time", async () => {
  const id = await add(["posted"]);
  const ahead = { ...keeping(90, 90), mayBeAheadMs: () => 31 * DAY_MS };
  expect([await removeOldShares(ahead), await removeOldTries(ahead)]).toEqual([0, 0]);
  expect(await left()).toEqual([id]);
});

test("old requests go once all of their shares are over, and what waits or may be out stays", async () => {
  const over = ["posted", "duplicate", "rejected", "failed", "cancelled"] as const;
  await add(over);
  const stays = [await add(over, young)];
  for (const status of shareStatuses.filter((one) => !over.some((other) => other === one)))
    stays.push(await add(["posted", status]));
  expect(await removeOldShares(keeping(90))).toBe(1);
  expect(await left()).toEqual(stays.toSorted());
  expect(await service.runtime.database.$count(socialShares)).toBe(over.length + 2 * (stays.length - 1));
});

test("a request stays while a post of it is being deleted, or was changed lately", async () => {
  const { database } = service.runtime;
  const [leaving, touched] = [await add(["posted"]), await add(["posted"])];
  const [share] = await database.select().from(socialShares).where(eq(socialShares.shareRequestId, leaving));
  await database.insert(shareDeletions).values({
    ...{ shareId: share?.id ?? "", userId: person.id, state: "deleting", askedAt: new Date() },
    nextAttemptAt: new Date(Date.now() + DAY_MS),
  });
  await database
    .update(socialShares)
    .set({ updatedAt: new Date() })
    .where(eq(socialShares.shareRequestId, touched));
  expect(await removeOldShares(keeping(90))).toBe(0);
  expect(await left()).toEqual([leaving, touched].toSorted());
});

test("a share that its person tries again just then is not removed", async () => {
  const { database } = service.runtime;
  const id = await add(["failed"]);
  const [share] = await database.select().from(socialShares).where(eq(socialShares.shareRequestId, id));
  await Promise.all([removeOldShares(keeping(90)), retryShare(service.runtime, person, share?.id ?? "")]);
  const [after] = await database.select().from(socialShares).where(eq(socialShares.shareRequestId, id));
  // Whichever was first: it is gone as a whole, or goes out.
  expect(["failed", undefined]).not.toContain(after === undefined ? "gone" : after.status);
});

test("several hundred go in one round of two processes, in batches, beyond those that stay", async () => {
  const { database } = service.runtime;
  const stuck = await add(["unconfirmed"], new Date(old.getTime() - DAY_MS));
  await database.execute(sql`insert into share_requests (user_id, url, title, description, message, idempotency_key, created_at)
    select ${person.id}, 'https://blog.example.com/' || i, 'T', '', '', 'old ' || i, ${old.toISOString()}::timestamptz
    from generate_series(1, 300) as i`);
  const removed = await Promise.all([removeOldShares(keeping(90)), removeOldShares(keeping(90))]);
  expect(removed[0] + removed[1]).toBe(300);
  expect(await left()).toEqual([stuck]);
});

test("tries go before their shares where they are kept for a shorter time, unless the share is open", async () => {
  const { database } = service.runtime;
  const [over, open] = [await add(["posted"]), await add(["unconfirmed"])];
  const shares = await database
    .select()
    .from(socialShares)
    .where(inArray(socialShares.shareRequestId, [over, open]));
  const tried = { action: "share", result: "posted" } as const;
  for (const { id: shareId } of shares)
    for (const startedAt of [old, young])
      await database.insert(shareAttempts).values({ shareId, ...tried, startedAt, endedAt: startedAt });
  expect(await removeOldTries(keeping(undefined, 90))).toBe(1);
  const rows = await database.select().from(shareAttempts);
  expect(rows.filter(({ startedAt }) => startedAt < young)).toHaveLength(1);
  expect(rows).toHaveLength(3);
});

test.each([
  ["SOCIAL_KEEP_SHARES_DAYS", "30", "at least 90: people are asked before they share a page again"],
  ["SOCIAL_KEEP_ATTEMPTS_DAYS", "1", "at least 30"],
  ["SOCIAL_KEEP_AUDIT_DAYS", "soon", "at least 90"],
  ["SOCIAL_KEEP_MAIL_DAYS", "0", "at least 7"],
])("%s=%s is refused in words", (name, value, words) => {
  expect(() => readConfig({ [name]: value }, {})).toThrow(words);
});
