/** Groups of accounts, what networks let us do, and what a post costs. */
import { eq } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Connection } from "../../../src/connections/connection.ts";
import { accountGroups, users } from "../../../src/database/schema.ts";
import { createPerson } from "../../../src/people/sign-up/create-person.ts";
import { connectAccount } from "../../harness/people/accounts.ts";
import { signedInVisitor, type Visitor } from "../../harness/people/visitor.ts";
import { startTestService, type TestService } from "../../harness/services/service.ts";

const ana = { name: "Ana", email: "ana@example.com", password: "a sea of lanterns" };
const ben = { name: "Ben", email: "ben@example.com", password: "seven green kites" };
const share = `/social/share/?${new URLSearchParams({ url: "https://blog.example.com/groups" })}`;

let service: TestService;
let visitor: Visitor;
let other: Visitor;
let twitter: Connection;
let threads: Connection;

beforeAll(async () => {
  service = await startTestService();
  await createPerson(service.runtime, ana);
  await createPerson(service.runtime, ben);
  visitor = await signedInVisitor(service, ana);
  other = await signedInVisitor(service, ben);
  const [row] = await service.runtime.database.select().from(users).where(eq(users.email, ana.email));
  const person = { id: row?.id ?? "" };
  twitter = await connectAccount(service.runtime, person, { platform: "twitter" });
  threads = await connectAccount(service.runtime, person, { platform: "threads" });
});
afterAll(() => service.stop());

const form = (name: string, accounts: readonly string[]) =>
  new URLSearchParams([["name", name], ...accounts.map((id) => ["account", id])]);
const ticked = (html: string) =>
  [...html.matchAll(/name="account" value="([\w-]+)" checked/g)].map(([, id]) => id);

async function idOf(name: string): Promise<string> {
  const [row] = await service.runtime.database
    .select()
    .from(accountGroups)
    .where(eq(accountGroups.name, name));
  return row?.id ?? "";
}

test("a group is made, ticks its accounts without JavaScript, changes and goes", async () => {
  await visitor.post("/social/groups/", form("News", [twitter.id]));
  expect(await (await visitor.get("/social/")).text()).toContain("News");
  const id = await idOf("News");
  expect(ticked(await (await visitor.get(`${share}&group=${id}`)).text())).toEqual([twitter.id]);
  await visitor.post("/social/groups/", form("News", [threads.id]));
  expect(ticked(await (await visitor.get(`${share}&group=${id}`)).text())).toEqual([threads.id]);
  expect((await other.post(`/social/groups/${id}/delete/`, {})).status).toBe(404);
  expect((await visitor.post(`/social/groups/${id}/delete/`, {})).status).toBe(303);
  expect(await (await visitor.get(share)).text()).not.toContain("News");
});

test("a group without a name or accounts, or with somebody else's, is refused", async () => {
  const nameless = await visitor.post("/social/groups/", form("", [twitter.id]));
  expect(nameless.status).toBe(422);
  expect(ticked(await nameless.text())).toEqual([twitter.id]);
  const none = await visitor.post("/social/groups/", form("None", []));
  expect(none.status).toBe(422);
  expect(await none.text()).toMatch(
    /<details class="more" open="">.*Choose at least one account.*name="name" value="None"/s,
  );
  expect((await other.post("/social/groups/", form("Theirs", [twitter.id]))).status).toBe(422);
});

test("the accounts page tells what a network lets us do", async () => {
  const page = await (await visitor.get("/social/")).text();
  expect(page).toContain("What we may do there");
  expect(page).toContain("share later, while you are away");
});

test("what a post costs is told before it is shared, where the operator set it", async () => {
  expect(await (await visitor.get(share)).text()).not.toContain("costs");
  const rules = { signUp: "open", linkParameters: "", "price-twitter": "0.20", "currency-twitter": "USD" };
  await visitor.post("/admin/settings/rules/", rules);
  expect(await (await visitor.get(share)).text()).toContain("costs US$0.20 on X");
});

test("a group's address with signs around its id is no page, and asks the database nothing", async () => {
  const answer = await visitor.get(`/social/groups/%20${crypto.randomUUID()}/`);
  expect(answer.status).toBe(404);
  expect(service.log()).not.toContain("a page let bad input through");
});
