/**
 * Finds the links and mentions that Mastodon finds in a text (docs/networks/mastodon.md, section 4): the same as its
 * patterns, in linear time. The patterns themselves backtrack over every dot.
 */

import { canEncodeHost } from "./host.ts";
import { HOSTS, Hosts, hostAfterScheme } from "./hosts.ts";

export interface Entity {
  readonly start: number;
  readonly end: number;
  /** Absent in a mention. */
  readonly address?: string;
  /** The name that a mention gives, without the server. */
  readonly name?: string;
}
const SCHEME_AT_END = /(?:https?|dat|dweb|ipfs|ipns|ssb|gopher|gemini)$/iu;
const BEFORE_LINK = /[^A-Z0-9@＠$#＃\ufffe\ufeff\uffff]/iu;
const PORT = /:[0-9]+/y;

const PATH_PIECE = /[^\p{White_Space}<>()?]+/uy;
const BRACKETS =
  /\((?:[^\p{White_Space}<>()?]*\([^\p{White_Space}<>()?]+\)[^\p{White_Space}<>()?]*|[^\p{White_Space}<>()?]+)\)/uy;
const UP_TO_PATH_END = /^.*[^!*"'「」:;=,.$%[\]~&|]/su;
const LATIN_ACCENTS = String.raw`\xc0-\xd6\xd8-\xf6\xf8-\u024f\u0253\u0254\u0256\u0257\u0259\u025b\u0263\u0268\u026f\u0272\u0289\u028b\u02bb\u0300-\u036f\u1e00-\u1eff`;
/** Brackets that may end a link contain only these characters, although those within a link may contain any letter. */
const CLOSING_BRACKETS = new RegExp(
  String.raw`^[a-z\p{Script=Cyrillic}0-9!*';:=+,.$\/%#\[\]\p{Pd}_~&|@${LATIN_ACCENTS}\(\)]+$`,
  "iu",
);
const BEYOND_ASCII = String.raw`\u{a0}-\u{d7ff}\u{e000}-\u{fdcf}\u{fdf0}-\u{ffef}\u{10000}-\u{1fffd}\u{20000}-\u{2fffd}\u{30000}-\u{3fffd}\u{40000}-\u{dfffd}\u{e1000}-\u{efffd}\u{f0000}-\u{ffffd}\u{100000}-\u{10fffd}`;
const QUERY = new RegExp(
  String.raw`\?[a-z0-9!?*'\(\);:&=+$\/%#\[\]\-_.,~|@^${BEYOND_ASCII}]*[a-z0-9_&=#\/\-${BEYOND_ASCII}]`,
  "iuy",
);

/** X's shortener: nothing after its short code belongs to the link. */
const SHORTENED = /^https?:\/\/t\.co\/([a-z0-9]+)/iu;
const LONGEST_SHORT_CODE = 40;
const LONGEST_LINK = 4_096;

const WORD = String.raw`[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}]`;
const MENTION = new RegExp(
  String.raw`(?<![=\/]|${WORD})@([\wſK]+(?:[.\-]+[\wſK]+)*)(?:@(${WORD}+(?:[.\-]+${WORD}+)*))?`,
  "gu",
);
const NO_MENTION_BEFORE = new RegExp(`[@＠${LATIN_ACCENTS}]|:\\/\\/`, "iuy");
const LONGEST_SERVER = 253;

/** In the order of the text. Of two that overlap, the first. */
export function findEntities(text: string): Entity[] {
  const found = [...findLinks(text), ...findMentions(text)].sort((one, other) => one.start - other.start);
  let end = 0;
  return found.filter((entity) => {
    if (entity.start < end) return false;
    end = entity.end;
    return true;
  });
}

/** Returns the link that Mastodon makes of an address, perhaps without its end, or undefined if it makes none. */
export function linkMadeOf(address: string): string | undefined {
  return findEntities(address).find(({ start }) => start === 0)?.address;
}

/** An address without a scheme is not a link, but its characters are not searched again. */
function findLinks(text: string): Entity[] {
  const links: Entity[] = [];
  let after = 0;
  for (const { 0: run, index } of text.matchAll(HOSTS)) {
    const hosts = new Hosts(text, run, index);
    const scheme = SCHEME_AT_END.exec(run)?.[0].length ?? 0;
    const schemeAt = text.startsWith("://", hosts.end) && scheme > 0 ? hosts.end - scheme : -1;
    for (let at = Math.max(index, after); at < hosts.end; at += 1) {
      if (at > 0 && (at === after || !mayComeBefore(text, at))) continue;
      const hostAt = at === schemeAt ? hosts.end + "://".length : at;
      const hostEnd = at === schemeAt ? hostAfterScheme(text, hostAt) : hosts.endFrom(at);
      if (hostEnd === undefined) continue;
      after = findEnd(text, hostEnd);
      const link = at === schemeAt ? toLink(text, { start: at, hostAt, hostEnd, end: after }) : undefined;
      if (link !== undefined) links.push(link);
      at = after - 1;
    }
  }
  return links;
}

function mayComeBefore(text: string, at: number): boolean {
  const isWithinPair = /[\udc00-\udfff]/.test(text.charAt(at)) && /[\ud800-\udbff]/.test(text.charAt(at - 1));
  return !isWithinPair && BEFORE_LINK.test(text.charAt(at - 1));
}

/** Where the host's port, path and query end. */
function findEnd(text: string, hostEnd: number): number {
  const pathAt = skip(PORT, text, hostEnd);
  return skip(QUERY, text, text.charAt(pathAt) === "/" ? findPathEnd(text, pathAt + 1) : pathAt);
}

function findPathEnd(text: string, start: number): number {
  let end = start;
  for (let at = start, next = start; ; at = next) {
    next = skip(PATH_PIECE, text, at);
    if (next > at) {
      const ended = UP_TO_PATH_END.exec(text.slice(at, next));
      if (ended !== null) end = at + ended[0].length;
      continue;
    }
    next = skip(BRACKETS, text, at);
    if (next === at) return end;
    if (CLOSING_BRACKETS.test(text.slice(at, next))) end = next;
  }
}

/** Where the pattern ends, if it matches there. */
function skip(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : at;
}

interface Found {
  readonly start: number;
  readonly hostAt: number;
  readonly hostEnd: number;
  readonly end: number;
}

function toLink(text: string, { start, hostAt, hostEnd, end }: Found): Entity | undefined {
  const whole = text.slice(start, end);
  const [address, code = ""] = SHORTENED.exec(whole) ?? [whole];
  const host = text.slice(hostAt, hostEnd);
  if (code.length > LONGEST_SHORT_CODE || !canEncodeHost(host, LONGEST_LINK - [...address].length))
    return undefined;
  return { start, end: start + address.length, address };
}

function findMentions(text: string): Entity[] {
  return [...text.matchAll(MENTION)].flatMap(({ 0: all, 1: name, 2: server = "", index }) => {
    const end = index + all.length;
    NO_MENTION_BEFORE.lastIndex = end;
    const isMention = !NO_MENTION_BEFORE.test(text) && [...server].length <= LONGEST_SERVER;
    return name !== undefined && isMention ? [{ start: index, end, name }] : [];
  });
}
