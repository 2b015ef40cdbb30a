/** The claims about a member, and the signed id_token beside an access token (docs/networks/linkedin.md, section 2.8). */
import type { Context } from "hono";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { type Account, avatarUrl, type Env, originOf } from "../network.ts";
import { pairwiseId } from "./grants.ts";
import type { Grant, LinkedinWorld } from "./memory.ts";

const algorithm = "RS256";
const keyId = "simulated";
const lifeSeconds = 3_600;

/** Generated on first use, since a key pair takes a fraction of a second. */
let made: ReturnType<typeof generateKeyPair> | undefined;

async function keyPair() {
  made ??= generateKeyPair(algorithm);
  return await made;
}

export async function publicKeys() {
  const { publicKey } = await keyPair();
  return { keys: [{ ...(await exportJWK(publicKey)), kid: keyId, use: "sig", alg: algorithm }] };
}

export function claimsOf(c: Context<Env>, grant: Grant, account: Account) {
  const [given = account.displayName, ...family] = account.displayName.split(" ");
  return {
    sub: pairwiseId(grant),
    name: account.displayName,
    given_name: given,
    family_name: family.join(" "),
    picture: avatarUrl(originOf(c.req.raw), account.id),
    ...(grant.scopes.includes("email") && { email: `${account.username}@example.com`, email_verified: true }),
  };
}

/** The id_token in the token answer; nothing if `openid` was not granted. */
export async function idTokenOf(c: Context<Env>, world: LinkedinWorld, grant: Grant) {
  const { idToken } = world.memory.switches;
  const account = world.memory.accounts.find(({ id }) => id === grant.accountId);
  if (!grant.scopes.includes("openid") || !account || idToken === "none") return {};
  const { privateKey } = idToken === "foreign-key" ? await generateKeyPair(algorithm) : await keyPair();
  const now = Math.floor(world.now().getTime() / 1_000);
  const issuedAt = idToken === "over" ? now - 2 * lifeSeconds : now;
  const signed = await new SignJWT({ ...claimsOf(c, grant, account), locale: "en_US" })
    .setProtectedHeader({ alg: algorithm, kid: keyId })
    .setIssuer(idToken === "other-issuer" ? "https://login.example.com" : `${originOf(c.req.raw)}/oauth`)
    .setAudience(idToken === "other-app" ? "78anotherapp" : grant.clientId)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + lifeSeconds)
    .sign(privateKey);
  return { id_token: signed };
}
