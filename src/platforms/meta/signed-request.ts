/** Meta's signed_request: how Facebook, Instagram and Threads prove that a call about a person is theirs. */
import { createHmac, timingSafeEqual } from "node:crypto";
import { z } from "zod";

const payloadShape = z.object({
  algorithm: z.literal("HMAC-SHA256"),
  /** Ids may come as numbers in old payloads; beyond 2^53 those could not be told apart, so only text counts. */
  user_id: z.string().min(1),
  /** Unix seconds. */
  issued_at: z.number().int().positive(),
});

/** So long a request counts: Meta sends it when the person acts; whoever comes upon it later cannot use it. */
const LIFETIME_MS = 3_600_000;
/** So far the clocks of Meta and of ours may differ. */
const SKEW_MS = 300_000;

export interface SignedRequest {
  /** The person's id at the app of this secret. */
  readonly userId: string;
  readonly issuedAt: Date;
}

/**
 * Undefined where the signature, its algorithm, the payload or its time is wrong.
 * The signature is over the encoded payload as it came (docs/networks/facebook.md, section 7).
 */
export function readSignedRequest(
  appSecret: string,
  signedRequest: string | undefined,
  now: Date,
): SignedRequest | undefined {
  const [signature, payload, ...rest] = (signedRequest ?? "").split(".");
  if (!signature || !payload || rest.length > 0) return undefined;
  const expected = createHmac("sha256", appSecret).update(payload).digest();
  const given = Buffer.from(signature, "base64url");
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
  const told = payloadShape.safeParse(parseJson(payload)).data;
  if (told === undefined) return undefined;
  const age = now.getTime() - told.issued_at * 1_000;
  if (age > LIFETIME_MS + SKEW_MS || age < -SKEW_MS) return undefined;
  return { userId: told.user_id, issuedAt: new Date(told.issued_at * 1_000) };
}

function parseJson(encoded: string): unknown {
  try {
    return JSON.parse(Buffer.from(encoded, "base64url").toString("utf8"));
  } catch {
    return undefined;
  }
}
