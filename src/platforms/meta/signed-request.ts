/** Meta's signed_request, with which Facebook, Instagram and Threads sign their callbacks about a person. */
import { createHmac, timingSafeEqual } from "node:crypto";
import { z } from "zod";

const payloadShape = z.object({
  algorithm: z.literal("HMAC-SHA256"),
  /** Old payloads may have numbers, which lose precision beyond 2^53, so we accept only strings. */
  user_id: z.string().min(1),
  /** Unix seconds. */
  issued_at: z.number().int().positive(),
});

/** Meta sends the request when the person acts. Later, a stolen copy must not work. */
const LIFETIME_MS = 3_600_000;
/** The tolerated difference between Meta's clock and ours. */
const SKEW_MS = 300_000;

export interface SignedRequest {
  /** The person's id at the app of this secret. */
  readonly userId: string;
  readonly issuedAt: Date;
}

/**
 * Verifies the signature, which covers the encoded payload as received.
 * @returns undefined if the signature, the algorithm, the payload or its time is wrong (docs/networks/facebook.md, section 7).
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
