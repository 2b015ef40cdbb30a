/** What a person is told when they act on shares in every state, and what becomes of the shares. */
import { eq } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Connection } from "../../../src/connections/connection.ts";
import { auditEvents, shareAttempts, socialConnections, socialShares } from "../../../src/database/schema.ts";
import { cancelRequest, cancelShare, shareNow, stopShares } from "../../../src/sharing/acts/cancel.ts";
import { confirmPosted, shareAnew } from "../../../src/sharing/acts/resolve.ts";
import { retryRequest, retryShare } from "../../../src/sharing/acts/retry.ts";
import { findShare, getShareRequest } from "../../../src/sharing/record/history.ts";
import type { ShareStatus } from "../../../src/sharing/share.ts";
import { inEnglish } from "../../../src/words/words.ts";
import { addPerson, connectAccount } from "../../harness/people/accounts.ts";
import { countCalls, draftFor, postsOn, submit, untilSettled } from "../../harness/people/shares.ts";
import { startTestService, type TestService } from "../../harness/services/service.ts";

const HOUR_MS = 3_600_000;

let service: TestService;
let person: { id: string };
let x: Connection;
let mastodon: Connection;

beforeAll(async () => {
  service = await startTestService();
  person = await addPerson(service.runtime);
  x = await connectAccount(service.runtime, person, { platform: "twitter" });
  mastodon = await connectAccount(service.runtime, person, {
    platform: "mastodon",
    server: `mastodon.localhost:${service.emulator.mastodon.port}`,
  });
});
afterAll(() => service.stop());

type Row = typeof socialShares.$inferSelect;

/** Shares to both accounts in these states. None of them is in a worker's hands. */
async function sharesThatAre(
  one: Partial<Row> & { status: ShareStatus },
  other: Partial<Row> & { status: ShareStatus },
): Promise<{ requestId: string; shares: [Row, Row] }> {
  const at = new Date(service.runtime.now().getTime() + HOUR_MS);
  const requestId = await submit(service.runtime, person, draftFor([x, mastodon], { at }));
  const { database } = service.runtime;
  const idle = { nextAttemptAt: null };
  const shares = await Promise.all(
    (
      [
        [x, one],
        [mastodon, other],
      ] as const
    ).map(async ([{ id }, columns]) => {
      const rows = await database
        .select()
        .from(socialShares)
        .where(eq(socialShares.shareRequestId, requestId));
      const share = rows.find(({ connectionId }) => connectionId === id);
      const [row] = await database
        .update(socialShares)
        .set({ ...idle, ...columns })
        .where(eq(socialShares.id, share?.id ?? ""))
        .returning();
      if (row === undefined) throw new Error("There is no share to this account.");
      return row;
    }),
  );
  return { requestId, shares: shares as [Row, Row] };
}

async function read(id: string): Promise<Row> {
  const [row] = await service.runtime.database.select().from(socialShares).where(eq(socialShares.id, id));
  if (row === undefined) throw new Error("The share is gone.");
  return row;
}

const sent = () => ({ firstSentAt: new Date(), sentAt: new Date(), sends: 1 });
/** Far off, so that no worker takes it up while the test looks. */
const inAnHour = () => new Date(Date.now() + HOUR_MS);

test("cancelling a share tells whether it is left, and counts nothing that was cancelled before", async () => {
  const { requestId, shares } = await sharesThatAre(
    { status: "scheduled" },
    { status: "sending", ...sent(), nextAttemptAt: inAnHour() },
  );
  const cancelled = { outcome: "cancelled", requestId, left: 0 };
  expect(await cancelShare(service.runtime, person, shares[0].id)).toEqual(cancelled);
  expect(await cancelShare(service.runtime, person, shares[0].id)).toEqual(cancelled);
  expect(await cancelShare(service.runtime, person, shares[1].id)).toEqual({ ...cancelled, left: 1 });
  expect([(await read(shares[0].id)).status, (await read(shares[1].id)).status]).toEqual([
    "cancelled",
    "sending",
  ]);
  const events = await service.runtime.database
    .select()
    .from(auditEvents)
    .where(eq(auditEvents.subject, shares[0].id));
  expect(events.map(({ action, userId }) => [action, userId])).toEqual([["share.cancelled", person.id]]);
});

test("cancelling a request counts what is being sent, and nothing that is over", async () => {
  const both = await sharesThatAre(
    { status: "queued", nextAttemptAt: inAnHour() },
    { status: "sending", ...sent(), nextAttemptAt: inAnHour() },
  );
  expect(await cancelRequest(service.runtime, person, both.requestId)).toEqual({
    outcome: "cancelled",
    requestId: both.requestId,
    left: 1,
  });
  const over = await sharesThatAre({ status: "posted", ...sent() }, { status: "failed" });
  expect(await cancelRequest(service.runtime, person, over.requestId)).toMatchObject({ left: 0 });
  expect(await cancelRequest(service.runtime, await addPerson(service.runtime), over.requestId)).toEqual({
    outcome: "not-found",
  });
});

test("a block cancels what is not sent, and leaves it open whether the rest is posted", async () => {
  const waiting = await sharesThatAre(
    { status: "scheduled", nextAttemptAt: inAnHour() },
    { status: "reconnect" },
  );
  const unclear = await sharesThatAre(
    { status: "sending", ...sent(), nextAttemptAt: inAnHour() },
    { status: "unconfirmed", ...sent() },
  );
  await service.runtime.database.transaction((transaction) =>
    stopShares(service.runtime, transaction, person),
  );
  for (const { id } of waiting.shares)
    expect(await read(id)).toMatchObject({ status: "cancelled", withdrawn: false });
  for (const { id } of unclear.shares)
    expect(await read(id)).toMatchObject({ status: "unconfirmed", withdrawn: true, nextAttemptAt: null });
  expect((await read(unclear.shares[0].id)).errorCode).toBe("blocked");
});

test("what is sent now goes out once, and what is over stays as it is", async () => {
  const { requestId, shares } = await sharesThatAre({ status: "scheduled" }, { status: "cancelled" });
  expect(await shareNow(service.runtime, person, shares[0].id)).toEqual({ requestId });
  expect(await shareNow(service.runtime, person, shares[1].id)).toEqual({ requestId });
  await untilSettled(service.runtime, person, requestId);
  expect((await read(shares[0].id)).status).toBe("posted");
  expect((await read(shares[1].id)).status).toBe("cancelled");
});

test("Retry says what it cannot do, and on which network it only looks", async () => {
  const { requestId, shares } = await sharesThatAre(
    { status: "posted", ...sent() },
    { status: "unconfirmed", ...sent() },
  );
  const refused = await retryShare(service.runtime, person, shares[0].id);
  expect(refused).toMatchObject({ outcome: "refused", requestId });
  expect("problem" in refused && inEnglish(refused.problem)).toBe("There is nothing to retry here.");
  expect(await retryShare(service.runtime, person, shares[1].id)).toEqual({
    ...{ outcome: "retrying", requestId, looksOn: "mastodon" },
  });
  const failed = await sharesThatAre({ status: "failed" }, { status: "failed" });
  expect(await retryShare(service.runtime, person, failed.shares[0].id)).toEqual({
    ...{ outcome: "retrying", requestId: failed.requestId, looksOn: undefined },
  });
  await untilSettled(service.runtime, person, failed.requestId);
  expect((await read(failed.shares[0].id)).status).toBe("posted");
});

test("what only the operator could fix is sent again once its person presses Retry, and nothing else that was refused", async () => {
  const { shares } = await sharesThatAre(
    { status: "rejected", operatorFault: true },
    { status: "rejected", operatorFault: false },
  );
  expect(await retryShare(service.runtime, person, shares[0].id)).toMatchObject({ outcome: "retrying" });
  expect(await retryShare(service.runtime, person, shares[1].id)).toMatchObject({ outcome: "refused" });
  await untilSettled(service.runtime, person, shares[0].shareRequestId);
  expect(await read(shares[0].id)).toMatchObject({ status: "posted", operatorFault: false });
  expect((await read(shares[1].id)).status).toBe("rejected");
});

test.each<[string, Partial<Row> & { status: ShareStatus }]>([
  ["failed", { status: "failed" }],
  ["was refused by the operator’s fault", { status: "rejected", operatorFault: true }],
  ["cannot be confirmed", { status: "unconfirmed", operatorFault: true }],
])("what %s after it may have gone out is looked for first", async (_what, state) => {
  const { shares } = await sharesThatAre({ ...state, ...sent() }, { status: "cancelled" });
  const searches = () => countCalls(service.emulator.twitter, "GET /2/users/:id/tweets");
  const before = await searches();
  expect(await retryShare(service.runtime, person, shares[0].id)).toMatchObject({ outcome: "retrying" });
  expect((await read(shares[0].id)).operatorFault).toBe(false);
  await untilSettled(service.runtime, person, shares[0].shareRequestId);
  expect(await searches()).toBeGreaterThan(before);
});

test("an account that needs reconnecting is named before anything is retried or shared anew", async () => {
  const { requestId, shares } = await sharesThatAre(
    { status: "failed" },
    { status: "unconfirmed", ...sent() },
  );
  const { database } = service.runtime;
  const set = async (status: "active" | "reconnect") =>
    void (await database
      .update(socialConnections)
      .set({ status })
      .where(eq(socialConnections.userId, person.id)));
  await set("reconnect");
  const retried = await retryShare(service.runtime, person, shares[0].id);
  const anew = await shareAnew(service.runtime, person, shares[1].id);
  await set("active");
  expect([retried, anew]).toMatchObject([
    { outcome: "refused", requestId },
    { outcome: "refused", requestId },
  ]);
  expect("problem" in retried && inEnglish(retried.problem)).toMatch(/^Reconnect @ana first, then try again/);
  expect("problem" in anew && inEnglish(anew.problem)).toMatch(/^Reconnect @ana\S* first, then share again/);
  expect([(await read(shares[0].id)).status, (await read(shares[1].id)).status]).toEqual([
    "failed",
    "unconfirmed",
  ]);
});

test("all that failed of a request is retried at once, and nothing else of it", async () => {
  const both = await sharesThatAre({ status: "failed" }, { status: "failed" });
  const mixed = await sharesThatAre({ status: "failed" }, { status: "unconfirmed", ...sent() });
  const stranger = await addPerson(service.runtime);
  await retryRequest(service.runtime, stranger, both.requestId);
  expect((await read(both.shares[0].id)).status).toBe("failed");
  await retryRequest(service.runtime, person, both.requestId);
  await retryRequest(service.runtime, person, mixed.requestId);
  await untilSettled(service.runtime, person, both.requestId);
  await untilSettled(service.runtime, person, mixed.requestId);
  const request = await getShareRequest(service.runtime, person, both.requestId);
  expect(request?.shares.map(({ status }) => status)).toEqual(["posted", "posted"]);
  expect([(await read(mixed.shares[0].id)).status, (await read(mixed.shares[1].id)).status]).toEqual([
    "posted",
    "unconfirmed",
  ]);
  // With nothing left to retry, nothing is sent again.
  const before = (await postsOn(service.emulator.twitter)).length;
  await retryRequest(service.runtime, person, both.requestId);
  expect((await postsOn(service.emulator.twitter)).length).toBe(before);
});

test("the link of a post is accepted only from its own network, and is kept", async () => {
  const { requestId, shares } = await sharesThatAre(
    { status: "unconfirmed", ...sent() },
    { status: "unconfirmed", ...sent() },
  );
  const link = "https://x.com/ana/status/1790000000000000001";
  const wrong = await confirmPosted(service.runtime, person, { shareId: shares[1].id, link });
  expect(wrong).toMatchObject({ outcome: "refused", requestId });
  expect(await confirmPosted(service.runtime, person, { shareId: shares[0].id, link })).toEqual({
    ...{ outcome: "resolved", requestId },
  });
  const share = await findShare(service.runtime, person, shares[0].id);
  expect(share).toMatchObject({ status: "posted", problem: undefined });
  expect(share?.postUrl).toMatch(/\/ana\/status\/1790000000000000001$/);
  const again = await confirmPosted(service.runtime, person, { shareId: shares[0].id, link });
  expect("problem" in again && inEnglish(again.problem)).toBe("The result of this share is already known.");
  const [attempt] = await service.runtime.database
    .select()
    .from(shareAttempts)
    .where(eq(shareAttempts.shareId, shares[0].id));
  expect(attempt).toMatchObject({ action: "confirm", result: "posted" });
  const [event] = await service.runtime.database
    .select()
    .from(auditEvents)
    .where(eq(auditEvents.subject, shares[0].id));
  expect(event).toMatchObject({ action: "share.resolved", userId: person.id });
});

test("what its person does not see there is sent again as if it were new", async () => {
  const { requestId, shares } = await sharesThatAre(
    { status: "unconfirmed", ...sent(), sends: 2, withdrawn: true, attempts: 3 },
    { status: "cancelled" },
  );
  expect(await shareAnew(service.runtime, person, shares[0].id)).toEqual({ outcome: "resolved", requestId });
  await untilSettled(service.runtime, person, requestId);
  expect(await read(shares[0].id)).toMatchObject({ status: "posted", sends: 1, withdrawn: false });
  const { idempotencyKey } = (await read(shares[0].id)).remembered;
  expect(idempotencyKey).not.toBe(shares[0].id);
  expect(await shareAnew(service.runtime, person, shares[1].id)).toMatchObject({ outcome: "refused" });
});
