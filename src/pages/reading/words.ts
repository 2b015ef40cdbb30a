/** Words of a page as people read them. */

/** Show nothing, or turn the reading direction. Joiners (U+200C, U+200D) stay: scripts and emoji need them. */
const UNSEEN = /[\u00ad\u180e\u200b\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]/g;
/** Blank, though Unicode counts some as letters or symbols; marks and joiners with nothing to act on. */
const BLANK = /[\s\u200c-\u200f\u2800\u3164]/;

/** One line without blanks around it, and without what shows nothing or turns the reading direction. */
export function tidy(text: string): string {
  const line = text
    .toWellFormed()
    .replace(UNSEEN, "")
    .replace(/[\p{Cc}\s]+/gu, " ");
  let start = 0;
  let end = line.length;
  while (start < end && BLANK.test(line.charAt(start))) start += 1;
  while (end > start && BLANK.test(line.charAt(end - 1))) end -= 1;
  return line.slice(start, end);
}

/** At most `limit` graphemes, never cut inside one; "…" stands for the rest. */
export function clip(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const kept: string[] = [];
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    if (kept.length === limit) return `${kept.slice(0, limit - 1).join("")}…`;
    // One "character" of endless marks is no character.
    kept.push(segment.length > 64 ? "" : segment);
  }
  return kept.join("");
}

const UNFILLED = [
  /^\(?(?:undefined|null|NaN)\)?$/,
  /\[object \w+\]/,
  /^(?:%%?[\w-]+%%?|__\w+__)$/,
  // As the whole or as its beginning: "{{ title }} | {{ site }}", "<%= title %> - Our site".
  /^(?:\{\{[^{}]*\}\}|\{%[^{}]*%\}|\$\{[^{}]*\}|<%[^<>]*%>)\s*(?:$|[|:·•–—-])/,
];
const LONGEST_NAME = 300;

/** What a template leaves behind where nothing filled it in. */
export function isPlaceholder(text: string): boolean {
  const words = text.slice(0, LONGEST_NAME);
  return UNFILLED.some((pattern) => pattern.test(words));
}
