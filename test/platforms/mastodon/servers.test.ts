/** Servers with Mastodon's API that are not Mastodon: connecting there, being refused there, and leaving. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Emulator, startEmulator } from "../../../emulator/server.ts";
import { chooseScopes } from "../../../src/platforms/mastodon/oauth/scopes.ts";
import { readPostLink } from "../../../src/platforms/mastodon/posts/links.ts";
import type { Account, OAuthResult, SocialPlatform } from "../../../src/platforms/platform.ts";
import { control } from "../../harness/networks/networks.ts";
import {
  codeFor,
  connect,
  errorOf,
  finishDance,
  makePost,
  openPlatforms,
  outcomeOf,
  startDance,
  type TestPlatforms,
} from "../../harness/networks/platforms.ts";
import { countCalls, orderFault, postsOn } from "../../harness/people/shares.ts";

const PUBLISH = "POST /api/v1/statuses";
const WHO_AM_I = "GET /api/v1/accounts/verify_credentials";
const REGISTER = "POST /api/v1/apps";
const TOKEN = "POST /oauth/token";
const REVOKE = "POST /oauth/revoke";
const family = ["snac", "wordpress", "activities", "sharkey", "iceshrimp", "mitra", "gotosocial", "akkoma"];

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

const at = (name = "mastodon") => `${name}.localhost:${emulator.mastodon.port}`;
const connectTo = (name?: string, account = "ana") => connect(mastodon, { server: at(name), account });
const fault = (endpoint: string, what: object, times?: number) =>
  orderFault(emulator.mastodon, endpoint, what, times);
const flip = (change: object) => control(emulator.mastodon, "POST", "switches", change);
const share = ({ account, tokens }: OAuthResult, post = makePost()) =>
  mastodon.shareLink(account, tokens, post);
const revoke = ({ account, tokens }: OAuthResult) => mastodon.revokeToken(account, tokens);
const check = ({ account, tokens }: OAuthResult) => outcomeOf(mastodon.verifyToken(account, tokens));
const status = (code: number, body: unknown, headers = {}) => ({
  kind: "status",
  status: code,
  body,
  headers,
});
const page = (code: number) => ({ kind: "status", status: code, html: "<h1>Hello</h1>" });
const endTokens = () => {
  for (const token of emulator.mastodon.world.memory.tokens) token.endedBy = "revoked";
};

describe("connecting", () => {
  test.each(family)("to %s: one person, another, the first again, and each posts", async (name) => {
    for (const account of ["ana", "ben", "ana"]) {
      const connected = await connectTo(name, account);
      expect(connected.tokens.scopes).toEqual(expect.arrayContaining(["write:statuses"]));
      await share(connected, makePost({ text: `From ${account}` }));
    }
    expect(await postsOn(emulator.mastodon)).toHaveLength(3);
  });

  test("two people at once to a server whose apps serve one dance", async () => {
    const dances = await Promise.all([
      startDance(mastodon, { server: at("sharkey") }),
      startDance(mastodon, { server: at("sharkey") }),
    ]);
    const codes: string[] = [];
    for (const [which, dance] of dances.entries())
      codes.push(await codeFor(dance, which === 0 ? "ana" : "ben"));
    const results = await Promise.all(
      dances.map((dance, which) => finishDance(mastodon, dance, codes[which] ?? "")),
    );
    const used = new Set(results.map(({ account }) => account.extra.clientId));
    expect([used.size, platforms.apps.kept.size]).toEqual([2, 0]);
  });

  test.each([
    ["granted", ["profile", "write:statuses", "write:media"]],
    ["empty", ["profile", "write:statuses", "write:media"]],
    ["null", ["profile", "write:statuses", "write:media"]],
    ["absent", ["profile", "write:statuses", "write:media"]],
    ["repeated", ["profile", "write:statuses", "write:media"]],
    ["list", ["profile", "write:statuses", "write:media"]],
    ["commas", ["profile", "write:statuses", "write:media"]],
    ["backwards", ["write:media", "write:statuses", "profile"]],
    ["more", ["push", "profile", "write:statuses", "write:media", "follow"]],
    ["misskey", ["read:accounts", "write:statuses", "write:media"]],
  ])("reads scopes that are told %s", async (scopeTold, scopes) => {
    await flip({ scopeTold });
    expect((await connectTo()).tokens.scopes).toEqual(scopes);
  });

  test("takes names of no kind that we know for none", async () => {
    const dance = await startDance(mastodon, { server: at() });
    await fault(TOKEN, status(200, { access_token: "a token", scope: "everything" }));
    await fault(WHO_AM_I, status(200, { id: 7, username: "ana", display_name: null, url: null }));
    const { account, tokens } = await finishDance(mastodon, dance, "a code");
    expect(tokens.scopes).toEqual(["profile", "write:statuses", "write:media"]);
    expect([account.id, account.displayName]).toEqual([`7@${at()}`, "ana"]);
  });

  test("sends the scope with the code, and leaves it out where a server refuses it", async () => {
    await flip({ exchangeScope: "refused" });
    expect(await outcomeOf(connectTo())).toBe("done");
    const sent = await Promise.all(
      platforms.requests
        .filter(({ url }) => url.endsWith("/oauth/token"))
        .map(async (request) => new URLSearchParams(await request.clone().text()).get("scope")),
    );
    expect(sent).toEqual(["profile write:statuses write:media", null]);
  });

  test.each([
    ["misskey", "mastodon", "read:accounts write:statuses write:media"],
    ["coarse", "mastodon", "read write"],
    ["offline", "mastodon", "profile write:statuses write:media offline_access"],
    ["mastodon", "gotosocial", "read:accounts write:statuses write:media read:statuses"],
  ])("asks a server that lists scopes %s (%s) for no more than it takes", async (scopesListed, name, scopes) => {
    await flip({ server: `${name}.localhost`, scopesListed });
    const { authorization } = await startDance(mastodon, { server: at(name) });
    expect(new URL(authorization.url).searchParams.get("scope")).toBe(scopes);
  });

  test("an app that asked for less than is needed now is registered anew", async () => {
    await connectTo();
    await flip({ scopesListed: "offline" });
    await connectTo();
    await connectTo();
    expect(await countCalls(emulator.mastodon, REGISTER)).toBe(2);
  });

  test("tokens of seven days come with a refresh token where one is asked for", async () => {
    await flip({ server: "activities.localhost", scopesListed: "offline" });
    const ana = await connectTo("activities");
    expect(ana.tokens).toMatchObject({ refreshToken: expect.any(String), renewAfter: expect.any(Date) });
    expect(await check({ ...ana, tokens: await mastodon.refreshAccessToken(ana.account, ana.tokens) })).toBe(
      "done",
    );
    await flip({ tokens: "expiring", refreshTokens: "empty" });
    const ben = await connectTo("mastodon", "ben");
    expect(ben.tokens).toMatchObject({ expiresAt: expect.any(Date) });
    expect(ben.tokens).not.toHaveProperty("refreshToken");
  });

  test("a server that lets no app in is told, before the person is led there", async () => {
    await flip({ server: "sharkey.localhost", consent: "closed" });
    const error = await errorOf(startDance(mastodon, { server: at("sharkey") }));
    expect([error.kind, error.code]).toEqual(["rejected", "registration-refused"]);
    expect(error.message).toContain("OAuth login is disabled");
  });
});

describe("our app that everybody shares", () => {
  const anew = async (times: number) => expect(await countCalls(emulator.mastodon, REGISTER)).toBe(times);

  test("that GoToSocial forgot, and says so in its own words, is registered anew", async () => {
    await connectTo("gotosocial");
    await control(emulator.mastodon, "POST", "vacuum-apps", { server: "gotosocial.localhost" });
    expect(await outcomeOf(connectTo("gotosocial"))).toBe("done");
    await anew(2);
  });

  test.each([
    ["200", status(200, { access_token: "a token" }), 1],
    ["a grant that it has not", status(400, { error: "unsupported_grant_type" }), 1],
    ["a grant that is not ours", status(400, { error: "unauthorized_client" }), 1],
    ["words about the grant", status(400, { error: "Invalid grant_type" }), 1],
    ["too many calls", status(429, { error: "Too many requests" }), 1],
    ["too many calls, from a proxy", page(429), 1],
    ["trouble", page(503), 1],
    ["an unknown app", status(401, { error: "invalid_client" }), 2],
    ["an unknown app, by 400", status(400, { error: "invalid_client" }), 2],
    [
      "an unknown app, by the name for a known one",
      status(400, {
        error: "unauthorized_client",
        error_description: "Unknown client",
      }),
      2,
    ],
    ["free words", status(400, { error: "Bad Request: no application found" }), 2],
    ["404", status(404, { error: "Record not found" }), 2],
    ["a web page", page(200), 2],
    ["a firewall", page(403), 2],
  ])("is checked with %s", async (_, answer, registrations) => {
    await connectTo();
    await fault(TOKEN, answer);
    expect(await outcomeOf(startDance(mastodon, { server: at() }))).toBe("done");
    await anew(registrations);
  });

  test.each([
    ["a firewall", page(403)],
    ["a limit", { kind: "rate-limit", headers: true }],
    ["closed doors", status(403, { error: "App registration has been disabled." })],
  ])("is kept in doubt where no other is to be had: %s", async (_, answer) => {
    const before = await startDance(mastodon, { server: at() });
    await fault(TOKEN, page(403));
    await fault(REGISTER, answer);
    const { authorization } = await startDance(mastodon, { server: at() });
    expect(authorization.remember).toEqual(before.authorization.remember);
  });
});

describe("a 401 ends a connection only where the account is refused too", () => {
  const limited = { message: "Rate limit exceeded. Please try again later.", code: "RATE_LIMIT_EXCEEDED" };

  test.each([
    ["a limit", { error: limited }, "rate-limited: rate-limited"],
    ["a text", { error: { message: "Invalid param.", code: "INVALID_PARAM" } }, "rejected: refused"],
    ["a reason in words", { error: "Cannot create a note here" }, "rejected: refused"],
    ["a token that is good elsewhere", { error: "The access token is invalid" }, "transient: server-trouble"],
    ["nothing", {}, "transient: server-trouble"],
    ["other permissions", { error: "Insufficient permissions" }, "reconnect-needed: scope-missing"],
  ])("%s", async (_, body, outcome) => {
    const ana = await connectTo("sharkey");
    await fault(PUBLISH, status(401, body));
    expect(await outcomeOf(share(ana))).toBe(outcome);
    expect(await postsOn(emulator.mastodon)).toEqual([]);
  });

  test("a post that is gone is deleted, and nothing more is lost", async () => {
    const ana = await connectTo("sharkey");
    const { platformPostId = "" } = await share(ana);
    for (let round = 0; round < 2; round += 1)
      expect(
        await outcomeOf(mastodon.deletePost?.(ana.account, ana.tokens, platformPostId) ?? share(ana)),
      ).toBe("done");
    expect(await check(ana)).toBe("done");
  });

  test.each([
    "mastodon",
    "gotosocial",
    "hollo",
    "akkoma",
    "sharkey",
  ])("on %s: tokens that are dead are told so, whatever the server stumbles over", async (name) => {
    const ana = await connectTo(name);
    endTokens();
    expect(await outcomeOf(share(ana))).toBe("reconnect-needed: token-refused");
    expect(await outcomeOf(mastodon.deletePost?.(ana.account, ana.tokens, "1") ?? share(ana))).toBe(
      "reconnect-needed: token-refused",
    );
  });

  test.each([
    ["trouble", page(503), "transient: server-trouble"],
    ["too many calls", { kind: "rate-limit", headers: true }, "rate-limited: rate-limited"],
    ["no answer", { kind: "drop", when: "before" }, "transient: connection-broken"],
    ["a firewall", page(403), "transient: server-trouble"],
  ])("while the account cannot be asked, it is left open: %s", async (_, answer, outcome) => {
    const ana = await connectTo();
    await fault(PUBLISH, status(401, { error: "The access token is invalid" }));
    await fault(WHO_AM_I, answer);
    expect(await outcomeOf(share(ana))).toBe(outcome);
  });

  test("nor does 410 for one post", async () => {
    const ana = await connectTo();
    await fault("DELETE /api/v1/statuses/:id", status(410, { error: "Gone" }));
    expect(await outcomeOf(mastodon.deletePost?.(ana.account, ana.tokens, "1") ?? share(ana))).toBe("done");
  });
});

describe("what a server forbids", () => {
  test.each([
    ["mastodon", "disabled", "account-barred", /Your login is currently disabled/],
    ["mastodon", "unconfirmed", "account-barred", /confirmed e-mail address/],
    ["mastodon", "pending", "account-barred", /pending approval/],
    ["mastodon", "without-2fa", "account-barred", /two-factor/],
    ["mastodon", "moved", "account-barred", /Your login is currently disabled/],
    ["gotosocial", "moved", "account-barred", /Moved/],
    ["gotosocial", "disabled", "token-refused", /no longer accepts/],
    ["hollo", "disabled", "account-barred", /disabled/],
    ["sharkey", "moved", "account-barred", /disabled/],
  ])("%s: whoever is %s there has to reconnect, and is told why", async (name, standing, code, words) => {
    const ana = await connectTo(name);
    const change = { server: `${name}.localhost`, username: "ana", status: standing };
    await control(emulator.mastodon, "POST", "accounts", change);
    const error = await errorOf(share(ana));
    expect([error.kind, error.code]).toEqual(["reconnect-needed", code]);
    expect(error.message).toMatch(words);
  });

  test.each([
    [403, { error: "This action is outside the authorized scopes" }, "reconnect-needed: scope-missing"],
    [403, { error: "Forbidden: token has insufficient scope permission" }, "reconnect-needed: scope-missing"],
    [403, { error: "Insufficient permissions: write:statuses." }, "reconnect-needed: scope-missing"],
    [403, { error: "insufficient_scope" }, "reconnect-needed: scope-missing"],
    [
      403,
      { error: { code: "PERMISSION_DENIED", message: "Your app does not have the necessary permissions" } },
      "reconnect-needed: scope-missing",
    ],
    [403, { error: "Your account is currently disabled" }, "reconnect-needed: account-barred"],
    [403, { error: "Password reset is required" }, "reconnect-needed: account-barred"],
    [
      403,
      { error: { code: "YOUR_ACCOUNT_SUSPENDED", message: "Your account has been suspended." } },
      "reconnect-needed: account-barred",
    ],
    [403, { error: "This action is not allowed" }, "rejected: refused"],
    [403, { error: "Rate limit exceeded" }, "rate-limited: rate-limited"],
    [422, { error: "Validation failed: Text can't be blank" }, "rejected: refused"],
  ])("%s %j", async (code, body, outcome) => {
    const ana = await connectTo();
    await fault(PUBLISH, status(code, body));
    expect(await outcomeOf(share(ana))).toBe(outcome);
  });

  test("by the header alone: the scope is not enough", async () => {
    const ana = await connectTo();
    const header = { "www-authenticate": 'Bearer error="insufficient_scope", scope="write:statuses"' };
    await fault(PUBLISH, status(403, { error: "No" }, header));
    expect(await outcomeOf(share(ana))).toBe("reconnect-needed: scope-missing");
  });

  test("asked for the account, by other permissions: what is missing is told, not a barred account", async () => {
    const ana = await connectTo();
    await fault(WHO_AM_I, status(403, { error: "This action is outside the authorized scopes" }));
    expect(await check(ana)).toBe("reconnect-needed: scope-missing");
  });
});

describe("leaving", () => {
  test.each([
    ...["snac", "wordpress", "activities", "iceshrimp", "mitra", "gotosocial", "akkoma"].map(
      (name) => [name, "ended", "reconnect-needed: token-refused"] as const,
    ),
    ["sharkey", "impossible", "done"] as const,
  ])("%s: our access there is %s", async (name, outcome, afterwards) => {
    const ana = await connectTo(name);
    // A person who comes later has another app, or the same.
    await connectTo(name, "ben");
    expect(await revoke(ana)).toBe(outcome);
    expect(await check(ana)).toBe(afterwards);
  });

  test.each([
    ["missing", "impossible"],
    ["forbidden", "impossible"],
    ["page", "impossible"],
    ["pretended", "impossible"],
    ["bearer-json", "ended"],
    ["usual", "ended"],
  ])("where the call is %s", async (revocation, outcome) => {
    const ana = await connectTo();
    await flip({ revocation });
    expect(await revoke(ana)).toBe(outcome);
  });

  test("what is over already has ended, whatever the server says to it", async () => {
    const ana = await connectTo();
    endTokens();
    await flip({ revocation: "forbidden" });
    expect(await revoke(ana)).toBe("ended");
  });

  test("a forgotten app is no proof that its grants are", async () => {
    const ana = await connectTo("gotosocial");
    platforms.apps.every.clear();
    expect(await revoke(ana)).toBe("impossible");
    expect(await check(ana)).toBe("done");
  });

  test.each([
    ["too many calls", { kind: "rate-limit", headers: true }, "rate-limited: rate-limited"],
    ["trouble", page(503), "transient: server-trouble"],
    ["a firewall", page(403), "rejected: incompatible-server"],
  ])("is tried again after %s", async (_, answer, outcome) => {
    const ana = await connectTo();
    await fault(REVOKE, answer);
    expect(await outcomeOf(revoke(ana))).toBe(outcome);
    expect(await revoke(ana)).toBe("ended");
  });
});

describe("a link that the person copied there", () => {
  const account: Account = {
    ...{ id: "115@social.example", username: "ana@people.example", displayName: "Ana" },
    extra: {
      ...{ origin: "https://social.example", accountId: "115", handleDomain: "people.example" },
      ...{ maxCharacters: 500, charactersPerUrl: 23, unit: "graphemes" },
    },
  };

  test.each([
    ["/@ana/113000000000000000", "113000000000000000"],
    ["/@ana/statuses/01HZX5F2Q0AN0000000000A001", "01HZX5F2Q0AN0000000000A001"],
    ["/@Ana/posts/12", "12"],
    ["/deck/@ana/113", "113"],
    ["/web/statuses/113", "113"],
    ["/users/ana/statuses/113/activity", "113"],
    ["/ap/users/115/statuses/116", "116"],
    ["/@ana@people.example/0191f0a2-6c1e-7a51", undefined],
    ["/@ana@social.example/https%3A%2F%2Fx", undefined],
    ["/notes/9xyz", "9xyz"],
    ["/notice/AbC", "AbC"],
    ["/objects/0191f0a2-6c1e-7a51-9d6e-9f0c3c1a0a01", undefined],
    ["/p/ana/7", "7"],
    ["/i/web/post/7", "7"],
    ["/post/0191f0a2-6c1e", "0191f0a2-6c1e"],
    ["/ana/p/1700000000.123456", undefined],
    ["/snac/ana/p/1700000000.123456/", undefined],
    ["/display/ana/0191", undefined],
    ["/display/0191-aaaa", undefined],
    ["/s/4711", undefined],
    ["/?p=7", undefined],
  ])("%s is a post", (path, id) => {
    const found = readPostLink(account, `https://social.example${path}`);
    expect(found?.platformPostId).toBe(id);
    expect(found?.url).toContain("https://social.example/");
  });

  test.each([
    "https://social.example/@ben/113",
    "https://social.example/@ana@elsewhere.example/113",
    "https://social.example/users/ben/statuses/113",
    "https://social.example/ap/users/116/statuses/113",
    "https://social.example/p/ben/7",
    "https://social.example/ben/p/1700000000.123456",
    "https://social.example/display/ben/0191",
    "https://elsewhere.example/notes/9xyz",
    "https://elsewhere.example/?p=7",
    "https://social.example/?p=seven",
    "https://social.example/about",
    "https://social.example/2026/11/a-post/",
    "https://social.example/",
    "https://social.example/@ana",
  ])("%s is none of this account's", (link) => {
    expect(readPostLink(account, link)).toBeUndefined();
  });

  test("WordPress has the addresses that its owner chose", () => {
    const blog = {
      ...account,
      extra: { ...account.extra, software: { name: "wordpress", version: "6.1.9" } },
    };
    expect(readPostLink(blog, "https://social.example/2026/11/30/a-post/")?.url).toBe(
      "https://social.example/2026/11/30/a-post/",
    );
  });
});

test("a server that lists nothing is asked for the usual three", () => {
  expect(chooseScopes({ supported: undefined, listNeeds: undefined })).toHaveLength(3);
});
