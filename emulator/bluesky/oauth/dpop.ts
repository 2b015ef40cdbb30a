/** Checks DPoP proofs and hands out nonces (RFC 9449, in the words of the reference server). */
import { createHash, createHmac } from "node:crypto";
import { calculateJwkThumbprint } from "jose";
import type { BlueskyWorld } from "../memory.ts";
import { oauthRefusal, type Refusal } from "../problems.ts";
import { algorithms, type Jwt, readJwt } from "./jwt.ts";
import { isFirstUse } from "./once.ts";

/** A nonce is demanded for three minutes; it changes every minute. */
const nonceSeconds = 60;
const proofSeconds = 10;
const toleranceSeconds = 180;
const secret = "the simulated Bluesky";

export interface Proof {
  /** Of the key that signed it. */
  readonly thumbprint: string;
}

export interface ProvenCall {
  readonly method: string;
  /** Without query. */
  readonly url: string;
  /** The `DPoP` header. */
  readonly proof: string | undefined;
  readonly accessToken?: string;
}

/** The nonce for the next call, which every answer of these endpoints carries. */
export function nextNonce(world: BlueskyWorld): string {
  return nonceAt(periodOf(world) + 1);
}

/** @returns undefined if the call brings no proof @throws {Refusal} */
export async function checkProof(world: BlueskyWorld, call: ProvenCall): Promise<Proof | undefined> {
  if (!call.proof) return undefined;
  const jwt = readJwt(call.proof);
  const key = jwt?.header.jwk;
  if (!jwt || !key) throw badProof("Failed to verify DPoP proof");
  checkSignature(world, jwt, key);
  const { payload } = jwt;
  if (!payload.jti) throw badProof('DPoP "jti" missing');
  if (payload.htm !== call.method) throw badProof('DPoP "htm" mismatch');
  if (typeof payload.htu !== "string") throw badProof('Invalid DPoP "htu" type');
  if (payload.htu.replace(/[?#].*$/, "") !== call.url) throw badProof('DPoP "htu" mismatch');
  if (!payload.nonce)
    throw oauthRefusal("use_dpop_nonce", "Authorization server requires nonce in DPoP proof");
  if (!isNonce(world, payload.nonce)) throw oauthRefusal("use_dpop_nonce", 'DPoP "nonce" mismatch');
  checkHash(call, payload.ath);
  if (!isFirstUse(world, `dpop ${payload.jti}`, 2 * toleranceSeconds)) throw badProof("DPoP proof replayed");
  return { thumbprint: await calculateJwkThumbprint(key, "sha256") };
}

function checkSignature(world: BlueskyWorld, { header, payload, isSignedBy }: Jwt, key: JsonWebKey): void {
  const failed = (why: string) => badProof(`Failed to verify DPoP proof: ${why}`);
  if (header.typ !== "dpop+jwt") throw failed('unexpected "typ" JWT header value');
  if (!isSignedBy(key)) throw failed("signature verification failed");
  if (payload.iat === undefined) throw failed('missing required "iat" claim');
  const ageSeconds = Math.floor(world.now().getTime() / 1_000) - payload.iat;
  if (ageSeconds > proofSeconds + toleranceSeconds)
    throw failed('"iat" claim timestamp check failed (too far in the past)');
  if (ageSeconds < -toleranceSeconds)
    throw failed('"iat" claim timestamp check failed (it should be in the past)');
}

function checkHash({ accessToken }: ProvenCall, hash: unknown): void {
  if (accessToken === undefined) {
    if (hash !== undefined) throw badProof('DPoP "ath" claim not allowed');
    return;
  }
  if (hash !== createHash("sha256").update(accessToken).digest("base64url"))
    throw badProof('DPoP "ath" mismatch');
}

/** `WWW-Authenticate`, which leaves out a description with quotation marks. */
export function challengeOf(error: string, description: string): string {
  const told = description.includes('"') ? [] : [`error_description="${description}"`];
  return `DPoP ${[`algs="${algorithms.join(" ")}"`, `error="${error}"`, ...told].join(", ")}`;
}

export function badProof(description: string): Refusal {
  return oauthRefusal("invalid_dpop_proof", description);
}

function isNonce(world: BlueskyWorld, nonce: unknown): boolean {
  const period = periodOf(world);
  return [period - 1, period, period + 1].some((each) => nonceAt(each) === nonce);
}

function periodOf(world: BlueskyWorld): number {
  return Math.floor(world.now().getTime() / 1_000 / nonceSeconds);
}

function nonceAt(period: number): string {
  return createHmac("sha256", secret).update(String(period)).digest("base64url");
}
