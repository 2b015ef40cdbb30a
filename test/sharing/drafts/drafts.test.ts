/** What a person writes is kept, and no device's words are replaced by those of another that has not seen them. */
import { randomUUID } from "node:crypto";
import { eq } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { Connection } from "../../../src/connections/connection.ts";
import { socialDrafts, users } from "../../../src/database/schema.ts";
import { discardDraft, removeOldDrafts, restoreDraft } from "../../../src/sharing/drafts/discard-draft.ts";
import type { DraftStand } from "../../../src/sharing/drafts/draft.ts";
import { findDraft, findDraftsOf, listDrafts } from "../../../src/sharing/drafts/find-drafts.ts";
import { type DraftSave, keepDraft } from "../../../src/sharing/drafts/keep-draft.ts";
import { exportPerson } from "../../../src/sharing/record/export-person.ts";
import { addPerson, connectAccount } from "../../harness/people/accounts.ts";
import { draftFor, submit } from "../../harness/people/shares.ts";
import { startTestService, type TestService } from "../../harness/services/service.ts";

const DAY_MS = 86_400_000;
const url = "https://blog.example.com/sqlite";

let service: TestService;
let connection: Connection;
let owner: { id: string };
let person: { id: string };
let tick = 0;

beforeAll(async () => {
  service = await startTestService();
  owner = await addPerson(service.runtime);
  connection = await connectAccount(service.runtime, owner, { platform: "twitter" });
});
afterAll(() => service.stop());
beforeEach(async () => {
  person = await addPerson(service.runtime);
});

/** A new form, which saves under its own key. */
function openForm(changes: Partial<DraftSave> = {}) {
  const key = randomUUID();
  return { stand: { id: key, revision: 0, writer: key }, idempotencyKey: key, ...changes };
}

function writing(
  words: string,
  form: Partial<DraftSave> & { stand: DraftStand; idempotencyKey: string },
): DraftSave {
  tick += 1;
  return {
    writtenAt: tick,
    link: { url, title: "Why we moved", description: "", image: undefined },
    fields: [
      ["message", words],
      ["account", "a"],
      ["account", "b"],
      ["idempotency_key", form.idempotencyKey],
    ],
    ...form,
  };
}

async function keep(save: DraftSave): Promise<DraftStand> {
  const kept = await keepDraft(service.runtime, person, save);
  if (kept.outcome !== "kept") throw new Error(JSON.stringify(kept));
  return kept.stand;
}

async function words(): Promise<string[]> {
  const drafts = await listDrafts(service.runtime, person);
  return drafts.flatMap(({ fields }) =>
    fields.flatMap(([name, value]) => (name === "message" ? [value] : [])),
  );
}

test("a draft is found by any address of its page, as it was written, and by nobody else", async () => {
  const stand = await keep(writing("First words", openForm()));
  const [found] = await findDraftsOf(service.runtime, person, `${url}?utm_source=mail#top`);
  expect(found).toMatchObject({ id: stand.id, revision: 1, link: { url, title: "Why we moved" } });
  expect(found?.fields.filter(([name]) => name === "account")).toEqual([
    ["account", "a"],
    ["account", "b"],
  ]);
  expect(await findDraft(service.runtime, owner, stand.id)).toBeUndefined();
  expect(await listDrafts(service.runtime, owner)).toEqual([]);
});

test("a form that saves again replaces its own words, and an earlier save that arrives late replaces nothing", async () => {
  const form = openForm();
  const early = writing("First", form);
  const late = writing("First and second", form);
  await keep(late);
  await keep(early);
  expect(await words()).toEqual(["First and second"]);
});

test("the answer to a save got lost: the next one is the same form's, and is kept", async () => {
  const form = openForm();
  await keep(writing("First", form));
  await keep(writing("First and second", form));
  expect(await words()).toEqual(["First and second"]);
});

test("a draft that is continued elsewhere stays one, as long as only one device writes", async () => {
  const form = openForm();
  const first = await keep(writing("On the train", form));
  const phone = { ...first, writer: randomUUID() };
  const second = await keep(writing("On the train, and at home", { ...form, stand: phone }));
  expect(second).toEqual({ id: first.id, revision: 2, writer: phone.writer });
  expect(await words()).toEqual(["On the train, and at home"]);
});

test("two devices that wrote at once both keep their words, each in a draft that it goes on with", async () => {
  const form = openForm();
  const first = await keep(writing("Both know this", form));
  const phone = { ...form, stand: { ...first, writer: randomUUID() } };
  await keep(writing("Written on the phone", phone));
  const laptop = { ...form, stand: first };
  const apart = await keepDraft(service.runtime, person, writing("Written on the laptop", laptop));
  expect(apart).toEqual({
    outcome: "apart",
    stand: { id: expect.not.stringContaining(first.id), revision: 1, writer: first.writer },
  });
  expect((await words()).toSorted()).toEqual(["Written on the laptop", "Written on the phone"]);
});

test("the second device's later words go to its own draft, though it never heard the answer", async () => {
  const form = openForm();
  const first = await keep(writing("Both know this", form));
  const [phone, tablet] = [randomUUID(), randomUUID()].map((writer) => ({
    ...form,
    stand: { ...first, writer },
  }));
  if (phone === undefined || tablet === undefined) throw new Error("unreachable");
  await keep(writing("Written on the phone", phone));
  for (const text of ["Written on the tablet", "Written on the tablet, and more"])
    expect(await keepDraft(service.runtime, person, writing(text, tablet))).toMatchObject({
      outcome: "apart",
      stand: { id: expect.not.stringContaining(first.id) },
    });
  expect((await words()).toSorted()).toEqual(["Written on the phone", "Written on the tablet, and more"]);
});

test("a device that has the same words makes no second draft", async () => {
  const form = openForm();
  const first = await keep(writing("The same", form));
  await keep(writing("The same again", form));
  const phone = { ...first, writer: randomUUID() };
  expect(await keep(writing("The same again", { ...form, stand: phone }))).toEqual({ ...phone, revision: 2 });
  expect(await words()).toEqual(["The same again"]);
});

test("sharing removes the draft, and a save that arrives afterwards does not bring it back", async () => {
  const { runtime } = service;
  person = owner;
  const form = openForm();
  const stand = await keep(writing("Soon shared", form));
  const requestId = await submit(runtime, owner, {
    ...draftFor([connection]),
    ...{ idempotencyKey: form.idempotencyKey, draftId: stand.id },
  });
  expect(await words()).toEqual([]);
  expect(await keepDraft(runtime, owner, writing("Soon shared, too late", form))).toEqual({
    outcome: "shared",
    requestId,
  });
  expect(await words()).toEqual([]);
});

test("a share that is refused keeps the draft", async () => {
  person = owner;
  const form = openForm();
  const stand = await keep(writing("a".repeat(300), form));
  await expect(
    submit(service.runtime, owner, {
      ...draftFor([connection], { message: "a".repeat(300) }),
      ...{ idempotencyKey: form.idempotencyKey, draftId: stand.id },
    }),
  ).rejects.toThrow("refused");
  expect(await words()).toEqual(["a".repeat(300)]);
  await discardDraft(service.runtime, owner, stand.id);
});

test("without words there is no draft, and who deletes all words can have the last ones back for a day", async () => {
  const form = openForm();
  expect(await keepDraft(service.runtime, person, writing(" \n", form))).toEqual({ outcome: "blank" });
  const stand = await keep(writing("Something", form));
  expect(await keepDraft(service.runtime, person, writing("", { ...form, stand }))).toEqual({
    outcome: "blank",
  });
  expect(await words()).toEqual([]);
  expect(await restoreDraft(service.runtime, person, stand.id)).toMatchObject({ url });
  expect(await words()).toEqual(["Something"]);
});

test("a deleted draft can be had back, by its person alone, and writing on brings it back too", async () => {
  const { runtime } = service;
  const form = openForm();
  const stand = await keep(writing("Deleted by mistake", form));
  expect(await discardDraft(runtime, owner, stand.id)).toBeUndefined();
  expect(await discardDraft(runtime, person, stand.id)).toMatchObject({ url });
  expect(await discardDraft(runtime, person, stand.id)).toBeUndefined();
  expect(await findDraft(runtime, person, stand.id)).toBeUndefined();
  expect(await restoreDraft(runtime, owner, stand.id)).toBeUndefined();
  expect(await restoreDraft(runtime, person, stand.id)).toMatchObject({ url });
  await discardDraft(runtime, person, stand.id);
  await keep(writing("Deleted by mistake, and continued", { ...form, stand }));
  expect(await words()).toEqual(["Deleted by mistake, and continued"]);
});

test("drafts are removed 90 days after the last change, and deleted ones after a day", async () => {
  const { runtime } = service;
  const at = (days: number) => ({
    ...runtime,
    now: () => new Date(Date.now() + days * DAY_MS),
    mayBeAheadMs: () => 0,
  });
  const stand = await keep(writing("Deleted", openForm()));
  await keep(writing("Written", openForm()));
  await discardDraft(runtime, person, stand.id);
  await removeOldDrafts(at(0.9));
  expect(await restoreDraft(runtime, person, stand.id)).toBeDefined();
  await discardDraft(runtime, person, stand.id);
  await removeOldDrafts(at(1.1));
  expect(await restoreDraft(runtime, person, stand.id)).toBeUndefined();
  await removeOldDrafts(at(89));
  expect(await words()).toEqual(["Written"]);
  expect(await removeOldDrafts({ ...at(91), mayBeAheadMs: () => 2 * DAY_MS })).toBe(0);
  await removeOldDrafts(at(91));
  expect(await words()).toEqual([]);
});

test("the hundred-and-first draft, and one that is too long, are refused with what to do", async () => {
  const { runtime } = service;
  const form = openForm();
  const stand = await keep(writing("One of many", form));
  const rows = Array.from({ length: 99 }, () => ({
    ...{ userId: person.id, id: randomUUID(), url, page: { url }, fields: [] },
    ...{ revision: 1, writer: randomUUID(), writtenAt: 1 },
  }));
  await runtime.database.insert(socialDrafts).values(rows);
  const refused = await keepDraft(runtime, person, writing("One too many", openForm()));
  expect(refused).toMatchObject({ outcome: "refused", problem: { values: { most: 100 } } });
  await keep(writing("One of many, changed", { ...form, stand }));
  const long = await keepDraft(runtime, person, writing("a".repeat(200_001), { ...form, stand }));
  expect(long).toMatchObject({ outcome: "refused" });
});

test("drafts are part of a person's data, and go with the person", async () => {
  const { runtime } = service;
  await keep(writing("Mine", openForm()));
  let text = "";
  for await (const piece of exportPerson(runtime, { ...exported, id: person.id })) text += piece;
  expect(JSON.parse(text).drafts).toEqual([
    { page: expect.objectContaining({ url }), fields: expect.any(Array), updatedAt: expect.any(String) },
  ]);
  await runtime.database.delete(users).where(eq(users.id, person.id));
  const left = await runtime.database.select().from(socialDrafts).where(eq(socialDrafts.userId, person.id));
  expect(left).toEqual([]);
});

const exported = {
  ...{ name: "Ana", email: "ana@example.com", role: "person", mailNotices: "none" },
  ...{ timeZone: undefined, language: undefined, hasSecondFactor: false },
};
