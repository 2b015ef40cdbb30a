/** Words that a page escaped once too often, or that hold markup, as people are meant to read them. */
import { decodeHTMLStrict } from "entities";
import { tidy } from "./words.ts";

const LONGEST = 4_000;
/** More often nobody escapes by mistake. */
const MOST_ROUNDS = 3;

/** Of a page about HTML, what looks like a mistake may be what is meant: "The &lt;br&gt; element", "What &amp; stands for". */
const ABOUT_MARKUP = /\b(?:x?html\d?|xml|svg|entit(?:y|ies)|escap(?:e|es|ed|ing)|markup)\b/i;
const SPOKEN_OF = /&(?:amp|lt|gt|quot|nbsp);/i;

/** Elements of text: what is written like any other ("List<String>", "<The Palace>") are words. */
const INLINE = "a|abbr|b|big|cite|code|em|font|i|img|mark|q|s|small|span|strong|sub|sup|time|u";
const BLOCK =
  "article|blockquote|br|center|dd|div|dl|dt|figcaption|figure|h[1-6]|hr|li|ol|p|pre|section|table|tbody|td|th|tr|ul";
const INLINE_TAG = new RegExp(`<(/?)(${INLINE})([\\s/][^<>]*)?>`, "gi");
const BLOCK_TAG = new RegExp(`</?(?:${BLOCK})(?:[\\s/][^<>]*)?>|<!--.*?-->`, "gi");

/** Without markup. @param words as the page's HTML or JSON says them, unescaped once */
export function toPlain(words: string): string {
  const text = readEscaped(words);
  return text.includes("<") && !ABOUT_MARKUP.test(text) ? tidy(withoutMarkup(text)) : text;
}

/** With what looks like markup, as a page's title is shown. */
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
      // One that is never closed is a sign between words: "a <b> c".
      .replace(INLINE_TAG, (tag, slash: string, name: string, attributes = "") =>
        slash === "/" || closed.has(`/${name.toLowerCase()}`) || attributes.includes("=") ? "" : tag,
      )
  );
}
