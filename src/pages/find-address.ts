/**
 * Finds the address of a page in what apps and people hand over. Share sheets send title, text and address in any mixture:
 * Android has no field for an address, so it mostly stands in the text, and sometimes in the title.
 */
import { writtenLine, writtenLines } from "../words/written.ts";

/** What was handed over, each part as it came. */
export interface HandedOver {
  readonly url?: string | undefined;
  readonly text?: string | undefined;
  readonly title?: string | undefined;
}

/** The address, and the words around it. */
export interface FoundAddress {
  readonly url: string;
  readonly title: string;
  readonly text: string;
}

/** In characters. Longer texts are cut, since a message of this length fits no network. */
const LONGEST = 10_000;

/** Where an address in a text ends at the latest. */
const REST = `[^\\s<>"“”„«»\`]`;
const HOST = String.raw`(?:[\p{L}\p{N}][\p{L}\p{N}-]{0,62}\.)+`;
/** Not within a longer word, an email address or another kind of address. */
const START = String.raw`(?<![\p{L}\p{N}@/._:-])`;
/** In lower case, so that a missing space after a full stop is not taken for an address. */
const TOP = String.raw`(?:\p{Ll}{2,}|\p{Lo}{2,}|xn--[a-z0-9-]+)(?![\p{L}\p{N}@-])(?::\d{2,5}(?!\d))?`;

/** From the surest to the least sure. The first address of the first kind that occurs is taken. */
const KINDS = [
  new RegExp(String.raw`https?:\/\/[\p{L}\p{N}\[]${REST}*`, "iu"),
  new RegExp(String.raw`${START}(?:www\.${HOST}${TOP}(?:[/?#]${REST}*)?|${HOST}${TOP}[/?#]${REST}*)`, "iu"),
  new RegExp(`${START}${HOST}${TOP}`, "u"),
] as const;

/** Marks after an address that belong to the sentence around it, and marks of direction, which nobody sees. */
const AFTER = /[.,;:!?…'’*|。、，！？；：\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;
const BRACKETS = new Map([
  [")", "("],
  ["]", "["],
  ["}", "{"],
  ["）", "（"],
  ["」", "「"],
  ["』", "『"],
  ["】", "【"],
]);

/** Stands for the address while the words around it are tidied; `writtenLines` leaves no such character in a text. */
const GONE = "\0";
/** Brackets and quotation marks that held nothing but the address. */
const EMPTIED =
  /\( ?\0 ?\)|\[ ?\0 ?\]|\{ ?\0 ?\}|<\0>|[“„”] ?\0 ?[“”]|[‘‚] ?\0 ?[‘’]|« ?\0 ?»|» ?\0 ?«|(["'`])\0\1/gu;
/** With one of these, a longer address goes on. */
const GOES_ON = /^[\p{L}\p{N}/?#&=%_~+@-]/u;
const JOINTS = "-–—:|→";
const STOPS = ".,;。";

/** Returns the address and the words around it; undefined if there is no address. A bare domain is taken as https. */
export function findAddress({ url = "", text = "", title = "" }: HandedOver): FoundAddress | undefined {
  const parts = [writtenLine(url), writtenLines(text), writtenLine(title)].map((part) =>
    part.slice(0, LONGEST),
  );
  for (const kind of KINDS) {
    for (const part of parts) {
      const [match] = kind.exec(part) ?? [];
      if (match === undefined) continue;
      const written = withoutPunctuation(match);
      const words = parts.slice(1).map((each) => wordsAround(each, written));
      const [ownText = "", ownTitle = ""] = words;
      return {
        url: kind === KINDS[0] ? written : `https://${written}`,
        title: ownTitle,
        text: ownText === ownTitle ? "" : ownText,
      };
    }
  }
  return undefined;
}

/** The words of a message that comes with a page's address, without that address. */
export function wordsBeside(text: string, url: string): string {
  return wordsAround(writtenLines(text).slice(0, LONGEST), url);
}

function withoutPunctuation(address: string): string {
  const surplus = new Map(
    [...BRACKETS].map(([closing, opening]) => [closing, count(address, closing) - count(address, opening)]),
  );
  let end = address.length;
  for (; end > 0; end -= 1) {
    const last = address.charAt(end - 1);
    const loose = surplus.get(last) ?? 0;
    if (loose > 0) surplus.set(last, loose - 1);
    else if (!AFTER.test(last)) break;
  }
  return address.slice(0, end);
}

function count(text: string, sign: string): number {
  return text.split(sign).length - 1;
}

/** Removes the address, the signs that only held it, and what then joins nothing any more. */
function wordsAround(text: string, address: string): string {
  if (!text.includes(address)) return text.trim();
  const words = text
    .replaceAll(address, (found, at: number) => (GOES_ON.test(text.slice(at + found.length)) ? found : GONE))
    .replaceAll(/[ \t\u00a0\u202f]+/g, " ")
    .replaceAll(EMPTIED, GONE)
    .replaceAll(GONE, "")
    .replaceAll(/ {2,}/g, " ")
    .replaceAll(/ ?\n ?/g, "\n")
    .replaceAll(/\n{3,}/g, "\n\n");
  return /^\p{Cf}*$/u.test(words) ? "" : withoutJoints(words.trim());
}

/** Removes dashes, colons and loose full stops at the end, which stood before the address or after it. */
function withoutJoints(text: string): string {
  let rest = text;
  for (let end = rest.at(-1) ?? ""; end !== ""; end = rest.at(-1) ?? "") {
    const isLoose = STOPS.includes(end) && /^\s?$/.test(rest.at(-2) ?? "");
    if (!JOINTS.includes(end) && !isLoose) break;
    rest = rest.slice(0, -1).trimEnd();
  }
  return rest;
}
