import sharp from "sharp";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { showCommentary } from "../../emulator/linkedin/text.ts";
import { type Emulator, startEmulator } from "../../emulator/server.ts";
import {
  askAsApp,
  askConsent,
  bakery,
  beginUpload,
  call,
  codeFor,
  connect,
  control,
  decide,
  demoApp,
  draft,
  exchange,
  locationOf,
  okaforRecords,
  oldMill,
  pagesApp,
  personOf,
  put,
  type TokenAnswer,
  versionHeaders,
} from "./linkedin-app.ts";

let emulator: Emulator;
let origin: string;
let tokens: TokenAnswer;
let token: string;
let person: string;

beforeAll(async () => {
  emulator = await startEmulator();
  origin = emulator.linkedin.origin;
});
afterAll(() => emulator.stop());
beforeEach(async () => {
  await control(origin, "reset", {});
  tokens = await connect(origin);
  token = tokens.access_token;
  person = await personOf(origin, token);
});

const flip = (change: object) => control(origin, "switches", change);
const pass = (advanceSeconds: number) => control(origin, "clock", { advanceSeconds });
const send = (body: unknown = draft(person), by = token) => call(origin, by, "POST /rest/posts", body);
const refresh = (refreshToken: string) =>
  askAsApp(origin, "accessToken", { grant_type: "refresh_token", refresh_token: refreshToken }, pagesApp);
const posts = () => emulator.linkedin.world.memory.posts;
const pages = async (name = "ana") => (await connect(origin, pagesApp, name)).access_token;
const png = () =>
  sharp({ create: { width: 60, height: 40, channels: 3, background: "teal" } })
    .png()
    .toBuffer();

async function told(answer: Promise<Response>) {
  const got = await answer;
  return { status: got.status, body: await got.json() };
}

function refused(status: number, code: string, message?: string | RegExp) {
  const words = message === undefined ? expect.any(String) : expect.stringMatching(message);
  return { status, body: expect.objectContaining({ status, code, message: words }) };
}

async function uploaded(owner = person, by = token): Promise<string> {
  const { uploadUrl, image } = await beginUpload(origin, by, owner);
  expect((await put(uploadUrl, await png(), { authorization: `Bearer ${by}` })).status).toBe(201);
  await pass(5);
  return image;
}

describe("1. the authorize page", () => {
  const bent: [string, Record<string, string | undefined>][] = [
    ["an unknown client", { client_id: "77unknown" }],
    ["a missing client", { client_id: undefined }],
    ["an address without its last slash", { redirect_uri: demoApp.redirectUri.slice(0, -1) }],
    ["a missing address", { redirect_uri: undefined }],
    ["another response_type", { response_type: "token" }],
  ];

  it.each(bent)("shows its own error page for %s, and sends nobody anywhere", async (_what, changes) => {
    const asked = askConsent(changes);
    const page = await fetch(`${origin}/oauth/v2/authorization?${asked}`, { redirect: "manual" });
    expect([page.status, page.headers.get("location")]).toEqual([401, null]);
    const decision = await decide(origin, asked);
    expect([decision.status, decision.headers.get("location")]).toEqual([401, null]);
  });

  it("takes no http address but this machine's own", async () => {
    const redirectUris = ["http://share.example.com/social/callback/linkedin/"];
    await control(origin, "apps", { clientId: demoApp.clientId, redirectUris });
    const asked = askConsent({ redirect_uri: redirectUris[0] });
    expect((await fetch(`${origin}/oauth/v2/authorization?${asked}`)).status).toBe(401);
  });

  it("shows what is asked, all or nothing", async () => {
    const page = await (await fetch(`${origin}/oauth/v2/authorization?${askConsent()}`)).text();
    expect(page).toContain("@ana");
    expect(page).toContain("posts for you");
    expect(page).not.toContain('type="checkbox"');
  });

  it("goes back with a code and the state", async () => {
    const back = locationOf(await decide(origin, askConsent()));
    expect(Object.fromEntries(back.searchParams)).toEqual({ code: expect.any(String), state: "a state" });
  });

  it("goes back with LinkedIn's own word for a refusal", async () => {
    const back = locationOf(await decide(origin, askConsent(), { decision: "refuse" }));
    expect(Object.fromEntries(back.searchParams)).toEqual({
      error: "user_cancelled_authorize",
      error_description: expect.any(String),
      state: "a state",
    });
  });

  it.each([
    ["a member's app", demoApp, `${demoApp.scope} w_organization_social`, "w_organization_social"],
    ["a pages app", pagesApp, "openid", "openid"],
  ])("goes back at once when %s asks for what its products do not bring", async (_what, app, scope, named) => {
    const asked = askConsent({ scope }, app);
    const page = await fetch(`${origin}/oauth/v2/authorization?${asked}`, { redirect: "manual" });
    for (const answer of [page, await decide(origin, asked)])
      expect(Object.fromEntries(locationOf(answer).searchParams)).toEqual({
        error: "unauthorized_scope_error",
        error_description: `Scope "${named}" is not authorized for your application`,
        state: "a state",
      });
  });

  it.each([
    "",
    "openid everything",
  ])("goes back at once from a scope that nobody knows: %j", async (scope) => {
    const page = await fetch(`${origin}/oauth/v2/authorization?${askConsent({ scope })}`, {
      redirect: "manual",
    });
    expect(locationOf(page).searchParams.get("error")).toBe("invalid_scope");
  });
});

describe("2. the code", () => {
  it("brings sixty days, scopes with commas and no refresh token", () => {
    expect(tokens).toMatchObject({ expires_in: 5_184_000, scope: "email,openid,profile,w_member_social" });
    expect(tokens.id_token).toBeDefined();
    expect(tokens.refresh_token).toBeUndefined();
  });

  it("works once, for half an hour", async () => {
    const code = await codeFor(origin);
    expect((await exchange(origin, code)).status).toBe(200);
    expect(await told(exchange(origin, code))).toEqual({
      status: 401,
      body: {
        error: "invalid_request",
        error_description: "Unable to retrieve access token: authorization code not found",
      },
    });
    const late = await codeFor(origin);
    await pass(1_801);
    expect(await told(exchange(origin, late))).toMatchObject({
      status: 400,
      body: { error: "invalid_redirect_uri" },
    });
  });

  it.each([
    [
      "another address",
      { redirect_uri: "http://localhost:4100/social/callback/linkedin/" },
      400,
      "invalid_redirect_uri",
    ],
    ["another secret", { client_secret: "wrong" }, 401, "invalid_client"],
    ["an unknown app", { client_id: "77unknown" }, 401, "invalid_client"],
    ["another grant_type", { grant_type: "client_credentials" }, 400, "unsupported_grant_type"],
  ])("is refused with %s", async (_what, changes, status, error) => {
    expect(await told(exchange(origin, await codeFor(origin), changes))).toMatchObject({
      status,
      body: { error },
    });
  });

  it("is refused to another app", async () => {
    const answer = exchange(origin, await codeFor(origin), {}, pagesApp);
    expect(await told(answer)).toMatchObject({ status: 400, body: { error: "invalid_redirect_uri" } });
  });

  it.each(["grant_type", "code", "redirect_uri", "client_id", "client_secret"])("needs %s", async (name) => {
    expect(await told(exchange(origin, await codeFor(origin), { [name]: undefined }))).toEqual({
      status: 400,
      body: { error: "invalid_request", error_description: `A required parameter "${name}" is missing` },
    });
  });

  it("takes no secret from a header", async () => {
    const { clientId, clientSecret, redirectUri } = demoApp;
    const code = await codeFor(origin);
    const basic = Buffer.from(`${clientId}:${clientSecret}`).toString("base64");
    const answer = await fetch(`${origin}/oauth/v2/accessToken`, {
      method: "POST",
      headers: { authorization: `Basic ${basic}` },
      body: new URLSearchParams({ grant_type: "authorization_code", code, redirect_uri: redirectUri }),
    });
    expect(answer.status).toBe(400);
  });
});

describe("3. tokens", () => {
  it("are renewed for partners, by a refresh token whose year goes on", async () => {
    const first = await connect(origin, pagesApp);
    // A second may have passed since the token was made.
    expect([31_535_999, 31_536_000]).toContain(first.refresh_token_expires_in);
    await pass(86_400 * 300);
    const renewed = await told(refresh(first.refresh_token ?? ""));
    expect(renewed).toMatchObject({
      status: 200,
      body: { expires_in: 5_184_000, refresh_token: first.refresh_token },
    });
    expect(renewed.body.refresh_token_expires_in).toBeLessThanOrEqual(86_400 * 65);
    await pass(86_400 * 66);
    expect(await told(refresh(first.refresh_token ?? ""))).toEqual({
      status: 400,
      body: {
        error: "invalid_request",
        error_description: "The provided authorization grant or refresh token is invalid, expired or revoked",
      },
    });
  });

  it("of the same scopes live beside each other, those of other scopes end", async () => {
    await connect(origin);
    expect((await send()).status).toBe(201);
    const fewer = await decide(origin, askConsent({ scope: "openid profile" }));
    await exchange(origin, locationOf(fewer).searchParams.get("code") ?? "");
    expect(await told(send())).toEqual(refused(401, "REVOKED_ACCESS_TOKEN"));
  });

  it("are told apart by introspection: active, expired, revoked, unknown", async () => {
    const look = (which: string) => told(askAsApp(origin, "introspectToken", { token: which }));
    expect(await look(token)).toMatchObject({
      status: 200,
      body: {
        active: true,
        status: "active",
        client_id: demoApp.clientId,
        scope: tokens.scope,
        auth_type: "3L",
      },
    });
    expect((await look("AQXunknown")).body).toEqual({ active: false });
    await askAsApp(origin, "revoke", { token });
    expect((await look(token)).body).toMatchObject({ active: false, status: "revoked" });
    const other = (await connect(origin)).access_token;
    await pass(5_184_001);
    expect((await look(other)).body).toMatchObject({ active: false, status: "expired" });
  });

  it("are told to nobody but their app", async () => {
    const answer = await askAsApp(origin, "introspectToken", { token }, pagesApp);
    expect(await answer.json()).toEqual({ active: false });
    await askAsApp(origin, "revoke", { token }, pagesApp);
    expect((await send()).status).toBe(201);
  });

  it("that are missing, unknown, over or withdrawn each have their refusal", async () => {
    const asked = (by: string) => told(send(draft(person), by));
    expect(await told(call(origin, "", "POST /rest/posts", {}))).toEqual(refused(401, "EMPTY_ACCESS_TOKEN"));
    expect(await asked("AQXunknown")).toMatchObject({ body: { serviceErrorCode: 65_600 } });
    await control(origin, "withdrawals", { username: "ana" });
    expect(await asked(token)).toMatchObject({ body: { serviceErrorCode: 65_601 } });
    const other = (await connect(origin)).access_token;
    await pass(5_184_001);
    expect(await asked(other)).toMatchObject({ body: { serviceErrorCode: 65_602 } });
  });

  it("that are seconds old may be called revoked", async () => {
    await flip({ youngTokenSeconds: 3 });
    const young = (await connect(origin)).access_token;
    expect(await told(send(draft(person), young))).toEqual(refused(401, "REVOKED_ACCESS_TOKEN"));
    await pass(3);
    expect((await send(draft(person), young)).status).toBe(201);
  });

  it("may have no revocation endpoint", async () => {
    await flip({ revocation: "missing" });
    expect((await askAsApp(origin, "revoke", { token })).status).toBe(404);
  });
});

describe("who it is", () => {
  it("is told with a name, a picture and an address, under another id in every app", async () => {
    const answer = await call(origin, token, "GET /v2/userinfo", undefined, {});
    expect(await answer.json()).toEqual({
      sub: person.split(":").at(-1),
      name: "Ana Lima",
      given_name: "Ana",
      family_name: "Lima",
      picture: expect.stringMatching(/^http/),
      locale: { country: "US", language: "en" },
      email: "ana@example.com",
      email_verified: true,
    });
    const other = { ...demoApp, clientId: "78another" };
    const { clientId, clientSecret, redirectUri } = other;
    await control(origin, "apps", { clientId, clientSecret, redirectUris: [redirectUri] });
    expect(await personOf(origin, (await connect(origin, other)).access_token)).not.toBe(person);
  });

  it("is told to no app without openid and profile", async () => {
    const answer = call(origin, await pages(), "GET /v2/userinfo", undefined, {});
    expect(await told(answer)).toEqual(refused(403, "ACCESS_DENIED", /^Not enough permissions to access/));
  });

  it("lists the roles on pages, and describes those pages", async () => {
    const by = await pages();
    const path = "/rest/organizationAcls?q=roleAssignee" as const;
    const { elements } = await (await call(origin, by, `GET ${path}`)).json();
    expect(elements).toHaveLength(3);
    expect(elements[0]).toEqual({
      organization: bakery,
      role: "ADMINISTRATOR",
      state: "APPROVED",
      roleAssignee: expect.stringMatching(/^urn:li:person:/),
    });
    const page = await (await call(origin, by, `GET ${path}&start=1&count=1`)).json();
    expect(page.elements).toHaveLength(1);
    const analysed = await (await call(origin, by, `GET ${path}&role=ANALYST`)).json();
    expect(analysed.elements).toMatchObject([{ organization: oldMill }]);
    const seen = await call(origin, by, "GET /rest/organizations/2414183");
    expect(await seen.json()).toMatchObject({
      localizedName: "Harbour Bakery",
      vanityName: "harbour-bakery",
    });
    expect((await call(origin, token, `GET ${path}`)).status).toBe(403);
  });
});

describe("5. versions", () => {
  it.each(["202504", "202512", "202510", "202709", "2026-09", "9"])("does not serve %s", async (version) => {
    const headers = { ...versionHeaders, "linkedin-version": version };
    const answer = call(origin, token, "POST /rest/posts", draft(person), headers);
    expect(await told(answer)).toEqual(
      refused(426, "NONEXISTENT_VERSION", new RegExp(`^Requested version ${version}01 is not active$`)),
    );
  });

  it("has no default, and needs its protocol", async () => {
    const without = (name: keyof typeof versionHeaders) => {
      const { [name]: _, ...headers } = versionHeaders;
      return told(call(origin, token, "POST /rest/posts", draft(person), headers));
    };
    expect(await without("linkedin-version")).toEqual(refused(400, "VERSION_MISSING"));
    expect((await without("x-restli-protocol-version")).status).toBe(400);
    expect(posts()).toEqual([]);
  });
});

describe("6. and 7. posts", () => {
  it("are created without a body, and named in a header in one of two ways", async () => {
    const urns = [];
    for (let number = 0; number < 12; number += 1) {
      const answer = await send(draft(person, { commentary: `Number ${number}` }));
      expect([answer.status, await answer.text()]).toEqual([201, ""]);
      urns.push(answer.headers.get("x-restli-id") ?? "");
    }
    for (const urn of urns) expect(urn).toMatch(/^urn:li:(share|ugcPost):\d+$/);
    expect(new Set(urns).size).toBe(12);
  });

  it.each(["x-linkedin-id", "none"])("may be named elsewhere: %s", async (postUrnHeader) => {
    await flip({ postUrnHeader });
    const { headers } = await send();
    expect(headers.get("x-restli-id")).toBeNull();
    expect(headers.has("x-linkedin-id")).toBe(postUrnHeader === "x-linkedin-id");
  });

  it.each([
    "author",
    "commentary",
    "visibility",
    "distribution",
    "lifecycleState",
  ])("need %s", async (field) => {
    expect(await told(send(draft(person, { [field]: undefined })))).toEqual({
      status: 400,
      body: expect.objectContaining({ message: expect.stringContaining(field) }),
    });
  });

  it.each([
    ["another visibility", { visibility: "EVERYBODY" }, 400, "INVALID_VALUE_FOR_FIELD"],
    ["another state", { lifecycleState: "DRAFT" }, 400, "INVALID_VALUE_FOR_FIELD"],
    ["an author of another kind", { author: "urn:li:sponsoredAccount:1" }, 400, "INVALID_URN_TYPE"],
    ["a field of no post", { title: "Hello" }, 422, "UNPROCESSABLE_ENTITY"],
    ["a text of 3,001", { commentary: "a".repeat(3_001) }, 400, "FIELD_LENGTH_TOO_LONG"],
    ["no text", { commentary: " " }, 400, "INVALID_VALUE_BLANK_FIELD"],
    ["a title of 401", { content: article({ title: "a".repeat(401) }) }, 400, "FIELD_LENGTH_TOO_LONG"],
    ["a blank description", { content: article({ description: "" }) }, 400, "INVALID_VALUE_BLANK_FIELD"],
    ["a card without an address", { content: article({ source: "blog" }) }, 400, "INVALID_VALUE_FOR_FIELD"],
    [
      "an unknown thumbnail",
      { content: article({ thumbnail: "urn:li:image:C4E1" }) },
      400,
      "INVALID_IMAGE_ID",
    ],
    [
      "two kinds of content",
      { content: { ...article(), media: { id: "urn:li:image:C4E1" } } },
      400,
      "INVALID_VALUE_FOR_FIELD",
    ],
    [
      "one picture as several",
      { content: { multiImage: { images: [{ id: "urn:li:image:C4E1" }] } } },
      400,
      "INVALID_VALUE_FOR_FIELD",
    ],
  ])("are refused with %s", async (_what, changes, status, code) => {
    expect(await told(send(draft(person, changes)))).toEqual(refused(status, code));
    expect(posts()).toEqual([]);
  });

  it("take a text of 3,000 that people see, whatever is escaped in it", async () => {
    expect((await send(draft(person, { commentary: "\\(".repeat(3_000) }))).status).toBe(201);
  });

  it("are made for nobody else", async () => {
    const ben = await personOf(origin, (await connect(origin, demoApp, "ben")).access_token);
    expect(await told(send(draft(ben)))).toEqual(refused(403, "ACCESS_DENIED", /\[\/author\]$/));
    expect((await send(draft(bakery))).status).toBe(403);
  });

  it("are made for a page by who has a role that posts, and the scope", async () => {
    const by = await pages();
    expect((await send(draft(bakery), by)).status).toBe(201);
    expect(await told(send(draft(oldMill), by))).toEqual(
      refused(403, "ACCESS_DENIED", /^Not enough permissions/),
    );
    expect((await send(draft(okaforRecords), by)).status).toBe(403);
    const html = await (await fetch(posts()[0]?.url ?? "")).text();
    expect(html).toContain("Harbour Bakery");
  });

  it("cannot be read with a member's scopes, and can with a page's", async () => {
    const urn = encodeURIComponent((await send()).headers.get("x-restli-id") ?? "");
    expect(await told(call(origin, token, `GET /rest/posts/${urn}`))).toEqual(
      refused(403, "ACCESS_DENIED", /^Not enough permissions to access: partnerApiPostsExternal\.GET/),
    );
    expect(await told(call(origin, await pages(), `GET /rest/posts/${urn}`))).toMatchObject({
      status: 200,
      body: { commentary: "Worth a read" },
    });
  });

  it("are deleted, twice if need be, and by nobody else", async () => {
    const urn = encodeURIComponent((await send()).headers.get("x-restli-id") ?? "");
    const ben = (await connect(origin, demoApp, "ben")).access_token;
    expect((await call(origin, ben, `DELETE /rest/posts/${urn}`)).status).toBe(403);
    for (const _ of [1, 2]) expect((await call(origin, token, `DELETE /rest/posts/${urn}`)).status).toBe(204);
    expect((await fetch(posts()[0]?.url ?? "")).status).toBe(404);
  });

  it("show just what came as their card, and nobody fetches the page behind it", async () => {
    const thumbnail = await uploaded();
    await send(draft(person, { content: article({ description: "Three months", thumbnail }) }));
    const [post] = posts();
    expect(post?.card).toMatchObject({ title: "Why we moved", url: "https://blog.example.com/a_(b)" });
    expect(await (await fetch(post?.url ?? "")).text()).toContain("/_emulator/pictures/");
  });
});

function article(changes: object = {}) {
  return { article: { source: "https://blog.example.com/a_(b)", title: "Why we moved", ...changes } };
}

describe("8. little text", () => {
  it.each([
    ["Hello (again), all", "Hello "],
    ["Hello \\(again\\), all", "Hello (again), all"],
    ["a_b", "a"],
    ["a\\_b\\\\c\\~d\\*e\\<f\\>", "a_b\\c~d*e<f>"],
    ["#tag and #other\\_tag", "#tag and #other_tag"],
    ["word#tag", "word"],
    ["# alone", ""],
    ["{hashtag|\\#|tag} it", "#tag it"],
    ["@[Harbour Bakery](urn:li:organization:2414183) bakes", "Harbour Bakery bakes"],
    ["mail me@example.com", "mail me"],
    ["a\\b", "a"],
    ["https://example.com/a_b", "https://example.com/a"],
    ["one\ntwo", "one\ntwo"],
  ])("%j shows as %j", async (commentary, shown) => {
    expect(showCommentary(commentary)).toBe(shown);
  });

  it("is cut without a word, and the page shows what is left", async () => {
    const answer = await send(draft(person, { commentary: "We moved (and kept our sanity)" }));
    expect(answer.status).toBe(201);
    expect(posts()[0]?.text).toBe("We moved ");
    const html = await (await fetch(posts()[0]?.url ?? "")).text();
    expect(html).toContain("We moved");
    expect(html).not.toContain("sanity");
  });
});

describe("11. repeats", () => {
  it("are refused by the name of the first post for ten minutes", async () => {
    const urn = (await send()).headers.get("x-restli-id");
    expect(await told(send())).toEqual({
      status: 422,
      body: {
        errorDetailType: "com.linkedin.common.error.BadRequest",
        message: `com.linkedin.content.common.exception.BadRequestResponseException: Content is a duplicate of ${urn}`,
        errorDetails: {
          inputErrors: [{ description: "Duplicate post is detected", input: {}, code: "DUPLICATE_POST" }],
        },
        status: 422,
      },
    });
    await pass(601);
    expect((await send()).status).toBe(201);
  });

  it("are none with other content, or by somebody else", async () => {
    await send();
    expect((await send(draft(person, { content: article({ title: "Other" }) }))).status).toBe(201);
    const ben = (await connect(origin, demoApp, "ben")).access_token;
    expect((await send(draft(await personOf(origin, ben)), ben)).status).toBe(201);
  });

  it("of a deleted post may be refused too", async () => {
    const urn = encodeURIComponent((await send()).headers.get("x-restli-id") ?? "");
    await call(origin, token, `DELETE /rest/posts/${urn}`);
    await flip({ deletedStayKnown: true });
    expect((await send()).status).toBe(422);
    await flip({ deletedStayKnown: false });
    expect((await send()).status).toBe(201);
  });
});

describe("15. pictures", () => {
  const withThumbnail = (thumbnail: string) => draft(person, { content: article({ thumbnail }) });
  const bearer = () => ({ authorization: `Bearer ${token}` });

  it("are put once to an address that ends, with the token", async () => {
    const { uploadUrl } = await beginUpload(origin, token, person);
    expect((await put(uploadUrl, await png(), {})).status).toBe(401);
    expect((await put(uploadUrl, await png(), bearer())).status).toBe(201);
    expect((await put(uploadUrl, await png(), bearer())).status).toBe(404);
    const late = await beginUpload(origin, token, person);
    await pass(3_601);
    expect(await told(put(late.uploadUrl, await png(), bearer()))).toEqual(
      refused(400, "EXPIRED_UPLOAD_URL"),
    );
  });

  it("are no WEBP", async () => {
    const { uploadUrl } = await beginUpload(origin, token, person);
    const webp = await sharp(await png())
      .webp()
      .toBuffer();
    expect((await put(uploadUrl, webp, bearer())).status).toBe(415);
  });

  it("are begun for nobody else", async () => {
    const sent = { initializeUploadRequest: { owner: bakery } };
    expect((await call(origin, token, "POST /rest/images?action=initializeUpload", sent)).status).toBe(403);
  });

  it("can be posted once they are there and processed", async () => {
    const { uploadUrl, image } = await beginUpload(origin, token, person);
    expect(await told(send(withThumbnail(image)))).toEqual(refused(400, "MEDIA_ASSET_WAITING_UPLOAD"));
    await put(uploadUrl, await png(), bearer());
    expect(await told(send(withThumbnail(image)))).toEqual(refused(400, "MEDIA_ASSET_WAITING_UPLOAD"));
    await pass(2);
    expect((await send(withThumbnail(image))).status).toBe(201);
  });

  it("may fail to be processed", async () => {
    await flip({ imageFails: true });
    const image = await uploaded();
    expect(await told(send(withThumbnail(image)))).toEqual(refused(400, "MEDIA_ASSET_PROCESSING_FAILED"));
  });

  it("of another author are nothing to this one", async () => {
    const image = await uploaded(bakery, await pages());
    expect(await told(send(withThumbnail(image)))).toEqual(refused(400, "INVALID_IMAGE_ID"));
  });

  it("cannot be looked at with a member's scopes", async () => {
    const { image } = await beginUpload(origin, token, person);
    const path = `/rest/images/${encodeURIComponent(image)}` as const;
    expect((await call(origin, token, `GET ${path}`)).status).toBe(403);
    expect(await told(call(origin, await pages(), `GET ${path}`))).toMatchObject({
      body: { status: "WAITING_UPLOAD" },
    });
  });

  it("stand in a post alone or together, with their alt texts", async () => {
    const [one, other] = [await uploaded(), await uploaded()];
    await send(draft(person, { content: { media: { id: one, altText: "A red bicycle" } } }));
    const images = [{ id: one, altText: "A red bicycle" }, { id: other }];
    await send(draft(person, { content: { multiImage: { images } } }));
    expect(posts().map(({ media }) => media.map(({ altText }) => altText))).toEqual([
      ["A red bicycle"],
      ["A red bicycle", ""],
    ]);
  });
});

describe("16. limits", () => {
  it.each([
    ["member", { memberLimit: 2 }, "MEMBER DAY"],
    ["app", { appLimit: 2 }, "APPLICATION DAY"],
  ])("of a day per %s end at midnight UTC, and no header tells so", async (_whose, change, named) => {
    await flip(change);
    for (const commentary of ["One", "Two"])
      expect((await send(draft(person, { commentary }))).status).toBe(201);
    const answer = await send(draft(person, { commentary: "Three" }));
    expect([answer.status, answer.headers.get("retry-after")]).toEqual([429, null]);
    expect(await answer.json()).toMatchObject({
      serviceErrorCode: 101,
      message: `Resource level throttle ${named} limit for calls to this resource is reached.`,
    });
    const untilMidnight = 86_400 - (Math.floor(Date.now() / 1_000) % 86_400);
    await pass(untilMidnight);
    expect((await send(draft(person, { commentary: "Three" }))).status).toBe(201);
  });
});

describe("what a person sees", () => {
  it("is the feed, a profile, a company by its number, and pages that are not there", async () => {
    await send();
    await send(draft(bakery, { commentary: "Fresh bread" }), await pages());
    const read = async (path: string) => (await fetch(`${origin}${path}`)).text();
    expect(await read("/")).toContain("Worth a read");
    expect(await read("/in/me/recent-activity/all/")).toContain("Worth a read");
    const company = await read("/company/2414183/posts/");
    expect(company).toContain("Fresh bread");
    expect(company).not.toContain("Worth a read");
    expect((await fetch(`${origin}/feed/update/urn:li:share:1/`)).status).toBe(404);
    expect((await fetch(`${origin}/logos/2414183.jpg`)).status).toBe(200);
  });
});

describe("the controls", () => {
  it("make people, pages and apps, plan refusals, and forget", async () => {
    await control(origin, "accounts", { username: "cara", displayName: "Cara Reis" });
    await control(origin, "organizations", {
      id: "99",
      name: "Reis & Co",
      vanityName: "reis",
      members: [{ accountId: "782bbtaQ1x", role: "CONTENT_ADMIN" }],
    });
    expect((await send(draft("urn:li:organization:99"), await pages())).status).toBe(201);
    await control(origin, "problems", { endpoint: "POST /rest/posts", problem: "conflict" });
    expect(await told(send())).toEqual(refused(409, "CONFLICT"));
    await control(origin, "problems", { endpoint: "POST /rest/posts", problem: "unavailable", after: true });
    expect((await send()).status).toBe(503);
    expect(posts()).toHaveLength(2);
    await control(origin, "reset", {});
    expect(posts()).toEqual([]);
  });
});
