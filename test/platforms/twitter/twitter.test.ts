import sharp from "sharp";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Emulator, startEmulator } from "../../../emulator/server.ts";
import type { Account, OAuthResult, SocialPlatform, Tokens } from "../../../src/platforms/platform.ts";
import { connect as connectByHand } from "../../emulator/twitter-app.ts";
import { emulatedFetch } from "../../harness/networks/emulated-fetch.ts";
import { control } from "../../harness/networks/networks.ts";
import {
  codeFor,
  connect,
  errorOf,
  finishDance,
  impatient,
  makePost,
  openPlatforms,
  outcomeOf,
  sentJustNow,
  startDance,
  type TestPlatforms,
} from "../../harness/networks/platforms.ts";
import { countCalls, orderFault, postsOn } from "../../harness/people/shares.ts";

const PUBLISH = "POST /2/tweets";
const WHO_AM_I = "GET /2/users/me";
const LIST = "GET /2/users/:id/tweets";
const DELETE = "DELETE /2/tweets/:id";
const TOKEN = "POST /2/oauth2/token";

let emulator: Emulator;
let platforms: TestPlatforms;
let twitter: SocialPlatform;
let ana: OAuthResult;

beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(() => emulator.stop());
beforeEach(async () => {
  await control(emulator.twitter, "POST", "reset", {});
  platforms = openPlatforms(emulator);
  twitter = platforms.getPlatform("twitter");
  ana = await connect(twitter);
});

const fault = (endpoint: string, what: object, times?: number) =>
  orderFault(emulator.twitter, endpoint, what, times);
const problem = (endpoint: string, name: string, more = {}) =>
  control(emulator.twitter, "POST", "problems", { endpoint, problem: name, ...more });
const flip = (change: object) => control(emulator.twitter, "POST", "switches", change);
const share = (post = makePost(), { account, tokens } = ana) => twitter.shareLink(account, tokens, post);
const find = (post = makePost()) => twitter.findShare(ana.account, ana.tokens, sentJustNow(post));
const refresh = (by = twitter) => by.refreshAccessToken(ana.account, ana.tokens);
const remove = (id: string) => twitter.deletePost?.(ana.account, ana.tokens, id) ?? Promise.resolve();
const status = (code: number, body: unknown, headers = {}) => ({
  kind: "status",
  status: code,
  body,
  headers,
});
const page = (code: number) => ({ kind: "status", status: code, html: "<h1>Hello</h1>" });
const oauthError = (code: number, error: string, description?: string) =>
  status(code, { error, ...(description === undefined ? {} : { error_description: description }) });

/** What was sent to the token or revocation endpoint. */
async function sentTo(path: string): Promise<{ authorization: string | null; form: unknown }[]> {
  const requests = platforms.requests.filter(({ url }) => new URL(url).pathname === path);
  return await Promise.all(
    requests.map(async (request) => ({
      authorization: request.headers.get("authorization"),
      form: Object.fromEntries(new URLSearchParams(await request.clone().text())),
    })),
  );
}

/** A person whose token permits only this. */
async function withScopes(scope: string, account: Account = ana.account): Promise<OAuthResult> {
  const { access_token } = await connectByHand(emulator.twitter.origin, { scope });
  const tokens: Tokens = { accessToken: access_token, scopes: scope.split(" ") };
  return { account, tokens };
}

const BASIC = `Basic ${Buffer.from("sharewell-demo:sharewell-demo-secret").toString("base64")}`;

describe("connecting", () => {
  test("asks for what posting, pictures and staying connected need, separated by spaces", async () => {
    const { authorization } = await startDance(twitter);
    expect(authorization.url).toContain(
      "scope=tweet.read%20tweet.write%20users.read%20offline.access%20media.write&",
    );
    expect(authorization.remember).toEqual({});
  });

  test("goes to x.com and its API unless it is told otherwise", async () => {
    const real = openPlatforms(emulator, {
      settings: { SOCIAL_TWITTER_ORIGIN: undefined, SOCIAL_TWITTER_API_ORIGIN: undefined },
      fetch: async () => Response.json({ error: "invalid_request" }, { status: 400 }),
    });
    const dance = await startDance(real.getPlatform("twitter"));
    expect(dance.authorization.url).toMatch(/^https:\/\/x\.com\/i\/oauth2\/authorize\?/);
    await outcomeOf(finishDance(real.getPlatform("twitter"), dance, "a code"));
    expect(real.requests.map(({ url }) => url)).toEqual(["https://api.x.com/2/oauth2/token"]);
  });

  test("proves a confidential app by Basic, never by a secret in the body", async () => {
    const [sent] = await sentTo("/2/oauth2/token");
    expect(sent?.authorization).toBe(BASIC);
    expect(Object.keys(sent?.form ?? {}).sort()).toEqual([
      "client_id",
      "code",
      "code_verifier",
      "grant_type",
      "redirect_uri",
    ]);
  });

  test("lets a public app name itself, without a secret", async () => {
    await control(emulator.twitter, "POST", "apps", { clientId: "sharewell-demo", type: "public" });
    const open = openPlatforms(emulator, { settings: { SOCIAL_TWITTER_CLIENT_SECRET: undefined } });
    const { account, tokens } = await connect(open.getPlatform("twitter"));
    const renewed = await open.getPlatform("twitter").refreshAccessToken(account, tokens);
    await open.getPlatform("twitter").revokeToken(account, renewed);
    expect(await outcomeOf(twitter.verifyToken(account, renewed))).toBe("reconnect-needed: token-refused");
    const asApp = open.requests.filter(({ url }) => url.includes("/oauth2/"));
    expect(asApp.map(({ headers }) => headers.get("authorization"))).toEqual([null, null, null]);
  });

  test("takes the granted scopes as a set, in whatever order they come", () => {
    expect(new Set(ana.tokens.scopes)).toEqual(
      new Set(["tweet.read", "tweet.write", "users.read", "offline.access", "media.write"]),
    );
  });

  test("tokens last two hours and can be renewed from now on", () => {
    const lifeMs = (ana.tokens.expiresAt?.getTime() ?? 0) - Date.now();
    expect(lifeMs).toBeGreaterThan(7_100_000);
    expect(lifeMs).toBeLessThanOrEqual(7_200_000);
    expect(ana.tokens.renewAfter?.getTime()).toBeLessThanOrEqual(Date.now());
  });

  test("a code is good for half a minute", async () => {
    const dance = await startDance(twitter);
    const code = await codeFor(dance);
    await control(emulator.twitter, "POST", "clock", { advanceSeconds: 31 });
    expect(await outcomeOf(finishDance(twitter, dance, code))).toBe("rejected: code-refused");
  });

  test.each([
    [
      "a code that is no good",
      oauthError(400, "invalid_request", "Value passed for the authorization code was invalid."),
      "rejected: code-refused",
    ],
    ["the same by its other name", oauthError(400, "invalid_grant"), "rejected: code-refused"],
    [
      "a parameter that is missing",
      oauthError(400, "invalid_request", "Missing required parameter [client_id]."),
      "rejected: app-refused (operator)",
    ],
    [
      "a wrong secret",
      oauthError(401, "unauthorized_client", "Missing valid authorization header"),
      "rejected: app-refused (operator)",
    ],
    ["an unknown app", oauthError(400, "invalid_client"), "rejected: app-refused (operator)"],
    ["an unknown app, by 401", oauthError(401, "invalid_client"), "rejected: app-refused (operator)"],
    [
      "a grant type that is not there",
      oauthError(400, "unsupported_grant_type"),
      "rejected: app-refused (operator)",
    ],
    ["a 401 that says nothing", page(401), "rejected: app-refused (operator)"],
    ["trouble", status(503, {}), "transient: server-trouble"],
    ["an answer without tokens", page(200), "transient: unreadable"],
    ["a firewall's page", page(403), "transient: unreadable"],
    ["too many calls", { kind: "rate-limit", headers: true }, "rate-limited: rate-limited"],
    [
      "credits that are used up",
      status(402, { title: "Payment Required" }),
      "rejected: credits-used-up (operator)",
    ],
    [
      "less than posting needs",
      status(200, { access_token: "a token", scope: "tweet.read users.read offline.access" }),
      "reconnect-needed: scope-missing",
    ],
  ])("exchanging the code: %s", async (_, answer, outcome) => {
    const dance = await startDance(twitter);
    const code = await codeFor(dance);
    await fault(TOKEN, answer);
    expect(await outcomeOf(finishDance(twitter, dance, code))).toBe(outcome);
  });

  test("what was not granted is named", async () => {
    const dance = await startDance(twitter);
    await fault(TOKEN, status(200, { access_token: "a token", scope: "users.read tweet.read" }));
    expect((await errorOf(finishDance(twitter, dance, "a code"))).message).toContain("(tweet.write)");
  });

  test("the wrong secret in our settings is told as the operator's to mend", async () => {
    const wrong = openPlatforms(emulator, { settings: { SOCIAL_TWITTER_CLIENT_SECRET: "wrong" } });
    expect(await outcomeOf(connect(wrong.getPlatform("twitter")))).toBe("rejected: app-refused (operator)");
    expect(await outcomeOf(refresh(wrong.getPlatform("twitter")))).toBe("rejected: app-refused (operator)");
  });
});

describe("who am I", () => {
  test("is told by an id, a name and a picture", () => {
    expect(ana.account).toEqual({
      id: "1102394857263748501",
      username: "ana",
      displayName: "Ana Lima",
      avatarUrl: expect.stringContaining("1102394857263748501"),
      extra: { subscription: "None" },
    });
  });

  test.each([
    ["None", 280],
    ["Basic", 280],
    ["Premium", 25_000],
    ["PremiumPlus", 25_000],
  ])("someone with the subscription %s may write %d characters", async (subscription, limit) => {
    await control(emulator.twitter, "POST", "accounts", { username: "ana", subscription });
    const account = await twitter.verifyToken(ana.account, ana.tokens);
    expect(twitter.countText(account, "").limit).toBe(limit);
    expect(await outcomeOf(share(makePost({ text: "a".repeat(limit) })))).toBe("done");
    expect(await outcomeOf(share(makePost({ text: "b".repeat(limit + 1) })))).toBe("rejected: refused");
  });

  test("of whom X tells no subscription writes 280", () => {
    expect(twitter.countText({ ...ana.account, extra: {} }, "").limit).toBe(280);
  });

  test("an answer that cannot be read may be asked for again", async () => {
    await fault(WHO_AM_I, page(200));
    expect(await outcomeOf(twitter.verifyToken(ana.account, ana.tokens))).toBe("transient: unreadable");
  });
});

describe("renewing tokens", () => {
  test("proves the app by Basic, and keeps what was granted", async () => {
    const renewed = await refresh();
    const [, sent] = await sentTo("/2/oauth2/token");
    expect(sent).toEqual({
      authorization: BASIC,
      form: {
        grant_type: "refresh_token",
        refresh_token: ana.tokens.refreshToken,
        client_id: "sharewell-demo",
      },
    });
    expect(new Set(renewed.scopes)).toEqual(new Set(ana.tokens.scopes));
  });

  test("of two who renew at the same time one wins, the other is told that the token is spent", async () => {
    const outcomes = await Promise.all([outcomeOf(refresh()), outcomeOf(refresh())]);
    expect(outcomes.sort()).toEqual(["done", "reconnect-needed: grant-dead"]);
  });

  test.each([
    [
      "a spent or revoked token",
      oauthError(400, "invalid_request", "Value passed for the token was invalid."),
      "reconnect-needed: grant-dead",
    ],
    [
      "the same by its other name",
      oauthError(400, "invalid_grant", "Value passed for the token was invalid."),
      "reconnect-needed: grant-dead",
    ],
    [
      "a parameter that is missing",
      oauthError(400, "invalid_request", "Missing required parameter [refresh_token]."),
      "rejected: app-refused (operator)",
    ],
    [
      "a wrong secret",
      oauthError(401, "unauthorized_client", "Missing valid authorization header"),
      "rejected: app-refused (operator)",
    ],
    ["an unknown app", oauthError(401, "invalid_client"), "rejected: app-refused (operator)"],
    ["an unknown app, by 400", oauthError(400, "invalid_client"), "rejected: app-refused (operator)"],
    [
      "a grant type that is not there",
      oauthError(400, "unsupported_grant_type"),
      "rejected: app-refused (operator)",
    ],
    ["too many calls", { kind: "rate-limit", headers: false }, "rate-limited: rate-limited"],
  ])("%s", async (_, answer, outcome) => {
    await fault(TOKEN, answer);
    expect(await outcomeOf(refresh())).toBe(outcome);
    expect(await countCalls(emulator.twitter, TOKEN)).toBe(2);
  });

  test.each([
    ["trouble", status(503, {})],
    ["a gateway's page", page(502)],
    ["a page that says nothing of the token", page(400)],
    ["no answer", { kind: "drop", when: "before" }],
  ])("%s once: the same token is tried a second time", async (_, answer) => {
    await fault(TOKEN, answer);
    const renewed = await refresh();
    expect(renewed.accessToken).not.toBe(ana.tokens.accessToken);
  });

  test.each([
    ["trouble", page(500)],
    ["no answer", { kind: "drop", when: "before" }],
  ])("%s twice: it may be tried later", async (_, answer) => {
    await fault(TOKEN, answer, 2);
    expect(await outcomeOf(refresh())).toMatch(/^transient: /);
    expect(await outcomeOf(refresh())).toBe("done");
  });

  test("a lost answer that spent the token is told by the second try", async () => {
    await fault(TOKEN, { kind: "drop", when: "after" });
    expect(await outcomeOf(refresh())).toBe("reconnect-needed: grant-dead");
  });

  test("a late answer is tried a second time", async () => {
    await fault(TOKEN, { kind: "delay", ms: 60_000 });
    const hasty = openPlatforms(emulator, { fetch: impatient(500) }).getPlatform("twitter");
    expect(await outcomeOf(refresh(hasty))).toBe("done");
  });

  test("nothing renews a connection that was made without offline.access", async () => {
    const { account, tokens } = await withScopes("tweet.read tweet.write users.read");
    expect(await outcomeOf(twitter.refreshAccessToken(account, tokens))).toBe(
      "reconnect-needed: not-renewable",
    );
  });
});

describe("revoking", () => {
  test("ends the whole grant by its refresh token", async () => {
    await twitter.revokeToken(ana.account, ana.tokens);
    expect(await sentTo("/2/oauth2/revoke")).toEqual([
      {
        authorization: BASIC,
        form: {
          token: ana.tokens.refreshToken,
          token_type_hint: "refresh_token",
          client_id: "sharewell-demo",
        },
      },
    ]);
    expect(await outcomeOf(refresh())).toBe("reconnect-needed: grant-dead");
  });

  test("ends the access token where there is no other", async () => {
    const short = await withScopes("tweet.read tweet.write users.read");
    await twitter.revokeToken(short.account, short.tokens);
    expect(await outcomeOf(share(makePost(), short))).toBe("reconnect-needed: token-refused");
  });

  test("by the person at X ends every token, and is told as such by a refresh", async () => {
    await control(emulator.twitter, "POST", "withdrawals", { username: "ana" });
    expect(await outcomeOf(share())).toBe("reconnect-needed: token-refused");
    expect(await outcomeOf(refresh())).toBe("reconnect-needed: grant-dead");
    expect(await postsOn(emulator.twitter)).toEqual([]);
  });

  test("is told when X does not do it", async () => {
    await fault("POST /2/oauth2/revoke", page(503));
    expect(await outcomeOf(twitter.revokeToken(ana.account, ana.tokens))).toBe("transient: server-trouble");
  });
});

describe("counting characters", () => {
  test.each([
    ["Hello, world! 👋", 16],
    ["https://example.com/very/long/path?x=1 hi", 26],
    ["example.com", 23],
    ["read this:https://a.co/b", 33],
    ["https://example.com)", 24],
    ["https://github.com/foo/bar_(baz)", 23],
    ["foo.zip bar.ai x.dev", 71],
    ["README.md", 23],
    ["node.js", 7],
    ["a.b", 3],
    ["v1.2.3", 6],
    ["mail me a@b.com", 15],
    ["@user@mastodon.social", 21],
    ["http://192.168.0.1/x", 20],
    ["https://localhost:3000", 22],
    ["ftp://example.com", 17],
    ["https://example.com/?q=日本", 27],
    ["https://münchen.de/ä", 23],
    ["日本語", 6],
    ["한", 2],
    ["€", 2],
    ["→", 2],
    ["™", 2],
    ["ﬁ", 2],
    ["\u00e9", 1],
    ["e\u0301", 1],
    ["Ж", 1],
    ["ع", 1],
    ["ह", 1],
    ["“quoted” – dash — em … ellipsis", 32],
    ["👨‍👩‍👧‍👦", 2],
    ["🙋🏽", 2],
    ["🇺🇸", 2],
    ["1️⃣", 2],
    ["✅", 2],
    ["☺️", 2],
    [`${"a".repeat(256)} https://example.com/${"x".repeat(300)}`, 280],
    ["", 0],
  ])("%s weighs %d", (text, length) => {
    expect(twitter.countText(ana.account, text)).toEqual({ length, limit: 280 });
  });
});

describe("posting", () => {
  test("sends the text and nothing else", async () => {
    const post = makePost();
    await share(post);
    const sent = platforms.requests.find(({ url }) => url.endsWith("/2/tweets"));
    expect(await sent?.clone().json()).toEqual({ text: post.text });
  });

  test("says who can reply, where that is not everyone", async () => {
    await share(makePost({ options: { replies: "mentionedUsers" } }));
    expect(await postsOn(emulator.twitter)).toMatchObject([{ replySettings: "mentionedUsers" }]);
    const shown = await (await emulatedFetch(`${emulator.twitter.origin}/ana`)).text();
    expect(shown).toContain("Only mentioned accounts can reply");
  });

  test("links to the post under the person's name", async () => {
    const { url, platformPostId } = await share();
    expect(platformPostId).toMatch(/^\d{19}$/);
    expect(url).toBe(`${emulator.twitter.origin}/ana/status/${platformPostId}`);
  });

  test("costs nothing to fail, and is the operator's to pay for", async () => {
    await control(emulator.twitter, "POST", "apps", { clientId: "sharewell-demo", credits: 0 });
    for (const creditsAnswer of ["older", "newer"]) {
      await flip({ creditsAnswer });
      expect(await outcomeOf(share())).toBe("rejected: credits-used-up (operator)");
      expect(await outcomeOf(twitter.verifyToken(ana.account, ana.tokens))).toBe(
        "rejected: credits-used-up (operator)",
      );
    }
  });

  test("the same text again is a duplicate", async () => {
    const post = makePost();
    await share(post);
    expect(await outcomeOf(share(post))).toBe("duplicate: duplicate");
    expect(await postsOn(emulator.twitter)).toHaveLength(1);
  });

  test("a token that X spuriously calls the wrong kind is shown once more", async () => {
    await problem(PUBLISH, "unsupported-authentication");
    await problem(WHO_AM_I, "unsupported-authentication");
    expect(await outcomeOf(share())).toBe("done");
    expect(await outcomeOf(twitter.verifyToken(ana.account, ana.tokens))).toBe("done");
    expect(await postsOn(emulator.twitter)).toHaveLength(1);
    await problem(PUBLISH, "unsupported-authentication", { times: 2 });
    expect(await outcomeOf(share())).toBe("reconnect-needed: authentication-refused");
  });

  test.each([
    "https://api.x.com",
    "https://api.twitter.com",
  ])("problems are known by their key, also at %s", async (problemOrigin) => {
    await flip({ problemOrigin });
    for (const [name, outcome] of [
      ["credits-older", "rejected: credits-used-up (operator)"],
      ["credits-newer", "rejected: credits-used-up (operator)"],
      ["unauthorized", "reconnect-needed: token-refused"],
      ["duplicate", "duplicate: duplicate"],
      ["not-permitted", "rejected: refused"],
      ["scope-missing", "rejected: app-not-permitted (operator)"],
      ["client-forbidden", "rejected: app-not-permitted (operator)"],
      ["oauth1-permissions", "rejected: app-not-permitted (operator)"],
      ["reply-or-quote", "rejected: refused"],
      ["cashtags", "rejected: refused"],
      ["user-suspended", "rejected: account-suspended"],
      ["account-locked", "rejected: refused"],
      ["too-many-requests", "rate-limited: rate-limited"],
      ["rate-limit-exceeded", "rate-limited: rate-limited"],
      ["usage-capped", "rate-limited: usage-capped (operator)"],
      ["internal-error", "ambiguous: no-clear-answer"],
      ["unavailable", "ambiguous: no-clear-answer"],
    ] as const) {
      await problem(PUBLISH, name);
      expect([name, await outcomeOf(share())]).toEqual([name, outcome]);
    }
  });

  test.each([
    [
      "credits used up, told with another status",
      status(403, { title: "CreditsDepleted", type: "https://api.x.com/2/problems/credits" }),
      "rejected: credits-used-up (operator)",
    ],
    [
      "a duplicate in the older shape",
      status(403, { errors: [{ code: 187, message: "Status is a duplicate." }] }),
      "duplicate: duplicate",
    ],
    ["a duplicate by its number alone", status(403, { errors: [{ code: 187 }] }), "duplicate: duplicate"],
    [
      "a duplicate in other words",
      status(403, { title: "Forbidden", detail: "Looks like a Duplicate post." }),
      "duplicate: duplicate",
    ],
    [
      "something wrong with a field",
      status(400, { errors: [{ message: "$.text: string found" }], title: "Invalid Request" }),
      "rejected: refused",
    ],
    ["a 400 that says nothing", page(400), "rejected: refused"],
    ["a firewall's page", page(403), "rejected: refused"],
    ["a 403 that says nothing", { kind: "status", status: 403 }, "rejected: refused"],
    [
      "404",
      status(404, {
        errors: [{ title: "Not Found Error", type: "https://api.x.com/2/problems/resource-not-found" }],
      }),
      "rejected: not-found",
    ],
    ["503 and nothing", { kind: "status", status: 503 }, "ambiguous: no-clear-answer"],
    ["201 and a page", page(201), "ambiguous: no-clear-answer"],
    ["201 and nothing", { kind: "status", status: 201 }, "ambiguous: no-clear-answer"],
    ["201 without an id", status(201, { data: {} }), "ambiguous: no-clear-answer"],
  ])("%s", async (_, answer, outcome) => {
    await fault(PUBLISH, answer);
    expect(await outcomeOf(share())).toBe(outcome);
  });

  test("what X refuses is told in its own words", async () => {
    expect((await errorOf(share(makePost({ text: "a".repeat(281) })))).message).toContain("text is too long");
    expect((await errorOf(share(makePost({ text: "$ONE and $TWO" })))).message).toContain("one cashtag");
    await control(emulator.twitter, "POST", "accounts", { username: "ana", state: "locked" });
    expect((await errorOf(share())).message).toContain("temporarily locked");
  });

  test.each([
    ["tweet.read users.read offline.access", /tweet\.write/],
    ["tweet.write users.read", /tweet\.read/],
    ["tweet.read tweet.write", /users\.read/],
  ])("with %s only, the missing permission is named and the person asked to reconnect", async (scope, missing) => {
    const error = await errorOf(share(makePost(), await withScopes(scope)));
    expect([error.kind, error.code]).toEqual(["reconnect-needed", "scope-missing"]);
    expect(error.message).toMatch(missing);
  });

  test("an app that may only read, or has no access, is the operator's to mend", async () => {
    await control(emulator.twitter, "POST", "apps", { clientId: "sharewell-demo", permission: "read" });
    const reader = await connect(twitter);
    const error = await errorOf(share(makePost(), reader));
    expect([error.kind, error.code, error.operator]).toEqual(["rejected", "app-not-permitted", true]);
    expect(error.message).toContain("Read and write");
    await control(emulator.twitter, "POST", "apps", { clientId: "sharewell-demo", enrolled: false });
    expect((await errorOf(share())).message).toContain("enrol");
  });
});

describe("waiting for X", () => {
  const inSeconds = (seconds: number) => String(Math.ceil(Date.now() / 1_000) + seconds);
  const quarter = () => ({ "x-rate-limit-remaining": "0", "x-rate-limit-reset": inSeconds(300) });

  // Headers are written when their test runs; until then the clock advances.
  test.each<[string, () => Record<string, string>, number]>([
    ["the window's reset", quarter, 300],
    [
      "the person's day, when that is used up",
      () => ({
        ...quarter(),
        "x-user-limit-24hour-remaining": "0",
        "x-user-limit-24hour-reset": inSeconds(7_200),
      }),
      7_200,
    ],
    [
      "the app's day, when that is used up",
      () => ({
        ...quarter(),
        "x-app-limit-24hour-remaining": "0",
        "x-app-limit-24hour-reset": inSeconds(3_600),
      }),
      3_600,
    ],
    [
      "the later of two days that are used up",
      () => ({
        ...quarter(),
        "x-user-limit-24hour-remaining": "0",
        "x-user-limit-24hour-reset": inSeconds(3_600),
        "x-app-limit-24hour-remaining": "0",
        "x-app-limit-24hour-reset": inSeconds(7_200),
      }),
      7_200,
    ],
    [
      "the window's, when the day that was used up is over",
      () => ({
        ...quarter(),
        "x-user-limit-24hour-remaining": "0",
        "x-user-limit-24hour-reset": inSeconds(-60),
      }),
      300,
    ],
    [
      "the window's, when the days are not used up",
      () => ({
        ...quarter(),
        "x-user-limit-24hour-remaining": "3",
        "x-user-limit-24hour-reset": inSeconds(7_200),
        "x-app-limit-24hour-remaining": "9",
        "x-app-limit-24hour-reset": inSeconds(7_200),
      }),
      300,
    ],
    ["Retry-After, when it is later", () => ({ ...quarter(), "retry-after": "600" }), 600],
    ["Retry-After alone", () => ({ "retry-after": "30" }), 30],
    ["a quarter of an hour without any header", () => ({}), 900],
    ["a quarter of an hour when the reset is past", () => ({ "x-rate-limit-reset": inSeconds(-60) }), 900],
  ])("lasts until %s", async (_, headers, seconds) => {
    const told: Readonly<Record<string, string>> = headers();
    await fault(PUBLISH, status(429, { title: "Too Many Requests" }, told));
    const { kind, retryAt, wholeApp } = await errorOf(share());
    expect(kind).toBe("rate-limited");
    expect(wholeApp).toBe(told["x-app-limit-24hour-remaining"] === "0");
    expect(Math.abs((retryAt?.getTime() ?? 0) - Date.now() - seconds * 1_000)).toBeLessThan(20_000);
  });

  test.each([
    ["Daily", 1],
    ["Monthly", 31],
  ])("a plan that is used up lasts until its period ends: %s", async (period, days) => {
    const type = "https://api.twitter.com/2/problems/usage-capped";
    await fault(PUBLISH, status(429, { title: "UsageCapExceeded", period, scope: "Product", type }));
    const { retryAt, message, wholeApp } = await errorOf(share());
    expect(wholeApp).toBe(true);
    const waitMs = (retryAt?.getTime() ?? 0) - Date.now();
    expect(waitMs).toBeGreaterThan(0);
    expect(waitMs).toBeLessThanOrEqual(days * 86_400_000);
    expect(retryAt?.toISOString()).toMatch(period === "Daily" ? /T00:00:00/ : /-01T00:00:00/);
    expect(message).toContain(retryAt?.toISOString().slice(0, 10));
  });

  test("comes after the posts of a window are used up, without a post too many", async () => {
    await flip({ postsPerWindow: 2 });
    const left = [await share(), await share()].map(({ budgets }) => budgets);
    const resetsAt = expect.any(Date);
    expect(left).toEqual([
      [{ of: "account", span: "short", remaining: 1, resetsAt }],
      [{ of: "account", span: "short", remaining: 0, resetsAt }],
    ]);
    expect(await outcomeOf(share())).toBe("rate-limited: rate-limited");
    expect(await postsOn(emulator.twitter)).toHaveLength(2);
  });
});

describe("reading and deleting", () => {
  test.each([
    ["a dead token", "unauthorized", "reconnect-needed: token-refused"],
    ["no credits", "credits-newer", "rejected: credits-used-up (operator)"],
    ["too many calls", "too-many-requests", "rate-limited: rate-limited"],
    ["trouble", "internal-error", "transient: server-trouble"],
    ["overload", "unavailable", "transient: server-trouble"],
  ])("%s is never taken for a doubt about a post", async (_, name, outcome) => {
    const { platformPostId = "" } = await share();
    for (const endpoint of [WHO_AM_I, LIST, DELETE]) await problem(endpoint, name);
    expect(await outcomeOf(twitter.verifyToken(ana.account, ana.tokens))).toBe(outcome);
    expect(await outcomeOf(find())).toBe(outcome);
    expect(await outcomeOf(remove(platformPostId))).toBe(outcome);
  });

  test("a post that X no longer has is deleted, whichever way X says so", async () => {
    for (const missingPostDeletion of ["deleted", "not-found"]) {
      await flip({ missingPostDeletion });
      expect(await outcomeOf(remove("1445880548472328192"))).toBe("done");
    }
  });

  test("somebody else's post is not ours to delete", async () => {
    const ben = await connect(twitter, { account: "ben" });
    const { platformPostId = "" } = await share(makePost(), ben);
    expect(await outcomeOf(remove(platformPostId))).toBe("rejected: refused");
  });
});

describe("pictures", () => {
  const noise = (side: number) =>
    sharp({
      create: {
        width: side,
        height: side,
        channels: 3,
        noise: { type: "gaussian", mean: 128, sigma: 60 },
        background: "red",
      },
    });
  const png = () => noise(20).png().toBuffer();
  const picture = async (alt = "A bicycle") => ({ bytes: await png(), type: "image/png", alt });

  test("larger than a megabyte go up in pieces of one", async () => {
    const bytes = await noise(1_000).png().toBuffer();
    expect(bytes.byteLength).toBeGreaterThan(2 * 1_024 * 1_024);
    await share(makePost({ pictures: [{ bytes, type: "image/png", alt: "" }] }));
    const pieces = Math.ceil(bytes.byteLength / (1_024 * 1_024));
    expect(await countCalls(emulator.twitter, "POST /2/media/upload/:id/append")).toBe(pieces);
    expect(await countCalls(emulator.twitter, "POST /2/media/metadata")).toBe(0);
    expect(await postsOn(emulator.twitter)).toMatchObject([{ media: [{ altText: "" }] }]);
  });

  test.each([
    ["too large", "image/png", () => noise(1_600).png().toBuffer()],
    ["of a kind that X does not take", "image/avif", () => noise(40).avif().toBuffer()],
    ["perhaps animated", "image/gif", () => noise(40).gif().toBuffer()],
  ])("that are %s are made to fit", async (_, type, make) => {
    await share(makePost({ pictures: [{ bytes: await make(), type, alt: "Noise" }] }));
    const begun = platforms.requests.find(({ url }) => url.endsWith("/initialize"));
    const told = (await begun?.clone().json()) as { media_type: string; total_bytes: number };
    expect(told.media_type).toBe("image/jpeg");
    expect(told.total_bytes).toBeLessThanOrEqual(5 * 1_024 * 1_024);
    expect(await postsOn(emulator.twitter)).toMatchObject([{ media: [{ altText: "Noise" }] }]);
  });

  test("that are no pictures are refused before anything is sent", async () => {
    const broken = { bytes: new Uint8Array(10), type: "image/bmp", alt: "" };
    expect(await outcomeOf(share(makePost({ pictures: [broken] })))).toBe("rejected: picture-unreadable");
    expect(await countCalls(emulator.twitter, "POST /2/media/upload/initialize")).toBe(0);
  });

  test("have their alt text cut at a thousand characters", async () => {
    await share(makePost({ pictures: [await picture("🚲".repeat(600))] }));
    expect(await postsOn(emulator.twitter)).toMatchObject([{ media: [{ altText: "🚲".repeat(500) }] }]);
  });

  test("need a permission of their own, which is named", async () => {
    const without = await withScopes("tweet.read tweet.write users.read");
    const error = await errorOf(share(makePost({ pictures: [await picture()] }), without));
    expect([error.kind, error.code]).toEqual(["reconnect-needed", "scope-missing"]);
    expect(error.message).toContain("(media.write)");
    expect(await outcomeOf(share(makePost(), without))).toBe("done");
  });

  test.each([
    ["POST /2/media/upload/initialize", status(503, {}), "transient: server-trouble"],
    ["POST /2/media/upload/initialize", page(200), "transient: unreadable"],
    ["POST /2/media/upload/:id/append", { kind: "status", status: 413 }, "rejected: refused"],
    ["POST /2/media/upload/:id/append", { kind: "drop", when: "before" }, "transient: connection-broken"],
    [
      "POST /2/media/upload/:id/finalize",
      status(400, { errors: [{ message: "Segments are missing." }] }),
      "rejected: refused",
    ],
    ["POST /2/media/metadata", { kind: "rate-limit", headers: true }, "rate-limited: rate-limited"],
    ["POST /2/media/upload/initialize", { kind: "revoke-token" }, "reconnect-needed: token-refused"],
  ])("that %s does not take stop the share before the fence", async (endpoint, answer, outcome) => {
    await fault(endpoint, answer);
    const post = makePost({ pictures: [await picture()] });
    expect(await outcomeOf(share(post))).toBe(outcome);
    expect(post.fences()).toBe(0);
  });

  test("that X needs time for are waited for, at the pace that it names", async () => {
    const finalized = (state: string) => ({
      data: { id: "1", processing_info: { state, check_after_secs: 0 } },
    });
    await fault("POST /2/media/upload/:id/finalize", status(200, finalized("pending")));
    await fault("GET /2/media/upload", status(200, finalized("in_progress")));
    await fault("GET /2/media/upload", status(200, finalized("failed")));
    expect(await outcomeOf(share(makePost({ pictures: [await picture()] })))).toBe(
      "rejected: picture-refused",
    );
    expect(await countCalls(emulator.twitter, "GET /2/media/upload")).toBe(2);
  });

  test("that X never finishes are given up for now", async () => {
    const waiting = { data: { id: "1", processing_info: { state: "in_progress", check_after_secs: 0 } } };
    await fault("POST /2/media/upload/:id/finalize", status(200, waiting));
    await fault("GET /2/media/upload", status(200, waiting), 100);
    expect(await outcomeOf(share(makePost({ pictures: [await picture()] })))).toBe(
      "transient: picture-not-ready",
    );
  });
});

describe("looking for a share", () => {
  test("finds it by its words, with t.co read as the address behind it", async () => {
    const post = makePost({ text: "5 < 6 & 7 > 6: see README.md, https://blog.example.com/a?b=c&d=e" });
    const { platformPostId } = await share(post);
    expect(await find(post)).toMatchObject({
      platformPostId,
      url: `${emulator.twitter.origin}/ana/status/${platformPostId}`,
    });
  });

  test("finds it with its pictures", async () => {
    const bytes = await sharp({ create: { width: 9, height: 9, channels: 3, background: "red" } })
      .png()
      .toBuffer();
    const post = makePost({ pictures: [{ bytes, type: "image/png", alt: "" }] });
    const { platformPostId } = await share(post);
    expect(await find(post)).toMatchObject({ platformPostId });
  });

  test("reads a long post in full", async () => {
    const post = makePost({ text: `${"word ".repeat(100)}https://blog.example.com/long` });
    const urls = [{ url: "https://t.co/abc", expanded_url: "https://blog.example.com/long" }];
    const listed = {
      id: "7",
      created_at: new Date().toISOString(),
      text: "word word… https://t.co/xyz",
      note_tweet: { text: `${"word ".repeat(100)}https://t.co/abc`, entities: { urls } },
    };
    await fault(LIST, status(200, { data: [listed], meta: { result_count: 1 } }));
    expect(await find(post)).toMatchObject({ platformPostId: "7" });
  });

  test("asks only for what was posted since, as each read is billed", async () => {
    await find();
    const asked = platforms.requests.find(({ url }) => url.includes("/tweets?"));
    const query = new URL(asked?.url ?? "").searchParams;
    const backMs = Date.now() - Date.parse(query.get("start_time") ?? "");
    expect(backMs).toBeGreaterThan(110_000);
    expect(backMs).toBeLessThan(130_000);
  });

  test("leaves the question open where X tells nothing to go by", async () => {
    for (const answer of [page(200), status(200, { errors: [{ title: "Not Found Error" }] }), page(403)]) {
      await fault(LIST, answer);
      expect(await find()).toBe("unknown");
    }
  });

  test("a duplicate after a doubt shows which post it is", async () => {
    const post = makePost();
    await fault(PUBLISH, { kind: "drop", when: "after" });
    expect(await outcomeOf(share(post))).toBe("ambiguous: connection-broken");
    expect(await outcomeOf(share(post))).toBe("duplicate: duplicate");
    const found = await find(post);
    if (typeof found !== "object") throw new Error("It should be found.");
    expect((await emulatedFetch(found.url)).status).toBe(200);
  });
});
