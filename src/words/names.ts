/** Names that others chose, fit to stand beside our own words: one line, of bounded length, in their own direction. */

/** Signs of one character, marks and joined pictures included (a family of four has 11). */
const LONGEST_SIGN = 16;

/**
 * Without what shows nothing, breaks the line or turns the reading direction of what follows; empty where nothing is left.
 * What joins signs of scripts and pictures stays.
 * @param limit in characters as people count them; "…" stands for the rest
 */
export function tidyName(text: string, limit: number): string {
  const tidied = text
    .slice(0, limit * LONGEST_SIGN)
    .toWellFormed()
    .replace(/[\p{Cc}\p{Cn}\p{Co}\s]+/gu, " ")
    .replace(/(?!\u200c|\u200d|[\u{e0020}-\u{e007f}])\p{Cf}|[\u115f\u1160\u2800\u3164\uffa0]/gu, "")
    .trim();
  const signs = [...new Intl.Segmenter().segment(tidied)]
    .map(({ segment }) => segment)
    .filter((segment) => segment.length <= LONGEST_SIGN);
  return signs.length <= limit
    ? signs.join("").trim()
    : `${signs
        .slice(0, limit - 1)
        .join("")
        .trim()}…`;
}
