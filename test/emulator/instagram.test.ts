/** Checks the simulated Instagram against the rules of the real one, and what its pages must show. */

import { createHmac } from "node:crypto";
import { createServer } from "node:http";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { type Emulator, startEmulator } from "../../emulator/server.ts";
import { approve } from "../harness/networks/consent.ts";
import {
  ana,
  askConsent,
  bothScopes,
  call,
  cara,
  codeFor,
  connect,
  control,
  decide,
  demoApp,
  exchange,
  type Gallery,
  lengthen,
  limaEvents,
  locationOf,
  openGallery,
  refresh,
  shortToken,
} from "./instagram-app.ts";

let emulator: Emulator;
let gallery: Gallery;
let ig: string;
let token: string;

beforeAll(async () => {
  emulator = await startEmulator();
  gallery = await openGallery();
  ig = emulator.instagram.origin;
});
afterAll(async () => {
  gallery.close();
  await emulator.stop();
});
beforeEach(async () => {
  for (const origin of [ig, emulator.facebook.origin]) await control(origin, "reset", {});
  token = await connect(ig);
});

const pass = (advanceSeconds: number) => control(ig, "clock", { advanceSeconds });
const flip = (change: object) => control(ig, "switches", change);
const picture = (name = "1200x630.jpg") => `${gallery.origin}/${name}`;
const idSchema = z.object({ id: z.string().regex(/^\d{15,}$/) });

/** Puts a picture into a container. @returns its id */
async function contain(changes: object = {}, by = token, account = ana): Promise<string> {
  const body = { image_url: picture(), caption: "Fresh bread", ...changes };
  const answer = await call(ig, by, `POST /${account}/media`, body);
  expect(answer).toMatchObject({ status: 200 });
  return idSchema.parse(answer.body).id;
}

async function publish(creation_id: string, by = token, account = ana) {
  return call(ig, by, `POST /${account}/media_publish`, { creation_id });
}

/** Makes a whole post. @returns the media id */
async function post(changes: object = {}): Promise<string> {
  const container = await contain(changes);
  await pass(3);
  return idSchema.parse((await publish(container)).body).id;
}

const refused = (code: number, subcode?: number) => ({
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
const expectRefused = (answer: unknown, code: number, subcode?: number) =>
  expect(answer).toMatchObject(refused(code, subcode));
async function told(answer: Promise<Response>) {
  const got = await answer;
  return { status: got.status, body: await got.json() };
}

describe("1. the authorize page", () => {
  const bent: [string, Record<string, string | undefined>][] = [
    ["an unknown client", { client_id: "1" }],
    ["a missing client", { client_id: undefined }],
    ["an address without its last slash", { redirect_uri: demoApp.redirectUri.slice(0, -1) }],
    ["a missing address", { redirect_uri: undefined }],
    ["another response_type", { response_type: "token" }],
    ["a missing response_type", { response_type: undefined }],
    ["the old scopes", { scope: "business_basic,business_content_publish" }],
    ["an unknown scope", { scope: `${bothScopes},toString` }],
    ["scopes without the basic one", { scope: "instagram_business_content_publish" }],
    ["a missing scope", { scope: undefined }],
  ];

  it.each(bent)("shows its own error page for %s, and sends nobody anywhere", async (_what, changes) => {
    const asked = askConsent(changes);
    const page = await fetch(`${ig}/oauth/authorize?${new URLSearchParams(asked)}`, { redirect: "manual" });
    expect(page.status).toBe(400);
    expect(page.headers.get("location")).toBeNull();
    const decision = await decide(ig, asked);
    expect([decision.status, decision.headers.get("location")]).toEqual([400, null]);
  });

  it("takes scopes with commas and with spaces, and lets a person untick what is not basic", async () => {
    const asked = askConsent({ scope: bothScopes.replace(",", " ") });
    const page = await fetch(`${ig}/oauth/authorize?${new URLSearchParams(asked)}`);
    const html = await page.text();
    expect(page.status).toBe(200);
    expect(html).toContain("@lima.events");
    expect(html).toMatch(/type="checkbox"[^>]*value="instagram_business_content_publish"/);
    expect(html).not.toMatch(/value="instagram_business_basic"/);
  });

  it("goes back with a code, the state and #_", async () => {
    const back = locationOf(await decide(ig, askConsent()));
    expect(back.href).toMatch(/#_$/);
    expect(Object.fromEntries(back.searchParams)).toEqual({ code: expect.any(String), state: "a state" });
  });

  it("goes back with a refusal when the person cancels", async () => {
    const back = locationOf(await decide(ig, askConsent(), { decision: "refuse" }));
    expect(Object.fromEntries(back.searchParams)).toEqual({
      error: "access_denied",
      error_reason: "user_denied",
      error_description: "The user denied your request",
      state: "a state",
    });
  });

  it("lets only testers in to an app that was not reviewed", async () => {
    await control(ig, "apps", { clientId: demoApp.clientId, reviewed: false, testers: ["ana"] });
    expect((await decide(ig, askConsent())).status).toBe(302);
    expect((await decide(ig, askConsent(), { account: limaEvents })).status).toBe(400);
  });
});

describe("2. the code", () => {
  it("is answered with an id beyond 2^53 as a bare number, and an array of permissions", async () => {
    const answer = await exchange(ig, await codeFor(ig, { account: limaEvents }));
    const text = await answer.text();
    expect(text).toContain(`"user_id":${limaEvents},`);
    expect(JSON.parse(text)).toMatchObject({ permissions: bothScopes.split(",") });
    expect(String(JSON.parse(text).user_id)).not.toBe(limaEvents);
  });

  it("is answered in the documented shape when that is wanted", async () => {
    await flip({ tokenAnswer: "listed" });
    const answer = await exchange(ig, await codeFor(ig));
    expect(await answer.json()).toEqual({
      data: [{ access_token: expect.any(String), user_id: ana, permissions: bothScopes }],
    });
  });

  it.each([
    ["another secret", { client_secret: "wrong" }],
    ["another app", { client_id: "1" }],
    ["another address", { redirect_uri: "http://localhost:4100/social/callback/instagram/" }],
    ["another grant_type", { grant_type: "client_credentials" }],
    ["another code", { code: "AQB" }],
  ])("is refused with %s, not in Graph's envelope", async (_what, changes) => {
    const answer = await exchange(ig, await codeFor(ig), changes);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toEqual({
      error_type: "OAuthException",
      code: 400,
      error_message: expect.any(String),
    });
  });

  it("works once, for an hour", async () => {
    const code = await codeFor(ig);
    expect((await exchange(ig, code)).status).toBe(200);
    expect((await exchange(ig, code)).status).toBe(400);
    const late = await codeFor(ig);
    await pass(3_601);
    expect((await exchange(ig, late)).status).toBe(400);
  });

  it("is taken by POST only", async () => {
    expect((await fetch(`${ig}/oauth/access_token`)).status).toBe(400);
  });
});

describe("3. and 4. short tokens, long ones, and their renewal", () => {
  it("gives sixty days for a short token and the secret", async () => {
    const answer = await lengthen(ig, await shortToken(ig));
    expect(await answer.json()).toEqual({
      access_token: expect.stringMatching(/^IGAA/),
      token_type: "bearer",
      expires_in: 5_183_944,
    });
  });

  it("does so for no other secret, for no long token, and for no token of yesterday", async () => {
    const short = await shortToken(ig);
    expectRefused(await told(lengthen(ig, short, "wrong")), 100);
    expectRefused(await told(lengthen(ig, token)), 100);
    await pass(3_600);
    expectRefused(await told(lengthen(ig, short)), 190, 463);
    expectRefused(await call(ig, short, "GET /me"), 190, 463);
  });

  it("renews a long token after a day and before its end, into another one", async () => {
    expectRefused(await told(refresh(ig, token)), 100);
    await pass(86_400);
    const renewed = await told(refresh(ig, token));
    expect(renewed).toMatchObject({ status: 200, body: { token_type: "bearer", expires_in: 5_183_944 } });
    expect(renewed.body.access_token).not.toBe(token);
    await pass(60 * 86_400);
    expectRefused(await told(refresh(ig, token)), 190, 463);
  });

  it("renews no short token", async () => {
    expectRefused(await told(refresh(ig, await shortToken(ig))), 100);
  });
});

describe("5. whose token", () => {
  it("takes no other token than its own", async () => {
    expectRefused(await call(ig, "EAABfacebook", "GET /me"), 190);
    expectRefused(await told(fetch(`${ig}/v26.0/me`)), 104);
  });

  it("knows versions up to 26, and serves old ones", async () => {
    const at = (version: string) =>
      told(fetch(`${ig}/${version}/me`, { headers: { authorization: `Bearer ${token}` } }));
    expect((await at("v21.0")).status).toBe(200);
    expect((await at("v20.0")).status).toBe(200);
    expectRefused(await at("v27.0"), 2500);
    expectRefused(await at("latest"), 2500);
  });

  it.each([
    [458, "the app was removed"],
    [460, "the password was changed"],
    [459, "there is a checkpoint"],
  ])("refuses with subcode %d after %s", async (subcode) => {
    expect(await control(ig, "endings", { username: "ana", subcode })).toEqual({ ended: 2 });
    expectRefused(await call(ig, token, "GET /me"), 190, subcode);
  });

  it("tells two ids, and of the rest what is asked", async () => {
    expect((await call(ig, token, "GET /me")).body).toEqual({ id: "27324875933758767" });
    const fields = "user_id,username,name,account_type,profile_picture_url";
    const { body } = await call(ig, token, `GET /me?fields=${fields}`);
    expect(body).toEqual({
      id: "27324875933758767",
      user_id: ana,
      username: "ana",
      name: "Ana Lima",
      account_type: "BUSINESS",
      profile_picture_url: expect.stringMatching(/^http/),
    });
    expectRefused(await call(ig, token, "GET /me?fields=shoe_size"), 100);
  });
});

describe("6. containers", () => {
  it("really fetches the picture, as Facebook's crawler", async () => {
    await contain();
    expect(gallery.visitors.at(-1)).toContain("facebookexternalhit");
  });

  it.each([
    ["is not there", "nothing.gif", 9004, 2207052],
    ["is a page", "page.html", 9004, 2207052],
    ["only says that it is a picture", "lie.jpg", 9004, 2207052],
    ["has more than 8 MiB", "huge.jpg", 36000, 2207004],
    ["is a PNG", "400x400.png", 36001, 2207005],
    ["is no sRGB", "400x400.cmyk", 36001, 2207005],
    ["is too high", "400x512.jpg", 36003, 2207009],
    ["is too wide", "400x200.jpg", 36003, 2207009],
  ])("takes no picture that %s", async (_what, name, code, subcode) => {
    expectRefused(await call(ig, token, `POST /${ana}/media`, { image_url: picture(name) }), code, subcode);
  });

  it.each(["400x500.jpg", "1910x1000.jpg", "5000x5000.jpg", "40x40.jpg"])("takes %s", async (name) => {
    await contain({ image_url: picture(name) });
  });

  it("takes no picture from elsewhere, from nowhere, or without an address", async () => {
    const create = (image_url?: string) => call(ig, token, `POST /${ana}/media`, { image_url });
    expectRefused(await create("https://example.com/a.jpg"), 9004, 2207052);
    expectRefused(await create("http://127.0.0.1:1/a.jpg"), 9004, 2207052);
    expectRefused(await create("a.jpg"), 100);
    expectRefused(await create(), 100);
  });

  it.each([
    ["2,201 characters", "a".repeat(2_201)],
    ["31 hashtags", "#a ".repeat(31)],
    ["21 mentions", "@a ".repeat(21)],
  ])("takes no caption of %s", async (_what, caption) => {
    expectRefused(
      await call(ig, token, `POST /${ana}/media`, { image_url: picture(), caption }),
      36004,
      2207010,
    );
    await contain({ caption: caption.slice(3) });
  });

  it("takes alt texts of a thousand characters, and no media types that it does not know", async () => {
    await contain({ alt_text: "a".repeat(1_000) });
    const create = (body: object) => call(ig, token, `POST /${ana}/media`, { image_url: picture(), ...body });
    expectRefused(await create({ alt_text: "a".repeat(1_001) }), 100);
    expectRefused(await create({ media_type: "PAINTING" }), 100, 2207023);
  });

  it("takes a form as well as JSON, and the token beside it", async () => {
    const answer = await fetch(`${ig}/v26.0/${ana}/media?access_token=${token}`, {
      method: "POST",
      body: new URLSearchParams({ image_url: picture() }),
    });
    expect(answer.status).toBe(200);
  });

  it("takes 400 of them a day", async () => {
    const first = await contain();
    const { containers } = emulator.instagram.world.memory;
    const model = containers.find(({ id }) => id === first);
    if (model) for (let index = 1; index < 400; index += 1) containers.push({ ...model, id: `${index}` });
    expectRefused(await call(ig, token, `POST /${ana}/media`, { image_url: picture() }), 9);
    await pass(86_400);
    await contain();
  });

  it("are made for the account of the token alone, and only with leave to publish", async () => {
    expectRefused(await call(ig, token, `POST /${limaEvents}/media`, { image_url: picture() }), 100, 33);
    const onlyReads = await connect(ig, { permissions: [] });
    expectRefused(await call(ig, onlyReads, `POST /${ana}/media`, { image_url: picture() }), 10);
    expect((await call(ig, onlyReads, "GET /me")).status).toBe(200);
  });
});

describe("7. how far a container is", () => {
  const status = async (id: string) => (await call(ig, token, `GET /${id}?fields=status_code,status`)).body;

  it("is in progress, finished, published, and after a day expired", async () => {
    const [first, second] = [await contain(), await contain()];
    expect(await status(first)).toMatchObject({ id: first, status_code: "IN_PROGRESS" });
    await pass(3);
    expect(await status(first)).toEqual({
      id: first,
      status_code: "FINISHED",
      status: "Finished: Media has been uploaded and it is ready to be published.",
    });
    await publish(first);
    await pass(86_400);
    expect(await status(first)).toMatchObject({ status_code: "PUBLISHED" });
    expect(await status(second)).toMatchObject({ status_code: "EXPIRED" });
  });

  it("takes as long as it is told, and may fail", async () => {
    await flip({ containerSeconds: 400, containerError: 2207026 });
    const id = await contain();
    await pass(399);
    expect(await status(id)).toMatchObject({ status_code: "IN_PROGRESS" });
    await pass(1);
    expect(await status(id)).toEqual({
      id,
      status_code: "ERROR",
      status: "Error: Media upload has failed with error code 2207026",
    });
    expectRefused(await publish(id), 9007, 2207027);
  });

  it("is told to its own account only", async () => {
    const id = await contain();
    const other = await connect(ig, { account: limaEvents });
    expectRefused(await call(ig, other, `GET /${id}?fields=status_code`), 100, 33);
  });
});

describe("8. publishing", () => {
  it("makes a post with another id, once", async () => {
    const container = await contain();
    expectRefused(await publish(container), 9007, 2207027);
    await pass(3);
    const published = await publish(container);
    expect(published.status).toBe(200);
    expect(idSchema.parse(published.body).id).not.toBe(container);
    expectRefused(await publish(container), 9007, 2207027);
    expect(emulator.instagram.world.memory.posts).toHaveLength(1);
  });

  it("takes the same picture and words twice: there are no duplicates", async () => {
    expect(await post()).not.toBe(await post());
  });

  it("knows neither unknown containers nor those of others", async () => {
    expectRefused(await publish("1"), 24, 2207006);
    expectRefused(await call(ig, token, `POST /${ana}/media_publish`, {}), 100);
    const other = await connect(ig, { account: limaEvents });
    const theirs = await contain({}, other, limaEvents);
    await pass(3);
    expectRefused(await publish(theirs), 24, 2207006);
  });

  it("no longer knows an expired one", async () => {
    const id = await contain();
    await pass(86_400);
    expectRefused(await publish(id), 24, 2207008);
  });

  it("refuses personal accounts and restricted ones", async () => {
    const personal = await connect(ig, { account: cara });
    expectRefused(await call(ig, personal, `POST /${cara}/media`, { image_url: picture() }), 10);
    await control(ig, "accounts", { username: "ana", state: "restricted" });
    expectRefused(await call(ig, token, `POST /${ana}/media`, { image_url: picture() }), 25, 2207050);
    await flip({ personalAccounts: "stopped" });
    expect((await decide(ig, askConsent(), { account: cara })).status).toBe(400);
  });
});

describe("9. the quota", () => {
  const limit = async (query = "?fields=quota_usage,config") =>
    (await call(ig, token, `GET /${ana}/content_publishing_limit${query}`)).body;

  it("is told, and refuses what goes beyond it until a day has passed", async () => {
    await flip({ quota: 25 });
    await post();
    expect(await limit()).toEqual({
      data: [{ quota_usage: 1, config: { quota_total: 25, quota_duration: 86_400 } }],
    });
    expect(await limit("")).toEqual({ data: [{ quota_usage: 1 }] });
    const { posts } = emulator.instagram.world.memory;
    const [first] = posts;
    if (first) for (let index = 1; index < 25; index += 1) posts.push({ ...first, id: `${index}` });
    const container = await contain();
    await pass(3);
    expectRefused(await publish(container), 9, 2207042);
    await pass(86_400);
    expect(await limit()).toMatchObject({ data: [{ quota_usage: 0 }] });
  });

  it("counts from a time within the last day", async () => {
    await post();
    const now = Math.floor(emulator.instagram.world.now().getTime() / 1000);
    expect(await limit(`?fields=quota_usage&since=${now + 5}`)).toEqual({ data: [{ quota_usage: 0 }] });
    expectRefused(await call(ig, token, `GET /${ana}/content_publishing_limit?since=${now - 90_000}`), 100);
  });

  it("and a budget of calls ends with code 80002 and the minutes to wait", async () => {
    await flip({ callBudget: 1 });
    const ask = () => fetch(`${ig}/v26.0/me`, { headers: { authorization: `Bearer ${token}` } });
    expect((await ask()).status).toBe(200);
    const refusal = await ask();
    expect(refusal.headers.get("x-business-use-case-usage")).toContain('"type":"instagram"');
    expectRefused(await told(Promise.resolve(refusal)), 80002);
  });
});

describe("10. carousels", () => {
  const item = () => contain({ is_carousel_item: true, alt_text: "An item" });
  const carousel = (children: string, more = {}) =>
    call(ig, token, `POST /${ana}/media`, { media_type: "CAROUSEL", children, caption: "All", ...more });

  it("hold two to ten items, and count once", async () => {
    const items = [await item(), await item()];
    expectRefused(await carousel(items.join(",")), 9007, 2207027);
    await pass(3);
    expectRefused(await publish(items[0] ?? ""), 100);
    const { id } = idSchema.parse((await carousel(items.join(","))).body);
    await pass(3);
    await publish(id);
    const [seen] = emulator.instagram.world.memory.posts;
    expect(seen).toMatchObject({ text: "All", media: [{ altText: "An item" }, { altText: "An item" }] });
    expect((await call(ig, token, `GET /${ana}/content_publishing_limit`)).body).toEqual({
      data: [{ quota_usage: 1 }],
    });
    expectRefused(await carousel(items.join(",")), 100, 2207028);
  });

  it("hold neither one item, nor eleven, nor whole posts", async () => {
    const [one, whole] = [await item(), await contain()];
    await pass(3);
    expectRefused(await carousel(one), 100, 2207028);
    expectRefused(await carousel(Array.from({ length: 11 }, (_, index) => index).join(",")), 100, 2207028);
    expectRefused(await carousel(`${one},${whole}`), 100, 2207028);
  });
});

describe("11. reading posts", () => {
  it("tells the id, and of the rest what is asked", async () => {
    const id = await post();
    expect((await call(ig, token, `GET /${id}`)).body).toEqual({ id });
    const fields = "id,permalink,timestamp,media_type,caption";
    expect((await call(ig, token, `GET /${id}?fields=${fields}`)).body).toEqual({
      id,
      permalink: expect.stringMatching(new RegExp(`^${ig}/p/[\\w-]{11}/$`)),
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+0000$/),
      media_type: "IMAGE",
      caption: "Fresh bread",
    });
  });

  it("lists them newest first, page by page", async () => {
    const ids = [await post(), await post(), await post()];
    const pages = z.object({
      data: z.array(idSchema),
      paging: z.object({ cursors: z.object({ after: z.string() }) }),
    });
    const first = pages.parse((await call(ig, token, `GET /${ana}/media?limit=2`)).body);
    expect(first.data.map(({ id }) => id)).toEqual([ids[2], ids[1]]);
    const { after } = first.paging.cursors;
    expect((await call(ig, token, `GET /${ana}/media?limit=2&after=${after}`)).body).toMatchObject({
      data: [{ id: ids[0] }],
    });
  });

  it("does not yet know a new post, for as long as it is told", async () => {
    await flip({ readableAfterSeconds: 10 });
    const id = await post();
    expectRefused(await call(ig, token, `GET /${id}?fields=permalink`), 100, 33);
    await pass(10);
    expect((await call(ig, token, `GET /${id}?fields=permalink`)).status).toBe(200);
  });

  it("shows them to people, with the picture and its alt text", async () => {
    await post({ alt_text: "Loaves on a shelf" });
    const [seen] = emulator.instagram.world.memory.posts;
    const page = await (await fetch(seen?.url ?? "")).text();
    expect(page).toContain("Fresh bread");
    expect(page).toContain('alt="Loaves on a shelf"');
    expect(await (await fetch(ig)).text()).toContain("Fresh bread");
    expect(await (await fetch(`${ig}/ana/`)).text()).toContain("Fresh bread");
    expect((await fetch(`${ig}/p/nothing/`)).status).toBe(404);
    const source = /src="([^"]*pictures[^"]*)"/.exec(page)?.[1] ?? "";
    expect((await fetch(source)).headers.get("content-type")).toBe("image/jpeg");
  });
});

describe("13. deleting", () => {
  it("is not supported by this route", async () => {
    const id = await post();
    expectRefused(await call(ig, token, `DELETE /${id}`), 100);
  });
});

describe("14. what goes wrong", () => {
  it("refuses what was published all the same", async () => {
    const container = await contain();
    await pass(3);
    const endpoint = "POST /:version/:id/media_publish";
    await control(ig, "problems", { endpoint, problem: "action-blocked", after: true });
    expectRefused(await publish(container), 4, 2207051);
    expect(emulator.instagram.world.memory.posts).toHaveLength(1);
  });

  it("once cannot fetch, and then can", async () => {
    await control(ig, "problems", { endpoint: "POST /:version/:id/media", problem: "not-fetched" });
    expectRefused(await call(ig, token, `POST /${ana}/media`, { image_url: picture() }), 9004, 2207052);
    await contain();
  });
});

describe("on Facebook's host", () => {
  const redirect_uri = "http://127.0.0.1:4100/social/callback/instagram/";
  const app = { client_id: "138483919580948", client_secret: "sharewell-demo-secret" };
  const scopes = ["pages_show_list", "pages_read_engagement", "instagram_basic", "instagram_content_publish"];
  const tokenShape = z.object({ access_token: z.string() });
  const pagesShape = z.object({ data: z.array(tokenShape.extend({ id: z.string(), name: z.string() })) });
  let fb: string;

  beforeEach(() => {
    fb = emulator.facebook.origin;
  });

  /** A person who authorises the app, with their own token and those of their Pages. */
  async function letIn(untick: string[] = []): Promise<{ person: string; pages: Record<string, string> }> {
    const scope = scopes.join(",");
    const query = { client_id: app.client_id, redirect_uri, response_type: "code", scope, state: "a state" };
    const back = await approve(`${fb}/v26.0/dialog/oauth?${new URLSearchParams(query)}`, { untick });
    const form = { ...app, redirect_uri, code: new URL(back).searchParams.get("code") ?? "" };
    const body = new URLSearchParams(form);
    const granted = await fetch(`${fb}/v26.0/oauth/access_token`, { method: "POST", body });
    const { access_token: person } = tokenShape.parse(await granted.json());
    const listed = await call(fb, person, "GET /me/accounts?fields=id,name,access_token");
    const { data } = pagesShape.parse(listed.body);
    return { person, pages: Object.fromEntries(data.map((page) => [page.name, page.access_token])) };
  }

  it("a Page's token posts for the account that is linked to it, at Instagram's own address", async () => {
    const { pages } = await letIn();
    const bakery = pages["Harbour Bakery"] ?? "";
    const made = await call(fb, bakery, `POST /${ana}/media`, {
      image_url: picture(),
      caption: "By Facebook",
    });
    const { id: container } = idSchema.parse(made.body);
    await pass(3);
    const read = await call(fb, bakery, `GET /${container}?fields=status_code`);
    expect(read.body).toEqual({ id: container, status_code: "FINISHED" });
    const published = await call(fb, bakery, `POST /${ana}/media_publish`, { creation_id: container });
    const { id } = idSchema.parse(published.body);
    const { permalink } = z
      .object({ permalink: z.string() })
      .parse((await call(fb, bakery, `GET /${id}?fields=permalink`)).body);
    expect(permalink.startsWith(`${ig}/p/`)).toBe(true);
    expect(await (await fetch(permalink)).text()).toContain("By Facebook");
    expect((await call(ig, token, `GET /${ana}/content_publishing_limit`)).body).toEqual({
      data: [{ quota_usage: 1 }],
    });
  });

  it("a person's token stands for the accounts of their Pages, a Page's for its own alone", async () => {
    const { person, pages } = await letIn();
    expect((await call(fb, person, `GET /${ana}?fields=username`)).body).toEqual({
      id: ana,
      username: "ana",
    });
    const other = pages["Old Mill"] ?? "";
    expectRefused(await call(fb, other, `GET /${ana}?fields=username`), 100, 33);
  });

  it("neither host takes the other's tokens", async () => {
    const { person } = await letIn();
    expectRefused(await call(ig, person, `GET /${ana}`), 190);
    expectRefused(await call(fb, token, `GET /${ana}`), 190);
  });

  it("refuses without the permission, and without the role", async () => {
    const { pages } = await letIn(["instagram_content_publish"]);
    const bakery = pages["Harbour Bakery"] ?? "";
    expectRefused(await call(fb, bakery, `POST /${ana}/media`, { image_url: picture() }), 10);
    expect((await call(fb, bakery, `GET /${ana}`)).status).toBe(200);
    const again = await letIn();
    const role = emulator.facebook.world.memory.pages[0]?.roles[0];
    if (role) role.tasks = ["ANALYZE"];
    const lowered = again.pages["Harbour Bakery"] ?? "";
    expectRefused(await call(fb, lowered, `POST /${ana}/media`, { image_url: picture() }), 10);
  });

  it("deletes with the scope for that, once", async () => {
    const id = await post();
    const { pages } = await letIn();
    const remove = () => call(fb, pages["Harbour Bakery"] ?? "", `DELETE /${id}`);
    expectRefused(await remove(), 100);
    for (const grant of emulator.facebook.world.memory.grants)
      grant.granted.push("instagram_manage_contents");
    expect((await remove()).body).toEqual({ success: true });
    expectRefused(await remove(), 100, 33);
    expect(await (await fetch(ig)).text()).not.toContain("Fresh bread");
  });
});

describe("what a person does in their settings", () => {
  it("is told to the app by a signed request that names the app's own id of the person", async () => {
    const told: [string, string][] = [];
    const server = createServer((request, response) => {
      request.setEncoding("utf8").on("data", (form: string) => {
        told.push([request.url ?? "", new URLSearchParams(form).get("signed_request") ?? ""]);
        response.writeHead(200, { "content-type": "application/json" }).end('{"confirmation_code":"abc"}');
      });
    });
    const port = await new Promise<number>((done) =>
      server.listen(0, "127.0.0.1", () => {
        const address = server.address();
        done(address !== null && typeof address === "object" ? address.port : 0);
      }),
    );
    const at = (path: string) => `http://127.0.0.1:${port}/${path}`;
    const urls = { deauthorizeUrl: at("deauthorize"), deletionUrl: at("delete") };
    await control(ig, "apps", { clientId: demoApp.clientId, ...urls });
    expect(await control(ig, "deletions", { username: "ana" })).toEqual({
      answers: [{ status: 200, body: { confirmation_code: "abc" } }],
    });
    expect(await control(ig, "withdrawals", { username: "ana" })).toMatchObject({ ended: 2 });
    server.close();
    expectRefused(await call(ig, token, "GET /me"), 190, 458);
    expect(told.map(([path]) => path)).toEqual(["/delete", "/deauthorize"]);
    for (const [, request] of told) {
      const [signature, payload = ""] = request.split(".");
      expect(signature).toBe(createHmac("sha256", demoApp.clientSecret).update(payload).digest("base64url"));
      expect(JSON.parse(Buffer.from(payload, "base64url").toString())).toMatchObject({
        algorithm: "HMAC-SHA256",
        user_id: "27324875933758767",
      });
    }
  });

  it("is told to nobody who has no address, or was never let in", async () => {
    expect(await control(ig, "deletions", { username: "ben" })).toEqual({ answers: [] });
    expect(await control(ig, "withdrawals", { username: "nobody" })).toEqual({ ended: 0, answers: [] });
  });
});
