/** How a Mastodon server counts a text, and what the HTML of a posted one says. */
import { Parser } from "htmlparser2";
import type { MastodonExtra } from "./mastodon-account.ts";

/** Not after a letter or digit: there the server sees no link and counts every character. */
const WEB_ADDRESS = /(?<![A-Za-z0-9@$#])https?:\/\/[^\s<>"]+[^\s<>".,;:!?'()[\]{}]/gu;
const REMOTE_MENTION = /(?<![\w/])@(\w+(?:[\w.-]+\w)?)@[\w.-]+\w/gu;

/** docs/platforms/mastodon.md, section 4. Runes are code points, with addresses in full. */
export function countCharacters(
  text: string,
  { unit, charactersPerUrl }: Pick<MastodonExtra, "unit" | "charactersPerUrl">,
): number {
  if (unit === "runes") return [...text].length;
  const counted = text.replace(WEB_ADDRESS, "x".repeat(charactersPerUrl)).replace(REMOTE_MENTION, "@$1");
  return [...new Intl.Segmenter().segment(counted)].length;
}

/** The text with its links written out, and where they lead. Mentions and hashtags are words, not links. */
export function readHtml(html: string): { text: string; links: string[] } {
  let text = "";
  const links: string[] = [];
  let link: { href: string; words: string } | undefined;
  const parser = new Parser({
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
