/** Makes any words fit to be stored: what others send may hold what PostgreSQL refuses. */

/** JSON without the character NUL and without halves of characters, which neither `text` nor `jsonb` takes. */
export function toStorableJson(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === "string" ? part.toWellFormed().replaceAll("\0", "") : part,
  );
}
