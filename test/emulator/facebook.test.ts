import { createHmac } from "node:crypto";
import { createServer } from "node:http";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Emulator, startEmulator } from "../../emulator/server.ts";
import { approve } from "../harness/consent.ts";
import { control } from "../harness/networks.ts";
import { orderFault } from "../harness/shares.ts";
import { waitFor } from "../harness/wait.ts";
import {
  appId,
  ask,
  askToken,
  bakery,
  dialogUrl,
  errorIn,
  getCode,
  longToken,
  pagesOf,
  pageToken,
  redirectUri,
  scopes,
  secret,
  shortToken,
} from "./facebook-app.ts";

let emulator: Emulator;
let origin: string;

beforeAll(async () => {
  emulator = await startEmulator();
  origin = emulator.facebook.origin;
});
afterAll(() => emulator.stop());
beforeEach(() => control(emulator.facebook, "POST", "reset", {}));

const flip = (change: object) => control(emulator.facebook, "POST", "switches", change);
const pass = (advanceSeconds: number) => control(emulator.facebook, "POST", "clock", { advanceSeconds });
const post = (token: string, json: object, id = bakery) =>
  ask(origin, `/${id}/feed`, { token, method: "POST", json });

describe("versions", () => {
  test.each([
    ["v26.0", 200],
    ["v21.0", 200],
    ["v2.0", 200],
    ["v27.0", 400],
    ["v1.0", 400],
    ["26", 400],
  ])("%s answers %d", async (version, status) => {
    const token = await longToken(origin);
    const answer = await ask(origin, "/me", { token, version });
    expect(answer.status).toBe(status);
    if (status === 400)
      expect(answer.body).toMatchObject({
        error: { code: 2500, message: expect.stringMatching(/Unknown path components/) },
      });
  });
});

describe("the dialog", () => {
  test.each([
    ["an unknown app", { client_id: "1" }],
    ["no app", { client_id: undefined }],
    ["a foreign address", { redirect_uri: "https://evil.example/" }],
    ["an address that is nearly right", { redirect_uri: `${redirectUri}?x=1` }],
    ["no address", { redirect_uri: undefined }],
    ["an unknown permission", { scope: "pages_show_list,make_coffee" }],
    ["another response type", { response_type: "token" }],
  ])("%s ends on an error page, and sends nobody back", async (_, changes) => {
    const answer = await fetch(dialogUrl(origin, changes), { redirect: "manual" });
    expect([answer.status, answer.headers.get("location")]).toEqual([400, null]);
  });

  test("plain http is refused but for this machine", async () => {
    await control(emulator.facebook, "POST", "apps", {
      clientId: appId,
      redirectUris: ["http://share.example.com/"],
    });
    const answer = await fetch(dialogUrl(origin, { redirect_uri: "http://share.example.com/" }));
    expect(answer.status).toBe(400);
  });

  test("a refusal comes back in Facebook's exact words", async () => {
    const back = new URL(await approve(dialogUrl(origin), { refuse: true }));
    expect(Object.fromEntries(back.searchParams)).toEqual({
      error: "access_denied",
      error_code: "200",
      error_description: "Permissions error",
      error_reason: "user_denied",
      state: "s",
    });
    expect(back.hash).toBe("#_=_");
  });

  test("what is unticked is declined, and only what is ticked is shown", async () => {
    const token = await longToken(origin, { untick: ["pages_manage_posts", bakery] });
    const { body } = await ask(origin, "/me/permissions", { token });
    expect(body).toMatchObject({
      data: expect.arrayContaining([
        { permission: "pages_manage_posts", status: "declined" },
        { permission: "pages_show_list", status: "granted" },
      ]),
    });
    expect((await pagesOf(origin, token)).map(({ name }) => name)).toEqual(["Lima Events", "Old Mill"]);
  });

  test("an app that was not reviewed lets in only its testers", async () => {
    await control(emulator.facebook, "POST", "apps", { clientId: appId, reviewed: false, testers: ["ben"] });
    await expect(approve(dialogUrl(origin))).rejects.toThrow(/not active/);
    expect(await getCode(origin, { account: "ben" })).not.toBe("");
  });
});

describe("codes and tokens", () => {
  const redeem = (code: string, changes: Record<string, string> = {}) =>
    askToken(origin, { code, redirect_uri: redirectUri, ...changes });

  test("a code serves once, within ten minutes, for its app and address", async () => {
    const code = await getCode(origin);
    expect((await redeem(code)).body).toMatchObject({ token_type: "bearer", expires_in: 5_108 });
    expect(errorIn(await redeem(code))).toBe("100/36009");
    expect(errorIn(await redeem(await getCode(origin), { redirect_uri: `${redirectUri}x` }))).toBe(
      "100/36008",
    );
    const late = await getCode(origin);
    await pass(601);
    expect(errorIn(await redeem(late))).toBe("100/36007");
    expect(errorIn(await redeem(await getCode(origin), { client_secret: "wrong" }))).toBe("1");
    expect(errorIn(await redeem(await getCode(origin), { client_id: "1" }))).toBe("101");
  });

  test("only a living token of a person becomes a long one; its end may go unsaid", async () => {
    const short = await shortToken(origin);
    const exchange = { grant_type: "fb_exchange_token", fb_exchange_token: short };
    expect((await askToken(origin, exchange)).body).toMatchObject({ expires_in: 5_183_944 });
    await flip({ omitExpiresIn: true });
    expect((await askToken(origin, exchange)).body).not.toHaveProperty("expires_in");
    expect(errorIn(await askToken(origin, { ...exchange, client_secret: "wrong" }))).toBe("1");
    expect(errorIn(await askToken(origin, { ...exchange, fb_exchange_token: await pageToken(origin) }))).toBe(
      "190",
    );
    await pass(5_200);
    expect(errorIn(await askToken(origin, exchange))).toBe("190/463");
  });

  test("a Page's token ends with the short one that it came of, and never with a long one", async () => {
    const [ofShort] = await pagesOf(origin, await shortToken(origin));
    const endless = await pageToken(origin);
    await pass(90 * 86_400);
    expect(errorIn(await ask(origin, "/me", { token: ofShort?.access_token ?? "" }))).toBe("190/463");
    expect((await ask(origin, "/me", { token: endless })).status).toBe(200);
  });

  test("debug_token tells all of a token, of a dead one too", async () => {
    const token = await pageToken(origin);
    const debug = () => ask(origin, `/debug_token?input_token=${token}`, { token: `${appId}|${secret}` });
    expect((await debug()).body).toMatchObject({
      data: {
        type: "PAGE",
        is_valid: true,
        expires_at: 0,
        profile_id: bakery,
        scopes: expect.arrayContaining(scopes),
      },
    });
    await control(emulator.facebook, "POST", "endings", { username: "ana", subcode: 460 });
    expect((await debug()).body).toMatchObject({
      data: { is_valid: false, error: { code: 190, subcode: 460 } },
    });
  });
});

describe("Pages", () => {
  test("come in real pages, with the token only where it is asked for", async () => {
    const token = await longToken(origin);
    await flip({ pageSize: 2 });
    const first = await ask(origin, "/me/accounts?fields=id,name", { token });
    const { data, paging } = first.body as { data: object[]; paging: { next: string } };
    expect(data).toEqual([
      { id: bakery, name: "Harbour Bakery" },
      { id: "104523398765433", name: "Lima Events" },
    ]);
    const second = await fetch(paging.next, { headers: { authorization: `Bearer ${token}` } });
    const rest = (await second.json()) as { data: object[]; paging?: { next?: string } };
    expect(rest.data).toHaveLength(1);
    expect(rest.paging?.next).toBeUndefined();
    expect((await pagesOf(origin, token))[0]).toHaveProperty("access_token");
    expect(errorIn(await ask(origin, "/me/accounts?fields=id,nonsense", { token }))).toBe("100");
  });

  test("of a portfolio show only with its permission, there and in the portfolio", async () => {
    const without = await longToken(origin, { untick: ["business_management"] });
    expect((await pagesOf(origin, without)).map(({ name }) => name)).not.toContain("Lima Events");
    expect(errorIn(await ask(origin, "/me/businesses", { token: without }))).toBe("10");
    const token = await longToken(origin);
    expect((await ask(origin, "/me/businesses", { token })).body).toMatchObject({
      data: [{ name: "Lima Group" }],
    });
    const owned = await ask(origin, "/208811223344556/owned_pages?fields=name", { token });
    expect(owned.body).toMatchObject({ data: [{ name: "Lima Events" }] });
    expect((await ask(origin, "/208811223344556/client_pages", { token })).body).toEqual({ data: [] });
  });

  test("without leave to list them there is an empty list, and no word", async () => {
    const token = await longToken(origin, { untick: ["pages_show_list"] });
    const answer = await ask(origin, "/me/accounts", { token });
    expect([answer.status, answer.body]).toEqual([200, { data: [] }]);
  });

  test("name their Instagram account, where they have one and it may be seen", async () => {
    const withInstagram = dialogUrl(origin, { scope: "pages_show_list,instagram_basic,business_management" });
    const code = new URL(await approve(withInstagram)).searchParams.get("code") ?? "";
    const { body } = await askToken(origin, { code, redirect_uri: redirectUri });
    const token = (body as { access_token: string }).access_token;
    const pages = await pagesOf(origin, token, "fields=id,instagram_business_account{username}");
    expect(pages).toEqual([
      { id: bakery, instagram_business_account: { id: "17841405793187218", username: "ana" } },
      expect.objectContaining({
        instagram_business_account: expect.objectContaining({ username: "lima.events" }),
      }),
      { id: "104523398765434" },
    ]);
  });
});

describe("the feed", () => {
  test("takes a post, and answers no more than is asked for", async () => {
    const token = await pageToken(origin);
    expect(Object.keys((await post(token, { message: "One" })).body as object)).toEqual(["id"]);
    const asked = await ask(origin, `/${bakery}/feed?fields=id,permalink_url`, {
      ...{ token, method: "POST", json: { message: "Two", made_up: "ignored" } },
    });
    const { permalink_url } = asked.body as { permalink_url: string };
    expect(await (await fetch(permalink_url)).text()).toContain("Two");
  });

  test("wants the Page's own token, both permissions and a task", async () => {
    const person = await longToken(origin);
    expect(errorIn(await post(person, { message: "x" }))).toBe("200");
    const halved = await pageToken(origin, { untick: ["pages_manage_posts"] });
    expect(errorIn(await post(halved, { message: "x" }))).toBe("200");
    const mill = (await pagesOf(origin, await longToken(origin))).find(({ name }) => name === "Old Mill");
    expect(errorIn(await post(mill?.access_token ?? "", { message: "x" }, mill?.id))).toBe("200");
    const token = await pageToken(origin);
    expect(errorIn(await post(token, { message: "x" }, "104523398765433"))).toBe("200");
    await control(emulator.facebook, "POST", "pages", { id: bakery, roles: [] });
    expect(errorIn(await post(token, { message: "x" }))).toBe("190/492");
  });

  test.each([
    ["nothing", {}, "100/1349125"],
    ["too long a text", { message: "a".repeat(63_207) }, "100"],
    ["a link that is none", { link: "ftp://example.com/" }, "1500"],
    ["a link to Facebook", { link: "https://www.facebook.com/x" }, "100/1609008"],
    ["a link that cannot be read", { link: "https://unscrapable.localhost/" }, "1609005"],
    ["a time that is too near", { message: "x", published: false, scheduled_publish_time: 1 }, "100"],
  ])("refuses %s", async (_, json, error) => {
    expect(errorIn(await post(await pageToken(origin), json))).toBe(error);
  });

  test("takes the longest text", async () => {
    expect((await post(await pageToken(origin), { message: "a".repeat(63_206) })).status).toBe(200);
  });

  test("refuses the same post right after itself, by either code, and not later", async () => {
    const token = await pageToken(origin);
    const json = { message: "Bread", link: "https://blog.example.com/" };
    await post(token, json);
    expect(errorIn(await post(token, json))).toBe("506");
    await flip({ duplicateCode: 368 });
    expect(errorIn(await post(token, json))).toBe("368");
    await post(token, { message: "Something else" });
    expect((await post(token, json)).status).toBe(200);
  });

  test("hides what is not published", async () => {
    const token = await pageToken(origin);
    await post(token, { message: "Later", published: false });
    expect((await ask(origin, `/${bakery}/published_posts`, { token })).body).toEqual({ data: [] });
  });

  test("lets the Page delete its post once", async () => {
    const token = await pageToken(origin);
    const { id } = (await post(token, { message: "x" })).body as { id: string };
    expect(errorIn(await ask(origin, `/${id}`, { token: await longToken(origin), method: "DELETE" }))).toBe(
      "100/33",
    );
    expect((await ask(origin, `/${id}`, { token, method: "DELETE" })).body).toEqual({ success: true });
    expect(errorIn(await ask(origin, `/${id}`, { token, method: "DELETE" }))).toBe("100/33");
  });

  test("shows a new post late, where it is told to", async () => {
    const token = await pageToken(origin);
    await flip({ readableAfterSeconds: 10 });
    const { id } = (await post(token, { message: "x" })).body as { id: string };
    expect(errorIn(await ask(origin, `/${id}`, { token }))).toBe("100/33");
    await pass(10);
    expect((await ask(origin, `/${id}`, { token })).status).toBe(200);
  });
});

describe("the proof", () => {
  const proofs = (token: string, seconds?: number) => {
    const signed = seconds === undefined ? token : `${token}|${seconds}`;
    const proof = createHmac("sha256", secret).update(signed).digest("hex");
    return `appsecret_proof=${proof}${seconds === undefined ? "" : `&appsecret_time=${seconds}`}`;
  };

  test("is checked in both forms where it is sent, and demanded where the app says so", async () => {
    const token = await longToken(origin);
    const now = Math.floor(Date.now() / 1_000);
    const me = (query = "") => ask(origin, `/me?${query}`, { token });
    expect((await me(proofs(token))).status).toBe(200);
    expect((await me(proofs(token, now))).status).toBe(200);
    expect((await me(proofs(token, now - 301))).body).toMatchObject({
      error: {
        code: 100,
        type: "GraphMethodException",
        message: expect.stringMatching(/Invalid appsecret_proof/),
      },
    });
    expect(errorIn(await me(proofs("another")))).toBe("100");
    await control(emulator.facebook, "POST", "apps", { clientId: appId, requiresProof: true });
    expect((await me()).body).toMatchObject({
      error: { code: 100, message: expect.stringMatching(/require an appsecret_proof/) },
    });
  });
});

describe("limits", () => {
  test("tell how much is used, and then for how long to stop", async () => {
    const token = await pageToken(origin);
    await flip({ pageBudget: 2 });
    const first = await post(token, { message: "1" });
    expect(JSON.parse(first.headers.get("x-business-use-case-usage") ?? "{}")).toMatchObject({
      [bakery]: [{ type: "pages", call_count: 50 }],
    });
    await post(token, { message: "2" });
    const over = await post(token, { message: "3" });
    expect(errorIn(over)).toBe("80001");
    expect(JSON.parse(over.headers.get("x-business-use-case-usage") ?? "{}")).toMatchObject({
      [bakery]: [{ estimated_time_to_regain_access: 19 }],
    });
    await flip({ appBudget: 1 });
    const person = emulator.facebook.world.memory.tokens.find(({ kind }) => kind === "user")?.token ?? "";
    await ask(origin, "/me", { token: person });
    expect(errorIn(await ask(origin, "/me", { token: person }))).toBe("4");
  });
});

describe("faults", () => {
  test("each refusal can be ordered by its name, before or after the post is stored", async () => {
    const token = await pageToken(origin);
    const endpoint = "POST /:version/:id/feed";
    await control(emulator.facebook, "POST", "problems", { endpoint, problem: "service-down", after: true });
    await control(emulator.facebook, "POST", "problems", { endpoint, problem: "too-fast" });
    expect(await post(token, { message: "Stored" })).toMatchObject({
      status: 500,
      body: { error: { code: 2, is_transient: true, fbtrace_id: expect.any(String) } },
    });
    expect(errorIn(await post(token, { message: "Not stored" }))).toBe("368/1390008");
    expect(emulator.facebook.world.memory.posts.map(({ text }) => text)).toEqual(["Stored"]);
  });

  test("a page of a gateway can be ordered in place of an answer", async () => {
    await orderFault(emulator.facebook, "GET /:version/me", {
      kind: "status",
      status: 502,
      html: "<h1>502</h1>",
    });
    expect((await fetch(`${origin}/v26.0/me`)).headers.get("content-type")).toContain("text/html");
  });

  test.each([458, 459, 460, 463, 464, 467, 490])("a token can end by 190/%d", async (subcode) => {
    const token = await pageToken(origin);
    await control(emulator.facebook, "POST", "endings", { username: "ana", subcode });
    const answer = await ask(origin, "/me", { token });
    expect(errorIn(answer)).toBe(`190/${subcode}`);
    expect(answer.headers.get("www-authenticate")).toContain("invalid_token");
  });

  test("whoever removes the app, or wants to be forgotten, is told of by a signed call", async () => {
    const forms: URLSearchParams[] = [];
    const app = createServer((request, response) => {
      let body = "";
      request.on("data", (chunk: Buffer) => (body += chunk.toString("utf8")));
      request.on("end", () => {
        forms.push(new URLSearchParams(body));
        response.end("{}");
      });
    });
    await new Promise<void>((done) => app.listen(0, "127.0.0.1", done));
    const at = app.address();
    const address = `http://127.0.0.1:${at !== null && typeof at === "object" ? at.port : 0}/`;
    const urls = { deauthorizeUrl: address, deletionUrl: address };
    await control(emulator.facebook, "POST", "apps", { clientId: appId, ...urls });
    const token = await pageToken(origin);
    await control(emulator.facebook, "POST", "deletions", { username: "ana" });
    await control(emulator.facebook, "POST", "withdrawals", { username: "ana" });
    expect(errorIn(await ask(origin, "/me", { token }))).toBe("190/458");
    expect(forms).toHaveLength(2);
    for (const form of forms) {
      const [signature, payload = ""] = (form.get("signed_request") ?? "").split(".");
      expect(signature).toBe(createHmac("sha256", secret).update(payload).digest("base64url"));
      expect(JSON.parse(Buffer.from(payload, "base64url").toString())).toMatchObject({
        algorithm: "HMAC-SHA256",
        user_id: "10224567890123456",
      });
    }
    app.close();
  });
});

describe("what people see", () => {
  test("a post shows the card that Facebook made of the page behind its link", async () => {
    const site = createServer((_request, response) =>
      response
        .writeHead(200, { "content-type": "text/html" })
        .end('<title>Bread</title><meta property="og:title" content="Fresh bread at seven">'),
    );
    await new Promise<void>((done) => site.listen(0, "127.0.0.1", done));
    const at = site.address();
    const link = `http://127.0.0.1:${at !== null && typeof at === "object" ? at.port : 0}/bread`;
    await post(await pageToken(origin), { message: "Come", link });
    const shown = await waitFor("the card", async () => {
      const html = await (await fetch(origin)).text();
      return html.includes("Fresh bread at seven") ? html : undefined;
    });
    expect(shown).toContain("Harbour Bakery");
    site.close();
  });

  test("a post's id is an address too; a deleted post is gone", async () => {
    const token = await pageToken(origin);
    const { id } = (await post(token, { message: "x" })).body as { id: string };
    expect((await fetch(`${origin}/${id}`)).status).toBe(200);
    await ask(origin, `/${id}`, { token, method: "DELETE" });
    expect((await fetch(`${origin}/${id}`)).status).toBe(404);
  });
});
