import { createHash, randomBytes } from "node:crypto";
import sharp from "sharp";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Emulator, startEmulator } from "../../../emulator/server.ts";
import type { OAuthResult, SocialPlatform } from "../../../src/platforms/platform.ts";
import { approve } from "../../harness/networks/consent.ts";
import { emulatedFetch } from "../../harness/networks/emulated-fetch.ts";
import { control } from "../../harness/networks/networks.ts";
import {
  connect,
  errorOf,
  makePost,
  openPlatforms,
  outcomeOf,
  sentJustNow,
  startDance,
  type TestPlatforms,
} from "../../harness/networks/platforms.ts";
import { countCalls, orderFault, postsOn } from "../../harness/people/shares.ts";
import { type Loopback, startLoopback } from "../../net/loopback.ts";

const PUT = "POST /xrpc/com.atproto.repo.putRecord";
const UPLOAD = "POST /xrpc/com.atproto.repo.uploadBlob";
const PUSH = "POST /oauth/par";
const TOKEN = "POST /oauth/token";
const DELETE = "POST /xrpc/com.atproto.repo.deleteRecord";
const SESSION = "GET /xrpc/com.atproto.server.getSession";

const DAY_SECONDS = 86_400;

let emulator: Emulator;
let platforms: TestPlatforms;
let bluesky: SocialPlatform;
let ana: OAuthResult;

beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(() => emulator.stop());
beforeEach(async () => {
  await control(emulator.bluesky, "POST", "reset", {});
  platforms = openPlatforms(emulator);
  bluesky = platforms.getPlatform("bluesky");
  ana = await connect(bluesky, { server: "ana.bsky.test" });
});

const problem = (endpoint: string, name: string, more = {}) =>
  control(emulator.bluesky, "POST", "problems", { endpoint, problem: name, ...more });
const flip = (change: object) => control(emulator.bluesky, "POST", "switches", change);
const alter = (username: string, change: object) =>
  control(emulator.bluesky, "POST", "accounts", { username, ...change });
const share = (post = makePost(), { account, tokens } = ana) => bluesky.shareLink(account, tokens, post);
const reconnect = (server = "ana.bsky.test", account = "ana") =>
  connect(openPlatforms(emulator).getPlatform("bluesky"), { server, account });
const here = (host: string) => `${host}:${emulator.bluesky.port}`;
const records = (collection: string) =>
  emulator.bluesky.world.memory.records.filter((record) => record.collection === collection);
const latest = () => records("app.bsky.feed.post").at(-1)?.value;

describe("connecting", () => {
  test.each([
    ["ana.bsky.test"],
    ["@Ana.Bsky.test"],
    [" at://ana.bsky.test/ "],
    ["https://bsky.app/profile/ana.bsky.test"],
    ["did:plc:ana23lima4harbour5posts2"],
    ["https://bsky.app/profile/did:plc:ana23lima4harbour5posts2/post/3lbvq2xkzrs2k"],
  ])("%s leads to Ana's server", async (server) => {
    expect((await reconnect(server)).account).toEqual(ana.account);
  });

  test("a server alone leads to its page, where the person says who they are", async () => {
    const connected = await reconnect(here("localhost"), "ben");
    expect(connected.account).toMatchObject({
      id: "did:plc:ben23okafor4records5post",
      username: "ben.bsky.test",
    });
  });

  test("an account on a server that is its own authorization server is connected there", async () => {
    const { account } = await reconnect("carla.bsky.test", "carla");
    expect(account.extra).toMatchObject({ server: `http://${here("127.0.0.1")}` });
  });

  test.each([
    ["nobody.test", "rejected: no-account", "There is no Bluesky account nobody.test."],
    ["did:plc:aaaaaaaaaaaaaaaaaaaaaaaa", "rejected: no-account", "There is no Bluesky account did:plc:"],
    ["ana", "rejected: not-an-account", "Type your handle, like alice.bsky.social."],
    ["ana@example.com", "rejected: not-an-account", "Type your handle, like alice.bsky.social."],
    ["http://10.0.0.1/", "rejected: not-an-account", "Type your handle"],
    ["", "rejected: not-an-account", "Type your handle"],
  ])("%s is refused with a way out", async (typed, outcome, words) => {
    expect(await outcomeOf(bluesky.findIssuer(typed))).toBe(outcome);
    expect((await errorOf(bluesky.findIssuer(typed))).message).toContain(words);
  });

  test("a handle that its account no longer has is refused", async () => {
    await alter("ana", { claimsHandle: false });
    expect(await outcomeOf(reconnect())).toBe("rejected: handle-mismatch");
  });

  test("an account that does not name its handle is shown by its DID", async () => {
    await alter("ana", { claimsHandle: false });
    expect((await reconnect(ana.account.id)).account.username).toBe(ana.account.id);
  });

  test.each([
    ["without-oauth", "rejected: no-oauth"],
    ["another-issuer", "rejected: no-oauth"],
  ])("a server with discovery %s: %s", async (discovery, outcome) => {
    await flip({ discovery });
    expect(await outcomeOf(reconnect())).toBe(outcome);
  });

  test("asks only for the permissions that posting needs, and reads back what was granted", async () => {
    await startDance(bluesky, { server: "ana.bsky.test" });
    const pushed = new URLSearchParams(await platforms.requests.at(-1)?.text());
    expect(
      pushed
        .get("scope")
        ?.split(" ")
        .map((scope) => scope.split("?")[0]),
    ).toEqual([...["atproto", "repo:app.bsky.feed.post", "repo:app.bsky.feed.threadgate", "blob:image/*"]]);
    expect(pushed.get("login_hint")).toBe("ana.bsky.test");
    expect(ana.tokens.scopes).toContain("repo:app.bsky.feed.post");
  });

  test("a server that refuses single permissions is asked for the usual one", async () => {
    await flip({ granularScopes: "refused" });
    const connected = await reconnect();
    expect(connected.tokens.scopes).toEqual(["atproto", "transition:generic"]);
    expect(await outcomeOf(share(makePost(), connected))).toBe("done");
  });

  test("a server that drops them without a word connects nothing", async () => {
    await flip({ granularScopes: "dropped" });
    expect(await outcomeOf(reconnect())).toBe("rejected: scope-missing");
  });

  test("a server cannot speak for an account that is not its own", async () => {
    await flip({ subject: "another" });
    expect(await outcomeOf(reconnect())).toBe("rejected: other-account");
  });

  test("somebody else on the consent page is not connected as the account that was typed", async () => {
    expect(await outcomeOf(reconnect("ana.bsky.test", "ben"))).toBe("rejected: other-account");
  });

  test.each([
    ["deactivated", "reconnect-needed: account-deactivated"],
    // Taking an account down ends its sessions.
    ["suspended", "reconnect-needed: token-refused"],
  ])("nothing is posted for an account that is %s", async (status, outcome) => {
    await alter("ana", { status });
    expect(await outcomeOf(bluesky.verifyToken(ana.account, ana.tokens))).toBe(outcome);
    expect(await outcomeOf(share())).toBe(outcome);
  });
});

describe("at a public address", () => {
  const base = "https://share.example.com/";
  const redirectUri = `${base}social/callback/bluesky/`;
  let pages: Loopback;
  let own: TestPlatforms;
  let platform: SocialPlatform;

  beforeAll(async () => {
    pages = await startLoopback(async (request, response) => {
      const document = request.url?.split("/").at(-1) ?? "";
      const described = await platform.describeClient({ document, redirectUri });
      response.writeHead(described === undefined ? 404 : 200, { "content-type": "application/json" });
      response.end(JSON.stringify(described ?? {}));
    });
  });
  afterAll(() => pages.close());
  beforeEach(async () => {
    own = openPlatforms(emulator, { settings: { SOCIAL_BASE_URL: base } });
    platform = own.getPlatform("bluesky");
  });

  const publish = () =>
    control(emulator.bluesky, "POST", "clients", { origin: base, at: `http://127.0.0.1:${pages.port}` });

  async function connectHere(): Promise<OAuthResult> {
    const [state, codeVerifier] = [randomBytes(32), randomBytes(32)].map((bytes) =>
      bytes.toString("base64url"),
    );
    const issuer = await platform.findIssuer("ana.bsky.test");
    const { url, remember } = await platform.getAuthorizeUrl({
      ...{ redirectUri, issuer: issuer ?? "", typed: "ana.bsky.test", state: state ?? "" },
      codeChallenge: createHash("sha256")
        .update(codeVerifier ?? "")
        .digest("base64url"),
    });
    const code = new URL(await approve(url, { account: "ana" })).searchParams.get("code") ?? "";
    const [connected] = await platform.exchangeCode({
      ...{ redirectUri, code, remember, issuer: issuer ?? "", codeVerifier: codeVerifier ?? "" },
    });
    if (connected === undefined) throw new Error("No account came of it.");
    return connected;
  }

  const keyNames = async () => {
    const described = await platform.describeClient({ document: "keys.json", redirectUri });
    return (described as { keys: { kid: string; d?: string }[] }).keys.map(({ kid }) => kid);
  };

  test("servers read there what this service is, and check its signatures", async () => {
    await publish();
    const connected = await connectHere();
    expect(await outcomeOf(platform.shareLink(connected.account, connected.tokens, makePost()))).toBe("done");
    expect(connected.account.extra.clientId).toBe((await keyNames())[0]);
  });

  test("the documents contain no secret", async () => {
    await publish();
    await connectHere();
    const documents = await Promise.all(
      ["client.json", "keys.json"].map((document) => platform.describeClient({ document, redirectUri })),
    );
    const secrets = [...own.apps.every.values()].map(
      ({ clientSecret }) => JSON.parse(clientSecret).d as string,
    );
    expect(secrets.length).toBeGreaterThan(1);
    for (const secret of secrets) expect(JSON.stringify(documents)).not.toContain(secret);
    expect(await platform.describeClient({ document: "other.json", redirectUri })).toBeUndefined();
  });

  test("new connections get a new key after half a year, and earlier ones keep theirs", async () => {
    await publish();
    const before = await connectHere();
    const seconds = 181 * DAY_SECONDS;
    own.advance(seconds);
    await control(emulator.bluesky, "POST", "clock", { advanceSeconds: seconds });
    const after = await connectHere();
    expect(after.account.extra.clientId).not.toBe(before.account.extra.clientId);
    expect(new Set(await keyNames())).toEqual(
      new Set([before.account.extra.clientId, after.account.extra.clientId]),
    );
  });

  test("a server that cannot read them says so to the operator", async () => {
    const error = await errorOf(connectHere());
    expect(error).toMatchObject({ kind: "rejected", code: "app-refused", operator: true });
    expect(error.message).toContain("could not read from this service what it is");
  });

  test.each([
    "http://share.example.com/",
    "https://192.0.2.1/",
  ])("%s is no address that servers accept", async (address) => {
    const elsewhere = openPlatforms(emulator, { settings: { SOCIAL_BASE_URL: address } }).getPlatform(
      "bluesky",
    );
    expect(await outcomeOf(startDance(elsewhere, { server: "ana.bsky.test" }))).toBe(
      "rejected: no-public-address (operator)",
    );
  });
});

describe("a post", () => {
  test("has the page's card with its picture", async () => {
    const post = makePost();
    await share(post);
    expect(latest()).toMatchObject({
      text: post.text,
      embed: {
        $type: "app.bsky.embed.external",
        external: {
          uri: post.url,
          title: "Why we moved",
          description: "Three months, one file, no regrets.",
          thumb: { $type: "blob", mimeType: expect.stringMatching(/^image\//) },
        },
      },
    });
  });

  test("has a card without a picture where the page has none, and a title where it has none", async () => {
    const post = makePost({ title: " ", description: "", loadPicture: async () => undefined });
    await share(post);
    expect(latest()).toMatchObject({
      embed: { external: { uri: post.url, title: "blog.example.com", description: "" } },
    });
    expect(JSON.stringify(latest())).not.toContain("thumb");
  });

  test("goes out without a picture that the server does not take", async () => {
    await problem(UPLOAD, "too-large");
    expect(await outcomeOf(share())).toBe("done");
    expect(JSON.stringify(latest())).not.toContain("thumb");
  });

  test("shrinks a picture to what a card may have", async () => {
    const noise = randomBytes(1_200 * 900 * 3);
    const bytes = await sharp(noise, { raw: { width: 1_200, height: 900, channels: 3 } })
      .png()
      .toBuffer();
    expect(bytes.byteLength).toBeGreaterThan(1_000_000);
    await share(makePost({ loadPicture: async () => ({ bytes, type: "image/png", alt: "" }) }));
    const { blobs } = emulator.bluesky.world.memory;
    expect(blobs.at(-1)).toMatchObject({ mimeType: "image/jpeg" });
    expect(blobs.at(-1)?.size).toBeLessThanOrEqual(1_000_000);
  });

  test("makes links, hashtags and mentions of people who exist", async () => {
    await share(makePost({ text: "Read #this, @ben.bsky.test and @nobody.test: jane@ben.bsky.test" }));
    expect(latest()?.facets).toMatchObject([
      { features: [{ $type: "app.bsky.richtext.facet#tag", tag: "this" }] },
      { features: [{ $type: "app.bsky.richtext.facet#mention", did: "did:plc:ben23okafor4records5post" }] },
    ]);
  });

  test.each([
    ["nobody", []],
    ["mentioned", [{ $type: "app.bsky.feed.threadgate#mentionRule" }]],
    ["followers", [{ $type: "app.bsky.feed.threadgate#followerRule" }]],
    ["following", [{ $type: "app.bsky.feed.threadgate#followingRule" }]],
  ])("says who may reply before it is visible: %s", async (replies, allow) => {
    await problem(PUT, "internal-error", { times: 1 });
    expect(await outcomeOf(share(makePost({ options: { replies } })))).toMatch(/^transient: /);
    expect(await postsOn(emulator.bluesky)).toEqual([]);
    const { platformPostId } = await share(makePost({ options: { replies, language: "de" } }));
    expect(records("app.bsky.feed.threadgate").at(-1)?.value).toMatchObject({ post: platformPostId, allow });
    expect(latest()?.langs).toEqual(["de"]);
  });

  test("takes the rule for replies with it when it is deleted", async () => {
    const options = { replies: "nobody" };
    const { platformPostId = "" } = await share(makePost({ options }));
    await bluesky.deletePost?.(ana.account, ana.tokens, platformPostId, options);
    expect(emulator.bluesky.world.memory.records.filter(({ rkey }) => platformPostId.endsWith(rkey))).toEqual(
      [],
    );
    expect(await bluesky.findPost(ana.account, ana.tokens, platformPostId)).toBe("gone");
  });
});

describe("never twice", () => {
  test("a repeat has the key of the first request, and makes no second post", async () => {
    const post = makePost();
    await orderFault(emulator.bluesky, PUT, { kind: "drop", when: "after" });
    expect(await outcomeOf(share(post))).toMatch(/^ambiguous: /);
    const again = await share(post);
    expect(await postsOn(emulator.bluesky)).toHaveLength(1);
    expect(again).toEqual(await bluesky.findShare(ana.account, ana.tokens, sentJustNow(post)));
  });

  test("a repeat that has become another record does not overwrite the first", async () => {
    const post = makePost();
    const first = await share(post);
    expect(await share({ ...post, title: "Another title" })).toEqual(first);
    expect(latest()).toMatchObject({ embed: { external: { title: "Why we moved" } } });
  });

  test("the key is kept before the post can be visible", async () => {
    const post = makePost({ beforePublish: () => Promise.reject(new Error("shut")) });
    await expect(share(post)).rejects.toThrow("shut");
    expect(await countCalls(emulator.bluesky, PUT)).toBe(0);
    const other = makePost();
    await orderFault(emulator.bluesky, PUT, { kind: "drop", when: "before" });
    await outcomeOf(share(other));
    expect(other.remembered).toMatchObject({ recordKey: expect.stringMatching(/^[2-7a-j][2-7a-z]{12}$/) });
  });

  test("keys follow each other as posts do", async () => {
    const ids: string[] = [];
    for (let count = 0; count < 3; count += 1) {
      platforms.advance(1);
      ids.push((await share()).platformPostId ?? "");
    }
    expect(ids).toEqual(ids.toSorted());
  });

  test("passes the fence once although the server demands its newest nonce", async () => {
    await share();
    const seconds = 900;
    platforms.advance(seconds);
    await control(emulator.bluesky, "POST", "clock", { advanceSeconds: seconds });
    const post = makePost({ loadPicture: async () => undefined });
    await share(post);
    expect(post.fences()).toBe(1);
  });
});

describe("an account that moves", () => {
  test("is followed to another server that takes the same tokens", async () => {
    const [account] = emulator.bluesky.world.memory.accounts;
    if (account !== undefined) account.host = "127.0.0.1";
    expect(await outcomeOf(share())).toBe("done");
    const verified = await bluesky.verifyToken(ana.account, ana.tokens);
    expect(verified.extra.server).toBe(`http://${here("127.0.0.1")}`);
  });
});

describe("refusals", () => {
  test.each([
    [PUT, "token-expired", "reconnect-needed: token-refused"],
    [PUT, "token-invalid", "reconnect-needed: token-refused"],
    [PUT, "scope-missing", "reconnect-needed: scope-missing"],
    [PUT, "deactivated", "reconnect-needed: account-deactivated"],
    [PUT, "taken-down", "reconnect-needed: account-suspended"],
    [PUT, "account-missing", "reconnect-needed: account-gone"],
    [PUT, "invalid-record", "rejected: refused"],
    [PUT, "blob-missing", "rejected: refused"],
    [PUT, "invalid-swap", "done"],
    [PUT, "rate-limit", "rate-limited: rate-limited"],
    [PUT, "internal-error", "ambiguous: no-clear-answer"],
    [PUT, "upstream-failure", "ambiguous: no-clear-answer"],
    [PUT, "not-enough-resources", "ambiguous: no-clear-answer"],
    [PUT, "upstream-timeout", "ambiguous: no-clear-answer"],
    [UPLOAD, "rate-limit", "rate-limited: rate-limited"],
    [UPLOAD, "scope-missing", "reconnect-needed: scope-missing"],
  ])("%s, %s: %s", async (endpoint, name, outcome) => {
    await problem(endpoint, name);
    expect(await outcomeOf(share())).toBe(outcome);
  });

  test.each([
    ["invalid-grant", "reconnect-needed: token-refused"],
    ["replayed-grant", "reconnect-needed: token-refused"],
    ["invalid-client", "transient: app-refused (operator)"],
    ["invalid-client-metadata", "transient: app-refused (operator)"],
    ["server-error", "transient: server-trouble"],
    ["rate-limit", "rate-limited: rate-limited"],
  ])("refreshing, %s: %s", async (name, outcome) => {
    await problem(TOKEN, name);
    expect(await outcomeOf(bluesky.refreshAccessToken(ana.account, ana.tokens))).toBe(outcome);
  });

  test("a server that no longer names its endpoints ends no connection", async () => {
    await flip({ discovery: "without-oauth" });
    const anew = openPlatforms(emulator).getPlatform("bluesky");
    expect(await outcomeOf(anew.refreshAccessToken(ana.account, ana.tokens))).toBe("transient: no-oauth");
  });

  test.each([
    ["invalid-client-metadata", "rejected: app-refused (operator)"],
    ["rate-limit", "rate-limited: rate-limited"],
    ["server-error", "transient: server-trouble"],
  ])("starting, %s: %s", async (name, outcome) => {
    await problem(PUSH, name);
    expect(await outcomeOf(startDance(bluesky, { server: "ana.bsky.test" }))).toBe(outcome);
  });

  test("deleting is not refused for a post that is gone, but for a token that is", async () => {
    await problem(DELETE, "token-invalid");
    const remove = () =>
      bluesky.deletePost?.(ana.account, ana.tokens, "at://x/app.bsky.feed.post/3lbvq2xkzrs2k");
    expect(await outcomeOf(remove() ?? Promise.reject())).toBe("reconnect-needed: token-refused");
    expect(await outcomeOf(remove() ?? Promise.reject())).toBe("done");
    await problem(SESSION, "token-invalid");
    expect(await outcomeOf(bluesky.verifyToken(ana.account, ana.tokens))).toBe(
      "reconnect-needed: token-refused",
    );
  });
});

describe("handles without a resolver", () => {
  const anas = "did:plc:ana23lima4harbour5posts2";

  /** The domain of the handle answers with this, and its DNS with that. */
  function open(byWeb: string | undefined, byDns: readonly string[] | Error) {
    return openPlatforms(emulator, {
      settings: { SOCIAL_BLUESKY_HANDLES_ORIGIN: undefined },
      resolveTxt: async (name) => {
        expect(name).toBe("_atproto.ana.bsky.test");
        if (byDns instanceof Error) throw byDns;
        return byDns;
      },
      fetch: async (input, init) =>
        String(input) === "https://ana.bsky.test/.well-known/atproto-did"
          ? new Response(byWeb ?? "", { status: byWeb === undefined ? 404 : 200 })
          : await emulatedFetch(input, init),
    }).getPlatform("bluesky");
  }

  test.each([
    ["by DNS", undefined, [`did=${anas}`, "v=spf1"]],
    ["by the web", `${anas}\n`, []],
    ["by the web while DNS fails", anas, new Error("SERVFAIL")],
    ["by DNS, which wins", "did:plc:ben23okafor4records5post", [`did=${anas}`]],
    [
      "by the web where DNS contradicts itself",
      anas,
      [`did=${anas}`, "did=did:plc:ben23okafor4records5post"],
    ],
  ] as const)("are found %s", async (_, byWeb, byDns) => {
    expect(await open(byWeb, byDns).findIssuer("ana.bsky.test")).toBe(`http://${here("127.0.0.1")}`);
  });

  test.each([
    ["nobody", undefined, []],
    ["a page", "<html>Not here</html>", []],
    ["somebody else", "did:plc:ben23okafor4records5post", []],
  ] as const)("that name %s are refused", async (_, byWeb, byDns) => {
    expect(await outcomeOf(open(byWeb, byDns).findIssuer("ana.bsky.test"))).toMatch(
      /^rejected: (no-account|handle-mismatch)$/,
    );
  });
});
