/** Meta's signed_request: how Facebook, Instagram and Threads prove that a call about a person is theirs. */
import { createHmac, timingSafeEqual } from "node:crypto";
import { z } from "zod";

/** Ids may come as numbers in old payloads; beyond 2^53 those could not be told apart, so only text counts. */
const payloadShape = z.object({ algorithm: z.literal("HMAC-SHA256"), user_id: z.string().min(1) });

/**
 * The person's id at the app of this secret; undefined where the signature, its algorithm or the payload is wrong.
 * The signature is over the encoded payload as it came (docs/platforms/facebook.md, section 7).
 */
export function readSignedRequest(appSecret: string, signedRequest: string | undefined): string | undefined {
  const [signature, payload, ...rest] = (signedRequest ?? "").split(".");
  if (!signature || !payload || rest.length > 0) return undefined;
  const expected = createHmac("sha256", appSecret).update(payload).digest();
  const given = Buffer.from(signature, "base64url");
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
  return payloadShape.safeParse(parseJson(payload)).data?.user_id;
}

function parseJson(encoded: string): unknown {
  try {
    return JSON.parse(Buffer.from(encoded, "base64url").toString("utf8"));
  } catch {
    return undefined;
  }
}
