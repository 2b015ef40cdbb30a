/**
 * Makes names that others chose fit to stand next to our text: one line, limited in length, without changing its
 * direction.
 */

/** The longest grapheme, including marks and joined emoji (a family of four has 11 characters). */
const LONGEST_SIGN = 16;

/**
 * Removes invisible characters, line breaks and changes of the reading direction; may leave nothing. Joiners of scripts
 * and emoji stay.
 * @param limit in graphemes, including "…"
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
