/** Makes whatever others send fit to be stored: it may hold what PostgreSQL refuses. */

/** JSON without the character NUL and without halves of characters, which neither `text` nor `jsonb` takes. */
export function toStorableJson(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === "string" ? part.toWellFormed().replaceAll("\0", "") : part,
  );
}

const FIRST = Date.parse("1000-01-01T00:00:00.000Z");
const LAST = Date.parse("9999-12-31T23:59:59.999Z");

/** Within the years of four digits, which JavaScript and PostgreSQL write alike; what lies beyond is the nearest of them. */
export function toStorableMoment(moment: Date): string {
  return new Date(Math.min(Math.max(moment.getTime(), FIRST), LAST)).toISOString();
}

/**
 * A statement's parameters with U+FFFD for every NUL, which `text` does not take. Not without it: an id with a NUL in
 * it must not find what the id without one names.
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
