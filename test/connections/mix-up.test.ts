/**
 * Mix-up attacks (RFC 9700, section 4.4): a hostile server tries to get a person's approval at an honest one.
 * Over real HTTP, as browsers go.
 */
import { eq } from "drizzle-orm";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { removeUnusedApps } from "../../src/connections/app-store.ts";
import { mastodonApps, oauthStates, socialConnections } from "../../src/database/schema.ts";
import { createPerson } from "../../src/people/sign-up/create-person.ts";
import { approve } from "../harness/networks/consent.ts";
import { emulatedFetch } from "../harness/networks/emulated-fetch.ts";
import {
  type HostileServer,
  sendElsewhere,
  sendJson,
  startHostileServer,
} from "../harness/networks/hostile-server.ts";
import { control } from "../harness/networks/networks.ts";
import { countCalls } from "../harness/people/shares.ts";
import { signedInVisitor, type Visitor } from "../harness/people/visitor.ts";
import { startTestService, type TestService } from "../harness/services/service.ts";

const TOKEN = "POST /oauth/token";
const ana = { name: "Ana", email: "ana@example.com", password: "a sea of lanterns" };
const mallory = { name: "Mallory", email: "mallory@example.com", password: "seven green kites" };

let service: TestService;
let evil: HostileServer;
let hers: Visitor;
let attackers: Visitor;

beforeAll(async () => {
  evil = await startHostileServer();
  service = await startTestService((port) => ({
    SOCIAL_ALLOWED_HOSTS: "*.localhost,127.0.0.1",
    SOCIAL_BASE_URL: `http://127.0.0.1:${port}/`,
  }));
  for (const login of [ana, mallory]) await createPerson(service.runtime, login);
  hers = await signedInVisitor(service, ana);
  attackers = await signedInVisitor(service, mallory);
});
afterAll(async () => {
  await service.stop();
  await evil.stop();
});
beforeEach(() => {
  evil.seen.length = 0;
});
afterEach(async () => {
  evil.lies.clear();
  await service.runtime.database.delete(socialConnections);
});

const honest = (host = "mastodon.localhost") => `${host}:${service.emulator.mastodon.port}`;

/** Presses the button to connect. @returns where the browser is sent */
async function leave(visitor: Visitor, server: string): Promise<URL> {
  const page = await (await visitor.post("/social/connect/mastodon/", { server })).text();
  const [, address = ""] = /http-equiv="refresh" content="0;url=([^"]*)"/.exec(page) ?? [];
  return new URL(address.replaceAll("&amp;", "&"));
}

/** Follows a redirect back into the service. @returns where it leads, or what the page says */
async function comeBack(visitor: Visitor, callback: string): Promise<string> {
  const { pathname, search } = new URL(callback);
  const answer = await visitor.get(pathname + search);
  return answer.headers.get("location") ?? `${answer.status} ${await answer.text()}`;
}

const connected = async () =>
  (await service.runtime.database.select().from(socialConnections)).map(
    ({ platformUsername }) => platformUsername,
  );

test("who begins at a hostile server and approves at an honest one is connected by nobody, and her code is told to nobody", async () => {
  // The attacker's own request to the honest server: its client, its address, a challenge whose verifier we
  // know.
  const attackersWay = await leave(attackers, honest());
  evil.lies.set("/oauth/authorize", (request, response) => {
    const asked = new URL(request.url ?? "", evil.origin).searchParams;
    const forged = new URL(attackersWay);
    forged.searchParams.set("state", asked.get("state") ?? "");
    sendElsewhere(response, forged.href, 302);
  });
  const herWay = await leave(hers, evil.host);
  expect(herWay.origin).toBe(evil.origin);
  const sentOn = await emulatedFetch(herWay, { redirect: "manual" });
  const callback = await approve(sentOn.headers.get("location") ?? "", { account: "ana" });
  const code = new URL(callback).searchParams.get("code") ?? "";
  expect(code).not.toBe("");

  expect(await comeBack(hers, callback)).toContain(
    "came from a different server than the one you wanted to connect",
  );
  expect(evil.seen.join("\n")).not.toContain(code);
  expect(await connected()).toEqual([]);
});

test("an honest server does not send an approval to a hostile server's address", async () => {
  const honestWay = await leave(attackers, honest());
  const herWay = await leave(hers, evil.host);
  const evilAddress = herWay.searchParams.get("redirect_uri") ?? "";
  expect(evilAddress).not.toBe(honestWay.searchParams.get("redirect_uri"));
  honestWay.searchParams.set("redirect_uri", evilAddress);
  await expect(approve(honestWay.href)).rejects.toThrow(/401|400/);
});

test("an answer that is moved to another server's address is not taken, and its attempt is over", async () => {
  const address = (await leave(hers, honest("two.localhost"))).searchParams.get("redirect_uri") ?? "";
  const callback = new URL(await approve((await leave(hers, honest())).href));
  const moved = new URL(address);
  moved.search = callback.search;
  const exchanges = await countCalls(service.emulator.mastodon, TOKEN);
  expect(await comeBack(hers, moved.href)).toMatch(/^400 /);
  const shared = new URL("/social/callback/mastodon/", callback);
  shared.search = callback.search;
  expect(await comeBack(hers, shared.href)).toMatch(/^400 /);
  expect(await comeBack(hers, callback.href)).toMatch(/^400 /);
  expect(await countCalls(service.emulator.mastodon, TOKEN)).toBe(exchanges);
  expect(await connected()).toEqual([]);
});

test("the address that all servers once shared takes no answer of any", async () => {
  const callback = new URL(await approve((await leave(hers, honest())).href));
  callback.pathname = "/social/callback/mastodon/";
  expect(await comeBack(hers, callback.href)).toMatch(/^400 /);
  expect(await connected()).toEqual([]);
});

test("a server that names itself in its answer is held to it", async () => {
  await control(service.emulator.mastodon, "POST", "switches", { tellsIssuer: true });
  try {
    for (const iss of [evil.origin, "https://mastodon.localhost/", "nonsense", ""]) {
      const callback = new URL(await approve((await leave(hers, honest())).href));
      callback.searchParams.set("iss", iss);
      expect(await comeBack(hers, callback.href)).toMatch(/^400 /);
      const refusal = new URL(await approve((await leave(hers, honest())).href, { refuse: true }));
      refusal.searchParams.set("iss", iss);
      expect(await comeBack(hers, refusal.href)).toContain("came from a different server");
    }
    expect(await connected()).toEqual([]);
    const callback = await approve((await leave(hers, honest())).href);
    expect(new URL(callback).searchParams.get("iss")).toBe(`http://${honest()}/`);
    expect(await comeBack(hers, callback)).toBe("/social/");
    expect(await connected()).toEqual([`ana@${honest()}`]);
  } finally {
    await control(service.emulator.mastodon, "POST", "switches", { tellsIssuer: false });
  }
});

test("ways to several servers can be open in one browser, and end in any order", async () => {
  const ways = [await leave(hers, honest("one.localhost")), await leave(hers, honest("two.localhost"))];
  const callbacks = [];
  for (const way of ways) callbacks.push(await approve(way.href));
  for (const callback of callbacks.reverse()) expect(await comeBack(hers, callback)).toBe("/social/");
  expect((await connected()).sort()).toEqual([
    `ana@${honest("one.localhost")}`,
    `ana@${honest("two.localhost")}`,
  ]);
});

test("a server that names an honest one's endpoints, or sends us there, gets no call of ours sent there", async () => {
  const target = `http://${honest()}`;
  evil.lies.set("/.well-known/oauth-authorization-server", (_request, response) =>
    sendJson(response, {
      issuer: `${target}/`,
      authorization_endpoint: `${target}/oauth/authorize`,
      token_endpoint: `${target}/oauth/token`,
      revocation_endpoint: `${target}/oauth/revoke`,
      app_registration_endpoint: `${target}/api/v1/apps`,
    }),
  );
  evil.lies.set("/oauth/token", (_request, response) =>
    sendElsewhere(response, `${target}/oauth/token`, 307),
  );
  const [exchanges, apps] = [
    await countCalls(service.emulator.mastodon, TOKEN),
    await countCalls(service.emulator.mastodon, "POST /api/v1/apps"),
  ];
  const way = await leave(hers, evil.host);
  expect(way.origin + way.pathname).toBe(`${evil.origin}/oauth/authorize`);
  const callback = new URL(way.searchParams.get("redirect_uri") ?? "");
  callback.search = new URLSearchParams({ code: "x", state: way.searchParams.get("state") ?? "" }).toString();
  expect(await comeBack(hers, callback.href)).toMatch(/^400 /);
  expect(await countCalls(service.emulator.mastodon, TOKEN)).toBe(exchanges);
  expect(await countCalls(service.emulator.mastodon, "POST /api/v1/apps")).toBe(apps);
});

test("a server that registers us as an honest one's client, at another address, changes nothing there", async () => {
  const honestWay = await leave(hers, honest());
  const client = honestWay.searchParams.get("client_id") ?? "";
  evil.lies.set("/api/v1/apps", (_request, response) =>
    sendJson(response, {
      ...{ client_id: client, client_secret: "evil-secret" },
      redirect_uri: honestWay.searchParams.get("redirect_uri"),
      redirect_uris: [honestWay.searchParams.get("redirect_uri")],
    }),
  );
  await service.runtime.database.delete(mastodonApps).where(eq(mastodonApps.instance, evil.origin));
  const way = await leave(hers, evil.host);
  expect(way.searchParams.get("redirect_uri")).not.toBe(honestWay.searchParams.get("redirect_uri"));
  expect(await comeBack(hers, await approve(honestWay.href))).toBe("/social/");
});

test("a server that has us register anew without end leaves no heap of apps behind", async () => {
  let count = 0;
  evil.lies.set("/api/v1/apps", (_request, response) => {
    count += 1;
    sendJson(response, { client_id: `client-${count}`, client_secret: "evil-secret" });
  });
  evil.lies.set("/oauth/token", (_request, response) => sendJson(response, { error: "invalid_client" }, 401));
  await service.runtime.database.delete(mastodonApps).where(eq(mastodonApps.instance, evil.origin));
  for (let tries = 0; tries < 3; tries += 1) await leave(hers, evil.host);
  await service.runtime.database.delete(oauthStates);
  await leave(hers, evil.host);
  const apps = () => service.runtime.database.$count(mastodonApps, eq(mastodonApps.instance, evil.origin));
  // Each remains valid for as long as a flow may take.
  expect(await apps()).toBe(count);
  const now = () => new Date(Date.now() + 3_600_000);
  await removeUnusedApps({ ...service.runtime, now });
  expect(await apps()).toBe(0);
});
