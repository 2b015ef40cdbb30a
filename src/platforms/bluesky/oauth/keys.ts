/** Keys of the kind that Bluesky’s servers demand: ES256. */
import { z } from "zod";

const keyShape = z.object({
  kty: z.literal("EC"),
  crv: z.literal("P-256"),
  x: z.string(),
  y: z.string(),
  /** The secret part. */
  d: z.string(),
});
export type Key = z.infer<typeof keyShape>;
export type PublicKey = Omit<Key, "d">;

// jose is loaded with the first key, because few processes need it.
const load = () => import("jose");

export async function makeKey(): Promise<Key> {
  const { exportJWK, generateKeyPair } = await load();
  const { privateKey } = await generateKeyPair("ES256", { extractable: true });
  return keyShape.parse(await exportJWK(privateKey));
}

/** @throws {z.ZodError} if it is not a key of ours */
export function readKey(text: string): Key {
  return keyShape.parse(JSON.parse(text));
}

export function publicPartOf({ kty, crv, x, y }: Key): PublicKey {
  return { kty, crv, x, y };
}

/** The key’s name: its thumbprint (RFC 7638). */
export async function thumbprintOf(key: Key): Promise<string> {
  const { calculateJwkThumbprint } = await load();
  return await calculateJwkThumbprint(publicPartOf(key));
}

/** Signs a JWT (RFC 7519). */
export async function sign(
  key: Key,
  { header, claims, now }: { readonly header: object; readonly claims: object; readonly now: Date },
): Promise<string> {
  const { importJWK, SignJWT } = await load();
  return await new SignJWT({ ...claims })
    .setProtectedHeader({ alg: "ES256", ...header })
    .setJti(crypto.randomUUID())
    .setIssuedAt(now)
    .sign(await importJWK(key, "ES256"));
}
