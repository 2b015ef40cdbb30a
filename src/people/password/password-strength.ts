/** Refuses passwords that are guessed early: common ones, with what people put around them, and what belongs to the person. */
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { z } from "zod";
import { say } from "../../words/words.ts";
import type { Refusal } from "../people.ts";

/** 49,000 that were found in leaks, the commonest first (zxcvbn-ts, which keeps the list). */
const LIST = createRequire(import.meta.url).resolve("@zxcvbn-ts/language-common/src/passwords.json");

/** What the list lacks in the languages that we speak. */
const OTHERS = ["passwort", "kennwort", "motdepasse", "contraseña", "contrasena"];
const listShape = z.array(z.string());

/** About 10^8 guesses: what somebody gets through who stole one hash (zxcvbn's score 3). */
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
  /** Another one may be tried at once. */
  readonly weak: true;
}

const COMMON: WeakPassword = {
  problem: say(
    "This password is easy to guess: it is made of what many people choose. Take four words that have nothing to do with each other, or let a password manager make one.",
  ),
  weak: true,
};
const OWN: WeakPassword = {
  problem: say(
    "This password is easy to guess: it is made of your name, your mail address or the name of this service. Take four words that have nothing to do with each other, or let a password manager make one.",
  ),
  weak: true,
};

/** What anybody would try first with this person. */
export function ownWords(
  { config }: { readonly config: { readonly appName: string; readonly baseUrl: URL } },
  { name, email }: { readonly name: string; readonly email: string },
): string[] {
  return [name, email, config.appName, config.baseUrl.hostname, "Sharewell"];
}

/**
 * Takes some milliseconds; the list is read for each, so that a service at rest does not hold it.
 * @param own as `ownWords` gathers them
 * @returns why it is not taken, or undefined
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

/** Costs nothing to guess: whole, and each of its words. */
function findOwn(own: readonly string[]): Map<string, number> {
  const whole = own.map((text) => text.toLowerCase());
  const parts = whole.flatMap((text) => [text.replaceAll(/\P{L}/gu, ""), ...text.split(/[^\p{L}\p{N}]+/u)]);
  return new Map([...whole, ...parts].filter((word) => word.length >= SHORTEST_OWN).map((word) => [word, 0]));
}

/** Those of the list that stand in the password, also with lookalikes in them. @returns them with their cost */
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

/** Bits of the cheapest way to put the text together from words, runs, repeats and single signs. */
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
  // What stands before it once more.
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
