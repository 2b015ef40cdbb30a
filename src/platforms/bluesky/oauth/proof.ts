/** Sends calls with a proof that we have the key to which the tokens are bound (DPoP, RFC 9449; docs/networks/bluesky.md, section 3). */
import { createHash } from "node:crypto";
import { z } from "zod";
import { type Answer, type Call, callSafely } from "../../call/request.ts";
import type { Parts } from "../parts.ts";
import { type Key, publicPartOf, sign } from "./keys.ts";

interface Proof {
  readonly key: Key;
  /** For calls to the account’s server. */
  readonly token?: string;
}

const errorShape = z.object({ error: z.literal("use_dpop_nonce") });

/** Sends the call, and once more if the server demands its newest nonce. @throws {PlatformError} as `send` does */
export async function callProven(
  parts: Parts,
  proof: Proof,
  call: Call,
  send: typeof callSafely = callSafely,
): Promise<Answer> {
  const { world, nonces } = parts;
  const { origin } = new URL(call.url);
  const attempt = async () => {
    const headers = { ...call.headers, ...(await prove(parts, proof, call)) };
    const answer = await send(world.fetch, { ...call, headers });
    nonces.note(origin, answer);
    return answer;
  };
  const answer = await attempt();
  return demandsNonce(answer) ? await attempt() : answer;
}

/** The authorization server says it in its body, the account’s server in a header. */
function demandsNonce({ status, body, headers }: Answer): boolean {
  if (status === 400) return errorShape.safeParse(body).success;
  return status === 401 && /\buse_dpop_nonce\b/.test(headers.get("www-authenticate") ?? "");
}

async function prove(
  { world, nonces }: Parts,
  { key, token }: Proof,
  { method, url }: Call,
): Promise<Record<string, string>> {
  const { origin, pathname } = new URL(url);
  const nonce = nonces.find(origin);
  const claims = {
    htm: method,
    htu: `${origin}${pathname}`,
    ...(nonce === undefined ? {} : { nonce }),
    ...(token === undefined ? {} : { ath: createHash("sha256").update(token).digest("base64url") }),
  };
  const header = { typ: "dpop+jwt", jwk: publicPartOf(key) };
  return {
    dpop: await sign(key, { header, claims, now: world.now() }),
    ...(token === undefined ? {} : { authorization: `DPoP ${token}` }),
  };
}
