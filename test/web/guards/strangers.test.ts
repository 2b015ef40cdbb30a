/** What a stranger sends or makes us read is refused, or takes its turn, and nobody else waits for it. */
import { createServer, type Server } from "node:http";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readPages, users } from "../../../src/database/schema.ts";
import { createPerson } from "../../../src/people/sign-up/create-person.ts";
import { createVisitor, signedInVisitor, type Visitor } from "../../harness/people/visitor.ts";
import { startTestService, type TestService } from "../../harness/services/service.ts";
import { waitFor } from "../../harness/wait.ts";

const ana = { name: "Ana", email: "ana@example.com", password: "a sea of lanterns" };
const ben = { name: "Ben", email: "ben@example.com", password: "seven green kites" };

let service: TestService;
let anas: Visitor;
let bens: Visitor;
let site: Server;
let port: number;
const held: (() => void)[] = [];

beforeAll(async () => {
  service = await startTestService({ SOCIAL_ALLOWED_HOSTS: "*.localhost,127.0.0.1" });
  await createPerson(service.runtime, ana);
  await createPerson(service.runtime, ben);
  await service.runtime.database.update(users).set({ role: "operator" });
  anas = await signedInVisitor(service, ana);
  bens = await signedInVisitor(service, ben);
  site = createServer((request, response) => {
    const answer = () => {
      response.writeHead(200, { "content-type": "text/html" }).end("<title>At last</title>");
    };
    if (request.url?.startsWith("/slow")) held.push(answer);
    else answer();
  });
  await new Promise<void>((done) => site.listen(0, "127.0.0.1", done));
  const at = site.address();
  port = at !== null && typeof at === "object" ? at.port : 0;
});
afterAll(async () => {
  for (const answer of held) answer();
  site.closeAllConnections();
  site.close();
  await service.stop();
});

const check = (visitor: Visitor, url: string) => visitor.get(`/card?${new URLSearchParams({ url })}`);

/** On a busy machine a page may not be ready for the first look at it. */
async function readQuickly(path: string): Promise<void> {
  let looks = 0;
  await waitFor("a quick page of another site", async () => {
    looks += 1;
    const page = await check(bens, `http://127.0.0.1:${port}/${path}?look=${looks}`);
    return (await page.text()).includes("At last") ? true : undefined;
  });
}

test("one who has sixty slow pages read keeps nobody else waiting", async () => {
  // Each on a separate site, so that the person is limited, not the site.
  const slow = Array.from({ length: 60 }, (_, page) => `http://s${page}.localhost:${port}/slow`);
  const asked = slow.map((url) => check(anas, url));
  await expect.poll(() => held.length).toBeGreaterThanOrEqual(8);
  const start = performance.now();
  await readQuickly("quick");
  // Slow pages are given up after five seconds, eight at a time: after all sixty, it would take more than thirty.
  expect(performance.now() - start).toBeLessThan(20_000);
  const release = setInterval(() => {
    for (const answer of held.splice(0)) answer();
  }, 5);
  for (const answer of await Promise.all(asked)) expect(answer.status).toBe(200);
  clearInterval(release);
});

test("a slow site keeps nobody from the pages of others", async () => {
  const asked = Array.from({ length: 30 }, (_, page) =>
    check(page % 2 === 0 ? anas : bens, `http://one.localhost:${port}/slow${page}`),
  );
  await expect.poll(() => held.length).toBeGreaterThanOrEqual(8);
  expect(held.length).toBe(8);
  await readQuickly("quick2");
  const release = setInterval(() => {
    for (const answer of held.splice(0)) answer();
  }, 5);
  for (const answer of await Promise.all(asked)) expect(answer.status).toBe(200);
  clearInterval(release);
});

test("where a page cannot be read, the link's words are kept, and the page says why", async () => {
  const url = `http://127.0.0.1:${port}/built-to-hurt`;
  const row = { url, metadata: null, problem: "unreadable", readAt: new Date() };
  await service.runtime.database.insert(readPages).values(row);
  const link = new URLSearchParams({ url, title: "As the link says", description: "And more" });
  const html = await (await anas.get(`/social/share/?${link}`)).text();
  expect(html).toContain("As the link says");
  expect(html).toContain("We cannot read this page.");
});

const manyFields = (count: number, make: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => make(index)).join("&");

test.each([
  ["one name", () => manyFields(25_000, () => "account=1")],
  ["names of their own", () => manyFields(25_000, (index) => `a${index}=`)],
  ["a name that asks for a list", () => manyFields(25_000, () => "a[]=1")],
  ["no name at all", () => "&".repeat(250_000)],
])("25,000 fields with %s are refused before they are read, whoever sends them", async (_, make) => {
  for (const path of ["/social/share/", "/social/groups/", "/login/", "/nowhere/"]) {
    const answer = await fetch(new URL(path, service.address), {
      method: "POST",
      body: make(),
      headers: {
        "content-type": "application/x-www-form-urlencoded",
        origin: new URL(service.address).origin,
        // The rest of an unread refused body must not reach the next request.
        connection: "close",
      },
    });
    expect(answer.status).toBe(413);
    expect(await answer.text()).toContain("The form has too many fields");
  }
});

test.each([
  "/login/",
  "/admin/settings/look/",
  "/admin/welcome/",
])("2,500 parts of a form to %s are refused before they are read", async (path) => {
  const form = new FormData();
  for (let part = 0; part < 2_500; part += 1) form.append("a", "");
  const answer = await anas.postForm(path, form);
  expect(answer.status).toBe(413);
});

test("a form as long as ours may be is taken", async () => {
  const accounts = Array.from({ length: 600 }, () => ["account", crypto.randomUUID()]);
  const form = new URLSearchParams([...accounts, ["url", `http://127.0.0.1:${port}/`]]);
  expect((await anas.post("/social/share/previews/", form)).status).toBe(200);
});

test.each([
  ["parameters", () => ({ path: `/login/?${"a&".repeat(7_000)}`, headers: {} })],
  ["cookies", () => ({ path: "/login/", headers: { cookie: "a=1; ".repeat(3_000) } })],
  ["languages", () => ({ path: "/login/", headers: { "accept-language": "de,".repeat(4_500) } })],
])("thousands of %s are answered like few", async (_, make) => {
  const { path, headers } = make();
  const start = performance.now();
  expect((await createVisitor(service).get(path, headers)).status).toBe(200);
  expect(performance.now() - start).toBeLessThan(20_000);
});

test.each(["/login/passkey/", "/account/passkeys/"])("deep JSON sent to %s is refused", async (path) => {
  const answer = await fetch(new URL(path, service.address), {
    method: "POST",
    body: `${"[".repeat(120_000)}${"]".repeat(120_000)}`,
    headers: {
      "content-type": "application/json",
      origin: new URL(service.address).origin,
      connection: "close",
    },
    redirect: "manual",
  });
  expect(answer.status).toBeLessThan(500);
});
