/** What is disconnected never goes out, whatever its workers are doing at that moment. */
import { eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { signRequest } from "../../emulator/meta/signed-request.ts";
import { demoSecret } from "../../src/cli/demo/demo-apps.ts";
import type { Connection } from "../../src/connections/connection.ts";
import { disconnect } from "../../src/connections/disconnect.ts";
import { deauthorize, forgetOwner } from "../../src/connections/owner-calls/owner-calls.ts";
import { socialConnections, socialShares } from "../../src/database/schema.ts";
import { type PlatformName, platformNames } from "../../src/platforms/platform.ts";
import { shareAnew } from "../../src/sharing/acts/resolve.ts";
import { retryShare } from "../../src/sharing/acts/retry.ts";
import { deliver } from "../../src/sharing/delivery/deliver.ts";
import { releaseShares } from "../../src/sharing/delivery/release.ts";
import { getShareRequest } from "../../src/sharing/record/history.ts";
import { publishingCalls } from "../harness/networks/calls.ts";
import { addPerson } from "../harness/people/accounts.ts";
import { orderFault } from "../harness/people/shares.ts";
import { FENCE, startTwoWorkers, type TwoWorkers } from "../harness/services/two-workers.ts";
import { waitFor } from "../harness/wait.ts";

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

/** Reconnects the same account, and lets everything continue that would continue by itself. */
async function comeBack(platform: PlatformName, shareId: string) {
  const again = await workers.connect(ana, platform);
  await releaseShares(workers.a.runtime, [again.id]);
  return await workers.carryOn(workers.b, shareId);
}

/** A share whose only request got no answer, and which is to be looked for. */
async function shareInDoubt(platform: PlatformName, when: "before" | "after") {
  const connection = await workers.connect(ana, platform);
  const share = await workers.share(ana, connection);
  await orderFault(workers.emulator[platform], publishingCalls[platform], { kind: "drop", when });
  await deliver(workers.a.runtime, share.id);
  expect((await workers.read(share.id)).status).toBe("sending");
  return { connection, share };
}

test.each(
  platformNames,
)("%s: what waited for reconnecting is cancelled, and stays so when the account is back", async (platform) => {
  const { a, b } = workers;
  const connection = await workers.connect(ana, platform);
  const share = await workers.share(ana, connection);
  await a.runtime.database.update(socialConnections).set({ status: "reconnect", errorCode: "ended-there" });
  await deliver(a.runtime, share.id);
  expect((await workers.read(share.id)).status).toBe("reconnect");

  await disconnect(b.runtime, ana, connection.id);
  expect(await workers.read(share.id)).toMatchObject({ status: "cancelled", errorCode: "disconnected" });
  expect((await comeBack(platform, share.id)).status).toBe("cancelled");
  expect(workers.posts(platform, share)).toEqual([]);
});

/** A call on the way to a post, and its result if its person disconnects meanwhile. */
const failing = [
  ["mastodon", publishingCalls.mastodon, { kind: "revoke-token" }],
  ["twitter", publishingCalls.twitter, { kind: "revoke-token" }],
  ["facebook", publishingCalls.facebook, { kind: "revoke-token" }],
  ["linkedin", publishingCalls.linkedin, { kind: "revoke-token" }],
  ["linkedin", "POST /rest/images", { kind: "rate-limit", headers: true }],
  ["instagram", publishingCalls.instagram, { kind: "revoke-token" }],
  ["instagram", "POST /:version/:id/media", { kind: "revoke-token" }],
  ["instagram", "POST /:version/:id/media", { kind: "status", status: 500 }],
  ["threads", publishingCalls.threads, { kind: "revoke-token" }],
  ["threads", "POST /v1.0/:id/threads", { kind: "revoke-token" }],
  ["threads", "POST /v1.0/:id/threads", { kind: "status", status: 500 }],
] as const;

test.each(
  failing,
)("%s: what is disconnected while %s fails (%o) is told as cancelled, and does not come back", async (platform, endpoint, fault) => {
  const { a, b } = workers;
  const connection = await workers.connect(ana, platform);
  const share = await workers.share(ana, connection);
  await orderFault(workers.emulator[platform], endpoint, fault);
  const answered = a.hold("after call", endpoint);
  const delivered = deliver(a.runtime, share.id);
  await answered.reached;
  expect(await disconnect(b.runtime, ana, connection.id)).toMatch(/^disconnected/);
  // Once the request is out, nobody knows yet that it is refused.
  const isSent = endpoint === publishingCalls[platform];
  const told = await workers.read(share.id);
  expect([told.status, told.leaseId]).toEqual([isSent ? "unconfirmed" : "cancelled", null]);

  answered.open();
  await delivered;
  expect(await workers.read(share.id)).toMatchObject({
    status: "cancelled",
    errorCode: "disconnected",
    errorMessage: "The account was disconnected before this was sent.",
  });
  expect((await comeBack(platform, share.id)).status).toBe("cancelled");
  expect(workers.posts(platform, share)).toEqual([]);
});

test.each(
  platformNames,
)("%s: what the network refuses while the disconnect is not committed yet does not come back", async (platform) => {
  const { a, b } = workers;
  const connection = await workers.connect(ana, platform);
  const share = await workers.share(ana, connection);
  const endpoint = publishingCalls[platform];
  await orderFault(workers.emulator[platform], endpoint, { kind: "revoke-token" });
  const asked = a.hold("before call", endpoint);
  const delivered = deliver(a.runtime, share.id);
  await asked.reached;
  const { disconnected } = await a.runtime.database.transaction(async (transaction) => {
    await transaction.select().from(socialShares).where(eq(socialShares.id, share.id)).for("update");
    const disconnecting = disconnect(b.runtime, ana, connection.id);
    await untilWaiting(1);
    asked.open();
    // The worker is about to mark the account as broken, and waits for its row, or to settle the share, and waits for
    // that.
    await untilWaiting(2);
    return { disconnected: disconnecting };
  });
  expect(await disconnected).toMatch(/^disconnected/);
  await delivered;
  expect((await workers.read(share.id)).status).toBe("cancelled");
  expect((await comeBack(platform, share.id)).status).toBe("cancelled");
  expect(workers.posts(platform, share)).toEqual([]);
});

async function untilWaiting(statements: number): Promise<void> {
  await waitFor(`${statements} statements to wait for a lock`, async () => {
    const { rows } = await workers.b.runtime.database.execute(
      sql`select pid from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
    );
    return rows.length >= statements ? rows : undefined;
  });
}

describe.each(platformNames)("%s, sent again after a doubt", (platform) => {
  test("stops at its fence when the account was disconnected, and is told as not known", async () => {
    const { a, b } = workers;
    const { connection, share } = await shareInDoubt(platform, "before");
    const fence = a.hold("before statement", FENCE);
    const going = workers.carryOn(a, share.id);
    await fence.reached;
    await disconnect(b.runtime, ana, connection.id);
    fence.open();
    const told = await going;
    expect(told).toMatchObject({ status: "unconfirmed", errorCode: "disconnected", leaseId: null });
    expect((await comeBack(platform, share.id)).status).toBe("unconfirmed");
    expect(workers.posts(platform, share)).toEqual([]);
  });

  test("is looked for once its person asks for that, and goes out when they say that it is not there", async () => {
    const { a, b } = workers;
    const { connection, share } = await shareInDoubt(platform, "before");
    await disconnect(a.runtime, ana, connection.id);
    await comeBack(platform, share.id);
    expect((await retryShare(b.runtime, ana, share.id)).outcome).toBe("retrying");
    expect((await workers.carryOn(b, share.id)).status).toBe("unconfirmed");
    expect(workers.posts(platform, share)).toEqual([]);

    expect((await shareAnew(b.runtime, ana, share.id)).outcome).toBe("resolved");
    expect((await workers.carryOn(b, share.id)).status).toBe("posted");
    expect(workers.posts(platform, share)).toHaveLength(1);
  });
});

test.each(
  platformNames,
)("%s: what was posted while its person disconnected is told with its link", async (platform) => {
  const { a, b } = workers;
  const connection = await workers.connect(ana, platform);
  const share = await workers.share(ana, connection);
  const answered = a.hold("after call", publishingCalls[platform]);
  const delivered = deliver(a.runtime, share.id);
  await answered.reached;
  await disconnect(b.runtime, ana, connection.id);
  expect((await workers.read(share.id)).status).toBe("unconfirmed");
  answered.open();
  await delivered;
  const told = await workers.read(share.id);
  expect(told).toMatchObject({ status: "posted", errorCode: null, errorMessage: null });
  expect(told.platformPostUrl).toMatch(/^http/);
  expect(workers.posts(platform, share)).toHaveLength(1);
});

test("what was cancelled and was out all the same is told as posted, and that it could not be stopped", async () => {
  const { a, b } = workers;
  const share = await workers.share(ana, await workers.connect(ana, "mastodon"));
  const answered = a.hold("after call", publishingCalls.mastodon);
  const delivered = deliver(a.runtime, share.id);
  await answered.reached;
  // Its person said that it was not there, and stopped it before it went out again.
  await b.runtime.database
    .update(socialShares)
    .set({ status: "cancelled", firstSentAt: null, leaseId: null, leaseUntil: null });
  answered.open();
  await delivered;
  const told = await getShareRequest(b.runtime, ana, (await workers.read(share.id)).shareRequestId);
  expect(told?.shares[0]).toMatchObject({
    status: "posted",
    postUrl: expect.stringMatching(/^http/),
    problem: "It was too late to stop it: it was posted.",
  });
});

const meta = ["facebook", "instagram", "threads"] as const;

/** Meta's call about the person who authorised us. */
function ownerCall({ account }: Connection): { signed_request: string } {
  const userId = account.grantedBy?.split(":")[1] ?? account.id;
  return { signed_request: signRequest(demoSecret, { userId, issuedAt: Math.floor(Date.now() / 1_000) }) };
}

test.each(meta)("%s: what the person ended there passes no fence any more", async (platform) => {
  const { a, b } = workers;
  const connection = await workers.connect(ana, platform);
  const share = await workers.share(ana, connection);
  const fence = a.hold("before statement", FENCE);
  const delivered = deliver(a.runtime, share.id);
  await fence.reached;
  expect(await deauthorize(b.runtime, { platform, form: ownerCall(connection) })).toBe(true);
  fence.open();
  await delivered;
  // It waits for its person, and was handed on at once.
  expect(await workers.read(share.id)).toMatchObject({ status: "queued", leaseId: null });
  expect(await workers.carryOn(b, share.id)).toMatchObject({
    status: "reconnect",
    errorCode: "removed-there",
  });
  expect(workers.posts(platform, share)).toEqual([]);
});

test.each(
  meta,
)("%s: an answer that comes after the person was forgotten keeps no link of theirs", async (platform) => {
  const { a, b } = workers;
  const connection = await workers.connect(ana, platform);
  const share = await workers.share(ana, connection);
  const answered = a.hold("after call", publishingCalls[platform]);
  const delivered = deliver(a.runtime, share.id);
  await answered.reached;
  expect(await forgetOwner(b.runtime, { platform, form: ownerCall(connection) })).toBeDefined();
  answered.open();
  await delivered;
  expect(await workers.read(share.id)).toMatchObject({
    status: "posted",
    platformPostId: null,
    platformPostUrl: null,
  });
});
