/** Random secrets in links and cookies, which the database stores only as hashes. */
import { createHash, randomBytes } from "node:crypto";

/** A secret of 256 random bits, safe in a URL. */
export function makeSecret(): string {
  return randomBytes(32).toString("base64url");
}

/** The hash to store. Plain SHA-256 is enough, since the secret is random. */
export function hashSecret(secret: string): string {
  return createHash("sha256").update(secret).digest("base64url");
}

/** Encrypts what is stored and decrypts it again: the vault, as this folder sees it. */
export interface Safe {
  encrypt(plaintext: string): string;
  /** @throws an error named "InvalidToken" when no key opens it */
  decrypt(ciphertext: string): string;
}
