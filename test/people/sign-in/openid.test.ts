import { createSign, generateKeyPairSync, type KeyObject } from "node:crypto";
import { expect, test } from "vitest";
import { createOpenId, OpenIdError } from "../../../src/people/sign-in/openid.ts";

const issuer = "https://login.example.com";
const clientId = "sharewell";
const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");

const real = generateKeyPairSync("rsa", { modulusLength: 2_048 });
const forged = generateKeyPairSync("rsa", { modulusLength: 2_048 });

/**
 * An ID token.
 * @param header the token's header
 * @param key the key that signs it; left out where the algorithm needs none
 */
function sign(header: object, claims: object, key: KeyObject | undefined): string {
  const signed = `${encode(header)}.${encode(claims)}`;
  const signature = key === undefined ? "" : createSign("RSA-SHA256").update(signed).sign(key, "base64url");
  return `${signed}.${signature}`;
}

interface Flaw {
  readonly header?: object;
  readonly claims?: object;
  readonly key?: KeyObject | undefined;
  /** What the provider's userinfo endpoint returns; left out: it has none. */
  readonly userinfo?: object;
}

/** Signs in at a provider whose ID token has a flaw. @returns how our side ends */
async function signIn(flaw: Flaw = {}) {
  let nonce = "";
  const answer = (body: unknown) =>
    new Response(JSON.stringify(body), { headers: { "content-type": "application/json" } });
  const provider = async (address: string | URL | Request): Promise<Response> => {
    const { pathname } = new URL(address instanceof Request ? address.url : address);
    if (pathname === "/.well-known/openid-configuration")
      return answer({
        issuer,
        authorization_endpoint: `${issuer}/authorize`,
        token_endpoint: `${issuer}/token`,
        jwks_uri: `${issuer}/keys`,
        response_types_supported: ["code"],
        subject_types_supported: ["public"],
        id_token_signing_alg_values_supported: ["RS256"],
        ...(flaw.userinfo && { userinfo_endpoint: `${issuer}/userinfo` }),
      });
    if (pathname === "/userinfo") return answer({ sub: "ana", ...flaw.userinfo });
    if (pathname === "/keys")
      return answer({
        keys: [{ ...real.publicKey.export({ format: "jwk" }), kid: "one", alg: "RS256", use: "sig" }],
      });
    const time = Math.floor(Date.now() / 1_000);
    const claims = {
      ...{ iss: issuer, sub: "ana", aud: clientId, iat: time, exp: time + 60, nonce },
      ...{ email: "ana@example.com", email_verified: true },
      ...flaw.claims,
    };
    const key = "key" in flaw ? flaw.key : real.privateKey;
    const token = sign({ alg: "RS256", kid: "one", ...flaw.header }, claims, key);
    return answer({ access_token: "an-access-token", token_type: "Bearer", id_token: token });
  };
  const openid = createOpenId(
    { issuer: new URL(issuer), clientId, clientSecret: "a-secret", name: "Example", signUp: undefined },
    {
      baseUrl: new URL("https://share.example.com"),
      sessionSecret: "only-for-tests-0123456789-abcdefghijk",
      fetch: provider,
      now: () => new Date(),
    },
  );
  const { url, state } = await openid.begin();
  const asked = new URL(url).searchParams;
  nonce = asked.get("nonce") ?? "";
  const query = new URLSearchParams({ code: "a-code", state: asked.get("state") ?? "" });
  return await openid.finish(query, state).catch((error: unknown) => error);
}

test("who a provider says somebody is counts when its own key signed it", async () => {
  expect(await signIn()).toMatchObject({ accountId: `${issuer} ana`, email: "ana@example.com" });
});

test.each<[string, Flaw]>([
  ["by another key", { key: forged.privateKey }],
  ["by nobody", { header: { alg: "none" }, key: undefined }],
  ["with no signature", { key: undefined }],
  ["for another service", { claims: { aud: "somebody-else" } }],
  ["by another provider", { claims: { iss: "https://login.example.net" } }],
  ["for another sign-in", { claims: { nonce: "of-another-browser" } }],
  ["long ago", { claims: { exp: Math.floor(Date.now() / 1_000) - 600 } }],
])("what was signed %s signs nobody in", async (_, flaw) => {
  const result = await signIn(flaw);
  expect(result).toBeInstanceOf(OpenIdError);
  expect(result).toMatchObject({ reason: "refused" });
});

test("who it is stands in what is signed alone; only the rest may be told apart from it", async () => {
  const unsigned = { iss: "https://login.example.net", auth_time: 1, email: "ana@example.com" };
  const claims = { email: undefined, auth_time: 1_700_000_000 };
  expect(await signIn({ claims, userinfo: unsigned })).toMatchObject({
    ...{ accountId: `${issuer} ana`, email: "ana@example.com" },
    loggedInAt: new Date(1_700_000_000_000),
  });
});
