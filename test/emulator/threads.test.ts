/** Checks the simulated Threads against the rules of the real one, and what its pages must show. */
import { createServer, type Server } from "node:http";
import sharp from "sharp";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { type Emulator, startEmulator } from "../../emulator/server.ts";
import { memorySchema as threadsMemorySchema } from "../../emulator/threads/memory.ts";
import { control } from "../harness/networks/networks.ts";
import { drawPicture, hostPicture } from "../harness/networks/pictures.ts";
import { waitFor } from "../harness/wait.ts";
import {
  allScopes,
  ana,
  askConsent,
  ben,
  call,
  codeFor,
  connect,
  decide,
  demoApp,
  exchange,
  lengthen,
  locationOf,
  refresh,
  shortToken,
  tokenSchema,
} from "./threads-app.ts";

let emulator: Emulator;
let threads: string;
let token: string;

beforeAll(async () => {
  emulator = await startEmulator();
  threads = emulator.threads.origin;
});
afterAll(() => emulator.stop());
beforeEach(async () => {
  await control(emulator.threads, "POST", "reset", {});
  token = await connect(threads);
});

const pass = (advanceSeconds: number) => control(emulator.threads, "POST", "clock", { advanceSeconds });
const flip = (change: object) => control(emulator.threads, "POST", "switches", change);
const idSchema = z.object({ id: z.string().regex(/^\d{16,}$/) });
const link = "https://bakery.example/menu";
const day = 86_400;

async function told(answer: Promise<Response>) {
  const got = await answer;
  return { status: got.status, body: await got.json() };
}

function expectRefused(answer: unknown, code: number, subcode?: number) {
  expect(answer).toMatchObject({
    status: expect.any(Number),
    body: {
      error: {
        message: expect.any(String),
        type: expect.stringMatching(/Exception$/),
        code,
        ...(subcode === undefined ? {} : { error_subcode: subcode }),
        fbtrace_id: expect.any(String),
      },
    },
  });
}

const contain = (form: Record<string, string> = {}, by = token, id = "me") =>
  call(threads, by, `POST /${id}/threads`, { media_type: "TEXT", text: "Fresh bread", ...form });

/** @returns the id of a new container */
async function container(form: Record<string, string> = {}, by = token): Promise<string> {
  const answer = await contain(form, by);
  expect(answer).toMatchObject({ status: 200 });
  return idSchema.parse(answer.body).id;
}

const publish = (creation_id: string, by = token, id = "me") =>
  call(threads, by, `POST /${id}/threads_publish`, { creation_id });

/** Makes a whole post. @returns its id */
async function post(form: Record<string, string> = {}): Promise<string> {
  const made = await container(form);
  await pass(6);
  return idSchema.parse((await publish(made)).body).id;
}

const state = (id: string, by = token) => call(threads, by, `GET /${id}?fields=id,status,error_message`);
const posts = async () => z.array(z.record(z.string(), z.unknown())).parse(await seen());
const seen = () => control(emulator.threads, "GET", "posts");

describe("1. the authorize page", () => {
  it.each<[string, Record<string, string | undefined>]>([
    ["an unknown client", { client_id: "138483919580948" }],
    ["a missing client", { client_id: undefined }],
    ["an address without its last slash", { redirect_uri: demoApp.redirectUri.slice(0, -1) }],
    ["a missing address", { redirect_uri: undefined }],
    ["another response_type", { response_type: "token" }],
    ["a missing response_type", { response_type: undefined }],
    ["an unknown scope", { scope: `${allScopes},toString` }],
    ["scopes without the basic one", { scope: "threads_content_publish" }],
    ["a missing scope", { scope: undefined }],
  ])("shows its own error page for %s, and sends nobody anywhere", async (_what, changes) => {
    const asked = askConsent(changes);
    const page = await fetch(`${threads}/oauth/authorize?${new URLSearchParams(asked)}`, {
      redirect: "manual",
    });
    expect([page.status, page.headers.get("location")]).toEqual([400, null]);
    const decision = await decide(threads, asked);
    expect([decision.status, decision.headers.get("location")]).toEqual([400, null]);
  });

  it("refuses an http address though it is registered, unless it is this machine's", async () => {
    const redirectUris = ["http://app.example.com/callback", "https://app.example.com/callback"];
    await control(emulator.threads, "POST", "apps", { clientId: demoApp.clientId, redirectUris });
    const statuses = [];
    for (const redirect_uri of redirectUris)
      statuses.push((await decide(threads, askConsent({ redirect_uri }))).status);
    expect(statuses).toEqual([400, 302]);
  });

  it("takes scopes with commas and with spaces, and goes back with a code, the state and #_", async () => {
    for (const scope of [allScopes, allScopes.replaceAll(",", " ")]) {
      const asked = askConsent({ scope });
      const page = await fetch(`${threads}/oauth/authorize?${new URLSearchParams(asked)}`);
      expect(await page.text()).toContain("@ben");
      const location = locationOf(await decide(threads, asked));
      expect(location.href.startsWith(`${demoApp.redirectUri}?`)).toBe(true);
      expect(location.searchParams.get("code")).toBeTruthy();
      expect(location.searchParams.get("state")).toBe("a state");
      expect(location.hash).toBe("#_");
    }
  });

  it("says so when the person cancels", async () => {
    const location = locationOf(await decide(threads, askConsent(), { decision: "refuse" }));
    expect(Object.fromEntries(location.searchParams)).toEqual({
      error: "access_denied",
      error_reason: "user_denied",
      error_description: "The user denied your request",
      state: "a state",
    });
    expect(location.hash).toBe("#_");
  });

  it("lets only testers in until the app was reviewed", async () => {
    await control(emulator.threads, "POST", "apps", {
      clientId: demoApp.clientId,
      reviewed: false,
      testers: ["ben"],
    });
    expect((await decide(threads, askConsent())).status).toBe(400);
    expect((await decide(threads, askConsent(), { account: ben })).status).toBe(302);
  });
});

describe("2. codes and short-lived tokens", () => {
  const refused = (error_message: string) => ({
    status: 400,
    body: { error_type: "OAuthException", code: 400, error_message },
  });
  const spent = refused("Matching code was not found or was already used");

  it("gives the person's id as a number beyond what JavaScript holds", async () => {
    const text = await (await exchange(threads, await codeFor(threads))).text();
    expect(text).toContain(`"user_id":${ana}}`);
    expect(JSON.stringify(JSON.parse(text))).not.toContain(ana);
  });

  it("takes the parameters in the address too", async () => {
    const query = new URLSearchParams({
      client_id: demoApp.clientId,
      client_secret: demoApp.clientSecret,
      grant_type: "authorization_code",
      redirect_uri: demoApp.redirectUri,
      code: await codeFor(threads),
    });
    const answer = await fetch(`${threads}/oauth/access_token?${query}`, { method: "POST" });
    expect(answer.status).toBe(200);
  });

  it("takes a code once, within an hour, for the same address", async () => {
    const code = await codeFor(threads);
    expect((await exchange(threads, code)).status).toBe(200);
    expect(await told(exchange(threads, code))).toEqual(spent);
    const late = await codeFor(threads);
    await pass(3_601);
    expect(await told(exchange(threads, late))).toEqual(spent);
    const elsewhere = { redirect_uri: "http://localhost:4100/social/callback/threads/" };
    expect(await told(exchange(threads, await codeFor(threads), elsewhere))).toEqual(spent);
  });

  it.each([
    ["a wrong secret", { client_secret: "wrong" }, "Error validating client secret"],
    ["Facebook's app", { client_id: "138483919580948" }, "Invalid client_id"],
    ["another grant type", { grant_type: "refresh_token" }, "Invalid grant_type"],
  ])("refuses %s in the endpoint's own shape", async (_what, changes, words) => {
    expect(await told(exchange(threads, await codeFor(threads), changes))).toEqual(refused(words));
  });

  it("refuses a code that was given to another app", async () => {
    const other = { clientId: "77", clientSecret: "other", redirectUris: [demoApp.redirectUri] };
    await control(emulator.threads, "POST", "apps", other);
    const changes = { client_id: "77", client_secret: "other" };
    expect(await told(exchange(threads, await codeFor(threads), changes))).toEqual(spent);
  });

  it("ends a short-lived token after an hour", async () => {
    const short = await shortToken(threads);
    expect((await call(threads, short, "GET /me")).status).toBe(200);
    await pass(3_601);
    expectRefused(await call(threads, short, "GET /me"), 190, 463);
    expectRefused(await told(lengthen(threads, short)), 190, 463);
  });
});

describe("3. long-lived tokens", () => {
  it("come for a short-lived one and the right secret, for sixty days", async () => {
    const short = await shortToken(threads);
    expectRefused(await told(lengthen(threads, short, "wrong")), 100);
    const { body } = await told(lengthen(threads, short));
    expect(body).toEqual({
      access_token: expect.stringMatching(/^THAA/),
      token_type: "bearer",
      expires_in: 5_183_944,
    });
  });

  it("are not lengthened again", async () => {
    expectRefused(await told(lengthen(threads, token)), 100);
  });

  it("are renewed from a day on, with a new string, and the old one lives on to its end", async () => {
    expectRefused(await told(refresh(threads, token)), 100);
    await pass(day);
    const { body } = await told(refresh(threads, token));
    const renewed = tokenSchema.parse(body).access_token;
    expect(renewed).not.toBe(token);
    await pass(59 * day);
    expect((await call(threads, renewed, "GET /me")).status).toBe(200);
    expectRefused(await call(threads, token, "GET /me"), 190, 463);
  });

  it("are not renewed when they are short-lived or have ended", async () => {
    expectRefused(await told(refresh(threads, await shortToken(threads))), 100);
    await pass(60 * day);
    expectRefused(await told(refresh(threads, token)), 190, 463);
  });

  it("tell by debug_token what they allow, where the network lets it be asked", async () => {
    const path = `GET /debug_token?input_token=${token}` as const;
    expect(await call(threads, token, path)).toMatchObject({
      body: { data: { type: "USER", is_valid: true, scopes: allScopes.split(","), user_id: ana } },
    });
    await flip({ debugToken: "testers" });
    expectRefused(await call(threads, token, path), 10);
  });

  it.each([458, 460, 463, 467])("that the person ended are refused with 190 and %d", async (subcode) => {
    await control(emulator.threads, "POST", "endings", { username: "ana", subcode });
    expectRefused(await call(threads, token, "GET /me"), 190, subcode);
  });

  it("may be refused with a 100 instead, as has been seen", async () => {
    await flip({ deadTokens: "not-found" });
    await control(emulator.threads, "POST", "endings", { username: "ana", subcode: 458 });
    for (const answer of [await call(threads, token, "GET /me"), await told(refresh(threads, token))])
      expect(answer).toMatchObject({
        status: 400,
        body: { error: { code: 100, message: "The requested resource does not exist" } },
      });
  });

  it("are taken as a bearer, in the address and in the body; without any, or of nobody, there is no answer", async () => {
    expect(await told(fetch(`${threads}/v1.0/me?access_token=${token}`))).toEqual({
      status: 200,
      body: { id: ana },
    });
    const form = new URLSearchParams({ media_type: "TEXT", text: "Hi", access_token: token });
    expect((await fetch(`${threads}/v1.0/me/threads`, { method: "POST", body: form })).status).toBe(200);
    const query = `${threads}/v1.0/me/threads?${form}`;
    expect((await fetch(query, { method: "POST" })).status).toBe(200);
    expectRefused(await told(fetch(`${threads}/v1.0/me`)), 104);
    const nobody = await fetch(`${threads}/v1.0/me`, { headers: { authorization: "Bearer nobody" } });
    expect(nobody.headers.get("www-authenticate")).toContain("invalid_token");
    expectRefused({ status: nobody.status, body: await nobody.json() }, 190);
  });
});

describe("4. who is it", () => {
  it("tells what is asked, the id as text", async () => {
    const fields = "id,username,name,threads_profile_picture_url,is_verified";
    const { body } = await call(threads, token, `GET /me?fields=${fields}`);
    expect(body).toEqual({
      id: ana,
      username: "ana",
      name: "Ana Lima",
      threads_profile_picture_url: expect.stringMatching(/^http/),
      is_verified: false,
    });
  });

  it("refuses a field that there is not, and any version but v1.0", async () => {
    expectRefused(await call(threads, token, "GET /me?fields=id,account_type"), 100);
    const headers = { authorization: `Bearer ${token}` };
    expectRefused(await told(fetch(`${threads}/v26.0/me`, { headers })), 2500);
  });
});

describe("5. making a container", () => {
  it("asks for leave to publish", async () => {
    const reader = await connect(threads, ana, "threads_basic");
    expectRefused(await contain({}, reader), 10);
    expectRefused(await publish("1", reader), 10);
  });

  it("is for oneself", async () => {
    expect((await contain({}, token, ana)).status).toBe(200);
    expectRefused(await contain({}, token, ben), 100, 33);
  });

  it.each<[string, Record<string, string>]>([
    ["no text and no link", { text: "" }],
    ["an unknown kind", { media_type: "STORY" }],
    ["a link that is none", { link_attachment: "menu" }],
    ["a link beside a picture", { media_type: "IMAGE", image_url: link, link_attachment: link }],
    ["a picture without address", { media_type: "IMAGE" }],
    ["an alt text without picture", { alt_text: "Bread" }],
    ["an alt text that is too long", { media_type: "IMAGE", image_url: link, alt_text: "a".repeat(1_001) }],
    ["a topic with a dot", { topic_tag: "v1.0" }],
    ["a topic with an ampersand", { topic_tag: "bread & butter" }],
    ["a topic that is too long", { topic_tag: "a".repeat(51) }],
    ["an empty topic", { topic_tag: "" }],
    ["unknown rules for answers", { reply_control: "nobody" }],
    ["an answer to nothing", { reply_to_id: "1" }],
    ["a carousel of one", { media_type: "CAROUSEL", children: "1" }],
    [
      "a picture that is published at once",
      { media_type: "IMAGE", image_url: link, auto_publish_text: "true" },
    ],
  ])("refuses %s", async (_what, form) => {
    expectRefused(await contain(form), 100);
  });

  it("asks for the kind", async () => {
    expectRefused(await call(threads, token, "POST /me/threads", { text: "Hi" }), 100);
  });

  it("counts bytes, not characters", async () => {
    expect((await contain({ text: "a".repeat(500) })).status).toBe(200);
    expect((await contain({ text: "’".repeat(166) })).status).toBe(200);
    for (const text of ["a".repeat(501), "’".repeat(167), "👍".repeat(126)])
      expect(await contain({ text })).toMatchObject({
        status: 400,
        body: { error: { code: 100, message: "Param text must be at most 500 characters long" } },
      });
  });

  it("takes five different links, the attached one among them, and counts the same one once", async () => {
    const text = [1, 2, 3, 4].map((n) => `https://bakery.example/${n}`).join(" ");
    expect((await contain({ text: `${text} ${link}`, link_attachment: link })).status).toBe(200);
    expect(await contain({ text: `${text} https://bakery.example/5.`, link_attachment: link })).toMatchObject(
      {
        status: 400,
        body: { error: { message: expect.stringContaining("THREADS_API__LINK_LIMIT_EXCEEDED") } },
      },
    );
  });

  it("needs no text beside a link", async () => {
    const answer = await call(threads, token, "POST /me/threads", {
      media_type: "TEXT",
      link_attachment: link,
    });
    expect(answer.status).toBe(200);
  });

  it("really fetches the picture", async () => {
    const image = (image_url: string) => contain({ media_type: "IMAGE", image_url, alt_text: "Bread" });
    const bytes = await drawPicture(400, 300);
    const good = await hostPicture({ bytes, type: "image/png", alt: "" });
    expect((await image(good)).status).toBe(200);
    const page = await hostPicture({ bytes: Buffer.from("<h1>No</h1>"), type: "text/html", alt: "" });
    const lie = await hostPicture({ bytes: Buffer.from("<h1>No</h1>"), type: "image/png", alt: "" });
    for (const url of [`${good}.gone`, "https://bakery.example/bread.jpg", page, lie])
      expectRefused(await image(url), 9004, 2207052);
  });

  it("finds out while it prepares it that a picture is unfit", async () => {
    const webp = await sharp(await drawPicture(400, 300))
      .webp()
      .toBuffer();
    const huge = Buffer.concat([Buffer.from(await drawPicture(400, 300)), Buffer.alloc(8 * 1024 * 1024)]);
    for (const [bytes, type, error_message] of [
      [webp, "image/webp", "UNKNOWN"],
      [huge, "image/png", "UNKNOWN"],
      [await drawPicture(1_200, 100), "image/png", "INVALID_ASPEC_RATIO"],
    ] as const) {
      const image_url = await hostPicture({ bytes, type, alt: "" });
      const id = await container({ media_type: "IMAGE", image_url });
      await pass(5);
      expect(await state(id)).toEqual({ status: 200, body: { id, status: "ERROR", error_message } });
      expectRefused(await publish(id), 100);
    }
  });

  it("refuses a restricted person", async () => {
    await control(emulator.threads, "POST", "accounts", { username: "ana", state: "restricted" });
    expectRefused(await contain(), 10, 4279013);
  });
});

describe("6. the life of a container", () => {
  it("is IN_PROGRESS for a second, FINISHED, PUBLISHED once it is published", async () => {
    const id = await container();
    expect(await state(id)).toEqual({ status: 200, body: { id, status: "IN_PROGRESS" } });
    await pass(1);
    expect(await state(id)).toMatchObject({ body: { status: "FINISHED" } });
    await pass(3);
    await publish(id);
    expect(await state(id)).toMatchObject({ body: { status: "PUBLISHED" } });
    await pass(2 * day);
    expect(await state(id)).toMatchObject({ body: { status: "PUBLISHED" } });
  });

  it("takes five seconds with a picture", async () => {
    const image_url = await hostPicture({ bytes: await drawPicture(400, 300), type: "image/png", alt: "" });
    const id = await container({ media_type: "IMAGE", image_url });
    await pass(4);
    expect(await state(id)).toMatchObject({ body: { status: "IN_PROGRESS" } });
    await pass(1);
    expect(await state(id)).toMatchObject({ body: { status: "FINISHED" } });
  });

  it("ends after a day", async () => {
    const id = await container();
    await pass(day);
    expect(await state(id)).toMatchObject({ body: { status: "EXPIRED" } });
    expectRefused(await publish(id), 24, 4279009);
  });

  it("may never be ready, or fail", async () => {
    await flip({ textSeconds: 1_000_000 });
    const slow = await container();
    await flip({ textSeconds: 1, containerError: "FAILED_DOWNLOADING_VIDEO" });
    const failed = await container();
    await pass(3_600);
    expect(await state(slow)).toMatchObject({ body: { status: "IN_PROGRESS" } });
    expect(await state(failed)).toMatchObject({
      body: { status: "ERROR", error_message: "FAILED_DOWNLOADING_VIDEO" },
    });
  });

  it("is nobody else's to see", async () => {
    const id = await container();
    expectRefused(await state(id, await connect(threads, ben)), 100, 33);
  });

  it("has no status_code, which is Instagram's", async () => {
    expectRefused(await call(threads, token, `GET /${await container()}?fields=status_code`), 100);
  });
});

describe("7. publishing", () => {
  it("knows nothing of a container for three seconds, though it is FINISHED", async () => {
    const id = await container();
    await pass(2);
    expect(await state(id)).toMatchObject({ body: { status: "FINISHED" } });
    expect(await publish(id)).toEqual({
      status: 400,
      body: {
        error: {
          message: "The requested resource does not exist",
          type: "OAuthException",
          code: 24,
          error_subcode: 4279009,
          is_transient: false,
          error_user_title: "Media Not Found",
          error_user_msg: `The media with id ${id} cannot be found.`,
          fbtrace_id: expect.any(String),
        },
      },
    });
    await pass(1);
    expect((await publish(id)).status).toBe(200);
  });

  it("says the same of what is not there, and of another's", async () => {
    const id = await container();
    await pass(6);
    expectRefused(await publish("18079098539304490"), 24, 4279009);
    expectRefused(await publish(id, await connect(threads, ben)), 24, 4279009);
    expectRefused(await publish(id, token, ben), 100, 33);
    expectRefused(await call(threads, token, "POST /me/threads_publish", {}), 100);
  });

  it.each([
    ["refused", 100],
    ["not-found", 24],
  ])("never makes a second post of one container (%s)", async (publishedTwice, code) => {
    await flip({ publishedTwice });
    const id = await container();
    await pass(6);
    await publish(id);
    expectRefused(await publish(id), code);
    expect(await posts()).toHaveLength(1);
  });

  it("gives the post another id than its container", async () => {
    const id = await container();
    await pass(6);
    const { body } = await publish(id);
    expect(idSchema.parse(body).id).not.toBe(id);
  });

  it("takes so many posts a day, and so many answers", async () => {
    await flip({ postQuota: 1, replyQuota: 1 });
    const first = await post();
    const second = await container();
    const answers = [await container({ reply_to_id: first }), await container({ reply_to_id: first })];
    await pass(6);
    expectRefused(await publish(second), 9, 2207042);
    expect((await publish(answers[0] ?? "")).status).toBe(200);
    expectRefused(await publish(answers[1] ?? ""), 9, 2207042);
    await pass(day - 10);
    const later = await container();
    await pass(10);
    expect((await publish(later)).status).toBe(200);
  });

  it("makes one post of a carousel", async () => {
    const image_url = await hostPicture({ bytes: await drawPicture(400, 300), type: "image/png", alt: "" });
    const item = { media_type: "IMAGE", image_url, is_carousel_item: "true" };
    const children = [
      await container({ ...item, alt_text: "Bread" }),
      await container({ ...item, alt_text: "Butter" }),
    ];
    const carousel = { media_type: "CAROUSEL", children: children.join(",") };
    expect((await contain(carousel)).status).toBe(400);
    await pass(6);
    const id = await container(carousel);
    await pass(6);
    expectRefused(await publish(children[0] ?? ""), 100);
    expect((await publish(id)).status).toBe(200);
    expect(await posts()).toMatchObject([{ media: [{ altText: "Bread" }, { altText: "Butter" }] }]);
  });
});

describe("8. quotas", () => {
  it("are told: posts, answers, deletions", async () => {
    const first = await post();
    await post({ reply_to_id: first });
    await call(threads, token, `DELETE /${await post()}`);
    const fields = "quota_usage,config,reply_quota_usage,reply_config,delete_quota_usage,delete_config";
    const { body } = await call(threads, token, `GET /me/threads_publishing_limit?fields=${fields}`);
    const config = (quota_total: number) => ({ quota_total, quota_duration: day });
    expect(body).toEqual({
      data: [
        {
          ...{ quota_usage: 2, config: config(250) },
          ...{ reply_quota_usage: 1, reply_config: config(1_000) },
          ...{ delete_quota_usage: 1, delete_config: config(100) },
        },
      ],
    });
  });

  it("of deletions are told to who may delete", async () => {
    const scope = "threads_basic,threads_content_publish";
    const path = "GET /me/threads_publishing_limit?fields=delete_quota_usage";
    for (const less of [scope, "threads_basic,threads_delete"])
      expectRefused(await call(threads, await connect(threads, ana, less), path), 10);
  });
});

describe("9. reading posts", () => {
  it("tells what is asked, and links to a page that opens", async () => {
    const id = await post({ link_attachment: link });
    const fields = "id,permalink,text,timestamp,media_type,shortcode,username";
    const { body } = await call(threads, token, `GET /${id}?fields=${fields}`);
    expect(body).toEqual({
      id,
      permalink: expect.stringMatching(/\/@ana\/post\/[\w-]{11}$/),
      text: "Fresh bread",
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+0000$/),
      media_type: "TEXT_POST",
      shortcode: expect.stringMatching(/^[\w-]{11}$/),
      username: "ana",
    });
    const { permalink } = z.object({ permalink: z.url() }).parse(body);
    const page = await fetch(permalink);
    expect(page.status).toBe(200);
    expect(await page.text()).toContain("Fresh bread");
    expect((await fetch(permalink.replace("@ana", "@ben"))).status).toBe(404);
    for (const path of ["/", "/@ana"])
      expect(await (await fetch(`${threads}${path}`)).text()).toContain("Fresh bread");
    expect(await (await fetch(`${threads}/@ben`)).text()).not.toContain("Fresh bread");
    expect((await fetch(`${threads}/@nobody`)).status).toBe(404);
  });

  it("may leave the permalink out", async () => {
    const id = await post();
    await flip({ permalinks: "missing" });
    expect(await call(threads, token, `GET /${id}?fields=id,permalink`)).toEqual({
      status: 200,
      body: { id },
    });
  });

  it("lists one's own, newest first, by cursors alone", async () => {
    const ids = [await post(), await post(), await post()];
    const pageSchema = z.strictObject({
      data: z.array(z.strictObject({ id: z.string() })),
      paging: z.strictObject({ cursors: z.strictObject({ before: z.string(), after: z.string() }) }),
    });
    const first = pageSchema.parse((await call(threads, token, "GET /me/threads?limit=2")).body);
    const { after } = first.paging.cursors;
    const path = `GET /${ana}/threads?limit=2&after=${encodeURIComponent(after)}` as const;
    const second = pageSchema.parse((await call(threads, token, path)).body);
    expect([...first.data, ...second.data].map(({ id }) => id)).toEqual(ids.toReversed());
    const by = await connect(threads, ben);
    expect(await call(threads, by, "GET /me/threads")).toEqual({ status: 200, body: { data: [] } });
    expectRefused(await call(threads, by, `GET /${ana}/threads`), 100, 33);
  });

  it("lists since a time", async () => {
    await post();
    await pass(3_600);
    const now = Math.floor(emulator.threads.world.now().getTime() / 1_000);
    const id = await post();
    const { body } = await call(threads, token, `GET /me/threads?fields=id&since=${now}`);
    expect(body).toMatchObject({ data: [{ id }] });
    expectRefused(await call(threads, token, "GET /me/threads?since=yesterday"), 100);
    expectRefused(await call(threads, token, "GET /me/threads?limit=1000"), 100);
  });
});

describe("10. deleting", () => {
  it("asks for its own leave, works once, and takes the page away", async () => {
    const id = await post();
    const { body } = await call(threads, token, `GET /${id}?fields=permalink`);
    const { permalink } = z.object({ permalink: z.url() }).parse(body);
    const poster = await connect(threads, ana, "threads_basic,threads_content_publish");
    expectRefused(await call(threads, poster, `DELETE /${id}`), 10);
    expectRefused(await call(threads, await connect(threads, ben), `DELETE /${id}`), 100, 33);
    expect(await call(threads, token, `DELETE /${id}`)).toEqual({
      status: 200,
      body: { success: true, deleted_id: id },
    });
    expectRefused(await call(threads, token, `DELETE /${id}`), 100, 33);
    expectRefused(await call(threads, token, `GET /${id}`), 100, 33);
    expect((await fetch(permalink)).status).toBe(404);
  });

  it("has a quota of its own", async () => {
    await flip({ deleteQuota: 1 });
    const ids = [await post(), await post()];
    expect((await call(threads, token, `DELETE /${ids[0]}`)).status).toBe(200);
    expectRefused(await call(threads, token, `DELETE /${ids[1]}`), 9);
  });
});

describe("11. what publishes in one step", () => {
  it("is there at once, so that nobody uses it unnoticed", async () => {
    const id = await container({ auto_publish_text: "true" });
    expect(await posts()).toMatchObject([{ id, text: "Fresh bread" }]);
  });
});

describe("12. link cards", () => {
  let site: Server;
  let address = "";

  beforeAll(async () => {
    site = createServer((request, response) => {
      if (request.url === "/picture.png")
        drawPicture(1_200, 630).then((bytes) =>
          response.writeHead(200, { "content-type": "image/png" }).end(bytes),
        );
      else
        response.writeHead(200, { "content-type": "text/html" }).end(
          `<title>Menu</title><meta property="og:title" content="Our menu ${request.url}">
          <meta property="og:image" content="${address}/picture.png">`,
        );
    });
    address = await new Promise((done) =>
      site.listen(0, "127.0.0.1", () => {
        const bound = site.address();
        done(`http://127.0.0.1:${bound !== null && typeof bound === "object" ? bound.port : 0}`);
      }),
    );
  });
  afterAll(() => void site.close());

  const cardOf = async (id: string) =>
    await waitFor("the card", async () => {
      const found = (await posts()).find((candidate) => candidate.id === id);
      return found?.card ?? undefined;
    });

  it("come from the attached link, else from the first one in the text", async () => {
    const attached = await post({ text: `See ${address}/a`, link_attachment: `${address}/b` });
    expect(await cardOf(attached)).toMatchObject({
      kind: "large",
      title: "Our menu /b",
      url: `${address}/b`,
    });
    const inText = await post({ text: `See ${address}/a, and ${address}/b` });
    expect(await cardOf(inText)).toMatchObject({ title: "Our menu /a" });
  });
});

describe("13. what goes wrong on demand", () => {
  it.each<[string, number, number | undefined, number]>([
    ["media-not-fetched", 9004, 2207052, 400],
    ["media-not-fetched-1", 1, 2207052, 400],
    ["action-blocked", 4, 2207051, 403],
    ["user-restricted", 10, 4279013, 400],
    ["permission-removed", 200, undefined, 403],
    ["session-invalid", 190, 467, 400],
    ["page-limit", 32, undefined, 400],
    ["policy-block", 368, undefined, 400],
    ["service-down", 2, undefined, 500],
  ])("answers %s in its real shape, without handling the call", async (problem, code, subcode, status) => {
    await control(emulator.threads, "POST", "problems", { endpoint: "POST /v1.0/:id/threads", problem });
    const answer = await contain();
    expect(answer.status).toBe(status);
    expectRefused(answer, code, subcode);
    expect((await contain()).status).toBe(200);
  });

  it("answers it after the call was handled, where that is asked", async () => {
    const endpoint = "POST /v1.0/:id/threads_publish";
    await control(emulator.threads, "POST", "problems", { endpoint, problem: "service-down", after: true });
    const id = await container();
    await pass(6);
    expectRefused(await publish(id), 2);
    expect(await posts()).toHaveLength(1);
    expect(await state(id)).toMatchObject({ body: { status: "PUBLISHED" } });
  });

  it("has no problem of another name", async () => {
    const order = { endpoint: "GET /v1.0/me", problem: "toString" };
    await expect(control(emulator.threads, "POST", "problems", order)).rejects.toThrow("400");
  });
});

describe("14. calls about people", () => {
  const heard: { path: string; body: string }[] = [];
  let app: Server;

  beforeAll(() => {
    app = createServer((request, response) => {
      let body = "";
      request.on("data", (part) => {
        body += part;
      });
      request.on("end", () => {
        heard.push({ path: request.url ?? "", body });
        response.writeHead(200, { "content-type": "application/json" }).end('{"confirmation_code":"abc"}');
      });
    });
    return new Promise<void>((done) => app.listen(0, "127.0.0.1", () => done()));
  });
  afterAll(() => void app.close());
  beforeEach(async () => {
    heard.length = 0;
    const bound = app.address();
    const origin = `http://127.0.0.1:${bound !== null && typeof bound === "object" ? bound.port : 0}`;
    const urls = { deauthorizeUrl: `${origin}/gone`, deletionUrl: `${origin}/forget` };
    await control(emulator.threads, "POST", "apps", { clientId: demoApp.clientId, ...urls });
  });

  const payloadOf = (body: string): unknown => {
    const [, payload = ""] = (new URLSearchParams(body).get("signed_request") ?? "").split(".");
    return JSON.parse(Buffer.from(payload, "base64url").toString());
  };

  it("tell the app that it was removed, and end its tokens", async () => {
    expect(await control(emulator.threads, "POST", "withdrawals", { username: "ana" })).toMatchObject({
      answers: [{ status: 200 }],
    });
    expect(heard.map(({ path }) => path)).toEqual(["/gone"]);
    expect(payloadOf(heard[0]?.body ?? "")).toMatchObject({ algorithm: "HMAC-SHA256", user_id: ana });
    expectRefused(await call(threads, token, "GET /me"), 190, 458);
  });

  it("tell the app to forget somebody, and show what it answered", async () => {
    expect(await control(emulator.threads, "POST", "deletions", { username: "ana" })).toEqual({
      answers: [{ status: 200, body: { confirmation_code: "abc" } }],
    });
    expect(await control(emulator.threads, "POST", "deletions", { username: "ben" })).toEqual({
      answers: [],
    });
  });

  it("may come from somebody else, whose signature is bad, and end nothing", async () => {
    await control(emulator.threads, "POST", "withdrawals", { username: "ana", signature: "bad" });
    await control(emulator.threads, "POST", "withdrawals", { username: "ana" });
    const [bad, good] = heard.map(({ body }) => new URLSearchParams(body).get("signed_request")?.split("."));
    expect(bad?.[1]).toBeTruthy();
    expect(bad?.[0]).not.toBe(good?.[0]);
  });
});

it("keeps what it remembers in a shape that can be read back", async () => {
  await post({ link_attachment: link });
  const saved: unknown = JSON.parse(JSON.stringify(emulator.threads.world.memory));
  expect(threadsMemorySchema.parse(saved)).toEqual(saved);
});
