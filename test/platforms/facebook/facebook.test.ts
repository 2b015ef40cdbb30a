import { createHmac } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Emulator, startEmulator } from "../../../emulator/server.ts";
import { proofOf } from "../../../src/platforms/meta/call.ts";
import type { OAuthResult, Post, SocialPlatform } from "../../../src/platforms/platform.ts";
import { approve } from "../../harness/networks/consent.ts";
import { emulatedFetch } from "../../harness/networks/emulated-fetch.ts";
import { control } from "../../harness/networks/networks.ts";
import {
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
} from "../../harness/networks/platforms.ts";
import { countCalls, orderFault, postsOn } from "../../harness/people/shares.ts";

const FEED = "POST /:version/:id/feed";
const LIST = "GET /:version/:id/published_posts";
const TOKEN = "POST /:version/oauth/access_token";
const DELETION = "DELETE /:version/:id";

let emulator: Emulator;
let platforms: TestPlatforms;
let facebook: SocialPlatform;
let bakery: OAuthResult;

beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(() => emulator.stop());
beforeEach(async () => {
  await control(emulator.facebook, "POST", "reset", {});
  platforms = openPlatforms(emulator);
  facebook = platforms.getPlatform("facebook");
  bakery = await connect(facebook);
});

const problem = (endpoint: string, name: string, more = {}) =>
  control(emulator.facebook, "POST", "problems", { endpoint, problem: name, ...more });
const flip = (change: object) => control(emulator.facebook, "POST", "switches", change);
const share = (post: Post = makePost()) => facebook.shareLink(bakery.account, bakery.tokens, post);
const find = (post: Post) => facebook.findShare(bakery.account, bakery.tokens, sentJustNow(post));
const remove = (id: string) => facebook.deletePost?.(bakery.account, bakery.tokens, id);

/** Every Page that the flow offers. */
async function exchange(choice: { account?: string; untick?: string[] } = {}): Promise<OAuthResult[]> {
  const dance = await startDance(facebook);
  const { searchParams } = new URL(await approve(dance.authorization.url, choice));
  return await facebook.exchangeCode({
    code: searchParams.get("code") ?? "",
    codeVerifier: dance.codeVerifier,
    redirectUri: dance.redirectUri,
    remember: {},
  });
}

describe("connecting", () => {
  test("asks for just the permissions that posting on Pages needs, by the version that is set", async () => {
    const { authorization } = await startDance(facebook);
    const url = new URL(authorization.url);
    expect(url.pathname).toBe("/v26.0/dialog/oauth");
    expect(url.searchParams.get("scope")).toBe(
      "pages_show_list,pages_read_engagement,pages_manage_posts,business_management",
    );
    expect(url.searchParams.has("auth_type")).toBe(false);
    const older = openPlatforms(emulator, { settings: { SOCIAL_META_GRAPH_VERSION: "v25.0" } });
    const dance = await startDance(older.getPlatform("facebook"));
    expect(new URL(dance.authorization.url).pathname).toBe("/v25.0/dialog/oauth");
  });

  test("asks again for what was left out, and by a configuration where the app has one", async () => {
    const again = await facebook.getAuthorizeUrl({
      redirectUri: "http://127.0.0.1:4100/social/callback/facebook/",
      state: "s",
      codeChallenge: "c",
      again: true,
    });
    expect(new URL(again.url).searchParams.get("auth_type")).toBe("rerequest");
    const settings = { SOCIAL_FACEBOOK_CONFIG_ID: "77" };
    const business = openPlatforms(emulator, { settings }).getPlatform("facebook");
    const { searchParams } = new URL((await startDance(business)).authorization.url);
    expect([searchParams.get("config_id"), searchParams.get("scope")]).toEqual(["77", null]);
    expect((await connect(business)).account.displayName).toBe("Harbour Bakery");
  });

  test("comes to every Page, however many lists that takes, each with a token that never ends", async () => {
    await flip({ pageSize: 1 });
    const roles = [{ accountId: "10224567890123456", tasks: ["MANAGE" as const], through: "page" as const }];
    for (let number = 0; number < 130; number += 1)
      await control(emulator.facebook, "POST", "pages", {
        id: `9007199254740993${number}`,
        name: `Page ${number}`,
        roles,
      });
    const results = await exchange();
    expect(results).toHaveLength(133);
    expect(new Set(results.map(({ account }) => account.id)).size).toBe(133);
    // A number beyond 2^53 would lose its last digits.
    expect(results.map(({ account }) => account.id)).toContain("90071992547409937");
    for (const { tokens } of results)
      expect([tokens.expiresAt, tokens.renewAfter]).toEqual([undefined, undefined]);
    const tokens = emulator.facebook.world.memory.tokens.filter(({ kind }) => kind === "page");
    expect(tokens.every(({ expiresAtMs }) => expiresAtMs === undefined)).toBe(true);
  });

  test("keeps the person's token beside the Page's, and who they are for Meta's own calls", () => {
    expect(bakery.account.grantedBy).toBe("facebook:10224567890123456");
    expect(bakery.tokens.ownerToken).toBeTruthy();
    expect(bakery.tokens.ownerToken).not.toBe(bakery.tokens.accessToken);
  });

  test("an answer without expires_in changes nothing", async () => {
    await flip({ omitExpiresIn: true });
    expect((await connect(facebook)).tokens.expiresAt).toBeUndefined();
  });

  test("portfolios that cannot be read hide nothing else", async () => {
    await problem("GET /:version/me/businesses", "service-down");
    expect((await exchange()).map(({ account }) => account.displayName)).toContain("Harbour Bakery");
  });

  test.each([
    "pages_show_list",
    "pages_read_engagement",
    "pages_manage_posts",
  ])("%s left out is told by name", async (permission) => {
    const error = await errorOf(exchange({ untick: [permission] }));
    expect([error.kind, error.code]).toEqual(["rejected", "permissions-missing"]);
    expect(error.message).toContain(permission);
  });

  test.each([
    ["code-used", "rejected: code-refused"],
    ["code-expired", "rejected: code-refused"],
    ["redirect-differs", "rejected: code-refused"],
    ["secret-wrong", "rejected: app-refused (operator)"],
    ["app-unknown", "rejected: app-refused (operator)"],
    ["service-down", "transient: server-trouble"],
  ])("%s at the exchange: %s", async (name, outcome) => {
    const dance = await startDance(facebook);
    const code = await codeFor(dance);
    await problem(TOKEN, name);
    expect(await outcomeOf(finishDance(facebook, dance, code))).toBe(outcome);
  });

  test("an app that was not reviewed lets in only who has a role on it", async () => {
    const app = { clientId: "138483919580948", reviewed: false, testers: ["ben"] };
    await control(emulator.facebook, "POST", "apps", app);
    await expect(connect(facebook)).rejects.toThrow(/not active/);
    expect((await connect(facebook, { account: "ben" })).account.displayName).toBe("Okafor Records");
  });
});

describe("every call", () => {
  const secret = "a1b2c3d4e5f60718293a4b5c6d7e8f90";

  test("carries the proof that we hold the app's secret", async () => {
    expect(proofOf(secret, "EAAGexampletoken123")).toBe(
      "4b48d1f8553ecc15f683659651a4dd13d2b22d7ece3f689e84861fee4a1f69ba",
    );
    await control(emulator.facebook, "POST", "apps", { clientId: "138483919580948", requiresProof: true });
    expect(await outcomeOf(share())).toBe("done");
    const sent = platforms.requests.at(-1);
    const token = sent?.headers.get("authorization")?.replace("Bearer ", "") ?? "";
    const proof = createHmac("sha256", "sharewell-demo-secret").update(token).digest("hex");
    expect(new URL(sent?.url ?? "").searchParams.get("appsecret_proof")).toBe(proof);
  });

  test("has no token and no secret in its address", async () => {
    await share();
    const { accessToken, ownerToken = accessToken } = bakery.tokens;
    for (const { url } of platforms.requests)
      for (const hidden of [accessToken, ownerToken, "sharewell-demo-secret"])
        expect(url).not.toContain(hidden);
  });
});

describe("sharing", () => {
  test("sends the link beside the text, and gets the post's address with the answer", async () => {
    const post = makePost({ text: "Fresh bread" });
    const { url } = await share(post);
    const [made] = emulator.facebook.world.memory.posts;
    expect(made).toMatchObject({ text: "Fresh bread", link: post.url, url, published: true });
  });

  test("needs no text", async () => {
    expect(facebook.composeText("  ", "https://blog.example.com/")).toBe("");
    expect(await outcomeOf(share(makePost({ text: "" })))).toBe("done");
  });

  test("a post that cannot be read at once is posted all the same", async () => {
    await flip({ readableAfterSeconds: 600 });
    const { url, platformPostId } = await share();
    expect(url).toContain(platformPostId?.split("_")[1]);
  });

  test("pictures come in place of the card, with the link in the text", async () => {
    const { bytes } = await makePost()
      .loadPicture()
      .then((picture) => picture ?? { bytes: new Uint8Array() });
    const post = makePost({ text: "Look", pictures: [{ bytes, type: "image/png", alt: "A loaf" }] });
    await share(post);
    expect(await postsOn(emulator.facebook)).toMatchObject([
      { text: `Look\n\n${post.url}`, media: [{ altText: "A loaf" }] },
    ]);
  });
});

/** Every row of the error table in docs/networks/facebook.md. */
describe("what Facebook refuses", () => {
  test.each([
    ["app-removed", "reconnect-needed: token-refused"],
    ["checkpoint", "reconnect-needed: token-refused"],
    ["unconfirmed-user", "reconnect-needed: token-refused"],
    ["session-ended", "reconnect-needed: token-refused"],
    ["token-expired", "reconnect-needed: token-refused"],
    ["token-invalid", "reconnect-needed: token-refused"],
    ["role-lost", "reconnect-needed: token-refused"],
    ["session-error", "reconnect-needed: token-refused"],
    ["token-unreadable", "reconnect-needed: token-refused"],
    ["session-key", "reconnect-needed: token-refused"],
    ["token-missing", "reconnect-needed: token-refused"],
    ["impersonation", "rejected: page-access"],
    ["permission-missing", "reconnect-needed: permission-missing"],
    ["permission-denied", "reconnect-needed: permission-missing"],
    ["capability", "rejected: app-refused (operator)"],
    ["app-unknown", "rejected: app-refused (operator)"],
    ["secret-wrong", "rejected: app-refused (operator)"],
    ["proof-wrong", "rejected: app-refused (operator)"],
    ["proof-missing", "rejected: app-refused (operator)"],
    ["app-limit", "rate-limited: rate-limited"],
    ["user-limit", "rate-limited: rate-limited"],
    ["page-limit", "rate-limited: rate-limited"],
    ["custom-limit", "rate-limited: rate-limited"],
    ["page-budget", "rate-limited: rate-limited"],
    ["feed-limit", "rate-limited: rate-limited"],
    ["too-fast", "rate-limited: too-fast"],
    ["abusive", "rejected: refused"],
    ["security-check", "rejected: refused"],
    ["account-limited", "rejected: refused"],
    ["posted-already", "rejected: repeated"],
    ["duplicate", "rejected: repeated"],
    ["unscrapable", "rejected: link-unreadable"],
    ["unscrapable-subcode", "rejected: link-unreadable"],
    ["bad-link", "rejected: link-refused"],
    ["bad-link-parameter", "rejected: link-refused"],
    ["own-link", "rejected: link-refused"],
    ["empty-post", "rejected: refused"],
    ["not-there", "rejected: refused"],
    ["bad-photo", "rejected: picture-refused"],
    ["page-authorization", "rejected: identity"],
    ["identity", "rejected: identity"],
    ["unknown-error", "ambiguous: no-clear-answer"],
    ["unknown-with-post", "ambiguous: no-clear-answer"],
    ["service-down", "ambiguous: no-clear-answer"],
    ["save-failed", "ambiguous: no-clear-answer"],
    ["link-failed", "ambiguous: no-clear-answer"],
  ])("%s: %s", async (name, outcome) => {
    await problem(FEED, name);
    expect(await outcomeOf(share())).toBe(outcome);
    expect(await postsOn(emulator.facebook)).toEqual([]);
  });

  test("a version that is not out is the operator's to mend", async () => {
    const early = openPlatforms(emulator, { settings: { SOCIAL_META_GRAPH_VERSION: "v99.0" } });
    const share = early.getPlatform("facebook").shareLink(bakery.account, bakery.tokens, makePost());
    expect(await outcomeOf(share)).toBe("rejected: app-refused (operator)");
  });

  test("the person is told in Facebook's own words, where it has some for them", async () => {
    await problem(FEED, "security-check");
    expect((await errorOf(share())).message).toContain("A security check is required to proceed.");
  });

  test("waits as many minutes as the usage header says, and else an hour", async () => {
    await flip({ pageBudget: 1 });
    const [budget] = (await share()).budgets ?? [];
    expect(budget).toMatchObject({ of: "account", remaining: 0 });
    expect(minutesUntil(budget?.resetsAt)).toBe(19);
    const told = await errorOf(share());
    expect(minutesUntil(told.retryAt)).toBe(19);
    await flip({ pageBudget: 0 });
    await problem(FEED, "page-budget");
    expect(minutesUntil((await errorOf(share())).retryAt)).toBe(60);
  });

  test("the same post twice in a row is refused; after a doubt it is told as a duplicate", async () => {
    const post = makePost();
    await share(post);
    expect(await outcomeOf(share(post))).toBe("rejected: repeated");
    expect(await outcomeOf(share(sentJustNow(post)))).toBe("duplicate: repeated");
  });

  test("a link that Facebook cannot read, or leads to Facebook, is refused", async () => {
    expect(await outcomeOf(share(makePost({ url: "https://unscrapable.localhost/" })))).toBe(
      "rejected: link-unreadable",
    );
    expect(await outcomeOf(share(makePost({ url: "https://www.facebook.com/x" })))).toBe(
      "rejected: link-refused",
    );
  });
});

/** Like a version of Facebook that does not know the field. */
const withoutLinks: typeof fetch = (input, init) =>
  emulatedFetch(String(input).replace("%2Cattachments%7Bunshimmed_url%7D", ""), init);

function minutesUntil(at: Date | undefined): number {
  return Math.round(((at?.getTime() ?? 0) - Date.now()) / 60_000);
}

describe("looking for a share", () => {
  test.each([
    "unknown-with-post",
    "service-down",
  ])("%s after the post went out: found by its words", async (name) => {
    await problem(FEED, name, { after: true });
    const post = makePost();
    expect(await outcomeOf(share(post))).toBe("ambiguous: no-clear-answer");
    expect(await find(post)).toMatchObject({ platformPostId: expect.any(String), url: expect.any(String) });
  });

  test("is read back past newer posts, list by list", async () => {
    const post = makePost({ text: "The one" });
    const { platformPostId } = await share(post);
    for (let number = 0; number < 60; number += 1) await share(makePost({ text: `Another ${number}` }));
    expect(await find(post)).toMatchObject({ platformPostId });
    expect(await countCalls(emulator.facebook, LIST)).toBe(3);
  });

  test("is found with its pictures, beside which the link stands in the text", async () => {
    const picture = await makePost().loadPicture();
    const pictures = picture === undefined ? [] : [picture];
    const post = makePost({ text: "Look", pictures });
    const { platformPostId } = await share(post);
    expect(await find(post)).toMatchObject({ platformPostId });
  });

  test("is told by its link from another page's share in the same words, and without any words", async () => {
    const [first, second] = [makePost({ text: "Worth a read" }), makePost({ text: "Worth a read" })];
    const { platformPostId } = await share(first);
    expect(await find(first)).toMatchObject({ platformPostId });
    expect(await find(second)).toBe("unknown");
    const silent = makePost({ text: "" });
    expect(await find(silent)).toBe("absent");
    const made = await share(silent);
    expect(await find(silent)).toMatchObject({ platformPostId: made.platformPostId });
    expect(await find(makePost({ text: "" }))).toBe("unknown");
  });

  test("where Facebook tells no links, words have to do, and a share without any is left open", async () => {
    const [spoken, silent] = [makePost({ text: "Worth a read" }), makePost({ text: "" })];
    const { platformPostId } = await share(spoken);
    await share(silent);
    const unknownField = { error: { message: "(#100) Tried accessing nonexisting field", code: 100 } };
    const refusal = { kind: "status", status: 400, body: unknownField };
    await orderFault(emulator.facebook, LIST, refusal);
    const plain = openPlatforms(emulator, { fetch: withoutLinks }).getPlatform("facebook");
    const look = (post: Post) => plain.findShare(bakery.account, bakery.tokens, sentJustNow(post));
    expect(await look(spoken)).toMatchObject({ platformPostId });
    expect(await look(silent)).toBe("unknown");
  });

  test("a list that is refused for good tells nothing", async () => {
    await problem(LIST, "not-there", { times: 2 });
    expect(await find(makePost())).toBe("unknown");
    await problem(LIST, "app-removed");
    expect(await outcomeOf(find(makePost()))).toBe("reconnect-needed: token-refused");
  });
});

describe("taking a post back", () => {
  test("what somebody deleted there counts as deleted while the Page can be read", async () => {
    const { platformPostId = "" } = await share();
    await remove(platformPostId);
    expect(await outcomeOf(remove(platformPostId) ?? Promise.reject(new Error()))).toBe("done");
    await problem(DELETION, "delete-not-there");
    await problem("GET /:version/:id", "not-there");
    expect(await outcomeOf(remove(platformPostId) ?? Promise.reject(new Error()))).toBe("rejected: refused");
  });
});

test("a Page's access cannot be renewed, only given anew", async () => {
  expect(await outcomeOf(facebook.refreshAccessToken(bakery.account, bakery.tokens))).toBe(
    "reconnect-needed: not-renewable",
  );
});

test("an unclear answer of a proxy is in doubt only where it may have posted", async () => {
  await orderFault(emulator.facebook, FEED, { kind: "status", status: 502, html: "<h1>502</h1>" });
  expect(await outcomeOf(share())).toBe("ambiguous: no-clear-answer");
  await orderFault(emulator.facebook, FEED, { kind: "status", status: 404, html: "<h1>404</h1>" });
  expect(await outcomeOf(share())).toBe("rejected: refused");
});

test.each([
  [10, "To post as this Page, turn on two-factor authentication."],
  [200, "Your account is restricted until 4 December."],
  [283, "You must be at least 18 to do this."],
])("what Facebook says to the person about code %d stands beside what we say", async (code, said) => {
  const error = { message: "(#200) Permissions error", type: "OAuthException", code, error_user_msg: said };
  await orderFault(emulator.facebook, FEED, { kind: "status", status: 403, body: { error } });
  const told = await errorOf(share());
  expect([told.kind, told.code]).toEqual(["reconnect-needed", "permission-missing"]);
  expect(told.message).toMatch(/Check your access there.*Facebook says: /);
  expect(told.message).toContain(said);
});
