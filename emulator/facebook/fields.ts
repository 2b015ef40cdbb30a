/** Renders Facebook's objects: the id, and the fields named in `fields`, with sub-fields in braces. */
import { invalidParameter } from "./problems.ts";

/** The readable fields of an object; a reader gets the sub-fields in braces. */
export type Readings = Readonly<Record<string, (inner: string | undefined) => unknown>>;

/**
 * @param fields from the query; default: `standard`
 * @throws {GraphRefusal} for unknown fields
 */
export function pick(
  type: string,
  id: string,
  readings: Readings,
  fields: string | undefined,
  standard = "id",
): Record<string, unknown> {
  const read: Record<string, unknown> = {};
  for (const { name, inner } of splitFields(fields ?? standard)) {
    if (name === "id") continue;
    const reading = Object.hasOwn(readings, name) ? readings[name] : undefined;
    if (reading === undefined)
      throw invalidParameter(`Tried accessing nonexisting field (${name}) on node type (${type})`);
    const value = reading(inner);
    if (value !== undefined) read[name] = value;
  }
  return { ...read, id };
}

/** "id,picture{url,width}" → id; picture with "url,width". */
function splitFields(fields: string): { name: string; inner: string | undefined }[] {
  const parts: string[] = [];
  let depth = 0;
  let part = "";
  for (const character of fields) {
    if (character === "{") depth += 1;
    if (character === "}") depth -= 1;
    if (character === "," && depth === 0) {
      parts.push(part);
      part = "";
    } else part += character;
  }
  return [...parts, part]
    .map((text) => /^\s*([\w.]+)(?:\{(.*)\})?\s*$/.exec(text))
    .flatMap((match) => (match?.[1] === undefined ? [] : [{ name: match[1], inner: match[2] }]));
}

export interface Turned<T> {
  readonly data: readonly T[];
  readonly paging?: {
    readonly cursors: { readonly before: string; readonly after: string };
    readonly previous?: string;
    readonly next?: string;
  };
}

/**
 * One page of a list, with real cursors.
 * @param url of the call; the next page's address is made from it, including the token
 */
export function turnPage<T extends { readonly id: string }>(
  items: readonly T[],
  url: URL,
  sizes: { readonly standard: number; readonly most: number },
): Turned<T> {
  const asked = Number(url.searchParams.get("limit") ?? sizes.standard) || sizes.standard;
  const limit = Math.min(Math.max(asked, 1), sizes.most);
  const placeOf = (cursor: string) => items.findIndex(({ id }) => toCursor(id) === cursor);
  const [before, after] = [url.searchParams.get("before"), url.searchParams.get("after")];
  const start =
    after !== null ? placeOf(after) + 1 : before !== null ? Math.max(placeOf(before) - limit, 0) : 0;
  const data = items.slice(start, start + limit);
  const [first, last] = [data[0], data.at(-1)];
  if (first === undefined || last === undefined) return { data };
  const cursors = { before: toCursor(first.id), after: toCursor(last.id) };
  const lead = (direction: "before" | "after") => {
    const address = new URL(url);
    for (const name of ["before", "after"]) address.searchParams.delete(name);
    address.searchParams.set("limit", String(limit));
    address.searchParams.set(direction, cursors[direction]);
    return address.href;
  };
  const previous = start > 0 && { previous: lead("before") };
  const next = start + limit < items.length && { next: lead("after") };
  return { data, paging: { cursors, ...previous, ...next } };
}

function toCursor(id: string): string {
  return Buffer.from(id).toString("base64url");
}
