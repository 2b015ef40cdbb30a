import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { request } from "undici";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { type Emulator, startEmulator } from "../../../emulator/server.ts";
import {
  type Answer,
  appCallback,
  BlueskyApp,
  type BlueskyPlace,
  type Call,
  clientId,
} from "../../harness/networks/bluesky/app.ts";
import { type Exchange, playExchanges } from "../../harness/networks/bluesky/exchanges.ts";
import { postOf } from "../../harness/networks/bluesky/records.ts";
import { approve } from "../../harness/networks/consent.ts";
import { control } from "../../harness/networks/networks.ts";

const ana = "did:plc:ana23lima4harbour5posts2";
const carla = "did:plc:carla23runs4her5server22";
const scope = "atproto repo:app.bsky.feed.post blob:image/*";

let emulator: Emulator;
let origin: string;
let place: BlueskyPlace;
let app: BlueskyApp;

beforeAll(async () => {
  emulator = await startEmulator();
  origin = emulator.bluesky.origin;
  place = placeOf("carla", carla);
});
afterAll(() => emulator.stop());
beforeEach(async () => {
  await control(emulator.bluesky, "POST", "reset", {});
  app = new BlueskyApp(place);
});

const flip = (change: object) => control(emulator.bluesky, "POST", "switches", change);
const pass = (advanceSeconds: number) => control(emulator.bluesky, "POST", "clock", { advanceSeconds });
const alter = (change: object) => control(emulator.bluesky, "POST", "accounts", change);
const ask = (path: string) => app.send(`GET /${path}`);

function placeOf(username: string, did: string): BlueskyPlace {
  return {
    ...{ issuer: origin, server: origin, did, handle: `${username}.bsky.test` },
    decide: (address, decision) => approve(address, { account: username, refuse: decision === "refuse" }),
    setStatus: async (status) => {
      await alter({ username, status });
    },
  };
}

const create = (token: string, changes: object = {}, proof?: Call["proof"]) =>
  app.send("POST /xrpc/com.atproto.repo.createRecord", {
    token,
    json: { repo: carla, collection: "app.bsky.feed.post", record: postOf(), ...changes },
    ...(proof && { proof }),
  });

function refresh(refresh_token: string, by = app): Promise<Answer> {
  const form = { grant_type: "refresh_token", client_id: clientId(scope), refresh_token };
  return by.send("POST /oauth/token", { form });
}

it("answers each exchange as the reference server did", async () => {
  const file = join(import.meta.dirname, "reference.json");
  const reference: Exchange[] = JSON.parse(readFileSync(file, "utf8"));
  const emulated = await playExchanges(place);
  expect(emulated.map(({ name }) => name)).toEqual(reference.map(({ name }) => name));
  for (const [index, exchange] of reference.entries()) expect(emulated[index]).toEqual(exchange);
});

describe("identities", () => {
  it("leads from handle to DID and back", async () => {
    const place = { headers: { host: "ana.bsky.test" } };
    const { body } = await request(`${origin}/.well-known/atproto-did`, place);
    expect(await body.text()).toBe(ana);
    const document = await (await fetch(`${origin}/${ana}`)).json();
    expect(document).toMatchObject({
      alsoKnownAs: ["at://ana.bsky.test"],
      service: [{ id: "#atproto_pds", serviceEndpoint: origin.replace("127.0.0.1", "localhost") }],
    });
    expect((await fetch(`${origin}/did:plc:${"a".repeat(24)}`)).status).toBe(404);
  });

  it("has documents that do not name the handle, and DIDs of the web", async () => {
    await alter({ username: "ana", claimsHandle: false });
    expect(await (await fetch(`${origin}/${ana}`)).json()).toMatchObject({ alsoKnownAs: [] });
    const did = `did:web:${encodeURIComponent(new URL(origin).host)}`;
    await alter({ username: "dora", did });
    expect((await ask(".well-known/did.json")).body).toMatchObject({ id: did });
  });

  it("moves an account to another server, and ends its sessions", async () => {
    const { access_token } = await app.connect(scope);
    await alter({ username: "carla", host: "localhost" });
    expect(emulator.bluesky.world.memory.sessions).toEqual([]);
    expect((await create(access_token)).status).toBe(401);
    const document = await (await fetch(`${origin}/${carla}`)).json();
    expect(document).toMatchObject({ service: [{ serviceEndpoint: expect.stringContaining("localhost") }] });
  });

  it.each([
    ["without-oauth", 404],
    ["redirected", 302],
  ])("may be %s", async (discovery, status) => {
    await flip({ discovery });
    expect((await ask(".well-known/oauth-protected-resource")).status).toBe(status);
  });

  it("may name another issuer", async () => {
    await flip({ discovery: "another-issuer" });
    const { body } = await ask(".well-known/oauth-authorization-server");
    expect(body).toMatchObject({ issuer: "https://bsky.example.com" });
  });
});

describe("sessions", () => {
  it("end their access tokens after an hour, and nonces after three minutes", async () => {
    const { access_token, refresh_token } = await app.connect(scope);
    const now = () => ({ claims: { iat: Math.floor(emulator.bluesky.world.now().getTime() / 1_000) } });
    await pass(240);
    const old = await create(access_token, {}, { ...now(), nonce: "of an hour ago" });
    expect(old).toMatchObject({ status: 401, body: { error: "use_dpop_nonce" } });
    expect((await create(access_token, {}, now())).status).toBe(200);
    await pass(3_400);
    expect(await create(access_token, {}, now())).toMatchObject({
      status: 401,
      body: { error: "invalid_token", message: '"exp" claim timestamp check failed' },
    });
    await pass(15 * 24 * 3_600);
    const form = { grant_type: "refresh_token", client_id: clientId(scope), refresh_token };
    const late = await app.send("POST /oauth/token", { form, proof: now() });
    expect(late.body).toMatchObject({ error: "invalid_grant", error_description: "Session expired" });
  });

  it("end when the person withdraws the app", async () => {
    const { refresh_token } = await app.connect(scope);
    expect(await control(emulator.bluesky, "POST", "withdrawals", { username: "carla" })).toEqual({
      ended: 1,
    });
    expect((await refresh(refresh_token)).body).toMatchObject({ error: "invalid_grant" });
  });

  it("end by a planned fault", async () => {
    const { access_token } = await app.connect(scope);
    const endpoint = "POST /xrpc/com.atproto.repo.createRecord";
    await control(emulator.bluesky, "POST", "faults", { endpoint, fault: { kind: "expire-token" } });
    expect((await create(access_token)).status).toBe(401);
    expect(emulator.bluesky.world.memory.sessions).toHaveLength(1);
    const other = await app.connect(scope);
    await control(emulator.bluesky, "POST", "faults", { endpoint, fault: { kind: "revoke-token" } });
    expect((await create(other.access_token)).status).toBe(401);
    expect(emulator.bluesky.world.memory.sessions).toHaveLength(1);
  });

  it("may know the transition scopes only", async () => {
    const wide = "atproto repo:app.bsky.feed.post transition:generic";
    await flip({ granularScopes: "dropped" });
    expect((await app.connect(wide)).scope).toBe("atproto transition:generic");
    await flip({ granularScopes: "refused" });
    const refused = await app.send("POST /oauth/par", { form: app.request(scope).form });
    expect(refused).toMatchObject({ status: 400, body: { error: "invalid_scope" } });
  });

  it("may name another account, or none, and another issuer", async () => {
    await flip({ subject: "another", issuerTold: "another" });
    const { said, verifier } = await app.ask(scope);
    expect(said.get("iss")).toBe("https://bsky.example.com");
    const form = {
      ...{ grant_type: "authorization_code", client_id: clientId(scope), redirect_uri: appCallback },
      ...{ code: said.get("code") ?? "", code_verifier: verifier },
    };
    expect((await app.send("POST /oauth/token", { form })).body).toMatchObject({ sub: ana });
  });
});

describe("limits", () => {
  it("counts points for writing, and says how many are left", async () => {
    const { access_token } = await app.connect(scope);
    const { headers } = await create(access_token);
    expect(Number(headers.get("ratelimit-remaining"))).toBeGreaterThan(2_900);
    emulator.bluesky.world.memory.rates[`hour ${carla}`] = {
      windowStart: Math.floor(Date.now() / 3_600_000) * 3_600,
      count: 4_998,
    };
    const limited = await create(access_token);
    expect(limited).toMatchObject({ status: 429, body: { error: "RateLimitExceeded" } });
    expect(limited.headers.get("ratelimit-policy")).toBe("5000;w=3600");
    expect(Number(limited.headers.get("retry-after"))).toBeGreaterThan(0);
  });

  it("refuses files above its limit", async () => {
    await flip({ blobLimit: 100 });
    const { access_token: token } = await app.connect(scope);
    const file = { bytes: Buffer.alloc(101), type: "image/png" };
    const answer = await app.send("POST /xrpc/com.atproto.repo.uploadBlob", { token, file });
    expect(answer).toMatchObject({ status: 413, body: { error: "PayloadTooLarge" } });
  });

  it("refuses by name, before or after it stored a post", async () => {
    const { access_token } = await app.connect(scope);
    const endpoint = "POST /xrpc/com.atproto.repo.createRecord";
    await control(emulator.bluesky, "POST", "problems", { endpoint, problem: "upstream-failure" });
    expect((await create(access_token)).status).toBe(502);
    await control(emulator.bluesky, "POST", "problems", { endpoint, problem: "internal-error", after: true });
    expect((await create(access_token)).status).toBe(500);
    expect(emulator.bluesky.world.memory.posts).toHaveLength(1);
  });

  it("may answer an existing key as a conflict", async () => {
    await flip({ existingKey: "conflict" });
    const { access_token } = await app.connect(scope);
    await create(access_token, { rkey: "3lwitnesszz2z" });
    expect((await create(access_token, { rkey: "3lwitnesszz2z" })).status).toBe(409);
  });
});

describe("a client with keys of its own", () => {
  const id = "https://share.example.com/client.json";
  const redirectUri = "https://share.example.com/social/callback/bluesky/";
  let document: Record<string, unknown>;
  let keys: { kid: string; privateKey: CryptoKey; jwk: Record<string, unknown> }[];
  let server: ReturnType<typeof createServer>;

  beforeEach(async () => {
    keys = await Promise.all(["first", "second"].map(newKey));
    document = {
      ...{ client_id: id, client_name: "Sharewell", application_type: "web", redirect_uris: [redirectUri] },
      ...{ grant_types: ["authorization_code", "refresh_token"], response_types: ["code"], scope },
      ...{ dpop_bound_access_tokens: true, token_endpoint_auth_method: "private_key_jwt" },
      ...{ token_endpoint_auth_signing_alg: "ES256", jwks_uri: "https://share.example.com/keys.json" },
    };
    server = createServer((request, response) => {
      const body = request.url === "/keys.json" ? { keys: keys.map(({ jwk }) => jwk) } : document;
      response.setHeader("content-type", "application/json").end(JSON.stringify(body));
    });
    const listening = Promise.withResolvers<void>();
    server.listen(0, "127.0.0.1", listening.resolve);
    await listening.promise;
    const { port } = z.object({ port: z.number() }).parse(server.address());
    const clients = { origin: "https://share.example.com", at: `http://127.0.0.1:${port}` };
    await control(emulator.bluesky, "POST", "clients", clients);
  });
  afterEach(() => {
    server.close();
  });

  async function newKey(kid: string) {
    const { privateKey, publicKey } = await generateKeyPair("ES256", { extractable: true });
    return { kid, privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg: "ES256", use: "sig" } };
  }

  async function proven(changes: object = {}, key = keys[0]) {
    if (!key) throw new Error("The client has no key.");
    const seconds = Math.floor(Date.now() / 1_000);
    const claims = { iss: id, sub: id, aud: origin, jti: crypto.randomUUID(), iat: seconds, ...changes };
    return {
      client_id: id,
      client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
      client_assertion: await new SignJWT(claims)
        .setProtectedHeader({ alg: "ES256", kid: key.kid })
        .sign(key.privateKey),
    };
  }

  async function push(proof: Record<string, string | undefined>) {
    const { form, verifier } = app.request(scope, { redirect_uri: redirectUri, ...proof });
    return { answer: await app.send("POST /oauth/par", { form, proof: { none: false } }), verifier };
  }

  const connect = async () => {
    // Once a nonce is known, an assertion is sent once only.
    await app.send("POST /oauth/par", { form: {} });
    const { answer, verifier } = await push(await proven());
    const { request_uri } = z.object({ request_uri: z.string() }).parse(answer.body);
    const query = new URLSearchParams({ client_id: id, request_uri });
    const back = new URL(await place.decide(`${origin}/oauth/authorize?${query}`, "approve"));
    const form = {
      ...{ grant_type: "authorization_code", redirect_uri: redirectUri, code_verifier: verifier },
      ...{ code: back.searchParams.get("code") ?? "", ...(await proven()) },
    };
    return await app.send("POST /oauth/token", { form });
  };

  it("is named on the consent page and gets tokens for its key", async () => {
    const { body, status } = await connect();
    expect(status).toBe(200);
    const { refresh_token } = z.object({ refresh_token: z.string() }).parse(body);
    const renew = async (proof: Record<string, string>) =>
      await app.send("POST /oauth/token", { form: { grant_type: "refresh_token", refresh_token, ...proof } });
    const other = await renew(await proven({}, keys[1]));
    expect(other.body).toMatchObject({
      error: "invalid_grant",
      error_description: expect.stringContaining("different key"),
    });
  });

  it.each([
    ["for another server", { aud: "https://bsky.example.com" }, 'unexpected "aud" claim value'],
    ["of another client", { iss: "https://other.example.com" }, 'unexpected "iss" claim value'],
    ["that is too old", { iat: Math.floor(Date.now() / 1_000) - 120 }, "too far in the past"],
    ["without an identifier", { jti: undefined }, 'missing required "jti" claim'],
  ])("is refused with an assertion %s", async (_name, changes, says) => {
    await app.send("POST /oauth/par", { form: {} });
    const { answer } = await push(await proven(changes));
    expect(answer).toMatchObject({
      status: 400,
      body: { error: "invalid_client", error_description: expect.stringContaining(says) },
    });
  });

  it("is refused with an assertion that was used, or without one", async () => {
    await app.send("POST /oauth/par", { form: {} });
    const once = await proven();
    expect((await push(once)).answer.status).toBe(201);
    expect((await push(once)).answer.body).toMatchObject({ error_description: "private_key_jwt jti reused" });
    expect((await push({ client_id: id })).answer.body).toMatchObject({ error: "invalid_request" });
  });

  it("is refused once its key is gone from its document", async () => {
    const removed = keys.shift();
    await app.send("POST /oauth/par", { form: {} });
    const { answer } = await push(await proven({}, removed));
    expect(answer.body).toMatchObject({ error: "invalid_client" });
  });

  it.each<[string, Record<string, unknown>, string]>([
    ["names another client", { client_id: "https://other.example.com/" }, "client_id does not match"],
    ["asks for no atproto", { scope: "blob:*/*" }, 'Missing "atproto" scope'],
    ["knows no DPoP", { dpop_bound_access_tokens: false }, '"dpop_bound_access_tokens" must be true'],
    ["has two places for keys", { jwks: { keys: [] } }, "jwks_uri and jwks are mutually exclusive"],
    ["leads to this machine", { redirect_uris: [appCallback] }, "only allowed for native apps"],
  ])("is refused if its document %s", async (_name, changes, says) => {
    Object.assign(document, changes);
    await app.send("POST /oauth/par", { form: {} });
    const { answer } = await push(await proven());
    expect(answer).toMatchObject({
      status: 400,
      body: { error: "invalid_client_metadata", error_description: expect.stringContaining(says) },
    });
  });

  it("is refused if its document cannot be read", async () => {
    server.close();
    server.closeAllConnections();
    await app.send("POST /oauth/par", { form: {} });
    const { answer } = await push(await proven());
    expect(answer.body).toMatchObject({ error: "invalid_client_metadata" });
  });
});

it("shows posts and profiles as pages, and hides those of deactivated accounts", async () => {
  const { access_token } = await app.connect(scope);
  await create(access_token, { rkey: "3lwitnesszz2z" });
  const page = async (path: string) => (await fetch(`${origin}${path}`)).status;
  const paths = ["/", "/profile/carla.bsky.test", `/profile/${carla}/post/3lwitnesszz2z`];
  expect(await Promise.all(paths.map(page))).toEqual([200, 200, 200]);
  await place.setStatus("deactivated");
  expect(await page(`/profile/${carla}/post/3lwitnesszz2z`)).toBe(404);
});

it("makes links of what the app marked, in bytes, and of nothing else", async () => {
  const { access_token } = await app.connect(scope);
  const text = "Grün: ex.org/a… https://ex.org/b";
  const feature = { $type: "app.bsky.richtext.facet#link", uri: "https://ex.org/a-long-path" };
  const facets = [{ index: { byteStart: 7, byteEnd: 18 }, features: [feature] }];
  await create(access_token, { rkey: "3lwitnesszz2z", record: postOf({ text, facets }) });
  const page = await (await fetch(`${origin}/profile/${carla}/post/3lwitnesszz2z`)).text();
  expect(page).toContain('<a href="https://ex.org/a-long-path">ex.org/a…</a> https://ex.org/b');
});

it("gives every account a profile with an avatar", async () => {
  const query = new URLSearchParams({ repo: carla, collection: "app.bsky.actor.profile", rkey: "self" });
  const { body } = await ask(`xrpc/com.atproto.repo.getRecord?${query}`);
  const avatar = z.object({
    value: z.object({ avatar: z.object({ ref: z.object({ $link: z.string() }) }) }),
  });
  const cid = avatar.parse(body).value.avatar.ref.$link;
  const file = await fetch(
    `${origin}/xrpc/com.atproto.sync.getBlob?${new URLSearchParams({ did: carla, cid })}`,
  );
  expect([file.status, file.headers.get("content-type")]).toEqual([200, "image/jpeg"]);
});
