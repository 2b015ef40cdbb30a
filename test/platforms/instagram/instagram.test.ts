import sharp from "sharp";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { signRequest } from "../../../emulator/meta/signed-request.ts";
import { type Emulator, startEmulator } from "../../../emulator/server.ts";
import { fitToFormat } from "../../../src/platforms/instagram/picture.ts";
import type { OAuthResult, Picture, Post, SocialPlatform } from "../../../src/platforms/platform.ts";
import { BACKOFF_SECONDS } from "../../../src/sharing/delivery/delivery.ts";
import { approve } from "../../harness/networks/consent.ts";
import { emulatedFetch } from "../../harness/networks/emulated-fetch.ts";
import { control } from "../../harness/networks/networks.ts";
import { drawPicture } from "../../harness/networks/pictures.ts";
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
import { telling } from "../../harness/told.ts";

const CREATE = "POST /:version/:id/media";
const PUBLISH = "POST /:version/:id/media_publish";
const READ = "GET /:version/:id";
const LIST = "GET /:version/:id/media";
const LIMIT = "GET /:version/:id/content_publishing_limit";
const WHO_AM_I = "GET /:version/me";
const TOKEN = "POST /oauth/access_token";
const LENGTHEN = "GET /access_token";
const REFRESH = "GET /refresh_access_token";
const DAY = 86_400;

let emulator: Emulator;
let platforms: TestPlatforms;
let instagram: SocialPlatform;
let ana: OAuthResult;

beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(() => emulator.stop());
beforeEach(async () => {
  for (const network of [emulator.instagram, emulator.facebook]) await control(network, "POST", "reset", {});
  platforms = openPlatforms(emulator);
  instagram = platforms.getPlatform("instagram");
  ana = await connect(instagram, { way: "instagram" });
});

const fault = (endpoint: string, what: object, times?: number) =>
  orderFault(emulator.instagram, endpoint, what, times);
const problem = (endpoint: string, name: string, more = {}) =>
  control(emulator.instagram, "POST", "problems", { endpoint, problem: name, ...more });
const flip = (change: object) => control(emulator.instagram, "POST", "switches", change);
const count = (endpoint: string) => countCalls(emulator.instagram, endpoint);
const share = (post: Post = makePost(), { account, tokens } = ana) =>
  instagram.shareLink(account, tokens, post);
const find = (post: Post) => instagram.findShare(ana.account, ana.tokens, sentJustNow(post));
const answer = (status: number, body: unknown) => ({ kind: "status", status, body });
const graphError = (code: number, subcode?: number, message = "No") => ({
  error: { message, type: "OAuthException", code, ...(subcode && { error_subcode: subcode }) },
});
const profile = () => `${emulator.instagram.origin}/ana/`;

/** Time passes for us and for the network. */
async function pass(seconds: number): Promise<void> {
  platforms.advance(seconds);
  await control(emulator.instagram, "POST", "clock", { advanceSeconds: seconds });
}

/** What Instagram was asked to put into containers. */
async function containersAsked(): Promise<unknown[]> {
  const asked = platforms.requests.filter(({ url, method }) => method === "POST" && /\/media$/.test(url));
  return await Promise.all(asked.map((request) => request.clone().json()));
}

async function publishesAsked(): Promise<unknown[]> {
  const asked = platforms.requests.filter(({ url }) => /\/media_publish/.test(url));
  return await Promise.all(asked.map((request) => request.clone().json()));
}

describe("being set up", () => {
  const withoutFacebook = { SOCIAL_INSTAGRAM_BY_FACEBOOK: undefined };
  const ownPair = { SOCIAL_INSTAGRAM_APP_ID: undefined, SOCIAL_INSTAGRAM_APP_SECRET: undefined };

  test("offers two ways where both apps are there, and none to choose from where one is", () => {
    expect(instagram.ways().map(({ name }) => name)).toEqual(["instagram", "facebook"]);
    for (const settings of [withoutFacebook, ownPair])
      expect(openPlatforms(emulator, { settings }).getPlatform("instagram").ways()).toEqual([]);
  });

  test("tells what is missing where neither app is there", () => {
    const bare = openPlatforms(emulator, { settings: { ...withoutFacebook, ...ownPair } });
    expect(bare.missingSettings("instagram")).toEqual([
      "SOCIAL_INSTAGRAM_APP_ID",
      "SOCIAL_INSTAGRAM_APP_SECRET",
    ]);
    const half = openPlatforms(emulator, {
      settings: { ...withoutFacebook, SOCIAL_INSTAGRAM_APP_SECRET: undefined },
    });
    expect(half.missingSettings("instagram")).toEqual(["SOCIAL_INSTAGRAM_APP_SECRET"]);
    expect(() => half.getPlatform("instagram")).toThrow(/SOCIAL_INSTAGRAM_APP_SECRET is missing/);
  });

  test("an app for Facebook Pages opens Instagram only when it is told to", () => {
    const pagesAlone = openPlatforms(emulator, { settings: { ...withoutFacebook, ...ownPair } });
    expect(pagesAlone.missingSettings("facebook")).toEqual([]);
    expect(pagesAlone.availablePlatforms().map(({ name }) => name)).not.toContain("instagram");
    const noApp = { SOCIAL_FACEBOOK_APP_ID: undefined, SOCIAL_FACEBOOK_APP_SECRET: undefined };
    expect(openPlatforms(emulator, { settings: noApp }).missingSettings("instagram")).toEqual([
      "SOCIAL_FACEBOOK_APP_ID",
      "SOCIAL_FACEBOOK_APP_SECRET",
    ]);
  });

  test("connects by the only way there is without being told which", async () => {
    const own = openPlatforms(emulator, { settings: withoutFacebook }).getPlatform("instagram");
    expect((await connect(own)).account.extra).toMatchObject({ way: "instagram" });
    const byFacebook = openPlatforms(emulator, { settings: ownPair }).getPlatform("instagram");
    expect((await connect(byFacebook)).account.extra).toMatchObject({ way: "facebook" });
  });

  test("an account whose way was taken out of the settings is the operator's to mend", async () => {
    const other = openPlatforms(emulator, { settings: ownPair }).getPlatform("instagram");
    expect(await outcomeOf(other.shareLink(ana.account, ana.tokens, makePost()))).toBe(
      "rejected: way-not-set-up (operator)",
    );
  });

  test("goes to Instagram's own hosts unless it is told otherwise", async () => {
    const real = openPlatforms(emulator, {
      settings: {
        SOCIAL_INSTAGRAM_ORIGIN: undefined,
        SOCIAL_INSTAGRAM_TOKEN_ORIGIN: undefined,
        SOCIAL_INSTAGRAM_API_ORIGIN: undefined,
      },
      fetch: async () => Response.json({ access_token: "a token" }),
    });
    const platform = real.getPlatform("instagram");
    const dance = await startDance(platform, { way: "instagram" });
    expect(dance.authorization.url).toMatch(/^https:\/\/www\.instagram\.com\/oauth\/authorize\?/);
    await outcomeOf(finishDance(platform, dance, "a code"));
    expect(real.requests.map(({ url }) => url.replace(/\?.*/, ""))).toEqual([
      "https://api.instagram.com/oauth/access_token",
      "https://graph.instagram.com/access_token",
    ]);
  });
});

describe("connecting by Instagram's login", () => {
  test("asks for the profile and for posting, separated by a comma", async () => {
    const { authorization } = await startDance(instagram, { way: "instagram" });
    const { searchParams } = new URL(authorization.url);
    expect(searchParams.get("scope")).toBe(
      "instagram_business_basic,instagram_business_content_publish,instagram_business_manage_comments",
    );
  });

  test.each([
    "flat",
    "listed",
  ])("reads the %s answer, and the account's id to its last digit", async (shape) => {
    await flip({ tokenAnswer: shape });
    const { account, tokens } = await connect(instagram, { way: "instagram", account: "lima.events" });
    expect(account).toEqual({
      id: "17841405793187219",
      username: "lima.events",
      displayName: "Lima Events",
      avatarUrl: expect.stringMatching(/^http/),
      grantedBy: "instagram:27324875933758768",
      extra: { way: "instagram", scopedId: "27324875933758768", comments: true },
    });
    expect(tokens.scopes).toEqual([
      "instagram_business_basic",
      "instagram_business_content_publish",
      "instagram_business_manage_comments",
    ]);
  });

  test("gets tokens of sixty days, which are renewed from the seventh on", () => {
    const days = (date?: Date) => Math.round(((date?.getTime() ?? 0) - Date.now()) / (DAY * 1_000));
    expect([days(ana.tokens.expiresAt), days(ana.tokens.renewAfter)]).toEqual([60, 7]);
  });

  test("strips what Instagram hangs on to the code", async () => {
    const dance = await startDance(instagram, { way: "instagram" });
    const code = await codeFor(dance);
    expect((await finishDance(instagram, dance, `${code}#_`)).account.username).toBe("ana");
  });

  test("names the permission that was left out", async () => {
    const dance = await startDance(instagram, { way: "instagram" });
    const untick = ["instagram_business_content_publish"];
    const back = new URL(await approve(dance.authorization.url, { untick }));
    const error = await errorOf(finishDance(instagram, dance, back.searchParams.get("code") ?? ""));
    expect([error.kind, error.code]).toEqual(["rejected", "permissions-missing"]);
    expect(error.message).toContain("instagram_business_content_publish (to post for you)");
  });

  test("tells a person with a personal account how to switch", async () => {
    const dance = await startDance(instagram, { way: "instagram" });
    const code = await codeFor(dance, "cara");
    const { authorization, redirectUri, codeVerifier } = dance;
    const [cara] = await instagram.exchangeCode({
      ...{ code, codeVerifier, redirectUri, remember: authorization.remember },
    });
    expect(cara?.hindrance).toEqual(
      telling(/personal account.*professional accounts only.*Switch to professional/),
    );
  });

  test.each([
    ["a code that was used", "Matching code was not found or was already used", "rejected: code-refused"],
    ["a wrong secret", "Error validating client secret", "rejected: app-refused (operator)"],
    ["an unknown app", "Invalid platform app", "rejected: app-refused (operator)"],
    ["another address", "The redirect_uri is not identical", "rejected: app-refused (operator)"],
  ])("%s", async (_, error_message, outcome) => {
    const dance = await startDance(instagram, { way: "instagram" });
    await fault(TOKEN, answer(400, { error_type: "OAuthException", code: 400, error_message }));
    expect(await outcomeOf(finishDance(instagram, dance, "a code"))).toBe(outcome);
  });

  test.each([
    ["the code is exchanged", TOKEN],
    ["the token is made to last", LENGTHEN],
    ["the profile is read", WHO_AM_I],
  ])("trouble while %s is no refusal", async (_, endpoint) => {
    const dance = await startDance(instagram, { way: "instagram" });
    const code = await codeFor(dance);
    await fault(endpoint, { kind: "status", status: 502, html: "<h1>502</h1>" });
    expect(await outcomeOf(finishDance(instagram, dance, code))).toBe("transient: server-trouble");
  });
});

describe("renewing", () => {
  const renew = () => instagram.refreshAccessToken(ana.account, ana.tokens);

  test("replaces the token by another of sixty days", async () => {
    await pass(7 * DAY);
    const renewed = await renew();
    expect(renewed.accessToken).not.toBe(ana.tokens.accessToken);
    expect(renewed.expiresAt?.getTime()).toBeGreaterThan((ana.tokens.expiresAt?.getTime() ?? 0) + 6 * DAY);
    expect(renewed.scopes).toEqual(ana.tokens.scopes);
  });

  test("a token that is younger than a day keeps its life", async () => {
    expect(await outcomeOf(renew())).toBe("transient: not-renewed");
    expect(await outcomeOf(instagram.verifyToken(ana.account, ana.tokens))).toBe("done");
  });

  test.each([
    [190, 463, "reconnect-needed: token-refused"],
    [190, 460, "reconnect-needed: token-refused"],
    [10, undefined, "transient: not-renewed"],
    [100, undefined, "transient: not-renewed"],
    [2, undefined, "transient: server-trouble"],
    [4, undefined, "rate-limited: rate-limited"],
  ])("only a dead grant asks to reconnect: %d/%s", async (code, subcode, outcome) => {
    await fault(REFRESH, answer(400, graphError(code, subcode)));
    expect(await outcomeOf(renew())).toBe(outcome);
  });

  test("believes for a hundred years what is said to hold for longer", async () => {
    await fault(REFRESH, answer(200, { access_token: "the next", token_type: "bearer", expires_in: 1e300 }));
    const years = (((await renew()).expiresAt?.getTime() ?? 0) - Date.now()) / (365 * 86_400_000);
    expect(Math.round(years)).toBe(100);
  });

  test("comes too late after sixty days", async () => {
    await pass(60 * DAY);
    expect(await outcomeOf(renew())).toBe("reconnect-needed: token-refused");
  });

  test("no error repeats the token or the secret that stand in the address", async () => {
    const echo = openPlatforms(emulator, {
      fetch: async (input, init) => {
        const { searchParams } = new URL(new Request(input, init).url);
        const words = `You sent ${[...searchParams.values()].join(" ")}`;
        return Response.json(graphError(100, undefined, words), { status: 400 });
      },
    }).getPlatform("instagram");
    const error = await errorOf(echo.refreshAccessToken(ana.account, ana.tokens));
    expect(JSON.stringify(error) + error.message).not.toContain(ana.tokens.accessToken);
  });
});

describe("verifying", () => {
  test("an account that was made personal must be switched back", async () => {
    await control(emulator.instagram, "POST", "accounts", { username: "ana", type: "PERSONAL" });
    expect(await outcomeOf(instagram.verifyToken(ana.account, ana.tokens))).toBe(
      "reconnect-needed: not-professional",
    );
    expect(await outcomeOf(share())).toBe("reconnect-needed: not-professional");
  });

  test.each([
    458, 459, 460,
  ])("a token that ended by subcode %d must be renewed by the person", async (subcode) => {
    await control(emulator.instagram, "POST", "endings", { username: "ana", subcode });
    expect(await outcomeOf(instagram.verifyToken(ana.account, ana.tokens))).toBe(
      "reconnect-needed: token-refused",
    );
  });
});

describe("what is posted", () => {
  test("is the caption with the page's picture and its alt text", async () => {
    const post = makePost();
    await share(post);
    expect(await containersAsked()).toEqual([
      { image_url: expect.stringMatching(/^http/), caption: post.text, alt_text: "A house by the sea" },
    ]);
    expect(await postsOn(emulator.instagram)).toMatchObject([
      { text: post.text, media: [{ altText: "A house by the sea" }] },
    ]);
  });

  test("has an alt text of a thousand characters at most, or none", async () => {
    const picture = async (alt: string) => ({ bytes: await drawPicture(400, 400), type: "image/png", alt });
    await share(makePost({ loadPicture: () => picture("a".repeat(1_001)) }));
    await share(makePost({ loadPicture: () => picture("") }));
    const [long, none] = await containersAsked();
    expect(long).toMatchObject({ alt_text: "a".repeat(1_000) });
    expect(none).not.toHaveProperty("alt_text");
  });

  test("must have a picture: without one nothing is sent", async () => {
    const sentBefore = platforms.requests.length;
    const error = await errorOf(share(makePost({ loadPicture: async () => undefined })));
    expect([error.kind, error.code]).toEqual(["rejected", "no-picture"]);
    expect(error.message).toContain("has none that we can use");
    expect(platforms.requests).toHaveLength(sentBefore);
  });

  test.each([
    ["2,201 characters", "a".repeat(2_201), "2,200 characters"],
    ["31 hashtags", "#sea ".repeat(31), "30 hashtags"],
    ["21 mentions", "@ana ".repeat(21), "20 mentions"],
  ])("has no %s: nothing is sent", async (_, text, words) => {
    const sentBefore = platforms.requests.length;
    const error = await errorOf(share(makePost({ text })));
    expect([error.kind, error.code]).toEqual(["rejected", "text-too-long"]);
    expect(error.message).toContain(words);
    expect(platforms.requests).toHaveLength(sentBefore);
  });

  test("may have 30 hashtags, 20 mentions and 2,200 characters", async () => {
    const text = `${"#sea ".repeat(30)}${"@ana ".repeat(20)}`;
    await share(makePost({ text: text + "a".repeat(2_200 - text.length) }));
    expect(await postsOn(emulator.instagram)).toHaveLength(1);
  });
});

describe("the picture is made fit", () => {
  test.each([
    ["a wide one", 1_200, 630, { width: 1_200, height: 630 }],
    ["a large one", 4_000, 3_000, { width: 1_440, height: 1_080 }],
    ["a small one", 100, 100, { width: 320, height: 320 }],
    ["one a little too high", 1_000, 1_500, { width: 1_000, height: 1_250 }],
    ["one a little too wide", 1_600, 800, { width: 1_440, height: 754 }],
    ["a banner", 1_500, 300, { width: 1_440, height: 754 }],
    ["a tower", 300, 1_500, { width: 320, height: 400 }],
  ])("%s, %d by %d", async (_, width, height, expected) => {
    const picture: Picture = { bytes: await drawPicture(width, height), type: "image/png", alt: "It" };
    const fit = await fitToFormat(picture);
    const seen = await sharp(fit.bytes).metadata();
    expect({ width: seen.width, height: seen.height }).toEqual(expected);
    expect(seen).toMatchObject({ format: "jpeg", space: "srgb", hasAlpha: false });
    expect(fit).toMatchObject({ type: "image/jpeg", alt: "It" });
    await share(makePost({ loadPicture: async () => picture }));
  });

  test("cuts both sides alike where it is a little outside, and puts a white margin where cutting would lose much", async () => {
    const corner = async (width: number, height: number) => {
      const bytes = await drawPicture(width, height, "black");
      const fit = await fitToFormat({ bytes, type: "image/png", alt: "" });
      return (await sharp(fit.bytes).raw().toBuffer())[0] ?? -1;
    };
    expect(await corner(1_600, 800)).toBeLessThan(10);
    expect(await corner(1_500, 300)).toBeGreaterThan(245);
  });

  test("shows transparency as white, and stands a turned photo upright", async () => {
    const clear = { create: { width: 400, height: 400, channels: 4 as const, background: "#00000000" } };
    const fit = await fitToFormat({
      bytes: await sharp(clear).png().toBuffer(),
      ...{ type: "image/png", alt: "" },
    });
    expect((await sharp(fit.bytes).raw().toBuffer())[0]).toBeGreaterThan(245);
    const lying = sharp(await drawPicture(500, 400)).withMetadata({ orientation: 6 });
    const upright = await fitToFormat({
      bytes: await lying.jpeg().toBuffer(),
      ...{ type: "image/jpeg", alt: "" },
    });
    expect(await sharp(upright.bytes).metadata()).toMatchObject({ width: 400, height: 500 });
  });

  test("what is no picture is refused", async () => {
    const broken = async () => ({ bytes: Buffer.from("No"), type: "image/png", alt: "" });
    expect(await outcomeOf(share(makePost({ loadPicture: broken })))).toBe("rejected: picture-unreadable");
    expect(await count(CREATE)).toBe(0);
  });
});

/** For every refusal: its meaning for a container, and for publishing if that differs. */
const rows: [problem: string, preparing: string, publishing?: string][] = [
  ["download-timeout", "transient: picture-slow"],
  ["media-expired", "transient: container-failed"],
  ["server-error", "transient: server-trouble", "ambiguous: server-trouble"],
  ["creation-failed", "transient: container-failed"],
  ["upload-error", "transient: container-failed"],
  ["thumbnail-offset", "rejected: refused"],
  ["action-blocked", "rate-limited: action-blocked", "ambiguous: action-blocked"],
  ["daily-limit", "rate-limited: quota-used-up"],
  ["media-not-found", "transient: container-not-found"],
  ["container-gone", "transient: container-gone"],
  ["account-restricted", "rejected: account-restricted"],
  ["unknown-media-type", "rejected: refused"],
  ["carousel-size", "rejected: refused"],
  ["product-tag", "rejected: refused"],
  ["product-position", "rejected: refused"],
  ["product-missing", "rejected: refused"],
  ["too-many-tags", "rejected: refused"],
  ["video-format", "rejected: picture-refused"],
  ["not-fetched", "transient: picture-not-fetched"],
  ["not-ready", "transient: container-not-ready"],
  ["too-large", "rejected: picture-refused"],
  ["image-format", "rejected: picture-refused"],
  ["aspect-ratio", "rejected: picture-refused"],
  ["caption-too-long", "rejected: text-too-long"],
  ["call-budget", "rate-limited: rate-limited"],
  ["app-limit", "rate-limited: rate-limited"],
  ["user-limit", "rate-limited: rate-limited"],
  ["custom-limit", "rate-limited: rate-limited"],
  ["not-professional", "reconnect-needed: not-professional"],
  ["permission-missing", "reconnect-needed: permission-missing"],
  ["permission-removed", "reconnect-needed: permission-missing"],
  ["token-missing", "reconnect-needed: token-refused"],
  ["token-unreadable", "reconnect-needed: token-refused"],
  ["app-removed", "reconnect-needed: token-refused"],
  ["checkpoint", "reconnect-needed: token-refused"],
  ["session-ended", "reconnect-needed: token-refused"],
  ["token-expired", "reconnect-needed: token-refused"],
  ["session-invalid", "reconnect-needed: token-refused"],
  ["not-there", "rejected: refused"],
  ["unknown-error", "transient: server-trouble", "ambiguous: no-clear-answer"],
  ["service-down", "transient: server-trouble", "ambiguous: no-clear-answer"],
  ["unknown-path", "rejected: app-refused (operator)"],
];

describe("refusals", () => {
  test.each(rows)("%s while preparing: %s", async (name, outcome) => {
    await problem(CREATE, name);
    expect(await outcomeOf(share())).toBe(outcome);
    expect(await count(PUBLISH)).toBe(0);
  });

  test.each(
    rows.map(([name, preparing, publishing = preparing]) => [name, publishing]),
  )("%s while publishing: %s", async (name, outcome) => {
    await problem(PUBLISH, name);
    const post = makePost();
    expect(await outcomeOf(share(post))).toBe(outcome);
    expect(post.fences()).toBe(1);
  });

  test.each([
    [-1, undefined, "ambiguous: server-trouble"],
    [-2, undefined, "transient: container-failed"],
    [9, undefined, "rate-limited: quota-used-up"],
    [24, undefined, "transient: container-not-found"],
    [25, undefined, "rejected: account-restricted"],
    [9004, undefined, "transient: picture-not-fetched"],
    [9007, undefined, "transient: container-not-ready"],
    [36003, undefined, "rejected: picture-refused"],
    [250, undefined, "reconnect-needed: permission-missing"],
    [100, 2207999, "rejected: refused"],
  ])("%d/%s is told by its code where no subcode says more", async (code, subcode, outcome) => {
    await fault(PUBLISH, answer(400, graphError(code, subcode)));
    expect(await outcomeOf(share())).toBe(outcome);
  });

  test("the person is told what Instagram says", async () => {
    await problem(CREATE, "action-blocked");
    expect((await errorOf(share())).message).toContain("We restrict certain activity");
    await problem(CREATE, "account-restricted");
    expect((await errorOf(share())).message).toContain("sign in to the Instagram app");
  });

  test("a spent budget of calls waits as long as the header says", async () => {
    await flip({ callBudget: 1 });
    await outcomeOf(share());
    const { code, retryAt } = await errorOf(share());
    expect(code).toBe("rate-limited");
    expect(Math.round(((retryAt?.getTime() ?? 0) - Date.now()) / 60_000)).toBe(15);
  });

  test("what is blocked for a while waits at least an hour", async () => {
    await problem(CREATE, "action-blocked");
    const { retryAt } = await errorOf(share());
    expect(retryAt?.getTime()).toBeGreaterThan(Date.now() + 3_500_000);
  });
});

describe("trying again", () => {
  test("a picture that cannot be fetched is tried as often as a share is, and is then the operator's to mend", async () => {
    await problem(CREATE, "not-fetched", { times: BACKOFF_SECONDS.length + 1 });
    const post = makePost();
    for (const _ of BACKOFF_SECONDS)
      expect(await outcomeOf(share(post))).toBe("transient: picture-not-fetched");
    expect(await outcomeOf(share(post))).toBe("rejected: picture-not-fetched (operator)");
  });

  test("a picture that cannot be fetched once is posted the second time", async () => {
    await problem(CREATE, "not-fetched");
    const post = makePost();
    await outcomeOf(share(post));
    expect(await outcomeOf(share(post))).toBe("done");
  });

  test("a container that cannot be made three times is given up", async () => {
    await problem(CREATE, "creation-failed", { times: 3 });
    const post = makePost();
    await outcomeOf(share(post));
    await outcomeOf(share(post));
    expect(await outcomeOf(share(post))).toBe("rejected: container-failed");
  });

  test("a container that was not ready after all is published by the next try, and no second one is made", async () => {
    await problem(PUBLISH, "not-ready");
    const post = makePost();
    expect(await outcomeOf(share(post))).toBe("transient: container-not-ready");
    expect(await outcomeOf(share(post))).toBe("done");
    expect(await count(CREATE)).toBe(1);
    expect(await postsOn(emulator.instagram)).toHaveLength(1);
  });

  test("a container that Instagram does not find is asked for twice more, half a minute later, then made anew", async () => {
    await problem(PUBLISH, "container-gone", { times: 3 });
    const post = makePost();
    const before = emulator.instagram.world.now().getTime();
    for (let tries = 0; tries < 3; tries += 1)
      expect(await outcomeOf(share(post))).toBe("transient: container-gone");
    expect(emulator.instagram.world.now().getTime() - before).toBeGreaterThanOrEqual(90_000);
    expect(await count(CREATE)).toBe(1);
    await share(post);
    expect(await count(CREATE)).toBe(2);
  });

  test("a medium that is not found may mean a dead token: Instagram is asked", async () => {
    await problem(PUBLISH, "media-not-found");
    await problem(WHO_AM_I, "session-ended");
    expect(await outcomeOf(share())).toBe("reconnect-needed: token-refused");
  });

  test("a medium that is not found is made anew, three times at most", async () => {
    await problem(PUBLISH, "media-not-found", { times: 3 });
    const post = makePost();
    await outcomeOf(share(post));
    await outcomeOf(share(post));
    expect(await outcomeOf(share(post))).toBe("rejected: container-not-found");
    expect(await count(CREATE)).toBe(3);
  });

  test.each([
    [2207026, "rejected: picture-refused"],
    [2207050, "rejected: account-restricted"],
    [2207053, "transient: container-failed"],
    [2207999, "transient: container-failed"],
  ])("a container that ends in error %d: %s, and the next try makes another", async (containerError, outcome) => {
    await flip({ containerError });
    const post = makePost();
    expect(await outcomeOf(share(post))).toBe(outcome);
    await flip({ containerError: 0 });
    expect(await outcomeOf(share(post))).toBe("done");
    expect(await count(CREATE)).toBe(2);
  });

  test("a container that expired meanwhile is made anew at once", async () => {
    await problem(PUBLISH, "user-limit");
    const post = makePost();
    await outcomeOf(share(post));
    await pass(DAY);
    expect(await outcomeOf(share(post))).toBe("done");
    expect(await count(CREATE)).toBe(2);
    expect(await postsOn(emulator.instagram)).toHaveLength(1);
  });

  test("a slow container is waited for over several tries", async () => {
    await flip({ containerSeconds: 100 });
    const post = makePost();
    expect(await outcomeOf(share(post))).toBe("transient: container-not-ready");
    expect(await outcomeOf(share(post))).toBe("done");
    expect(await count(CREATE)).toBe(1);
  });

  test("a container that is stuck for minutes is left, and another one made", async () => {
    await flip({ containerSeconds: 3_000 });
    const post = makePost();
    for (let tries = 0; tries < 3; tries += 1)
      expect(await outcomeOf(share(post))).toBe("transient: container-not-ready");
    await flip({ containerSeconds: 3 });
    expect(await outcomeOf(share(post))).toBe("done");
    expect(await count(CREATE)).toBe(2);
  });

  test.each([
    ["is not visible yet", "not-there"],
    ["cannot be told", "service-down"],
  ])("a status that %s right after the container was made is asked for again", async (_, name) => {
    await problem(READ, name, { times: 2 });
    expect(await outcomeOf(share())).toBe("done");
  });
});

describe("the link", () => {
  test("is waited for a little where the post cannot be read yet", async () => {
    await flip({ readableAfterSeconds: 5 });
    expect((await share()).url).toMatch(/\/p\/[\w-]{11}\/$/);
  });

  test("leads to the profile where it takes longer: the post is out all the same", async () => {
    await flip({ readableAfterSeconds: 600 });
    const result = await share();
    expect(result).toMatchObject({ platformPostId: expect.any(String), url: profile() });
    expect((await emulatedFetch(result.url)).status).toBe(200);
  });

  test("is no reason to fail, whatever the reading of it says", async () => {
    const post = makePost();
    await share(post);
    for (const name of ["service-down", "permission-removed"]) {
      await flip({ containerSeconds: 0 });
      const sent = makePost({
        beforePublish: async () => {
          await problem(READ, name, { times: 3 });
          return () => {};
        },
      });
      expect(await share(sent)).toMatchObject({ platformPostId: expect.any(String), url: profile() });
    }
  });
});

describe("after a doubtful answer", () => {
  test.each([
    ["action-blocked", "ambiguous: action-blocked"],
    ["service-down", "ambiguous: no-clear-answer"],
  ])("%s, though the post is out: the container tells, and the post is found by its words and time", async (name, outcome) => {
    const text = "The same words";
    await share(makePost({ text }));
    await pass(3_600);
    const post = makePost({ text });
    await problem(PUBLISH, name, { after: true });
    expect(await outcomeOf(share(post))).toBe(outcome);
    const [, second] = emulator.instagram.world.memory.posts;
    const asked = { ...post, firstSentAt: new Date(Date.now() + 3_600_000) };
    expect(await instagram.findShare(ana.account, ana.tokens, asked)).toEqual({
      platformPostId: second?.id,
      url: second?.url,
    });
  });

  test("a post that is published and not listed yet is success without its link", async () => {
    await flip({ readableAfterSeconds: 600 });
    await problem(PUBLISH, "action-blocked", { after: true });
    const post = makePost();
    await outcomeOf(share(post));
    expect(await find(post)).toEqual({ url: profile() });
  });

  test("a container that is only ready was not published: the same one is published by the next try", async () => {
    await problem(PUBLISH, "service-down");
    const post = makePost();
    await outcomeOf(share(post));
    expect(await find(post)).toBe("absent");
    expect(await outcomeOf(share({ ...post, firstSentAt: new Date() }))).toBe("done");
    const [first, second] = await publishesAsked();
    expect(second).toEqual(first);
    expect(await postsOn(emulator.instagram)).toHaveLength(1);
  });

  test("a try after all that finds the container published posts nothing more", async () => {
    await problem(PUBLISH, "service-down", { after: true });
    const post = makePost();
    await outcomeOf(share(post));
    const result = await share({ ...post, firstSentAt: new Date() });
    expect(result.platformPostId).toBe(emulator.instagram.world.memory.posts[0]?.id);
    expect(await count(PUBLISH)).toBe(1);
  });

  test("a worker that died after publishing left the post's id", async () => {
    const post = makePost();
    const { platformPostId, url } = await share(post);
    expect(await find(post)).toEqual({ platformPostId, url });
    expect(await count(LIST)).toBe(0);
  });

  test("a container that can no longer be read leaves it open, unless the post is listed", async () => {
    await problem(PUBLISH, "service-down");
    const post = makePost();
    await outcomeOf(share(post));
    await problem(READ, "not-there");
    expect(await find(post)).toBe("unknown");
  });

  test("in doubt no second container is made while the first one may have been published", async () => {
    await problem(PUBLISH, "service-down");
    const post = makePost();
    await outcomeOf(share(post));
    await problem(PUBLISH, "media-not-found", { times: 2 });
    const doubtful = { ...post, firstSentAt: new Date() };
    await outcomeOf(share(doubtful));
    await outcomeOf(share(doubtful));
    expect(await outcomeOf(share(doubtful))).toBe("done");
    expect(await count(CREATE)).toBe(1);
  });
});

describe("the quota", () => {
  const used = (posts: number, config?: object) =>
    answer(200, { data: [{ quota_usage: posts, ...(config && { config }) }] });

  test("that is used up sends nothing, and waits until the oldest post of the day is a day old", async () => {
    await share();
    const [oldest] = emulator.instagram.world.memory.posts;
    await fault(LIMIT, used(25, { quota_total: 25, quota_duration: DAY }));
    const { kind, code, retryAt } = await errorOf(share());
    expect([kind, code]).toEqual(["rate-limited", "quota-used-up"]);
    const freeAt = Math.floor(Date.parse(oldest?.createdAt ?? "") / 1_000) + DAY;
    expect((retryAt?.getTime() ?? 0) / 1_000).toBe(freeAt);
    expect(await count(CREATE)).toBe(1);
  });

  test("is fifty where it is not told", async () => {
    await fault(LIMIT, used(49));
    const { budgets: [budget] = [] } = await share();
    expect(budget).toMatchObject({ of: "account", remaining: 0 });
    await fault(LIMIT, used(50));
    expect(await outcomeOf(share())).toBe("rate-limited: quota-used-up");
  });

  test("waits an hour where no post of the day is listed", async () => {
    await fault(LIMIT, used(100, { quota_total: 100 }));
    const { retryAt } = await errorOf(share());
    expect(Math.round(((retryAt?.getTime() ?? 0) - Date.now()) / 60_000)).toBe(60);
  });

  test("that cannot be read hinders nothing", async () => {
    await fault(LIMIT, { kind: "status", status: 502, html: "<h1>502</h1>" });
    expect(await outcomeOf(share())).toBe("done");
  });
});

describe("deleting", () => {
  test("is not offered by Instagram's login", async () => {
    expect(instagram.deletionHindrance(ana.account, ana.tokens.scopes)).toContain("Instagram app");
    const { platformPostId = "" } = await share();
    expect(await outcomeOf(instagram.deletePost?.(ana.account, ana.tokens, platformPostId) ?? share())).toBe(
      "rejected: deleting-unsupported",
    );
  });
});

describe("Meta's calls about people", () => {
  const issuedAt = Math.floor(Date.now() / 1_000);

  test("are believed when they are signed with the app's secret", () => {
    const signed_request = signRequest("sharewell-demo-secret", { userId: "27324875933758767", issuedAt });
    expect(instagram.readOwnerCall?.({ signed_request })?.owner).toBe(ana.account.grantedBy);
  });

  test("are not when they are not", () => {
    const signed_request = signRequest("another secret", { userId: "27324875933758767", issuedAt });
    expect(instagram.readOwnerCall?.({ signed_request })).toBeUndefined();
    expect(instagram.readOwnerCall?.({})).toBeUndefined();
  });
});

describe("by Facebook's login", () => {
  const DIALOG_SCOPES = [
    "pages_show_list",
    "pages_read_engagement",
    "instagram_basic",
    "instagram_content_publish",
    "business_management",
    "instagram_manage_comments",
  ];
  let page: OAuthResult;
  beforeEach(async () => {
    page = await connect(instagram, { way: "facebook" });
  });

  async function results(account = "ana", untick: string[] = []): Promise<OAuthResult[]> {
    const dance = await startDance(instagram, { way: "facebook" });
    const back = new URL(await approve(dance.authorization.url, { account, untick }));
    const { authorization, redirectUri, codeVerifier } = dance;
    return await instagram.exchangeCode({
      ...{ redirectUri, codeVerifier, remember: authorization.remember },
      code: back.searchParams.get("code") ?? "",
    });
  }
  const sharePage = (post: Post = makePost()) => share(post, page);

  test("asks for the account, for posting, and for the Page behind it", async () => {
    const { authorization } = await startDance(instagram, { way: "facebook" });
    const { searchParams } = new URL(authorization.url);
    expect(searchParams.get("scope")?.split(",")).toEqual(DIALOG_SCOPES);
    expect(searchParams.get("client_id")).toBe("138483919580948");
  });

  test("shows every Page: those that can be posted to, and why the others cannot", async () => {
    const all = await results();
    expect(all.map(({ account, hindrance }) => [account.username, hindrance])).toEqual([
      ["ana", undefined],
      ["lima.events", undefined],
      ["Old Mill", telling(/Old Mill.*no professional Instagram account linked/)],
    ]);
    expect(all[0]?.account).toEqual({
      id: "17841405793187218",
      username: "ana",
      displayName: "Ana Lima",
      avatarUrl: expect.stringMatching(/^http/),
      grantedBy: "facebook:10224567890123456",
      extra: { way: "facebook", pageId: "104523398765432", comments: true },
    });
  });

  test("leaves out Pages of a portfolio where that was not granted", async () => {
    const all = await results("ana", ["business_management"]);
    expect(all.map(({ account }) => account.username)).toEqual(["ana", "Old Mill"]);
  });

  test("tells a role that is too low", async () => {
    const { pages } = emulator.facebook.world.memory;
    const role = pages.find(({ name }) => name === "Harbour Bakery")?.roles[0];
    if (role) role.tasks = ["ANALYZE"];
    const [bakery] = await results();
    expect(bakery?.hindrance).toEqual(telling("Your role on the Page Harbour Bakery"));
  });

  test("names what was left out, and tells when no Page was ticked", async () => {
    await control(emulator.facebook, "POST", "switches", { asksDeclinedAgain: true });
    const untick = ["instagram_content_publish"];
    const error = await errorOf(results("ana", untick));
    expect([error.code, error.message]).toEqual([
      "permissions-missing",
      expect.stringContaining("instagram_content_publish (to post for it)"),
    ]);
    const noPage = ["104523398765432", "104523398765433", "104523398765434"];
    expect(await outcomeOf(results("ana", noPage))).toBe("rejected: no-pages");
  });

  test("keeps the Page's token without an end, and the person's beside it", () => {
    const { accessToken, ownerToken, expiresAt, renewAfter } = page.tokens;
    expect([expiresAt, renewAfter]).toEqual([undefined, undefined]);
    expect(ownerToken).not.toBe(accessToken);
  });

  test("writes with the Page's token and proves our secret on every call", async () => {
    platforms.requests.length = 0;
    const { url } = await sharePage();
    expect(url).toMatch(new RegExp(`^${emulator.instagram.origin}/p/`));
    const calls = platforms.requests.filter(({ url: address }) =>
      address.startsWith(emulator.facebook.origin),
    );
    expect(calls.length).toBeGreaterThan(3);
    for (const call of calls) {
      expect(call.headers.get("authorization")).toBe(`Bearer ${page.tokens.accessToken}`);
      expect(new URL(call.url).searchParams.get("appsecret_proof")).toMatch(/^[0-9a-f]{64}$/);
    }
  });

  test.each([
    ["not-there", graphError(100, 33)],
    ["permission-missing", graphError(10)],
  ])("reads with the person's token what the Page's may not read: %s", async (_, body) => {
    await orderFault(emulator.facebook, READ, answer(400, body));
    platforms.requests.length = 0;
    expect(await outcomeOf(sharePage())).toBe("done");
    const readers = platforms.requests
      .filter(({ method }) => method === "GET")
      .map(({ headers }) => headers.get("authorization"));
    expect(readers).toContain(`Bearer ${page.tokens.ownerToken}`);
  });

  test("takes no Instagram token, as Instagram takes none of Facebook's", async () => {
    const crossed = { account: page.account, tokens: ana.tokens };
    expect(await outcomeOf(share(makePost(), crossed))).toBe("reconnect-needed: token-refused");
    const back = { account: ana.account, tokens: page.tokens };
    expect(await outcomeOf(share(makePost(), back))).toBe("reconnect-needed: token-refused");
  });

  test("verifies the account, and tells when it is no longer linked", async () => {
    expect(await instagram.verifyToken(page.account, page.tokens)).toEqual(page.account);
    const linked = emulator.facebook.world.memory.pages.find(({ name }) => name === "Harbour Bakery");
    if (linked) delete linked.instagramAccountId;
    expect(await outcomeOf(instagram.verifyToken(page.account, page.tokens))).toBe(
      "reconnect-needed: not-linked",
    );
  });

  test("deletes where the app was given that right, and is content when it is done already", async () => {
    expect(instagram.deletionHindrance(page.account, page.tokens.scopes)).toBeDefined();
    const scopes = [...page.tokens.scopes, "instagram_manage_contents"];
    expect(instagram.deletionHindrance(page.account, scopes)).toBeUndefined();
    const { platformPostId = "" } = await sharePage();
    const remove = () => instagram.deletePost?.(page.account, page.tokens, platformPostId) ?? sharePage();
    expect(await outcomeOf(remove())).toBe("rejected: refused");
    for (const grant of emulator.facebook.world.memory.grants) grant.granted = [...grant.granted, ...scopes];
    expect(await outcomeOf(remove())).toBe("done");
    expect(await postsOn(emulator.instagram)).toMatchObject([{ deleted: true }]);
    expect(await outcomeOf(remove())).toBe("done");
  });

  test("ends the person's whole grant", async () => {
    await instagram.revokeToken(page.account, page.tokens);
    expect(await outcomeOf(instagram.verifyToken(page.account, page.tokens))).toBe(
      "reconnect-needed: token-refused",
    );
  });
});
