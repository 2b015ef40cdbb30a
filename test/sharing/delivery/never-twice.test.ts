/**
 * Servers of Mastodon's family that know no keys, are slow, or show only a part of their posts: one share is one post.
 */
import { eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { Connection } from "../../../src/connections/connection.ts";
import { socialShares } from "../../../src/database/schema.ts";
import { shareAnew } from "../../../src/sharing/acts/resolve.ts";
import { deleteShare } from "../../../src/sharing/deletion/delete.ts";
import { getShareRequest } from "../../../src/sharing/record/history.ts";
import { isSettled, type Share } from "../../../src/sharing/share.ts";
import { inEnglish } from "../../../src/words/words.ts";
import { control } from "../../harness/networks/networks.ts";
import { addPerson, connectAccount } from "../../harness/people/accounts.ts";
import {
  draftFor,
  orderFault,
  postsOn,
  submit,
  untilDeletionEnds,
  untilSettled,
} from "../../harness/people/shares.ts";
import { startTestService, type TestService } from "../../harness/services/service.ts";
import { lookNow, waitFor } from "../../harness/wait.ts";

const PUBLISH = "POST /api/v1/statuses";
const DAY_MS = 86_400_000;
const relatives = ["snac", "wordpress", "activities", "sharkey", "iceshrimp", "gotosocial"];

let service: TestService;
let person: { id: string };

beforeAll(async () => {
  // Each server is checked after the delays of its own rule.
  service = await startTestService({ SOCIAL_SETTLE_SECONDS: "" });
});
afterAll(() => service.stop());
beforeEach(async () => {
  await control(service.emulator.mastodon, "POST", "reset");
  await service.runtime.database.execute("delete from mastodon_apps");
  person = await addPerson(service.runtime);
});

const flip = (name: string, change: object) =>
  control(service.emulator.mastodon, "POST", "switches", { server: `${name}.localhost`, ...change });

async function connectTo(name: string): Promise<Connection> {
  const server = `${name}.localhost:${service.emulator.mastodon.port}`;
  await service.runtime.database.execute("update social_connections set revoked_at = now()");
  return await connectAccount(service.runtime, person, { platform: "mastodon", server });
}

/** An account that has posted before, days ago: a list that goes back that far can prove something. */
async function connectOld(name: string): Promise<Connection> {
  const connection = await connectTo(name);
  await settled(await submit(service.runtime, person, draftFor([connection], { message: "Long ago" })));
  const old = new Date(Date.now() - 2 * DAY_MS);
  for (const post of service.emulator.mastodon.world.memory.posts) post.createdAt = old.toISOString();
  await service.runtime.database.update(socialShares).set({ postedAt: old });
  return connection;
}

/** Posted, whatever it took: a busy machine drops connections, too. */
async function settled(requestId: string): Promise<void> {
  const share = await untilOver(requestId);
  expect([share.status, inEnglish(share.problem ?? "")]).toEqual(["posted", ""]);
}

/** For the share and for the server, at once. */
async function letPass(seconds: number): Promise<void> {
  await control(service.emulator.mastodon, "POST", "clock", { advanceSeconds: seconds });
  const span = sql`${seconds} * interval '1 second'`;
  await service.runtime.database
    .update(socialShares)
    .set({
      sentAt: sql`${socialShares.sentAt} - ${span}`,
      firstSentAt: sql`${socialShares.firstSentAt} - ${span}`,
      nextAttemptAt: sql`${socialShares.nextAttemptAt} - ${span}`,
    })
    .where(eq(socialShares.status, "sending"));
  lookNow(service.runtime);
}

/** It waits for its next look. */
async function untilWaiting(requestId: string): Promise<Share> {
  return await waitFor("the share to be looked for later", async () => {
    const [share] = (await getShareRequest(service.runtime, person, requestId))?.shares ?? [];
    if (share !== undefined && isSettled(share.status)) throw new Error(`It is ${share.status} already.`);
    return share?.status === "sending" && share.nextAttemptAt !== undefined ? share : undefined;
  });
}

/** All looks of one send, or of two, pass. @returns how it ended */
async function untilOver(requestId: string): Promise<Share> {
  let share: Share | undefined;
  return await waitFor("the share to be over", async () => {
    [share] = (await getShareRequest(service.runtime, person, requestId))?.shares ?? [];
    if (share !== undefined && isSettled(share.status)) return share;
    // Until a worker has seen that the next look is due, no more time passes.
    if (share?.status === "sending" && (share.nextAttemptAt ?? 0) > service.runtime.now()) await letPass(61);
    return undefined;
  });
}

const told = async (message: string) =>
  (await postsOn(service.emulator.mastodon)).filter(({ text }) => text.includes(message));
const rowOf = async ({ id }: Share) =>
  (await service.runtime.database.select().from(socialShares).where(eq(socialShares.id, id)))[0];

test.each(relatives)("%s posts 35 s later, after we gave up: one post, and it is found", async (name) => {
  const connection = await connectOld(name);
  await flip(name, { commitSeconds: 35 });
  const requestId = await submit(service.runtime, person, draftFor([connection], { message: "Slow" }));
  await untilWaiting(requestId);
  await letPass(6);
  await waitFor("the first look", async () => (await rowOf(await untilWaiting(requestId)))?.leaseId === null);
  expect(await told("Slow")).toHaveLength(0);
  await letPass(31);
  const share = await untilOver(requestId);
  expect(share.status).toBe("posted");
  expect(await told("Slow")).toHaveLength(1);
});

test.each(relatives)("%s: an answer that is lost leaves one post", async (name) => {
  const connection = await connectOld(name);
  await orderFault(service.emulator.mastodon, PUBLISH, { kind: "drop", when: "after" });
  const requestId = await submit(service.runtime, person, draftFor([connection], { message: "Lost" }));
  const waiting = await untilWaiting(requestId);
  expect(inEnglish(waiting.problem ?? "")).not.toBe("");
  const share = await untilOver(requestId);
  expect(["posted", "unconfirmed"]).toContain(share.status);
  expect(await told("Lost")).toHaveLength(1);
});

test("snac: what never arrived is looked for through five minutes, and then sent once more", async () => {
  const connection = await connectOld("snac");
  await orderFault(service.emulator.mastodon, PUBLISH, { kind: "drop", when: "before" });
  const requestId = await submit(service.runtime, person, draftFor([connection], { message: "Never came" }));
  await untilWaiting(requestId);
  await letPass(6);
  const waiting = await waitFor("the reason of the wait", async () => {
    const share = await untilWaiting(requestId);
    return inEnglish(share.problem ?? "").includes("for a few minutes") ? share : undefined;
  });
  expect(waiting.status).toBe("sending");
  expect(await told("Never came")).toHaveLength(0);
  expect(await untilOver(requestId)).toMatchObject({ status: "posted" });
  expect(await told("Never came")).toHaveLength(1);
});

test("snac: a list that lags behind is not believed before its time", async () => {
  const connection = await connectOld("snac");
  await flip("snac", { listLagSeconds: 200 });
  await orderFault(service.emulator.mastodon, PUBLISH, { kind: "drop", when: "after" });
  const requestId = await submit(service.runtime, person, draftFor([connection], { message: "Lags" }));
  expect(await untilOver(requestId)).toMatchObject({ status: "posted" });
  expect(await told("Lags")).toHaveLength(1);
});

test("iceshrimp: a burnt key ends with the person, whose “It is not there” takes another key, once", async () => {
  const connection = await connectOld("iceshrimp");
  // The key is taken, but there is no post.
  await flip("iceshrimp", { rateLimits: true });
  await orderFault(service.emulator.mastodon, PUBLISH, { kind: "drop", when: "before" });
  const requestId = await submit(service.runtime, person, draftFor([connection], { message: "Burnt" }));
  const waiting = await untilWaiting(requestId);
  service.emulator.mastodon.world.memory.idempotency[`ana@iceshrimp.localhost ${waiting.id}`] = {
    ...{ statusId: "", at: Date.now() },
  };
  const share = await untilOver(requestId);
  expect(share.status).toBe("unconfirmed");
  expect(await told("Burnt")).toHaveLength(0);
  const [first, second] = await Promise.all([
    shareAnew(service.runtime, person, share.id),
    shareAnew(service.runtime, person, share.id),
  ]);
  expect([first.outcome, second.outcome].toSorted()).toEqual(["refused", "resolved"]);
  const [posted] = await untilSettled(service.runtime, person, requestId);
  expect(posted?.status).toBe("posted");
  const posts = service.emulator.mastodon.world.memory.posts.filter(({ text }) => text.includes("Burnt"));
  expect(posts).toHaveLength(1);
  expect(posts[0]?.idempotencyKey).not.toBe(share.id);
  expect((await rowOf(share))?.remembered).toMatchObject({ idempotencyKey: posts[0]?.idempotencyKey });
});

test("Mastodon: after “It is not there” a server that kept the key posts all the same", async () => {
  const connection = await connectTo("mastodon");
  await orderFault(service.emulator.mastodon, PUBLISH, { kind: "drop", when: "after" });
  const list = { kind: "status", status: 404, body: { error: "Record not found" } };
  await orderFault(service.emulator.mastodon, "GET /api/v1/accounts/:id/statuses", list, 20);
  const requestId = await submit(service.runtime, person, draftFor([connection], { message: "Hidden" }));
  const share = await untilOver(requestId);
  expect(share.status).toBe("unconfirmed");
  // They deleted what they found there, and want it posted again.
  for (const post of service.emulator.mastodon.world.memory.posts) post.deletedAt = new Date().toISOString();
  await shareAnew(service.runtime, person, share.id);
  expect(await untilSettled(service.runtime, person, requestId)).toMatchObject([{ status: "posted" }]);
  expect((await told("Hidden")).filter(({ deleted }) => !deleted)).toHaveLength(1);
});

test("snac: what was sent twice is not told to be gone altogether once one of it is deleted", async () => {
  const connection = await connectOld("snac");
  await orderFault(service.emulator.mastodon, PUBLISH, { kind: "drop", when: "before" });
  const requestId = await submit(service.runtime, person, draftFor([connection], { message: "Sent twice" }));
  const share = await untilOver(requestId);
  expect(share.status).toBe("posted");
  await deleteShare(service.runtime, person, share.id);
  const over = await untilDeletionEnds(service.runtime, person, share.id);
  expect(over.deletion).toMatchObject({ state: "deleted", mayHaveTwin: true });
});

test.each(
  relatives,
)("%s: on an account without any post, which proves nothing, a slow answer leaves one post", async (name) => {
  const connection = await connectTo(name);
  await flip(name, { commitSeconds: 35 });
  const requestId = await submit(service.runtime, person, draftFor([connection], { message: "First" }));
  await untilWaiting(requestId);
  const share = await untilOver(requestId);
  expect(share.status).toBe("posted");
  expect(await told("First")).toHaveLength(1);
});
