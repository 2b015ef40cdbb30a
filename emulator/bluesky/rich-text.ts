/** Cuts a post's text at its facets, which count in bytes: what no facet marks is no link. */
import { isObject } from "./repo/lexicon/shapes.ts";

export interface Piece {
  readonly text: string;
  readonly href?: string | undefined;
}

/** @param facets as the record has them; those outside the text, or that overlap an earlier one, are left out */
export function piecesOf(text: string, facets: unknown, addressOf: (did: string) => string): Piece[] {
  const bytes = Buffer.from(text);
  const cut = (start: number, end: number) => bytes.subarray(start, end).toString();
  const pieces: Piece[] = [];
  let at = 0;
  for (const { start, end, feature } of readFacets(facets)) {
    if (start < at || end <= start || end > bytes.length) continue;
    pieces.push({ text: cut(at, start) }, { text: cut(start, end), href: hrefOf(feature, addressOf) });
    at = end;
  }
  return [...pieces, { text: cut(at, bytes.length) }].filter((piece) => piece.text !== "");
}

function readFacets(facets: unknown) {
  const list = Array.isArray(facets) ? facets.filter(isObject) : [];
  return list
    .map(({ index, features }) => ({
      start: isObject(index) ? Number(index.byteStart) : 0,
      end: isObject(index) ? Number(index.byteEnd) : 0,
      feature: Array.isArray(features) ? features.find(isObject) : undefined,
    }))
    .toSorted((one, other) => one.start - other.start);
}

function hrefOf(
  feature: Readonly<Record<string, unknown>> | undefined,
  addressOf: (did: string) => string,
): string | undefined {
  const { uri, did, tag } = feature ?? {};
  if (typeof uri === "string") return uri;
  if (typeof did === "string") return addressOf(did);
  return typeof tag === "string" ? `/hashtag/${encodeURIComponent(tag)}` : undefined;
}
