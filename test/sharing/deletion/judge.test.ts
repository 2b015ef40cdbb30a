/** What each answer of a network means for a deletion, on a network that answers as it is told. */
import { eq } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { Connection } from "../../../src/connections/connection.ts";
import { shareDeletions, socialShares, users } from "../../../src/database/schema.ts";
import { PlatformError, type PlatformErrorKind } from "../../../src/platforms/platform.ts";
import { deleteShare, stopDeleting } from "../../../src/sharing/deletion/delete.ts";
import { continueDeletion } from "../../../src/sharing/deletion/deletion.ts";
import { inEnglish, say } from "../../../src/words/words.ts";
import { type Answers, whereNetwork } from "../../harness/networks/answering.ts";
import { addPerson } from "../../harness/people/accounts.ts";
import { startTwoWorkers, type TwoWorkers } from "../../harness/services/two-workers.ts";

const SECOND_MS = 1_000;
const HOUR_MS = 3_600 * SECOND_MS;
/** How long a post may take to show. */
const SHOWS_AFTER_SECONDS = 300;

let workers: TwoWorkers;
let ana: { id: string };
let x: Connection;

beforeAll(async () => {
  workers = await startTwoWorkers();
});
afterAll(() => workers.stop());
beforeEach(async () => {
  await workers.reset();
  const { runtime } = workers.a;
  ana = await addPerson(runtime);
  await runtime.database.update(users).set({ mailNotices: "problems" }).where(eq(users.id, ana.id));
  x = await workers.connect(ana, "twitter");
});

type Details = Partial<ConstructorParameters<typeof PlatformError>[1]>;
const refusal = (kind: PlatformErrorKind, details: Details = {}) =>
  new PlatformError(kind, { code: `${kind}-code`, message: say("Not now."), ...details });
const throwing = (error: Error) => async () => await Promise.reject(error);

/** @returns the id of a share that was posted that long ago */
async function posted(ago = HOUR_MS, platformPostId: string | null = "77"): Promise<string> {
  const { id } = await workers.share(ana, x);
  const at = new Date(Date.now() - ago);
  const post = { platformPostId, platformPostUrl: "https://x.com/ana/status/77" };
  await workers.a.runtime.database
    .update(socialShares)
    .set({ status: "posted", ...post, postedAt: at, firstSentAt: at, sentAt: at, sends: 1, tellAt: at })
    .where(eq(socialShares.id, id));
  return id;
}

const ask = async (id: string) => await deleteShare(workers.a.runtime, ana, id);

/** One try, now. */
async function tryTo(answers: Answers, id: string) {
  const { database, config } = workers.a.runtime;
  const isIts = eq(shareDeletions.shareId, id);
  await database.update(shareDeletions).set({ nextAttemptAt: null }).where(isIts);
  const runtime = { ...workers.a.runtime, config: { ...config, settleSeconds: SHOWS_AFTER_SECONDS } };
  await continueDeletion(whereNetwork("twitter", runtime, answers), id);
  return await deletionOf(id);
}

async function deletionOf(id: string) {
  const { database } = workers.a.runtime;
  const [row] = await database.select().from(shareDeletions).where(eq(shareDeletions.shareId, id));
  return row;
}

/** In seconds from now. */
const waitOf = (row: { nextAttemptAt: Date | null } | undefined) =>
  row?.nextAttemptAt ? (row.nextAttemptAt.getTime() - Date.now()) / SECOND_MS : undefined;

test("what fails for now is tried five times more, after longer and longer waits, and then told", async () => {
  const id = await posted();
  expect(await ask(id)).toMatchObject({ outcome: "deleting" });
  expect((await workers.read(id)).tellAt).toBeNull();
  const answers = { deletePost: throwing(refusal("transient")), findPost: async () => "there" as const };
  for (const [tries, least] of [2, 10, 60, 300, 900].entries()) {
    const row = await tryTo(answers, id);
    expect(row).toMatchObject({ state: "deleting", tries: tries + 1, isDoubtful: true, leaseId: null });
    expect(waitOf(row)).toBeGreaterThan(least - 5);
    expect(waitOf(row)).toBeLessThanOrEqual(least * 1.5);
    // Nobody is mailed before it is over.
    expect((await workers.read(id)).tellAt).toBeNull();
  }
  expect(await tryTo(answers, id)).toMatchObject({ state: "failed", isDoubtful: false, nextAttemptAt: null });
  expect((await workers.read(id)).tellAt).not.toBeNull();
  expect((await workers.attempts(id)).at(-1)).toBe("delete: failed, transient-code");
});

test.each([
  ["gone", HOUR_MS, undefined, "delete: gone"],
  ["there", HOUR_MS, { state: "failed", isDoubtful: false }, "delete: failed, rejected-code"],
  ["unknown", HOUR_MS, { state: "unclear", isDoubtful: true }, "delete: unclear, rejected-code"],
  // A post this new may not show yet.
  ["gone", 0, { state: "unclear", isDoubtful: true }, "delete: unclear, rejected-code"],
] as const)("after an answer was lost, a refusal leads to a look: %s, %i ms after the post", async (presence, ago, means, attempt) => {
  const id = await posted(ago);
  await ask(id);
  await tryTo({ deletePost: throwing(refusal("ambiguous")) }, id);
  const answers = { deletePost: throwing(refusal("rejected")), findPost: async () => presence };
  const row = await tryTo(answers, id);
  if (means === undefined) expect(row).toBeUndefined();
  else expect(row).toMatchObject(means);
  expect((await workers.attempts(id)).at(-1)).toBe(attempt);
  expect((await workers.read(id)).deletedAt !== null).toBe(means === undefined);
});

test.each([
  "declined",
  "rejected",
  "duplicate",
] as const)("%s without a doubt ends it: the post is there", async (kind) => {
  const id = await posted();
  await ask(id);
  const row = await tryTo({ deletePost: throwing(refusal(kind, { status: 403 })) }, id);
  expect(row).toMatchObject({ state: "failed", errorCode: `${kind}-code` });
  expect(row?.errorMessage).toBe("The post was not deleted. Not now.");
  expect((await workers.read(id)).deletedAt).toBeNull();
});

test("a look that fails, too, leaves it open", async () => {
  const id = await posted();
  await ask(id);
  await tryTo({ deletePost: throwing(refusal("ambiguous")) }, id);
  const answers = { deletePost: throwing(refusal("rejected")), findPost: throwing(refusal("transient")) };
  expect(await tryTo(answers, id)).toMatchObject({ state: "unclear" });
});

test("a limit without a time is waited for a minute and costs no try, and a mistake of ours leaves a doubt", async () => {
  const id = await posted();
  await ask(id);
  const limited = await tryTo({ deletePost: throwing(refusal("rate-limited")) }, id);
  expect(limited).toMatchObject({ state: "deleting", tries: 0, isDoubtful: false });
  expect(waitOf(limited)).toBeGreaterThan(55);
  expect(waitOf(limited)).toBeLessThanOrEqual(65);
  const failed = await tryTo({ deletePost: throwing(new TypeError("undefined is not a function")) }, id);
  expect(failed).toMatchObject({ state: "deleting", tries: 1, isDoubtful: true, errorCode: "unexpected" });
});

test("a deletion is asked for once, and again once it has ended", async () => {
  const id = await posted();
  const deletes: string[] = [];
  const deletePost = async (_account: unknown, _tokens: unknown, postId: string) => void deletes.push(postId);
  await ask(id);
  await tryTo({ deletePost: throwing(refusal("ambiguous")) }, id);
  expect(await ask(id)).toMatchObject({ outcome: "deleting" });
  expect(await deletionOf(id)).toMatchObject({ tries: 1 });
  const lost = { deletePost: throwing(refusal("rejected")), findPost: async () => "unknown" as const };
  expect(await tryTo(lost, id)).toMatchObject({ state: "unclear" });
  expect(await ask(id)).toMatchObject({ outcome: "deleting" });
  // The post may be gone already.
  expect(await deletionOf(id)).toMatchObject({
    state: "deleting",
    tries: 0,
    isDoubtful: true,
    errorCode: null,
  });
  expect(await tryTo({ deletePost }, id)).toBeUndefined();
  expect(deletes).toEqual(["77"]);
  expect(await ask(id)).toMatchObject({ outcome: "deleted" });
});

test("where its network is no longer set up a deletion goes on for a while, and what cannot be repeated is not", async () => {
  const id = await posted();
  await ask(id);
  const { database } = workers.a.runtime;
  // For an hour it is left to the other process, which has the network.
  const askedAt = new Date(Date.now() - 2 * HOUR_MS);
  await database.update(shareDeletions).set({ askedAt }).where(eq(shareDeletions.shareId, id));
  await continueDeletion(whereNetwork("twitter", workers.a.runtime, undefined), id);
  expect(await deletionOf(id)).toMatchObject({ state: "deleting", tries: 1, errorCode: "not-set-up" });

  const lost = { deletePost: throwing(refusal("rejected")), findPost: async () => "unknown" as const };
  await tryTo({ deletePost: throwing(refusal("ambiguous")) }, id);
  expect(await tryTo(lost, id)).toMatchObject({ state: "unclear" });
  const without = whereNetwork("twitter", workers.a.runtime, undefined);
  expect(await deleteShare(without, ana, id)).toMatchObject({ outcome: "refused" });
  expect(await deletionOf(id)).toMatchObject({ state: "unclear" });
});

test("without a post there is nothing to delete", async () => {
  const id = await posted(HOUR_MS, null);
  const refused = await ask(id);
  expect("problem" in refused && inEnglish(refused.problem)).toBe("There is no post to delete.");
  expect(await deletionOf(id)).toBeUndefined();
  expect(await deleteShare(workers.a.runtime, await addPerson(workers.a.runtime), id)).toEqual({
    outcome: "not-found",
  });
});

test("whoever stops waiting is told whether the network was asked", async () => {
  const stop = async (id: string) => await stopDeleting(workers.a.runtime, ana, id);
  const idle = await posted();
  expect(await stop(idle)).toMatchObject({ outcome: "not-under-way" });
  expect(await stopDeleting(workers.a.runtime, await addPerson(workers.a.runtime), idle)).toEqual({
    outcome: "not-found",
  });
  await ask(idle);
  expect(await stop(idle)).toMatchObject({ outcome: "stopped" });
  expect(await deletionOf(idle)).toBeUndefined();
  expect(await workers.attempts(idle)).toEqual(["delete: given-up"]);

  const asked = await posted();
  await ask(asked);
  await tryTo({ deletePost: throwing(refusal("ambiguous")) }, asked);
  expect(await stop(asked)).toMatchObject({ outcome: "unclear" });
  expect(await deletionOf(asked)).toMatchObject({
    ...{ state: "unclear", errorCode: "given-up", nextAttemptAt: null, isDoubtful: true },
  });
  expect(await stop(asked)).toMatchObject({ outcome: "not-under-way" });
});
