/**
 * What waits for an account continues once it works again, even if the request that reconnected it died at that moment.
 */
import { eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { Connection } from "../../../src/connections/connection.ts";
import { disconnect } from "../../../src/connections/disconnect.ts";
import { verifyConnection } from "../../../src/connections/verify.ts";
import { shareAttempts, socialConnections, socialShares, users } from "../../../src/database/schema.ts";
import { deliver } from "../../../src/sharing/delivery/deliver.ts";
import { releaseShares } from "../../../src/sharing/delivery/release.ts";
import { releaseWaiting } from "../../../src/sharing/delivery/release-waiting.ts";
import { getShareRequest } from "../../../src/sharing/record/history.ts";
import { control } from "../../harness/networks/networks.ts";
import { addPerson, connectAccount } from "../../harness/people/accounts.ts";
import { draftFor, postsOn, shareTo, submit } from "../../harness/people/shares.ts";
import { startTestService, type TestService } from "../../harness/services/service.ts";
import { waitFor } from "../../harness/wait.ts";

let service: TestService;
let person: { id: string };
let connection: Connection;

beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service.stop());
beforeEach(async () => {
  await service.runtime.database.delete(users);
  person = await addPerson(service.runtime);
  connection = await connectAccount(service.runtime, person, { platform: "twitter" });
});

const withdraw = () => control(service.emulator.twitter, "POST", "withdrawals", { username: "ana" });

/** A share that met a grant which had ended. */
async function waitingShare() {
  await withdraw();
  const draft = draftFor([connection]);
  const [share] = await shareTo(service.runtime, person, draft);
  expect(share?.status).toBe("reconnect");
  return { ...draft, requestId: share?.requestId ?? "", shareId: share?.id ?? "" };
}

const untilStatus = (requestId: string, status: string) =>
  waitFor(`the share to be ${status}`, async () => {
    const request = await getShareRequest(service.runtime, person, requestId);
    return request?.shares.every((share) => share.status === status) || undefined;
  });

test("[savedNotReleased] the process dies between storing the new tokens and going on with what waits: a worker does", async () => {
  const { requestId, page } = await waitingShare();
  // The page that would continue it is never requested.
  await connectAccount(service.runtime, person, { platform: "twitter" });
  await untilStatus(requestId, "posted");
  const posts = await postsOn(service.emulator.twitter);
  expect(posts.filter(({ text }) => text.includes(page.url))).toHaveLength(1);
});

test("an account that was marked by mistake: what waited goes on once the network says that all is well", async () => {
  const { database } = service.runtime;
  const at = new Date(Date.now() + 86_400_000);
  const requestId = await submit(service.runtime, person, draftFor([connection], { at }));
  await database.update(socialConnections).set({ status: "reconnect", errorCode: "mistaken" });
  const isOfRequest = eq(socialShares.shareRequestId, requestId);
  await database.update(socialShares).set({ nextAttemptAt: new Date() }).where(isOfRequest);
  await untilStatus(requestId, "reconnect");
  expect(await verifyConnection(service.runtime, person, connection.id)).toEqual({ outcome: "active" });
  await untilStatus(requestId, "posted");
});

test("a try that saw the account as it was before it worked again is made once more, also where it began late", async () => {
  const { runtime } = service;
  const { database } = runtime;
  const at = new Date(Date.now() + 86_400_000);
  const requestId = await submit(runtime, person, draftFor([connection], { at }));
  const isShare = eq(socialShares.shareRequestId, requestId);
  await database.update(socialConnections).set({ status: "reconnect", errorCode: "mistaken" });
  await database.update(socialShares).set({ status: "queued", nextAttemptAt: null }).where(isShare);
  const [share] = await database.select({ id: socialShares.id }).from(socialShares).where(isShare);
  const { promise: held, resolve: letGo } = Promise.withResolvers<void>();
  const locked = Promise.withResolvers<void>();
  const holding = database.transaction(async (transaction) => {
    await transaction.select({ id: socialShares.id }).from(socialShares).where(isShare).for("update");
    locked.resolve();
    await held;
  });
  await locked.promise;
  // Its statement has seen the account, and waits for the share's row.
  const delivering = deliver(runtime, share?.id ?? "");
  await waitFor("the worker to wait for the share", async () => {
    const waits = await database.execute(
      sql`select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
    );
    return waits.rows.length > 0 || undefined;
  });
  await database
    .update(socialConnections)
    .set({ status: "active", errorCode: null, activeSince: runtime.now() });
  letGo();
  await Promise.all([holding, delivering]);
  await untilStatus(requestId, "posted");
  const tries = await database
    .select()
    .from(shareAttempts)
    .where(eq(shareAttempts.shareId, share?.id ?? ""));
  expect(tries.map(({ result }) => result).sort()).toEqual(["posted", "reconnect"]);
});

test("what fails again for the same reason waits again, and is not tried over and over", async () => {
  const { requestId, shareId } = await waitingShare();
  await connectAccount(service.runtime, person, { platform: "twitter" });
  await untilStatus(requestId, "posted");
  const [share] = await shareTo(service.runtime, person, draftFor([connection]));
  expect(share?.status).toBe("posted");
  const next = await waitingShare();
  expect(await releaseWaiting(service.runtime)).toBe(0);
  const tries = (id: string) => service.runtime.database.$count(shareAttempts, eq(shareAttempts.shareId, id));
  expect([await tries(shareId), await tries(next.shareId)]).toEqual([2, 1]);
});

test("what may have gone out when its account was disconnected goes on at no reconnecting, only at its person's word", async () => {
  const { runtime } = service;
  const requestId = await submit(
    runtime,
    person,
    draftFor([connection], { at: new Date(Date.now() + 86_400_000) }),
  );
  const isOfRequest = eq(socialShares.shareRequestId, requestId);
  await runtime.database
    .update(socialShares)
    .set({ status: "unconfirmed", firstSentAt: new Date(), sends: 1, nextAttemptAt: null })
    .where(isOfRequest);
  await disconnect(runtime, person, connection.id);
  await connectAccount(runtime, person, { platform: "twitter" });
  expect(await releaseShares(runtime, [connection.id])).toBe(0);
  expect(await releaseWaiting(runtime)).toBe(0);
  const request = await getShareRequest(runtime, person, requestId);
  expect(request?.shares).toMatchObject([{ status: "unconfirmed", remedy: "check" }]);
});
