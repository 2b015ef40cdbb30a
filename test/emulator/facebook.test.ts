/** Checks the simulated Facebook against the rules of the real one, and what its pages must show. */
import { createServer, type Server } from "node:http";
import sharp from "sharp";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { signRequest } from "../../emulator/meta/signed-request.ts";
import { type Emulator, startEmulator } from "../../emulator/server.ts";
import { approve } from "../harness/networks/consent.ts";
import { control } from "../harness/networks/networks.ts";
import { waitFor } from "../harness/wait.ts";
import {
  allScopes,
  ana,
  appToken,
  askConsent,
  askToken,
  bakery,
  ben,
  type Choice,
  call,
  codeFor,
  connect,
  decide,
  demoApp,
  events,
  exchange,
  type Fields,
  lengthen,
  locationOf,
  mill,
  pageToken,
  proofOf,
  records,
  shortToken,
  told,
} from "./facebook-app.ts";

const FEED = "POST /:version/:id/feed";
const link = "https://bakery.example/menu";

let emulator: Emulator;
let origin: string;
/** Ana's token of sixty days. */
let token: string;
/** Her Page's token, which does not expire. */
let page: string;
let site: Site;

beforeAll(async () => {
  emulator = await startEmulator();
  origin = emulator.facebook.origin;
  site = await openSite();
});
afterAll(async () => {
  site.server.close();
  await emulator.stop();
});
beforeEach(async () => {
  for (const network of [emulator.facebook, emulator.instagram]) await control(network, "POST", "reset", {});
  site.heard.length = 0;
  token = await connect(origin);
  page = await pageToken(origin, token);
});

const order = (path: string, body: object) => control(emulator.facebook, "POST", path, body);
const pass = (advanceSeconds: number) => order("clock", { advanceSeconds });
const flip = (change: object) => order("switches", change);
const alterApp = (change: object) => order("apps", { clientId: demoApp.clientId, ...change });
const idSchema = z.object({ id: z.string() });
const post = (body: object, by = page, of = bakery) => call(origin, by, `POST /${of}/feed`, body);
const postId = async (body: object = { message: "Fresh bread", link }) =>
  idSchema.parse((await post(body)).body).id;
const stored = () => emulator.facebook.world.memory.posts;
const roleOf = (id: string) => emulator.facebook.world.memory.pages.find((one) => one.id === id)?.roles[0];

function expectRefused(answer: { status: number; body: unknown }, code: number, subcode?: number): void {
  expect(answer.body).toEqual({
    error: {
      message: expect.any(String),
      type: expect.stringMatching(/Exception$/),
      code,
      ...(subcode === undefined ? {} : { error_subcode: subcode }),
      fbtrace_id: expect.stringMatching(/^A[\w-]{20,}$/),
    },
  });
  expect(answer.status).toBeGreaterThanOrEqual(400);
}
const expectWords = (answer: { body: unknown }, message: string | RegExp) =>
  expect(answer.body).toMatchObject({ error: { message: expect.stringMatching(message) } });

/** A person's and a Page's token, with something left out, or of another person. */
async function connectPage(choice: Choice, of = bakery): Promise<string> {
  return await pageToken(origin, await connect(origin, choice), of);
}
const scopesWithout = (...names: string[]) => allScopes.split(",").filter((name) => !names.includes(name));

interface Site {
  readonly server: Server;
  readonly origin: string;
  /** The calls that it received from Meta. */
  readonly heard: { path: string; signed: string }[];
}

/** A site with pages and pictures, and the addresses where an app receives Meta's calls. */
async function openSite(): Promise<Site> {
  const heard: Site["heard"] = [];
  const server = createServer(async (request, response) => {
    const path = request.url ?? "";
    if (request.method === "POST") {
      let body = "";
      for await (const part of request) body += String(part);
      heard.push({ path, signed: new URLSearchParams(body).get("signed_request") ?? "" });
      response.writeHead(200, { "content-type": "application/json" }).end('{"confirmation_code":"abc"}');
      return;
    }
    const [, width = "1200", height = "630", kind] = /(\d+)x(\d+)\.(\w+)$/.exec(path) ?? [];
    if (kind === undefined) {
      const image = `${path.slice(1) || "1200x630"}.png`;
      const tags = `<meta property="og:title" content="Our menu"><meta property="og:image" content="/${image}">`;
      response.writeHead(200, { "content-type": "text/html" }).end(`<head>${tags}</head>`);
      return;
    }
    const size = { width: Number(width), height: Number(height), channels: 3 as const };
    const drawn = sharp({ create: { ...size, background: "teal" } });
    const bytes = await (kind === "png"
      ? drawn.png()
      : kind === "gif"
        ? drawn.gif()
        : drawn.jpeg()
    ).toBuffer();
    const padding = path.startsWith("/huge") ? Buffer.alloc(4 * 1024 * 1024) : Buffer.alloc(0);
    response.writeHead(200, { "content-type": `image/${kind}` }).end(Buffer.concat([bytes, padding]));
  });
  await new Promise<void>((done) => {
    server.listen(0, "127.0.0.1", done);
  });
  const bound = server.address();
  const port = bound !== null && typeof bound === "object" ? bound.port : 0;
  return { server, origin: `http://127.0.0.1:${port}`, heard };
}

describe("1. versions", () => {
  const at = (version: string, path = "/me") =>
    told(fetch(`${origin}/${version}${path}`, { headers: { authorization: `Bearer ${token}` } }));

  it.each(["v26.0", "v21.0", "v20.0", "v2.12"])("%s is served, though it may have ended", async (version) => {
    expect(await at(version)).toMatchObject({ status: 200, body: { id: ana } });
  });

  it.each(["v27.0", "v26.1", "v1.0", "v26", "latest"])("%s is none", async (version) => {
    const answer = await at(version);
    expectRefused(answer, 2500);
    expectWords(answer, /^Unknown path components: \//);
  });

  it("a version that is to come is told from a missing token", async () => {
    expectWords(await at("v99.0"), /^Unknown path components: \/me$/);
    const answer = await told(fetch(`${origin}/v26.0/me`));
    expectRefused(answer, 2500);
    expectWords(answer, /An active access token must be used/);
    expectRefused(await told(fetch(`${origin}/v26.0/${bakery}`)), 104);
  });

  it("neither the dialog nor the token endpoint knows a version that is to come", async () => {
    const query = new URLSearchParams(askConsent());
    expect((await fetch(`${origin}/v27.0/dialog/oauth?${query}`)).status).toBe(400);
    expectRefused(await at("v27.0", "/oauth/access_token"), 2500);
  });
});

describe("2. the dialog", () => {
  const bent: [string, Record<string, string | undefined>][] = [
    ["an unknown app", { client_id: "1" }],
    ["a missing app", { client_id: undefined }],
    ["an address without its last slash", { redirect_uri: demoApp.redirectUri.slice(0, -1) }],
    ["an address with a query of its own", { redirect_uri: `${demoApp.redirectUri}?a=1` }],
    ["a missing address", { redirect_uri: undefined }],
    ["an unknown permission", { scope: "pages_show_list,toString" }],
    ["another response_type", { response_type: "token" }],
  ];
  it.each(bent)("shows its own error page for %s, and sends nobody anywhere", async (_what, changes) => {
    const asked = askConsent(changes);
    const shown = await fetch(`${origin}/v26.0/dialog/oauth?${new URLSearchParams(asked)}`, {
      redirect: "manual",
    });
    expect([shown.status, shown.headers.get("location")]).toEqual([400, null]);
    expect((await decide(origin, asked)).status).toBe(400);
  });

  it("takes plain http on this machine only", async () => {
    const redirectUri = "http://share.example.com/callback/";
    await alterApp({ redirectUris: [redirectUri] });
    expect((await decide(origin, askConsent({ redirect_uri: redirectUri }))).status).toBe(400);
    await alterApp({ redirectUris: ["https://share.example.com/callback/"] });
    const answer = await decide(origin, askConsent({ redirect_uri: "https://share.example.com/callback/" }));
    expect(answer.status).toBe(302);
  });

  it("goes back with the code, the state, and a fragment of Facebook's own", async () => {
    const address = `${origin}/v26.0/dialog/oauth?${new URLSearchParams(askConsent({ state: "a&b=c" }))}`;
    const back = new URL(await approve(address, { account: "ana" }));
    expect(`${back.origin}${back.pathname}`).toBe(demoApp.redirectUri);
    expect([...back.searchParams.keys()]).toEqual(["code", "state"]);
    expect(back.searchParams.get("state")).toBe("a&b=c");
    expect(back.hash).toBe("#_=_");
  });

  it("lets people untick permissions and Pages on its form", async () => {
    const address = `${origin}/v26.0/dialog/oauth?${new URLSearchParams(askConsent())}`;
    const back = new URL(await approve(address, { untick: ["pages_manage_posts", bakery] }));
    const answer = await (await exchange(origin, back.searchParams.get("code") ?? "")).json();
    const { access_token } = z.object({ access_token: z.string() }).parse(answer);
    expect((await call(origin, access_token, "GET /me/accounts?fields=name")).body).toMatchObject({
      data: [
        { id: events, name: "Lima Events" },
        { id: mill, name: "Old Mill" },
      ],
    });
    expect((await call(origin, access_token, "GET /me/permissions")).body).toMatchObject({
      data: expect.arrayContaining([{ permission: "pages_manage_posts", status: "declined" }]),
    });
  });

  it("takes scopes with spaces, a configuration in their place, and tells what was granted if asked", async () => {
    const spaced = askConsent({
      scope: "pages_show_list pages_manage_posts",
      response_type: "code,granted_scopes",
    });
    const permissions = ["pages_show_list"];
    const back = locationOf(await decide(origin, spaced, { permissions }));
    expect(back.searchParams.get("granted_scopes")).toBe("pages_show_list");
    const configured = askConsent({ scope: undefined, config_id: "77" });
    const form = await fetch(`${origin}/v26.0/dialog/oauth?${new URLSearchParams(configured)}`);
    expect(await form.text()).toContain('name="permission" value="pages_manage_posts"');
  });

  it("tells exactly so that the person cancelled", async () => {
    const back = locationOf(await decide(origin, askConsent(), { decision: "refuse" }));
    expect(`${back.search}${back.hash}`).toBe(
      "?error=access_denied&error_code=200&error_description=Permissions+error&error_reason=user_denied&state=a+state#_=_",
    );
  });

  it("lets only its testers into an app that was not reviewed", async () => {
    await alterApp({ reviewed: false, testers: ["ben"] });
    const refused = await decide(origin, askConsent());
    expect([refused.status, await refused.text()]).toEqual([400, expect.stringContaining("App not active")]);
    expect((await decide(origin, askConsent(), { account: ben })).status).toBe(302);
  });

  it("takes permissions that were left out as declined, until they are asked for again", async () => {
    await flip({ asksDeclinedAgain: false });
    const declined = {
      data: expect.arrayContaining([{ permission: "pages_manage_posts", status: "declined" }]),
    };
    const status = async (choice: Choice, changes: Fields = {}) =>
      (await call(origin, await connect(origin, choice, changes), "GET /me/permissions")).body;
    expect(await status({ permissions: scopesWithout("pages_manage_posts") })).toEqual(declined);
    expect(await status({})).toEqual(declined);
    expect(await status({}, { auth_type: "rerequest" })).not.toEqual(declined);
  });
});

describe("3. codes", () => {
  it("are good for a token of an hour and a half, by GET and by POST", async () => {
    const { body, status } = await told(exchange(origin, await codeFor(origin)));
    expect([status, body]).toEqual([
      200,
      { access_token: expect.stringMatching(/^EAAB\w{80,}$/), token_type: "bearer", expires_in: 5_108 },
    ]);
    const form = new URLSearchParams({
      client_id: demoApp.clientId,
      client_secret: demoApp.clientSecret,
      redirect_uri: demoApp.redirectUri,
      code: await codeFor(origin),
    });
    const posted = await fetch(`${origin}/v26.0/oauth/access_token`, { method: "POST", body: form });
    expect(posted.status).toBe(200);
  });

  it("work once", async () => {
    const code = await codeFor(origin);
    await exchange(origin, code);
    const again = await told(exchange(origin, code));
    expectRefused(again, 100, 36009);
    expectWords(again, /has been used/);
  });

  it("work for ten minutes", async () => {
    const code = await codeFor(origin);
    await pass(600);
    expectRefused(await told(exchange(origin, code)), 100, 36007);
  });

  it("work with the same address, for the same app, with its secret", async () => {
    const code = await codeFor(origin);
    const elsewhere = { redirect_uri: "http://localhost:4100/social/callback/facebook/" };
    const differs = await told(exchange(origin, code, elsewhere));
    expectRefused(differs, 100, 36008);
    expectWords(differs, /identical to the one you used in the OAuth dialog/);
    const wrong = await told(exchange(origin, code, { client_secret: "wrong" }));
    expectRefused(wrong, 1);
    expectWords(wrong, /^Error validating client secret\.$/);
    expectRefused(await told(exchange(origin, code, { client_id: "1" })), 101);
    await order("apps", { clientId: "77", clientSecret: "other", redirectUris: [demoApp.redirectUri] });
    const other = { client_id: "77", client_secret: "other" };
    expectRefused(await told(exchange(origin, code, other)), 100);
    expect((await exchange(origin, code)).status).toBe(200);
  });

  it.each([
    { code: "" },
    { redirect_uri: "" },
    { client_id: "" },
  ])("%o is told as missing", async (changes) => {
    expectRefused(await told(exchange(origin, await codeFor(origin), changes)), 100);
  });
});

describe("4. tokens", () => {
  it("of a person are lengthened to sixty days, and again while they live", async () => {
    const short = await shortToken(origin);
    expect((await told(lengthen(origin, short))).body).toEqual({
      access_token: expect.stringMatching(/^EAAB/),
      token_type: "bearer",
      expires_in: 5_183_944,
    });
    expect((await lengthen(origin, token)).status).toBe(200);
    await pass(60 * 86_400);
    expectRefused(await told(lengthen(origin, token)), 190, 463);
  });

  it("are lengthened with the right secret only, and only a person's", async () => {
    expectRefused(await told(lengthen(origin, token, { client_secret: "wrong" })), 1);
    expectRefused(await told(lengthen(origin, page)), 190);
    expectRefused(await told(lengthen(origin, "nonsense")), 190);
    expectRefused(await told(askToken(origin, { grant_type: "fb_exchange_token" })), 100);
  });

  it("may come without expires_in", async () => {
    await flip({ omitExpiresIn: true });
    const { body } = await told(lengthen(origin, await shortToken(origin)));
    expect(body).toEqual({ access_token: expect.any(String), token_type: "bearer" });
  });

  it("of a Page never end when they come of a long one, and end with a short one", async () => {
    const short = await pageToken(origin, await shortToken(origin));
    expect(short).not.toBe(page);
    await pass(5_200);
    const ended = await call(origin, short, `GET /${bakery}`);
    expectRefused(ended, 190, 463);
    expectWords(
      ended,
      /expired on \w+, \d\d-\w{3}-\d\d \d\d:\d\d:\d\d P[SD]T\. The current time is \w+, \d\d-/,
    );
    expect(ended.headers.get("www-authenticate")).toContain('"invalid_token"');
    const later = await pageToken(origin, await shortToken(origin));
    expect((await call(origin, later, `GET /${bakery}`)).status).toBe(200);
    await pass(400 * 86_400);
    expect((await call(origin, page, `GET /${bakery}`)).status).toBe(200);
  });

  it("are taken as a bearer, in the address and in the body", async () => {
    expect((await fetch(`${origin}/v26.0/me?access_token=${token}`)).status).toBe(200);
    const form = new URLSearchParams({ message: "By form", access_token: page });
    const made = await fetch(`${origin}/v26.0/${bakery}/feed`, { method: "POST", body: form });
    expect(made.status).toBe(200);
    expectRefused(await call(origin, "nonsense", "GET /me"), 190);
  });

  it("tell by debug_token all about themselves, dead ones too", async () => {
    const debug = (input: string, by = appToken) =>
      told(
        fetch(`${origin}/v26.0/debug_token?${new URLSearchParams({ input_token: input, access_token: by })}`),
      );
    expect((await debug(page)).body).toMatchObject({
      data: {
        ...{ app_id: demoApp.clientId, type: "PAGE", expires_at: 0, is_valid: true },
        ...{ profile_id: bakery, user_id: ana },
        scopes: expect.arrayContaining(allScopes.split(",")),
        granular_scopes: expect.arrayContaining([
          { scope: "pages_manage_posts", target_ids: expect.arrayContaining([bakery]) },
        ]),
      },
    });
    expect((await debug(token)).body).toMatchObject({
      data: { type: "USER", expires_at: expect.any(Number), data_access_expires_at: expect.any(Number) },
    });
    expect((await debug(appToken)).body).toMatchObject({ data: { type: "APP", is_valid: true } });
    expect((await debug(page, page)).status).toBe(200);
    expectRefused(await debug(token, page), 10);
    await pass(61 * 86_400);
    expect((await debug(token)).body).toMatchObject({
      data: { is_valid: false, error: { code: 190, subcode: 463 }, scopes: [] },
    });
    expect(await debug("nonsense")).toMatchObject({
      status: 200,
      body: { data: { is_valid: false, error: { code: 190 } } },
    });
    expectRefused(await debug(page, `${demoApp.clientId}|wrong`), 190);
  });
});

describe("5. people and their Pages", () => {
  const pageSchema = z.object({
    data: z.array(z.object({ id: z.string(), name: z.string().optional() }).loose()),
    paging: z.object({ next: z.url().optional(), previous: z.url().optional() }).loose().optional(),
  });
  const list = async (query = "", by = token) =>
    pageSchema.parse((await call(origin, by, `GET /me/accounts${query}`)).body);
  const ids = async (by = token) => (await list("", by)).data.map(({ id }) => id);

  it("tells who somebody is, and of that only what is asked", async () => {
    expect((await call(origin, token, "GET /me")).body).toEqual({ id: ana });
    expect((await call(origin, token, "GET /me?fields=id,name,picture")).body).toEqual({
      id: ana,
      name: "Ana Lima",
      picture: { data: { url: expect.stringMatching(/^http/), is_silhouette: false } },
    });
    expect((await call(origin, page, "GET /me?fields=name")).body).toEqual({
      id: bakery,
      name: "Harbour Bakery",
    });
    expectRefused(await call(origin, token, "GET /me?fields=toString"), 100);
  });

  it("tells what was granted and what was declined", async () => {
    const some = await connect(origin, { permissions: scopesWithout("pages_manage_posts") });
    const { body } = await call(origin, some, "GET /me/permissions");
    const granted = ["public_profile", ...scopesWithout("pages_manage_posts")];
    expect(body).toEqual({
      data: [
        ...granted.map((permission) => ({ permission, status: "granted" })),
        { permission: "pages_manage_posts", status: "declined" },
      ],
    });
  });

  it("forgets the app when the app asks for it: the person's tokens die, their Pages' too", async () => {
    expectRefused(await call(origin, page, "DELETE /me/permissions"), 10);
    expect((await call(origin, token, "DELETE /me/permissions")).body).toEqual({ success: true });
    for (const dead of [token, page]) {
      const answer = await call(origin, dead, "GET /me");
      expectRefused(answer, 190, 458);
      expectWords(answer, /has not authorized application 138483919580948\./);
    }
    expect((await call(origin, await connect(origin), "GET /me")).status).toBe(200);
  });

  it("lists a person's Pages with tokens and tasks, fields only as asked", async () => {
    const { data } = await list();
    expect(data[0]).toEqual({
      id: bakery,
      name: "Harbour Bakery",
      category: "Bakery",
      access_token: page,
      tasks: expect.arrayContaining(["MANAGE", "CREATE_CONTENT"]),
    });
    const asked = await list("?fields=id,username,tasks,picture{url}");
    expect(asked.data.map(({ id, username }) => [id, username])).toEqual([
      [bakery, "harbourbakery"],
      [events, undefined],
      [mill, "oldmill"],
    ]);
    expect(asked.data.find(({ id }) => id === mill)?.tasks).toEqual(["ANALYZE"]);
    expect(asked.data[0]).not.toHaveProperty("access_token");
  });

  it("lists nothing without the permission for it", async () => {
    expect(await list("", await connect(origin, { permissions: scopesWithout("pages_show_list") }))).toEqual({
      data: [],
    });
  });

  it("lists only ticked Pages, and none of somebody else", async () => {
    expect(await ids(await connect(origin, { pages: [mill, records] }))).toEqual([mill]);
    expect(await ids(await connect(origin, { account: ben }))).toEqual([records]);
  });

  it("turns pages by cursors, there and back", async () => {
    await flip({ pageSize: 2 });
    const first = await list();
    expect(first.data.map(({ id }) => id)).toEqual([bakery, events]);
    expect(first.paging).not.toHaveProperty("previous");
    const follow = async (url = "") => {
      const answer = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
      return pageSchema.parse(await answer.json());
    };
    const second = await follow(first.paging?.next);
    expect(second.data.map(({ id }) => id)).toEqual([mill]);
    expect(second.paging?.next).toBeUndefined();
    expect((await follow(second.paging?.previous)).data).toEqual(first.data);
    expect((await list("?limit=100")).data).toHaveLength(3);
  });

  it("shows Pages of a portfolio only with business_management, and under the portfolio", async () => {
    await flip({ asksDeclinedAgain: true });
    const plain = await connect(origin, { permissions: scopesWithout("business_management") });
    expect(await ids(plain)).toEqual([bakery, mill]);
    expectRefused(await call(origin, plain, "GET /me/businesses"), 10);
    const full = await connect(origin);
    const { data } = pageSchema.parse((await call(origin, full, "GET /me/businesses")).body);
    expect(data).toEqual([{ id: "208811223344556", name: "Lima Group" }]);
    const owned = `GET /208811223344556/owned_pages?fields=id,access_token,tasks` as const;
    expect((await call(origin, full, owned)).body).toMatchObject({
      data: [
        { id: events, access_token: expect.stringMatching(/^EAAB/), tasks: ["CREATE_CONTENT", "ANALYZE"] },
      ],
    });
    expect((await call(origin, full, "GET /208811223344556/client_pages")).body).toEqual({ data: [] });
    const stranger = await connect(origin, { account: ben });
    expectRefused(await call(origin, stranger, owned), 100, 33);
  });

  it("tells the Instagram account of a Page to whom may know it, by the fields in braces", async () => {
    const fields = "instagram_business_account{id,username,profile_picture_url}";
    expect((await call(origin, token, `GET /${bakery}?fields=${fields}`)).body).toEqual({ id: bakery });
    const scope = `${allScopes},instagram_basic`;
    const knowing = await connect(origin, {}, { scope });
    expect((await call(origin, knowing, `GET /${bakery}?fields=${fields}`)).body).toEqual({
      id: bakery,
      instagram_business_account: {
        id: "17841405793187218",
        username: "ana",
        profile_picture_url: expect.stringMatching(/^http/),
      },
    });
    const bare = await call(origin, knowing, `GET /${bakery}?fields=instagram_business_account`);
    expect(bare.body).toMatchObject({ instagram_business_account: { id: "17841405793187218" } });
    const none = await call(origin, knowing, `GET /${mill}?fields=name,${fields}`);
    expect(none.body).toEqual({ id: mill, name: "Old Mill" });
  });

  it("keeps Pages from those who have no part in them", async () => {
    const stranger = await connect(origin, { account: ben });
    const answer = await call(origin, stranger, `GET /${bakery}?fields=access_token`);
    expectRefused(answer, 100, 33);
    expectWords(answer, /^Unsupported get request\. Object with ID '104523398765432' does not exist,/);
  });
});

describe("6. posting", () => {
  it("takes JSON and form, and answers with the Page's id and the post's", async () => {
    const made = await post({ message: "Fresh bread", link, published: true, colour: "ignored" });
    expect([made.status, made.body]).toEqual([200, { id: expect.stringMatching(/^104523398765432_\d+$/) }]);
    const form = new URLSearchParams({ message: "By form", link });
    const headers = { authorization: `Bearer ${page}` };
    const posted = await fetch(`${origin}/v26.0/${bakery}/feed`, { method: "POST", body: form, headers });
    expect(posted.status).toBe(200);
    expect(stored()).toMatchObject([
      { accountId: bakery, text: "Fresh bread", link, published: true },
      { text: "By form" },
    ]);
  });

  it("takes a link without words, and words without a link, but not nothing", async () => {
    expect((await post({ link })).status).toBe(200);
    expect((await post({ message: "Hello" })).status).toBe(200);
    const empty = await post({});
    expectRefused(empty, 100, 1349125);
    expect(stored()).toHaveLength(2);
  });

  it("is for the Page's own token, with both permissions", async () => {
    const late = await connect(origin, {});
    const answers = [
      await post({ message: "As a person" }, late),
      await post({ message: "As the other Page" }, await pageToken(origin, late, events)),
      await post({ message: "A" }, await connectPage({ permissions: scopesWithout("pages_manage_posts") })),
      await post(
        { message: "B" },
        await connectPage({ permissions: scopesWithout("pages_read_engagement") }),
      ),
    ];
    for (const answer of answers) {
      expect(answer.status).toBe(403);
      expectRefused(answer, 200);
      expectWords(answer, /requires both pages_read_engagement and pages_manage_posts as an admin/);
    }
    expect(stored()).toEqual([]);
  });

  it("takes a task that allows it, and a role at all", async () => {
    const figures = await pageToken(origin, token, mill);
    expectRefused(await post({ message: "Hello" }, figures, mill), 200);
    const role = roleOf(bakery);
    if (role) role.tasks = ["CREATE_CONTENT"];
    expect((await post({ message: "Hello" })).status).toBe(200);
    await order("pages", { id: bakery, roles: [] });
    expectRefused(await post({ message: "Once more" }), 190, 492);
    expectRefused(await call(origin, page, `GET /${bakery}`), 190, 492);
  });

  it("takes 63,206 characters", async () => {
    expect((await post({ message: "😀".repeat(63_206) })).status).toBe(200);
    expectRefused(await post({ message: "a".repeat(63_207) }), 100);
  });

  it.each<[string, string, number, number | undefined]>([
    ["is no address", "menu", 1500, undefined],
    ["is not of the web", "ftp://bakery.example/menu", 1500, undefined],
    ["cannot be read", "https://unscrapable.localhost/menu", 1609005, undefined],
  ])("takes no link that %s", async (_what, bad, code, subcode) => {
    expectRefused(await post({ message: "Hello", link: bad }), code, subcode);
    expect(stored()).toEqual([]);
  });

  it.each(["https://www.facebook.com/zuck", "https://facebook.com/"])("takes no link to %s", async (own) => {
    const { body } = await post({ link: own });
    expect(body).toMatchObject({ error: { code: 100, error_subcode: 1609008 } });
  });

  it("refuses what the Page said right before, but not what it said earlier, or what another Page says", async () => {
    const said = { message: "Fresh bread", link };
    await post(said);
    const again = await post(said);
    expectRefused(again, 506);
    expect((await post(said, await pageToken(origin, token, events), events)).status).toBe(200);
    expect((await post({ ...said, link: `${link}/2` })).status).toBe(200);
    expect((await post(said)).status).toBe(200);
    await flip({ duplicateCode: 368 });
    const other = await post(said);
    expectRefused(other, 368);
    expectWords(other, /already posted this/);
  });

  it("lets what was deleted be said again", async () => {
    const id = await postId();
    await call(origin, page, `DELETE /${id}`);
    expect((await post({ message: "Fresh bread", link })).status).toBe(200);
  });

  it("schedules ten minutes to thirty days ahead, for what is not published now", async () => {
    const inSeconds = (seconds: number) =>
      Math.floor(emulator.facebook.world.now().getTime() / 1_000) + seconds;
    const schedule = (seconds: number, more: object = { published: false }) =>
      post({ message: `In ${seconds}`, scheduled_publish_time: inSeconds(seconds), ...more });
    expectRefused(await schedule(500), 100);
    expectRefused(await schedule(31 * 86_400), 100);
    expectRefused(await schedule(3_600, {}), 100);
    expect((await schedule(3_600)).status).toBe(200);
    const iso = new Date(inSeconds(7_200) * 1_000).toISOString();
    const body = { message: "ISO", published: false, scheduled_publish_time: iso };
    expect((await post(body)).status).toBe(200);
    expect((await call(origin, page, `GET /${bakery}/published_posts`)).body).toEqual({ data: [] });
  });

  it("shows unpublished posts on no list and no page", async () => {
    const id = await postId({ message: "Not yet", published: false });
    const read = await call(origin, page, `GET /${id}?fields=is_published,message,permalink_url`);
    expect(read.body).toMatchObject({ id, is_published: false, message: "Not yet" });
    expect((await call(origin, page, `GET /${bakery}/published_posts`)).body).toEqual({ data: [] });
    expect((await fetch(`${origin}/${id}`)).status).toBe(404);
  });
});

describe("7. reading posts", () => {
  it("tells the id alone, and more as asked, also right with the post", async () => {
    const made = await call(origin, page, `POST /${bakery}/feed?fields=id,permalink_url`, {
      message: "Hi",
      link,
    });
    const { id } = idSchema.parse(made.body);
    const address = `${origin}/${id.replace("_", "/posts/")}`;
    expect(made.body).toEqual({ id, permalink_url: address });
    expect((await call(origin, page, `GET /${id}`)).body).toEqual({ id });
    const fields = "id,permalink_url,created_time,is_published,message,from";
    expect((await call(origin, page, `GET /${id}?fields=${fields}`)).body).toEqual({
      id,
      permalink_url: address,
      created_time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+0000$/),
      is_published: true,
      message: "Hi",
      from: { id: bakery, name: "Harbour Bakery" },
    });
    expectRefused(await call(origin, page, `GET /${id}?fields=shoe_size`), 100);
  });

  it("lists the Page's own posts, newest first, in pages", async () => {
    const first = await postId({ message: "One" });
    const second = await postId({ message: "Two", link });
    const path = `GET /${bakery}/published_posts?fields=id,message&limit=1` as const;
    const { body } = await call(origin, page, path);
    expect(body).toMatchObject({
      data: [{ id: second, message: "Two" }],
      paging: { next: expect.any(String) },
    });
    const { paging } = z.object({ paging: z.object({ next: z.url() }) }).parse(body);
    const next = await fetch(paging.next, { headers: { authorization: `Bearer ${page}` } });
    expect(await next.json()).toMatchObject({ data: [{ id: first, message: "One" }] });
    const blind = await connectPage({ permissions: scopesWithout("pages_read_engagement") });
    expectRefused(await call(origin, blind, path), 10);
  });

  it("keeps posts from other Pages' tokens", async () => {
    const id = await postId();
    const records_ = await connectPage({ account: ben }, records);
    expectRefused(await call(origin, records_, `GET /${id}`), 100, 33);
    expectRefused(await call(origin, records_, `GET /${bakery}/published_posts`), 100, 33);
  });

  it("shows timeline, Page and post to people", async () => {
    const id = await postId({ message: "Fresh <bread>", link });
    for (const path of ["/", `/${id}`, `/${bakery}`, "/harbourbakery"]) {
      const shown = await fetch(`${origin}${path}`);
      const html = await shown.text();
      expect([path, shown.status, html.includes("Fresh &lt;bread&gt;")]).toEqual([path, 200, true]);
      expect(html).toContain("Harbour Bakery");
      expect(html).toContain("bakery.example/menu");
    }
    expect((await fetch(`${origin}/${bakery}/posts/1`)).status).toBe(404);
    expect((await fetch(`${origin}/nobody`)).status).toBe(404);
    const face = await fetch(`${origin}/faces/${bakery}.jpg`);
    expect(face.headers.get("content-type")).toBe("image/jpeg");
  });
});

describe("8. altering and deleting", () => {
  it("is for the owning Page's token", async () => {
    const id = await postId();
    const foreign = await pageToken(origin, token, events);
    expectRefused(await call(origin, token, `DELETE /${id}`), 100, 33);
    expectRefused(await call(origin, foreign, `DELETE /${id}`), 100, 33);
    expectRefused(await call(origin, foreign, `POST /${id}`, { message: "Mine" }), 100, 33);
    expect((await call(origin, page, `POST /${id}`, { message: "Warm bread" })).body).toEqual({
      success: true,
    });
    expect(stored()).toMatchObject([{ text: "Warm bread" }]);
    expect((await call(origin, page, `DELETE /${id}`)).body).toEqual({ success: true });
    expect((await fetch(`${origin}/${id}`)).status).toBe(404);
  });

  it("works once", async () => {
    const id = await postId();
    await call(origin, page, `DELETE /${id}`);
    const again = await call(origin, page, `DELETE /${id}`);
    expect(again.status).toBe(400);
    expectRefused(again, 100, 33);
    expectWords(again, `Unsupported delete request. Object with ID '${id}' does not exist`);
    expectRefused(await call(origin, page, `GET /${id}`), 100, 33);
  });

  it("is for the app that posted, with the permission to post", async () => {
    const id = await postId();
    await order("apps", { clientId: "77", clientSecret: "other", redirectUris: [demoApp.redirectUri] });
    const other = { client_id: "77", client_secret: "other" };
    const code = await codeFor(origin, {}, { client_id: "77" });
    const answer = await (await exchange(origin, code, other)).json();
    const { access_token } = z.object({ access_token: z.string() }).parse(answer);
    expectRefused(await call(origin, await pageToken(origin, access_token), `DELETE /${id}`), 100, 33);
    await connect(origin, { permissions: scopesWithout("pages_manage_posts") });
    expectRefused(await call(origin, page, `DELETE /${id}`), 200);
  });
});

describe("9. the proof of the app's secret", () => {
  const vector = { secret: "a1b2c3d4e5f60718293a4b5c6d7e8f90", token: "EAAGexampletoken123" };
  const now = () => Math.floor(emulator.facebook.world.now().getTime() / 1_000);
  const prove = (proof: string, time?: number, by = vector.token) => {
    const query = { appsecret_proof: proof, ...(time !== undefined && { appsecret_time: String(time) }) };
    return call(origin, by, `GET /me?${new URLSearchParams(query)}`);
  };

  beforeEach(async () => {
    await alterApp({ clientSecret: vector.secret });
    const issuedAtMs = Date.now();
    const known = { kind: "user" as const, clientId: demoApp.clientId, accountId: ana, issuedAtMs };
    emulator.facebook.world.memory.tokens.push({ ...known, token: vector.token });
  });

  it("is checked where it is given", async () => {
    expect((await prove("4b48d1f8553ecc15f683659651a4dd13d2b22d7ece3f689e84861fee4a1f69ba")).status).toBe(
      200,
    );
    const wrong = await prove("075e71c9d2ec9f787514cd1f909d855fd87197d0675151c4b2484a31da4995f6");
    expectRefused(wrong, 100);
    expect(wrong.body).toMatchObject({
      error: {
        type: "GraphMethodException",
        message: "Invalid appsecret_proof provided in the API argument",
      },
    });
    expectRefused(await prove(proofOf(token, vector.secret)), 100);
  });

  it("with the time in it is good for five minutes", async () => {
    const at = (time: number) => prove(proofOf(vector.token, vector.secret, time), time);
    expect(proofOf(vector.token, vector.secret, 1_795_392_000)).toBe(
      "075e71c9d2ec9f787514cd1f909d855fd87197d0675151c4b2484a31da4995f6",
    );
    expect((await at(now())).status).toBe(200);
    expect((await at(now() - 290)).status).toBe(200);
    expectRefused(await at(now() - 310), 100);
    expectRefused(await at(now() + 310), 100);
    expectRefused(await prove(proofOf(vector.token, vector.secret, now()), now() - 1), 100);
  });

  it("is asked of every call where the app wants that, and never at the token endpoint", async () => {
    await alterApp({ requiresProof: true });
    const missing = await call(origin, vector.token, "GET /me");
    expectRefused(missing, 100);
    expectWords(missing, /^API calls from the server require an appsecret_proof argument$/);
    expectRefused(await post({ message: "Without" }), 100);
    expect((await post({ message: "With", appsecret_proof: proofOf(page, vector.secret) })).status).toBe(200);
    const secret = { client_secret: vector.secret };
    expect((await exchange(origin, await codeFor(origin), secret)).status).toBe(200);
  });
});

describe("10. limits", () => {
  const useSchema = z.record(
    z.string(),
    z.array(z.object({ type: z.literal("pages"), call_count: z.number() }).loose()),
  );

  it("are not told of while there is no end", async () => {
    const { headers } = await post({ message: "Hello" });
    expect(headers.get("x-business-use-case-usage")).toBeNull();
    expect(headers.get("x-app-usage")).toBeNull();
  });

  it("of a Page are told as they come near, refused at the end, and over after the time that is told", async () => {
    await pass(3_600);
    await flip({ pageBudget: 4 });
    const first = await post({ message: "One" });
    const use = useSchema.parse(JSON.parse(first.headers.get("x-business-use-case-usage") ?? ""));
    expect(use).toMatchObject({
      [bakery]: [{ type: "pages", call_count: 25, estimated_time_to_regain_access: 0 }],
    });
    for (const message of ["Two", "Three", "Four"]) expect((await post({ message })).status).toBe(200);
    const over = await post({ message: "Five" });
    expectRefused(over, 80001);
    expect(JSON.parse(over.headers.get("x-business-use-case-usage") ?? "")).toMatchObject({
      [bakery]: [{ call_count: 100, estimated_time_to_regain_access: 19 }],
    });
    expect((await call(origin, token, "GET /me")).status).toBe(200);
    await pass(19 * 60);
    expect((await post({ message: "Five" })).status).toBe(200);
  });

  it("of the app are those of its people", async () => {
    await pass(3_600);
    await flip({ appBudget: 2 });
    const first = await call(origin, token, "GET /me");
    expect(JSON.parse(first.headers.get("x-app-usage") ?? "")).toMatchObject({ call_count: 50 });
    await call(origin, token, "GET /me");
    const over = await call(origin, token, "GET /me");
    expect(over.status).toBe(403);
    expectRefused(over, 4);
    expect((await post({ message: "Hello" })).status).toBe(200);
  });
});

describe("11. errors", () => {
  it.each([
    "GET /",
    "POST /v26.0/1/2/3",
    "PUT /v26.0/me",
    "GET /v26.0/104523398765432/insights",
  ])("%s is answered in the envelope, or with a page for people", async (endpoint) => {
    const [method = "", path = ""] = endpoint.split(" ");
    const answer = await fetch(`${origin}${path}`, { method, headers: { authorization: `Bearer ${page}` } });
    if (path === "/") expect(answer.headers.get("content-type")).toContain("text/html");
    else expectRefused({ status: answer.status, body: await answer.json() }, 2500);
  });

  it("a body that is no JSON is as good as none", async () => {
    const headers = { authorization: `Bearer ${page}`, "content-type": "application/json" };
    const answer = await told(
      fetch(`${origin}/v26.0/${bakery}/feed`, { method: "POST", body: "{", headers }),
    );
    expectRefused(answer, 100, 1349125);
  });
});

describe("12. what goes wrong on demand", () => {
  const problem = (name: string, more: object = {}) =>
    order("problems", { endpoint: FEED, problem: name, ...more });
  const fault = (planned: object, endpoint = FEED) => order("faults", { endpoint, fault: planned });

  it.each<[string, number, number, number | undefined]>([
    ["unknown-error", 500, 1, undefined],
    ["unknown-with-post", 500, 1, 99],
    ["service-down", 500, 2, undefined],
    ["capability", 400, 3, undefined],
    ["user-limit", 400, 17, undefined],
    ["page-limit", 400, 32, undefined],
    ["session-key", 400, 102, undefined],
    ["impersonation", 400, 190, undefined],
    ["feed-limit", 400, 341, undefined],
    ["too-fast", 400, 368, 1390008],
    ["security-check", 400, 368, 1404006],
    ["account-limited", 400, 368, 1404112],
    ["unscrapable-subcode", 400, 100, 1609005],
    ["identity", 400, 100, 4854002],
    ["page-authorization", 400, 100, 1404078],
    ["save-failed", 400, 1363047, undefined],
    ["link-failed", 400, 1609010, undefined],
  ])("%s is answered before anything is stored", async (name, status, code, subcode) => {
    await problem(name);
    expect(await post({ message: "Hello" })).toMatchObject({
      status,
      body: {
        error: {
          ...{ code, type: "OAuthException", fbtrace_id: expect.any(String) },
          ...(subcode !== undefined && { error_subcode: subcode }),
        },
      },
    });
    expect(stored()).toEqual([]);
    expect((await post({ message: "Hello" })).status).toBe(200);
  });

  it("the post may be there although the answer is 500, or no answer came", async () => {
    await problem("service-down", { after: true });
    expect(await post({ message: "One" })).toMatchObject({
      status: 500,
      body: { error: { code: 2, is_transient: true } },
    });
    await fault({ kind: "drop", when: "after" });
    await expect(post({ message: "Two" })).rejects.toThrow();
    expect(stored().map(({ text }) => text)).toEqual(["One", "Two"]);
    await fault({ kind: "drop", when: "before" });
    await expect(post({ message: "Three" })).rejects.toThrow();
    expect(stored()).toHaveLength(2);
  });

  it.each([458, 459, 460, 463, 464, 467, 490, 492])("tokens die of 190 and %d", async (subcode) => {
    expect(await order("endings", { username: "ana", subcode })).toEqual({ ended: 3 });
    expectRefused(await post({ message: "Hello" }), 190, subcode);
    expectRefused(await call(origin, token, "GET /me"), 190, subcode);
  });

  it("a new post may not be readable for ten seconds", async () => {
    await flip({ readableAfterSeconds: 10 });
    const id = await postId();
    expectRefused(await call(origin, page, `GET /${id}`), 100, 33);
    expect((await call(origin, page, `GET /${bakery}/published_posts`)).body).toEqual({ data: [] });
    await pass(10);
    expect((await call(origin, page, `GET /${id}`)).status).toBe(200);
  });

  it("a proxy may answer in HTML", async () => {
    await fault({ kind: "status", status: 502, html: "<h1>Bad Gateway</h1>" });
    const headers = { authorization: `Bearer ${page}` };
    const answer = await fetch(`${origin}/v26.0/${bakery}/feed`, { method: "POST", headers });
    expect([answer.status, await answer.text()]).toEqual([502, "<h1>Bad Gateway</h1>"]);
  });

  it("limits and endings of tokens are those of all networks too", async () => {
    await fault({ kind: "rate-limit", headers: true });
    expectRefused(await post({ message: "Hello" }), 80001);
    await fault({ kind: "rate-limit", headers: false });
    expectRefused(await post({ message: "Hello" }), 4);
    await fault({ kind: "expire-token" });
    expectRefused(await post({ message: "Hello" }), 190, 463);
    await fault({ kind: "revoke-token" }, "GET /:version/me");
    expectRefused(await call(origin, token, "GET /me"), 190, 458);
  });
});

describe("13. Meta's calls about people", () => {
  const secret = "a1b2c3d4e5f60718293a4b5c6d7e8f90";
  beforeEach(() => alterApp({ deauthorizeUrl: `${site.origin}/gone`, deletionUrl: `${site.origin}/forget` }));

  it("are signed as Meta signs them", () => {
    expect(signRequest(secret, { userId: ana, issuedAt: 1_795_392_000 })).toBe(
      "CUd5AJA8UmN8qsmntE_cFKrU0b6Wh6y0MUz5rnQr2u8.eyJhbGdvcml0aG0iOiJITUFDLVNIQTI1NiIsImV4cGlyZXMiOjE3OTUzOTU2MDAsImlzc3VlZF9hdCI6MTc5NTM5MjAwMCwidXNlcl9pZCI6IjEwMjI0NTY3ODkwMTIzNDU2In0",
    );
  });

  it("tell the app that it was removed, and end all of the person's tokens", async () => {
    const bens = await connect(origin, { account: ben });
    expect(await order("withdrawals", { username: "ana" })).toMatchObject({ answers: [{ status: 200 }] });
    expect(site.heard.map(({ path }) => path)).toEqual(["/gone"]);
    const [, payload = ""] = site.heard[0]?.signed.split(".") ?? [];
    const { issued_at } = z
      .object({ issued_at: z.number() })
      .parse(JSON.parse(Buffer.from(payload, "base64url").toString()));
    const signed = signRequest(demoApp.clientSecret, { userId: ana, issuedAt: issued_at });
    expect(site.heard[0]?.signed).toBe(signed);
    for (const dead of [token, page]) expectRefused(await call(origin, dead, "GET /me"), 190, 458);
    expect((await call(origin, bens, "GET /me")).status).toBe(200);
    expect(await order("withdrawals", { username: "ana" })).toEqual({ answers: [] });
  });

  it("ask the app to forget somebody, and show what it answered", async () => {
    expect(await order("deletions", { username: "ana" })).toEqual({
      answers: [{ status: 200, body: { confirmation_code: "abc" } }],
    });
    expect(site.heard.map(({ path }) => path)).toEqual(["/forget"]);
    expect(await order("deletions", { username: "nobody" })).toEqual({ answers: [] });
  });

  it("may be padded, or somebody else's", async () => {
    for (const signature of ["good", "padded", "bad"])
      await order("deletions", { username: "ana", signature });
    await order("withdrawals", { username: "ana", signature: "bad" });
    const [good, padded, bad] = site.heard.map(({ signed }) => signed.split("."));
    expect(padded?.[0]).toBe(`${good?.[0]}=`);
    expect(bad?.[0]).not.toBe(good?.[0]);
    expect((await call(origin, token, "GET /me")).status).toBe(200);
  });

  it("are not missed where nobody listens", async () => {
    await alterApp({ deauthorizeUrl: "http://127.0.0.1:1/gone" });
    expect(await order("withdrawals", { username: "ana" })).toEqual({ answers: [{}] });
  });
});

describe("14. link cards", () => {
  const cardOf = async (body: object) => {
    const id = await postId(body);
    return await waitFor("the card", async () => stored().find((one) => one.id === id)?.card ?? undefined);
  };

  it("are made from the page, and large from 600 by 315", async () => {
    const about = { name: "Mine", description: "Mine", picture: "https://example.com/mine.png" };
    expect(await cardOf({ link: `${site.origin}/600x315`, ...about })).toMatchObject({
      ...{ kind: "large", title: "Our menu", picture: { width: 600 } },
    });
    const timeline = await (await fetch(origin)).text();
    expect(timeline).toContain(`href="${site.origin}/600x315"`);
    expect(timeline).toContain("Our menu");
    expect(await cardOf({ link: `${site.origin}/599x315` })).toMatchObject({ kind: "summary", picture: {} });
    expect(await cardOf({ link: `${site.origin}/199x200` })).not.toHaveProperty("picture");
  });

  it("are of the first link in the words where no other is given", async () => {
    const message = `See ${site.origin}/600x315, and ${site.origin}/199x200.`;
    expect(await cardOf({ message })).toMatchObject({ kind: "large", url: `${site.origin}/600x315` });
  });

  it("may lack the picture when a page is shared for the first time", async () => {
    await flip({ firstShareWithoutPicture: true });
    const address = `${site.origin}/700x400`;
    expect(await cardOf({ message: "First", link: address })).not.toHaveProperty("picture");
    expect(await cardOf({ message: "Second", link: address })).toMatchObject({ kind: "large" });
  });
});

describe("15. photos", () => {
  const upload = (body: object) => call(origin, page, `POST /${bakery}/photos`, body);
  const photoSchema = z.object({ id: z.string(), post_id: z.string().optional() });

  it("are posted by their address, as a post of their own", async () => {
    const caption = "A loaf";
    const { body } = await upload({ url: `${site.origin}/400x300.png`, caption, alt_text_custom: "Bread" });
    const { post_id: id } = photoSchema.parse(body);
    expect(id).toMatch(/^104523398765432_\d+$/);
    expect(stored()).toMatchObject([{ id, text: caption, media: [{ altText: "Bread" }] }]);
  });

  it("are sent as files, kept back, and attached to a post, by JSON or by form", async () => {
    const bytes = await sharp({ create: { width: 300, height: 300, channels: 3, background: "teal" } })
      .jpeg()
      .toBuffer();
    const form = new FormData();
    form.set("source", new File([new Uint8Array(bytes)], "loaf.jpg", { type: "image/jpeg" }));
    form.set("published", "false");
    const headers = { authorization: `Bearer ${page}` };
    const sent = await fetch(`${origin}/v26.0/${bakery}/photos`, { method: "POST", body: form, headers });
    const { id, post_id } = photoSchema.parse(await sent.json());
    expect([post_id, stored()]).toEqual([undefined, []]);
    expect((await post({ message: "Two", attached_media: [{ media_fbid: id }] })).status).toBe(200);
    const fields = new URLSearchParams({ "attached_media[0]": JSON.stringify({ media_fbid: id }) });
    const posted = await fetch(`${origin}/v26.0/${bakery}/feed`, { method: "POST", body: fields, headers });
    expect(posted.status).toBe(200);
    expect(stored().map(({ media }) => media.map((one) => one.id))).toEqual([[id], [id]]);
    expectRefused(await post({ message: "None", attached_media: [{ media_fbid: "1" }] }), 100);
  });

  it.each(["huge/400x300.jpg", "400x300.gif", "nothing"])("%s is none that it takes", async (name) => {
    const answer = await upload({ url: `${site.origin}/${name}` });
    expect(answer).toMatchObject({ status: 400, body: { error: { code: 100, error_subcode: 1366046 } } });
  });
});
