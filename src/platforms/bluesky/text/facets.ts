/** Finds the links, hashtags and mentions of a text: Bluesky shows them as such only where the post says so (docs/networks/bluesky.md, section 4). */
import { countGraphemes } from "./length.ts";

/** A part of the text, in UTF-16 units. */
interface Part {
  readonly start: number;
  readonly end: number;
}

export type Feature =
  | (Part & { readonly kind: "link"; readonly uri: string })
  | (Part & { readonly kind: "tag"; readonly tag: string })
  | (Part & { readonly kind: "mention"; readonly handle: string });

/** What stands before a feature, so that the @ of an email address starts no mention. */
const BEFORE = String.raw`(?<=^|[\s(\[{"'“‘«¡¿])`;
const LINK = new RegExp(String.raw`${BEFORE}https?:\/\/[^\s<>"“”«»]+`, "giu");
const TAG = new RegExp(String.raw`${BEFORE}[#＃](?!\ufe0f)[^\s#＃\u00ad\u2060\u200a-\u200d\u20e2]+`, "gu");
const MENTION = new RegExp(
  String.raw`${BEFORE}@((?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?)(?![\w@-])`,
  "giu",
);
const LONGEST_TAG = 64;
/** More would only make a post slow to send: each mention is looked up. */
const MOST_MENTIONS = 10;

/** Returns the features in order; none overlaps another. */
export function findFeatures(text: string): Feature[] {
  const links = [...text.matchAll(LINK)].flatMap(readLink);
  const outside = ({ start }: Part) => !links.some((link) => start >= link.start && start < link.end);
  const tags = [...text.matchAll(TAG)].flatMap(readTag).filter(outside);
  const mentions = [...text.matchAll(MENTION)].map(readMention).filter(outside).slice(0, MOST_MENTIONS);
  return [...links, ...tags, ...mentions].toSorted((one, other) => one.start - other.start);
}

function readLink({ 0: found, index: start }: RegExpExecArray): Feature[] {
  const shown = withoutEnd(found);
  const url = URL.parse(shown);
  return url === null || !url.hostname.includes(".")
    ? []
    : [{ kind: "link", start, end: start + shown.length, uri: url.href }];
}

/** What ends a sentence does not belong to its last link, nor does a bracket that the link did not open. */
function withoutEnd(link: string): string {
  const bare = link.replace(/[.,;:!?'’]+$/u, "");
  const closing = bare.at(-1) ?? "";
  const opening = new Map([
    [")", "("],
    ["]", "["],
  ]).get(closing);
  if (opening === undefined) return bare;
  const isOpened = bare.split(opening).length >= bare.split(closing).length;
  return isOpened ? bare : withoutEnd(bare.slice(0, -1));
}

function readTag({ 0: found, index: start }: RegExpExecArray): Feature[] {
  const shown = found.replace(/[\p{P}]+$/u, "");
  const tag = shown.slice(1);
  // A number is no hashtag: "we are #1".
  if (tag === "" || /^[\d\p{P}]+$/u.test(tag) || countGraphemes(tag) > LONGEST_TAG) return [];
  return [{ kind: "tag", start, end: start + shown.length, tag }];
}

function readMention({ 0: found, 1: handle = "", index: start }: RegExpExecArray): Feature {
  return { kind: "mention", start, end: start + found.length, handle: handle.toLowerCase() };
}

/** The facet of a feature. @param did of the account that a mention names */
export function toFacet(text: string, feature: Feature, did?: string): object | undefined {
  const type = (kind: string) => `app.bsky.richtext.facet#${kind}`;
  const index = {
    byteStart: Buffer.byteLength(text.slice(0, feature.start)),
    byteEnd: Buffer.byteLength(text.slice(0, feature.end)),
  };
  switch (feature.kind) {
    case "link":
      return { index, features: [{ $type: type("link"), uri: feature.uri }] };
    case "tag":
      return { index, features: [{ $type: type("tag"), tag: feature.tag }] };
    case "mention":
      return did === undefined ? undefined : { index, features: [{ $type: type("mention"), did }] };
  }
}
