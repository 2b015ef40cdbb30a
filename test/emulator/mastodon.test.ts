/**
 * The simulated Mastodon is as strict as the real servers: docs/networks/mastodon.md, "The emulator enforces", point by
 * point.
 */
import { once } from "node:events";
import { get, type IncomingMessage } from "node:http";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { type Emulator, startEmulator } from "../../emulator/server.ts";
import { emulatedFetch } from "../harness/networks/emulated-fetch.ts";
import { control } from "../harness/networks/networks.ts";
import { bearer, callback, MastodonSteps, newVerifier, told, usualScopes } from "./mastodon-steps.ts";

let emulator: Emulator;
let mastodon: MastodonSteps;

beforeAll(async () => {
  emulator = await startEmulator();
  mastodon = new MastodonSteps(emulator);
});
beforeEach(() => emulator.mastodon.world.reset());
afterAll(() => emulator.stop());

const on = (name: string) => new MastodonSteps(emulator, `${name}.localhost`);
const draft = { client_name: "Sharewell", redirect_uris: callback, scopes: usualScopes };
const listSchema = z.array(z.looseObject({ id: z.string(), content: z.string() }));

describe("1. registering an app", () => {
  test("takes an array or a string of redirect addresses, and answers both fields", async () => {
    const uris = [callback, "https://example.org/other"];
    const asArray = await (await mastodon.send("/api/v1/apps", { ...draft, redirect_uris: uris })).json();
    const asString = await (
      await mastodon.sendForm("/api/v1/apps", { ...draft, redirect_uris: uris.join("\n") })
    ).json();
    for (const answer of [asArray, asString])
      expect(answer).toMatchObject({
        redirect_uris: uris,
        redirect_uri: uris.join("\n"),
        scopes: usualScopes.split(" "),
        client_secret_expires_at: 0,
      });
    expect(asArray.client_id).not.toBe(asString.client_id);
    expect(asArray.client_secret).not.toBe(asString.client_secret);
  });

  test.each([
    ["a relative redirect address", { redirect_uris: "/callback" }],
    ["no redirect address", { redirect_uris: "" }],
    ["a redirect address with a fragment", { redirect_uris: `${callback}#top` }],
    ["a script as redirect address", { redirect_uris: "javascript:alert(1)" }],
    ["no name", { client_name: " " }],
    ["an unknown scope", { scopes: "profile write:everything" }],
    ["a website that is no address", { website: "example" }],
  ])("refuses %s with 422", async (_what, change) => {
    const answer = await mastodon.send("/api/v1/apps", { ...draft, ...change });
    expect(await told(answer)).toMatch(/^422 Validation failed: /);
  });

  test("a strict server refuses an unknown field, in its own words", async () => {
    const answer = await on("hollo").send("/api/v1/apps", { ...draft, contacts: [] });
    expect([answer.status, await answer.json()]).toEqual([
      422,
      { error: "invalid_request", zod_error: expect.anything() },
    ]);
    expect((await mastodon.send("/api/v1/apps", { ...draft, contacts: [] })).status).toBe(200);
  });

  test("before 4.3 there is no metadata, no profile scope, no array and no redirect_uris", async () => {
    const old = on("old");
    expect((await old.get("/.well-known/oauth-authorization-server")).status).toBe(404);
    expect((await old.send("/api/v1/apps", draft)).status).toBe(422);
    const scopes = "read:accounts write:statuses";
    expect((await old.send("/api/v1/apps", { ...draft, scopes, redirect_uris: [callback] })).status).toBe(
      422,
    );
    const registered = await (await old.send("/api/v1/apps", { ...draft, scopes })).json();
    expect(registered).toMatchObject({ redirect_uri: callback });
    expect(registered).not.toHaveProperty("redirect_uris");
    expect(registered).not.toHaveProperty("client_secret_expires_at");
  });

  test("tells its OAuth metadata, with a trailing slash in the issuer", async () => {
    const metadata = await (await mastodon.get("/.well-known/oauth-authorization-server")).json();
    expect(metadata).toMatchObject({
      issuer: `${mastodon.origin}/`,
      app_registration_endpoint: `${mastodon.origin}/api/v1/apps`,
      code_challenge_methods_supported: ["S256"],
      grant_types_supported: ["authorization_code", "client_credentials"],
    });
    expect(metadata.scopes_supported).toContain("profile");
  });

  test("a vacuumed app is an invalid client, and a new registration works", async () => {
    const app = await mastodon.register();
    const code = (await mastodon.decide(app)).searchParams.get("code") ?? "";
    await mastodon.control("vacuum-apps", { server: mastodon.host });
    expect(await told(await mastodon.exchange(app, code))).toBe("401 invalid_client");
    expect((await mastodon.get(mastodon.authorizePath(app))).status).toBe(401);
    expect((await mastodon.connect()).access_token).not.toBe("");
  });
});

describe("2. asking the person", () => {
  test("shows who is asked by whom and for what, and leads back with code and state", async () => {
    const app = await mastodon.register();
    const page = await (await mastodon.get(mastodon.authorizePath(app))).text();
    expect(page).toContain("Sharewell wants to use your");
    expect(page).toContain(`@ana@${new URL(mastodon.origin).host}`);
    expect(page).toContain("Publish and delete posts in your name");
    const back = await mastodon.decide(app);
    expect(back.origin + back.pathname).toBe(callback);
    expect(back.searchParams.get("state")).toBe("state-of-ana");
    expect(back.searchParams.get("code")).toMatch(/^[\w-]{43}$/);
  });

  test("an address that differs in one character is never led back to", async () => {
    const app = await mastodon.register();
    const answer = await mastodon.get(mastodon.authorizePath(app, { redirect_uri: callback.slice(0, -1) }));
    expect([answer.status, answer.headers.get("location")]).toEqual([400, null]);
  });

  test.each([
    ["a scope that was not registered", { scope: "read" }, "invalid_scope"],
    ["another response type", { response_type: "token" }, "unsupported_response_type"],
    [
      "a plain challenge",
      { code_challenge: "x".repeat(43), code_challenge_method: "plain" },
      "invalid_code_challenge_method",
    ],
    ["a challenge without its method", { code_challenge: "x".repeat(43) }, "invalid_code_challenge_method"],
  ])("leads back at once with %s", async (_what, changes, error) => {
    const app = await mastodon.register();
    const answer = await mastodon.get(mastodon.authorizePath(app, changes));
    const back = new URL(answer.headers.get("location") ?? "");
    expect([back.searchParams.get("error"), back.searchParams.get("state")]).toEqual([error, "state-of-ana"]);
  });

  test("Hollo shows a bad request as JSON, without leading back", async () => {
    const hollo = on("hollo");
    const app = await hollo.register();
    const answer = await hollo.get(hollo.authorizePath(app, { scope: "read" }));
    expect(await told(answer)).toBe("400 invalid_scope");
  });

  test("names itself in every answer where it is told to, as its metadata then says", async () => {
    const app = await mastodon.register();
    expect((await mastodon.decide(app)).searchParams.has("iss")).toBe(false);
    await control(emulator.mastodon, "POST", "switches", { tellsIssuer: true });
    const metadata = await (await mastodon.get("/.well-known/oauth-authorization-server")).json();
    expect(metadata).toMatchObject({ authorization_response_iss_parameter_supported: true });
    const wrong = await mastodon.get(mastodon.authorizePath(app, { scope: "read" }));
    const answers = [
      await mastodon.decide(app),
      await mastodon.decide(app, {}, "refuse"),
      new URL(wrong.headers.get("location") ?? ""),
    ];
    for (const { searchParams } of answers) expect(searchParams.get("iss")).toBe(metadata.issuer);
  });

  test("refusing leads back with access_denied, and without the state where the server drops it", async () => {
    const [here, there] = [mastodon, on("hollo")];
    const kept = await here.decide(await here.register(), {}, "refuse");
    const dropped = await there.decide(await there.register(), {}, "refuse");
    expect(kept.searchParams.get("error")).toBe("access_denied");
    expect(kept.searchParams.get("state")).toBe("state-of-ana");
    expect(dropped.searchParams.get("error")).toBe("access_denied");
    expect(dropped.searchParams.has("state")).toBe(false);
  });

  test("force_login chooses nobody beforehand", async () => {
    const app = await mastodon.register();
    const usual = await (await mastodon.get(mastodon.authorizePath(app))).text();
    const anew = await (await mastodon.get(mastodon.authorizePath(app, { force_login: "true" }))).text();
    expect(usual.match(/checked/g)).toHaveLength(1);
    expect(anew).not.toContain("checked");
  });

  test("a code is good once, for its client, its address and ten minutes", async () => {
    const app = await mastodon.register();
    const code = async () => (await mastodon.decide(app)).searchParams.get("code") ?? "";
    const used = await code();
    expect((await mastodon.exchange(app, used)).status).toBe(200);
    expect(await told(await mastodon.exchange(app, used))).toBe("400 invalid_grant");
    const other = await mastodon.register();
    expect(await told(await mastodon.exchange(other, await code()))).toBe("400 invalid_grant");
    const elsewhere = { redirect_uri: "https://example.org/" };
    expect(await told(await mastodon.exchange(app, await code(), elsewhere))).toBe("400 invalid_grant");
    const late = await code();
    await mastodon.control("clock", { advanceSeconds: 601 });
    expect(await told(await mastodon.exchange(app, late))).toBe("400 invalid_grant");
  });
});

describe("3. giving tokens", () => {
  test("a wrong verifier is refused and does not burn the code; the right one passes", async () => {
    const app = await mastodon.register();
    const { verifier, challenge } = newVerifier();
    const asked = { code_challenge: challenge, code_challenge_method: "S256" };
    const code = (await mastodon.decide(app, asked)).searchParams.get("code") ?? "";
    const wrong = await mastodon.exchange(app, code, { code_verifier: newVerifier().verifier });
    expect(await told(wrong)).toBe("400 invalid_grant");
    expect(await told(await mastodon.exchange(app, code))).toBe("400 invalid_request");
    expect((await mastodon.exchange(app, code, { code_verifier: verifier })).status).toBe(200);
  });

  test("before 4.3 a challenge is ignored", async () => {
    const old = on("old");
    const scope = "read:accounts write:statuses";
    const app = await old.register(scope);
    const asked = { scope, code_challenge: newVerifier().challenge, code_challenge_method: "S256" };
    const code = (await old.decide(app, asked)).searchParams.get("code") ?? "";
    expect((await old.exchange(app, code)).status).toBe(200);
  });

  test("takes the client by body or Basic, in a form or in JSON, and echoes the scope", async () => {
    const app = await mastodon.register();
    const grant = { grant_type: "authorization_code", redirect_uri: callback };
    const code = async () => (await mastodon.decide(app)).searchParams.get("code") ?? "";
    const basic = `Basic ${Buffer.from(`${app.client_id}:${app.client_secret}`).toString("base64")}`;
    const answers = [
      await mastodon.exchange(app, await code()),
      await mastodon.send("/oauth/token", { ...grant, ...app, code: await code() }),
      await mastodon.sendForm("/oauth/token", { ...grant, code: await code() }, { authorization: basic }),
    ];
    for (const answer of answers)
      expect(await answer.json()).toMatchObject({ token_type: "Bearer", scope: usualScopes });
  });

  test("a wrong secret is an invalid client", async () => {
    const app = await mastodon.register();
    const code = (await mastodon.decide(app)).searchParams.get("code") ?? "";
    expect(await told(await mastodon.exchange(app, code, { client_secret: "wrong" }))).toBe(
      "401 invalid_client",
    );
  });

  test("the same app, person and scopes get the same endless token", async () => {
    const { app, access_token } = await mastodon.connect();
    expect((await mastodon.connectAgain(app)).access_token).toBe(access_token);
    expect((await mastodon.connectAgain(app, "profile")).access_token).not.toBe(access_token);
  });

  test("created_at is in seconds, at Hollo in milliseconds", async () => {
    const seconds = Date.now() / 1000;
    expect((await mastodon.connect()).created_at / seconds).toBeCloseTo(1, 3);
    expect((await on("hollo").connect()).created_at / seconds).toBeCloseTo(1000, 0);
  });

  test("an expiring token ends, and its refresh token is good once", async () => {
    const akkoma = on("akkoma");
    const scopes = "read:accounts write:statuses";
    const { app, access_token, refresh_token = "", expires_in = 0 } = await akkoma.connect(scopes);
    const refresh = (token: string) =>
      akkoma.sendForm("/oauth/token", { grant_type: "refresh_token", refresh_token: token, ...app });
    await akkoma.control("clock", { advanceSeconds: expires_in + 1 });
    expect((await akkoma.post(access_token, { status: "late" })).status).toBe(401);
    const renewed = await (await refresh(refresh_token)).json();
    expect(renewed.refresh_token).not.toBe(refresh_token);
    expect((await akkoma.post(renewed.access_token, { status: "in time" })).status).toBe(200);
    expect(await told(await refresh(refresh_token))).toBe("400 invalid_grant");
    expect((await refresh(renewed.refresh_token)).status).toBe(200);
  });
});

describe("4. checking tokens", () => {
  test("first that the token lives (401), then what it may do (403)", async () => {
    const { access_token } = await mastodon.connect("profile");
    expect(await told(await mastodon.post("nonsense", { status: "x" }))).toBe(
      "401 The access token is invalid",
    );
    expect(await told(await mastodon.post(access_token, { status: "x" }))).toBe(
      "403 This action is outside the authorized scopes",
    );
    expect((await mastodon.get("/api/v1/accounts/verify_credentials", access_token)).status).toBe(200);
    expect((await mastodon.get("/oauth/userinfo", access_token)).status).toBe(200);
  });

  test("an app's own token is no person's", async () => {
    const app = await mastodon.register();
    const grant = { grant_type: "client_credentials", scope: "write:statuses", ...app };
    const { access_token } = await (await mastodon.sendForm("/oauth/token", grant)).json();
    expect((await mastodon.post(access_token, { status: "x" })).status).toBe(401);
    expect((await mastodon.get("/api/v1/apps/verify_credentials", access_token)).status).toBe(200);
  });

  test("a token of one server is unknown to the next", async () => {
    const { access_token } = await mastodon.connect();
    expect((await on("xn--bcher-kva").post(access_token, { status: "x" })).status).toBe(401);
  });

  test("revoking works at once, twice as well as once, and only for the token's app", async () => {
    const { app, access_token } = await mastodon.connect();
    const other = await mastodon.register();
    const revoke = (by: Record<string, string>) =>
      mastodon.sendForm("/oauth/revoke", { ...by, token: access_token });
    expect(await told(await revoke(other))).toBe("403 unauthorized_client");
    expect((await revoke(app)).status).toBe(200);
    expect(await told(await mastodon.post(access_token, { status: "x" }))).toBe(
      "401 The access token was revoked",
    );
    expect([(await revoke(app)).status, await (await revoke(app)).json()]).toEqual([200, {}]);
  });

  test("Hollo refuses a field too many when revoking", async () => {
    const hollo = on("hollo");
    const { app, access_token } = await hollo.connect();
    const hinted = { ...app, token: access_token, token_type_hint: "refresh_token" };
    expect((await hollo.sendForm("/oauth/revoke", hinted)).status).toBe(400);
    expect((await hollo.sendForm("/oauth/revoke", { ...app, token: access_token })).status).toBe(200);
  });

  test("a disabled account may not post", async () => {
    const { access_token } = await mastodon.connect();
    await mastodon.control("accounts", { username: "ana", status: "disabled" });
    expect(await told(await mastodon.post(access_token, { status: "x" }))).toBe(
      "403 Your login is currently disabled",
    );
  });

  test.each(["expire-token", "revoke-token"])("%s ends the token right before the call", async (kind) => {
    const { access_token } = await mastodon.connect();
    await mastodon.control("faults", { endpoint: "POST /api/v1/statuses", fault: { kind } });
    expect((await mastodon.post(access_token, { status: "x" })).status).toBe(401);
    expect((await mastodon.post(access_token, { status: "x" })).status).toBe(401);
    expect(mastodon.texts()).toEqual([]);
  });
});

describe("5. Idempotency-Key", () => {
  test("a repeat gets the first status, whatever its body, for an hour", async () => {
    const { access_token } = await mastodon.connect();
    const first = await mastodon.posted(access_token, { status: "first" }, "key");
    expect((await mastodon.posted(access_token, { status: "other" }, "key")).id).toBe(first.id);
    expect((await mastodon.posted(access_token, { status: "" }, "key")).id).toBe(first.id);
    await mastodon.control("clock", { advanceSeconds: 3601 });
    expect((await mastodon.posted(access_token, { status: "later" }, "key")).id).not.toBe(first.id);
    expect(mastodon.texts()).toEqual(["first", "later"]);
  });

  test("repeats at the same time post once", async () => {
    const { access_token } = await mastodon.connect();
    const repeats = Array.from({ length: 8 }, () => mastodon.posted(access_token, { status: "one" }, "key"));
    expect(new Set((await Promise.all(repeats)).map(({ id }) => id)).size).toBe(1);
    expect(mastodon.texts()).toEqual(["one"]);
  });

  test("a key is per account, and a failure frees it", async () => {
    const ana = await mastodon.connect();
    const ben = await mastodon.connect(usualScopes, "ben");
    expect((await mastodon.post(ana.access_token, { status: "" }, "key")).status).toBe(422);
    await mastodon.posted(ana.access_token, { status: "Ana's" }, "key");
    await mastodon.posted(ben.access_token, { status: "Ben's" }, "key");
    expect(mastodon.texts()).toEqual(["Ana's", "Ben's"]);
  });

  test("the 4.6 bug answers a repeat with 500, though the post is there", async () => {
    const { access_token } = await mastodon.connect();
    await mastodon.switch({ idempotency: "bug-500-on-repeat" });
    await mastodon.posted(access_token, { status: "once" }, "key");
    expect((await mastodon.post(access_token, { status: "once" }, "key")).status).toBe(500);
    expect(mastodon.texts()).toEqual(["once"]);
  });

  test("a server that does not know the header posts twice", async () => {
    const { access_token } = await mastodon.connect();
    await mastodon.switch({ idempotency: "unsupported" });
    await mastodon.posted(access_token, { status: "twice" }, "key");
    await mastodon.posted(access_token, { status: "twice" }, "key");
    expect(mastodon.texts()).toEqual(["twice", "twice"]);
  });

  test.each([
    ["dropped", { kind: "drop", when: "after" }],
    ["cut", { kind: "cut" }],
  ])("the answer can be lost after the post was stored (%s)", async (_how, fault) => {
    const { access_token } = await mastodon.connect();
    await mastodon.control("faults", { endpoint: "POST /api/v1/statuses", fault });
    await expect(mastodon.posted(access_token, { status: "stored" }, "key")).rejects.toThrow();
    expect(mastodon.texts()).toEqual(["stored"]);
    await mastodon.posted(access_token, { status: "stored" }, "key");
    expect(mastodon.texts()).toEqual(["stored"]);
  });

  test("after a deletion a repeat is not found, at Hollo it posts anew", async () => {
    for (const [server, status] of [[mastodon, 404] as const, [on("hollo"), 200] as const]) {
      const { access_token } = await server.connect();
      const { id } = await server.posted(access_token, { status: "gone" }, "key");
      await server.delete(`/api/v1/statuses/${id}`, access_token);
      expect((await server.post(access_token, { status: "gone" }, "key")).status).toBe(status);
    }
  });
});

describe("6. what a status may say", () => {
  const link = `https://example.org/${"x".repeat(300)}`;

  test.each([
    ["500 characters", "x".repeat(500), 200],
    ["501 characters", "x".repeat(501), 422],
    ["a long link, counted as 23", `${"x".repeat(476)} ${link}`, 200],
    ["one character more beside it", `${"x".repeat(477)} ${link}`, 422],
    ["500 families of several code points", "👩‍👩‍👧‍👦".repeat(500), 200],
    ["a mention, counted without its domain", `${"x".repeat(494)} @anna@very-long-domain.example`, 200],
    ["nothing", " ", 422],
  ])("counts %s", async (_what, status, expected) => {
    const { access_token } = await mastodon.connect();
    expect((await mastodon.post(access_token, { status })).status).toBe(expected);
  });

  test("the warning counts too", async () => {
    const { access_token } = await mastodon.connect();
    const body = { status: "x".repeat(400), spoiler_text: "x".repeat(101) };
    expect((await mastodon.post(access_token, body)).status).toBe(422);
  });

  test("refuses an unknown visibility, and takes the person's own where none is given", async () => {
    const { access_token } = await mastodon.connect();
    await mastodon.control("accounts", { username: "ana", defaultVisibility: "unlisted" });
    expect((await mastodon.post(access_token, { status: "x", visibility: "friends" })).status).toBe(422);
    expect(await mastodon.posted(access_token, { status: "x" })).toMatchObject({ visibility: "unlisted" });
  });

  test("GoToSocial answers 400, counts the whole link, and wants JSON accepted", async () => {
    const gotosocial = on("gotosocial");
    const { access_token } = await gotosocial.connect();
    await gotosocial.switch({ maxCharacters: 300 });
    expect(await told(await gotosocial.post(access_token, { status: link }))).toMatch(/^400 Bad Request: /);
    const answer = await emulatedFetch(`${gotosocial.origin}/api/v1/accounts/verify_credentials`, {
      headers: { ...bearer(access_token), accept: "text/html" },
    });
    expect(answer.status).toBe(406);
  });

  test("shows a link in HTML with its whole address, escaped", async () => {
    const { access_token } = await mastodon.connect();
    const status = "Read <this>: https://example.org/a?b=1&c=2.";
    const { content } = await mastodon.posted(access_token, { status });
    expect(content).toContain('href="https://example.org/a?b=1&amp;c=2"');
    expect(content).toContain("Read &lt;this&gt;:");
  });

  test("an answer may be a silent drop: nothing is stored", async () => {
    const { access_token } = await mastodon.connect();
    await mastodon.switch({ dropsSilently: true });
    const { id } = await mastodon.posted(access_token, { status: "spam?" });
    expect((await mastodon.get(`/api/v1/statuses/${id}`)).status).toBe(404);
  });
});

describe("7. rate limits", () => {
  test("tells limit, remaining and an ISO-8601 instant aligned to the clock", async () => {
    const answer = await mastodon.get("/api/v2/instance");
    expect(answer.headers.get("x-ratelimit-limit")).toBe("300");
    expect(answer.headers.get("x-ratelimit-remaining")).toBe("299");
    const reset = answer.headers.get("x-ratelimit-reset") ?? "";
    expect(reset).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect(Date.parse(reset) % 300_000).toBe(0);
  });

  test("300 posts in three hours, then 429 until the window ends", async () => {
    const { access_token } = await mastodon.connect();
    const { memory } = emulator.mastodon.world;
    await mastodon.posted(access_token, { status: "first" });
    const spent = memory.rates[`statuses ana@${mastodon.host}`];
    expect(spent?.count).toBe(1);
    if (spent) spent.count = 300;
    const answer = await mastodon.post(access_token, { status: "too many" });
    expect([answer.status, answer.headers.get("x-ratelimit-remaining")]).toEqual([429, "0"]);
    expect(answer.headers.has("retry-after")).toBe(false);
    await mastodon.control("clock", { advanceSeconds: 3 * 3600 });
    expect((await mastodon.post(access_token, { status: "again" })).status).toBe(200);
  });

  test("30 deletions in half an hour", async () => {
    const { access_token } = await mastodon.connect();
    for (let count = 0; count < 30; count += 1) await mastodon.delete("/api/v1/statuses/1", access_token);
    expect((await mastodon.delete("/api/v1/statuses/1", access_token)).status).toBe(429);
  });

  test("a 429 on demand comes with headers, or as bare HTML of a proxy", async () => {
    const { access_token } = await mastodon.connect();
    const endpoint = "POST /api/v1/statuses";
    await mastodon.control("faults", { endpoint, fault: { kind: "rate-limit", headers: true } });
    await mastodon.control("faults", { endpoint, fault: { kind: "rate-limit", headers: false } });
    const own = await mastodon.post(access_token, { status: "x" });
    const proxy = await mastodon.post(access_token, { status: "x" });
    expect([own.status, own.headers.get("x-ratelimit-remaining")]).toEqual([429, "0"]);
    expect([proxy.status, proxy.headers.get("x-ratelimit-reset")]).toEqual([429, null]);
    expect(proxy.headers.get("content-type")).toContain("text/html");
    expect((await mastodon.post(access_token, { status: "x" })).status).toBe(200);
  });
});

describe("8. pictures and deleting", () => {
  const png = Buffer.from(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
    "base64",
  );

  function upload(token: string, bytes = png): Promise<Response> {
    const form = new FormData();
    form.set("file", new File([new Uint8Array(bytes)], "dot.png", { type: "image/png" }));
    form.set("description", "A dot");
    return emulatedFetch(`${mastodon.origin}/api/v2/media`, {
      method: "POST",
      headers: bearer(token),
      body: form,
    });
  }

  test("a picture is processed first: 202, 206, 200; attaching it earlier is refused", async () => {
    const { access_token } = await mastodon.connect();
    await mastodon.switch({ media: "processed-later" });
    const uploaded = await upload(access_token);
    const { id, url } = await uploaded.json();
    expect([uploaded.status, url]).toEqual([202, null]);
    expect((await mastodon.post(access_token, { status: "x", media_ids: [id] })).status).toBe(422);
    expect((await mastodon.get(`/api/v1/media/${id}`, access_token)).status).toBe(206);
    const ready = await mastodon.get(`/api/v1/media/${id}`, access_token);
    expect([ready.status, await ready.json()]).toEqual([
      200,
      expect.objectContaining({ description: "A dot", url: expect.stringMatching(/^http/) }),
    ]);
    const status = await mastodon.posted(access_token, { status: "x", media_ids: [id] });
    expect(status.media_attachments).toHaveLength(1);
  });

  test("processing can fail", async () => {
    const { access_token } = await mastodon.connect();
    await mastodon.switch({ media: "processing-fails" });
    const { id } = await (await upload(access_token)).json();
    await mastodon.get(`/api/v1/media/${id}`, access_token);
    expect((await mastodon.get(`/api/v1/media/${id}`, access_token)).status).toBe(422);
  });

  test("refuses what is no picture, and a picture that is unknown, used or somebody else's", async () => {
    const ana = await mastodon.connect();
    const ben = await mastodon.connect(usualScopes, "ben");
    expect((await upload(ana.access_token, Buffer.from("<svg/>"))).status).toBe(422);
    const uploaded = await upload(ana.access_token);
    const { id } = await uploaded.json();
    expect(uploaded.status).toBe(200);
    expect((await mastodon.post(ana.access_token, { status: "x", media_ids: ["1"] })).status).toBe(422);
    expect((await mastodon.post(ben.access_token, { status: "x", media_ids: [id] })).status).toBe(422);
    await mastodon.posted(ana.access_token, { media_ids: [id] });
    expect((await mastodon.post(ana.access_token, { status: "x", media_ids: [id] })).status).toBe(422);
  });

  test("a deletion answers the source text; the second one finds nothing", async () => {
    const { access_token } = await mastodon.connect();
    const { id, url } = await mastodon.posted(access_token, { status: "Bye https://example.org/" });
    const deleted = await mastodon.delete(`/api/v1/statuses/${id}`, access_token);
    expect([deleted.status, await deleted.json()]).toEqual([
      200,
      expect.objectContaining({ id, text: "Bye https://example.org/" }),
    ]);
    expect(await told(await mastodon.delete(`/api/v1/statuses/${id}`, access_token))).toBe(
      "404 Record not found",
    );
    expect((await mastodon.get(`/api/v1/statuses/${id}`)).status).toBe(404);
    expect((await emulatedFetch(url ?? "")).status).toBe(404);
  });

  test("nobody deletes another person's post", async () => {
    const ana = await mastodon.connect();
    const ben = await mastodon.connect(usualScopes, "ben");
    const { id } = await mastodon.posted(ana.access_token, { status: "mine" });
    expect((await mastodon.delete(`/api/v1/statuses/${id}`, ben.access_token)).status).toBe(404);
  });
});

describe("9. finding servers, and what is none", () => {
  const hostOf = (steps: MastodonSteps) => new URL(steps.origin).host;

  test("webfinger leads from the account domain to the web domain", async () => {
    const [people, social] = [on("people"), on("social")];
    const resource = `acct:ana@${hostOf(people)}`;
    const answer = await emulatedFetch(`${people.origin}/.well-known/webfinger?resource=${resource}`);
    expect(new URL(answer.url).origin).toBe(social.origin);
    const found = await answer.json();
    expect(found.subject).toBe(resource);
    expect(found.links).toContainEqual({
      rel: "self",
      type: "application/activity+json",
      href: `${social.origin}/users/ana`,
    });
    expect((await people.get("/api/v2/instance")).status).toBe(404);
    expect(await (await social.get("/api/v2/instance")).json()).toMatchObject({ domain: hostOf(people) });
  });

  test("an internationalised host is served under its A-label", async () => {
    const books = on("xn--bcher-kva");
    const answer = await books.get(
      `/.well-known/webfinger?resource=${encodeURIComponent("acct:ana@bücher.localhost")}`,
    );
    expect(await answer.json()).toMatchObject({ subject: `acct:ana@${hostOf(books)}` });
  });

  test("a server may claim a domain that knows nothing of it", async () => {
    const people = hostOf(on("people"));
    await control(emulator.mastodon, "POST", "switches", { claimedDomain: people });
    expect(await (await mastodon.get("/api/v2/instance")).json()).toMatchObject({ domain: people });
    expect(await (await mastodon.get("/api/v1/instance")).json()).toMatchObject({ uri: people });
    const webfinger = `${on("people").origin}/.well-known/webfinger?resource=acct:ana@${people}`;
    expect(new URL((await emulatedFetch(webfinger)).url).origin).toBe(on("social").origin);
  });

  test("a nobody is not found, nor is a somebody of another domain", async () => {
    for (const resource of ["acct:nobody@mastodon.localhost", "acct:ana@example.org", ""])
      expect((await mastodon.get(`/.well-known/webfinger?resource=${resource}`)).status).toBe(404);
  });

  test("host-meta has the template, except at Hollo", async () => {
    expect(await (await mastodon.get("/.well-known/host-meta")).text()).toContain("webfinger?resource={uri}");
    expect((await on("hollo").get("/.well-known/host-meta")).status).toBe(404);
  });

  test("Misskey has metadata without registration, says its name, and lacks the API", async () => {
    const misskey = on("misskey");
    const metadata = await (await misskey.get("/.well-known/oauth-authorization-server")).json();
    expect(metadata).toHaveProperty("token_endpoint");
    expect(metadata).not.toHaveProperty("app_registration_endpoint");
    expect(await (await misskey.get("/nodeinfo/2.0")).json()).toMatchObject({
      software: { name: "misskey" },
    });
    expect((await misskey.send("/api/v1/apps", draft)).status).toBe(404);
  });

  test("a web site answers HTML to everything", async () => {
    const site = on("html");
    for (const answer of [await site.get("/api/v2/instance"), await site.send("/api/v1/statuses", {})]) {
      expect(answer.status).toBe(200);
      expect(answer.headers.get("content-type")).toContain("text/html");
    }
  });

  test("Akkoma has only the first instance call, with max_toot_chars", async () => {
    const akkoma = on("akkoma");
    expect((await akkoma.get("/api/v2/instance")).status).toBe(404);
    const instance = await (await akkoma.get("/api/v1/instance")).json();
    expect(instance).toMatchObject({
      max_toot_chars: 5000,
      version: expect.stringContaining("compatible; "),
    });
    expect(instance).not.toHaveProperty("configuration");
  });

  test("every other local host is the modern server; a foreign host is nobody's", async () => {
    const { port } = emulator.mastodon;
    expect((await emulatedFetch(`http://elsewhere.localhost:${port}/api/v2/instance`)).status).toBe(200);
    const foreign = get({ port, path: "/api/v2/instance", headers: { host: "example.org" } });
    const [answer]: IncomingMessage[] = await once(foreign, "response");
    answer?.resume();
    expect(answer?.statusCode).toBe(421);
  });

  test("the same account id means different people on different servers", async () => {
    const [here, there] = [await mastodon.connect(), await on("xn--bcher-kva").connect()];
    const who = async (steps: MastodonSteps, token: string) =>
      (await steps.get("/api/v1/accounts/verify_credentials", token)).json();
    const [ana, otherAna] = [
      await who(mastodon, here.access_token),
      await who(on("xn--bcher-kva"), there.access_token),
    ];
    expect(ana.id).toBe(otherAna.id);
    expect(ana.url).not.toBe(otherAna.url);
  });
});

describe("reading back", () => {
  test("lists public posts without a token, newest first; a token without read is refused", async () => {
    const { access_token } = await mastodon.connect();
    const { id } = await (await mastodon.get("/api/v1/accounts/verify_credentials", access_token)).json();
    for (const visibility of ["public", "unlisted", "private", "direct"])
      await mastodon.posted(access_token, { status: visibility, visibility });
    const path = `/api/v1/accounts/${id}/statuses?limit=20&exclude_reblogs=true`;
    const seen = listSchema.parse(await (await mastodon.get(path)).json());
    expect(seen.map(({ content }) => content)).toEqual(["<p>unlisted</p>", "<p>public</p>"]);
    expect((await mastodon.get(path, access_token)).status).toBe(403);
    const reader = await mastodon.connect("read:statuses");
    const all = listSchema.parse(await (await mastodon.get(path, reader.access_token)).json());
    expect(all).toHaveLength(4);
  });

  test("the post's page and the timeline show it as a person sees it", async () => {
    const { access_token } = await mastodon.connect();
    const { url } = await mastodon.posted(access_token, { status: "Look: https://example.org/page" });
    for (const address of [url ?? "", `${mastodon.origin}/`]) {
      const page = await (await emulatedFetch(address)).text();
      expect(page).toMatch(/^<!doctype html>/);
      expect(page).toContain("Ana Lima");
      expect(page).toContain('<a href="https://example.org/page">example.org/page</a>');
      expect(page).toContain("simulated");
    }
  });
});
