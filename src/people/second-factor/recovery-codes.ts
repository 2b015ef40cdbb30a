/** Recovery codes: easy to copy from paper, without characters that look alike. */
import { randomBytes, randomInt, type ScryptOptions, scrypt } from "node:crypto";
import { promisify } from "node:util";
import { eq } from "drizzle-orm";
import type { Queryable } from "../../database/open.ts";
import { recoveryCodes } from "../../database/schema.ts";

const SIGNS = "abcdefghjkmnpqrstuvwxyz23456789";
const NUMBER = 10;
const HALF = 5;
const HASH_BYTES = 32;

/** Takes a few milliseconds: unlike passwords, the codes are random. */
const COST: ScryptOptions = { N: 4_096, r: 8, p: 1 };

const derive = promisify<string, string, number, ScryptOptions, Buffer>(scrypt);

/** Ten codes of about 49 random bits each, like "k7wmx-3hq9a". */
export function makeRecoveryCodes(): string[] {
  return Array.from({ length: NUMBER }, () => `${makeHalf()}-${makeHalf()}`);
}

function makeHalf(): string {
  return Array.from({ length: HALF }, () => SIGNS[randomInt(SIGNS.length)]).join("");
}

/** Normalizes what somebody typed: capitals, spaces and a missing hyphen do not matter. */
export function readRecoveryCode(typed: string): string {
  const signs = typed.toLowerCase().replaceAll(/[^a-z0-9]/g, "");
  return `${signs.slice(0, HALF)}-${signs.slice(HALF)}`;
}

/**
 * Hashes codes to store them. They are hashed and not encrypted, since they have to work when a key is lost;
 * and slowly, since a fast hash of 49 bits could be searched (ASVS 5.0, 6.5.2 asks for 112 there).
 */
export async function hashRecoveryCodes(
  codes: readonly string[],
): Promise<{ readonly salt: string; readonly hashes: readonly string[] }> {
  const salt = randomBytes(16).toString("base64url");
  return { salt, hashes: await Promise.all(codes.map((code) => hashRecoveryCode(code, salt))) };
}

/** The hash of one code. */
export async function hashRecoveryCode(code: string, salt: string): Promise<string> {
  return (await derive(code, salt, HASH_BYTES, COST)).toString("base64url");
}

/** Replaces all stored codes of a person. */
export async function replaceCodes(transaction: Queryable, userId: string, hashes: readonly string[]) {
  await transaction.delete(recoveryCodes).where(eq(recoveryCodes.userId, userId));
  await transaction.insert(recoveryCodes).values(hashes.map((codeHash) => ({ userId, codeHash })));
}
