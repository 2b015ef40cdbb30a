import sharp from "sharp";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Emulator, startEmulator } from "../../../emulator/server.ts";
import { callbackAddress } from "../../../src/connections/oauth/authorize.ts";
import { createGuardedFetch } from "../../../src/net/guarded-fetch.ts";
import { readTypedServer, showHost } from "../../../src/platforms/mastodon/address.ts";
import { countCharacters } from "../../../src/platforms/mastodon/text/text.ts";
import type { Account, OAuthResult, SocialPlatform, Tokens } from "../../../src/platforms/platform.ts";
import { MastodonSteps } from "../../emulator/mastodon-steps.ts";
import { emulatedFetch } from "../../harness/networks/emulated-fetch.ts";
import { control } from "../../harness/networks/networks.ts";
import {
  baseUrl,
  codeFor,
  connect,
  errorOf,
  finishDance,
  makePost,
  openPlatforms,
  outcomeOf,
  sentJustNow,
  startDance,
  type TestPlatforms,
  unreachable,
} from "../../harness/networks/platforms.ts";
import { countCalls, orderFault, postsOn } from "../../harness/people/shares.ts";

const PUBLISH = "POST /api/v1/statuses";
const WHO_AM_I = "GET /api/v1/accounts/verify_credentials";
const LIST = "GET /api/v1/accounts/:id/statuses";
const TOKEN = "POST /oauth/token";
const REGISTER = "POST /api/v1/apps";
const INSTANCE = "GET /api/v2/instance";

let emulator: Emulator;
let platforms: TestPlatforms;
let mastodon: SocialPlatform;

beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(() => emulator.stop());
beforeEach(async () => {
  await control(emulator.mastodon, "POST", "reset", {});
  platforms = openPlatforms(emulator);
  mastodon = platforms.getPlatform("mastodon");
});

const at = (host = "mastodon.localhost") => `${host}:${emulator.mastodon.port}`;
const connectTo = (host?: string) => connect(mastodon, { server: at(host) });
const fault = (endpoint: string, what: object, times?: number) =>
  orderFault(emulator.mastodon, endpoint, what, times);
const flip = (change: object) => control(emulator.mastodon, "POST", "switches", change);
const share = ({ account, tokens }: OAuthResult, post = makePost()) =>
  mastodon.shareLink(account, tokens, post);
const find = ({ account, tokens }: OAuthResult, post = makePost()) =>
  mastodon.findShare(account, tokens, sentJustNow(post));
const status = (code: number, body: unknown, headers = {}) => ({
  kind: "status",
  status: code,
  body,
  headers,
});
const page = (code: number) => ({ kind: "status", status: code, html: "<h1>Hello</h1>" });
const toLogin = { kind: "status", status: 302, html: "", headers: { location: "/login" } };

/** The bodies of the requests that were sent to this path, as forms or JSON. */
async function sentTo(path: string): Promise<unknown[]> {
  const requests = platforms.requests.filter(({ url }) => new URL(url).pathname === path);
  return await Promise.all(
    requests.map(async (request) => {
      const body = await request.clone().text();
      return body.startsWith("{") ? JSON.parse(body) : Object.fromEntries(new URLSearchParams(body));
    }),
  );
}

describe("what people type for their server", () => {
  test.each([
    ["alice@fosstodon.org", "https://fosstodon.org", "alice"],
    ["@alice@fosstodon.org", "https://fosstodon.org", "alice"],
    [" @Alice@FOSSTODON.org/ ", "https://fosstodon.org", "Alice"],
    ["acct:alice@fosstodon.org", "https://fosstodon.org", "alice"],
    ["fosstodon.org", "https://fosstodon.org", undefined],
    ["FOSSTODON.ORG/", "https://fosstodon.org", undefined],
    ["fosstodon.org.", "https://fosstodon.org", undefined],
    ["https://fosstodon.org", "https://fosstodon.org", undefined],
    ["http://fosstodon.org", "https://fosstodon.org", undefined],
    ["https://fosstodon.org/@alice", "https://fosstodon.org", "alice"],
    ["https://fosstodon.org/@alice/", "https://fosstodon.org", "alice"],
    ["fosstodon.org/@alice", "https://fosstodon.org", "alice"],
    ["https://fosstodon.org/users/alice", "https://fosstodon.org", "alice"],
    ["https://fosstodon.org/web/@alice", "https://fosstodon.org", "alice"],
    ["https://fosstodon.org/@alice/109302436954721982", "https://fosstodon.org", "alice"],
    ["https://mastodon.social/@alice@fosstodon.org", "https://fosstodon.org", "alice"],
    ["alice@bücher.example", "https://xn--bcher-kva.example", "alice"],
    ["BÜCHER.example", "https://xn--bcher-kva.example", undefined],
    ["\u2068alice@fosstodon.org\u2069", "https://fosstodon.org", "alice"],
    ["alice＠fosstodon.org", "https://fosstodon.org", "alice"],
    ["mastodon.localhost:4102", "http://mastodon.localhost:4102", undefined],
    ["ana@mastodon.localhost:4102", "http://mastodon.localhost:4102", "ana"],
    ["http://127.0.0.1:4102/@ana", "http://127.0.0.1:4102", "ana"],
  ])("%s", (typed, origin, user) => {
    expect(readTypedServer(typed)).toEqual({ origin, user });
  });

  test.each([
    "",
    "alice",
    "@alice",
    "alice at fosstodon.org",
    "not a server",
    "https://alice:secret@fosstodon.org",
    "10.0.0.1",
    "https://93.184.216.34/@alice",
    "[2001:db8::1]",
    "ftp://fosstodon.org",
    "javascript:alert(1)",
  ])("%j is no server, and is told so before anything is asked", async (typed) => {
    const error = await errorOf(startDance(mastodon, { server: typed }));
    expect([error.kind, error.code]).toEqual(["rejected", "not-a-server"]);
    expect(platforms.requests).toEqual([]);
  });
});

test.each([
  ["xn--bcher-kva.example", "bücher.example"],
  ["xn--wgv71a119e.example", "日本語.example"],
  ["mastodon.social:4102", "mastodon.social:4102"],
  // In Cyrillic letters: "аррӏе", and only the "а" of "mаstodon".
  ["xn--80ak6aa92e.com", "xn--80ak6aa92e.com"],
  ["xn--mstodon-2fg.social", "xn--mstodon-2fg.social"],
  // A Latin letter that is not an "a": "mɑstodon".
  ["xn--mstodon-h2b.social", "xn--mstodon-h2b.social"],
])("the host %s is shown as %s", (host, shown) => {
  expect(showHost(host)).toBe(shown);
});

describe("finding the server behind it", () => {
  const authorizeHost = async (typed: string) =>
    new URL((await startDance(mastodon, { server: typed })).authorization.url).host;

  test("a handle on another domain leads to the server by webfinger", async () => {
    for (const typed of [`ana@${at("people.localhost")}`, `http://${at("people.localhost")}/@ana`])
      expect(await authorizeHost(typed)).toBe(at("social.localhost"));
    const { account } = await connect(mastodon, { server: `@ana@${at("PEOPLE.localhost")}` });
    expect(account.username).toBe(`ana@${at("people.localhost")}`);
    expect(account.id).toMatch(new RegExp(`^\\d+@${at("social.localhost")}$`));
  });

  test("a domain that only leads to the server is followed there", async () => {
    await fault(INSTANCE, {
      kind: "status",
      status: 301,
      headers: { location: `http://${at("social.localhost")}/api/v2/instance` },
    });
    expect(await authorizeHost(at("people.localhost"))).toBe(at("social.localhost"));
  });

  test("an internationalised name is asked and kept as A-labels, and shown as it is read", async () => {
    const { account } = await connect(mastodon, { server: `ana@${at("bücher.localhost")}` });
    expect(account.username).toBe(`ana@${at("bücher.localhost")}`);
    expect(account.id).toMatch(new RegExp(`@${at("xn--bcher-kva.localhost")}$`));
    expect([...platforms.apps.kept.keys()]).toEqual([`http://${at("xn--bcher-kva.localhost")}`]);
  });

  test("a user that the server does not know is no obstacle: the person signs in there", async () => {
    expect(await authorizeHost(`nobody@${at()}`)).toBe(at());
  });

  test("a server without v2 of the instance is found by v1", async () => {
    expect(await authorizeHost(at("akkoma.localhost"))).toBe(at("akkoma.localhost"));
  });

  test.each([
    ["misskey.localhost", "rejected: not-supported", /runs misskey/],
    ["html.localhost", "rejected: not-mastodon", /alice@html\.localhost/],
    ["people.localhost", "rejected: not-mastodon", /whole handle/],
  ])("%s is told to be no Mastodon", async (host, outcome, message) => {
    expect(await outcomeOf(startDance(mastodon, { server: at(host) }))).toBe(outcome);
    expect((await errorOf(startDance(mastodon, { server: at(host) }))).message).toMatch(message);
  });

  test("Misskey is known by its metadata too, where nodeinfo is missing", async () => {
    await fault("GET /.well-known/nodeinfo", status(404, {}));
    expect(await outcomeOf(startDance(mastodon, { server: at("misskey.localhost") }))).toBe(
      "rejected: not-supported",
    );
  });

  test("a server that is down, overloaded or misspelt may be tried again", async () => {
    await fault(INSTANCE, page(502));
    expect(await outcomeOf(startDance(mastodon, { server: at() }))).toBe("transient: server-trouble");
    const cut = openPlatforms(emulator, { fetch: unreachable(() => true) }).getPlatform("mastodon");
    expect(await outcomeOf(startDance(cut, { server: `ana@${at()}` }))).toBe("transient: connection-refused");
  });

  test("a server on a private network is not asked", async () => {
    const guarded = createGuardedFetch({ allowedHosts: [] });
    const careful = openPlatforms(emulator, { fetch: guarded.fetch }).getPlatform("mastodon");
    expect(await outcomeOf(startDance(careful, { server: at() }))).toBe("rejected: address-refused");
    await guarded.close();
  });
});

describe("our app at a server", () => {
  test("is registered with exactly four fields, the address as one string", async () => {
    await startDance(mastodon, { server: at() });
    expect(await sentTo("/api/v1/apps")).toEqual([
      {
        client_name: "Sharewell",
        redirect_uris: callbackAddress(
          { config: { baseUrl: new URL(baseUrl) } },
          "mastodon",
          `http://${at()}`,
        ),
        scopes: "profile write:statuses write:media",
        website: "http://127.0.0.1:4100/",
      },
    ]);
  });

  test.each([
    ["mastodon.localhost", "profile write:statuses write:media"],
    ["old.localhost", "read:accounts write:statuses write:media"],
  ])("asks on %s for no more than %s", async (host, scopes) => {
    const { authorization } = await startDance(mastodon, { server: at(host) });
    expect(new URL(authorization.url).searchParams.get("scope")).toBe(scopes);
  });

  test("is registered once for all people of a server, also when they come together", async () => {
    await Promise.all([startDance(mastodon, { server: at() }), startDance(mastodon, { server: at() })]);
    await connectTo();
    await connect(mastodon, { server: at(), account: "ben" });
    expect(await countCalls(emulator.mastodon, REGISTER)).toBe(1);
  });

  test("is registered anew when its secret has expired, or our address has changed", async () => {
    await connectTo();
    const [origin = "", app] = [...platforms.apps.kept][0] ?? [];
    if (app === undefined) throw new Error("There is no app.");
    platforms.apps.kept.set(origin, { ...app, secretExpiresAt: new Date(Date.now() - 1_000) });
    await connectTo();
    expect(await countCalls(emulator.mastodon, REGISTER)).toBe(2);
    platforms.apps.kept.set(origin, { ...app, redirectUri: "https://before.example/" });
    await connectTo();
    expect(await countCalls(emulator.mastodon, REGISTER)).toBe(3);
  });

  test("keeps the time at which its secret ends, where the server tells one", async () => {
    const ends = Math.floor(Date.now() / 1_000) + 86_400;
    await fault(
      REGISTER,
      status(200, { client_id: "an id", client_secret: "a secret", client_secret_expires_at: ends }),
    );
    await startDance(mastodon, { server: at() });
    expect([...platforms.apps.kept.values()]).toMatchObject([{ secretExpiresAt: new Date(ends * 1_000) }]);
  });

  test("has a secret without end where the server tells one beyond every calendar", async () => {
    const far = { client_id: "an id", client_secret: "a secret", client_secret_expires_at: 1e300 };
    await fault(REGISTER, status(200, far));
    await startDance(mastodon, { server: at() });
    expect([...platforms.apps.kept.values()]).toEqual([
      expect.not.objectContaining({ secretExpiresAt: expect.anything() }),
    ]);
  });

  test("that the server forgot is registered anew before the person is sent there", async () => {
    await connectTo();
    await control(emulator.mastodon, "POST", "vacuum-apps", { server: "mastodon.localhost" });
    await connectTo();
    expect(await countCalls(emulator.mastodon, REGISTER)).toBe(2);
  });

  test("that the server forgot while the person was there is forgotten by us, and the next try works", async () => {
    const dance = await startDance(mastodon, { server: at() });
    const code = await codeFor(dance);
    await control(emulator.mastodon, "POST", "vacuum-apps", { server: "mastodon.localhost" });
    expect(await outcomeOf(finishDance(mastodon, dance, code))).toBe("transient: app-forgotten");
    expect(platforms.apps.kept.size).toBe(0);
    expect(await outcomeOf(connectTo())).toBe("done");
    expect(await countCalls(emulator.mastodon, REGISTER)).toBe(2);
  });

  test("that another registration replaced meanwhile is not used with the code of the first", async () => {
    const dance = await startDance(mastodon, { server: at() });
    const code = await codeFor(dance);
    platforms.apps.kept.clear();
    await startDance(mastodon, { server: at() });
    platforms.apps.every.clear();
    expect(await outcomeOf(finishDance(mastodon, dance, code))).toBe("transient: app-forgotten");
  });

  test("that another one replaced goes on for those who were with it: on their way, to renew, and to leave", async () => {
    const host = "gotosocial.localhost";
    await flip({ server: host, tokens: "expiring", reusesTokens: false });
    const connected = await connectTo(host);
    const dance = await startDance(mastodon, { server: at(host) });
    const code = await codeFor(dance);
    const before = dance.authorization.remember;
    const [[origin = "", app] = []] = [...platforms.apps.kept];
    if (app === undefined) throw new Error("There is no app.");
    platforms.apps.kept.set(origin, {
      ...app,
      redirectUri: "http://127.0.0.1:4100/social/callback/mastodon/",
    });
    const { authorization } = await startDance(mastodon, { server: at(host) });
    expect(authorization.remember).not.toEqual(before);
    expect(await outcomeOf(finishDance(mastodon, dance, code))).toBe("done");
    const renewed = await mastodon.refreshAccessToken(connected.account, connected.tokens);
    expect(await outcomeOf(mastodon.revokeToken(connected.account, renewed))).toBe("done");
    expect(await outcomeOf(mastodon.verifyToken(connected.account, renewed))).toBe(
      "reconnect-needed: token-refused",
    );
  });

  test("a dance that began before each server had an address of its own starts again", async () => {
    const dance = await startDance(mastodon, { server: at() });
    const begunBefore = { ...dance, issuer: undefined };
    expect(await outcomeOf(finishDance(mastodon, begunBefore, await codeFor(dance)))).toBe(
      "transient: begun-before",
    );
  });

  test.each([
    ["422", status(422, { error: "Validation failed" }), "rejected: refused"],
    ["403", status(403, { error: "Registrations are closed" }), "rejected: registration-refused"],
    ["401", status(401, { error: "Log in first" }), "rejected: registration-refused"],
    ["404", status(404, { error: "Record not found" }), "rejected: incompatible-server"],
    ["a web page", page(200), "rejected: incompatible-server"],
    ["too many", { kind: "rate-limit", headers: true }, "rate-limited: rate-limited"],
    ["trouble", page(503), "transient: server-trouble"],
  ])("that is refused with %s is told", async (_, answer, outcome) => {
    await fault(REGISTER, answer);
    expect(await outcomeOf(startDance(mastodon, { server: at() }))).toBe(outcome);
  });
});

describe("exchanging the code", () => {
  test.each([
    ["a code that is no good", status(400, { error: "invalid_grant" }), "rejected: code-refused"],
    ["a code that is bad in a way of its own", status(400, { error: "bad_code" }), "rejected: code-refused"],
    ["an app that is unknown", status(401, { error: "invalid_client" }), "transient: app-forgotten"],
    ["a web page", page(200), "rejected: incompatible-server"],
    ["a redirect", toLogin, "rejected: incompatible-server"],
    ["trouble", page(500), "transient: server-trouble"],
    ["too many calls", { kind: "rate-limit", headers: false }, "rate-limited: rate-limited"],
    [
      "less than posting needs",
      status(200, { access_token: "a token", scope: "profile" }),
      "reconnect-needed: scope-missing",
    ],
  ])("%s", async (_, answer, outcome) => {
    const dance = await startDance(mastodon, { server: at() });
    const code = await codeFor(dance);
    await fault(TOKEN, answer);
    expect(await outcomeOf(finishDance(mastodon, dance, code))).toBe(outcome);
  });

  test("a wrong verifier is refused", async () => {
    const dance = await startDance(mastodon, { server: at() });
    const code = await codeFor(dance);
    const forged = { ...dance, codeVerifier: "x".repeat(43) };
    expect(await outcomeOf(finishDance(mastodon, forged, code))).toBe("rejected: code-refused");
    expect(await outcomeOf(finishDance(mastodon, dance, code))).toBe("done");
  });

  test("tokens do not end where the server says nothing of it, whatever it says of their beginning", async () => {
    const { tokens } = await connectTo("hollo.localhost");
    expect(tokens).not.toHaveProperty("expiresAt");
    expect(tokens).not.toHaveProperty("renewAfter");
  });

  test("tokens that end can be renewed from now on", async () => {
    const { tokens } = await connectTo("akkoma.localhost");
    const lifeMs = (tokens.expiresAt?.getTime() ?? 0) - Date.now();
    expect(lifeMs).toBeGreaterThan(7_100_000);
    expect(lifeMs).toBeLessThanOrEqual(7_200_000);
    expect(tokens.renewAfter?.getTime()).toBeLessThanOrEqual(Date.now());
  });

  test("a person whose login is disabled hears the server's own words", async () => {
    const dance = await startDance(mastodon, { server: at() });
    const code = await codeFor(dance);
    await control(emulator.mastodon, "POST", "accounts", { username: "ana", status: "disabled" });
    const error = await errorOf(finishDance(mastodon, dance, code));
    expect([error.kind, error.code]).toEqual(["reconnect-needed", "account-barred"]);
    expect(error.message).toContain("Your login is currently disabled");
  });
});

describe("renewing tokens", () => {
  test.each([
    ["a dead grant", status(400, { error: "invalid_grant" }), "reconnect-needed: token-refused", 1],
    [
      "a dead grant, in a fork's words",
      status(400, { error: "Invalid credentials" }),
      "reconnect-needed: token-refused",
      1,
    ],
    ["a forgotten app", status(401, { error: "invalid_client" }), "reconnect-needed: token-refused", 1],
    ["trouble", page(502), "transient: server-trouble", 1],
    ["no answer", { kind: "drop", when: "before" }, "transient: connection-broken", 1],
    ["too many calls", { kind: "rate-limit", headers: true }, "rate-limited: rate-limited", 1],
  ])("%s", async (_, answer, outcome, appsLeft) => {
    const { account, tokens } = await connectTo("akkoma.localhost");
    await fault(TOKEN, answer);
    expect(await outcomeOf(mastodon.refreshAccessToken(account, tokens))).toBe(outcome);
    expect(platforms.apps.every.size).toBe(appsLeft);
  });

  test("keeps the refresh token where the server sends no new one", async () => {
    const { account, tokens } = await connectTo("akkoma.localhost");
    await fault(TOKEN, status(200, { access_token: "the next", expires_in: 60 }));
    const renewed = await mastodon.refreshAccessToken(account, tokens);
    expect(renewed).toMatchObject({ accessToken: "the next", refreshToken: tokens.refreshToken });
    expect(renewed.expiresAt?.getTime()).toBeLessThan(Date.now() + 61_000);
    expect(renewed.scopes).toEqual(tokens.scopes);
  });
});

test.each([
  1e12, 1e300,
])("a token that is said to hold for %s seconds is believed for a hundred years", async (seconds) => {
  const { account, tokens } = await connectTo("akkoma.localhost");
  await fault(TOKEN, status(200, { access_token: "the next", expires_in: seconds }));
  const renewed = await mastodon.refreshAccessToken(account, tokens);
  const years = ((renewed.expiresAt?.getTime() ?? 0) - Date.now()) / (365 * 86_400_000);
  expect(Math.round(years)).toBe(100);
});

describe("revoking", () => {
  test("sends exactly three fields, and may be repeated", async () => {
    const { account, tokens } = await connectTo("hollo.localhost");
    await mastodon.revokeToken(account, tokens);
    await mastodon.revokeToken(account, tokens);
    const [app] = platforms.apps.every.values();
    const fields = {
      client_id: app?.clientId,
      client_secret: app?.clientSecret,
      token: tokens.accessToken,
    };
    expect(await sentTo("/oauth/revoke")).toEqual([fields, fields]);
  });

  test("a server that forgot our app has forgotten the grant too", async () => {
    const { account, tokens } = await connectTo("hollo.localhost");
    await control(emulator.mastodon, "POST", "vacuum-apps", { server: "hollo.localhost" });
    expect(await outcomeOf(mastodon.revokeToken(account, tokens))).toBe("done");
    expect(platforms.apps.kept.size).toBe(0);
    expect(await outcomeOf(mastodon.revokeToken(account, tokens))).toBe("done");
  });
});

describe("the account", () => {
  test("carries its server, so that equal ids on two servers are two accounts", async () => {
    const here = await connectTo();
    const there = await connectTo("social.localhost");
    const ids = [here, there].map(({ account }) => account.id);
    expect(ids.map((id) => id.split("@")[0])).toEqual([expect.any(String), ids[0]?.split("@")[0]]);
    expect(ids[0]).not.toBe(ids[1]);
  });

  test("knows what its server and its person prefer", async () => {
    await control(emulator.mastodon, "POST", "accounts", {
      username: "ana",
      defaultVisibility: "unlisted",
      language: "pt",
    });
    const { account } = await connectTo();
    expect(account.extra).toEqual({
      origin: `http://${at()}`,
      accountId: "109302436954721982",
      clientId: [...platforms.apps.kept.values()][0]?.clientId,
      actor: `http://${at()}/users/ana`,
      maxCharacters: 500,
      charactersPerUrl: 23,
      unit: "graphemes",
      software: { name: "mastodon", version: "4.6.2" },
      visibility: "unlisted",
      language: "pt",
      quotePolicy: "public",
    });
  });

  test.each([
    ["gotosocial.localhost", { maxCharacters: 5_000, charactersPerUrl: 25, unit: "runes" }],
    ["hollo.localhost", { maxCharacters: 10_000, charactersPerUrl: 256, unit: "graphemes" }],
    ["akkoma.localhost", { maxCharacters: 5_000, charactersPerUrl: 23, unit: "full-graphemes" }],
    ["old.localhost", { maxCharacters: 500, charactersPerUrl: 23, unit: "older-graphemes" }],
  ])("takes its limits from %s", async (host, limits) => {
    expect((await connectTo(host)).account.extra).toMatchObject(limits);
  });

  describe("that claims another domain for its handle", () => {
    const people = "GET /.well-known/webfinger";
    const own = `ana@${"mastodon.localhost"}`;
    const claim = (domain: string) => flip({ claimedDomain: domain });
    const ownHandle = () => `${own}:${emulator.mastodon.port}`;
    const answersOf = async (body: object) => {
      await claim(at("people.localhost"));
      await fault(people, status(200, body), 1);
      return (await connectTo()).account.username;
    };
    const self = (href: string) => ({ rel: "self", type: "application/activity+json", href });

    test.each([
      ["ana@mastodon.social", "ana_mastodon.social"],
      ["ana\u202e\n ", "ana_"],
      [`ana@mastodon.social${"a".repeat(300)}`, `ana_mastodon.social${"a".repeat(45)}`],
    ])("keeps its server's host at the end though its name is %j", async (username, shown) => {
      const { account, tokens } = await connectTo();
      await fault(WHO_AM_I, status(200, { id: "1", username }));
      expect((await mastodon.verifyToken(account, tokens)).username).toBe(`${shown}@${at()}`);
    });

    test("has it where that domain points back to this very account", async () => {
      const { account } = await connectTo("social.localhost");
      expect(account.username).toBe(`ana@${at("people.localhost")}`);
      expect(account.extra.handleDomain).toBe(at("people.localhost"));
    });

    test.each([
      "people.localhost",
      "two.localhost",
      "html.localhost",
      "misskey.localhost",
    ])("has its server's host where %s knows nothing of it", async (domain) => {
      await claim(at(domain));
      const { account, tokens } = await connectTo();
      expect(account.username).toBe(ownHandle());
      expect(account.extra).not.toHaveProperty("handleDomain");
      expect((await mastodon.verifyToken(account, tokens)).username).toBe(ownHandle());
    });

    test.each([
      ["another account of this server", () => ({ links: [self(`http://${at()}/users/ben`)] })],
      ["the same name elsewhere", () => ({ links: [self(`http://${at("two.localhost")}/users/ana`)] })],
      [
        "somebody else by name",
        () => ({ subject: "acct:ben@people.localhost", links: [self(`http://${at()}/users/ana`)] }),
      ],
      ["nobody", () => ({ links: [] })],
      ["what is no address", () => ({ links: [self("javascript:alert(1)")] })],
      [
        "a profile page alone",
        () => ({ links: [{ rel: "self", type: "text/html", href: `http://${at()}/users/ana` }] }),
      ],
    ])("has its server's host where the domain points to %s", async (_, body) => {
      expect(await answersOf(body())).toBe(ownHandle());
    });

    test.each([
      "mastodon.social/@ana",
      "user@mastodon.social",
      "mastodon.social?x",
      "mastodon.social#",
      "https://mastodon.social",
      "10.0.0.1",
      "localhost",
      "not a domain",
      "mastodon.social\u202e",
    ])("is not asked at %j, which is no domain", async (domain) => {
      await claim(domain);
      expect((await connectTo()).account.username).toBe(ownHandle());
      expect(platforms.requests.map(({ url }) => url).filter((url) => url.includes("webfinger"))).toEqual([]);
    });

    test("keeps what the domain confirmed while that cannot be asked, and no longer once it says otherwise", async () => {
      const { account, tokens } = await connectTo("social.localhost");
      const handle = `ana@${at("people.localhost")}`;
      await fault(people, page(502), 1);
      const during = await mastodon.verifyToken(account, tokens);
      expect(during.username).toBe(handle);
      await fault(people, status(404, {}), 1);
      expect((await mastodon.verifyToken(during, tokens)).username).toBe(`ana@${at("social.localhost")}`);
      expect((await mastodon.verifyToken(account, tokens)).username).toBe(handle);
    });

    test("has its server's host while a domain that never confirmed it cannot be asked", async () => {
      await fault(people, page(502), 1);
      expect((await connectTo("social.localhost")).account.username).toBe(`ana@${at("social.localhost")}`);
    });

    test("costs one question each time, and none where the domain is the server's own", async () => {
      const asked = () => platforms.requests.filter(({ url }) => url.includes("webfinger")).length;
      await connectTo();
      expect(asked()).toBe(0);
      await connectTo("social.localhost");
      expect(asked()).toBe(1);
    });
  });

  test("takes new limits when it is verified, and keeps what it knew while the server cannot tell", async () => {
    const { account, tokens } = await connectTo();
    await flip({ maxCharacters: 1_000 });
    const fresh = await mastodon.verifyToken(account, tokens);
    expect(fresh.extra).toMatchObject({ maxCharacters: 1_000 });
    await fault(INSTANCE, page(502));
    await fault("GET /.well-known/nodeinfo", page(502));
    expect(await mastodon.verifyToken(fresh, tokens)).toEqual(fresh);
  });

  test("is assumed to be on a usual server when that cannot tell at first", async () => {
    const dance = await startDance(mastodon, { server: at("gotosocial.localhost") });
    const code = await codeFor(dance);
    await fault(INSTANCE, page(502));
    await fault("GET /.well-known/nodeinfo", page(502));
    const { account } = await finishDance(mastodon, dance, code);
    expect(account.username).toBe(`ana@${at("gotosocial.localhost")}`);
    expect(account.extra).toMatchObject({ maxCharacters: 500, charactersPerUrl: 23, unit: "graphemes" });
  });

  test("whose account has an endless id is none of Mastodon's", async () => {
    const { account, tokens } = await connectTo();
    await fault(WHO_AM_I, status(200, { id: "1".repeat(3_000), username: "ana" }));
    expect(await outcomeOf(mastodon.verifyToken(account, tokens))).toBe("rejected: incompatible-server");
  });

  test("that is no JSON is none of Mastodon's", async () => {
    const { account, tokens } = await connectTo();
    await fault(WHO_AM_I, page(200));
    expect(await outcomeOf(mastodon.verifyToken(account, tokens))).toBe("rejected: incompatible-server");
  });
});

describe("counting characters", () => {
  test.each([
    ["Hello, world! 👋", 15],
    ["https://example.com/very/long/path?x=1 hi", 26],
    ["a https://example.com/, b", 28],
    ["https://github.com/foo/bar_baz", 23],
    ["example.com", 11],
    ["ftp://example.com", 17],
    ["xhttps://example.com", 20],
    ["hi @bob@social.example!", 8],
    ["mail a@b.example", 16],
    ["👨‍👩‍👧‍👦🙋🏽🇺🇸1️⃣", 4],
    ["e\u0301", 1],
    ["日本語", 3],
  ])("%s on Mastodon: %d", (text, length) => {
    expect(countCharacters(text, { unit: "graphemes", charactersPerUrl: 23 })).toBe(length);
  });

  test.each([
    ["https://example.com/very/long/path?x=1 hi", 41],
    ["hi @bob@social.example!", 23],
    ["👨‍👩‍👧‍👦", 7],
  ])("%s on GoToSocial: %d", (text, length) => {
    expect(countCharacters(text, { unit: "runes", charactersPerUrl: 23 })).toBe(length);
  });

  test("a link takes its place on the server whatever its length", async () => {
    const ana = await connectTo();
    const url = `https://example.com/${"x".repeat(400)}`;
    const text = `${"a".repeat(476)} ${url}`;
    expect(mastodon.countText(ana.account, text)).toEqual({ length: 500, limit: 500 });
    expect(await outcomeOf(share(ana, makePost({ text, url })))).toBe("done");
    expect(await outcomeOf(share(ana, makePost({ text: `a${text}`, url })))).toBe("rejected: refused");
  });
});

describe("posting", () => {
  test("leaves the visibility to the person and tells the language", async () => {
    await control(emulator.mastodon, "POST", "accounts", { username: "ana", defaultVisibility: "private" });
    const ana = await connectTo();
    const post = makePost({ options: { language: "de" } });
    await share(ana, post);
    expect(await sentTo("/api/v1/statuses")).toEqual([{ status: post.text, language: "de" }]);
    expect(await postsOn(emulator.mastodon)).toMatchObject([{ visibility: "private", language: "de" }]);
  });

  test("posts for those, with the warning and in the language that the person chose", async () => {
    const ana = await connectTo();
    const options = { visibility: "unlisted", warning: "Spoilers", sensitive: true, language: "pt" };
    await share(ana, makePost({ options }));
    expect(await postsOn(emulator.mastodon)).toMatchObject([
      { visibility: "unlisted", spoilerText: "Spoilers", sensitive: true, language: "pt" },
    ]);
    const shown = await (await emulatedFetch(`http://${at()}/@ana`)).text();
    expect(shown).toContain("<summary>Spoilers</summary>");
    expect(shown).toContain("Quiet public");
  });

  test("counts a content warning as the server does", async () => {
    const ana = await connectTo();
    const options = { warning: "Spoilers" };
    const text = "a".repeat(492);
    expect(mastodon.countText(ana.account, text, options)).toEqual({ length: 500, limit: 500 });
    expect(await outcomeOf(share(ana, makePost({ text, options })))).toBe("done");
    expect(await outcomeOf(share(ana, makePost({ text: `${text}a`, options })))).toBe("rejected: refused");
  });

  test("takes no list that strangers see for proof that a post for followers is missing", async () => {
    const ana = await connectTo();
    const post = makePost({ options: { visibility: "private" } });
    await fault(PUBLISH, { kind: "drop", when: "before" });
    expect(await outcomeOf(share(ana, post))).toMatch(/^ambiguous: /);
    expect(await find(ana, post)).toBe("unknown");
    expect(await find(ana, { ...post, options: {} })).toBe("absent");
  });

  test("does not call a post for followers gone because strangers cannot see it", async () => {
    const ana = await connectTo();
    const options = { visibility: "private" };
    expect(await mastodon.findPost(ana.account, ana.tokens, "1", options)).toBe("unknown");
    expect(await mastodon.findPost(ana.account, ana.tokens, "1")).toBe("gone");
  });

  test.each([
    "javascript:alert(1)",
    "data:text/html,hello",
    "ftp://mastodon.localhost/1",
    "java\nscript:alert(1)",
    "https://ana:secret@mastodon.localhost/1",
    "//evil.example",
  ])("does not link to %j, whatever the server says", async (address) => {
    const grant = await connectTo();
    await fault(PUBLISH, status(200, { id: "1", url: address, uri: address }));
    expect(await share(grant)).toMatchObject({ platformPostId: "1", url: `http://${at()}/` });
    await fault(WHO_AM_I, status(200, { id: "1", username: "ana", avatar: address }));
    expect(await mastodon.verifyToken(grant.account, grant.tokens)).not.toHaveProperty("avatarUrl");
  });

  test("links to the post by its uri where the server tells no url", async () => {
    const ana = await connectTo();
    await flip({ statusUrls: false });
    const { url } = await share(ana);
    expect(url).toMatch(/\/users\/ana\/statuses\//);
  });

  test("the same key never posts twice, another one does", async () => {
    const ana = await connectTo();
    const post = makePost();
    const first = await share(ana, post);
    const { platformPostId, url } = first;
    expect(await share(ana, { ...post, text: "changed" })).toMatchObject({ platformPostId, url });
    expect(await postsOn(emulator.mastodon)).toHaveLength(1);
    await share(ana, { ...post, idempotencyKey: "another" });
    expect(await postsOn(emulator.mastodon)).toHaveLength(2);
  });

  test("what the server still takes is told with the post", async () => {
    const ana = await connectTo();
    const { budgets: [first] = [] } = await share(ana);
    const { budgets: [second] = [] } = await share(ana);
    expect(first).toMatchObject({ of: "account", remaining: 299 });
    expect(second).toMatchObject({ of: "account", remaining: 298 });
    expect(second?.resetsAt.getTime()).toBeGreaterThan(Date.now());
  });

  test("after an answer that was lost, the same key brings the post", async () => {
    const ana = await connectTo();
    const post = makePost();
    await fault(PUBLISH, { kind: "drop", when: "after" });
    expect(await outcomeOf(share(ana, post))).toBe("ambiguous: connection-broken");
    const { platformPostId } = await share(ana, post);
    expect(await postsOn(emulator.mastodon)).toMatchObject([{ id: platformPostId }]);
  });

  test("Mastodon 4.6 fails on a repeat though the post is there: in doubt, and found", async () => {
    const ana = await connectTo();
    await flip({ idempotency: "bug-500-on-repeat" });
    const post = makePost();
    const { platformPostId } = await share(ana, post);
    expect(await outcomeOf(share(ana, post))).toBe("ambiguous: server-trouble");
    expect(await find(ana, post)).toMatchObject({ platformPostId });
  });

  test("a server that knows no keys would post twice, so a share can be looked for instead", async () => {
    const ana = await connectTo();
    await flip({ idempotency: "unsupported" });
    const post = makePost();
    await fault(PUBLISH, { kind: "drop", when: "after" });
    await outcomeOf(share(ana, post));
    expect(await find(ana, post)).toMatchObject({ platformPostId: expect.any(String) });
    expect(await postsOn(emulator.mastodon)).toHaveLength(1);
  });

  test("a repeat of a post that was deleted meanwhile is not there, or is posted again", async () => {
    for (const [host, outcome] of [
      ["mastodon.localhost", "rejected: incompatible-server"],
      ["hollo.localhost", "done"],
    ]) {
      const ana = await connectTo(host);
      const post = makePost();
      const { platformPostId = "" } = await share(ana, post);
      await mastodon.deletePost?.(ana.account, ana.tokens, platformPostId);
      expect(await outcomeOf(share(ana, post))).toBe(outcome);
    }
  });

  test("a post that a server drops without a word counts as posted", async () => {
    const ana = await connectTo();
    await flip({ dropsSilently: true });
    expect(await outcomeOf(share(ana))).toBe("done");
  });
});

describe("pictures", () => {
  const png = () =>
    sharp({ create: { width: 20, height: 20, channels: 3, background: "red" } })
      .png()
      .toBuffer();
  const picture = async (alt = "A bicycle") => ({ bytes: await png(), type: "image/png", alt });

  test("that take the server a while are waited for", async () => {
    const ana = await connectTo();
    await flip({ media: "processed-later" });
    await share(ana, makePost({ pictures: [await picture()] }));
    expect(await postsOn(emulator.mastodon)).toMatchObject([{ media: [{ altText: "A bicycle" }] }]);
    expect(await countCalls(emulator.mastodon, "GET /api/v1/media/:id")).toBe(2);
  });

  test.each([
    ["cannot be processed", { media: "processing-fails" }, undefined, "rejected: refused"],
    ["are too many at once", undefined, { kind: "rate-limit", headers: true }, "rate-limited: rate-limited"],
    ["meet trouble", undefined, { kind: "drop", when: "before" }, "transient: connection-broken"],
    ["meet a web page", undefined, page(200), "rejected: incompatible-server"],
    ["meet a token that ended", undefined, { kind: "revoke-token" }, "reconnect-needed: token-refused"],
  ])("that %s stop the share before the fence", async (_, change, what, outcome) => {
    const ana = await connectTo();
    if (change !== undefined) await flip(change);
    if (what !== undefined) await fault("POST /api/v2/media", what);
    const post = makePost({ pictures: [await picture()] });
    expect(await outcomeOf(share(ana, post))).toBe(outcome);
    expect(post.fences()).toBe(0);
  });

  test("need a permission of their own, which is named", async () => {
    const { account } = await connectTo();
    const error = await errorOf(
      share(await withScopes(account, "profile write:statuses"), makePost({ pictures: [await picture()] })),
    );
    expect([error.kind, error.code]).toEqual(["reconnect-needed", "scope-missing"]);
    expect(error.message).toContain("write:media");
  });

  test("have their alt text cut at what servers take", async () => {
    const ana = await connectTo();
    await share(ana, makePost({ pictures: [await picture("🚲".repeat(1_000))] }));
    expect(await postsOn(emulator.mastodon)).toMatchObject([{ media: [{ altText: "🚲".repeat(750) }] }]);
  });

  test("too many for one post are refused", async () => {
    const ana = await connectTo();
    const pictures = await Promise.all(Array.from({ length: 5 }, () => picture()));
    expect(await outcomeOf(share(ana, makePost({ pictures })))).toBe("rejected: refused");
  });
});

/** The account with a token that permits only this, from its own app. */
async function withScopes(
  account: Account,
  scopes: string,
  host = "mastodon.localhost",
): Promise<OAuthResult> {
  const { access_token } = await new MastodonSteps(emulator, host).connect(scopes);
  const tokens: Tokens = { accessToken: access_token, scopes: scopes.split(" ") };
  return { account, tokens };
}

describe("what a server says to a post", () => {
  test.each([
    [
      "403: this action is not allowed",
      status(403, { error: "This action is not allowed" }),
      "rejected: refused",
    ],
    [
      "403 in Hollo's words: a scope is missing",
      status(403, { error: "insufficient_scope" }),
      "reconnect-needed: scope-missing",
    ],
    ["403 from a firewall", page(403), "rejected: incompatible-server"],
    ["404", status(404, { error: "Record not found" }), "rejected: incompatible-server"],
    ["a web page", page(200), "rejected: incompatible-server"],
    ["a redirect", toLogin, "rejected: incompatible-server"],
    ["410 of this call alone", status(410, { error: "Gone" }), "rejected: incompatible-server"],
    ["422", status(422, { error: "Validation failed" }), "rejected: refused"],
    ["422 in Hollo's words", status(422, { error: "invalid_request", zod_error: {} }), "rejected: refused"],
    ["400 in GoToSocial's words", status(400, { error: "Bad Request: text too long" }), "rejected: refused"],
    ["400 with nothing that we can read", page(400), "rejected: incompatible-server"],
    ["429", status(429, { error: "Too many requests" }), "rate-limited: rate-limited"],
    ["429 from a proxy", page(429), "rate-limited: rate-limited"],
    [
      "503: a lock was lost",
      status(503, { error: "There was a temporary problem" }),
      "transient: server-trouble",
    ],
    ["503 from a proxy", page(503), "transient: server-trouble"],
    ["500", status(500, { error: "Internal Server Error" }), "ambiguous: server-trouble"],
    ["502 from a proxy", page(502), "ambiguous: server-trouble"],
    ["504 from a proxy", page(504), "ambiguous: server-trouble"],
    ["200 and nothing", { kind: "status", status: 200 }, "ambiguous: unreadable"],
    ["200 and something else", status(200, { id: null }), "ambiguous: unreadable"],
  ])("%s", async (_, answer, outcome) => {
    const ana = await connectTo();
    await fault(PUBLISH, answer);
    expect(await outcomeOf(share(ana))).toBe(outcome);
    expect(await postsOn(emulator.mastodon)).toEqual([]);
  });

  test.each([
    ["too long", { text: "a".repeat(6_000) }, "mastodon.localhost"],
    ["too long, for GoToSocial", { text: "a".repeat(6_000) }, "gotosocial.localhost"],
    ["empty", { text: " " }, "mastodon.localhost"],
    ["empty, for Hollo", { text: " " }, "hollo.localhost"],
  ])("a text that is %s is refused, in the server's words", async (_, change, host) => {
    const error = await errorOf(share(await connectTo(host), makePost(change)));
    expect([error.kind, error.code]).toEqual(["rejected", "refused"]);
    expect(error.message).toMatch(/^The Mastodon server refused this: /);
  });

  test("a disabled login asks to reconnect, in the server's words", async () => {
    const ana = await connectTo();
    await control(emulator.mastodon, "POST", "accounts", { username: "ana", status: "disabled" });
    const error = await errorOf(share(ana));
    expect([error.kind, error.code]).toEqual(["reconnect-needed", "account-barred"]);
    expect(error.message).toContain("Your login is currently disabled");
    expect(await outcomeOf(mastodon.verifyToken(ana.account, ana.tokens))).toBe(
      "reconnect-needed: account-barred",
    );
  });

  test("a firewall that turns us away says nothing of the account", async () => {
    const ana = await connectTo();
    await fault(PUBLISH, page(403));
    await fault(WHO_AM_I, page(403), 2);
    expect(await outcomeOf(share(ana))).toBe("rejected: incompatible-server");
    expect(await outcomeOf(mastodon.verifyToken(ana.account, ana.tokens))).toBe(
      "rejected: incompatible-server",
    );
  });

  test("a missing permission is named", async () => {
    const { account } = await connectTo();
    const error = await errorOf(share(await withScopes(account, "profile")));
    expect([error.kind, error.code]).toEqual(["reconnect-needed", "scope-missing"]);
    expect(error.message).toContain("write:statuses");
  });

  test("a token for all writing is enough", async () => {
    const { account } = await connectTo();
    expect(await outcomeOf(share(await withScopes(account, "profile write")))).toBe("done");
  });

  test.each([
    ["mastodon.localhost", "reconnect-needed: token-refused"],
    ["old.localhost", "reconnect-needed: token-refused"],
  ])("the app's own token is refused on %s", async (host, outcome) => {
    const { account } = await connectTo(host);
    const [app] = platforms.apps.every.values();
    const form = {
      grant_type: "client_credentials",
      client_id: app?.clientId ?? "",
      client_secret: app?.clientSecret ?? "",
      scope: "write:statuses",
    };
    const answer = await emulatedFetch(`http://${at(host)}/oauth/token`, {
      method: "POST",
      body: new URLSearchParams(form),
    });
    const { access_token } = (await answer.json()) as { access_token: string };
    const tokens = { accessToken: access_token, scopes: ["write:statuses"] };
    expect(await outcomeOf(share({ account, tokens }))).toBe(outcome);
  });

  test("a token that ended and is sent to the login page asks to renew or reconnect", async () => {
    const ana = await connectTo();
    for (const answer of [toLogin, page(200)]) {
      await fault(PUBLISH, answer);
      await fault(WHO_AM_I, answer);
      expect(await outcomeOf(share(ana))).toBe("reconnect-needed: token-refused");
    }
  });

  test("a server that moved away is told to be none any more", async () => {
    const ana = await connectTo();
    await flip({ api: "html" });
    expect(await outcomeOf(share(ana))).toBe("rejected: incompatible-server");
  });

  test("the wait is the instant that the server names, else its Retry-After, else a minute", async () => {
    const ana = await connectTo();
    const reset = new Date(Math.ceil(Date.now() / 1_000) * 1_000 + 600_000);
    const waits: [object, number][] = [
      [{ "x-ratelimit-reset": reset.toISOString() }, reset.getTime() - Date.now()],
      [{ "retry-after": "120" }, 120_000],
      [{ "x-ratelimit-reset": new Date(Date.now() - 1_000).toISOString() }, 60_000],
      [{}, 60_000],
    ];
    for (const [headers, expected] of waits) {
      await fault(PUBLISH, status(429, { error: "Too many requests" }, headers));
      const { retryAt } = await errorOf(share(ana));
      const wait = (retryAt?.getTime() ?? 0) - Date.now();
      expect(Math.abs(wait - expected)).toBeLessThan(20_000);
    }
  });
});

describe("taking a post back", () => {
  test.each([
    ["a dead token", { kind: "revoke-token" }, "reconnect-needed: token-refused"],
    ["too many deletions", { kind: "rate-limit", headers: true }, "rate-limited: rate-limited"],
    ["trouble", page(500), "transient: server-trouble"],
    ["no answer", { kind: "drop", when: "after" }, "transient: connection-broken"],
  ])("%s", async (_, answer, outcome) => {
    const ana = await connectTo();
    const { platformPostId = "" } = await share(ana);
    await fault("DELETE /api/v1/statuses/:id", answer);
    const deletion = mastodon.deletePost?.(ana.account, ana.tokens, platformPostId);
    expect(await outcomeOf(deletion ?? Promise.resolve())).toBe(outcome);
  });
});

describe("looking for a share", () => {
  test("what not everybody may see cannot be called absent", async () => {
    await control(emulator.mastodon, "POST", "accounts", { username: "ana", defaultVisibility: "private" });
    const ana = await connectTo();
    const post = makePost();
    await share(ana, post);
    expect(await find(ana, post)).toBe("unknown");
  });

  test("with leave to read, what not everybody may see is found, and its absence is sure", async () => {
    await control(emulator.mastodon, "POST", "accounts", { username: "ana", defaultVisibility: "private" });
    const { account } = await connectTo();
    const ana = await withScopes(account, "profile write:statuses read:statuses");
    const post = makePost();
    expect(await find(ana, post)).toBe("absent");
    const { platformPostId } = await share(ana, post);
    expect(await find(ana, post)).toMatchObject({ platformPostId });
  });

  test("the token is asked with first, and as a stranger only where it is refused", async () => {
    const ana = await connectTo();
    expect(await find(ana)).toBe("absent");
    const asked = platforms.requests.filter(({ url }) => url.includes("/statuses?"));
    expect(asked.map(({ headers }) => headers.has("authorization"))).toEqual([true, false]);
    const refused = status(401, { error: "This method requires an authenticated user" });
    await fault(LIST, refused, 2);
    expect(await find(ana)).toBe("unknown");
    // The token is dead only if the account cannot be read either.
    await fault(LIST, refused, 2);
    await fault("GET /api/v1/accounts/verify_credentials", refused);
    expect(await outcomeOf(find(ana))).toBe("reconnect-needed: token-refused");
    await fault(LIST, status(403, { error: "This action is outside the authorized scopes" }), 2);
    expect(await find(ana)).toBe("unknown");
  });

  test("newer posts are read past page by page; five pages of them leave the question open", async () => {
    const ana = await connectTo();
    const post = makePost();
    for (let others = 0; others < 50; others += 1) await share(ana);
    expect(await find(ana, post)).toBe("absent");
    for (let others = 50; others < 200; others += 1) await share(ana);
    expect(await find(ana, post)).toBe("unknown");
  });

  test("a post is known by its words however the server shows its link, mentions and hashtags", async () => {
    const ana = await connectTo();
    const post = makePost({
      text: "“Hello” @bob@other.example, see https://blog.example.com/a_b?c=d&e=f #News",
      url: "https://blog.example.com/a_b?c=d&e=f",
    });
    const listed = (content: string, cardUrl?: string) => ({
      id: "7",
      uri: "https://other.example/7",
      content,
      created_at: new Date().toISOString(),
      card: cardUrl ? { url: cardUrl } : null,
    });
    const link =
      '<a href="https://blog.example.com/a_b?c=d&amp;e=f" rel="nofollow">blog.example.com/a_b…</a>';
    const mention =
      '<span class="h-card"><a href="https://other.example/@bob" class="u-url mention">@<span>bob</span></a></span>';
    const hashtag =
      '<a href="https://other.example/tags/news" class="mention hashtag">#<span>News</span></a>';
    await fault(
      LIST,
      status(200, [listed(`<p>&quot;Hello&quot; ${mention}, see ${link}<br>${hashtag}</p>`)]),
    );
    expect(await find(ana, post)).toEqual({ platformPostId: "7", url: "https://other.example/7" });
    await fault(LIST, status(200, [listed("<p>Other words</p>", post.url)]));
    expect(await find(ana, post)).toBe("unknown");
    await fault(LIST, status(200, [listed("<p>Other words</p>")]));
    expect(await find(ana, post)).toBe("absent");
  });
});
