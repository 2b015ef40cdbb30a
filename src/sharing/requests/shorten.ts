/** Shortens a text to what fits. */

/** Words that must not be cut, because the rest would mean something else: addresses, tags and mentions. */
const UNCUTTABLE = /(?<!\S)\S*(?:[#@]|:\/\/|[\p{L}\p{N}]\.\p{L}{2})\S*/gu;
/** The part of the text that fits that a cut between words must keep. Otherwise the text is cut within a word. */
const LEAST_KEPT = 0.7;

/**
 * Shortens a text, with "…" for the rest. Cuts between words if possible, and never within a character, an address, a tag or a
 * mention.
 * @returns the whole text if it fits; an empty text if not even its first character does
 */
export function shorten(text: string, fits: (shorter: string) => boolean): string {
  if (fits(text)) return text;
  const cuts = findCuts(text);
  const cutAt = (index: number) => `${text.slice(0, cuts[index]).trimEnd()}…`;
  let low = 0;
  let high = cuts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (fits(cutAt(middle))) low = middle + 1;
    else high = middle;
  }
  // A network may count a word that was cut as longer than before: then a little more is cut.
  let longest = low - 1;
  while (longest >= 0 && !fits(cutAt(longest))) longest -= 1;
  if (longest < 0) return "";
  for (let index = longest; index >= longest * LEAST_KEPT; index -= 1)
    if (/\s/.test(text.charAt(cuts[index] ?? 0))) return cutAt(index);
  return cutAt(longest);
}

/** Returns the positions where the text may be cut, in rising order. */
function findCuts(text: string): number[] {
  const uncuttable = [...text.matchAll(UNCUTTABLE)].map(
    ({ index, 0: word }) => [index, index + word.length] as const,
  );
  let next = 0;
  return [...new Intl.Segmenter().segment(text)].flatMap(({ index }) => {
    while ((uncuttable[next]?.[1] ?? Infinity) <= index) next += 1;
    const [start = Infinity] = uncuttable[next] ?? [];
    return index === 0 || index > start ? [] : [index];
  });
}
