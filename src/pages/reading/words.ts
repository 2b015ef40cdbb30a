/** Cleans up a page's text for people. */

/**
 * Invisible characters and those that change the reading direction. Joiners (U+200C, U+200D) stay: scripts and emoji
 * need them.
 */
const UNSEEN = /[\u00ad\u180e\u200b\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]/g;
/** Blank, although Unicode counts some as letters or symbols, and joiners without anything to join. */
const BLANK = /[\s\u200c-\u200f\u2800\u3164]/;

/** A single trimmed line without invisible characters or changes of direction. */
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

/** Shortens a text to `limit` graphemes including "…", never inside one. */
export function clip(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const kept: string[] = [];
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    if (kept.length === limit) return `${kept.slice(0, limit - 1).join("")}…`;
    // A character with endless combining marks is dropped.
    kept.push(segment.length > 64 ? "" : segment);
  }
  return kept.join("");
}

const UNFILLED = [
  /^\(?(?:undefined|null|NaN)\)?$/,
  /\[object \w+\]/,
  /^(?:%%?[\w-]+%%?|__\w+__)$/,
  // As the whole text or its beginning: "{{ title }} | {{ site }}", "<%= title %> - Our site".
  /^(?:\{\{[^{}]*\}\}|\{%[^{}]*%\}|\$\{[^{}]*\}|<%[^<>]*%>)\s*(?:$|[|:·•–—-])/,
];
const LONGEST_NAME = 300;

/** The remains of a template that was not filled in. */
export function isPlaceholder(text: string): boolean {
  const words = text.slice(0, LONGEST_NAME);
  return UNFILLED.some((pattern) => pattern.test(words));
}
