/**
 * Refuses passwords that are easy to guess: common ones, also with additions, and ones made of the person's own
 * details.
 */
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { z } from "zod";
import { say } from "../../words/words.ts";
import type { Refusal } from "../people.ts";

/** 49,000 leaked passwords, the most common first (from zxcvbn-ts). */
const LIST = createRequire(import.meta.url).resolve("@zxcvbn-ts/language-common/src/passwords.json");

/** Common words that the list lacks, in our other languages. */
const OTHERS = ["passwort", "kennwort", "motdepasse", "contraseña", "contrasena"];
const listShape = z.array(z.string());

/** About 10^8 guesses: what an attacker can try against one stolen hash (score 3 of zxcvbn). */
const FEWEST_BITS = 27;
const LONGEST_WORD = 24;
const SHORTEST_OWN = 3;

const KEYBOARD = ["qwertyuiop", "qwertzuiop", "azertyuiop", "asdfghjkl", "zxcvbnm", "yxcvbnm", "1234567890"];
const RUNS = [...KEYBOARD, "abcdefghijklmnopqrstuvwxyz", "0123456789"].flatMap((run) => [
  run,
  [...run].toReversed().join(""),
]);
const LOOKALIKES: Readonly<Record<string, string>> = {
  ...{ "0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t", "8": "b", "9": "g" },
  ...{ "@": "a", $: "s", "!": "i", "+": "t" },
};

export interface WeakPassword extends Refusal {
  /** Another password may be tried at once. */
  readonly weak: true;
}

const COMMON: WeakPassword = {
  problem: say(
    "This password is easy to guess because many people use something like it. Use four unrelated words, or let a password manager create one.",
  ),
  weak: true,
};
const OWN: WeakPassword = {
  problem: say(
    "This password is easy to guess because it contains your name, your email address or the name of this service. Use four unrelated words, or let a password manager create one.",
  ),
  weak: true,
};

/** The person's own words, which an attacker would try first. */
export function ownWords(
  { config }: { readonly config: { readonly appName: string; readonly baseUrl: URL } },
  { name, email }: { readonly name: string; readonly email: string },
): string[] {
  return [name, email, config.appName, config.baseUrl.hostname, "Sharewell"];
}

/**
 * Judges a password. Takes some milliseconds: the list is read each time, so that an idle service does not hold
 * it in memory.
 * @param own the person's own words
 * @returns why the password is refused, or undefined
 */
export async function refuseWeak(
  password: string,
  own: readonly string[],
): Promise<WeakPassword | undefined> {
  const typed = password.normalize("NFKC").toLowerCase();
  const words = findOwn(own);
  for (const [word, bits] of await findCommon(typed)) if (!words.has(word)) words.set(word, bits);
  if (estimate(typed, words) >= FEWEST_BITS) return undefined;
  const common = new Map([...words].filter(([, bits]) => bits > 0));
  return estimate(typed, common) >= FEWEST_BITS ? OWN : COMMON;
}

/** Own texts, whole and word by word, cost nothing to guess. */
function findOwn(own: readonly string[]): Map<string, number> {
  const whole = own.map((text) => text.toLowerCase());
  const parts = whole.flatMap((text) => [text.replaceAll(/\P{L}/gu, ""), ...text.split(/[^\p{L}\p{N}]+/u)]);
  return new Map([...whole, ...parts].filter((word) => word.length >= SHORTEST_OWN).map((word) => [word, 0]));
}

/** Finds the listed words in a password, also those spelled with look-alike characters. @returns their cost in bits */
async function findCommon(typed: string): Promise<Map<string, number>> {
  const list = [...OTHERS, ...listShape.parse(JSON.parse(await readFile(LIST, "utf8")))];
  const pieces = new Map<string, string[]>();
  for (let from = 0; from < typed.length; from += 1)
    for (let to = from + 3; to <= Math.min(typed.length, from + LONGEST_WORD); to += 1) {
      const piece = typed.slice(from, to);
      for (const plain of new Set([piece, unmask(piece)]))
        pieces.set(plain, [...(pieces.get(plain) ?? []), piece]);
    }
  const found = new Map<string, number>();
  for (const [rank, word] of list.entries())
    for (const piece of pieces.get(word) ?? []) {
      const bits = Math.log2(rank + 2) + (piece === word ? 0 : 1);
      if (bits < (found.get(piece) ?? Number.POSITIVE_INFINITY)) found.set(piece, bits);
    }
  return found;
}

function unmask(piece: string): string {
  return [...piece].map((sign) => LOOKALIKES[sign] ?? sign).join("");
}

/**
 * The cost, in bits, of the cheapest way to compose the text of words, sequences, repetitions and single
 * characters.
 */
function estimate(typed: string, words: ReadonlyMap<string, number>): number {
  const best = [0];
  for (let to = 1; to <= typed.length; to += 1) {
    let least = Number.POSITIVE_INFINITY;
    for (let from = 0; from < to; from += 1)
      least = Math.min(least, (best[from] ?? 0) + costOf(typed, { from, to, words }));
    best.push(least);
  }
  return best[typed.length] ?? 0;
}

interface Piece {
  readonly from: number;
  readonly to: number;
  readonly words: ReadonlyMap<string, number>;
}

function costOf(typed: string, { from, to, words }: Piece): number {
  const piece = typed.slice(from, to);
  // A repetition of what precedes it.
  if (piece.length > 1 && typed.slice(0, from).endsWith(piece)) return 1;
  const word = words.get(piece);
  if (word !== undefined) return word;
  if (/^(19|20)\d\d$/.test(piece)) return 5;
  if (piece.length > 2 && RUNS.some((run) => run.includes(piece))) return 4 + Math.log2(piece.length);
  if (piece.length > 2 && new Set(piece).size === 1) return costOfSign(piece) + Math.log2(piece.length);
  return piece.length === 1 ? costOfSign(piece) : Number.POSITIVE_INFINITY;
}

function costOfSign(sign: string): number {
  if (/^\d/.test(sign)) return Math.log2(10);
  return /^[a-z]/.test(sign) ? Math.log2(26) : 5;
}
