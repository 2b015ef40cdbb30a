/** Makes foreign data storable: it can contain what PostgreSQL rejects. */

/** @returns JSON without NUL characters and lone surrogates, which neither `text` nor `jsonb` accepts */
export function toStorableJson(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === "string" ? part.toWellFormed().replaceAll("\0", "") : part,
  );
}

const FIRST = Date.parse("1000-01-01T00:00:00.000Z");
const LAST = Date.parse("9999-12-31T23:59:59.999Z");

/** Limits a time to years of four digits, which JavaScript and PostgreSQL write alike. @returns the time in ISO 8601 */
export function toStorableMoment(moment: Date): string {
  return new Date(Math.min(Math.max(moment.getTime(), FIRST), LAST)).toISOString();
}

/**
 * Replaces each NUL in the parameters of a statement by U+FFFD, since `text` does not accept NUL. It is not just removed: an id
 * with a NUL must not match the id without it.
 */
export function toStorableParameters(parameters: readonly unknown[]): readonly unknown[] {
  return parameters.some(holdsNul) ? parameters.map(replaceNul) : parameters;
}

function holdsNul(value: unknown): boolean {
  if (typeof value === "string") return value.includes("\0");
  return Array.isArray(value) && value.some(holdsNul);
}

function replaceNul(value: unknown): unknown {
  if (typeof value === "string") return value.replaceAll("\0", "\ufffd");
  return Array.isArray(value) ? value.map(replaceNul) : value;
}
