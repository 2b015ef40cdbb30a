import { eq } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { Connection } from "../../src/connections/connection.ts";
import { shareAttempts } from "../../src/database/schema.ts";
import { deleteShare } from "../../src/sharing/delete.ts";
import { listShares } from "../../src/sharing/history.ts";
import { submitShares } from "../../src/sharing/submit.ts";
import { addPerson, connectAccount } from "../harness/accounts.ts";
import { startTestService, type TestService } from "../harness/service.ts";
import { draftFor, orderFault, postsOn, shareTo } from "../harness/shares.ts";
import { telling } from "../harness/told.ts";

const DELETION = "DELETE /2/tweets/:id";

let service: TestService;
let person: { id: string };
let connection: Connection;

beforeAll(async () => {
  service = await startTestService();
  person = await addPerson(service.runtime);
  connection = await connectAccount(service.runtime, person, { platform: "twitter" });
});
afterAll(() => service.stop());

let id: string;
let draft: ReturnType<typeof draftFor>;

beforeEach(async () => {
  draft = draftFor([connection]);
  const [share] = await shareTo(service.runtime, person, draft);
  id = share?.id ?? "";
});

async function shown() {
  const { shares } = await listShares(service.runtime, person);
  return shares.find((share) => share.id === id);
}

async function isGone(): Promise<boolean | undefined> {
  return (await postsOn(service.emulator.twitter)).find(({ text }) => text.includes(draft.page.url))?.deleted;
}

test("a post is deleted at its network, stays in the history as deleted, and deleting it again changes nothing", async () => {
  expect((await shown())?.deletion).toEqual({ state: "possible" });
  expect(await deleteShare(service.runtime, person, id)).toMatchObject({ outcome: "deleted" });
  expect(await isGone()).toBe(true);
  expect(await shown()).toMatchObject({ status: "posted", deletion: { state: "deleted" } });
  expect(await deleteShare(service.runtime, person, id)).toMatchObject({ outcome: "deleted" });
});

test("after that the page is shared again without asking", async () => {
  const again = { ...draftFor([connection]), page: draft.page, message: "Once more" };
  expect(await submitShares(service.runtime, person, again)).toMatchObject({ outcome: "ask" });
  await deleteShare(service.runtime, person, id);
  expect(await submitShares(service.runtime, person, again)).toMatchObject({ outcome: "submitted" });
});

test("nobody deletes what somebody else shared", async () => {
  const ben = await addPerson(service.runtime, "Ben");
  expect(await deleteShare(service.runtime, ben, id)).toEqual({ outcome: "not-found" });
  expect(await isGone()).toBe(false);
});

test.each([
  ["has a problem", { kind: "status", status: 503, html: "<h1>503</h1>" }],
  ["breaks the connection", { kind: "drop", when: "before" }],
  ["limits us", { kind: "rate-limit", headers: true }],
])("a network that %s leaves the post as it is, says so, and can be asked again", async (_, fault) => {
  await orderFault(service.emulator.twitter, DELETION, fault);
  expect(await deleteShare(service.runtime, person, id)).toMatchObject({
    outcome: "refused",
    problem: telling(/^The post was not deleted: .*Try again/),
  });
  expect(await shown()).toMatchObject({ deletion: { state: "possible" } });
  expect(await deleteShare(service.runtime, person, id)).toMatchObject({ outcome: "deleted" });
  expect(await isGone()).toBe(true);
});

test("every try is written down with what the network said", async () => {
  await orderFault(service.emulator.twitter, DELETION, { kind: "status", status: 503 });
  await deleteShare(service.runtime, person, id);
  await deleteShare(service.runtime, person, id);
  const rows = await service.runtime.database
    .select()
    .from(shareAttempts)
    .where(eq(shareAttempts.shareId, id))
    .orderBy(shareAttempts.startedAt);
  expect(rows.map(({ action, result }) => `${action} ${result}`)).toEqual([
    "share posted",
    "delete transient",
    "delete deleted",
  ]);
});
