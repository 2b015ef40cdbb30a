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

/** Marks after an address that belong to the sentence around it. */
const AFTER = /[.,;:!?…'’*|。、，！？；：]$/u;
const BRACKETS = new Map([
  [")", "("],
  ["]", "["],
  ["}", "{"],
  ["）", "（"],
  ["」", "「"],
  ["』", "『"],
  ["】", "【"],
]);

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
  const last = address.at(-1) ?? "";
  const opening = BRACKETS.get(last);
  const isLoose = opening !== undefined && count(address, last) > count(address, opening);
  return isLoose || AFTER.test(last) ? withoutPunctuation(address.slice(0, -1)) : address;
}

function count(text: string, sign: string): number {
  return text.split(sign).length - 1;
}

/** Removes the address, the brackets that only held it, and what then joins nothing any more. */
function wordsAround(text: string, address: string): string {
  if (!text.includes(address)) return text.trim();
  return text
    .replaceAll(`<${address}>`, "")
    .replaceAll(`(${address})`, "")
    .replaceAll(address, "")
    .replace(/[ \t]+/g, " ")
    .replace(/ ?\n ?/g, "\n")
    .replace(/\n{3,}/g, "\n\n")
    .trim()
    .replace(/(?:\s*[-–—:|→]|\s+[.,;。])+$/u, "")
    .trim();
}
