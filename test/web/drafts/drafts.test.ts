/** The requests that keep, delete and bring back a draft, and which fields of the form it holds. */
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { users } from "../../../src/database/schema.ts";
import { createPerson } from "../../../src/people/sign-up/create-person.ts";
import { findDraft } from "../../../src/sharing/drafts/find-drafts.ts";
import { connectAccount } from "../../harness/people/accounts.ts";
import { signedInVisitor, type Visitor } from "../../harness/people/visitor.ts";
import { startTestService, type TestService } from "../../harness/services/service.ts";

const ana = { name: "Ana", email: "ana@example.com", password: "a sea of lanterns" };
const ben = { name: "Ben", email: "ben@example.com", password: "seven green kites" };
const SCRIPT = { "hx-request": "true" };

let service: TestService;
let visitor: Visitor;
let stranger: Visitor;
let person: { id: string };
let connectionId: string;

beforeAll(async () => {
  service = await startTestService({ SOCIAL_SIGN_UP: "open" });
  for (const one of [ana, ben]) await createPerson(service.runtime, one);
  const all = await service.runtime.database.select().from(users);
  person = { id: all.find(({ email }) => email === ana.email)?.id ?? "" };
  visitor = await signedInVisitor(service, ana);
  stranger = await signedInVisitor(service, ben);
  const server = `mastodon.localhost:${service.emulator.mastodon.port}`;
  connectionId = (await connectAccount(service.runtime, person, { platform: "mastodon", server })).id;
});
afterAll(() => service.stop());

function fillIn(changes: Record<string, string> = {}): Record<string, string> {
  return {
    ...{ url: `https://blog.example.com/${randomUUID()}`, title: "Why we moved", message: "Worth a read" },
    ...{ account: connectionId, idempotency_key: randomUUID(), ...changes },
  };
}

/** @returns the draft's id */
async function keep(form: Record<string, string>): Promise<string> {
  const answer = await visitor.post("/social/drafts/", form, SCRIPT);
  expect(answer.status).toBe(200);
  return /data-stand="(\S+) /.exec(await answer.text())?.[1] ?? "";
}

test("every field of the form that a person fills in is kept, and nothing else", async () => {
  const form = fillIn({ "message-mastodon": "For Mastodon", tracking: "keep" });
  const html = await (
    await visitor.get(`/social/share/?${new URLSearchParams({ url: `${form.url}?utm_source=a` })}`)
  ).text();
  const page = html.slice(html.indexOf('<form class="form share"'), html.lastIndexOf("</form>"));
  const names = [...page.matchAll(/<(?:input|textarea|select|button)[^>]*? name="([^"]+)"/g)].map(
    ([, name = ""]) => name,
  );
  expect(names.length).toBeGreaterThan(10);
  const id = await keep({
    ...Object.fromEntries(names.map((name) => [name, "x"])),
    ...form,
    made_up: "x",
    draft: "",
  });
  const draft = await findDraft(service.runtime, person, id);
  const kept = new Set(draft?.fields.map(([name]) => name));
  // The page is kept beside it; the others search, open a tab, or answer a question about this one submit.
  const passing = [
    "url",
    "title",
    "description",
    "image",
    "find",
    "network",
    "page",
    "turn",
    "pane",
    "preview",
    "draft",
  ];
  const asked = ["earlier", "repeat", "cut", "seen", "apart", "toggle"];
  const missing = new Set(
    names.filter((name) => !kept.has(name) && !passing.includes(name) && !asked.includes(name)),
  );
  expect([...missing]).toEqual([]);
  expect(kept.has("made_up")).toBe(false);
});

test("a draft is continued with what the form had, also where the text has several lines and signs of HTML", async () => {
  const form = fillIn({
    message: 'One <b>\r\n"two"\r\n',
    when: "later",
    at: "2031-05-06T07:08",
    zone: "Europe/Berlin",
  });
  const id = await keep(form);
  const html = await (await visitor.get(`/social/share/?draft=${id}`)).text();
  expect(html).toContain("One &lt;b&gt;\n&quot;two&quot;");
  expect(html).toContain('value="2031-05-06T07:08"');
  expect(html).toMatch(new RegExp(`value="${connectionId}" checked`));
  expect(html).toContain(`value="${form.idempotency_key}"`);
});

test("nobody continues, deletes or brings back another person's draft", async () => {
  const id = await keep(fillIn({ message: "For nobody else" }));
  for (const path of [`/social/share/?draft=${id}`, "/social/drafts/"])
    expect(await (await stranger.get(path)).text()).not.toContain("For nobody else");
  await stranger.post(`/social/drafts/${id}/delete/`, {});
  expect(await findDraft(service.runtime, person, id)).toBeDefined();
  await visitor.post(`/social/drafts/${id}/delete/`, {});
  await stranger.post(`/social/drafts/${id}/restore/`, {});
  expect(await findDraft(service.runtime, person, id)).toBeUndefined();
  await visitor.post(`/social/drafts/${id}/restore/`, {});
  expect(await findDraft(service.runtime, person, id)).toBeDefined();
});

test("a form of another person under the same key makes a draft of their own", async () => {
  const form = fillIn({ message: "Of Ana" });
  const id = await keep(form);
  await stranger.post("/social/drafts/", { ...form, message: "Of Ben", draft: `${id} 1 ${id}` }, SCRIPT);
  expect((await findDraft(service.runtime, person, id))?.fields).toContainEqual(["message", "Of Ana"]);
});

test("a form that was shared is not kept any more, and its draft's address begins anew", async () => {
  const form = fillIn();
  const id = await keep(form);
  const shared = await visitor.post("/social/share/", { ...form, draft: `${id} 1 ${id}` });
  expect(shared.status).toBe(303);
  const late = await visitor.post("/social/drafts/", { ...form, message: "Too late" }, SCRIPT);
  expect(await late.text()).toContain(`href="${shared.headers.get("location")}"`);
  const plain = await visitor.post("/social/drafts/", { ...form, message: "Too late" });
  expect(plain.headers.get("location")).toBe(shared.headers.get("location"));
  const anew = await visitor.get(`/social/share/?${new URLSearchParams({ url: form.url ?? "", draft: id })}`);
  expect(await anew.text()).toContain("Share this page");
});

test("what is too long is refused in words, and the form's page says so without a script", async () => {
  const long = fillIn({ message: "a".repeat(210_000) });
  const told = await visitor.post("/social/drafts/", long, SCRIPT);
  expect(await told.text()).toContain("Draft not saved: This is too long to be kept as a draft.");
  expect((await visitor.post("/social/drafts/", long)).status).toBe(422);
});
