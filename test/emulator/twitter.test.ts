/** Checks the simulated X against the rules of the real one, and what its pages must show. */
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { type Emulator, startEmulator } from "../../emulator/server.ts";
import {
  ana,
  askConsent,
  basic,
  ben,
  call,
  codeFor,
  connect,
  control,
  decide,
  demoApp,
  exchange,
  locationOf,
  postForm,
  refresh,
} from "./twitter-app.ts";

let emulator: Emulator;
let x: string;

beforeAll(async () => {
  emulator = await startEmulator();
  x = emulator.twitter.origin;
});
afterAll(() => emulator.stop());
beforeEach(() => control(x, "reset", {}));

const postedSchema = z.strictObject({
  data: z.strictObject({ id: z.string(), text: z.string(), edit_history_tweet_ids: z.array(z.string()) }),
});

async function post(token: string, body: unknown): Promise<{ id: string; text: string }> {
  const answer = await call(x, token, "POST /2/tweets", body);
  expect(answer.status).toBe(201);
  return postedSchema.parse(await answer.json()).data;
}

async function bodyOf(answer: Response): Promise<unknown> {
  return answer.json();
}

const unauthorized = { title: "Unauthorized", type: "about:blank", status: 401, detail: "Unauthorized" };
const forbidden = { title: "Forbidden", type: "about:blank", status: 403, detail: "Forbidden" };
const codeInvalid = {
  error: "invalid_request",
  error_description: "Value passed for the authorization code was invalid.",
};
const tokenInvalid = {
  error: "invalid_request",
  error_description: "Value passed for the token was invalid.",
};

function invalidRequest(...errors: unknown[]) {
  return {
    errors,
    title: "Invalid Request",
    detail: "One or more parameters to your request was invalid.",
    type: "https://api.x.com/2/problems/invalid-request",
  };
}

describe("1. the authorize page", () => {
  const bent: [string, Record<string, string | undefined>][] = [
    ["an unknown client", { client_id: "nobody" }],
    ["a missing client", { client_id: undefined }],
    ["a redirect_uri without its last slash", { redirect_uri: demoApp.redirectUri.slice(0, -1) }],
    ["a redirect_uri in other case", { redirect_uri: demoApp.redirectUri.replace("http:", "HTTP:") }],
    ["a missing code_challenge", { code_challenge: undefined }],
    ["a short code_challenge", { code_challenge: "a".repeat(42) }],
    ["a missing code_challenge_method", { code_challenge_method: undefined }],
    ["an unknown code_challenge_method", { code_challenge_method: "S512" }],
    ["an unknown scope", { scope: "tweet.read toString" }],
    ["scopes with commas", { scope: "tweet.read,tweet.write" }],
    ["a missing scope", { scope: undefined }],
    ["a state of 501 characters", { state: "s".repeat(501) }],
    ["a missing state", { state: undefined }],
    ["another response_type", { response_type: "token" }],
  ];

  it.each(bent)("shows its own error page for %s, and sends nobody anywhere", async (_what, changes) => {
    const asked = askConsent(changes);
    const page = await fetch(`${x}/i/oauth2/authorize?${new URLSearchParams(asked.query)}`, {
      redirect: "manual",
    });
    expect(page.status).toBe(400);
    expect(page.headers.get("location")).toBeNull();
    expect(await page.text()).toContain("This cannot be authorised");
    const decision = await decide(x, asked);
    expect(decision.status).toBe(400);
    expect(decision.headers.get("location")).toBeNull();
  });

  it("lets a person choose an account and what to answer", async () => {
    const page = await fetch(`${x}/i/oauth2/authorize?${new URLSearchParams(askConsent().query)}`);
    expect(page.status).toBe(200);
    const html = await page.text();
    expect(html).toContain("@ana");
    expect(html).toContain("@ben");
    expect(html).toMatch(/<button[^>]*value="approve"/);
    expect(html).toMatch(/<button[^>]*value="refuse"/);
  });

  it("goes back with code and state when the person approves", async () => {
    const asked = askConsent({ state: "s".repeat(500) });
    const answer = await decide(x, asked);
    expect(answer.status).toBe(302);
    const back = locationOf(answer);
    expect(`${back.origin}${back.pathname}`).toBe(demoApp.redirectUri);
    expect([...back.searchParams.keys()]).toEqual(["state", "code"]);
    expect(back.searchParams.get("state")).toBe(asked.query.state);
  });

  it("goes back with access_denied and no code when the person refuses", async () => {
    const back = locationOf(await decide(x, askConsent({ state: "mine" }), "refuse"));
    expect(Object.fromEntries(back.searchParams)).toEqual({ error: "access_denied", state: "mine" });
  });
});

describe("2. authorization codes", () => {
  it("are good once", async () => {
    const asked = askConsent();
    const code = await codeFor(x, asked);
    expect((await exchange(x, code, asked.verifier)).status).toBe(200);
    const again = await exchange(x, code, asked.verifier);
    expect(again.status).toBe(400);
    expect(await bodyOf(again)).toEqual(codeInvalid);
  });

  it("live thirty seconds", async () => {
    const asked = askConsent();
    const early = await codeFor(x, asked);
    await control(x, "clock", { advanceSeconds: 25 });
    expect((await exchange(x, early, asked.verifier)).status).toBe(200);
    const late = await codeFor(x, asked);
    await control(x, "clock", { advanceSeconds: 30 });
    const answer = await exchange(x, late, asked.verifier);
    expect(answer.status).toBe(400);
    expect(await bodyOf(answer)).toEqual(codeInvalid);
  });

  it("are bound to the verifier, the redirect_uri and the app", async () => {
    const asked = askConsent();
    const wrongVerifier = await exchange(x, await codeFor(x, asked), "v".repeat(43));
    expect(await bodyOf(wrongVerifier)).toEqual(codeInvalid);
    const otherUri = { redirect_uri: "http://localhost:4100/social/callback/twitter/" };
    const wrongUri = await exchange(x, await codeFor(x, asked), asked.verifier, otherUri);
    expect(await bodyOf(wrongUri)).toEqual(codeInvalid);
    await control(x, "apps", { clientId: "other", clientSecret: "secret" });
    const form = {
      grant_type: "authorization_code",
      code: await codeFor(x, asked),
      redirect_uri: demoApp.redirectUri,
      code_verifier: asked.verifier,
    };
    const otherApp = `Basic ${Buffer.from("other:secret").toString("base64")}`;
    const wrongApp = await postForm(`${x}/2/oauth2/token`, form, otherApp);
    expect(wrongApp.status).toBe(400);
    expect(await bodyOf(wrongApp)).toEqual(codeInvalid);
  });

  it("may be proved in plain where that was asked", async () => {
    const asked = askConsent({ code_challenge: "p".repeat(43), code_challenge_method: "plain" });
    expect((await exchange(x, await codeFor(x, asked), "p".repeat(43))).status).toBe(200);
  });

  it("come back as invalid_grant when X is switched to that name", async () => {
    await control(x, "switches", { grantError: "invalid_grant" });
    expect(await bodyOf(await exchange(x, "nonsense", "v".repeat(43)))).toEqual({
      ...codeInvalid,
      error: "invalid_grant",
    });
  });
});

describe("3. the app at the token endpoint", () => {
  const refused = { error: "unauthorized_client", error_description: "Missing valid authorization header" };
  const form = { grant_type: "refresh_token", refresh_token: "any" };

  it.each([
    ["without Basic", "", { client_id: demoApp.clientId }],
    ["with its secret in the body", "", { client_id: demoApp.clientId, client_secret: demoApp.clientSecret }],
    ["with a wrong secret", `Basic ${Buffer.from("sharewell-demo:wrong").toString("base64")}`, {}],
  ])("is refused when it is confidential and comes %s", async (_how, authorization, fields) => {
    for (const path of ["token", "revoke"]) {
      const answer = await postForm(
        `${x}/2/oauth2/${path}`,
        { ...form, token: "any", ...fields },
        authorization,
      );
      expect(answer.status).toBe(401);
      expect(await bodyOf(answer)).toEqual(refused);
    }
  });

  it("is refused when X does not know it", async () => {
    const unknown = await postForm(`${x}/2/oauth2/token`, { ...form, client_id: "nobody" }, "");
    expect([unknown.status, await bodyOf(unknown)]).toEqual([400, { error: "invalid_client" }]);
    const withBasic = await postForm(
      `${x}/2/oauth2/token`,
      form,
      `Basic ${Buffer.from("nobody:x").toString("base64")}`,
    );
    expect([withBasic.status, await bodyOf(withBasic)]).toEqual([401, { error: "invalid_client" }]);
  });

  it.each([
    ["client_id", "", {}],
    ["grant_type", basic, {}],
    ["code", basic, { grant_type: "authorization_code" }],
    ["redirect_uri", basic, { grant_type: "authorization_code", code: "c" }],
    ["code_verifier", basic, { grant_type: "authorization_code", code: "c", redirect_uri: "r" }],
    ["refresh_token", basic, { grant_type: "refresh_token" }],
  ])("hears that %s is missing", async (name, authorization, fields) => {
    const answer = await postForm(`${x}/2/oauth2/token`, fields, authorization);
    expect(answer.status).toBe(400);
    expect(await bodyOf(answer)).toEqual({
      error: "invalid_request",
      error_description: `Missing required parameter [${name}].`,
    });
  });

  it("hears of a grant type that X does not have", async () => {
    const answer = await postForm(`${x}/2/oauth2/token`, { grant_type: "password" });
    expect([answer.status, await bodyOf(answer)]).toEqual([400, { error: "unsupported_grant_type" }]);
  });

  it("needs no secret when it is public", async () => {
    await control(x, "apps", { clientId: "phone", type: "public", redirectUris: ["http://127.0.0.1:9/"] });
    const asked = askConsent({ client_id: "phone", redirect_uri: "http://127.0.0.1:9/" });
    const form = {
      grant_type: "authorization_code",
      client_id: "phone",
      code: await codeFor(x, asked),
      redirect_uri: "http://127.0.0.1:9/",
      code_verifier: asked.verifier,
    };
    expect((await postForm(`${x}/2/oauth2/token`, form, "")).status).toBe(200);
  });
});

describe("4. tokens", () => {
  it("tell their scopes as a set, in an order of X's own", async () => {
    const { scope } = await connect(x);
    expect(scope).not.toBe("tweet.read tweet.write users.read offline.access media.write");
    expect(new Set(scope.split(" "))).toEqual(
      new Set(["tweet.read", "tweet.write", "users.read", "offline.access", "media.write"]),
    );
  });

  it("open the API for two hours", async () => {
    const { access_token } = await connect(x);
    await control(x, "clock", { advanceSeconds: 7190 });
    expect((await call(x, access_token, "GET /2/users/me")).status).toBe(200);
    await control(x, "clock", { advanceSeconds: 10 });
    expect((await call(x, access_token, "GET /2/users/me")).status).toBe(401);
  });

  it("are renewed with a new refresh token, and the old one is dead at once", async () => {
    const first = await connect(x);
    const renewed = await refresh(x, first.refresh_token ?? "");
    const second = z
      .looseObject({ refresh_token: z.string(), access_token: z.string(), scope: z.string() })
      .parse(await renewed.json());
    expect(second.refresh_token).not.toBe(first.refresh_token);
    expect(second.scope).toBe(first.scope);
    expect((await call(x, second.access_token, "GET /2/users/me")).status).toBe(200);
    const again = await refresh(x, first.refresh_token ?? "");
    expect([again.status, await bodyOf(again)]).toEqual([400, tokenInvalid]);
    expect((await refresh(x, second.refresh_token)).status).toBe(200);
  });

  it("are renewed for one of two who ask at the same time", async () => {
    const { refresh_token = "" } = await connect(x);
    const answers = await Promise.all([refresh(x, refresh_token), refresh(x, refresh_token)]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 400]);
  });

  it("cannot be renewed without offline.access", async () => {
    const tokens = await connect(x, { scope: "tweet.read users.read" });
    expect(tokens.refresh_token).toBeUndefined();
  });
});

describe("5. scopes", () => {
  it.each(["tweet.read", "tweet.write", "users.read"])("refuses a post without %s", async (missing) => {
    const scope = ["tweet.read", "tweet.write", "users.read"].filter((word) => word !== missing).join(" ");
    const { access_token } = await connect(x, { scope });
    for (const endpoint of ["POST /2/tweets", "DELETE /2/tweets/1"] as const) {
      const answer = await call(
        x,
        access_token,
        endpoint,
        endpoint.startsWith("POST") ? { text: "hello" } : undefined,
      );
      expect(answer.status).toBe(403);
      expect(await bodyOf(answer)).toEqual(forbidden);
    }
  });

  it("refuses uploads without media.write", async () => {
    const { access_token } = await connect(x, { scope: "tweet.read tweet.write users.read" });
    const endpoints = [
      "POST /2/media/upload/initialize",
      "POST /2/media/upload/1/append",
      "POST /2/media/upload/1/finalize",
      "POST /2/media/upload",
      "POST /2/media/metadata",
      "GET /2/media/upload?command=STATUS&media_id=1",
    ] as const;
    for (const endpoint of endpoints) {
      const answer = await call(x, access_token, endpoint, endpoint.startsWith("POST") ? {} : undefined);
      expect([endpoint, answer.status, await bodyOf(answer)]).toEqual([endpoint, 403, forbidden]);
    }
  });

  it("tells who you are only with tweet.read and users.read", async () => {
    const { access_token } = await connect(x, { scope: "users.read" });
    expect((await call(x, access_token, "GET /2/users/me")).status).toBe(403);
  });
});

describe("6. a token that is not good", () => {
  async function expectUnauthorized(answer: Response) {
    expect(answer.status).toBe(401);
    expect(answer.headers.get("content-type")).toBe("application/problem+json");
    expect([...answer.headers.keys()].filter((name) => name.startsWith("x-rate-limit"))).toEqual([]);
    expect(await bodyOf(answer)).toEqual(unauthorized);
  }

  it("is refused when there is none, when it is unknown or of another kind", async () => {
    await expectUnauthorized(await fetch(`${x}/2/users/me`));
    await expectUnauthorized(await call(x, "nonsense", "GET /2/users/me"));
    await expectUnauthorized(
      await fetch(`${x}/2/tweets`, { method: "POST", headers: { authorization: basic } }),
    );
    const oauth1 = 'OAuth oauth_consumer_key="k", oauth_token="t", oauth_signature="s"';
    await expectUnauthorized(await fetch(`${x}/2/users/me`, { headers: { authorization: oauth1 } }));
    const { refresh_token = "" } = await connect(x);
    await expectUnauthorized(await call(x, refresh_token, "GET /2/users/me"));
  });

  it("is refused once it has expired or the person withdrew", async () => {
    const expired = await connect(x);
    await control(x, "clock", { advanceSeconds: 7200 });
    await expectUnauthorized(await call(x, expired.access_token, "POST /2/tweets", { text: "late" }));
    const withdrawn = await connect(x);
    await control(x, "withdrawals", { username: "ana" });
    await expectUnauthorized(await call(x, withdrawn.access_token, "POST /2/tweets", { text: "gone" }));
    expect(await bodyOf(await refresh(x, withdrawn.refresh_token ?? ""))).toEqual(tokenInvalid);
  });
});

describe("7. what a post may hold", () => {
  it.each([
    [
      "an unknown field",
      { text: "a", colour: "red" },
      "$.colour: is not defined in the schema and the schema does not allow additional properties",
    ],
    [
      "an unknown field deeper in",
      { text: "a", media: { media_ids: ["1"], alt: "b" } },
      "$.media.alt: is not defined in the schema and the schema does not allow additional properties",
    ],
    [
      "an id that is a number",
      { text: "a", media: { media_ids: [1] } },
      "$.media.media_ids[0]: number found, string expected",
    ],
    [
      "an id with letters",
      { text: "a", media: { media_ids: ["12a"] } },
      "$.media.media_ids[0]: does not match the regex pattern ^[0-9]{1,19}$",
    ],
    [
      "ids that are no list",
      { text: "a", media: { media_ids: "1666121026172858379" } },
      "$.media.media_ids: string found, array expected",
    ],
    [
      "five pictures",
      { text: "a", media: { media_ids: ["1", "2", "3", "4", "5"] } },
      "$.media.media_ids: there must be a maximum of 4 items in the array",
    ],
    ["media without ids", { text: "a", media: {} }, "$.media.media_ids: is missing but it is required"],
    [
      "an unknown audience",
      { text: "a", reply_settings: "everyone" },
      "$.reply_settings: does not have a value in the enumeration [following, mentionedUsers, subscribers, verified]",
    ],
  ])("refuses %s", async (_what, body, message) => {
    const { access_token } = await connect(x);
    const answer = await call(x, access_token, "POST /2/tweets", body);
    expect(answer.status).toBe(400);
    expect(await bodyOf(answer)).toMatchObject(invalidRequest({ message }));
    expect(emulator.twitter.world.memory.posts).toEqual([]);
  });

  it("takes JSON only", async () => {
    const { access_token } = await connect(x);
    const send = (contentType: string, body: string) => {
      const headers = { authorization: `Bearer ${access_token}`, "content-type": contentType };
      return fetch(`${x}/2/tweets`, { method: "POST", headers, body });
    };
    const form = await send("application/x-www-form-urlencoded", "text=hello");
    expect([form.status, await bodyOf(form)]).toEqual([
      400,
      invalidRequest({ message: "Requests with bodies must have content-type of application/json." }),
    ]);
    const broken = await send("application/json", "{");
    expect(await bodyOf(broken)).toEqual(invalidRequest({ message: "Request body is not valid JSON." }));
    const list = await send("application/json", "[]");
    expect(await bodyOf(list)).toEqual(invalidRequest({ message: "Request body must be a JSON object." }));
  });

  it("says so when it is asked for what it does not imitate", async () => {
    const { access_token } = await connect(x);
    const poll = { options: ["a", "b"], duration_minutes: 60 };
    const answer = await call(x, access_token, "POST /2/tweets", { text: "vote", poll });
    expect([answer.status, await bodyOf(answer)]).toEqual([
      501,
      { error: 'The emulator does not imitate "poll".' },
    ]);
  });
});

describe("7. the media of a post", () => {
  const wrongIds = (...ids: string[]) =>
    invalidRequest({ parameters: { "media.media_ids": ids }, message: "Your media IDs are invalid." });

  async function expectRefused(token: string, ids: string[]) {
    const answer = await call(x, token, "POST /2/tweets", { text: "look", media: { media_ids: ids } });
    expect([answer.status, await bodyOf(answer)]).toEqual([400, wrongIds(...ids)]);
  }

  it("must exist and belong to the person", async () => {
    const anas = await connect(x);
    const bens = await connect(x, { account: ben });
    await expectRefused(anas.access_token, ["1880028106020515840"]);
    const picture = await uploadWhole(anas.access_token, await makePicture());
    await expectRefused(bens.access_token, [picture]);
    await expectRefused(anas.access_token, [picture, picture]);
    await post(anas.access_token, { text: "look", media: { media_ids: [picture] } });
  });

  it("must be finalized", async () => {
    const { access_token } = await connect(x);
    const id = await beginUpload(access_token, { bytes: 10 });
    await expectRefused(access_token, [id]);
  });

  it("is four pictures, or one GIF, or one video", async () => {
    const { access_token } = await connect(x);
    const pictures: string[] = [];
    for (const colour of ["red", "green", "blue", "black"]) {
      pictures.push(await uploadWhole(access_token, await makePicture(colour)));
    }
    await post(access_token, { media: { media_ids: pictures } });
    const video = await uploadInChunks(access_token, {
      bytes: Buffer.from("a film"),
      type: "video/mp4",
      category: "tweet_video",
    });
    await control(x, "clock", { advanceSeconds: 2 });
    await expectRefused(access_token, [video, pictures[0] ?? ""]);
    await post(access_token, { media: { media_ids: [video] } });
  });

  it("is gone a day after it was finalized", async () => {
    const { access_token, refresh_token = "" } = await connect(x);
    const picture = await uploadWhole(access_token, await makePicture());
    await control(x, "clock", { advanceSeconds: 86_400 });
    const renewed = z
      .looseObject({ access_token: z.string() })
      .parse(await (await refresh(x, refresh_token)).json());
    await expectRefused(renewed.access_token, [picture]);
  });
});

describe("8. the length of a text", () => {
  const tooLong = invalidRequest({
    message:
      "Your Tweet text is too long. For more information on how Twitter determines text length see https://github.com/twitter/twitter-text.",
  });

  // docs/networks/x.md, section 5: filled up with letters to exactly 280, each text passes; with one more it does not.
  const weights: [string, number][] = [
    ["Hello, world! 👋", 16],
    ["https://example.com/very/long/path?x=1 hi", 26],
    ["example.com", 23],
    ["read this:https://a.co/b", 33],
    ["https://example.com)", 24],
    ["https://github.com/foo/bar_(baz)", 23],
    ["foo.zip bar.ai x.dev", 71],
    ["README.md", 23],
    ["node.js", 7],
    ["a.b", 3],
    ["v1.2.3", 6],
    ["mail me a@b.com", 15],
    ["@user@mastodon.social", 21],
    ["http://192.168.0.1/x", 20],
    ["https://localhost:3000", 22],
    ["ftp://example.com", 17],
    ["https://example.com/?q=日本", 27],
    ["https://münchen.de/ä", 23],
    ["日本語", 6],
    ["한", 2],
    ["€", 2],
    ["→", 2],
    ["™", 2],
    ["ﬁ", 2],
    ["\u00e9", 1],
    ["e\u0301", 1],
    ["Ж", 1],
    ["ع", 1],
    ["ह", 1],
    ["“quoted” – dash — em … ellipsis", 32],
    ["👨‍👩‍👧‍👦", 2],
    ["🙋🏽", 2],
    ["🇺🇸", 2],
    ["1️⃣", 2],
    ["✅", 2],
    ["☺️", 2],
    ["a".repeat(280), 280],
    [`${"a".repeat(256)} https://example.com/whatever`, 280],
  ];

  it.each(weights)("weighs %j as %i", async (text, weight) => {
    const { access_token } = await connect(x);
    const room = 280 - weight;
    const filled = room === 0 ? text : `${"z".repeat(room - 1)} ${text}`;
    const answer = await call(x, access_token, "POST /2/tweets", { text: `${"z"}${filled}` });
    expect([answer.status, await bodyOf(answer)]).toEqual([400, tooLong]);
    expect((await call(x, access_token, "POST /2/tweets", { text: filled })).status).toBe(201);
  });

  it("may be 25,000 for Premium and no more", async () => {
    const { access_token } = await connect(x, { account: ben });
    const over = await call(x, access_token, "POST /2/tweets", { text: "b".repeat(25_001) });
    expect([over.status, await bodyOf(over)]).toEqual([400, tooLong]);
    await post(access_token, { text: "b".repeat(25_000) });
  });

  it("is 280 again for Basic, and 25,000 after an upgrade", async () => {
    const { access_token } = await connect(x);
    await control(x, "accounts", { username: "ana", subscription: "Basic" });
    expect((await call(x, access_token, "POST /2/tweets", { text: "c".repeat(281) })).status).toBe(400);
    await control(x, "accounts", { username: "ana", subscription: "PremiumPlus" });
    await post(access_token, { text: "c".repeat(281) });
  });

  it("must not be nothing, unless a picture says it", async () => {
    const { access_token } = await connect(x);
    for (const body of [{ text: "" }, { text: " \n " }, {}]) {
      expect((await call(x, access_token, "POST /2/tweets", body)).status).toBe(400);
    }
    const picture = await uploadWhole(access_token, await makePicture());
    await post(access_token, { media: { media_ids: [picture] } });
  });

  it.each(["\ufffe", "\ufeff", "\uffff"])("must not hold the character %j", async (character) => {
    const { access_token } = await connect(x);
    expect((await call(x, access_token, "POST /2/tweets", { text: `a${character}` })).status).toBe(400);
  });
});

describe("9. the same text again", () => {
  const duplicate = { ...forbidden, detail: "You are not allowed to create a Tweet with duplicate content." };

  it("is refused, however it is composed and spaced", async () => {
    const { access_token } = await connect(x);
    await post(access_token, { text: "Café" });
    const answer = await call(x, access_token, "POST /2/tweets", { text: " Cafe\u0301\n" });
    expect([answer.status, await bodyOf(answer)]).toEqual([403, duplicate]);
  });

  it("is fine from somebody else, after deleting the first, and after a day", async () => {
    const anas = await connect(x);
    const first = await post(anas.access_token, { text: "hello" });
    const bens = await connect(x, { account: ben });
    await post(bens.access_token, { text: "hello" });
    await call(x, anas.access_token, `DELETE /2/tweets/${first.id}`);
    await post(anas.access_token, { text: "hello" });
    await control(x, "clock", { advanceSeconds: 86_401 });
    await post((await connect(x)).access_token, { text: "hello" });
  });

  it("is a duplicate for as long as the switch says", async () => {
    await control(x, "switches", { duplicateWindowSeconds: 60 });
    const { access_token } = await connect(x);
    await post(access_token, { text: "hello" });
    expect((await call(x, access_token, "POST /2/tweets", { text: "hello" })).status).toBe(403);
    await control(x, "clock", { advanceSeconds: 61 });
    await post(access_token, { text: "hello" });
  });
});

describe("10. what a self-serve app may not write", () => {
  const notAuthorized = {
    title: "Authorization Error",
    status: 403,
    detail: "You can only reply to or quote posts where you are mentioned or are the author.",
    type: "https://api.x.com/2/problems/not-authorized-for-resource",
  };

  it("is more than one cashtag", async () => {
    const { access_token } = await connect(x);
    const answer = await call(x, access_token, "POST /2/tweets", { text: "$ONE and $TWO" });
    expect([answer.status, await bodyOf(answer)]).toEqual([
      403,
      { ...forbidden, detail: "Posts are limited to a maximum of one cashtag" },
    ]);
    await post(access_token, { text: "$ONE for $5" });
  });

  it("is a quote", async () => {
    const { access_token } = await connect(x);
    const answer = await call(x, access_token, "POST /2/tweets", { text: "so true", quote_tweet_id: "1" });
    expect([answer.status, await bodyOf(answer)]).toEqual([403, notAuthorized]);
  });

  it("is a reply to somebody who did not mention the person", async () => {
    const anas = await connect(x);
    const bens = await connect(x, { account: ben });
    const silent = await post(bens.access_token, { text: "hello all" });
    const calling = await post(bens.access_token, { text: "hello @Ana" });
    const reply = (id: string) => ({ text: `answering ${id}`, reply: { in_reply_to_tweet_id: id } });
    const refused = await call(x, anas.access_token, "POST /2/tweets", reply(silent.id));
    expect([refused.status, await bodyOf(refused)]).toEqual([403, notAuthorized]);
    expect((await call(x, anas.access_token, "POST /2/tweets", reply("1"))).status).toBe(403);
    const answer = await post(anas.access_token, reply(calling.id));
    await post(anas.access_token, reply(answer.id));
  });
});

describe("11. a post that was made", () => {
  it("comes back with t.co links, and with HTML's marks written out", async () => {
    const { access_token } = await connect(x);
    const made = await post(access_token, {
      text: "1 < 2 & see https://example.com/a?b=c&d=e, or README.md",
    });
    expect(made.text).toMatch(/^1 &lt; 2 &amp; see https:\/\/t\.co\/\w{10}, or https:\/\/t\.co\/\w{10}$/);
  });

  it("has an id of 19 digits that grows", async () => {
    const { access_token } = await connect(x);
    const ids: string[] = [];
    for (const text of ["one", "two", "three", "four"]) ids.push((await post(access_token, { text })).id);
    for (const id of ids) expect(id).toMatch(/^[0-9]{19}$/);
    expect(ids.toSorted()).toEqual(ids);
    expect(new Set(ids).size).toBe(4);
  });

  it("can be read again, with its links", async () => {
    const { access_token } = await connect(x);
    const address = "https://www.example.com/a/very/long/path/that/goes/on/and/on";
    const made = await post(access_token, { text: `👋 ${address}` });
    const answer = await call(
      x,
      access_token,
      `GET /2/tweets/${made.id}?tweet.fields=created_at,entities,author_id`,
    );
    const seen = z
      .strictObject({
        data: z.strictObject({
          id: z.literal(made.id),
          text: z.literal(made.text),
          edit_history_tweet_ids: z.tuple([z.literal(made.id)]),
          author_id: z.literal(ana),
          created_at: z.iso.datetime(),
          entities: z.strictObject({ urls: z.array(z.record(z.string(), z.unknown())) }),
        }),
      })
      .parse(await answer.json());
    expect(seen.data.entities.urls).toEqual([
      {
        start: 2,
        end: 25,
        url: made.text.slice(3),
        expanded_url: address,
        display_url: "example.com/a/very/long/path/that/goe…",
      },
    ]);
    const plain = await call(x, access_token, `GET /2/tweets/${made.id}`);
    expect(await bodyOf(plain)).toEqual({ data: { ...made, edit_history_tweet_ids: [made.id] } });
  });

  it("ends with a link to its picture", async () => {
    const { access_token } = await connect(x);
    const picture = await uploadWhole(access_token, await makePicture());
    const made = await post(access_token, { text: "look", media: { media_ids: [picture] } });
    expect(made.text).toMatch(/^look https:\/\/t\.co\/\w{10}$/);
    const answer = await call(x, access_token, `GET /2/tweets/${made.id}?tweet.fields=entities,attachments`);
    expect(await bodyOf(answer)).toMatchObject({
      data: {
        attachments: { media_keys: [`3_${picture}`] },
        entities: {
          urls: [{ expanded_url: `https://x.com/ana/status/${made.id}/photo/1`, media_key: `3_${picture}` }],
        },
      },
    });
  });

  it("can be deleted by its author only", async () => {
    const anas = await connect(x);
    const bens = await connect(x, { account: ben });
    const made = await post(anas.access_token, { text: "hello" });
    const refused = await call(x, bens.access_token, `DELETE /2/tweets/${made.id}`);
    expect([refused.status, await bodyOf(refused)]).toEqual([
      403,
      { ...forbidden, detail: "You are not permitted to perform this action." },
    ]);
    const deleted = await call(x, anas.access_token, `DELETE /2/tweets/${made.id}`);
    expect([deleted.status, await bodyOf(deleted)]).toEqual([200, { data: { deleted: true } }]);
    const gone = await call(x, anas.access_token, `GET /2/tweets/${made.id}`);
    expect([gone.status, await bodyOf(gone)]).toMatchObject([
      404,
      {
        errors: [
          {
            detail: `Could not find tweet with id: [${made.id}].`,
            type: "https://api.x.com/2/problems/resource-not-found",
          },
        ],
      },
    ]);
  });

  it("that is missing is deleted again with 200, or 404 where X is switched to that", async () => {
    const { access_token } = await connect(x);
    expect((await call(x, access_token, "DELETE /2/tweets/1")).status).toBe(200);
    await control(x, "switches", { missingPostDeletion: "not-found" });
    expect((await call(x, access_token, "DELETE /2/tweets/1")).status).toBe(404);
  });
});

describe("11. an account's posts", () => {
  const listSchema = z.object({
    data: z.array(z.object({ id: z.string(), text: z.string() })).optional(),
    meta: z.object({ result_count: z.number(), next_token: z.string().optional() }),
  });

  it("are listed from the newest, in pages", async () => {
    const { access_token } = await connect(x);
    const ids: string[] = [];
    for (let count = 1; count <= 7; count += 1)
      ids.unshift((await post(access_token, { text: `post ${count}` })).id);
    const first = listSchema.parse(
      await (
        await call(
          x,
          access_token,
          `GET /2/users/${ana}/tweets?max_results=5&tweet.fields=created_at,entities`,
        )
      ).json(),
    );
    expect(first.data?.map(({ id }) => id)).toEqual(ids.slice(0, 5));
    const token = first.meta.next_token ?? "";
    const second = listSchema.parse(
      await (
        await call(x, access_token, `GET /2/users/${ana}/tweets?max_results=5&pagination_token=${token}`)
      ).json(),
    );
    expect(second.data?.map(({ id }) => id)).toEqual(ids.slice(5));
    expect(second.meta).toEqual({ result_count: 2 });
    const since = await call(x, access_token, `GET /2/users/${ana}/tweets?since_id=${ids[1]}`);
    expect(listSchema.parse(await since.json()).data?.map(({ id }) => id)).toEqual([ids[0]]);
  });

  it("are none at first, and none of an unknown account", async () => {
    const { access_token } = await connect(x);
    const none = await call(x, access_token, `GET /2/users/${ben}/tweets`);
    expect(await bodyOf(none)).toEqual({ meta: { result_count: 0 } });
    expect((await call(x, access_token, "GET /2/users/1/tweets")).status).toBe(404);
  });

  it.each([
    ["max_results=4", "The `max_results` query parameter value [4] is not between 5 and 100"],
    ["max_results=101", "The `max_results` query parameter value [101] is not between 5 and 100"],
    ["start_time=yesterday", "The `start_time` query parameter value [yesterday] does not match "],
    ["tweet.fields=created_at,colour", "The `tweet.fields` query parameter value [colour] is not one of ["],
    ["count=5", "The query parameter [count] is not one of ["],
  ])("refuses the query %s", async (query, message) => {
    const { access_token } = await connect(x);
    const answer = await call(x, access_token, `GET /2/users/${ana}/tweets?${query}`);
    expect([answer.status, await bodyOf(answer)]).toMatchObject([
      400,
      { errors: [{ message: expect.stringContaining(message) }], title: "Invalid Request" },
    ]);
  });
});

describe("12. rates and money", () => {
  it("are told with every answer but 401", async () => {
    const { access_token } = await connect(x);
    const made = await call(x, access_token, "POST /2/tweets", { text: "hello" });
    const refused = await call(x, access_token, "POST /2/tweets", { text: "hello" });
    const resetAt = Math.ceil((emulator.twitter.world.now().getTime() + 15 * 60 * 1000) / 1000);
    for (const [answer, remaining] of [
      [made, "99"],
      [refused, "98"],
    ] as const) {
      expect(answer.headers.get("x-rate-limit-limit")).toBe("100");
      expect(answer.headers.get("x-rate-limit-remaining")).toBe(remaining);
      expect(Math.abs(Number(answer.headers.get("x-rate-limit-reset")) - resetAt)).toBeLessThan(30);
      expect(answer.headers.get("x-access-level")).toBe("read-write");
      expect(answer.headers.get("x-transaction-id")).toMatch(/^[0-9a-f]{16}$/);
      expect(answer.headers.has("x-app-limit-24hour-limit")).toBe(false);
    }
  });

  it("allow 100 posts in 15 minutes, each person for themselves", async () => {
    const anas = await connect(x);
    const bens = await connect(x, { account: ben });
    for (let count = 0; count < 100; count += 1) await post(anas.access_token, { text: `post ${count}` });
    const answer = await call(x, anas.access_token, "POST /2/tweets", { text: "one more" });
    expect(answer.status).toBe(429);
    expect(answer.headers.get("x-rate-limit-remaining")).toBe("0");
    expect(await bodyOf(answer)).toEqual({
      title: "Too Many Requests",
      type: "about:blank",
      status: 429,
      detail: "Too Many Requests",
    });
    await post(bens.access_token, { text: "one more" });
    await control(x, "clock", { advanceSeconds: 15 * 60 });
    await post(anas.access_token, { text: "one more" });
  });

  it("count the day of an app on the old plan", async () => {
    await control(x, "apps", { clientId: demoApp.clientId, plan: "free" });
    const { access_token } = await connect(x);
    for (let count = 0; count < 17; count += 1) await post(access_token, { text: `post ${count}` });
    const answer = await call(x, access_token, "POST /2/tweets", { text: "one more" });
    expect(answer.status).toBe(429);
    expect(answer.headers.get("x-user-limit-24hour-remaining")).toBe("0");
    expect(Number(answer.headers.get("x-app-limit-24hour-remaining"))).toBeGreaterThan(0);
    expect(answer.headers.get("x-rate-limit-remaining")).toBe("82");
  });

  const creditsLeft = () => emulator.twitter.world.memory.apps[0]?.credits;

  it("cost 1.5 cents, or 20 with a link, and nothing when refused", async () => {
    await control(x, "apps", { clientId: demoApp.clientId, credits: 1 });
    const { access_token } = await connect(x);
    await post(access_token, { text: "plain" });
    expect(creditsLeft()).toBe(0.985);
    await post(access_token, { text: "see README.md" });
    expect(creditsLeft()).toBe(0.785);
    await call(x, access_token, "POST /2/tweets", { text: "plain" });
    expect(creditsLeft()).toBe(0.785);
    await call(x, access_token, "GET /2/users/me");
    expect(creditsLeft()).toBe(0.775);
  });

  it("end with 402 when the credits are used up, in one of two shapes", async () => {
    await control(x, "apps", { clientId: demoApp.clientId, credits: 0.1 });
    const { access_token } = await connect(x);
    await post(access_token, { text: "the last: https://example.com" });
    expect(creditsLeft()).toBe(-0.1);
    const newer = await call(x, access_token, "POST /2/tweets", { text: "plain" });
    expect([newer.status, await bodyOf(newer)]).toEqual([
      402,
      {
        title: "Payment Required",
        detail: "credits depleted",
        status: 402,
        type: "https://api.x.com/2/problems/credits-depleted",
      },
    ]);
    await control(x, "switches", { creditsAnswer: "older" });
    const older = await call(x, access_token, "GET /2/users/me");
    expect([older.status, await bodyOf(older)]).toEqual([
      402,
      {
        title: "CreditsDepleted",
        detail: "Your enrolled account [1234567890] does not have any credits to fulfill this request.",
        type: "https://api.twitter.com/2/problems/credits",
      },
    ]);
  });
});

describe("13. what can be made to go wrong", () => {
  const plan = (fault: unknown) => control(x, "faults", { endpoint: "POST /2/tweets", times: 1, fault });
  const stored = () => emulator.twitter.world.memory.posts.map(({ text }) => text);
  const say = (token: string, text: string) => call(x, token, "POST /2/tweets", { text });

  it("drops the connection before or after the post was made", async () => {
    const { access_token } = await connect(x);
    await plan({ kind: "drop", when: "before" });
    await expect(say(access_token, "before")).rejects.toThrow();
    await plan({ kind: "drop", when: "after" });
    await expect(say(access_token, "after")).rejects.toThrow();
    expect(stored()).toEqual(["after"]);
    expect(await bodyOf(await say(access_token, "after"))).toMatchObject({
      detail: expect.stringContaining("duplicate"),
    });
  });

  it("answers 503 before or after the post was made", async () => {
    const { access_token } = await connect(x);
    await control(x, "problems", { endpoint: "POST /2/tweets", problem: "unavailable" });
    const before = await say(access_token, "before");
    expect([before.status, await bodyOf(before)]).toEqual([
      503,
      { title: "Service Unavailable", type: "about:blank", status: 503, detail: "Service Unavailable" },
    ]);
    expect(stored()).toEqual([]);
    await plan({ kind: "status-after", status: 503 });
    expect((await say(access_token, "after")).status).toBe(503);
    expect(stored()).toEqual(["after"]);
  });

  it("answers late, cut off, or with a page of HTML", async () => {
    const { access_token } = await connect(x);
    await plan({ kind: "delay", ms: 30 });
    const startedAt = performance.now();
    expect((await say(access_token, "late")).status).toBe(201);
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(29);
    await plan({ kind: "cut" });
    await expect(say(access_token, "cut").then((answer) => answer.json())).rejects.toThrow();
    expect(stored()).toContain("cut");
    await plan({ kind: "status", status: 502, html: "<h1>Bad gateway</h1>" });
    const html = await say(access_token, "html");
    expect([html.status, html.headers.get("content-type")]).toEqual([502, "text/html; charset=utf-8"]);
  });

  it("answers 429 with and without rate headers", async () => {
    const { access_token } = await connect(x);
    await plan({ kind: "rate-limit", headers: true });
    const told = await say(access_token, "one");
    expect([told.status, told.headers.get("x-rate-limit-remaining")]).toEqual([429, "0"]);
    expect(Number(told.headers.get("x-rate-limit-reset"))).toBeGreaterThan(Date.now() / 1000 + 800);
    await plan({ kind: "rate-limit", headers: false });
    const bare = await say(access_token, "one");
    expect([bare.status, await bodyOf(bare)]).toEqual([
      429,
      { errors: [{ code: 88, message: "Rate limit exceeded" }] },
    ]);
    expect(bare.headers.has("x-rate-limit-limit")).toBe(false);
  });

  it("ends a token right before a call", async () => {
    const first = await connect(x);
    await plan({ kind: "expire-token" });
    expect((await say(first.access_token, "expired")).status).toBe(401);
    const renewed = await refresh(x, first.refresh_token ?? "");
    expect(renewed.status).toBe(200);
    const second = await connect(x);
    await plan({ kind: "revoke-token" });
    expect((await say(second.access_token, "revoked")).status).toBe(401);
    expect((await refresh(x, second.refresh_token ?? "")).status).toBe(400);
    const third = await connect(x);
    await control(x, "faults", { endpoint: "POST /2/oauth2/token", fault: { kind: "expire-token" } });
    expect((await refresh(x, third.refresh_token ?? "")).status).toBe(400);
  });

  it("locks or suspends an account", async () => {
    const { access_token } = await connect(x);
    await control(x, "accounts", { username: "ana", state: "locked" });
    expect(await bodyOf(await say(access_token, "locked"))).toMatchObject({
      status: 403,
      detail: expect.stringContaining("Your account is temporarily locked"),
    });
    await control(x, "accounts", { username: "ana", state: "suspended" });
    expect(await bodyOf(await say(access_token, "suspended"))).toEqual({
      title: "Forbidden",
      status: 403,
      detail: "The user used for authentication is suspended",
      type: "https://api.x.com/2/problems/user-suspended",
    });
    await control(x, "accounts", { username: "ana", state: "active" });
    expect((await say(access_token, "back")).status).toBe(201);
  });

  it("refuses an app without access, and one that may only read, by the permission its tokens were minted with", async () => {
    const { access_token } = await connect(x);
    await control(x, "apps", { clientId: demoApp.clientId, enrolled: false });
    expect(await bodyOf(await say(access_token, "one"))).toMatchObject({
      title: "Client Forbidden",
      reason: "client-not-enrolled",
      required_enrollment: "Appropriate Level of API Access",
      type: "https://api.x.com/2/problems/client-forbidden",
    });
    await control(x, "apps", { clientId: demoApp.clientId, enrolled: true, permission: "read" });
    expect((await say(access_token, "one")).status).toBe(201);
    const reading = await connect(x);
    const refused = await say(reading.access_token, "two");
    expect(refused.headers.get("x-access-level")).toBe("read");
    expect(await bodyOf(refused)).toMatchObject({
      status: 403,
      type: "https://api.x.com/2/problems/oauth1-permissions",
    });
    expect((await call(x, reading.access_token, "GET /2/users/me")).status).toBe(200);
  });

  it("plans any of X's refusals by name, and points to either host", async () => {
    const { access_token } = await connect(x);
    await control(x, "switches", { problemOrigin: "https://api.twitter.com" });
    const names = z.record(z.string(), z.object({ status: z.number(), body: z.unknown() }));
    const problems = names.parse(await (await fetch(`${x}/_emulator/problems`)).json());
    expect(Object.keys(problems)).toContain("usage-capped");
    for (const [problem, { status, body }] of Object.entries(problems)) {
      await control(x, "problems", { endpoint: "POST /2/tweets", problem });
      const answer = await say(access_token, "hello");
      expect([problem, answer.status, await bodyOf(answer)]).toEqual([problem, status, body]);
    }
    expect(JSON.stringify(problems)).toContain(
      "https://api.twitter.com/2/problems/unsupported-authentication",
    );
    expect(stored()).toEqual([]);
  });
});

describe("14. revoking", () => {
  const revoke = (token: string) => postForm(`${x}/2/oauth2/revoke`, { token });

  it("ends a refresh token with its access tokens", async () => {
    const { access_token, refresh_token = "" } = await connect(x);
    const answer = await revoke(refresh_token);
    expect([answer.status, await bodyOf(answer)]).toEqual([200, { revoked: true }]);
    expect((await call(x, access_token, "GET /2/users/me")).status).toBe(401);
    expect((await refresh(x, refresh_token)).status).toBe(400);
  });

  it("ends an access token alone", async () => {
    const { access_token, refresh_token = "" } = await connect(x);
    await revoke(access_token);
    expect((await call(x, access_token, "GET /2/users/me")).status).toBe(401);
    expect((await refresh(x, refresh_token)).status).toBe(200);
  });

  it("does not reach the tokens of another app", async () => {
    await control(x, "apps", { clientId: "other", clientSecret: "secret" });
    const { access_token } = await connect(x);
    const other = `Basic ${Buffer.from("other:secret").toString("base64")}`;
    await postForm(`${x}/2/oauth2/revoke`, { token: access_token }, other);
    expect((await call(x, access_token, "GET /2/users/me")).status).toBe(200);
  });
});

describe("15. uploads", () => {
  it("refuse a gap between segments and a wrong sum", async () => {
    const { access_token } = await connect(x);
    const bytes = await makePicture();
    const gap = await beginUpload(access_token, { bytes: bytes.length });
    await append(access_token, gap, 1, bytes);
    expect((await finalize(access_token, gap)).status).toBe(400);
    const short = await beginUpload(access_token, { bytes: bytes.length + 1 });
    await append(access_token, short, 0, bytes);
    const answer = await finalize(access_token, short);
    expect([answer.status, await bodyOf(answer)]).toEqual([
      400,
      invalidRequest({ message: "Segments do not add up to provided total file size." }),
    ]);
  });

  it("are put together from chunks in any order, sent as a form or as base64", async () => {
    const { access_token } = await connect(x);
    const bytes = await makePicture();
    const id = await beginUpload(access_token, { bytes: bytes.length });
    expect((await append(access_token, id, 1, bytes.subarray(50))).status).toBe(200);
    const first = { segment_index: 0, media: bytes.subarray(0, 50).toString("base64") };
    const appended = await call(x, access_token, `POST /2/media/upload/${id}/append`, first);
    expect(z.object({ data: z.object({ expires_at: z.int() }) }).parse(await appended.json())).toBeTruthy();
    const answer = await finalize(access_token, id);
    expect([answer.status, await bodyOf(answer)]).toEqual([
      200,
      { data: { id, media_key: `3_${id}`, size: bytes.length, expires_after_secs: 86_400 } },
    ]);
    const status = await call(x, access_token, `GET /2/media/upload?command=STATUS&media_id=${id}`);
    expect(await bodyOf(status)).toEqual(invalidRequest({ message: "BadRequest: Not found" }));
  });

  it("refuse a segment_index beyond 999, a chunk that is too large and bytes that are no picture", async () => {
    const { access_token } = await connect(x);
    const id = await beginUpload(access_token, { bytes: 5 * 1024 * 1024 });
    expect((await append(access_token, id, 1000, Buffer.from("a"))).status).toBe(400);
    expect((await append(access_token, id, 0, Buffer.alloc(2 * 1024 * 1024 + 1))).status).toBe(413);
    const text = Buffer.from("certainly not a picture");
    const other = await beginUpload(access_token, { bytes: text.length });
    await append(access_token, other, 0, text);
    expect(await bodyOf(await finalize(access_token, other))).toEqual(
      invalidRequest({ message: "media type unrecognized" }),
    );
  });

  it("refuse a picture above 5 MB and a type that is not of its category", async () => {
    const { access_token } = await connect(x);
    const begin = (changes: object) =>
      call(x, access_token, "POST /2/media/upload/initialize", {
        media_type: "image/png",
        total_bytes: 100,
        media_category: "tweet_image",
        ...changes,
      });
    expect((await begin({})).status).toBe(200);
    expect((await begin({ total_bytes: 5 * 1024 * 1024 + 1 })).status).toBe(400);
    expect((await begin({ media_type: "video/mp4" })).status).toBe(400);
    expect((await begin({ media_type: "image/svg+xml" })).status).toBe(400);
    expect((await begin({ media_category: "header" })).status).toBe(400);
    expect((await begin({ name: "a.png" })).status).toBe(400);
  });

  it("of a film pass through processing, which may fail", async () => {
    const { access_token } = await connect(x);
    const film = { bytes: Buffer.from("a film"), type: "video/mp4", category: "tweet_video" };
    const stateOf = async (id: string) => {
      const answer = await call(x, access_token, `GET /2/media/upload?command=STATUS&media_id=${id}`);
      const schema = z.object({ data: z.object({ processing_info: z.object({ state: z.string() }) }) });
      return schema.parse(await answer.json()).data.processing_info.state;
    };
    await control(x, "switches", { mediaProcessingSeconds: 60 });
    const id = await uploadInChunks(access_token, film);
    expect(await stateOf(id)).toBe("pending");
    expect((await call(x, access_token, "POST /2/tweets", { media: { media_ids: [id] } })).status).toBe(400);
    await control(x, "clock", { advanceSeconds: 35 });
    expect(await stateOf(id)).toBe("in_progress");
    await control(x, "clock", { advanceSeconds: 30 });
    expect(await stateOf(id)).toBe("succeeded");
    await post(access_token, { media: { media_ids: [id] } });
    await control(x, "switches", { mediaProcessing: "failed", mediaProcessingSeconds: 0 });
    const bad = await uploadInChunks(access_token, film);
    expect(await stateOf(bad)).toBe("failed");
    expect((await call(x, access_token, "POST /2/tweets", { media: { media_ids: [bad] } })).status).toBe(400);
  });

  it("of an animation fail in processing when it is larger than 1280 by 1080", async () => {
    const { access_token } = await connect(x);
    await control(x, "switches", { mediaProcessingSeconds: 0 });
    const statuses: number[] = [];
    for (const width of [1280, 1281]) {
      const bytes = await sharp({ create: { width, height: 20, channels: 3, background: "teal" } })
        .gif()
        .toBuffer();
      const id = await uploadInChunks(access_token, { bytes, type: "image/gif", category: "tweet_gif" });
      statuses.push((await call(x, access_token, "POST /2/tweets", { media: { media_ids: [id] } })).status);
    }
    expect(statuses).toEqual([201, 400]);
  });

  it("carry an alt text of up to 1000 characters to the timeline", async () => {
    const { access_token } = await connect(x);
    const id = await uploadWhole(access_token, await makePicture());
    const setAltText = (text: string) =>
      call(x, access_token, "POST /2/media/metadata", { id, metadata: { alt_text: { text } } });
    expect((await setAltText("a".repeat(1001))).status).toBe(400);
    const answer = await setAltText("A red bicycle");
    expect([answer.status, await bodyOf(answer)]).toEqual([
      200,
      { data: { id, associated_metadata: { alt_text: { text: "A red bicycle" } } } },
    ]);
    await post(access_token, { text: "look", media: { media_ids: [id] } });
    expect(await (await fetch(x)).text()).toContain('alt="A red bicycle"');
  });

  it("in one go need their category", async () => {
    const { access_token } = await connect(x);
    const form = new FormData();
    form.set("media", new Blob([new Uint8Array(await makePicture())]));
    const without = await call(x, access_token, "POST /2/media/upload", form);
    expect([without.status, await bodyOf(without)]).toMatchObject([
      400,
      { errors: [{ message: "$.media_category: is missing but it is required" }] },
    ]);
  });
});

describe("who am I", () => {
  it("is told with the fields that were asked for", async () => {
    const { access_token } = await connect(x, { account: ben });
    const bare = await call(x, access_token, "GET /2/users/me");
    expect(await bodyOf(bare)).toEqual({ data: { id: ben, name: "Ben Okafor", username: "ben" } });
    const fields = "profile_image_url,verified,verified_type,subscription_type,protected";
    const full = await call(x, access_token, `GET /2/users/me?user.fields=${fields}`);
    const seen = z
      .object({ data: z.object({ profile_image_url: z.url() }) })
      .parse(await full.clone().json());
    expect(await bodyOf(full)).toMatchObject({
      data: { verified: true, verified_type: "blue", subscription_type: "Premium", protected: false },
    });
    expect((await fetch(seen.data.profile_image_url)).headers.get("content-type")).toBe("image/jpeg");
    expect(full.headers.get("x-rate-limit-limit")).toBe("75");
    const unknown = await call(x, access_token, "GET /2/users/me?user.fields=name,shoe_size");
    expect([unknown.status, await bodyOf(unknown)]).toMatchObject([
      400,
      {
        errors: [
          {
            message: expect.stringContaining(
              "The `user.fields` query parameter value [shoe_size] is not one of [",
            ),
          },
        ],
      },
    ]);
  });
});

describe("what X remembers", () => {
  it("outlives a restart of the emulator", async () => {
    const folder = mkdtempSync(join(tmpdir(), "sharewell-x-"));
    const options = { ports: { mastodon: 0, twitter: 0 }, stateFile: join(folder, "state.json") };
    const first = await startEmulator(options);
    const { access_token, refresh_token = "" } = await connect(first.twitter.origin);
    await call(first.twitter.origin, access_token, "POST /2/tweets", { text: "hello" });
    await first.stop();
    const second = await startEmulator(options);
    try {
      const again = await call(second.twitter.origin, access_token, "POST /2/tweets", { text: "hello" });
      expect([again.status, again.headers.get("x-rate-limit-remaining")]).toEqual([403, "98"]);
      expect((await refresh(second.twitter.origin, refresh_token)).status).toBe(200);
    } finally {
      await second.stop();
      rmSync(folder, { recursive: true });
    }
  });

  it("may be looked at and altered from outside", async () => {
    const alter = (body: unknown, path: string) =>
      fetch(`${x}/_emulator/${path}`, { method: "POST", body: JSON.stringify(body) });
    expect((await alter({ colour: "red" }, "switches")).status).toBe(400);
    expect((await alter({ username: "too long a name" }, "accounts")).status).toBe(400);
    expect((await alter({ clientId: "a", redirectUris: ["no address"] }, "apps")).status).toBe(400);
    expect((await alter({ endpoint: "POST /2/tweets", problem: "no such" }, "problems")).status).toBe(400);
    expect((await alter({ username: "nobody" }, "withdrawals")).status).toBe(404);
    await control(x, "accounts", { username: "cleo", displayName: "Cleo" });
    await control(x, "apps", { clientId: "second", clientSecret: "secret" });
    const apps = z
      .array(z.object({ clientId: z.string() }))
      .parse(await (await fetch(`${x}/_emulator/apps`)).json());
    expect(apps.map(({ clientId }) => clientId)).toEqual(["sharewell-demo", "second"]);
    const page = await fetch(`${x}/i/oauth2/authorize?${new URLSearchParams(askConsent().query)}`);
    expect(await page.text()).toContain("@cleo");
  });
});

describe("the pages of X", () => {
  let site: Server;
  let siteOrigin: string;

  beforeAll(async () => {
    const picture = await sharp({ create: { width: 1200, height: 600, channels: 3, background: "teal" } })
      .png()
      .toBuffer();
    site = createServer((request, response) => {
      if (request.url === "/picture.png") return response.setHeader("content-type", "image/png").end(picture);
      response.setHeader("content-type", "text/html; charset=utf-8");
      const kind = request.url === "/small" ? "summary" : "summary_large_image";
      return response.end(`<title>Why we moved</title><meta name="twitter:card" content="${kind}">
        <meta property="og:title" content="Why we moved to SQLite"><meta property="og:description" content="No regrets.">
        <meta property="og:image" content="/picture.png">`);
    });
    const { promise, resolve } = Promise.withResolvers<void>();
    site.listen(0, "127.0.0.1", resolve);
    await promise;
    siteOrigin = `http://127.0.0.1:${z.object({ port: z.number() }).parse(site.address()).port}`;
  });
  afterAll(() => site.close());

  const cardOf = (id: string) => emulator.twitter.world.memory.posts.find((made) => made.id === id)?.card;

  it("show the card of the page behind the link, and leave the link at the end out", async () => {
    const { access_token } = await connect(x);
    const made = await post(access_token, { text: `New on the blog: ${siteOrigin}/sqlite` });
    await vi.waitFor(() =>
      expect(cardOf(made.id)).toMatchObject({ kind: "large", title: "Why we moved to SQLite" }),
    );
    const html = await (await fetch(`${x}/ana/status/${made.id}`)).text();
    expect(html).toContain('class="link-card large"');
    expect(html).toContain("New on the blog:");
    // The card is the only link to the page, and a large one has no headline.
    expect(html.match(/\/sqlite"/g)).toHaveLength(1);
    expect(html).not.toContain("Why we moved");
  });

  it("show a small card with headline and description where the page asks for no more", async () => {
    const { access_token } = await connect(x);
    const made = await post(access_token, {
      text: `Two links: ${siteOrigin}/sqlite and ${siteOrigin}/small, the last counts`,
    });
    await vi.waitFor(() =>
      expect(cardOf(made.id)).toMatchObject({ kind: "summary", url: `${siteOrigin}/small` }),
    );
    const html = await (await fetch(`${x}/ana/status/${made.id}`)).text();
    expect(html).toContain("Why we moved to SQLite");
    expect(html).toContain("No regrets.");
    expect(html.match(/\/small"/g)).toHaveLength(2);
  });

  it("show no card beside attached pictures", async () => {
    const { access_token } = await connect(x);
    const picture = await uploadWhole(access_token, await makePicture());
    const pictured = await post(access_token, { text: `A ${siteOrigin}/`, media: { media_ids: [picture] } });
    const plain = await post(access_token, { text: `B ${siteOrigin}/` });
    await vi.waitFor(() => expect(cardOf(plain.id)).not.toBeNull());
    expect(cardOf(pictured.id)).toBeNull();
  });

  it("lead from t.co to the page, and from the nameless address to the post", async () => {
    const { access_token } = await connect(x);
    const made = await post(access_token, { text: `See ${siteOrigin}/a?b=c#d` });
    const code = made.text.split("/").at(-1) ?? "";
    const short = await fetch(`${x}/t.co/${code}`, { redirect: "manual" });
    expect([short.status, short.headers.get("location")]).toEqual([301, `${siteOrigin}/a?b=c#d`]);
    const nameless = await fetch(`${x}/i/web/status/${made.id}`, { redirect: "manual" });
    expect(nameless.headers.get("location")).toBe(`/ana/status/${made.id}`);
    expect((await fetch(`${x}/t.co/unknown`)).status).toBe(404);
  });

  it("show a post to people until it is deleted", async () => {
    const { access_token } = await connect(x);
    const made = await post(access_token, { text: "Hello from <b>Ana</b>" });
    expect(await (await fetch(x)).text()).toContain("Hello from &lt;b&gt;Ana&lt;/b&gt;");
    expect(await (await fetch(`${x}/ana`)).text()).toContain(made.id);
    expect(await (await fetch(`${x}/ben`)).text()).not.toContain(made.id);
    await call(x, access_token, `DELETE /2/tweets/${made.id}`);
    expect((await fetch(`${x}/ana/status/${made.id}`)).status).toBe(404);
    expect(await (await fetch(x)).text()).not.toContain(made.id);
  });

  it("answers 404 where X has nothing", async () => {
    expect((await fetch(`${x}/nobody`)).status).toBe(404);
    expect((await fetch(`${x}/2/lists`, { method: "POST" })).status).toBe(404);
  });
});

async function makePicture(colour = "teal"): Promise<Buffer> {
  return sharp({ create: { width: 40, height: 30, channels: 3, background: colour } })
    .png()
    .toBuffer();
}

const mediaSchema = z.object({ data: z.object({ id: z.string() }) });

async function uploadWhole(token: string, bytes: Buffer): Promise<string> {
  const body = { media: bytes.toString("base64"), media_category: "tweet_image" };
  return mediaSchema.parse(await (await call(x, token, "POST /2/media/upload", body)).json()).data.id;
}

async function beginUpload(
  token: string,
  {
    bytes,
    type = "image/png",
    category = "tweet_image",
  }: { bytes: number; type?: string; category?: string },
): Promise<string> {
  const body = { media_type: type, total_bytes: bytes, media_category: category };
  return mediaSchema.parse(await (await call(x, token, "POST /2/media/upload/initialize", body)).json()).data
    .id;
}

async function append(token: string, id: string, index: number, bytes: Buffer): Promise<Response> {
  const form = new FormData();
  form.set("segment_index", String(index));
  form.set("media", new Blob([new Uint8Array(bytes)]), "chunk");
  return call(x, token, `POST /2/media/upload/${id}/append`, form);
}

async function finalize(token: string, id: string): Promise<Response> {
  return call(x, token, `POST /2/media/upload/${id}/finalize`);
}

async function uploadInChunks(
  token: string,
  file: { bytes: Buffer; type: string; category: string },
): Promise<string> {
  const { bytes, type, category } = file;
  const id = await beginUpload(token, { bytes: bytes.length, type, category });
  await append(token, id, 0, bytes);
  expect((await finalize(token, id)).status).toBe(200);
  return id;
}
