/** Turns double-escaped text and text with markup into plain text. */
import { decodeHTMLStrict } from "entities";
import { tidy } from "./words.ts";

const LONGEST = 4_000;
/** Nobody escapes more often by mistake. */
const MOST_ROUNDS = 3;

/** On pages about HTML the apparent mistake may be intended: "The &lt;br&gt; element", "What &amp; stands for". */
const ABOUT_MARKUP = /\b(?:x?html\d?|xml|svg|entit(?:y|ies)|escap(?:e|es|ed|ing)|markup)\b/i;
const SPOKEN_OF = /&(?:amp|lt|gt|quot|nbsp);/i;

/** Inline elements. Anything else in angle brackets is text: "List<String>", "<The Palace>". */
const INLINE = "a|abbr|b|big|cite|code|em|font|i|img|mark|q|s|small|span|strong|sub|sup|time|u";
const BLOCK =
  "article|blockquote|br|center|dd|div|dl|dt|figcaption|figure|h[1-6]|hr|li|ol|p|pre|section|table|tbody|td|th|tr|ul";
const INLINE_TAG = new RegExp(`<(/?)(${INLINE})([\\s/][^<>]*)?>`, "gi");
const BLOCK_TAG = new RegExp(`</?(?:${BLOCK})(?:[\\s/][^<>]*)?>|<!--.*?-->`, "gi");

/** Removes markup. @param words text of the page's HTML or JSON, unescaped once */
export function toPlain(words: string): string {
  const text = readEscaped(words);
  return text.includes("<") && !ABOUT_MARKUP.test(text) ? tidy(withoutMarkup(text)) : text;
}

/** Keeps what looks like markup, as browsers do in a page's title. */
export function readEscaped(words: string): string {
  let text = words.slice(0, LONGEST);
  const isAboutMarkup = ABOUT_MARKUP.test(text);
  for (let round = 0; round < MOST_ROUNDS && text.includes("&"); round += 1) {
    if (isAboutMarkup && SPOKEN_OF.test(text)) break;
    text = decodeHTMLStrict(text);
  }
  return tidy(text);
}

function withoutMarkup(text: string): string {
  const closed = new Set(
    Array.from(text.matchAll(INLINE_TAG), ([, slash, name]) => `${slash}${name}`.toLowerCase()),
  );
  return (
    text
      .replace(BLOCK_TAG, " ")
      // One that is never closed is part of the text: "a <b> c".
      .replace(INLINE_TAG, (tag, slash: string, name: string, attributes = "") =>
        slash === "/" || closed.has(`/${name.toLowerCase()}`) || attributes.includes("=") ? "" : tag,
      )
  );
}
