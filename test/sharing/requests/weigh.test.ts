/** Which of the chosen accounts a page is shared to, and what a person is told of the others. */
import { eq } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Connection } from "../../../src/connections/connection.ts";
import { auditEvents, socialConnections, socialShares } from "../../../src/database/schema.ts";
import { shareNow } from "../../../src/sharing/acts/cancel.ts";
import { getShareRequest } from "../../../src/sharing/record/history.ts";
import { changeScheduled, versionOf } from "../../../src/sharing/requests/change.ts";
import { listCountKeys } from "../../../src/sharing/requests/compose.ts";
import { findEarlierShares } from "../../../src/sharing/requests/earlier.ts";
import { findLastChoice, findLastRequest } from "../../../src/sharing/requests/last-choice.ts";
import { findOwnWords, findScheduled } from "../../../src/sharing/requests/scheduled.ts";
import { type ShareDraft, submitShares } from "../../../src/sharing/requests/submit.ts";
import { isUntouched } from "../../../src/sharing/requests/untouched.ts";
import { isChoosable } from "../../../src/sharing/requests/usable.ts";
import { inEnglish } from "../../../src/words/words.ts";
import { addPerson, connectAccount } from "../../harness/people/accounts.ts";
import { draftFor, submit } from "../../harness/people/shares.ts";
import { startTestService, type TestService } from "../../harness/services/service.ts";

const DAY_MS = 86_400_000;

let service: TestService;
let person: { id: string };
let x: Connection;
let instagram: Connection;
let ana: Connection;
let ben: Connection;

beforeAll(async () => {
  service = await startTestService();
  person = await addPerson(service.runtime);
  const server = `mastodon.localhost:${service.emulator.mastodon.port}`;
  x = await connectAccount(service.runtime, person, { platform: "twitter" });
  instagram = await connectAccount(service.runtime, person, { platform: "instagram" });
  ana = await connectAccount(service.runtime, person, { platform: "mastodon", server });
  ben = await connectAccount(service.runtime, person, { platform: "mastodon", server, account: "ben" });
});
afterAll(() => service.stop());

/** Nothing of it goes out while the test looks. */
const tomorrow = () => new Date(service.runtime.now().getTime() + DAY_MS);
const draft = (connections: readonly Connection[], changes: Partial<ShareDraft> = {}) =>
  draftFor(connections, { at: tomorrow(), ...changes });

async function accountsOf(requestId: string): Promise<string[]> {
  const request = await getShareRequest(service.runtime, person, requestId);
  return (request?.shares ?? []).map(({ connection }) => connection.id).toSorted();
}

const idsOf = (...connections: readonly Connection[]) => connections.map(({ id }) => id).toSorted();

async function problemsOf(wanted: ShareDraft): Promise<[string | undefined, string][]> {
  const outcome = await submitShares(service.runtime, person, wanted);
  if (outcome.outcome !== "refused") throw new Error(JSON.stringify(outcome));
  return outcome.problems.map(({ connectionId, problem }) => [connectionId, inEnglish(problem)]);
}

test("accounts that got the page before are left out or get it again, as the person says", async () => {
  const first = draft([x]);
  await submit(service.runtime, person, first);
  const { page } = first;
  const rest = draft([x, ana], { page, earlier: "leave-out" });
  expect(await accountsOf(await submit(service.runtime, person, rest))).toEqual(idsOf(ana));
  const nobody = draft([x, ana], { page, earlier: "leave-out" });
  expect(await problemsOf(nobody)).toEqual([
    [undefined, "You have already shared this page to all of these accounts."],
  ]);
  const all = draft([x, ana], { page, earlier: "repeat" });
  expect(await accountsOf(await submit(service.runtime, person, all))).toEqual(idsOf(x, ana));
  const one = draft([x, ana], { page, repeat: [x.id] });
  expect((await submitShares(service.runtime, person, one)).outcome).toBe("ask");
});

test("an account that must be reconnected is named, and only that one", async () => {
  const set = (status: "active" | "reconnect") =>
    service.runtime.database.update(socialConnections).set({ status }).where(eq(socialConnections.id, x.id));
  await set("reconnect");
  const problems = await problemsOf(draft([x, ana]));
  await set("active");
  expect(problems).toEqual([[x.id, "X no longer lets us post as @ana: reconnect the account first."]]);
});

test("a network that needs a picture is named where the page has none, and is left out of a whole selection", async () => {
  expect(await problemsOf(draft([instagram, ana]))).toEqual([
    [
      instagram.id,
      expect.stringMatching(/^Instagram only accepts posts with a picture\. Add one, or leave \S+ out\.$/),
    ],
  ]);
  const everywhere = { ...draft([]), searches: [{}] };
  expect(await accountsOf(await submit(service.runtime, person, everywhere))).toEqual(idsOf(x, ana, ben));
  const image = "https://blog.example.com/a.jpg";
  const pictured = { ...draft([]), searches: [{}] };
  const withPicture = { ...pictured, page: { ...pictured.page, image } };
  expect(await accountsOf(await submit(service.runtime, person, withPicture))).toEqual(
    idsOf(x, instagram, ana, ben),
  );
});

test("an account that is gone is told of, beside others that are there", async () => {
  const stranger = await addPerson(service.runtime);
  const server = `social.localhost:${service.emulator.mastodon.port}`;
  const theirs = await connectAccount(service.runtime, stranger, { platform: "mastodon", server });
  const problem = "You can no longer share to one of the accounts. Check your selection and share again.";
  expect(await problemsOf(draft([ana, theirs]))).toEqual([[undefined, problem]]);
});

test("a selection that finds no account is none", async () => {
  const nothing = { ...draft([]), searches: [{ words: "nobody-is-called-so" }] };
  const choose = [[undefined, "Choose at least one account to share to."]];
  expect(await problemsOf(nothing)).toEqual(choose);
  expect(await problemsOf(draft([]))).toEqual(choose);
});

test("what was asked for is in the person’s log", async () => {
  const id = await submit(service.runtime, person, draft([x]));
  const events = await service.runtime.database.select().from(auditEvents).where(eq(auditEvents.subject, id));
  expect(events.map(({ action, userId }) => [action, userId])).toEqual([["share.requested", person.id]]);
});

test("for thirty days the person is asked before the page goes to the same account again", async () => {
  const first = draft([x, ana]);
  const requestId = await submit(service.runtime, person, first);
  const { page, at } = first;
  const find = async (days: number, within?: readonly string[]) => {
    const now = () => new Date(service.runtime.now().getTime() + days * DAY_MS);
    return await findEarlierShares({ ...service.runtime, now }, person, page, within);
  };
  expect([...(await find(29)).keys()].toSorted()).toEqual(idsOf(x, ana));
  expect((await find(31)).size).toBe(0);
  expect([...(await find(0, [ana.id])).keys()]).toEqual([ana.id]);
  // A scheduled share counts from its moment, and any other that is not posted from when it was asked for.
  expect((await find(0)).get(x.id)?.sharedAt).toEqual(at);
  await service.runtime.database
    .update(socialShares)
    .set({ status: "unconfirmed", nextAttemptAt: null })
    .where(eq(socialShares.shareRequestId, requestId));
  const { sharedAt } = (await find(0)).get(x.id) ?? {};
  expect(sharedAt?.getTime()).toBeLessThan(Date.now() + DAY_MS / 2);
});

test("the accounts of the last request are offered again", async () => {
  const eva = await addPerson(service.runtime, "Eva");
  expect(await findLastRequest(service.runtime, eva)).toBeUndefined();
  const id = await submit(service.runtime, person, draft([x, ben]));
  expect(await findLastRequest(service.runtime, person)).toBe(id);
  expect((await findLastChoice(service.runtime, person)).toSorted()).toEqual(idsOf(x, ben));
});

test("a scheduled request is read back with its page, and with the texts of networks and accounts", async () => {
  const page = {
    ...draftFor([]).page,
    image: "https://blog.example.com/a.jpg",
    imageAlt: "A lighthouse in fog",
  };
  const wanted = draft([x, ana, ben], {
    page,
    networkMessages: { mastodon: "For Mastodon" },
    ownMessages: { [x.id]: "For X" },
  });
  const id = await submit(service.runtime, person, wanted);
  expect(await findScheduled(service.runtime, person, id)).toEqual({
    ...{ id, message: wanted.message, scheduledAt: wanted.at, isChangeable: true },
    page: { ...page, canonical: page.url },
  });
  const stranger = await addPerson(service.runtime);
  expect(await findScheduled(service.runtime, stranger, id)).toBeUndefined();
  expect(await findOwnWords(service.runtime, id)).toEqual({
    networkMessages: { mastodon: "For Mastodon" },
    ownMessages: { [x.id]: "For X" },
  });
});

test("a request of which one share went out is no longer changed", async () => {
  const wanted = draft([x, ana]);
  const id = await submit(service.runtime, person, wanted);
  const [share] = (await getShareRequest(service.runtime, person, id))?.shares ?? [];
  await shareNow(service.runtime, person, share?.id ?? "");
  const seen = await versionOf(service.runtime, id);
  const change = { message: "Changed", connectionIds: [x.id, ana.id], at: tomorrow(), seen };
  expect(await changeScheduled(service.runtime, person, id, change)).toEqual({ outcome: "too-late" });
});

test.each<[string, Partial<Record<string, number>>, number, boolean]>([
  ["all wait", { scheduled: 2 }, 0, true],
  ["the others are cancelled", { scheduled: 1, cancelled: 1 }, 0, true],
  ["all were missed", { trouble: 2 }, 2, true],
  ["one was missed and one waits", { scheduled: 1, trouble: 1 }, 1, true],
  ["none waits", { cancelled: 2 }, 0, false],
  ["one is posted", { scheduled: 1, posted: 1 }, 0, false],
  ["one failed", { scheduled: 1, trouble: 1 }, 0, false],
])("a request of which %s: it can be changed as a whole or not", (_which, some, overdue, is) => {
  const none = { trouble: 0, open: 0, scheduled: 0, posted: 0, deleted: 0, cancelled: 0 };
  expect(isUntouched({ total: 2, counts: { ...none, ...some }, overdue, undeleted: 0, calledOff: 0 })).toBe(
    is,
  );
});

test("an account can be chosen if its network takes the page and it works, or its share waits for that", () => {
  const broken: Connection = { ...x, status: "reconnect" };
  const is = (connection: Connection, platforms: Connection["platform"][], waiting: string[] = []) =>
    isChoosable(connection, { platforms, waiting });
  expect([is(x, ["twitter"]), is(x, ["mastodon"]), is(x, ["mastodon"], [x.id])]).toEqual([
    true,
    false,
    false,
  ]);
  expect([is(broken, ["twitter"]), is(broken, ["twitter"], [x.id])]).toEqual([false, true]);
});

test("a text is measured anew for accounts whose servers count differently", () => {
  expect(listCountKeys(service.runtime)).toContain("maxCharacters");
});

test("a page of this machine is kept from a server elsewhere, and goes to one on this machine", async () => {
  const page = { ...draft([ana]).page, url: "http://127.0.0.1:4101/a-post/" };
  const [row] = await service.runtime.database
    .select({ extraData: socialConnections.extraData })
    .from(socialConnections)
    .where(eq(socialConnections.id, ben.id));
  const write = (extraData: object) =>
    service.runtime.database
      .update(socialConnections)
      .set({ extraData: { ...row?.extraData, ...extraData } })
      .where(eq(socialConnections.id, ben.id));
  await write({ origin: "https://mastodon.example" });
  expect(await problemsOf(draft([ana, ben], { page }))).toEqual([
    [
      ben.id,
      expect.stringMatching(
        /^This page is on this machine alone, where nobody on Mastodon can open it\. Leave @ben/,
      ),
    ],
  ]);
  await write({});
  await submit(service.runtime, person, draft([ana, ben], { page }));
});
