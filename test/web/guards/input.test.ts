/** What strangers send instead of what a form asks for. */
import { request } from "node:http";
import { connect } from "node:net";
import { desc, eq, sql } from "drizzle-orm";
import { Hono } from "hono";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Connection } from "../../../src/connections/connection.ts";
import { accountGroups, sessions, shareRequests, users } from "../../../src/database/schema.ts";
import { createPerson } from "../../../src/people/sign-up/create-person.ts";
import { listShares } from "../../../src/sharing/record/history.ts";
import { showFailure } from "../../../src/web/frame/errors.tsx";
import type { WebEnv } from "../../../src/web/guards/context.ts";
import { connectAccount } from "../../harness/people/accounts.ts";
import { draftFor, submit } from "../../harness/people/shares.ts";
import { createVisitor, signedInVisitor, type Visitor } from "../../harness/people/visitor.ts";
import { startTestService, type TestService } from "../../harness/services/service.ts";

const ana = { name: "Ana", email: "ana@example.com", password: "a sea of lanterns" };

let service: TestService;
let visitor: Visitor;
let person: { id: string };
let connection: Connection;

beforeAll(async () => {
  service = await startTestService();
  await createPerson(service.runtime, ana);
  visitor = await signedInVisitor(service, ana);
  const [row] = await service.runtime.database.select().from(users);
  person = { id: row?.id ?? "" };
  connection = await connectAccount(service.runtime, person, {
    platform: "mastodon",
    server: `mastodon.localhost:${service.emulator.mastodon.port}`,
  });
});
afterAll(async () => {
  const log = service.log();
  await service.stop();
  expect(log).not.toContain("a page failed");
});

test("a name loses its control characters and halves of characters", async () => {
  const answer = await visitor.post("/account/name/", { name: "A\0na\x07 \x7f\x85Li\tma\ud800" });
  expect(answer.headers.get("location")).toBe("/account/?news=name");
  const [row] = await service.runtime.database.select().from(users).where(eq(users.id, person.id));
  expect(row?.name).toBe("Ana Li ma\ufffd");
});

test("the name of a group loses its control characters", async () => {
  await visitor.post("/social/groups/", { name: "Wo\0rk\x1b", account: connection.id });
  const groups = await service.runtime.database.select().from(accountGroups);
  expect(groups.map(({ name }) => name)).toEqual(["Work"]);
});

test("a message loses its control characters and keeps its lines, and so does what the link says of the page", async () => {
  const at = new Date(Date.now() + 86_400_000).toISOString().slice(0, 16);
  const answer = await visitor.post("/social/share/", {
    ...{ url: "https://blog.example.com/\0post", title: "A \0title\x01", description: "Two\r\nlines\0" },
    ...{
      message: "First\0\r\nsecond\tcolumn\x1b[0m",
      account: connection.id,
      when: "later",
      at,
      zone: "UTC",
    },
    [`message-${connection.id}`]: "My\0 own\nwords",
  });
  expect(answer.status).toBe(303);
  const [request] = await service.runtime.database
    .select()
    .from(shareRequests)
    .orderBy(desc(shareRequests.createdAt));
  expect(request).toMatchObject({
    message: "First\nsecond\tcolumn[0m",
    title: "A title",
    description: "Two\nlines",
    url: "https://blog.example.com/post",
  });
  const { shares } = await listShares(service.runtime, person);
  expect(shares[0]?.ownMessage).toBe("My own\nwords");
});

test("a browser's name for itself loses its control characters", async () => {
  const browser = await signedInVisitor(service, ana, { "user-agent": "Fire\x85fox\x9f" });
  await browser.get("/account/");
  const agents = (await service.runtime.database.select().from(sessions)).map(({ userAgent }) => userAgent);
  expect(agents).toContain("Firefox");
});

test("a server that is typed with a NUL is the server without it", async () => {
  const server = `mastodon.localhost\0:${service.emulator.mastodon.port}`;
  const answer = await visitor.post("/social/connect/mastodon/", { server });
  expect(answer.status).toBe(200);
  expect(await answer.text()).toContain("On to Mastodon");
});

test("a password may hold any character, and is taken to the letter", async () => {
  const ben = { name: "Ben", email: "ben@example.com", password: "seven\0green\x07kites" };
  await createPerson(service.runtime, ben);
  const without = { ...ben, password: "sevengreenkites" };
  expect((await createVisitor(service).post("/login/", without)).status).toBe(422);
  expect((await createVisitor(service).post("/login/", ben)).status).toBe(303);
});

test("the service's name loses its control characters", async () => {
  const form = { appName: "Share\0well\x08", accent: "#0b6b5f" };
  expect((await visitor.post("/admin/settings/look/", form)).status).toBe(303);
  expect(service.runtime.config.appName).toBe("Sharewell");
});

test.each([
  "/social/share/%s%00/",
  "/social/share/%s%0A/",
  "/social/share/%s%C2%85/",
  "/social/share/%s%/",
  "/social/share/%s%C0%AF/",
  "/social/share/%s%ED%A0%80/",
  "/social/deletion/%00/",
  "/pictures/a%00.jpg",
  "/social/connect/mastodon%00/",
  "/assets/%00/style.css",
])("nothing is found at %s", async (path) => {
  const id = await submit(service.runtime, person, draftFor([connection]));
  expect((await visitor.get(path.replace("%s", id))).status).toBe(404);
});

test("an id with a NUL names nobody, in an address and in a form", async () => {
  const [session] = await service.runtime.database.select().from(sessions);
  expect((await visitor.post(`/account/sessions/${session?.id}%00/end/`, {})).status).toBe(404);
  expect((await visitor.post(`/admin/people/${person.id}%00/unblock/`, {})).status).toBe(404);
  const form = { url: "https://blog.example.com/", message: "x", account: `${connection.id}\0` };
  expect((await visitor.post("/social/share/", form)).status).toBe(422);
  expect(await visitor.get("/account/")).toMatchObject({ status: 200 });
});

const highest = "ffffffff-ffff-ffff-ffff-ffffffffffff";
test.each([
  "/admin/people/?after=a%00",
  "/social/history/?before=999999999999999_00000000-0000-0000-0000-000000000000",
  `/social/history/?before=99999999999999_${highest}`,
  "/social/history/?before=1_------------------------------------",
  "/admin/audit/?before=999999999999999_00000000-0000-0000-0000-000000000000",
  "/admin/audit/?before=1_------------------------------------",
  "/social/history/?from=0000-01-01&to=9999-12-31",
  "/social/history/?from=9999-12-31",
  "/social/history/export.csv?to=9999-12-31",
  "/social/history/export.json?from=0000-02-29",
  "/account/?news=constructor",
  "/account/?news=__proto__",
  "/login/?news=toString",
  "/admin/settings/?news=valueOf",
])("%s shows what there is", async (path) => {
  const answer = await (path.startsWith("/login/") ? createVisitor(service) : visitor).get(path);
  expect(answer.status).toBe(200);
  const page = await answer.text();
  expect(page).not.toContain("[native code]");
  expect(service.log()).not.toContain("an export broke off");
});

test.each([
  "de-de-de-de-de",
  "sl-rozaj-rozaj",
  "en-a-bbb-a-ccc",
  "x-",
  "*;q=NaN",
])("a browser that asks for the language %s reads English", async (language) => {
  const answer = await createVisitor(service).get("/login/", { "accept-language": language });
  expect(answer.status).toBe(200);
});

test.each([
  ["multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; na"],
  ["multipart/form-data; boundary=x", "no parts at all"],
  ["multipart/form-data", "name=Ana"],
  ["multipart/form-data; boundary=", "name=Ana"],
])("a form of %s that cannot be taken apart is theirs to mend", async (type, body) => {
  const answer = await fetch(new URL("/account/name/", service.address), {
    method: "POST",
    body,
    headers: {
      ...{ "content-type": type, origin: new URL(service.address).origin },
      cookie: visitor.cookieHeader(),
    },
    redirect: "manual",
  });
  expect(answer.status).toBe(400);
  expect(await answer.text()).toContain("Go back, reload the page and try again.");
});

test("a browser that hangs up in the middle of its form is no failure of ours", async () => {
  const address = new URL(service.address);
  const socket = connect(Number(address.port), address.hostname);
  const closed = new Promise((done) => socket.once("close", done));
  socket.end(
    `POST /account/name/ HTTP/1.1\r\nhost: ${address.host}\r\norigin: ${address.origin}\r\ncookie: ${visitor.cookieHeader()}\r\ncontent-type: application/x-www-form-urlencoded\r\ncontent-length: 100\r\n\r\nname=An`,
  );
  socket.resume();
  await closed;
  expect((await visitor.get("/account/")).status).toBe(200);
  expect(service.log()).not.toContain("a page failed");
});

test("an address that is too long for an index is shared, and known again", async () => {
  const signs = "/:@!(),;$'*~";
  const rest = Array.from(
    { length: 1_800 },
    (_, index) => signs[(index * index * 7 + (index >> 3)) % signs.length],
  );
  const letters = Array.from({ length: 900 }, (_, index) =>
    String.fromCodePoint(0x4e00 + ((index * 7_919) % 20_000)),
  );
  // In a LinkedIn card, where it does not count towards the message.
  const { id } = await connectAccount(service.runtime, person, { platform: "linkedin", way: "profile" });
  for (const path of [`?utm_source=x&a=${rest.join("")}`, letters.join("")]) {
    const url = `https://blog.example.com/${path}`;
    const form = { url, message: "x", account: id };
    expect((await visitor.post("/social/share/", form)).status).toBe(303);
    expect((await visitor.post("/social/share/", form)).status).toBe(409);
    const filtered = await visitor.get(`/social/history/?${new URLSearchParams({ page: url })}`);
    expect(filtered.status).toBe(200);
  }
  expect(service.log()).not.toContain("could not be kept");
});

/** As no browser would send it. */
function ask(method: string, path: string, headers: Record<string, string>): Promise<number> {
  return new Promise((done, fail) => {
    const { hostname, port, origin } = new URL(service.address);
    const sent = request({ hostname, port, path, method, headers: { origin, ...headers } }, (answer) => {
      answer.resume();
      done(answer.statusCode ?? 0);
    });
    sent.once("error", fail).end();
  });
}

test.each(["TRACE", "PROPFIND", "PUT", "OPTIONS"])("the method %s leads nowhere", async (method) => {
  expect(await ask(method, "/social/", {})).toBe(404);
});

test.each([
  "9".repeat(400),
  "1.2.3.4.5",
  "127.0.0.1:99999",
  "0x7f.1.1.1.1",
  "a b",
  "xn--",
  "[::1",
  "a@b",
  "",
])("by whichever name a client calls the service, it answers: %s", async (host) => {
  expect(await ask("GET", "/login/", { host })).toBe(200);
  expect(await ask("POST", "/social/share/previews/", { host })).toBe(303);
  expect(await ask("GET", "/nowhere/at/all", { host })).toBe(301);
});

test("what only the database refuses is told as bad input, and as a warning to the operator", async () => {
  const page = new Hono<WebEnv>()
    .use(async (c, next) => {
      c.set("runtime", service.runtime);
      await next();
    })
    .get("/", async (c) => {
      await service.runtime.database.execute(sql`select ${c.req.query("day")}::timestamptz`);
      return c.text("fine");
    })
    .onError(showFailure);
  const answer = await page.request("/?day=9999999-01-01");
  expect(answer.status).toBe(400);
  expect(await answer.text()).toContain("Something you entered cannot be stored.");
  expect(service.log()).toContain("a page let bad input through");
});
