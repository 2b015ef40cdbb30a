/** Checks records against their lexicon, in the order and with the words of the reference server: the first fault counts. */

/** Returns what is wrong with a value, or undefined. */
export type Shape = (value: unknown, path: string) => string | undefined;

const shownCharacters = 256;

export function text(limits: { bytes?: number; graphemes?: number } = {}): Shape {
  return (value, path) => {
    if (typeof value !== "string") return expected("string", value, path);
    const { bytes = Number.POSITIVE_INFINITY, graphemes = Number.POSITIVE_INFINITY } = limits;
    const byteLength = Buffer.byteLength(value);
    if (byteLength > bytes) return tooBig("string", bytes, byteLength, path);
    const graphemeLength = value.length > graphemes ? countGraphemes(value) : 0;
    return graphemeLength > graphemes ? tooBig("grapheme", graphemes, graphemeLength, path) : undefined;
  };
}

/** @param name as the reference server calls the format */
export function format(name: string, isValid: (value: string) => boolean): Shape {
  return (value, path) => {
    if (typeof value !== "string") return expected("string", value, path);
    return isValid(value) ? undefined : `Invalid ${name} (got ${show(value)}) at ${path}`;
  };
}

export const count: Shape = (value, path) => {
  if (!Number.isSafeInteger(value)) return expected("integer", value, path);
  return Number(value) < 0 ? `integer too small (minimum 0, got ${value}) at ${path}` : undefined;
};

/** A number of pixels, at least 1. */
export const pixels: Shape = (value, path) => {
  if (!Number.isSafeInteger(value)) return expected("integer", value, path);
  return Number(value) < 1 ? `integer too small (minimum 1, got ${value}) at ${path}` : undefined;
};

export function list(item: Shape, most = Number.POSITIVE_INFINITY): Shape {
  return (value, path) => {
    if (!Array.isArray(value)) return expected("array", value, path);
    if (value.length > most) return tooBig("array", most, value.length, path);
    return first(value, (each, index) => item(each, `${path}[${index}]`));
  };
}

/** @param type of an object that may say its type; `optional` keys may be absent */
export function object(
  type: string | undefined,
  required: Readonly<Record<string, Shape>>,
  optional: Readonly<Record<string, Shape>> = {},
): Shape {
  const keys = Object.entries({ ...required, ...optional });
  return (value, path) => {
    if (!isObject(value)) return expected("object", value, path);
    if (type !== undefined && value.$type !== undefined && value.$type !== type)
      return `Expected ${show(type)} (got ${show(value.$type)}) at ${path}.$type`;
    return first(keys, ([key, shape]) => {
      if (value[key] !== undefined) return shape(value[key], `${path}.${key}`);
      return key in required ? `Missing required key "${key}" at ${path}` : undefined;
    });
  };
}

/** Objects of other types are taken as they are. */
export function union(known: Readonly<Record<string, Shape>>): Shape {
  return (value, path) => {
    if (!isObject(value) || !("$type" in value))
      return expected('an object which includes the "$type" property', value, path);
    const { $type } = value;
    if (typeof $type !== "string") return expected("string", $type, `${path}.$type`);
    return Object.hasOwn(known, $type) ? known[$type]?.(value, path) : undefined;
  };
}

/** A picture: of any `image/*` type, and of at most so many bytes. */
export function picture(mostBytes: number): Shape {
  return (value, path) => {
    const blob = asBlob(value);
    if (!blob) return expected("blob", value, path);
    if (!blob.mimeType.startsWith("image/"))
      return `Expected "image/*" (got ${show(blob.mimeType)}) at ${path}.mimeType`;
    return blob.size > mostBytes ? tooBig("blob", mostBytes, blob.size, path) : undefined;
  };
}

export interface BlobReference {
  readonly cid: string;
  readonly mimeType: string;
  readonly size: number;
}

export function asBlob(value: unknown): BlobReference | undefined {
  if (!isObject(value) || value.$type !== "blob" || !isObject(value.ref)) return undefined;
  const { ref, mimeType, size } = value;
  if (typeof ref.$link !== "string" || typeof mimeType !== "string" || typeof size !== "number")
    return undefined;
  return { cid: ref.$link, mimeType, size };
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function first<T>(
  items: readonly T[],
  check: (item: T, index: number) => string | undefined,
): string | undefined {
  for (const [index, item] of items.entries()) {
    const problem = check(item, index);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

const segmenter = new Intl.Segmenter();

function countGraphemes(value: string): number {
  return [...segmenter.segment(value)].length;
}

function tooBig(what: string, most: number, actual: number, path: string): string {
  return `${what} too big (maximum ${most}, got ${actual}) at ${path}`;
}

function expected(what: string, value: unknown, path: string): string {
  return `Expected ${what} value type (got ${show(value)}) at ${path}`;
}

/** A value in a message. */
export function show(value: unknown): string {
  if (typeof value === "string")
    return JSON.stringify(value.length < shownCharacters ? value : `${value.slice(0, shownCharacters - 1)}…`);
  if (Array.isArray(value)) return `[${showSome(value.map(show))}]`;
  if (isObject(value)) return `{${showSome(Object.keys(value).map((key) => `${JSON.stringify(key)}: ...`))}}`;
  return String(value);
}

function showSome(parts: readonly string[]): string {
  return parts.slice(0, 2).join(", ") + (parts.length > 2 ? ", ..." : "");
}
