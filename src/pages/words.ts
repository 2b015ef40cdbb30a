/** Words of a page as people read them. */

/** One line without blanks around it, and without what shows nothing or turns the reading direction. */
export function tidy(text: string): string {
  return text
    .toWellFormed()
    .replace(/[\p{Cc}\s]+/gu, " ")
    .replace(/[\u202a-\u202e\u2066-\u2069\ufeff]/g, "")
    .trim();
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
