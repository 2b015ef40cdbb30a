/** Counts a text as a Mastodon server does, and reads the HTML of a posted one. */
import { Parser } from "htmlparser2";
import type { MastodonExtra } from "../account.ts";
import { findEntities } from "./entities.ts";

/** Joined to one grapheme only where Unicode 15.1 joins consonants (UAX 29, GB9c). */
const JOINED = /(?:[\p{M}\u{e0020}-\u{e007f}]|\u200d)\p{Lo}/gu;

/** docs/networks/mastodon.md, section 4. */
export function countCharacters(
  text: string,
  { unit, charactersPerUrl }: Pick<MastodonExtra, "unit" | "charactersPerUrl">,
): number {
  if (unit === "units") return text.length;
  if (unit === "runes") return [...text].length;
  if (unit === "full-graphemes") return countGraphemes(text);
  const entities = findEntities(text);
  let counted = "";
  let end = 0;
  for (const entity of entities) {
    // Each address counts as one letter, and the rest is added: a server may say that an address counts a billion.
    counted += text.slice(end, entity.start) + (entity.address === undefined ? `@${entity.name}` : "x");
    end = entity.end;
  }
  counted += text.slice(end);
  const addresses = entities.filter(({ address }) => address !== undefined).length;
  const joined = unit === "older-graphemes" ? countJoined(counted) : 0;
  return countGraphemes(counted) + joined + addresses * (charactersPerUrl - 1);
}

function countGraphemes(text: string): number {
  let count = 0;
  for (const _ of new Intl.Segmenter().segment(text)) count += 1;
  return count;
}

/** The consonants that one grapheme contains besides its first, since Unicode 15.1. */
function countJoined(text: string): number {
  if (text.search(JOINED) === -1) return 0;
  let count = 0;
  for (const { segment } of new Intl.Segmenter().segment(text)) count += segment.match(JOINED)?.length ?? 0;
  return count;
}

/** Keeps track of links only: tracking every element that a server leaves open would take quadratic time. */
class LinkParser extends Parser {
  protected override isVoidElement(name: string): boolean {
    return name !== "a";
  }
}

/** Returns the text with its links written out, and their targets. Mentions and hashtags are words, not links. */
export function readHtml(html: string): { text: string; links: string[] } {
  let text = "";
  const links: string[] = [];
  let link: { href: string; words: string } | undefined;
  const parser = new LinkParser({
    onopentag(name, attributes) {
      if (name === "br" || name === "p") text += "\n";
      if (name === "a") link = { href: attributes.href ?? "", words: "" };
    },
    ontext(words) {
      if (link === undefined) text += words;
      else link.words += words;
    },
    onclosetag(name) {
      if (name !== "a" || link === undefined) return;
      const isWord = link.href === "" || /^\s*[@#]/.test(link.words);
      text += isWord ? link.words : link.href;
      if (!isWord) links.push(link.href);
      link = undefined;
    },
  });
  parser.end(html);
  return { text, links };
}
