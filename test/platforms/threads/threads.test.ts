import { createHmac } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Emulator, startEmulator } from "../../../emulator/server.ts";
import type { OAuthResult, Picture, Post, SocialPlatform } from "../../../src/platforms/platform.ts";
import { ben, connect as connectByHand } from "../../emulator/threads-app.ts";
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

const ME = "GET /v1.0/me";
const PREPARE = "POST /v1.0/:id/threads";
const STATE = "GET /v1.0/:id";
const PUBLISH = "POST /v1.0/:id/threads_publish";
const LIST = "GET /v1.0/me/threads";
const DELETE = "DELETE /v1.0/:id";
const CODE = "POST /oauth/access_token";
const LENGTHEN = "GET /access_token";
const RENEW = "GET /refresh_access_token";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

let emulator: Emulator;
let platforms: TestPlatforms;
let threads: SocialPlatform;
let ana: OAuthResult;

beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(() => emulator.stop());
beforeEach(async () => {
  await control(emulator.threads, "POST", "reset", {});
  platforms = openPlatforms(emulator);
  threads = platforms.getPlatform("threads");
  ana = await connect(threads);
});

const fault = (endpoint: string, what: object, times?: number) =>
  orderFault(emulator.threads, endpoint, what, times);
const problem = (endpoint: string, name: string, more = {}) =>
  control(emulator.threads, "POST", "problems", { endpoint, problem: name, ...more });
const flip = (change: object) => control(emulator.threads, "POST", "switches", change);
const status = (code: number, body: unknown) => ({ kind: "status", status: code, body });
const page = (code: number) => ({ kind: "status", status: code, html: "<h1>Hello</h1>" });
const graph = (code: number, message = "No", subcode?: number) =>
  status(400, { error: { message, type: "OAuthException", code, error_subcode: subcode } });
const share = (post = makePost(), { account, tokens } = ana) => threads.shareLink(account, tokens, post);
const find = (post = makePost()) => threads.findShare(ana.account, ana.tokens, sentJustNow(post));
const refresh = (tokens = ana.tokens) => threads.refreshAccessToken(ana.account, tokens);
const verify = () => threads.verifyToken(ana.account, ana.tokens);
const remove = (id: string) => threads.deletePost?.(ana.account, ana.tokens, id) ?? Promise.resolve();
const count = (endpoint: string) => countCalls(emulator.threads, endpoint);
const texts = async () => (await postsOn(emulator.threads)).map(({ text }) => text);
const profile = () => `${emulator.threads.origin}/@ana`;

/** Time passes for us and for Threads. */
async function pass(seconds: number): Promise<void> {
  platforms.advance(seconds);
  await control(emulator.threads, "POST", "clock", { advanceSeconds: seconds });
}

/** The forms that were sent to a path, in order. */
async function sentTo(path: RegExp): Promise<Record<string, string>[]> {
  const requests = platforms.requests.filter(({ url, method }) => method === "POST" && path.test(url));
  return await Promise.all(
    requests.map(async (request) => Object.fromEntries(new URLSearchParams(await request.clone().text()))),
  );
}

interface Seen {
  readonly endpoint: string;
  /** Seconds since the container was made. */
  readonly at: number;
}

/** The calls since the first container was requested, by Threads' clock. */
async function callsSincePreparing(...endpoints: string[]): Promise<Seen[]> {
  const calls = (await control(emulator.threads, "GET", "calls")) as { endpoint: string; at: string }[];
  const start = Date.parse(calls.find(({ endpoint }) => endpoint === PREPARE)?.at ?? "");
  return calls
    .filter(({ endpoint }) => endpoints.includes(endpoint))
    .map(({ endpoint, at }) => ({ endpoint, at: Math.floor((Date.parse(at) - start) / 1_000) }));
}

const secondsOf = (calls: readonly Seen[]) => calls.map(({ at }) => at);

async function onePicture(alt = "A loaf"): Promise<Picture> {
  return { bytes: await drawPicture(400, 300), type: "image/png", alt };
}

/** A person whose token permits only this. */
async function withScopes(scope: string): Promise<OAuthResult> {
  const accessToken = await connectByHand(emulator.threads.origin, ana.account.id, scope);
  return { account: ana.account, tokens: { accessToken, scopes: scope.split(",") } };
}

describe("connecting", () => {
  test("asks for what posting and deleting need, separated by commas, without PKCE", async () => {
    const { authorization } = await startDance(threads);
    const { pathname, searchParams } = new URL(authorization.url);
    expect(pathname).toBe("/oauth/authorize");
    expect([...searchParams.keys()].sort()).toEqual([
      ...["client_id", "redirect_uri", "response_type", "scope", "state"],
    ]);
    expect(searchParams.get("scope")).toBe("threads_basic,threads_content_publish,threads_delete");
    expect(authorization.remember).toEqual({});
  });

  test("goes to www.threads.com and graph.threads.net unless it is told otherwise", async () => {
    const real = openPlatforms(emulator, {
      settings: { SOCIAL_THREADS_ORIGIN: undefined, SOCIAL_THREADS_API_ORIGIN: undefined },
      fetch: async () => Response.json({ error_message: "No" }, { status: 400 }),
    });
    const dance = await startDance(real.getPlatform("threads"));
    expect(dance.authorization.url).toMatch(/^https:\/\/www\.threads\.com\/oauth\/authorize\?/);
    await outcomeOf(finishDance(real.getPlatform("threads"), dance, "a code"));
    expect(real.requests.map(({ url }) => url)).toEqual(["https://graph.threads.net/oauth/access_token"]);
  });

  test("exchanges the code by a form, and the token of an hour for one of sixty days", async () => {
    const [form] = await sentTo(/\/oauth\/access_token$/);
    expect(Object.keys(form ?? {}).sort()).toEqual([
      ...["client_id", "client_secret", "code", "grant_type", "redirect_uri"],
    ]);
    expect(ana.tokens.accessToken).toMatch(/^THAA/);
    const lifeMs = (ana.tokens.expiresAt?.getTime() ?? 0) - Date.now();
    expect(lifeMs).toBeGreaterThan(59 * DAY_MS);
    expect(lifeMs).toBeLessThan(60 * DAY_MS);
    // Later than Threads requires: its clock for a token starts after ours.
    const renewableMs = (ana.tokens.renewAfter?.getTime() ?? 0) - Date.now();
    expect(renewableMs).toBeGreaterThan(DAY_MS + 60_000);
    expect(renewableMs).toBeLessThan(2 * DAY_MS);
    expect(ana.tokens.refreshToken).toBeUndefined();
  });

  test("takes the id as text, for as a number it would be another one", () => {
    expect(ana.account).toMatchObject({
      id: "26012345678901234",
      username: "ana",
      displayName: "Ana Lima",
      grantedBy: "threads:26012345678901234",
      extra: {},
    });
  });

  test("sends the token in the header of every call but the two that take it in the address", () => {
    const withToken = platforms.requests.filter(({ url }) => url.includes("access_token="));
    expect(withToken.map(({ url }) => new URL(url).pathname)).toEqual(["/access_token"]);
  });

  test("a fragment that stuck to the code is no part of it", async () => {
    const dance = await startDance(threads);
    const code = await codeFor(dance);
    expect(await outcomeOf(finishDance(threads, dance, `${code}#_`))).toBe("done");
  });

  test("a code is good for an hour", async () => {
    const dance = await startDance(threads);
    const code = await codeFor(dance);
    await pass(3_601);
    expect(await outcomeOf(finishDance(threads, dance, code))).toBe("rejected: code-refused");
  });

  test.each([
    [
      "a code that is no good",
      status(400, {
        error_type: "OAuthException",
        code: 400,
        error_message: "Matching code was not found or was already used",
      }),
      "rejected: code-refused",
    ],
    [
      "a wrong secret",
      status(400, {
        error_type: "OAuthException",
        code: 400,
        error_message: "Error validating client secret",
      }),
      "rejected: app-refused (operator)",
    ],
    [
      "a wrong secret, in the other shape",
      graph(1, "Error validating client secret."),
      "rejected: app-refused (operator)",
    ],
    ["trouble", status(503, {}), "transient: server-trouble"],
    ["an answer without tokens", page(200), "transient: unreadable"],
    ["too many calls", { kind: "rate-limit", headers: true }, "rate-limited: rate-limited"],
  ])("exchanging the code: %s", async (_, answer, outcome) => {
    const dance = await startDance(threads);
    const code = await codeFor(dance);
    await fault(CODE, answer);
    expect(await outcomeOf(finishDance(threads, dance, code))).toBe(outcome);
  });

  test.each([
    ["trouble", status(500, {}), "transient: server-trouble"],
    ["a broken connection", { kind: "drop", when: "before" }, "transient: connection-broken"],
    ["too many calls", page(429), "rate-limited: rate-limited"],
    ["a refusal", graph(100, "Session key invalid"), "rejected: not-lasting"],
    ["a token that is dead already", graph(190, "Session has expired", 463), "rejected: not-lasting"],
    [
      "a secret that is not taken",
      graph(1, "Error validating client secret."),
      "rejected: app-refused (operator)",
    ],
    ["an answer without an end", status(200, { access_token: "a token" }), "transient: unreadable"],
  ])("no lasting token, no connection: %s", async (_, answer, outcome) => {
    const dance = await startDance(threads);
    const code = await codeFor(dance);
    await fault(LENGTHEN, answer);
    expect(await outcomeOf(finishDance(threads, dance, code))).toBe(outcome);
  });

  test("the app that Facebook knows is told as the operator's to mend", async () => {
    const wrong = openPlatforms(emulator, { settings: { SOCIAL_THREADS_APP_SECRET: "Facebook's secret" } });
    expect(await outcomeOf(connect(wrong.getPlatform("threads")))).toBe("rejected: app-refused (operator)");
  });

  test("a person who does not let us post is told what is missing", async () => {
    const dance = await startDance(threads);
    const back = await approve(dance.authorization.url, { untick: ["threads_content_publish"] });
    const error = await errorOf(finishDance(threads, dance, new URL(back).searchParams.get("code") ?? ""));
    expect(`${error.kind}: ${error.code}`).toBe("reconnect-needed: scope-missing");
    expect(error.message).toContain("threads_content_publish");
  });

  test("a person who does not let us delete is connected, and told so where posts are deleted", async () => {
    const dance = await startDance(threads);
    const back = await approve(dance.authorization.url, { untick: ["threads_delete"] });
    const { account, tokens } = await finishDance(
      threads,
      dance,
      new URL(back).searchParams.get("code") ?? "",
    );
    expect(tokens.scopes).toEqual(["threads_basic", "threads_content_publish"]);
    expect(threads.deletionHindrance(account, tokens.scopes)).toContain("delete");
    expect(threads.deletionHindrance(ana.account, ana.tokens.scopes)).toBeUndefined();
  });

  test.each([
    ["refuses to tell", () => flip({ debugToken: "testers" })],
    ["cannot be reached", () => fault("GET /v1.0/debug_token", { kind: "drop", when: "before" })],
  ])("where Threads %s what was allowed, all of it is taken for granted", async (_, prepare) => {
    await prepare();
    const { tokens } = await connect(threads);
    expect(tokens.scopes).toEqual(["threads_basic", "threads_content_publish", "threads_delete"]);
  });
});

describe("keeping a connection", () => {
  test("says who can reply, where that is not everyone", async () => {
    await share(makePost({ options: { replies: "followers_only" } }));
    expect(await postsOn(emulator.threads)).toMatchObject([{ replyControl: "followers_only" }]);
    const shown = await (await emulatedFetch(`${emulator.threads.origin}/@ana`)).text();
    expect(shown).toContain("Followers can reply");
  });

  test("renews between a day and sixty, for sixty days more and with a new string", async () => {
    await pass(86_400);
    const renewed = await refresh();
    expect(renewed.accessToken).not.toBe(ana.tokens.accessToken);
    expect(renewed.expiresAt?.getTime()).toBeGreaterThan(Date.now() + 60 * DAY_MS);
    expect(renewed.renewAfter?.getTime()).toBeGreaterThan(Date.now() + 1.9 * DAY_MS);
    expect(renewed.scopes).toEqual(ana.tokens.scopes);
    expect(await outcomeOf(threads.verifyToken(ana.account, renewed))).toBe("done");
  });

  test("believes for a hundred years what is said to hold for longer", async () => {
    await pass(86_400);
    await fault(RENEW, status(200, { access_token: "the next", expires_in: 1e300 }));
    const years = (((await refresh()).expiresAt?.getTime() ?? 0) - Date.now()) / (365 * DAY_MS);
    expect(Math.round(years)).toBe(100);
  });

  test("is renewed by itself a month before its end", () => {
    expect(threads.about.renewEarlySeconds).toBe(30 * 86_400);
  });

  test("too early a refresh leaves everything as it is", async () => {
    expect(await outcomeOf(refresh())).toBe("transient: not-renewed");
    expect(await outcomeOf(verify())).toBe("done");
  });

  test.each([
    ["an expired token", graph(190, "Session has expired", 463), "reconnect-needed: token-refused"],
    ["a removed app", graph(190, "Not authorized", 458), "reconnect-needed: token-refused"],
    ["a parameter", graph(100, "Invalid parameter"), "transient: not-renewed"],
    ["a permission", graph(10, "No permission"), "transient: not-renewed"],
    [
      "what is not there, of a token that lives",
      graph(100, "The requested resource does not exist"),
      "transient: not-renewed",
    ],
    ["trouble", graph(2, "Service temporarily unavailable"), "transient: server-trouble"],
    ["an answer without a token", status(200, {}), "transient: unreadable"],
    ["a broken connection", { kind: "drop", when: "after" }, "transient: connection-broken"],
    ["too many calls", graph(4, "Limit reached"), "rate-limited: rate-limited"],
  ])("a refresh refused for %s", async (_, answer, outcome) => {
    await pass(86_400);
    await fault(RENEW, answer);
    expect(await outcomeOf(refresh())).toBe(outcome);
  });

  test("after its end only reconnecting helps, whatever Threads says", async () => {
    await pass(60 * 86_400);
    expect(await outcomeOf(refresh())).toBe("reconnect-needed: token-refused");
    await fault(RENEW, graph(100, "Invalid parameter"));
    expect(await outcomeOf(refresh())).toBe("reconnect-needed: token-ended");
  });

  test.each([458, 460, 463, 467])("190 with %d asks to reconnect", async (subcode) => {
    await control(emulator.threads, "POST", "endings", { username: "ana", subcode });
    expect(await outcomeOf(verify())).toBe("reconnect-needed: token-refused");
    expect(await outcomeOf(share())).toBe("reconnect-needed: token-refused");
    expect(await outcomeOf(find())).toBe("reconnect-needed: token-refused");
    expect(await outcomeOf(remove("1"))).toBe("reconnect-needed: token-refused");
  });

  test("a dead token that is told as something that is not there is found out by asking twice", async () => {
    await flip({ deadTokens: "not-found" });
    await control(emulator.threads, "POST", "endings", { username: "ana", subcode: 458 });
    await pass(86_400);
    const before = await count(ME);
    expect(await outcomeOf(verify())).toBe("reconnect-needed: token-refused");
    expect((await count(ME)) - before).toBe(2);
    expect(await outcomeOf(refresh())).toBe("reconnect-needed: token-refused");
    expect(await outcomeOf(share())).toBe("reconnect-needed: token-refused");
    expect(await outcomeOf(remove("1"))).toBe("reconnect-needed: token-refused");
  });

  test("the same said once is a stumble", async () => {
    await problem(ME, "dead-token");
    expect(await outcomeOf(verify())).toBe("done");
  });

  test("a field that Threads no longer knows disconnects nobody", async () => {
    await fault(ME, graph(100, "Tried accessing nonexisting field (name)"), 2);
    expect(await outcomeOf(verify())).toBe("rejected: refused");
  });

  test("a name that Threads leaves out is the handle", async () => {
    await fault(ME, status(200, { id: ana.account.id, username: "ana" }));
    const account = await verify();
    expect(account.displayName).toBe("ana");
    expect(account.avatarUrl).toBeUndefined();
  });

  test("has no call that ends it at Threads", async () => {
    const before = platforms.requests.length;
    await threads.revokeToken(ana.account, ana.tokens);
    expect(platforms.requests).toHaveLength(before);
  });
});

describe("what is sent", () => {
  test("the message alone, with the page attached beside it", async () => {
    const post = makePost({ text: threads.composeText("  Worth a read \n", "https://blog.example.com/a") });
    const { platformPostId, url } = await share(post);
    expect((await sentTo(/\/threads$/)).at(-1)).toEqual({
      media_type: "TEXT",
      text: "Worth a read",
      link_attachment: post.url,
    });
    expect(await sentTo(/\/threads_publish$/)).toEqual([{ creation_id: expect.stringMatching(/^\d+$/) }]);
    expect(platformPostId).toMatch(/^\d+$/);
    expect(url).toMatch(/\/@ana\/post\/[\w-]{11}$/);
    expect((await emulatedFetch(url)).status).toBe(200);
  });

  test("no text at all, where there is no message", async () => {
    const post = makePost({ text: threads.composeText("", "https://blog.example.com/a") });
    await share(post);
    expect((await sentTo(/\/threads$/)).at(-1)).toEqual({ media_type: "TEXT", link_attachment: post.url });
    expect(await texts()).toEqual([""]);
  });

  test("never asks Threads to publish in one step", async () => {
    await share();
    for (const form of await sentTo(/./)) expect(form).not.toHaveProperty("auto_publish_text");
  });

  test("a picture in place of the card, with its alt text and the link in the text", async () => {
    const post = makePost({ text: "Fresh", pictures: [await onePicture("a".repeat(1_200))] });
    await share(post);
    expect((await sentTo(/\/threads$/)).at(-1)).toEqual({
      media_type: "IMAGE",
      text: `Fresh\n\n${post.url}`,
      image_url: expect.stringMatching(/^http/),
      alt_text: "a".repeat(1_000),
    });
    expect(await postsOn(emulator.threads)).toMatchObject([{ media: [{ altText: "a".repeat(1_000) }] }]);
  });

  test("a picture of a kind that Threads does not take is made a JPEG", async () => {
    const { default: sharp } = await import("sharp");
    const bytes = await sharp(await drawPicture(400, 300))
      .webp()
      .toBuffer();
    await share(makePost({ pictures: [{ bytes, type: "image/webp", alt: "" }] }));
    const form = (await sentTo(/\/threads$/)).at(-1);
    expect(form).not.toHaveProperty("alt_text");
    expect((await emulatedFetch(form?.image_url ?? "")).headers.get("content-type")).toBe("image/jpeg");
  });

  test.each([
    ["a", 1],
    ["é", 2],
    ["’", 3],
    ["👍", 4],
    ["https://a.example/", 18],
  ])("%s counts as its bytes", (text, length) => {
    expect(threads.countText(ana.account, text)).toEqual({ length, limit: 500 });
  });

  test("a text of 500 bytes goes out, and one of 504 bytes in 498 characters is refused", async () => {
    const fitting = `${"’".repeat(160)}${"a".repeat(20)}`;
    expect(threads.countText(ana.account, fitting).length).toBe(500);
    expect(await outcomeOf(share(makePost({ text: fitting })))).toBe("done");
    const long = `${"’".repeat(3)}${"a".repeat(495)}`;
    expect([...long]).toHaveLength(498);
    expect(threads.countText(ana.account, long).length).toBe(504);
    expect(await outcomeOf(share(makePost({ text: long })))).toBe("rejected: refused");
  });

  test("more than five different links are refused before anything is sent", async () => {
    const links = [1, 2, 3, 4, 5].map((n) => `https://blog.example.com/links/${n}`);
    const before = platforms.requests.length;
    const post = makePost({ text: links.join(" ") });
    const error = await errorOf(share(post));
    expect(`${error.kind}: ${error.code}`).toBe("rejected: too-many-links");
    expect(error.message).toContain("6");
    expect(platforms.requests).toHaveLength(before);
    expect(await outcomeOf(share(makePost({ text: `${links.join(", ")}.`, url: links[0] ?? "" })))).toBe(
      "done",
    );
  });
});

describe("waiting", () => {
  test("looks after three seconds and publishes after five", async () => {
    await share();
    const calls = await callsSincePreparing(STATE, PUBLISH);
    expect(calls.slice(0, 2)).toEqual([
      { endpoint: STATE, at: 3 },
      { endpoint: PUBLISH, at: 5 },
    ]);
  });

  test("publishes no picture before ten", async () => {
    await share(makePost({ pictures: [await onePicture()] }));
    expect(secondsOf(await callsSincePreparing(PUBLISH))).toEqual([10]);
  });

  test("looks at 3, 6, 12 and 30 seconds, then leaves it to the next try, which takes up the same container", async () => {
    await flip({ textSeconds: 40 });
    const post = makePost();
    expect(await outcomeOf(share(post))).toBe("transient: container-not-ready");
    expect(secondsOf(await callsSincePreparing(STATE))).toEqual([3, 6, 12, 30]);
    expect(post.fences()).toBe(0);
    await pass(10);
    expect(await outcomeOf(share(post))).toBe("done");
    expect(await count(PREPARE)).toBe(1);
    expect(await texts()).toEqual([post.text]);
  });

  test("a container that is never ready publishes nothing", async () => {
    await flip({ textSeconds: 1_000_000 });
    const post = makePost();
    for (let tries = 0; tries < 3; tries += 1)
      expect(await outcomeOf(share(post))).toBe("transient: container-not-ready");
    expect([await count(PREPARE), await count(PUBLISH)]).toEqual([1, 0]);
  });

  test("trouble between two looks is no reason to stop", async () => {
    await fault(STATE, status(503, {}), 2);
    expect(await outcomeOf(share())).toBe("done");
    expect(secondsOf(await callsSincePreparing(PUBLISH))).toEqual([12]);
  });

  test("the container is remembered before it is published", async () => {
    const post = makePost({
      beforePublish: async () => {
        expect(post.remembered).toMatchObject({ container: { id: expect.stringMatching(/^\d+$/) } });
        return () => {};
      },
    });
    expect(await outcomeOf(share(post))).toBe("done");
  });
});

describe("publishing too early", () => {
  test("the same container is published again after 5, 10 and 20 seconds", async () => {
    await flip({ propagationSeconds: 35 });
    const post = makePost();
    expect(await outcomeOf(share(post))).toBe("done");
    expect(secondsOf(await callsSincePreparing(PUBLISH))).toEqual([5, 10, 20, 40]);
    expect(await count(PREPARE)).toBe(1);
    expect(post.fences()).toBe(4);
    expect(await texts()).toEqual([post.text]);
  });

  test("then another container takes its place, and one more", async () => {
    await problem(PUBLISH, "container-not-found", { times: 8 });
    const post = makePost();
    expect(await outcomeOf(share(post))).toBe("done");
    expect([await count(PREPARE), await count(PUBLISH)]).toEqual([3, 9]);
    expect(await texts()).toEqual([post.text]);
  });

  test("then it is left to a later try, which publishes the last one", async () => {
    await problem(PUBLISH, "container-not-found", { times: 12 });
    const post = makePost();
    expect(await outcomeOf(share(post))).toBe("transient: container-not-found");
    expect([await count(PREPARE), await count(PUBLISH)]).toEqual([3, 12]);
    expect(await outcomeOf(share(post))).toBe("done");
    expect(await count(PREPARE)).toBe(3);
    expect(await texts()).toEqual([post.text]);
  });

  test("a try that lost the share meanwhile publishes no more", async () => {
    const lost = new Error("another worker has it");
    const post = makePost({
      beforePublish: async () => {
        post.beforePublish = () => Promise.reject(lost);
        return () => {};
      },
    });
    await problem(PUBLISH, "container-not-found");
    await expect(share(post)).rejects.toBe(lost);
    expect(await count(PUBLISH)).toBe(1);
    expect(await texts()).toEqual([]);
  });

  test.each([
    ["cannot be read", () => problem(STATE, "not-there")],
    ["is in progress again", () => fault(STATE, status(200, { status: "IN_PROGRESS", id: "1" }))],
  ])("a container that may have been published and %s is replaced by none", async (_, prepare) => {
    const post = makePost();
    await fault(PUBLISH, { kind: "drop", when: "before" });
    expect(await outcomeOf(share(post))).toBe("ambiguous: connection-broken");
    await problem(PUBLISH, "container-not-found", { times: 4 });
    // The check before publishing uses the same call.
    const again = { ...post, firstSentAt: new Date(), beforePublish: once(prepare) };
    expect(await outcomeOf(share(again))).toBe("ambiguous: not-repeatable");
    expect(await count(PREPARE)).toBe(1);
    expect(await outcomeOf(share({ ...post, firstSentAt: new Date() }))).toBe("done");
    expect(await texts()).toEqual([post.text]);
  });

  test("what Threads published all the same is found instead of published again", async () => {
    await problem(PUBLISH, "container-not-found", { times: 4, after: true });
    const post = makePost();
    const { platformPostId } = await share(post);
    expect(platformPostId).toMatch(/^\d+$/);
    expect(await texts()).toEqual([post.text]);
    expect(await count(PREPARE)).toBe(1);
  });
});

describe("a container of an earlier try", () => {
  test("that has ended makes room for a new one", async () => {
    const post = makePost();
    await fault(PUBLISH, status(400, { error: { code: 17, message: "User request limit reached" } }));
    expect(await outcomeOf(share(post))).toBe("rate-limited: rate-limited");
    await pass(86_400);
    expect(await outcomeOf(share(post))).toBe("done");
    expect(await count(PREPARE)).toBe(2);
  });

  test("that was published is not published again", async () => {
    const post = makePost();
    await fault(PUBLISH, { kind: "drop", when: "after" });
    expect(await outcomeOf(share(post))).toBe("ambiguous: connection-broken");
    const again = { ...post, firstSentAt: new Date() };
    expect(await share(again)).toMatchObject({ platformPostId: expect.stringMatching(/^\d+$/) });
    expect(await count(PUBLISH)).toBe(1);
    expect(await texts()).toEqual([post.text]);
  });

  test("that nobody there knows is replaced, unless it may have been published", async () => {
    const remembered = { container: { id: "18079098539304490", madeAt: Date.now() - 60_000 } };
    const doubtful = makePost({ remembered, firstSentAt: new Date() });
    expect(await outcomeOf(share(doubtful))).toBe("transient: container-not-ready");
    expect(await count(PREPARE)).toBe(0);
    expect(await outcomeOf(share(makePost({ remembered })))).toBe("done");
  });

  test.each([
    ["UNKNOWN", 2],
    ["INVALID_ASPEC_RATIO", 1],
  ])("that failed with %s: %d in all, then refused with the reason", async (containerError, containers) => {
    await flip({ containerError });
    const error = await errorOf(share());
    expect(`${error.kind}: ${error.code}`).toBe("rejected: container-failed");
    expect(error.message).toContain(containerError);
    expect([await count(PREPARE), await count(PUBLISH)]).toEqual([containers, 0]);
  });

  test("that failed since our picture could not be fetched is made anew later", async () => {
    const post = makePost({ pictures: [await onePicture()] });
    await fault(STATE, status(200, { status: "ERROR", error_message: "FAILED_DOWNLOADING_IMAGE", id: "1" }));
    expect(await outcomeOf(share(post))).toBe("transient: picture-not-fetched");
    expect(await outcomeOf(share(post))).toBe("done");
    expect(await count(PREPARE)).toBe(2);
  });

  test("that failed once may be followed by one that does not", async () => {
    await fault(STATE, status(200, { status: "ERROR", error_message: "UNKNOWN", id: "1" }));
    expect(await outcomeOf(share())).toBe("done");
    expect(await count(PREPARE)).toBe(2);
  });
});

/** Every row of the error table, for making a container and for publishing it. */
describe("errors", () => {
  const told = (code: number, message: string, subcode?: number) => graph(code, message, subcode);

  test.each([
    ["190", told(190, "Invalid token"), "reconnect-needed: token-refused"],
    ["190/458", told(190, "Not authorized", 458), "reconnect-needed: token-refused"],
    ["190/460", told(190, "Password changed", 460), "reconnect-needed: token-refused"],
    ["190/463", told(190, "Session has expired", 463), "reconnect-needed: token-refused"],
    ["190/467", told(190, "Invalid session", 467), "reconnect-needed: token-refused"],
    ["10", told(10, "No permission"), "reconnect-needed: permission-missing"],
    ["200", told(200, "Permissions error"), "reconnect-needed: permission-missing"],
    ["too long", told(100, "Param text must be at most 500 characters long"), "rejected: refused"],
    ["too many links", told(100, "THREADS_API__LINK_LIMIT_EXCEEDED"), "rejected: too-many-links"],
    [
      "too many links by another code",
      told(1, "x THREADS_API__LINK_LIMIT_EXCEEDED"),
      "rejected: too-many-links",
    ],
    ["a missing feature", told(10, "THREADS_API__FEATURE_NOT_AVAILABLE"), "rejected: feature-not-available"],
    ["100", told(100, "Invalid parameter"), "rejected: refused"],
    ["100 of a token that lives", told(100, "The requested resource does not exist"), "rejected: refused"],
    ["user restricted", told(10, "Restricted", 4279013), "rejected: account-restricted"],
    ["368", told(368, "Deemed abusive"), "rejected: refused"],
    ["4", told(4, "Limit"), "rate-limited: rate-limited"],
    ["17", told(17, "Limit"), "rate-limited: rate-limited"],
    ["32", told(32, "Limit"), "rate-limited: rate-limited"],
    ["613", told(613, "Limit"), "rate-limited: rate-limited"],
    ["429 of a proxy", page(429), "rate-limited: rate-limited"],
  ])("%s means the same wherever it is said", async (_, answer, outcome) => {
    for (const endpoint of [PREPARE, PUBLISH]) {
      const before = Date.now();
      await fault(endpoint, answer);
      const error = await errorOf(share());
      expect(`${error.kind}: ${error.code}`).toBe(outcome);
      if (error.kind === "rate-limited")
        expect(error.retryAt?.getTime()).toBeGreaterThanOrEqual(before + HOUR_MS);
    }
    expect(await texts()).toEqual([]);
  });

  test.each([
    ["1", told(1, "An unknown error occurred"), "server-trouble", "no-clear-answer"],
    ["2", told(2, "Service temporarily unavailable"), "server-trouble", "no-clear-answer"],
    ["500 without a word", status(500, {}), "server-trouble", "no-clear-answer"],
    ["a gateway's page", page(502), "server-trouble", "no-clear-answer"],
    ["200 that says nothing", status(200, {}), "unreadable", "no-clear-answer"],
    ["a broken connection", { kind: "drop", when: "before" }, "connection-broken", "connection-broken"],
    ["an answer that is cut off", { kind: "cut" }, "connection-broken", "connection-broken"],
  ])("%s: nothing visible by a container, perhaps by publishing", async (_, answer, made, published) => {
    await fault(PREPARE, answer);
    expect(await outcomeOf(share())).toBe(`transient: ${made}`);
    await fault(PUBLISH, answer);
    expect(await outcomeOf(share())).toBe(`ambiguous: ${published}`);
  });

  test("a picture that cannot be fetched is tried as often as a share is, then told to the operator", async () => {
    const post = makePost({ pictures: [await onePicture()] });
    const either = ["media-not-fetched", "media-not-fetched-1"];
    for (const name of [...either, ...either, "media-not-fetched"]) {
      await problem(PREPARE, name);
      expect(await outcomeOf(share(post))).toBe("transient: picture-not-fetched");
    }
    await problem(PREPARE, "media-not-fetched");
    expect(await outcomeOf(share(post))).toBe("rejected: picture-not-fetched (operator)");
  });

  test("a picture that could not be fetched once is fetched the next time", async () => {
    const post = makePost({ pictures: [await onePicture()] });
    await problem(PREPARE, "media-not-fetched");
    await outcomeOf(share(post));
    expect(await outcomeOf(share(post))).toBe("done");
  });

  test("a block while preparing waits an hour", async () => {
    const before = Date.now();
    await problem(PREPARE, "action-blocked");
    const error = await errorOf(share());
    expect(`${error.kind}: ${error.code}`).toBe("rate-limited: action-blocked");
    expect(error.retryAt?.getTime()).toBeGreaterThanOrEqual(before + HOUR_MS);
  });

  test("a block while publishing leaves a doubt, and then waits an hour", async () => {
    const post = makePost();
    await problem(PUBLISH, "action-blocked");
    expect(await outcomeOf(share(post))).toBe("ambiguous: action-blocked");
    expect(await find(post)).toBe("absent");
    const error = await errorOf(share(post));
    expect(`${error.kind}: ${error.code}`).toBe("rate-limited: action-blocked");
    expect(error.retryAt?.getTime()).toBeGreaterThan(Date.now() + 0.9 * HOUR_MS);
    await pass(3_700);
    expect(await outcomeOf(share(post))).toBe("done");
    expect(await texts()).toEqual([post.text]);
  });

  test("a block while publishing that came after all is found", async () => {
    const post = makePost();
    await problem(PUBLISH, "action-blocked", { after: true });
    expect(await outcomeOf(share(post))).toBe("ambiguous: action-blocked");
    expect(await find(post)).toMatchObject({ platformPostId: expect.stringMatching(/^\d+$/) });
  });

  test("the day's posts are used up: confirmed, then told by its name", async () => {
    await flip({ postQuota: 1 });
    await share();
    const error = await errorOf(share());
    expect(`${error.kind}: ${error.code}`).toBe("rate-limited: quota-used-up");
    expect(error.retryAt?.getTime()).toBeGreaterThan(Date.now() + 0.9 * HOUR_MS);
    expect(await count("GET /v1.0/:id/threads_publishing_limit")).toBe(1);
  });

  test.each([
    ["says otherwise", undefined, "rate-limited: rate-limited"],
    ["cannot be asked", status(503, {}), "rate-limited: quota-used-up"],
    ["breaks off", { kind: "drop", when: "before" }, "rate-limited: quota-used-up"],
  ])("code 9 where the quota %s", async (_, quota, outcome) => {
    if (quota !== undefined) await fault("GET /v1.0/:id/threads_publishing_limit", quota);
    await fault(PUBLISH, told(9, "Application request limit reached"));
    expect(await outcomeOf(share())).toBe(outcome);
  });

  test("a refusal of what had been published after all is a success", async () => {
    const post = makePost();
    await fault(PUBLISH, {
      kind: "status-after",
      status: 400,
      body: { error: { code: 100, message: "Again?" } },
    });
    expect(await share(post)).toMatchObject({ platformPostId: expect.stringMatching(/^\d+$/) });
    expect(await texts()).toEqual([post.text]);
  });

  test("the network's own words for people come through", async () => {
    const body = { error: { message: "For programs", code: 100, error_user_msg: "Bread is sold out." } };
    await fault(PREPARE, status(400, body));
    expect((await errorOf(share())).message).toContain("Bread is sold out.");
  });

  test("missing permissions of a token are told by code 10", async () => {
    expect(await outcomeOf(share(makePost(), await withScopes("threads_basic")))).toBe(
      "reconnect-needed: permission-missing",
    );
  });
});

describe("the link to a post", () => {
  test.each([
    ["is left out", () => flip({ permalinks: "missing" })],
    ["cannot be read", () => fault(STATE, { kind: "drop", when: "before" })],
  ])("is the profile where the permalink %s", async (_, prepare) => {
    // The check of the container before it uses the same call.
    const post = makePost({ beforePublish: once(prepare) });
    const { platformPostId, url } = await share(post);
    expect(platformPostId).toMatch(/^\d+$/);
    expect(url).toBe(profile());
  });
});

describe("looking for a share", () => {
  /** A share whose answer was lost, published or not. */
  async function doubt(when: "before" | "after", post = makePost()) {
    await fault(PUBLISH, { kind: "drop", when });
    expect(await outcomeOf(share(post))).toBe("ambiguous: connection-broken");
    return post;
  }

  test("the container tells: published, or certainly not", async () => {
    const [out, not] = [await doubt("after"), await doubt("before")];
    expect(await find(out)).toMatchObject({ platformPostId: expect.stringMatching(/^\d+$/) });
    expect(await find(not)).toBe("absent");
    expect(await outcomeOf(share({ ...not, firstSentAt: new Date() }))).toBe("done");
    expect((await texts()).sort()).toEqual([out.text, not.text].sort());
    expect(await count(PREPARE)).toBe(2);
  });

  test("waits for as long as the longest publishing took", () => {
    expect(threads.about.lookAfterSeconds).toEqual([30, 90, 300]);
  });

  test("never takes the newest post for it", async () => {
    const post = await doubt("after");
    await pass(60);
    await share();
    const found = await find(post);
    expect(found).toMatchObject({ platformPostId: expect.any(String) });
    if (typeof found === "object") expect(await (await emulatedFetch(found.url)).text()).toContain(post.url);
  });

  test("with two posts of the same words it says posted, and links to the profile", async () => {
    const post = await doubt("after", makePost({ text: "" }));
    await share(makePost({ text: "" }));
    expect(await find(post)).toEqual({ url: profile() });
  });

  test("says posted also where the post is no longer listed", async () => {
    const post = await doubt("after");
    const { platformPostId } = await share(makePost({ remembered: post.remembered, text: post.text }));
    await remove(platformPostId ?? "");
    expect(await find(post)).toEqual({ url: profile() });
  });

  test("says posted also where the list cannot be read", async () => {
    const post = await doubt("after");
    await fault(LIST, status(500, {}), 3);
    expect(await find(post)).toEqual({ url: profile() });
  });

  test("reads past other posts, page by page", async () => {
    const post = await doubt("after");
    const by = await connectByHand(emulator.threads.origin);
    for (let other = 0; other < 30; other += 1)
      await fetch(`${emulator.threads.origin}/v1.0/me/threads`, {
        method: "POST",
        headers: { authorization: `Bearer ${by}` },
        body: new URLSearchParams({ media_type: "TEXT", text: `Other ${other}`, auto_publish_text: "true" }),
      });
    const before = await count(LIST);
    expect(await find(post)).toMatchObject({ platformPostId: expect.stringMatching(/^\d+$/) });
    // The last page is the empty one.
    expect((await count(LIST)) - before).toBe(3);
  });

  test("a container that is still in progress says nothing yet", async () => {
    const post = await doubt("before");
    await fault(STATE, status(200, { status: "IN_PROGRESS", id: "1" }));
    expect(await outcomeOf(find(post))).toBe("transient: container-not-ready");
  });

  test("a container that has ended was not published", async () => {
    const post = await doubt("before");
    await pass(86_400);
    expect(await find(post)).toBe("absent");
  });

  test("a container that nobody there knows is looked for in the list, and is never absent for sure", async () => {
    const [out, not] = [await doubt("after"), await doubt("before")];
    await problem(STATE, "not-there", { times: 2 });
    expect(await find(out)).toMatchObject({ platformPostId: expect.any(String) });
    expect(await find(not)).toBe("unknown");
  });

  test("finds a picture's post by the text that it was sent with", async () => {
    const post = await doubt("after", makePost({ text: "Fresh", pictures: [await onePicture()] }));
    expect(await find(post)).toMatchObject({ platformPostId: expect.any(String) });
  });
});

describe("taking a post back", () => {
  test.each([
    ["no leave", graph(10, "No permission"), "reconnect-needed: permission-missing"],
    ["the day's quota", graph(9, "Limit", 2207042), "rate-limited: quota-used-up"],
    ["trouble", graph(2, "Unavailable"), "transient: server-trouble"],
    ["what is gone already", graph(100, "Unsupported delete request", 33), "done"],
    ["another refusal", graph(100, "Invalid parameter"), "rejected: refused"],
  ])("%s", async (_, answer, outcome) => {
    await fault(DELETE, answer);
    expect(await outcomeOf(remove("18050206876707110"))).toBe(outcome);
  });
});

describe("calls of Threads about people", () => {
  const sign = (secret: string, payload: object) => {
    const encoded = Buffer.from(JSON.stringify(payload)).toString("base64url");
    return `${createHmac("sha256", secret).update(encoded).digest("base64url")}.${encoded}`;
  };
  const payload = { algorithm: "HMAC-SHA256", issued_at: Math.floor(Date.now() / 1_000), user_id: ben };

  test("are believed when the app's secret signed them, and name who let us in", async () => {
    const signed_request = sign("sharewell-demo-secret", payload);
    const { account } = await connect(threads, { account: "ben" });
    expect(threads.readOwnerCall?.({ signed_request })?.owner).toBe(account.grantedBy);
  });

  test.each([
    ["another secret", { signed_request: sign("Facebook's secret", payload) }],
    [
      "another algorithm",
      { signed_request: sign("sharewell-demo-secret", { ...payload, algorithm: "none" }) },
    ],
    ["nothing at all", {}],
  ])("prove nothing with %s", (_, form: Record<string, string>) => {
    expect(threads.readOwnerCall?.(form)).toBeUndefined();
  });
});

test("no token stands in what is remembered", async () => {
  const post = makePost();
  await share(post);
  expect(JSON.stringify(post.remembered)).not.toContain(ana.tokens.accessToken);
});

/** A fence that does this the first time it is passed. */
function once(work: () => Promise<unknown>): Post["beforePublish"] {
  let done: Promise<unknown> | undefined;
  return async () => {
    done ??= work();
    await done;
    return () => {};
  };
}
