import sharp from "sharp";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Emulator, startEmulator } from "../../../emulator/server.ts";
import {
  type OAuthResult,
  PlatformError,
  type Post,
  type SocialPlatform,
} from "../../../src/platforms/platform.ts";
import { createRegistry } from "../../../src/platforms/registry.ts";
import { say } from "../../../src/words/words.ts";
import { approve } from "../../harness/networks/consent.ts";
import { emulatedFetch } from "../../harness/networks/emulated-fetch.ts";
import { control } from "../../harness/networks/networks.ts";
import { drawPicture } from "../../harness/networks/pictures.ts";
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
} from "../../harness/networks/platforms.ts";
import { countCalls, orderFault, postsOn } from "../../harness/people/shares.ts";
import { telling } from "../../harness/told.ts";

const POST = "POST /rest/posts";
const IMAGES = "POST /rest/images";
const BYTES = "PUT /dms-uploads/:key/uploaded-image/0";
const DELETE = "DELETE /rest/posts/:urn";
const TOKEN = "POST /oauth/v2/accessToken";
const INTROSPECT = "POST /oauth/v2/introspectToken";
const WHO = "GET /v2/userinfo";
const ROLES = "GET /rest/organizationAcls";
const PAGE = "GET /rest/organizations/:id";

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

let emulator: Emulator;
let platforms: TestPlatforms;
let linkedin: SocialPlatform;
let ana: OAuthResult;

beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(() => emulator.stop());
beforeEach(async () => {
  await control(emulator.linkedin, "POST", "reset", {});
  platforms = openPlatforms(emulator);
  linkedin = platforms.getPlatform("linkedin");
  ana = await connect(linkedin, { way: "profile" });
});

const fault = (endpoint: string, what: object, times?: number) =>
  orderFault(emulator.linkedin, endpoint, what, times);
const problem = (endpoint: string, name: string, more = {}) =>
  control(emulator.linkedin, "POST", "problems", { endpoint, problem: name, ...more });
const flip = (change: object) => control(emulator.linkedin, "POST", "switches", change);
const status = (code: number, body: unknown) => ({ kind: "status", status: code, body });
const refusal = (code: number, name: string, message: string) =>
  status(code, { status: code, code: name, message });
const share = (post: Post = makePost(), { account, tokens } = ana) =>
  linkedin.shareLink(account, tokens, post);
const verify = () => linkedin.verifyToken(ana.account, ana.tokens);
const remove = (id: string) => linkedin.deletePost?.(ana.account, ana.tokens, id) ?? Promise.resolve();
const count = (endpoint: string) => countCalls(emulator.linkedin, endpoint);
const made = () => emulator.linkedin.world.memory.posts;

/** Time passes for us and for LinkedIn. */
async function pass(seconds: number): Promise<void> {
  platforms.advance(seconds);
  await control(emulator.linkedin, "POST", "clock", { advanceSeconds: seconds });
}

/** The bodies that were sent to a path, in order. */
async function sentTo(path: string): Promise<string[]> {
  const requests = platforms.requests.filter(
    ({ url, method }) => method === "POST" && new URL(url).pathname === path,
  );
  return await Promise.all(requests.map((request) => request.clone().text()));
}

/** Every page that the flow offers. */
async function exchangePages(account = "ana"): Promise<OAuthResult[]> {
  const dance = await startDance(linkedin, { way: "pages" });
  return await linkedin.exchangeCode({
    code: await codeFor(dance, account),
    codeVerifier: dance.codeVerifier,
    redirectUri: dance.redirectUri,
    remember: dance.authorization.remember,
  });
}

async function bakery(): Promise<OAuthResult> {
  return await connect(linkedin, { way: "pages" });
}

/** As the engine passes the share to its next attempt. */
function again(post: Post): Post {
  return sentJustNow(post);
}

describe("the audience", () => {
  test("is what the member chose, by default everybody", async () => {
    await share();
    await share(makePost({ options: { audience: "CONNECTIONS" } }));
    expect(made().map(({ visibility }) => visibility)).toEqual(["PUBLIC", "CONNECTIONS"]);
  });

  test("is not offered for pages, whose posts are for everybody", async () => {
    const page = await bakery();
    expect(linkedin.optionsOf(ana.account).map(({ name }) => name)).toEqual(["audience"]);
    expect(linkedin.optionsOf(page.account)).toEqual([]);
    expect(await outcomeOf(share(makePost({ options: { audience: "CONNECTIONS" } }), page))).toMatch(
      /^rejected: /,
    );
  });
});

describe("connecting a profile", () => {
  test("asks for just what posting needs, without PKCE or a prompt", async () => {
    const { authorization } = await startDance(linkedin, { way: "profile" });
    const { pathname, searchParams } = new URL(authorization.url);
    expect(pathname).toBe("/oauth/v2/authorization");
    expect([...searchParams.keys()].toSorted()).toEqual(
      ["client_id", "redirect_uri", "response_type", "scope", "state"].toSorted(),
    );
    expect(searchParams.get("scope")).toBe("openid profile email w_member_social");
    expect(searchParams.get("client_id")).toBe("78sharewelldemo");
  });

  test("sends id and secret in the form, and nothing in a header", async () => {
    const request = platforms.requests.find(({ url }) => url.endsWith("/accessToken"));
    expect(request?.headers.get("authorization")).toBeNull();
    expect(await request?.clone().text()).toContain("client_secret=");
  });

  test("reads granted scopes whatever stands between them, and when they end", async () => {
    expect(new Set(ana.tokens.scopes)).toEqual(new Set(["openid", "profile", "email", "w_member_social"]));
    expect(ana.tokens.expiresAt?.getTime()).toBeGreaterThan(Date.now() + 59 * DAY_MS);
    expect([ana.tokens.refreshToken, ana.tokens.renewAfter]).toEqual([undefined, undefined]);
    const spaced = { access_token: "AQXspaced", expires_in: 5_184_000, scope: "openid w_member_social" };
    await fault(TOKEN, status(200, spaced));
    await fault(WHO, status(200, { sub: "x1", name: "Ana Lima", locale: "en_US" }));
    const other = await connect(linkedin, { way: "profile" });
    expect(other.tokens.scopes).toEqual(["openid", "w_member_social"]);
  });

  test("is the author of later posts by the id that this app knows the member by", async () => {
    expect(ana.account).toMatchObject({
      id: expect.stringMatching(/^urn:li:person:\w+$/),
      username: "Ana Lima",
      extra: { way: "profile" },
    });
    expect(ana.account.grantedBy).toBeUndefined();
  });

  test("waits for a new token that LinkedIn still calls revoked", async () => {
    await flip({ youngTokenSeconds: 3 });
    const before = await count(WHO);
    expect((await connect(linkedin, { way: "profile" })).account.displayName).toBe("Ana Lima");
    expect(await count(WHO)).toBe(before + 3);
  });

  test("asks three times who it is when LinkedIn stumbles, since the code is spent", async () => {
    await problem(WHO, "unavailable", { times: 2 });
    expect((await connect(linkedin, { way: "profile" })).account.displayName).toBe("Ana Lima");
    await problem(WHO, "unavailable", { times: 3 });
    expect(await outcomeOf(connect(linkedin, { way: "profile" }))).toBe("transient: server-trouble");
  });

  test("says what is missing when posting was not granted", async () => {
    const fewer = { access_token: "AQXfewer", expires_in: 5_184_000, scope: "openid,profile" };
    await fault(TOKEN, status(200, fewer));
    const error = await errorOf(connect(linkedin, { way: "profile" }));
    expect([error.kind, error.code]).toEqual(["reconnect-needed", "scope-missing"]);
    expect(error.message).toContain("w_member_social");
  });

  test("a refusal comes back by LinkedIn's own name", async () => {
    const { authorization } = await startDance(linkedin, { way: "profile" });
    const back = new URL(await approve(authorization.url, { refuse: true }));
    expect(back.searchParams.get("error")).toBe("user_cancelled_authorize");
  });

  const grantDead = "The provided authorization grant or refresh token is invalid, expired or revoked";
  test.each([
    [
      401,
      "invalid_request",
      "Unable to retrieve access token: authorization code not found",
      "rejected: code-refused",
    ],
    [
      400,
      "invalid_redirect_uri",
      "Unable to retrieve access token: appid/redirect uri …",
      "rejected: code-refused",
    ],
    [
      400,
      "invalid_request",
      "Unable to retrieve access token: appid/redirect uri …",
      "rejected: code-refused",
    ],
    [400, "invalid_request", grantDead, "rejected: code-refused"],
    [
      400,
      "invalid_request",
      'A required parameter "redirect_uri" is missing',
      "rejected: app-refused (operator)",
    ],
    [401, "invalid_client", "Client authentication failed", "rejected: app-refused (operator)"],
    [400, "unsupported_grant_type", "No", "rejected: app-refused (operator)"],
    [503, "server_error", "No", "transient: server-trouble"],
    [429, "too_many", "Resource level throttle APPLICATION DAY limit", "rate-limited: throttled"],
  ])("%d %s (%s) at the exchange: %s", async (code, error, error_description, outcome) => {
    const dance = await startDance(linkedin, { way: "profile" });
    const approved = await codeFor(dance);
    await fault(TOKEN, status(code, { error, error_description }));
    expect(await outcomeOf(finishDance(linkedin, dance, approved))).toBe(outcome);
  });
});

describe("connecting company pages", () => {
  test("is offered beside the profile where its app is set up, and only there", () => {
    expect(linkedin.ways().map(({ name, label }) => [name, label])).toEqual([
      ["profile", "Your profile"],
      ["pages", "Company pages"],
    ]);
    const settings = {
      SOCIAL_LINKEDIN_PAGES_CLIENT_ID: undefined,
      SOCIAL_LINKEDIN_PAGES_CLIENT_SECRET: undefined,
    };
    const alone = openPlatforms(emulator, { settings }).getPlatform("linkedin");
    expect(alone.ways()).toEqual([]);
  });

  test("without its secret the operator is told which setting is missing", () => {
    const settings = { SOCIAL_LINKEDIN_PAGES_CLIENT_SECRET: undefined };
    expect(openPlatforms(emulator, { settings }).missingSettings("linkedin")).toEqual([
      "SOCIAL_LINKEDIN_PAGES_CLIENT_SECRET",
    ]);
  });

  test("asks by the other app for the other scopes", async () => {
    const { authorization } = await startDance(linkedin, { way: "pages" });
    const { searchParams } = new URL(authorization.url);
    expect([searchParams.get("client_id"), searchParams.get("scope")]).toEqual([
      "78sharewellpages",
      "r_organization_social w_organization_social rw_organization_admin",
    ]);
  });

  test("comes to every page, and says of each that cannot be had why", async () => {
    const results = await exchangePages();
    expect(results.map(({ account, hindrance }) => [account.displayName, hindrance === undefined])).toEqual([
      ["Harbour Bakery", true],
      ["Lima Events", true],
      ["Old Mill", false],
    ]);
    expect(results[2]?.hindrance).toContain("content admin");
    expect(results[0]?.account).toMatchObject({
      id: "urn:li:organization:2414183",
      username: "harbour-bakery",
      extra: { way: "pages" },
    });
    expect((await exchangePages("ben")).map(({ account }) => account.displayName)).toEqual([
      "Okafor Records",
    ]);
  });

  test("reads a list of any length, each page once", async () => {
    for (let number = 0; number < 120; number += 1)
      await control(emulator.linkedin, "POST", "organizations", {
        id: `9007199254740993${number}`,
        name: `Page ${number}`,
        vanityName: `page-${number}`,
        members: [{ accountId: "782bbtaQ1x", role: "CONTENT_ADMIN" }],
      });
    await flip({ memberLimit: 1_000 });
    const ids = (await exchangePages()).map(({ account }) => account.id);
    expect(ids).toHaveLength(123);
    expect(ids).toContain("urn:li:organization:900719925474099342");
  });

  test("one member is behind all of them, so that the last one ends the grant", async () => {
    const results = await exchangePages();
    const people = new Set(results.map(({ account }) => account.grantedBy));
    expect([...people]).toEqual([expect.stringMatching(/^linkedin:urn:li:person:/)]);
    expect(new Set(results.map(({ tokens }) => tokens.accessToken)).size).toBe(1);
  });

  test("a page whose name cannot be read can be had all the same", async () => {
    await fault(PAGE, refusal(403, "ACCESS_DENIED", "Not enough permissions to access: organizations.GET"));
    expect((await bakery()).account).toMatchObject({
      username: "Company page 2414183",
      displayName: "Company page 2414183",
    });
  });

  test("an app that may not list pages is the operator's to mend, by the name of the product", async () => {
    await problem(ROLES, "permission-missing");
    const error = await errorOf(exchangePages());
    expect([error.code, error.operator]).toEqual(["app-not-permitted", true]);
    expect(error.message).toContain("Community Management API");
  });

  test("who looks after no page is told so", async () => {
    await fault(ROLES, status(200, { elements: [], paging: { start: 0, count: 100, links: [] } }));
    expect(await outcomeOf(exchangePages())).toBe("rejected: no-pages");
  });

  test("a page and a profile are told apart by their authors", async () => {
    await share(makePost(), await bakery());
    await share();
    expect(made().map(({ author }) => author)).toEqual(["urn:li:organization:2414183", ana.account.id]);
  });

  test("an app that is no longer set up leaves its connections to the operator", async () => {
    const { account, tokens } = await bakery();
    const settings = {
      SOCIAL_LINKEDIN_PAGES_CLIENT_ID: undefined,
      SOCIAL_LINKEDIN_PAGES_CLIENT_SECRET: undefined,
    };
    const alone = openPlatforms(emulator, { settings }).getPlatform("linkedin");
    expect(await outcomeOf(alone.verifyToken(account, tokens))).toBe("rejected: not-set-up (operator)");
  });
});

describe("tokens", () => {
  test("of a profile cannot be renewed", async () => {
    expect(await outcomeOf(linkedin.refreshAccessToken(ana.account, ana.tokens))).toBe(
      "reconnect-needed: not-renewable",
    );
  });

  test("of pages are renewed, until the year of the refresh token is over", async () => {
    const { account, tokens } = await bakery();
    expect(tokens.renewAfter).toBeDefined();
    await pass(50 * 86_400);
    const renewed = await linkedin.refreshAccessToken(account, tokens);
    expect(renewed.accessToken).not.toBe(tokens.accessToken);
    expect(renewed.refreshToken).toBe(tokens.refreshToken);
    expect(renewed.expiresAt?.getTime()).toBeGreaterThan(Date.now() + 109 * DAY_MS);
    await pass(320 * 86_400);
    expect(await outcomeOf(linkedin.refreshAccessToken(account, renewed))).toBe(
      "reconnect-needed: grant-dead",
    );
  });

  test.each([
    ["invalid_client", "Client authentication failed", "rejected: app-refused (operator)"],
    ["invalid_request", 'A required parameter "client_id" is missing', "rejected: app-refused (operator)"],
    [
      "invalid_request",
      "The provided authorization grant or refresh token is invalid, expired or revoked",
      "reconnect-needed: grant-dead",
    ],
  ])("%s (%s) at the renewal: %s", async (error, error_description, outcome) => {
    const { account, tokens } = await bakery();
    await fault(TOKEN, status(400, { error, error_description }));
    expect(await outcomeOf(linkedin.refreshAccessToken(account, tokens))).toBe(outcome);
  });

  test("are verified by what LinkedIn says of the token, never by who the member is", async () => {
    const before = await count(WHO);
    expect(await verify()).toEqual(ana.account);
    expect(await count(WHO)).toBe(before);
    await pass(61 * 86_400);
    expect(await outcomeOf(verify())).toBe("reconnect-needed: token-refused");
  });

  test.each([
    ["an unknown token", { active: false }, "reconnect-needed: token-refused"],
    ["one that lost its scope", { active: true, scope: "openid,profile" }, "reconnect-needed: scope-missing"],
    ["one of which nothing more is told", { active: true }, "done"],
    ["nothing that can be read", { status: "active" }, "transient: unreadable"],
  ])("that turn out as %s", async (_what, body, outcome) => {
    await fault(INTROSPECT, status(200, body));
    expect(await outcomeOf(verify())).toBe(outcome);
  });

  test.each([
    [401, "invalid_client", "rejected: app-refused (operator)"],
    [400, "invalid_request", "rejected: app-refused (operator)"],
    [503, "server_error", "transient: server-trouble"],
  ])("%d %s to the question ends nobody's connection", async (code, error, outcome) => {
    await fault(INTROSPECT, status(code, { error, error_description: "No" }));
    expect(await outcomeOf(verify())).toBe(outcome);
  });

  test("are ended at LinkedIn where it lets us", async () => {
    await linkedin.revokeToken(ana.account, ana.tokens);
    expect(await outcomeOf(verify())).toBe("reconnect-needed: token-refused");
    await flip({ revocation: "missing" });
    expect(await outcomeOf(linkedin.revokeToken(ana.account, ana.tokens))).not.toBe("done");
  });
});

describe("sharing", () => {
  test("makes a card of the page, with its picture, and a text without the link", async () => {
    expect(linkedin.composeText("  Worth a read (really) #sqlite ", "https://blog.example.com/")).toBe(
      "Worth a read (really) #sqlite",
    );
    const post = makePost({ text: "Worth a read (really) #self_hosted" });
    const { url, platformPostId } = await share(post);
    expect(made()).toMatchObject([
      {
        urn: platformPostId,
        text: post.text,
        commentary: "Worth a read \\(really\\) #self\\_hosted",
        article: {
          source: post.url,
          title: "Why we moved",
          description: "Three months, one file, no regrets.",
          thumbnail: expect.stringMatching(/^urn:li:image:/),
        },
      },
    ]);
    expect(url).toBe(`${emulator.linkedin.origin}/feed/update/${platformPostId}/`);
    const html = await (await emulatedFetch(url)).text();
    expect(html).toContain("#self_hosted");
  });

  test("names the version that is set, and its protocol, on every call of the API", async () => {
    await flip({ versions: ["202611"] });
    const newer = openPlatforms(emulator, { settings: { SOCIAL_LINKEDIN_VERSION: "202611" } });
    await newer.getPlatform("linkedin").shareLink(ana.account, ana.tokens, makePost());
    const calls = newer.requests.filter(({ url }) => url.includes("/rest/"));
    expect(calls.length).toBe(2);
    for (const { headers } of calls)
      expect([headers.get("linkedin-version"), headers.get("x-restli-protocol-version")]).toEqual([
        "202611",
        "2.0.0",
      ]);
    expect(platforms.requests[0]?.headers.get("linkedin-version")).toBeNull();
  });

  test("says the title where a person says nothing, since a blank text is refused", async () => {
    await share(makePost({ text: "" }));
    expect(made()).toMatchObject([{ text: "Why we moved", article: { title: "Why we moved" } }]);
  });

  test("leaves out what is blank, shortens what is long, and calls an untitled page by its host", async () => {
    const long = "é".repeat(500);
    await share(makePost({ description: "  ", title: long }));
    await share(makePost({ description: "x".repeat(5_000), title: " " }));
    const [first, second] = made();
    expect(first?.article).toMatchObject({ title: "é".repeat(400), description: "" });
    expect(JSON.parse((await sentTo("/rest/posts"))[0] ?? "").content.article).not.toHaveProperty(
      "description",
    );
    expect(second?.article?.title).toBe("blog.example.com");
    expect(second?.article?.description).toHaveLength(1_000);
  });

  test("backslashes are for the text alone", async () => {
    await share(makePost({ title: "f(x) #1", description: "a_b*c", url: "https://blog.example.com/a_(b)" }));
    expect(made()[0]?.article).toMatchObject({
      title: "f(x) #1",
      description: "a_b*c",
      source: "https://blog.example.com/a_(b)",
    });
  });

  test("counts as people will read it, the stricter way", () => {
    const length = (text: string) => linkedin.countText(ana.account, text);
    expect(length("(hello)")).toEqual({ length: 7, limit: 3_000 });
    expect(length("👍").length).toBe(2);
    expect(length("https://example.com/a_b").length).toBe(25);
  });

  test("posts pictures of its own in place of a card, with the link in the text", async () => {
    const bytes = await drawPicture(40, 30);
    const picture = (alt: string) => ({ bytes, type: "image/png", alt });
    const post = makePost({ text: "Look", pictures: [picture("A red bicycle")] });
    await share(post);
    await share(makePost({ text: "Both", pictures: [picture("One"), picture(" ")] }));
    expect(made()).toMatchObject([
      { text: `Look\n\n${post.url}`, card: null, media: [{ altText: "A red bicycle" }] },
      { media: [{ altText: "One" }, { altText: "" }] },
    ]);
    const [first, second] = (await sentTo("/rest/posts")).map((body) => JSON.parse(body).content);
    expect(first).toEqual({ media: { id: expect.any(String), altText: "A red bicycle" } });
    expect(second.multiImage.images[1]).toEqual({ id: expect.any(String) });
  });

  test.each([
    ["a WEBP", () => drawn().webp().toBuffer(), "image/webp"],
    ["a GIF", () => drawn().gif().toBuffer(), "image/gif"],
    ["a picture of more than 36 million points", () => drawn(6_100).png().toBuffer(), "image/png"],
  ])("%s becomes a thumbnail", async (_what, draw, type) => {
    const bytes = await draw();
    await share(makePost({ loadPicture: async () => ({ bytes, type, alt: "" }) }));
    expect(made()[0]?.article?.thumbnail).toBeDefined();
  });

  test("gives LinkedIn time for the picture", async () => {
    await flip({ imageSeconds: 3 });
    await share();
    expect([await count(POST), made()[0]?.card?.kind]).toEqual([1, "large"]);
  });

  test("sends the token with the bytes, and to nobody but LinkedIn", async () => {
    await share();
    const upload = platforms.requests.find(({ method }) => method === "PUT");
    expect(upload?.headers.get("authorization")).toBe(`Bearer ${ana.tokens.accessToken}`);
    const elsewhere = "https://www.linkedin.com.evil.example/dms-uploads/1";
    await fault(IMAGES, status(200, { value: { uploadUrl: elsewhere, image: "urn:li:image:C4E" } }), 3);
    await share();
    expect(platforms.requests.filter(({ url }) => url.includes("evil"))).toEqual([]);
    expect(made()[1]?.article?.thumbnail).toBeUndefined();
  });

  function drawn(side = 600) {
    return sharp({ create: { width: side, height: side, channels: 3, background: "teal" } });
  }
});

describe("without a thumbnail the share goes on", () => {
  test.each([
    ["the page has no picture", () => {}, { loadPicture: async () => undefined }],
    [
      "the picture cannot be fetched now",
      () => {},
      { loadPicture: () => Promise.reject(new PlatformError("transient", { code: "x", message: say("x") })) },
    ],
    [
      "it is none",
      () => {},
      { loadPicture: async () => ({ bytes: Buffer.from("<svg/>"), type: "image/svg+xml", alt: "" }) },
    ],
    ["LinkedIn is in trouble", () => problem(IMAGES, "unavailable", { times: 3 }), {}],
    ["LinkedIn breaks the upload off", () => fault(BYTES, { kind: "drop", when: "before" }, 3), {}],
    ["it is called too large", () => fault(BYTES, { kind: "status", status: 413, html: "" }), {}],
    ["its type is not taken", () => fault(BYTES, { kind: "status", status: 415, html: "" }), {}],
    ["its address is over each time", () => problem(BYTES, "upload-expired", { times: 3 }), {}],
    ["no address comes", () => fault(IMAGES, status(200, { value: {} }), 3), {}],
    ["it may not be uploaded", () => problem(IMAGES, "image-invalid"), {}],
  ])("when %s", async (_why, arrange, changes: Partial<Post>) => {
    await arrange();
    const post = makePost(changes);
    await share(post);
    expect(made()).toMatchObject([{ article: { source: post.url } }]);
    expect(made()[0]?.article?.thumbnail).toBeUndefined();
    expect(post.remembered).toEqual({ thumbnail: null });
  });

  test("when LinkedIn could not process it", async () => {
    await flip({ imageFails: true });
    await share();
    expect([await count(POST), made()[0]?.article?.thumbnail]).toEqual([2, undefined]);
  });

  test("when LinkedIn never gets done with it, after half a minute", async () => {
    await flip({ imageSeconds: 600 });
    await share();
    expect([await count(POST), made()[0]?.article?.thumbnail]).toEqual([8, undefined]);
  });

  test.each([
    ["the token is dead", "token-expired", "reconnect-needed: token-refused"],
    ["the day is used up", "member-day", "rate-limited: day-used-up"],
    ["the version has ended", "version-missing", "rejected: version-ended (operator)"],
  ])("but not when %s: the post would meet the same", async (_why, name, outcome) => {
    await problem(IMAGES, name);
    const post = makePost();
    expect(await outcomeOf(share(post))).toBe(outcome);
    expect([post.fences(), await count(POST)]).toEqual([0, 0]);
  });

  test("but an upload that fails once or twice is made again", async () => {
    await problem(BYTES, "unavailable", { times: 2 });
    await share();
    expect(made()[0]?.article?.thumbnail).toBeDefined();
  });

  test("and a post of pictures is not sent without them", async () => {
    const pictures = [{ bytes: await drawPicture(40, 30), type: "image/png", alt: "" }];
    await flip({ imageFails: true });
    expect(await outcomeOf(share(makePost({ pictures })))).toBe("rejected: picture-refused");
    await flip({ imageFails: false, imageSeconds: 600 });
    expect(await outcomeOf(share(makePost({ pictures })))).toBe("transient: picture-not-ready");
  });
});

describe("in doubt", () => {
  test("the very same request tells: LinkedIn refuses it by the name of the first", async () => {
    const post = makePost();
    await fault(POST, { kind: "drop", when: "after" });
    expect(await outcomeOf(share(post))).toBe("ambiguous: connection-broken");
    expect(await linkedin.findShare(ana.account, ana.tokens, again(post))).toBe("unknown");
    await pass(60);
    const error = await errorOf(share(again(post)));
    const [only] = made();
    expect([made().length, error.kind]).toEqual([1, "duplicate"]);
    expect(error.existing).toEqual({ platformPostId: only?.urn, url: only?.url });
    const [first, second] = await sentTo("/rest/posts");
    expect(second).toBe(first);
    expect(await count(IMAGES)).toBe(1);
  });

  test("the very same request posts it where the first never arrived", async () => {
    const post = makePost();
    await fault(POST, { kind: "drop", when: "before" });
    expect(await outcomeOf(share(post))).toBe("ambiguous: connection-broken");
    await share(again(post));
    expect(made()).toMatchObject([{ text: post.text }]);
  });

  test("the engine may ask so after a minute, and for nine", () => {
    expect(linkedin.about).toMatchObject({
      lookAfterSeconds: [300],
      resendSafeSeconds: 0,
      repeatNamesFirstSeconds: 540,
    });
  });

  test("pictures are uploaded once for all tries", async () => {
    const pictures = [{ bytes: await drawPicture(40, 30), type: "image/png", alt: "A" }];
    const post = makePost({ pictures });
    await problem(POST, "unavailable", { after: true });
    await outcomeOf(share(post));
    expect((await errorOf(share(again(post)))).kind).toBe("duplicate");
    expect(await count(IMAGES)).toBe(1);
  });

  test("a share without a picture stays without one, so that its repeat is one", async () => {
    const post = makePost({ loadPicture: async () => undefined });
    await fault(POST, { kind: "drop", when: "after" });
    await outcomeOf(share(post));
    const later = makePost({ ...post, firstSentAt: new Date() });
    expect(
      (await errorOf(share({ ...post, loadPicture: later.loadPicture, firstSentAt: new Date() }))).kind,
    ).toBe("duplicate");
    expect(await count(IMAGES)).toBe(0);
  });

  test("a card whose picture is refused meanwhile is not sent as another post", async () => {
    const post = makePost();
    await fault(POST, { kind: "drop", when: "after" });
    await outcomeOf(share(post));
    await problem(POST, "image-invalid");
    expect(await outcomeOf(share(again(post)))).toBe("ambiguous: not-repeatable");
    expect(made()).toHaveLength(1);
  });

  test.each([
    "internal-error",
    "unavailable",
    "gateway-timeout",
  ])("%s to a post leaves it open", async (name) => {
    await problem(POST, name, { after: true });
    expect(await outcomeOf(share())).toBe("ambiguous: no-clear-answer");
    await problem(POST, name);
    expect(await outcomeOf(share())).toBe("ambiguous: no-clear-answer");
  });

  test("an answer that does not name the post means posted, seen on the author's own page", async () => {
    await flip({ postUrnHeader: "none" });
    const result = await share();
    expect(result).toEqual({ url: `${emulator.linkedin.origin}/in/me/recent-activity/all/` });
    const page = await share(makePost(), await bakery());
    expect(page).toEqual({ url: `${emulator.linkedin.origin}/company/2414183/posts/` });
    for (const { url } of [result, page])
      expect(await (await emulatedFetch(url)).text()).toContain("Worth a read");
  });

  test("an answer may name the post in the other header", async () => {
    await flip({ postUrnHeader: "x-linkedin-id" });
    expect((await share()).platformPostId).toBe(made()[0]?.urn);
  });
});

describe("what LinkedIn says to a post, and what it means", () => {
  const posts = (name: string) => async () => {
    await problem(POST, name);
    return await outcomeOf(share());
  };

  test.each([
    ["token-invalid", "reconnect-needed: token-refused"],
    ["token-expired", "reconnect-needed: token-refused"],
    ["token-missing", "reconnect-needed: token-refused"],
    ["foreign-author", "reconnect-needed: other-account"],
    ["permission-missing", "rejected: app-not-permitted (operator)"],
    ["version-missing", "rejected: version-ended (operator)"],
    ["protocol-missing", "rejected: refused"],
    ["urn-type", "rejected: refused"],
    ["urn-id", "rejected: refused"],
    ["not-found", "rejected: not-found"],
    ["unprocessable", "rejected: refused"],
  ])("%s: %s", async (name, outcome) => {
    expect(await posts(name)()).toBe(outcome);
    expect(made()).toEqual([]);
  });

  test.each([
    [400, "MISSING_FIELD", "commentary is required but missing", "refused"],
    [400, "INVALID_VALUE_FOR_FIELD", "visibility can't be set to X", "refused"],
    [400, "INVALID_VALUE_BLANK_FIELD", "commentary can't be blank", "refused"],
    [
      400,
      "FIELD_LENGTH_TOO_LONG",
      "commentary length 3001 can't exceeded maximum 3000 length",
      "text-too-long",
    ],
    [422, "UNPROCESSABLE_ENTITY", "ERROR :: /author :: field is required but not found", "refused"],
  ])("%d %s is told as it stands", async (code, name, message, told) => {
    await fault(POST, refusal(code, name, message));
    const error = await errorOf(share());
    expect([error.kind, error.code, error.status]).toEqual(["rejected", told, code]);
    expect(error.message).toBe(`LinkedIn refused this: ${name}: ${message}`);
  });

  test("a version that was switched off is the operator's to replace", async () => {
    const old = openPlatforms(emulator, { settings: { SOCIAL_LINKEDIN_VERSION: "202504" } });
    const error = await errorOf(old.getPlatform("linkedin").shareLink(ana.account, ana.tokens, makePost()));
    expect([error.kind, error.code, error.operator, error.status]).toEqual([
      ...["rejected", "version-ended", true, 426],
    ]);
    expect(error.message).toContain("SOCIAL_LINKEDIN_VERSION");
  });

  test("a young token that is called revoked is asked again after 2, 4 and 8 seconds", async () => {
    await problem(POST, "token-revoked", { times: 3 });
    expect(await outcomeOf(share())).toBe("done");
    await problem(POST, "token-revoked", { times: 4 });
    expect(await outcomeOf(share())).toBe("reconnect-needed: token-refused");
    expect(await count(POST)).toBe(8);
  });

  test("an older one is believed to be revoked, whatever the words beside the number", async () => {
    await pass(180);
    await problem(POST, "token-revoked");
    expect(await outcomeOf(share())).toBe("reconnect-needed: token-refused");
    const older = { status: 401, serviceErrorCode: 65_601, message: "Expired access token" };
    await fault(POST, status(401, older));
    expect(await outcomeOf(share())).toBe("reconnect-needed: token-refused");
    expect(await count(POST)).toBe(2);
  });

  test("without the scope the person has to allow it, and is told which", async () => {
    await problem(POST, "permission-missing");
    const tokens = { ...ana.tokens, scopes: ["openid"] };
    const error = await errorOf(share(makePost(), { ...ana, tokens }));
    expect([error.kind, error.code]).toEqual(["reconnect-needed", "scope-missing"]);
    expect(error.message).toContain("w_member_social");
  });

  test("a role that was lost is told with the page's name", async () => {
    const page = await bakery();
    await control(emulator.linkedin, "POST", "organizations", {
      id: "2414183",
      name: "Harbour Bakery",
      vanityName: "harbour-bakery",
      members: [{ accountId: "782bbtaQ1x", role: "ANALYST" }],
    });
    const error = await errorOf(share(makePost(), page));
    expect([error.kind, error.code, error.operator]).toEqual(["rejected", "page-access", false]);
    expect(error.message).toMatch(/Harbour Bakery.*w_organization_social/);
  });

  test("a conflict is tried again once, a second later", async () => {
    await problem(POST, "conflict");
    expect(await outcomeOf(share())).toBe("done");
    await problem(POST, "conflict", { times: 2 });
    const post = makePost();
    expect(await outcomeOf(share(post))).toBe("transient: conflict");
    expect([await count(POST), post.fences()]).toEqual([4, 2]);
  });

  test("a picture that is not ready is waited for", async () => {
    await problem(POST, "image-waiting", { times: 6 });
    expect(await outcomeOf(share())).toBe("done");
    expect(made()[0]?.article?.thumbnail).toBeDefined();
  });

  test("the same post again is told with the link to the first", async () => {
    const post = makePost();
    await share(post);
    const { kind, existing } = await errorOf(share({ ...post, remembered: { ...post.remembered } }));
    expect([kind, existing]).toEqual(["duplicate", { platformPostId: made()[0]?.urn, url: made()[0]?.url }]);
  });

  const named = "urn:li:activity:7295588489876647936";
  test.each([
    [400, { message: `Content is a Duplicate of ${named}`, status: 400 }, named],
    [409, { message: `content is a duplicate of ${named}`, status: 409 }, named],
    [422, { errorDetails: { inputErrors: [{ code: "DUPLICATE_POST" }] }, status: 422 }, undefined],
  ])("%d of another shape is a duplicate too", async (code, body, urn) => {
    await fault(POST, status(code, body));
    const error = await errorOf(share());
    expect([error.kind, error.existing?.platformPostId]).toEqual(["duplicate", urn]);
  });

  test("words about a duplicate that name no post are no proof of one", async () => {
    await fault(POST, refusal(422, "UNPROCESSABLE_ENTITY", "duplicate of something"));
    expect(await outcomeOf(share())).toBe("rejected: refused");
  });

  test.each(["member-day", "app-day"])("%s: waits until some minutes after midnight UTC", async (name) => {
    await problem(POST, name);
    const { kind, code, retryAt } = await errorOf(share());
    expect([kind, code]).toEqual(["rate-limited", "day-used-up"]);
    const midnight = Math.ceil(Date.now() / DAY_MS) * DAY_MS;
    expect(retryAt?.getTime()).toBeGreaterThanOrEqual(midnight + MINUTE_MS);
    expect(retryAt?.getTime()).toBeLessThanOrEqual(midnight + 10 * MINUTE_MS);
  });

  test("a limit without a span: a quarter of an hour, then twice as long, but not past midnight", async () => {
    // From the start of a day, so that midnight is far away.
    await pass(DAY_MS / 1_000 - (Math.floor(Date.now() / 1_000) % 86_400));
    const now = emulator.linkedin.world.now().getTime();
    const post = makePost();
    const waits = [];
    for (let round = 0; round < 8; round += 1) {
      await problem(POST, "throttled");
      waits.push(((await errorOf(share(post))).retryAt?.getTime() ?? 0) - now);
    }
    const minutes = waits.map((wait) => Math.round(wait / MINUTE_MS));
    expect(minutes.slice(0, 6)).toEqual([15, 30, 60, 120, 240, 480]);
    expect(minutes.slice(6)).toEqual([960, 1_440]);
  });

  test.each([
    ["Resource level throttle APPLICATION DAY limit for calls to this resource is reached.", true],
    ["Resource level throttle MEMBER DAY limit for calls to this resource is reached.", false],
    ["Too many", false],
  ])("%s: it concerns everybody: %s", async (message, wholeApp) => {
    await fault(POST, status(429, { status: 429, code: "TOO_MANY_REQUESTS", message }));
    const error = await errorOf(share());
    expect([error.kind, error.wholeApp]).toEqual(["rate-limited", wholeApp]);
  });
});

describe("taking a post back", () => {
  test("names it in the path, and its method in a header", async () => {
    const { platformPostId = "" } = await share();
    await remove(platformPostId);
    const request = platforms.requests.findLast(({ method }) => method === "DELETE");
    expect(request?.url).toContain(`/rest/posts/${encodeURIComponent(platformPostId)}`);
    expect(request?.headers.get("x-restli-method")).toBe("DELETE");
    expect(await postsOn(emulator.linkedin)).toMatchObject([{ deleted: true }]);
    expect(await outcomeOf(remove(platformPostId))).toBe("done");
  });

  test.each([
    ["not-found", "rejected: not-found"],
    ["permission-missing", "rejected: app-not-permitted (operator)"],
    ["token-expired", "reconnect-needed: token-refused"],
    ["unavailable", "transient: server-trouble"],
    ["member-day", "rate-limited: day-used-up"],
  ])("%s: %s", async (name, outcome) => {
    await problem(DELETE, name);
    expect(await outcomeOf(remove("urn:li:share:1"))).toBe(outcome);
  });
});

test("without its settings the operator is told which are missing", () => {
  const registry = createRegistry(
    { SOCIAL_BASE_URL: baseUrl },
    {
      fetch: emulatedFetch,
      serviceName: () => "Sharewell",
      now: () => new Date(),
      wait: async () => {},
      apps: platforms.apps,
      hostPicture: async () => "",
      resolveTxt: async () => [],
    },
  );
  expect(registry.missingSettings("linkedin")).toEqual([
    "SOCIAL_LINKEDIN_CLIENT_ID",
    "SOCIAL_LINKEDIN_CLIENT_SECRET",
  ]);
});

test("the operator is told sixty days before the version of the API ends", () => {
  const day = 86_400;
  const ends = Date.UTC(2027, 8, 15) / 1_000;
  platforms.advance(ends - 61 * day - Date.now() / 1_000);
  expect(linkedin.operatorNotice()).toBeUndefined();
  platforms.advance(2 * day);
  expect(linkedin.operatorNotice()).toEqual(telling(/202609.*around 2027-09-15.*SOCIAL_LINKEDIN_VERSION/));
});
