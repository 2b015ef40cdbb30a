import { randomUUID } from "node:crypto";
import { request } from "node:http";
import { eq } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { auditEvents, users } from "../../../src/database/schema.ts";
import { createPerson } from "../../../src/people/sign-up/create-person.ts";
import { frameScript } from "../../../src/web/assets.ts";
import { approve } from "../../harness/networks/consent.ts";
import { connectAccount } from "../../harness/people/accounts.ts";
import { draftFor, postsOn, shareTo } from "../../harness/people/shares.ts";
import { createVisitor, signedInVisitor, type Visitor } from "../../harness/people/visitor.ts";
import { startTestService, type TestService } from "../../harness/services/service.ts";

const ana = { name: "Ana", email: "ana@example.com", password: "a sea of lanterns" };
const ben = { name: "Ben", email: "ben@example.com", password: "seven green kites" };

let service: TestService;
let visitor: Visitor;
let other: Visitor;
let requestId: string;
let shareId: string;
let connectionId: string;

beforeAll(async () => {
  service = await startTestService();
  await createPerson(service.runtime, ana);
  await createPerson(service.runtime, ben);
  visitor = await signedInVisitor(service, ana);
  other = await signedInVisitor(service, ben);
  const rows = await service.runtime.database.select().from(users);
  const person = rows.find(({ email }) => email === ana.email) ?? { id: "" };
  const connection = await connectAccount(service.runtime, person, {
    platform: "mastodon",
    server: `mastodon.localhost:${service.emulator.mastodon.port}`,
  });
  const [share] = await shareTo(service.runtime, person, draftFor([connection]));
  connectionId = connection.id;
  requestId = share?.requestId ?? "";
  shareId = share?.id ?? "";
});
afterAll(() => service.stop());

test("a form of another site is on record with the address it came from", async () => {
  await visitor.post("/account/name/", { name: "Eve" }, { "sec-fetch-site": "cross-site" });
  await service.runtime.people.background.settled();
  const events = await service.runtime.database
    .select()
    .from(auditEvents)
    .where(eq(auditEvents.action, "form.refused"));
  expect(events[0]?.ipAddress).toBe("127.0.0.1");
});

const pages = [
  "/social/",
  "/social/history/",
  "/social/share/?url=https://example.com/",
  "/social/connect/mastodon/",
  "/account/",
];

test.each(
  pages,
)("%s has a strict policy, may not be framed, is not kept, and asks others to sign in", async (path) => {
  const page = await visitor.get(path);
  expect(page.status).toBe(200);
  const policy = page.headers.get("content-security-policy") ?? "";
  for (const rule of [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "form-action 'self'",
  ]) {
    expect(policy).toContain(rule);
  }
  expect(policy).not.toMatch(/unsafe|script-src[^;]*\*/);
  expect(page.headers.get("x-frame-options")).toBe("DENY");
  expect(page.headers.get("cache-control")).toBe("no-store");
  const html = await page.text();
  const others = html.replace(`<script>${frameScript}</script>`, "");
  expect(others).not.toMatch(/ style="| on\w+="|javascript:|<script>/);

  const stranger = await createVisitor(service).get(path);
  expect(stranger.status).toBe(303);
  // The default destination after login needs no mention.
  const back = path === "/social/" ? "" : `?${new URLSearchParams({ next: path })}`;
  expect(stranger.headers.get("location")).toBe(`/login/${back}`);
});

test("a network's answer that finds nobody signed in leaves no code in the address of the login page", async () => {
  const stranger = await createVisitor(service).get(
    "/social/callback/twitter/?code=secret-code&state=secret-state",
  );
  expect(stranger.headers.get("location")).toBe("/login/?next=%2Fsocial%2F%3Fnews%3Dnot-connected");
});

test("a part of a page asked for after the login ended has the page loaded again", async () => {
  const path = `/social/share/${requestId}/outcomes/`;
  const stranger = await createVisitor(service).get(path, { "hx-request": "true" });
  expect(stranger.status).toBe(401);
  expect(stranger.headers.get("hx-refresh")).toBe("true");
});

test("ids of others answer 404 and change nothing", async () => {
  expect((await other.get(`/social/share/${requestId}/`)).status).toBe(404);
  expect((await other.get(`/social/share/${requestId}/outcomes/`)).status).toBe(404);
  expect((await other.post(`/social/retry/${shareId}/`, {})).status).toBe(404);
  expect((await other.post(`/social/disconnect/${connectionId}/`, {})).status).toBe(404);
  for (const id of [randomUUID(), "1", "../admin", "%00"])
    expect((await visitor.get(`/social/share/${id}/`)).status).toBe(404);
  expect((await other.get("/admin/people/")).status).toBe(404);
  expect((await visitor.get(`/social/share/${requestId}/`)).status).toBe(200);
});

test("a form that another site sends is refused", async () => {
  const before = (await postsOn(service.emulator.mastodon)).length;
  const form = {
    url: "https://example.com/forged",
    message: "forged",
    connection: connectionId,
    idempotency_key: randomUUID(),
  };
  for (const headers of [
    { origin: "https://evil.example" },
    { "sec-fetch-site": "cross-site" },
    { "sec-fetch-site": "same-site" },
  ]) {
    expect((await visitor.post("/social/share/", form, headers)).status).toBe(403);
    expect((await visitor.post(`/social/disconnect/${connectionId}/`, {}, headers)).status).toBe(403);
    expect((await visitor.post("/logout/", {}, headers)).status).toBe(403);
  }
  expect(await postsOn(service.emulator.mastodon)).toHaveLength(before);
  expect((await visitor.get("/social/")).status).toBe(200);
});

test("text from outside is shown as text", async () => {
  const nasty = `"><script>alert(1)</script><img src=x onerror=alert(1)>`;
  const query = new URLSearchParams({
    url: "https://example.com/?q=<script>",
    title: nasty,
    description: nasty,
    image: "javascript:alert(1)",
  });
  const html = await (await visitor.get(`/social/share/?${query}`)).text();
  expect(html).not.toContain("<script>alert");
  expect(html).not.toContain("<img src=x");
  expect(html).not.toContain("javascript:");
  expect(html).toContain("&lt;script&gt;alert(1)&lt;/script&gt;");
});

test.each([
  ["no address", ""],
  ["an address that is none", "?url=hello"],
  ["another scheme", "?url=javascript:alert(1)"],
  ["a password in it", "?url=https://a:b@example.com/"],
  ["a very long address", `?url=https://example.com/${"a".repeat(3_000)}`],
])("a share link with %s says what is wrong", async (_, query) => {
  const page = await visitor.get(`/social/share/${query}`);
  expect(page.status).toBe(400);
  expect(await page.text()).toMatch(/page’s address|does not name a page/);
});

test("a body beyond all reason is refused before it is read", async () => {
  const status = await new Promise<number | undefined>((done, fail) => {
    // A separate connection, because the service ends it without reading the rest.
    const sending = request(`${service.address}login/`, { method: "POST", agent: false }, (answer) =>
      done(answer.statusCode),
    );
    sending.on("error", fail);
    sending.setHeader("content-type", "application/x-www-form-urlencoded");
    sending.setHeader("content-length", 10_000_000);
    sending.flushHeaders();
  });
  expect(status).toBe(413);
});

test("an address without its last slash leads to the page it means, by a path alone", async () => {
  const answer = await visitor.get("/social/history?before=x");
  expect(answer.status).toBe(301);
  expect(answer.headers.get("location")).toBe("/social/history/?before=x");
  expect((await visitor.get("/nowhere//evil.example/")).status).toBe(404);
});

test("the health addresses tell truth without a login", async () => {
  const stranger = createVisitor(service);
  expect(await (await stranger.get("/healthz")).json()).toEqual({ status: "ok" });
  expect(await (await stranger.get("/readyz")).json()).toEqual({ status: "ok", database: "ok", queue: "ok" });
});

test("assets may be kept for good, and are found", async () => {
  const html = await (await createVisitor(service).get("/login/")).text();
  const paths = [...html.matchAll(/(?:href|src)="(\/assets\/[^"]+)"/g)].map(([, path]) => path ?? "");
  expect(paths.length).toBeGreaterThan(0);
  for (const path of paths) {
    const asset = await createVisitor(service).get(path);
    expect(asset.status).toBe(200);
    expect(asset.headers.get("cache-control")).toContain("immutable");
  }
});

test("no code, state, password or session reaches the log", async () => {
  const fromOurs = { "sec-fetch-site": "same-origin", referer: `${service.address}social/` };
  const [away, person] = [await visitor.get("/social/connect/twitter/", fromOurs), ana];
  const callback = new URL(await approve(away.headers.get("location") ?? ""));
  expect((await visitor.get(`${callback.pathname}${callback.search}`)).status).toBe(303);
  const { code, state } = Object.fromEntries(callback.searchParams);
  const log = service.log();
  expect(log).toContain("sharewell is up");
  for (const secret of [code, state, person.password, ...visitor.cookies()])
    expect(log).not.toContain(secret);
});

test("an idle connection is kept for longer than reverse proxies keep theirs", async () => {
  const answer = await fetch(`${service.address}healthz`);
  const seconds = /timeout=(\d+)/.exec(answer.headers.get("keep-alive") ?? "")?.[1];
  expect(Number(seconds)).toBeGreaterThan(120);
});
