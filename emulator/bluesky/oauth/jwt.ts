/** Reads and checks JSON Web Tokens by any key that a client brings, secp256k1 included, which jose leaves out. */
import { createPublicKey, verify } from "node:crypto";
import { z } from "zod";

/** Those that the reference server lists. */
export const algorithms = [
  ...["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES256K", "ES384", "ES512"],
];

const headerSchema = z.looseObject({
  alg: z.string(),
  typ: z.string().optional(),
  kid: z.string().optional(),
  jwk: z.record(z.string(), z.string()).optional(),
});
const payloadSchema = z.looseObject({
  iss: z.string().optional(),
  sub: z.string().optional(),
  aud: z.union([z.string(), z.array(z.string())]).optional(),
  jti: z.string().optional(),
  iat: z.number().optional(),
  exp: z.number().optional(),
});

export interface Jwt {
  readonly header: z.infer<typeof headerSchema>;
  readonly payload: z.infer<typeof payloadSchema>;
  isSignedBy(key: JsonWebKey): boolean;
}

/** Returns undefined for a malformed token. */
export function readJwt(token: string): Jwt | undefined {
  const [head = "", body = "", signature = "", ...more] = token.split(".");
  if (more.length > 0) return undefined;
  try {
    const header = headerSchema.parse(JSON.parse(Buffer.from(head, "base64url").toString()));
    const payload = payloadSchema.parse(JSON.parse(Buffer.from(body, "base64url").toString()));
    return {
      header,
      payload,
      isSignedBy: (key) => isSigned(header.alg, `${head}.${body}`, signature, key),
    };
  } catch {
    return undefined;
  }
}

function isSigned(alg: string, text: string, signature: string, jwk: JsonWebKey): boolean {
  const [, family, bits] = /^(ES|RS)(256|384|512)K?$/.exec(alg) ?? [];
  if (family === undefined) return false;
  try {
    const key = createPublicKey({ key: { ...jwk }, format: "jwk" });
    const options = family === "ES" ? ({ key, dsaEncoding: "ieee-p1363" } as const) : key;
    return verify(`sha${bits}`, Buffer.from(text), options, Buffer.from(signature, "base64url"));
  } catch {
    return false;
  }
}
