/** Codes that people print and type again: without letters that look alike, and read however they were typed. */

import { randomBytes, randomInt, type ScryptOptions, scrypt } from "node:crypto";
import { promisify } from "node:util";
import { eq } from "drizzle-orm";
import type { Queryable } from "../../database/open.ts";
import { recoveryCodes } from "../../database/schema.ts";

const SIGNS = "abcdefghjkmnpqrstuvwxyz23456789";
const NUMBER = 10;
const HALF = 5;
const HASH_BYTES = 32;

/** Some milliseconds each: what is hashed is random, unlike a password. */
const COST: ScryptOptions = { N: 4_096, r: 8, p: 1 };

const derive = promisify<string, string, number, ScryptOptions, Buffer>(scrypt);

/** Each of some 49 random bits, like "k7wmx-3hq9a"; few tries are let. */
export function makeRecoveryCodes(): string[] {
  return Array.from({ length: NUMBER }, () => `${makeHalf()}-${makeHalf()}`);
}

function makeHalf(): string {
  return Array.from({ length: HALF }, () => SIGNS[randomInt(SIGNS.length)]).join("");
}

/** As it was made: capitals, blanks and a missing hyphen do not matter. */
export function readRecoveryCode(typed: string): string {
  const signs = typed.toLowerCase().replaceAll(/[^a-z0-9]/g, "");
  return `${signs.slice(0, HALF)}-${signs.slice(HALF)}`;
}

/**
 * Kept in their place. Hashed, not sealed: they are the way in when a key is lost. And slowly: 49 bits could be searched
 * for by a fast hash (ASVS 5.0, 6.5.2 asks for 112 there).
 */
export async function hashRecoveryCodes(
  codes: readonly string[],
): Promise<{ readonly salt: string; readonly hashes: readonly string[] }> {
  const salt = randomBytes(16).toString("base64url");
  return { salt, hashes: await Promise.all(codes.map((code) => hashRecoveryCode(code, salt))) };
}

export async function hashRecoveryCode(code: string, salt: string): Promise<string> {
  return (await derive(code, salt, HASH_BYTES, COST)).toString("base64url");
}

export async function replaceCodes(transaction: Queryable, userId: string, hashes: readonly string[]) {
  await transaction.delete(recoveryCodes).where(eq(recoveryCodes.userId, userId));
  await transaction.insert(recoveryCodes).values(hashes.map((codeHash) => ({ userId, codeHash })));
}
