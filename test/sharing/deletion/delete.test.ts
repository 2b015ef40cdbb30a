import { and, eq } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { Connection } from "../../../src/connections/connection.ts";
import { disconnect } from "../../../src/connections/disconnect.ts";
import { auditEvents, shareAttempts, shareDeletions, users } from "../../../src/database/schema.ts";
import { Barred } from "../../../src/people/acting.ts";
import { sendLetters } from "../../../src/people/mail/send-letters.ts";
import { block } from "../../../src/people/standing.ts";
import { deleteShare, stopDeleting } from "../../../src/sharing/deletion/delete.ts";
import { continueDeletion } from "../../../src/sharing/deletion/deletion.ts";
import { wakeDeletions } from "../../../src/sharing/deletion/wake.ts";
import { countAttention } from "../../../src/sharing/record/attention.ts";
import { findShare, listShares } from "../../../src/sharing/record/history.ts";
import { sendNotices } from "../../../src/sharing/record/notices.ts";
import { submitShares } from "../../../src/sharing/requests/submit.ts";
import { inEnglish } from "../../../src/words/words.ts";
import { control } from "../../harness/networks/networks.ts";
import { addPerson, connectAccount } from "../../harness/people/accounts.ts";
import {
  countCalls,
  draftFor,
  orderFault,
  postsOn,
  shareTo,
  untilDeletionEnds,
} from "../../harness/people/shares.ts";
import { startTestService, type TestService } from "../../harness/services/service.ts";
import { telling } from "../../harness/told.ts";
import { waitFor } from "../../harness/wait.ts";

const DELETION = "DELETE /2/tweets/:id";
const LOOK = "GET /2/tweets/:id";
const DAY_MS = 86_400_000;

let service: TestService;
let person: { id: string };
let connection: Connection;

beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service.stop());

let id: string;
let draft: ReturnType<typeof draftFor>;

beforeEach(async () => {
  await control(service.emulator.twitter, "DELETE", "faults");
  await service.runtime.database.delete(users);
  service.letters.splice(0);
  person = await addPerson(service.runtime);
  connection = await connectAccount(service.runtime, person, { platform: "twitter" });
  draft = draftFor([connection]);
  const [share] = await shareTo(service.runtime, person, draft);
  id = share?.id ?? "";
});

const ask = () => deleteShare(service.runtime, person, id);
const stop = () => stopDeleting(service.runtime, person, id);
const shown = () => findShare(service.runtime, person, id);
const over = () => untilDeletionEnds(service.runtime, person, id);
const later = (ms: number) => ({ ...service.runtime, now: () => new Date(Date.now() + ms) });
const unclear = { kind: "status", status: 503 };
const refusal = {
  kind: "status",
  status: 403,
  body: { title: "Forbidden", detail: "Not this.", type: "about:blank", status: 403 },
};

async function isGone(): Promise<boolean | undefined> {
  return (await postsOn(service.emulator.twitter)).find(({ text }) => text.includes(draft.page.url))?.deleted;
}

/** The attempts, in order. */
async function tries(): Promise<string[]> {
  const rows = await service.runtime.database
    .select()
    .from(shareAttempts)
    .where(eq(shareAttempts.shareId, id))
    .orderBy(shareAttempts.startedAt, shareAttempts.endedAt);
  return rows.map(({ action, result }) => `${action} ${result}`);
}

const untilTried = (what: string) =>
  waitFor(`"${what}"`, async () => ((await tries()).includes(what) ? true : undefined));

const deletedEvents = () =>
  service.runtime.database.$count(
    auditEvents,
    and(eq(auditEvents.subject, id), eq(auditEvents.action, "share.deleted")),
  );

test("a post is deleted at its network, stays in the history as deleted, and deleting it again changes nothing", async () => {
  expect((await shown())?.deletion).toEqual({ state: "possible" });
  expect(await ask()).toMatchObject({ outcome: "deleting" });
  expect(await over()).toMatchObject({ status: "posted", deletion: { state: "deleted" } });
  expect(await isGone()).toBe(true);
  expect(await ask()).toMatchObject({ outcome: "deleted" });
  expect(await tries()).toEqual(["share posted", "delete deleted"]);
});

test("after that the page is shared again without asking", async () => {
  const again = { ...draftFor([connection]), page: draft.page, message: "Once more" };
  expect(await submitShares(service.runtime, person, again)).toMatchObject({ outcome: "ask" });
  await ask();
  await over();
  expect(await submitShares(service.runtime, person, again)).toMatchObject({ outcome: "submitted" });
});

test("nobody deletes what somebody else shared, nor stops its deletion", async () => {
  const ben = await addPerson(service.runtime, "Ben");
  expect(await deleteShare(service.runtime, ben, id)).toEqual({ outcome: "not-found" });
  expect(await stopDeleting(service.runtime, ben, id)).toEqual({ outcome: "not-found" });
  expect(await isGone()).toBe(false);
});

test.each([
  ["has a problem", { kind: "status", status: 503, html: "<h1>503</h1>" }],
  ["breaks the connection", { kind: "drop", when: "before" }],
  ["limits us", { kind: "rate-limit", headers: true }],
])("a network that %s is asked again later, without the person", async (_, fault) => {
  await orderFault(service.emulator.twitter, DELETION, fault);
  await ask();
  await untilTried("delete waiting");
  expect((await shown())?.deletion).toMatchObject({ state: "deleting" });
  expect(await over()).toMatchObject({ deletion: { state: "deleted" } });
  expect(await isGone()).toBe(true);
  expect(await tries()).toEqual(["share posted", "delete waiting", "delete deleted"]);
});

test("a limit is waited for as long as the network says, and costs no try", async () => {
  await orderFault(service.emulator.twitter, DELETION, { kind: "rate-limit", headers: true });
  await ask();
  await untilTried("delete waiting");
  const [row] = await service.runtime.database.select().from(shareDeletions);
  expect(row).toMatchObject({ tries: 0, isDoubtful: false });
  const waitMs = (row?.nextAttemptAt?.getTime() ?? 0) - Date.now();
  expect(waitMs).toBeGreaterThan(60_000);
  expect(await wakeDeletions(later(waitMs - 30_000))).toBe(0);
  expect(await wakeDeletions(later(waitMs + 1_000))).toBe(1);
  expect(await over()).toMatchObject({ deletion: { state: "deleted" } });
});

test("what the network refuses for good is there, and the person is told and may ask again", async () => {
  await orderFault(service.emulator.twitter, DELETION, refusal);
  await ask();
  expect((await over()).deletion).toEqual({
    state: "failed",
    problem: telling(/^The post was not deleted\. ./),
    isRepeatable: true,
  });
  expect(await isGone()).toBe(false);
  expect((await countAttention(service.runtime, person)).shares).toBe(1);
  const trouble = await listShares(service.runtime, person, { filter: { outcome: "trouble" } });
  expect(trouble.shares.map((share) => share.id)).toEqual([id]);
  expect(await sendNotices({ ...later(120_000), config: service.config })).toBe(1);
  await sendLetters(later(120_000));
  expect(service.letters[0]?.text).toMatch(/: its post was not deleted\.\nThe post was not deleted\. /);
  expect(await sendNotices({ ...later(DAY_MS), config: service.config })).toBe(0);
  await ask();
  expect((await over()).deletion).toMatchObject({ state: "deleted" });
  expect((await countAttention(service.runtime, person)).shares).toBe(0);
});

test("when every answer is lost and the network shows that the post is gone, it is deleted", async () => {
  await orderFault(service.emulator.twitter, DELETION, { kind: "drop", when: "after" });
  await orderFault(service.emulator.twitter, DELETION, unclear, 20);
  await ask();
  expect(await over()).toMatchObject({ deletion: { state: "deleted" } });
  expect((await tries()).slice(-2)).toEqual(["delete waiting", "delete gone"]);
  expect(await deletedEvents()).toBe(1);
});

test("when every answer is lost and the network shows the post, it is told as not deleted", async () => {
  await orderFault(service.emulator.twitter, DELETION, unclear, 20);
  await ask();
  expect(await over()).toMatchObject({ deletion: { state: "failed", isRepeatable: true } });
  expect(await isGone()).toBe(false);
});

test("when every answer is lost and the network does not show its posts either, nobody can tell", async () => {
  await orderFault(service.emulator.twitter, DELETION, { kind: "drop", when: "after" });
  await orderFault(service.emulator.twitter, DELETION, unclear, 20);
  await orderFault(service.emulator.twitter, LOOK, unclear, 20);
  await ask();
  expect((await over()).deletion).toMatchObject({
    state: "unclear",
    problem: telling(/The post may still have been deleted/),
    isRepeatable: true,
  });
  expect(await sendNotices({ ...later(120_000), config: service.config })).toBe(1);
  await sendLetters(later(120_000));
  expect(service.letters[0]?.text).toContain("we cannot tell whether its post was deleted");
});

test("a refusal after an answer that was lost is no proof that the post is there", async () => {
  await orderFault(service.emulator.twitter, DELETION, { kind: "drop", when: "after" });
  await orderFault(service.emulator.twitter, DELETION, refusal);
  await ask();
  expect(await over()).toMatchObject({ deletion: { state: "deleted" } });
});

test("deletion: two clicks in two tabs and two processes are one deletion, one record and one event", async () => {
  const other = { ...service.runtime };
  const outcomes = await Promise.all([
    ...[ask(), ask(), deleteShare(other, person, id)],
    ...[ask(), deleteShare(other, person, id)],
  ]);
  expect(outcomes.map(({ outcome }) => outcome).filter((outcome) => !/^delet/.test(outcome))).toEqual([]);
  await over();
  // A superfluous job does nothing, whoever runs it.
  await Promise.all([continueDeletion(service.runtime, id), continueDeletion(other, id)]);
  expect(await tries()).toEqual(["share posted", "delete deleted"]);
  expect(await deletedEvents()).toBe(1);
  expect(await service.runtime.database.$count(shareDeletions)).toBe(0);
});

test("a dead grant is marked, and the deletion goes on by itself once the account is reconnected", async () => {
  await control(service.emulator.twitter, "POST", "withdrawals", { username: "ana" });
  await ask();
  await untilTried("delete reconnect");
  expect(await shown()).toMatchObject({
    connection: { status: "reconnect" },
    deletion: { state: "deleting", waitsForReconnect: true },
    remedy: "reconnect",
  });
  const asked = await countCalls(service.emulator.twitter, DELETION);
  expect(await wakeDeletions(later(DAY_MS))).toBe(0);
  expect(await countCalls(service.emulator.twitter, DELETION)).toBe(asked);
  await connectAccount(service.runtime, person, { platform: "twitter" });
  expect(await over()).toMatchObject({ deletion: { state: "deleted" } });
  expect(await isGone()).toBe(true);
});

test("an account that nobody reconnects for a month ends it: the post was not deleted", async () => {
  await control(service.emulator.twitter, "POST", "withdrawals", { username: "ana" });
  await ask();
  await untilTried("delete reconnect");
  await wakeDeletions(later(31 * DAY_MS));
  await continueDeletion(later(31 * DAY_MS), id);
  expect((await shown())?.deletion).toMatchObject({
    state: "failed",
    problem: telling(/^The post was not deleted\. .*Reconnect/),
  });
});

test("disconnecting the account ends a deletion that waits", async () => {
  await orderFault(service.emulator.twitter, DELETION, { kind: "drop", when: "before" });
  await ask();
  await untilTried("delete waiting");
  await disconnect(service.runtime, person, connection.id);
  const { deletion } = await over();
  expect(deletion).toEqual({
    state: "unclear",
    problem: telling(/^This account was disconnected\. The post may still have been deleted/),
    isRepeatable: false,
  });
  expect(await ask()).toMatchObject({ outcome: "refused" });
  expect(await isGone()).toBe(false);
});

test("who is blocked or gone asks for no deletion, and gives none up", async () => {
  const { database } = service.runtime;
  await database.update(users).set({ blockedAt: new Date() }).where(eq(users.id, person.id));
  await expect(deleteShare(service.runtime, person, id)).rejects.toThrow(Barred);
  await expect(stopDeleting(service.runtime, person, id)).rejects.toThrow(Barred);
  await database.delete(users).where(eq(users.id, person.id));
  await expect(deleteShare(service.runtime, person, id)).rejects.toThrow(Barred);
});

test("a person who is blocked meanwhile still gets the post deleted", async () => {
  await orderFault(service.emulator.twitter, DELETION, unclear);
  await ask();
  await untilTried("delete waiting");
  const operator = await addPerson(service.runtime, "Op");
  await service.runtime.database.update(users).set({ role: "operator" }).where(eq(users.id, operator.id));
  expect(
    await block(service.runtime, operator, { ipAddress: undefined, headers: new Headers() }, person.id),
  ).toBe("done");
  expect(await over()).toMatchObject({ deletion: { state: "deleted" } });
});

test("a person who leaves while it is in a worker's hands takes it along, and nothing breaks", async () => {
  await orderFault(service.emulator.twitter, DELETION, { kind: "delay", ms: 300 });
  await ask();
  await waitFor("a worker to have it", async () =>
    (await service.runtime.database.select().from(shareDeletions)).some(({ leaseId }) => leaseId !== null)
      ? true
      : undefined,
  );
  await service.runtime.database.delete(users).where(eq(users.id, person.id));
  await waitFor("the post to be gone", async () => ((await isGone()) ? true : undefined));
  expect(await service.runtime.database.$count(shareDeletions)).toBe(0);
  expect(service.log()).not.toContain("could not be worked on");
});

test("who gives up before the network was asked keeps the post", async () => {
  await orderFault(service.emulator.twitter, DELETION, { kind: "rate-limit", headers: true });
  await ask();
  await untilTried("delete waiting");
  expect(await stop()).toMatchObject({ outcome: "stopped" });
  expect((await shown())?.deletion).toEqual({ state: "possible" });
  expect(await wakeDeletions(later(DAY_MS))).toBe(0);
  expect(await isGone()).toBe(false);
  expect((await tries()).at(-1)).toBe("delete given-up");
  expect(await stop()).toMatchObject({ outcome: "not-under-way" });
});

test("who gives up after an unclear answer is told that the post may be gone, and may ask again", async () => {
  await orderFault(service.emulator.twitter, DELETION, { kind: "drop", when: "after" });
  await ask();
  await untilTried("delete waiting");
  expect(await stop()).toMatchObject({ outcome: "unclear" });
  const share = await shown();
  expect(share?.deletion).toMatchObject({ state: "unclear", isRepeatable: true });
  expect(share?.deletion.state === "unclear" && inEnglish(share.deletion.problem)).toMatch(
    /^You stopped waiting/,
  );
  await ask();
  expect(await over()).toMatchObject({ deletion: { state: "deleted" } });
});

test("what was done before its person gave up is told as done", async () => {
  await orderFault(service.emulator.twitter, DELETION, { kind: "delay", ms: 500 });
  await ask();
  await waitFor("a worker to have it", async () =>
    (await service.runtime.database.select().from(shareDeletions)).some(({ leaseId }) => leaseId !== null)
      ? true
      : undefined,
  );
  expect(await stop()).toMatchObject({ outcome: "unclear" });
  await waitFor("the late answer", async () =>
    (await shown())?.deletion.state === "deleted" ? true : undefined,
  );
  expect(await deletedEvents()).toBe(1);
});

test("every try is written down with what the network said", async () => {
  await orderFault(service.emulator.twitter, DELETION, { kind: "status", status: 503 });
  await ask();
  await over();
  expect(await tries()).toEqual(["share posted", "delete waiting", "delete deleted"]);
});
