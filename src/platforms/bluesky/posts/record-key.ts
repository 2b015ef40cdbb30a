/** Keys of records: the time in microseconds, in an order-preserving alphabet (TID; docs/networks/bluesky.md, section 5). */
import { randomInt } from "node:crypto";

const ALPHABET = "234567abcdefghijklmnopqrstuvwxyz";
const LENGTH = 13;
const CLOCKS = 1_024;
/** Microseconds within the millisecond, which our clock does not tell. */
const MICROSECONDS = 1_000;

/** Makes a key for a post of now. No two are the same, except by a chance of one in a million within a millisecond. */
export function makeRecordKey(now: Date): string {
  const micros = BigInt(now.getTime()) * BigInt(MICROSECONDS) + BigInt(randomInt(MICROSECONDS));
  let left = (micros << 10n) | BigInt(randomInt(CLOCKS));
  let key = "";
  for (let at = 0; at < LENGTH; at += 1) {
    key = `${ALPHABET[Number(left & 31n)] ?? ""}${key}`;
    left >>= 5n;
  }
  return key;
}
