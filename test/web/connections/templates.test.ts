/** Templates of accounts and groups: kept, shown on an example page, and used for posts. */
import { eq } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { Connection } from "../../../src/connections/connection.ts";
import { groupSelected } from "../../../src/connections/count-selected.ts";
import { accountGroups, postTemplates, socialShares, users } from "../../../src/database/schema.ts";
import { createPerson } from "../../../src/people/sign-up/create-person.ts";
import { changeScheduled, versionOf } from "../../../src/sharing/requests/change.ts";
import { connectAccount } from "../../harness/people/accounts.ts";
import { draftFor, submit } from "../../harness/people/shares.ts";
import { signedInVisitor, type Visitor } from "../../harness/people/visitor.ts";
import { startTestService, type TestService } from "../../harness/services/service.ts";

const ana = { name: "Ana", email: "ana@example.com", password: "a sea of lanterns" };
const ben = { name: "Ben", email: "ben@example.com", password: "seven green kites" };

let service: TestService;
let visitor: Visitor;
let other: Visitor;
let person: { id: string };
let x: Connection;
let mastodon: Connection;
let group: string;

beforeAll(async () => {
  service = await startTestService();
  await createPerson(service.runtime, ana);
  await createPerson(service.runtime, ben);
  visitor = await signedInVisitor(service, ana);
  other = await signedInVisitor(service, ben);
  const [row] = await service.runtime.database.select().from(users).where(eq(users.email, ana.email));
  person = { id: row?.id ?? "" };
  const server = `mastodon.localhost:${service.emulator.mastodon.port}`;
  x = await connectAccount(service.runtime, person, { platform: "twitter" });
  mastodon = await connectAccount(service.runtime, person, { platform: "mastodon", server });
  const members = [x, mastodon].map(({ id }): [string, string] => ["account", id]);
  await visitor.post("/social/groups/", new URLSearchParams([["name", "News"], ...members]));
  const [kept] = await service.runtime.database.select().from(accountGroups);
  group = kept?.id ?? "";
});
afterAll(() => service.stop());
beforeEach(async () => {
  await service.runtime.database.delete(postTemplates);
});

const ofAccount = () => `/social/accounts/${x.id}/template/`;
const ofGroup = () => `/social/groups/${group}/template/`;
const htmx = { "hx-request": "true" };

const page = {
  url: "https://blog.example.com/lighthouse",
  title: "The lighthouse",
  description: "A walk to the sea. ".repeat(30).trim(),
  image: undefined,
  siteName: "The coast",
  keywords: ["day trips", "2026", "sea"],
};
const tomorrow = () => new Date(service.runtime.now().getTime() + 86_400_000);

async function textsOf(requestId: string): Promise<Record<string, string>> {
  const rows = await service.runtime.database
    .select()
    .from(socialShares)
    .where(eq(socialShares.shareRequestId, requestId));
  return Object.fromEntries(
    rows.map(({ connectionId, text }) => [connectionId === x.id ? "x" : "mastodon", text]),
  );
}

test("a name that there is not is told, and what was written stays in the form", async () => {
  const answer = await visitor.post(ofAccount(), { template: "{titel} and more" });
  expect(answer.status).toBe(422);
  const html = await answer.text();
  expect(html).toContain("There is no {titel}. A template can use {title} {description}");
  expect(html).toContain("{titel} and more</textarea>");
});

test("a template is shown on an example page before it is kept, with and without JavaScript", async () => {
  const template = "{message}\n\n{title}\n{tags}";
  const whole = await (await visitor.post(`/social/accounts/${x.id}/template/preview/`, { template })).text();
  expect(whole).toContain("<h1>");
  expect(whole).toContain("A walk to the lighthouse\n#coast #DayTrips");
  expect(whole).toContain("Worth a read!\n\nA walk to the lighthouse");
  const part = await (
    await visitor.post(`/social/groups/${group}/template/preview/`, { template }, htmx)
  ).text();
  expect(part).not.toContain("<h1>");
  expect(part.match(/post-text/g)).toHaveLength(4);
  expect(
    await (await visitor.post(`/social/groups/${group}/template/preview/`, { template: "{x}" }, htmx)).text(),
  ).toContain("There is no {x}");
  expect(await service.runtime.database.select().from(postTemplates)).toEqual([]);
});

test("an account's own template comes before its group's, in the counts, in the previews and in the posts", async () => {
  await visitor.post(ofGroup(), { template: "{title} on {site}\n{tags}" });
  const kept = await visitor.post(ofAccount(), { template: "{title} – {description}" });
  expect(kept.headers.get("location")).toBe(
    `/social/accounts/${x.id}/?return=%2Fsocial%2F&news=template#template`,
  );
  expect(await (await visitor.get(kept.headers.get("location") ?? "")).text()).toContain(
    "The template is saved.",
  );

  const form = new URLSearchParams([
    ...Object.entries({ url: page.url, title: page.title, description: page.description }),
    ...[x, mastodon].map(({ id }): [string, string] => ["account", id]),
  ]);
  const previews = await (await visitor.post("/social/share/previews/", form, htmx)).text();
  expect(previews).toContain("The lighthouse – A walk to the sea.");
  expect(previews).toContain("The lighthouse on blog.example.com");
  const counts = await (await visitor.post("/social/share/count/", form, htmx)).text();
  expect(counts).toMatch(/X<\/span>.*2\d\d of 280/s);

  const id = await submit(
    service.runtime,
    person,
    draftFor([x, mastodon], { page, message: "", at: tomorrow(), earlier: "repeat" }),
  );
  const texts = await textsOf(id);
  expect(texts.mastodon).toBe(`The lighthouse on The coast\n#DayTrips #sea\n\n${page.url}`);
  expect(texts.x).toMatch(/^The lighthouse – A walk to the sea\. .*…\n\nhttps:/s);

  // The scheduled share keeps what the page said.
  await visitor.post(ofAccount(), { template: "{tags} {url}" });
  const seen = await versionOf(service.runtime, id);
  const change = { seen, message: "", connectionIds: [x.id, mastodon.id], at: tomorrow() };
  expect(await changeScheduled(service.runtime, person, id, change)).toEqual({ outcome: "changed" });
  expect((await textsOf(id)).x).toBe(`#DayTrips #sea ${page.url}`);
});

test("a message stands in a template that names it, and alone otherwise; a text for one account goes out as it is", async () => {
  await visitor.post(ofAccount(), { template: "{message} ({site})" });
  const share = async (changes: object) =>
    await textsOf(
      await submit(
        service.runtime,
        person,
        draftFor([x, mastodon], { page, at: tomorrow(), earlier: "repeat", ...changes }),
      ),
    );
  expect(await share({ message: "My words" })).toEqual({
    x: `My words (The coast)\n\n${page.url}`,
    mastodon: `My words\n\n${page.url}`,
  });
  const { x: text } = await share({ message: "My words", ownMessages: { [x.id]: "Only here" } });
  expect(text).toBe(`Only here\n\n${page.url}`);
});

test("an empty template is none, and nobody else's account or group can have one from here", async () => {
  await visitor.post(ofGroup(), { template: "{title}" });
  await visitor.post(ofAccount(), { template: "{site}" });
  expect((await other.post(ofAccount(), { template: "Theirs" })).status).toBe(404);
  expect((await other.post(ofGroup(), { template: "Theirs" })).status).toBe(404);
  expect(
    (await other.post(`/social/groups/${group}/template/preview/`, { template: "Theirs" }, htmx)).status,
  ).toBe(404);
  const removed = await visitor.post(ofAccount(), { template: "  " });
  expect(await (await visitor.get(removed.headers.get("location") ?? "")).text()).toContain(
    "The template is removed.",
  );
  const rows = await service.runtime.database.select().from(postTemplates);
  expect(rows.map(({ text }) => text)).toEqual(["{title}"]);
});

test("many accounts are measured together where they have the same template", async () => {
  const server = `mastodon.localhost:${service.emulator.mastodon.port}`;
  const second = await connectAccount(service.runtime, person, {
    platform: "mastodon",
    server,
    account: "ben",
  });
  const selection = { connectionIds: [x.id, mastodon.id, second.id] };
  const measure = async () =>
    (await groupSelected(service.runtime, { person, selection }, [])).map(({ accounts, template }) => [
      accounts,
      template,
    ]);
  expect(await measure()).toEqual([
    [2, undefined],
    [1, undefined],
  ]);
  await visitor.post(ofGroup(), { template: "{title}" });
  expect(await measure()).toEqual([
    [1, "{title}"],
    [1, undefined],
    [1, "{title}"],
  ]);
});
