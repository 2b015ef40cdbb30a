/**
 * The links and mentions that Mastodon finds in a text: the patterns of its own config/initializers/twitter_regex.rb and
 * app/lib/extractor.rb (4.7.0-alpha.2) and of the twitter-text gem 3.1.0, translated one by one.
 */
import { domainToASCII } from "node:url";
import { saslprep } from "@mongodb-js/saslprep";
import twitterText from "twitter-text";

const directional = String.raw`\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069`;
const unfit = String.raw`\ufffe\ufeff\uffff`;
const spaces = String.raw`\t-\r \x85\xa0\u1680\u180e\u2000-\u200a\u2028\u2029\u202f\u205f\u3000`;
const inDomain = String.raw`[^${directional}!"#$%&'()*+,\-./:;<=>?@\[\]^_\x60\{\|\}~${spaces}\x00-\x1f\x7f${unfit}]`;
const latinAccents = String.raw`\xc0-\xd6\xd8-\xf6\xf8-\u024f\u0253\u0254\u0256\u0257\u0259\u025b\u0263\u0268\u026f\u0272\u0289\u028b\u02bb\u0300-\u036f\u1e00-\u1eff`;

const label = (between: string) => `(?:${inDomain}(?:[${between}]|${inDomain})*)?${inDomain}\\.`;
const { validGTLD, validCCTLD } = twitterText.regexen;
const domain = `(?:${label("_-")})*${label("-")}(?:${validGTLD.source}|${validCCTLD.source}|xn--[0-9a-z]+)`;

const inPath = String.raw`[^\p{White_Space}<>\(\)?]`;
const inOldPath = String.raw`[a-z\p{Script=Cyrillic}0-9!*';:=+,.$\/%#\[\]\p{Pd}_~&\|@${latinAccents}]`;
const brackets = (inside: string) => String.raw`\((?:${inside}+|${inside}*\(${inside}+\)${inside}*)\)`;
// Mastodon uses the gem's pattern here, because it replaces it a line too late.
const endOfPath = String.raw`(?:[^\p{White_Space}\(\)?!*"'「」<>;:=,.$%\[\]~&\|]|${brackets(inOldPath)})`;
const path = `(?:${inPath}*(?:${brackets(inPath)}${inPath}*)*${endOfPath}|${inPath}+\\/)`;
const beyondAscii = String.raw`\u{a0}-\u{d7ff}\u{e000}-\u{fdcf}\u{fdf0}-\u{ffef}\u{10000}-\u{1fffd}\u{20000}-\u{2fffd}\u{30000}-\u{3fffd}\u{40000}-\u{4fffd}\u{50000}-\u{5fffd}\u{60000}-\u{6fffd}\u{70000}-\u{7fffd}\u{80000}-\u{8fffd}\u{90000}-\u{9fffd}\u{a0000}-\u{afffd}\u{b0000}-\u{bfffd}\u{c0000}-\u{cfffd}\u{d0000}-\u{dfffd}\u{e1000}-\u{efffd}\u{f0000}-\u{ffffd}\u{100000}-\u{10fffd}`;
const query = String.raw`\?[a-z0-9!?*'\(\);:&=+$\/%#\[\]\-_.,~\|@^${beyondAscii}]*[a-z0-9_&=#\/\-${beyondAscii}]`;

const before = `(?:[^A-Z0-9@＠$#＃${unfit}]|[${directional}]|^)`;
const rest = `(?<host>${domain})(?::[0-9]+)?(?:\\/${path}*)?(?:${query})?`;
const link = new RegExp(
  `${before}(?<address>(?<scheme>(?:https?|dat|dweb|ipfs|ipns|ssb|gopher|gemini):\\/\\/)?${rest})`,
  "gimu",
);
const cardLink = new RegExp(`${before}(?<address>https?:\\/\\/${rest})`, "gimu");
const shortLink = /^https?:\/\/t\.co\/(?<slug>[a-z0-9]+)/iu;

const word = String.raw`[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}]`;
const name = "[a-zA-Z0-9_ſK]+(?:[.\\-]+[a-zA-Z0-9_ſK]+)*";
const mention = new RegExp(
  String.raw`(?<![=\/]|${word})@(?<name>${name})(?:@(?<host>${word}+(?:[.\-]+${word}+)*))?`,
  "gu",
);
const noMention = new RegExp(`^(?:[@＠]|[${latinAccents}]|:\\/\\/)`, "iu");

export interface FoundEntity {
  readonly start: number;
  readonly end: number;
  /** The link, or else the name in a mention. */
  readonly address?: string;
  readonly name?: string;
}

/** In text order. Of two that overlap, the first is kept. */
export function entitiesIn(text: string): FoundEntity[] {
  const found = [...linksFound(text), ...mentionsIn(text)].sort((one, other) => one.start - other.start);
  let end = 0;
  return found.filter((entity) => {
    if (entity.start < end) return false;
    end = entity.end;
    return true;
  });
}

function linksFound(text: string): FoundEntity[] {
  return [...text.matchAll(link)].flatMap(({ 0: all, index, groups }) => {
    if (groups?.scheme === undefined) return [];
    const whole = groups.address ?? "";
    const short = shortLink.exec(whole);
    if ((short?.groups?.slug?.length ?? 0) > 40) return [];
    const address = short?.[0] ?? whole;
    const start = index + all.length - whole.length;
    return isTaken(address, groups.host ?? "") ? [{ start, end: start + address.length, address }] : [];
  });
}

/** The gem's is_valid_domain, which uses GNU libidn: IDNA 2003, without letters newer than Unicode 3.2. */
function isTaken(address: string, host: string): boolean {
  const encoded = host.split(/[.。．｡]/u).map(encodeLabel);
  if (!encoded.every((part) => part !== undefined && part.length > 0 && part.length < 64)) return false;
  const longer = encoded.join(".").length - [...host].length;
  return [...address].length + Math.max(longer, 0) <= 4_096;
}

function encodeLabel(part: string): string | undefined {
  if (/^[\0-\x7f]*$/u.test(part)) return part;
  // These are newer too, although their decomposition is not.
  if (/[\u1e9e\u{1f100}-\u{1faff}]/u.test(part)) return undefined;
  try {
    const prepared = saslprep(part.toLowerCase());
    return domainToASCII(prepared) || prepared;
  } catch {
    return undefined;
  }
}

function mentionsIn(text: string): FoundEntity[] {
  return [...text.matchAll(mention)].flatMap(({ 0: all, index, groups }) => {
    const end = index + all.length;
    if (noMention.test(text.slice(end)) || [...(groups?.host ?? "")].length > 253) return [];
    return [{ start: index, end, name: groups?.name ?? "" }];
  });
}

/** Links that may get a card; here the domain is not checked for its encoding. */
export function cardAddressesIn(text: string): string[] {
  return [...text.matchAll(cardLink)].map(({ groups }) => groups?.address ?? "");
}
