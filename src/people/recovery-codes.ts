/** Codes that people print and type again: without letters that look alike, and read however they were typed. */
import { randomInt } from "node:crypto";

const SIGNS = "abcdefghjkmnpqrstuvwxyz23456789";
const NUMBER = 10;
const HALF = 5;

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
