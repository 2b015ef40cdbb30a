/**
 * What a network's own parser finds in a page, byte for byte (docs/networks/link-cards.md, section 4). The best
 * interpretation of a page is in metadata.ts.
 */
import { isUtf8 } from "node:buffer";
import { Parser } from "htmlparser2";
import { decodeHtml, type PageText, withoutCutOff } from "./decode.ts";
import { MOST_CONTENT, MOST_OBJECTS, type PageObject, readObjects } from "./fact-objects.ts";

export interface PageFacts {
  /** The media type of the response in lower case: "text/html"; "" if absent. */
  readonly type: string;
  /** The content of the first meta tag with each name, unchanged; null if it has none. */
  readonly metas: Readonly<Record<string, string | null>>;
  /** The value of the last `twitter:card`. */
  readonly lastCard?: string;
  /** The first title in the head. As in browsers, an element of the body ends the head. */
  readonly headTitle?: string;
  /** The absolute address of the first og:image; absent if a strict parser rejects it. */
  readonly picture?: string;
  /** The top-level objects of its JSON-LD scripts, in order, without nested ones and those in a `@graph`. */
  readonly objects: readonly PageObject[];
  /** The address of the first link with an oEmbed type, whatever its relation. */
  readonly oembed?: string;
  /** The site's oEmbed response; absent if it has nothing useful. */
  readonly told?: OembedFacts;
}

interface OembedFacts {
  /** "link", "photo", "video", "rich" */
  readonly type: string;
  readonly title: string;
  readonly author: string;
  readonly provider: string;
  readonly picture?: string;
}

/** Strict parsers read no further, in bytes. */
const MOST_BYTES = 1_024 * 1_024;
const MOST = { metas: 100, scripts: 20, script: 500_000, deepest: 50 };
const WANTED = /^(?:(?:og|twitter|fediverse|article):[\w:-]{1,40}|description)$/;

/** Elements that do not end the head. */
const HEAD = new Set(
  "html head base basefont bgsound link meta noframes noscript script style template title".split(" "),
);
/** Elements that must be closed. */
const ENCLOSING = new Set(["title", "script", "style", "noframes", "template"]);
const OEMBED = new Set(["application/json+oembed", "text/json+oembed"]);

class FactsParser extends Parser {
  protected override isVoidElement(name: string): boolean {
    return !ENCLOSING.has(name);
  }
}

/**
 * Reads the facts of a page.
 * @param html from {@link factsText}
 * @param type the response's media type
 * @param url where it was found
 */
export function readFacts(html: string, { type, url }: { type: string; url: string }): PageFacts {
  const metas = new Map<string, string | null>();
  const scripts: string[] = [];
  let lastCard: string | undefined;
  let headTitle: string | undefined;
  let oembed: string | undefined;
  let isHead = true;
  let templates = 0;
  let within: string | undefined;
  let text = "";

  const readMeta = ({ property, name, content }: Readonly<Record<string, string>>) => {
    const value = content === undefined ? null : content.slice(0, MOST_CONTENT);
    for (const [attribute, given] of [
      ["property", property],
      ["name", name],
    ] as const) {
      const key = (given ?? "").slice(0, 100).toLowerCase();
      if (!WANTED.test(key) || (attribute === "property" && key === "description")) continue;
      if (!metas.has(key) && metas.size < MOST.metas) metas.set(key, value);
      if (key === "twitter:card" && value !== null) lastCard = value;
    }
  };
  const parser = new FactsParser({
    onopentag(tag, attributes) {
      if (!HEAD.has(tag) && templates === 0) isHead = false;
      if (tag === "meta") readMeta(attributes);
      if (tag === "link" && OEMBED.has(attributes.type ?? "")) oembed ??= attributes.href;
      if (tag === "template") templates += 1;
      else if (ENCLOSING.has(tag)) [within, text] = [tag, ""];
      if (tag === "script" && attributes.type !== "application/ld+json") within = "other script";
      if (tag === "title" && (!isHead || templates > 0 || headTitle !== undefined)) within = "other title";
    },
    ontext(part) {
      if (within !== undefined && text.length < MOST.script) text += part;
      else if (within === undefined && templates === 0 && /[^\t\n\f\r ]/.test(part)) isHead = false;
    },
    onclosetag(tag) {
      if (tag === "template") templates = Math.max(0, templates - 1);
      if (tag === "title" && within === "title") headTitle = text.slice(0, MOST_CONTENT);
      if (tag === "script" && within === "script" && scripts.length < MOST.scripts) scripts.push(text);
      if (ENCLOSING.has(tag) && tag !== "template") within = undefined;
    },
  });
  const chunk = 8_192;
  for (let at = 0; at < html.length && templates < MOST.deepest; at += chunk)
    parser.write(html.slice(at, at + chunk));
  parser.end();
  const picture = strictAddress(metas.get("og:image"), url);
  const oembedAddress = oembed === undefined ? undefined : findOembed(oembed, url);
  return {
    type: (type.split(";", 1)[0] ?? "").trim().toLowerCase(),
    metas: Object.fromEntries(metas),
    ...(lastCard === undefined ? {} : { lastCard }),
    ...(headTitle === undefined ? {} : { headTitle }),
    ...(picture === undefined ? {} : { picture }),
    objects: scripts.flatMap(readObjects).slice(0, MOST_OBJECTS),
    ...(oembedAddress === undefined ? {} : { oembed: oembedAddress }),
  };
}

/**
 * The part of a page that strict parsers read, as text; UTF-8 if the bytes are valid UTF-8, whatever is declared.
 * @param page the same bytes as decoded for our own use
 */
export function factsText(bytes: Buffer, type: string, page: PageText): string {
  const start = bytes.subarray(0, MOST_BYTES);
  const whole = withoutCutOff(start);
  const isOther = !page.isUtf8 && isUtf8(whole);
  if (bytes.length <= MOST_BYTES && !isOther) return page.text;
  return isUtf8(whole) ? new TextDecoder().decode(whole) : decodeHtml(start, type).text;
}

/** Some parsers keep spaces around an address, do not know "HTTPS:" and ignore `<base>`. */
function strictAddress(address: string | null | undefined, url: string): string | undefined {
  if (
    address === undefined ||
    address === null ||
    address.trim() === "" ||
    /^(?:null|undefined)$/.test(address)
  )
    return undefined;
  const [, scheme, host] = /^(?:([^:/?#]+):)?(?:\/\/([^/?#]*))?/.exec(address) ?? [];
  if (scheme !== undefined && ((scheme !== "http" && scheme !== "https") || !host)) return undefined;
  return URL.parse(address.replace(/^\s+|\s+$/g, encodeURIComponent), url)?.href;
}

function findOembed(address: string, url: string): string | undefined {
  const found = address.trim() === "" ? null : URL.parse(address, url);
  if (found === null || !/^https?:$/.test(found.protocol)) return undefined;
  if (url.startsWith("https:")) found.protocol = "https:";
  return found.href;
}
