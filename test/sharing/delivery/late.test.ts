/** What a worker learns, or would do, after others have taken over its share. */
import { eq } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { disconnect } from "../../../src/connections/disconnect.ts";
import { socialShares, users } from "../../../src/database/schema.ts";
import { type PlatformName, platformNames } from "../../../src/platforms/platform.ts";
import { shareAnew } from "../../../src/sharing/acts/resolve.ts";
import { deliver } from "../../../src/sharing/delivery/deliver.ts";
import { publishingCalls } from "../../harness/networks/calls.ts";
import { letTimePass } from "../../harness/networks/networks.ts";
import { addPerson } from "../../harness/people/accounts.ts";
import { orderFault } from "../../harness/people/shares.ts";
import {
  FENCE,
  LEASE_SECONDS,
  startTwoWorkers,
  type TwoWorkers,
} from "../../harness/services/two-workers.ts";

const HOUR_SECONDS = 3_600;

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

/** For networks that show their posts: none of them can be found any more. */
const lists: Readonly<Partial<Record<PlatformName, readonly string[]>>> = {
  mastodon: ["GET /api/v1/accounts/:id/statuses"],
  twitter: ["GET /2/users/:id/tweets"],
  facebook: ["GET /:version/:id/published_posts"],
  instagram: ["GET /:version/:id", "GET /:version/:id/media"],
  threads: ["GET /v1.0/:id", "GET /v1.0/:id/threads"],
  bluesky: ["GET /xrpc/com.atproto.repo.getRecord"],
};

test.each(
  platformNames,
)("%s: an answer that comes after the share was given up as not confirmed makes it posted, with its link", async (platform) => {
  const { a, b } = workers;
  const share = await workers.share(ana, await workers.connect(ana, platform));
  const answered = a.hold("after call", publishingCalls[platform]);
  const delivered = deliver(a.runtime, share.id);
  await answered.reached;
  for (const endpoint of lists[platform] ?? [])
    await orderFault(workers.emulator[platform], endpoint, { kind: "status", status: 403 }, 100);
  // LinkedIn shows nothing, and gets the request again instead.
  await orderFault(
    workers.emulator.linkedin,
    publishingCalls.linkedin,
    { kind: "drop", when: "before" },
    100,
  );
  await workers.endLeases();
  expect((await workers.carryOn(b, share.id)).status).toBe("unconfirmed");

  answered.open();
  await delivered;
  const [id] = workers.posts(platform, share);
  const told = await workers.read(share.id);
  expect(told).toMatchObject({ status: "posted", errorCode: null, leaseId: null });
  expect(told.platformPostUrl).toMatch(/^http/);
  expect(id).toBeDefined();
  expect(workers.posts(platform, share)).toHaveLength(1);
  expect((await workers.attempts(share.id)).at(-1)).toBe("share: posted");
});

test("an answer that comes while another worker looks ends the looking", async () => {
  const { a, b } = workers;
  const share = await workers.share(ana, await workers.connect(ana, "twitter"));
  const answered = a.hold("after call", publishingCalls.twitter);
  const delivered = deliver(a.runtime, share.id);
  await answered.reached;
  await workers.endLeases();
  const looked = b.hold("before call", "GET /2/users/:id/tweets");
  const looking = deliver(b.runtime, share.id);
  await looked.reached;
  answered.open();
  await delivered;
  expect(await workers.read(share.id)).toMatchObject({ status: "posted", leaseId: null });
  looked.open();
  await looking;
  expect((await workers.read(share.id)).status).toBe("posted");
  expect(await workers.attempts(share.id)).toEqual(["share: posted", "reconcile: posted"]);
});

test.each(
  platformNames,
)("%s: a worker that stood still behind its fence sends nothing when it goes on", async (platform) => {
  const { a, b } = workers;
  const share = await workers.share(ana, await workers.connect(ana, platform));
  const asked = a.hold("before call", publishingCalls[platform]);
  const delivered = deliver(a.runtime, share.id);
  await asked.reached;
  await workers.endLeases();
  const before = await workers.carryOn(b, share.id);
  a.freeze(LEASE_SECONDS);
  asked.open();
  await delivered;
  expect(workers.posts(platform, share)).toHaveLength(1);
  const after = await workers.read(share.id);
  expect(after).toEqual(before);
  expect(await workers.attempts(share.id)).toContain("share: queued, stood-still");
});

test.each(
  platformNames,
)("%s: nor does it when others shared something else with this account meanwhile", async (platform) => {
  const { a, b } = workers;
  const connection = await workers.connect(ana, platform);
  const share = await workers.share(ana, connection);
  const asked = a.hold("before call", publishingCalls[platform]);
  const delivered = deliver(a.runtime, share.id);
  await asked.reached;
  await workers.endLeases();
  const { status } = await workers.carryOn(b, share.id);
  const other = await workers.share(ana, connection);
  expect((await workers.carryOn(b, other.id)).status).toBe("posted");
  a.freeze(4 * HOUR_SECONDS);
  letTimePass(workers.emulator, 4 * HOUR_SECONDS * 1_000);
  asked.open();
  await delivered;
  expect(workers.posts(platform, share)).toHaveLength(1);
  expect((await workers.read(share.id)).status).toBe(status);
});

test("a fence that took more than half a lease to return lets nothing out, and the share goes out later", async () => {
  const { a, b } = workers;
  const share = await workers.share(ana, await workers.connect(ana, "mastodon"));
  const fence = a.hold("after statement", FENCE);
  const delivered = deliver(a.runtime, share.id);
  await fence.reached;
  a.freeze(LEASE_SECONDS / 2 + 1);
  fence.open();
  await delivered;
  expect(workers.posts("mastodon", share)).toEqual([]);
  // Nobody took it over: it is certain that nothing was sent.
  expect(await workers.read(share.id)).toMatchObject({
    status: "queued",
    firstSentAt: null,
    sends: 0,
    leaseId: null,
    errorCode: "stood-still",
  });
  expect((await workers.carryOn(b, share.id)).status).toBe("posted");
  expect(workers.posts("mastodon", share)).toHaveLength(1);
});

test("a second post is told with its link, stays in the record, and is mailed to whom trouble is mailed", async () => {
  const { a, b } = workers;
  await a.runtime.database.update(users).set({ mailNotices: "problems" });
  const share = await workers.share(ana, await workers.connect(ana, "mastodon"));
  // No check of a clock is later than that, and after some hours a server no longer knows our key.
  const asked = a.hold("behind all", publishingCalls.mastodon);
  const delivered = deliver(a.runtime, share.id);
  await asked.reached;
  await workers.endLeases();
  expect((await workers.carryOn(b, share.id)).status).toBe("posted");
  letTimePass(workers.emulator, 4 * HOUR_SECONDS * 1_000);
  asked.open();
  await delivered;
  const told = await workers.read(share.id);
  const [first, second] = workers.posts("mastodon", share);
  expect([told.status, told.platformPostId, told.errorCode]).toEqual(["posted", first, "posted-twice"]);
  expect(told.errorMessage).toMatch(
    /^It was posted a second time: http\S+ Delete the post that you do not want\.$/,
  );
  expect(told.errorMessage).toContain(second);
  expect(told.tellAt).not.toBeNull();
  expect((await workers.attempts(share.id)).at(-1)).toBe("share: posted, posted-twice");
});

test("what a worker learns of a share that is gone with its person hurts nobody", async () => {
  const { a } = workers;
  const share = await workers.share(ana, await workers.connect(ana, "mastodon"));
  const answered = a.hold("after call", publishingCalls.mastodon);
  const delivered = deliver(a.runtime, share.id);
  await answered.reached;
  await a.runtime.database.delete(users).where(eq(users.id, ana.id));
  answered.open();
  await delivered;
  expect(await a.runtime.database.select().from(socialShares)).toEqual([]);
});

test("a refusal that is told late says nothing of what was sent anew since, by the person’s word", async () => {
  const { a, b } = workers;
  const connection = await workers.connect(ana, "twitter");
  const share = await workers.share(ana, connection);
  await orderFault(workers.emulator.twitter, publishingCalls.twitter, { kind: "status", status: 403 });
  // It knows that the network refused, and pauses before it says so.
  const refused = a.hold("before statement", /insert into "share_attempts"/);
  const delivered = deliver(a.runtime, share.id);
  await refused.reached;
  await disconnect(b.runtime, ana, connection.id);
  await workers.connect(ana, "twitter");
  expect(await shareAnew(b.runtime, ana, share.id)).toMatchObject({ outcome: "resolved" });
  const sent = b.hold("before statement", /insert into "share_attempts"/);
  const deliveredAnew = deliver(b.runtime, share.id);
  await sent.reached;
  expect(workers.posts("twitter", share)).toHaveLength(1);
  await disconnect(a.runtime, ana, connection.id);
  refused.open();
  await delivered;
  expect(await workers.read(share.id)).toMatchObject({ status: "unconfirmed", withdrawn: true });
  sent.open();
  await deliveredAnew;
  expect(await workers.read(share.id)).toMatchObject({ status: "posted" });
});

test("a refusal that is told late says nothing of an earlier send of the share that is still in doubt", async () => {
  const { a, b } = workers;
  const connection = await workers.connect(ana, "twitter");
  const share = await workers.share(ana, connection);
  await orderFault(workers.emulator.twitter, publishingCalls.twitter, { kind: "drop", when: "before" });
  await deliver(a.runtime, share.id);
  expect(await workers.read(share.id)).toMatchObject({ status: "sending", sends: 1 });
  await orderFault(workers.emulator.twitter, publishingCalls.twitter, { kind: "status", status: 403 });
  const refused = a.hold("after call", publishingCalls.twitter);
  const going = workers.carryOn(a, share.id);
  await refused.reached;
  await disconnect(b.runtime, ana, connection.id);
  refused.open();
  await going;
  const told = await workers.read(share.id);
  expect(told).toMatchObject({ status: "unconfirmed", errorCode: "disconnected", withdrawn: true });
  expect(told.firstSentAt).not.toBeNull();
});
