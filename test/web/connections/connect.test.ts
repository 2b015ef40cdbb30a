/** Following a link on another site starts nothing, and ends nothing. */
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { oauthStates, socialConnections } from "../../../src/database/schema.ts";
import { createPerson } from "../../../src/people/sign-up/create-person.ts";
import { approve } from "../../harness/networks/consent.ts";
import { createVisitor, signedInVisitor, type Visitor } from "../../harness/people/visitor.ts";
import { startTestService, type TestService } from "../../harness/services/service.ts";

const ana = { name: "Ana", email: "ana@example.com", password: "a sea of lanterns" };
const mallory = { name: "Mallory", email: "mallory@example.com", password: "seven green kites" };

let service: TestService;
let visitor: Visitor;

beforeAll(async () => {
  service = await startTestService();
  for (const login of [ana, mallory]) await createPerson(service.runtime, login);
  visitor = await signedInVisitor(service, ana);
});
afterAll(() => service.stop());
beforeEach(async () => {
  await service.runtime.database.delete(oauthStates);
  await service.runtime.database.delete(socialConnections);
});

const begun = async () => await service.runtime.database.$count(oauthStates);
const connected = async () => await service.runtime.database.$count(socialConnections);
const server = () => `mastodon.localhost:${service.emulator.mastodon.port}`;
const mastodonLink = () =>
  `/social/connect/mastodon/?${new URLSearchParams({ server: server(), return: "/social/history/" })}`;
/** As a browser says where a person followed the link. */
const followed = (path: string) => ({
  "sec-fetch-site": "same-origin",
  referer: new URL(path, service.address).href,
});

/** Where the page in between sends the browser. */
function wayOut(page: string): string {
  return (/http-equiv="refresh" content="0;url=([^"]*)"/.exec(page)?.[1] ?? "").replaceAll("&amp;", "&");
}

async function comeBack(address: string): Promise<Response> {
  const callback = new URL(await approve(address));
  return await visitor.get(callback.pathname + callback.search);
}

test.each([
  ["of another site", () => ({ "sec-fetch-site": "cross-site" })],
  ["of a neighbour under the same domain", () => ({ "sec-fetch-site": "same-site" })],
  ["in a mail, or typed", () => ({ "sec-fetch-site": "none" })],
  ["in a browser that does not say", () => ({})],
  [
    "in a browser that does not say, from a page of ours",
    () => ({ referer: new URL("/social/", service.address).href }),
  ],
  [
    "of another site that says it is ours",
    () => ({ "sec-fetch-site": "cross-site", referer: new URL("/social/", service.address).href }),
  ],
  ["after login, where that link led first", () => followed("/login/?next=/social/connect/mastodon/")],
  ["after a choice, which led there as its way back", () => followed("/social/choose/1/")],
  ["as the way back of an attempt that came to nothing", () => followed("/social/callback/twitter/?error=x")],
  ["from a page of the same host that is not ours", () => followed("/socials/")],
])("a link %s starts nothing: the page asks for a press of its button", async (_, headers) => {
  const answer = await visitor.get(mastodonLink(), headers());
  const page = await answer.text();
  expect([answer.status, await begun()]).toEqual([200, 0]);
  expect(page).toContain(`<strong>${server()}</strong>`);
  expect(page).toContain('method="post" action="/social/connect/mastodon/"');
  expect(await (await visitor.get("/social/connect/twitter/", headers())).text()).toContain("Connect X");
  expect(await begun()).toBe(0);
});

test.each([
  "/social/connect/mastodon/?server=evil.example",
  "/social/connect/twitter",
  "/%73ocial/conn%65ct/twitter/",
  "/x/../social/connect/twitter/",
  "/social/./connect/twitter/",
  "/social/%E0%A4%A",
])("%s is no way back: the link that cancels one way out starts no other", async (back) => {
  for (const path of ["mastodon", "instagram", "twitter"]) {
    const page = await visitor.get(`/social/connect/${path}/?${new URLSearchParams({ return: back })}`);
    const html = await page.text();
    expect(html).toContain('class="button" href="/social/"');
    expect(html).not.toContain("evil.example");
  }
});

/** Follows the link on one of our pages, and its redirects, as a browser does. */
async function follow(page: string, address: string): Promise<void> {
  const html = await (await visitor.get(page)).text();
  const escaped = address.replaceAll("&", "&amp;");
  const link = [...html.matchAll(/<a [^>]*>/g)].find(([tag]) => tag.includes(`href="${escaped}"`))?.[0];
  if (link === undefined) throw new Error(`${page} has no link to ${address}`);
  const headers = link.includes("noreferrer") ? { "sec-fetch-site": "same-origin" } : followed(page);
  const { pathname, search } = new URL(address, service.address);
  const first = await visitor.get(pathname + search, headers);
  const next = first.headers.get("location");
  if (first.status === 303 && next?.startsWith("/")) await visitor.get(next, headers);
}

test("a link that came from outside starts nothing, though it stands on a page of ours", async () => {
  const start = "/social/connect/twitter/?return=/social/history/";
  const onward = `/login/?${new URLSearchParams({ next: start })}`;
  for (const address of [start, onward]) {
    const url = new URL(address, service.address).href;
    await follow(`/social/share/?${new URLSearchParams({ url, title: "Read this" })}`, url);
    expect(await begun()).toBe(0);
  }
  for (const network of ["mastodon", "instagram", "twitter"]) {
    const path = `/social/connect/${network}/?${new URLSearchParams({ return: onward })}`;
    await follow(path, onward);
    expect(await begun()).toBe(0);
  }
});

test("the button starts it, with all that the link said, and leads back to where the person was", async () => {
  const page = await (await visitor.get(mastodonLink())).text();
  const fields = [...page.matchAll(/type="hidden" name="(\w+)" value="([^"]*)"/g)].map(
    ([, name = "", value = ""]) => [name, value] as [string, string],
  );
  const leaving = await visitor.post("/social/connect/mastodon/", Object.fromEntries(fields));
  expect(await begun()).toBe(1);
  const back = await comeBack(wayOut(await leaving.text()));
  expect([back.status, back.headers.get("location")]).toEqual([303, "/social/history/"]);
  expect(await connected()).toBe(1);
});

test.each([
  "/social/",
  "/social/share/?url=https://blog.example.com/",
  "/social/history/",
])("a link of ours on %s starts it at once", async (path) => {
  const answer = await visitor.get("/social/connect/twitter/", followed(path));
  expect(answer.status).toBe(303);
  expect((await comeBack(answer.headers.get("location") ?? "")).status).toBe(303);
  expect(await connected()).toBe(1);
});

test("a form of another site starts nothing", async () => {
  for (const headers of [{ "sec-fetch-site": "cross-site" }, { origin: "https://evil.example" }])
    expect((await visitor.post("/social/connect/twitter/", {}, headers)).status).toBe(403);
  expect(await begun()).toBe(0);
});

test.each([
  { "sec-purpose": "prefetch" },
  { "sec-purpose": "prefetch;prerender" },
  { purpose: "prefetch" },
  { "x-moz": "prefetch" },
])("a page loaded ahead (%j) starts nothing, and spends no answer", async (ahead) => {
  expect((await visitor.get("/social/connect/twitter/", { ...followed("/social/"), ...ahead })).status).toBe(
    425,
  );
  expect(await begun()).toBe(0);
  const out = await visitor.get("/social/connect/twitter/", followed("/social/"));
  const callback = new URL(await approve(out.headers.get("location") ?? ""));
  expect((await visitor.get(callback.pathname + callback.search, ahead)).status).toBe(425);
  expect((await visitor.get(callback.pathname + callback.search)).status).toBe(303);
});

test("a scanner's HEAD starts nothing, and spends no answer", async () => {
  const head = { ...followed("/social/"), cookie: visitor.cookieHeader() };
  const ask = async (path: string) =>
    (await fetch(new URL(path, service.address), { method: "HEAD", headers: head, redirect: "manual" }))
      .status;
  expect(await ask("/social/connect/twitter/")).toBe(405);
  expect(await begun()).toBe(0);
  const out = await visitor.get("/social/connect/twitter/", followed("/social/"));
  const callback = new URL(await approve(out.headers.get("location") ?? ""));
  expect(await ask(callback.pathname + callback.search)).toBe(405);
  expect((await visitor.get(callback.pathname + callback.search)).status).toBe(303);
});

test("an error that anybody can make up ends nothing that is under way", async () => {
  const out = await visitor.get("/social/connect/twitter/", followed("/social/"));
  for (const forged of [
    "error=access_denied",
    "error=server_error",
    "error=access_denied&state=made-up",
    "code=x",
  ]) {
    const answer = await visitor.get(`/social/callback/twitter/?${forged}`, {
      "sec-fetch-site": "cross-site",
    });
    expect(answer.status).toBeLessThan(500);
    expect(await begun()).toBe(1);
  }
  expect((await comeBack(out.headers.get("location") ?? "")).status).toBe(303);
});

test("an answer prepared in another browser connects nothing here", async () => {
  const attacker = await signedInVisitor(service, mallory);
  const page = await (await attacker.post("/social/connect/twitter/", {})).text();
  expect((await comeBack(wayOut(page))).status).toBe(400);
  expect(await connected()).toBe(0);
});

test("an address that stands for no server that somebody set out to takes no answer", async () => {
  const nobodys = "/social/callback/mastodon/0123456789abcdef0123456789abcdef/?code=x&state=made-up";
  expect((await visitor.get(nobodys)).status).toBe(400);
  expect((await visitor.get("/social/callback/mastodon/0123456789ABCDEF/")).status).toBe(404);
});

test("what a person typed is kept where it cannot be", async () => {
  const answer = await visitor.post("/social/connect/mastodon/", {
    server: "nowhere at all",
    return: "/social/history/",
  });
  const page = await answer.text();
  expect(answer.status).toBe(422);
  expect(page).toContain('value="nowhere at all"');
  expect(page).toContain('value="/social/history/"');
});

test("who comes back from a network without being signed in learns after the login that nothing was connected", async () => {
  const stranger = createVisitor(service);
  const answer = await stranger.get("/social/callback/twitter/?code=x&state=made-up", followed("/login/"));
  const login = new URL(answer.headers.get("location") ?? "", service.address);
  expect(login.search).not.toContain("made-up");
  const signedIn = await stranger.post("/login/", {
    ...{ email: ana.email, password: ana.password },
    next: login.searchParams.get("next") ?? "",
  });
  const next = await stranger.get(signedIn.headers.get("location") ?? "");
  expect(await next.text()).toContain("Nothing was connected");
});
