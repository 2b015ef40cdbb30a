/**
 * Reads a page's HTML as Mastodon's own code does: app/lib/link_details_extractor.rb of glitch-soc 839591f (4.7.0-alpha.2),
 * whose Nokogiri::HTML5 builds the tree of the HTML standard, as parse5 does (docs/networks/link-cards.md, section 4).
 */
import { decodeHTMLStrict } from "entities";
import { type DefaultTreeAdapterTypes, html as names, parse } from "parse5";

export interface Page {
  readonly type: "link" | "photo" | "video";
  readonly title: string;
  readonly description: string;
  readonly image?: string;
  readonly imageAlt: string;
  readonly providerName: string;
  readonly authorName: string;
  readonly authorUrl: string;
  readonly publishedAt?: string;
  /** The canonical address, if it is on the same host. */
  readonly canonical: string;
  /** As the page has it: "@ana@social.example". */
  readonly creator?: string;
}

/** The oEmbed address, which is asked before anything else is used. */
export interface OembedLink {
  readonly address: string;
  readonly format: "json" | "xml";
}

type Element = DefaultTreeAdapterTypes.Element;
type Json = Readonly<Record<string, unknown>>;

const supportedTypes: readonly unknown[] = ["NewsArticle", "WebPage"];
const commentedCdata =
  /^\s*(?:\/\*\s*<!\[CDATA\[\s*\*\/|\/\/\s*<!\[CDATA\[|\/\*\s*\]\]>\s*\*\/|\/\/\s*\]\]>)\s*$/gm;

/** @throws {TypeError} for JSON-LD on which Mastodon's parser fails, so that there is no card */
export function readPage(html: string, url: string): Page {
  const elements = elementsOf(html);
  const opengraph = (name: string) =>
    attribute(
      find(elements, "meta", (meta) => is(meta, "property", name) || is(meta, "name", name)),
      "content",
    );
  const description = find(elements, "meta", (meta) => is(meta, "name", "description"));
  const canonical = find(elements, "link", (link) => tokensOf(attribute(link, "rel")).includes("canonical"));
  const title = find(elements, "title", ({ parentNode }) => parentNode?.nodeName === "head");
  const data = structuredData(elements);
  const author = firstHash(data?.author);
  const authorName = member(author, "name");
  const image = validUrl(opengraph("og:image"), url);
  const creator = opengraph("fediverse:creator");
  const published = data?.datePublished ?? opengraph("article:published_time");
  const named = validUrl(attribute(canonical, "href") ?? opengraph("og:url"), url);
  return {
    type: validUrl(opengraph("twitter:player"), url) === undefined ? "link" : "video",
    title: strip(decode(tagged(data?.headline) ?? opengraph("og:title") ?? (title && textOf(title)))),
    description: decode(
      tagged(data?.description) ?? opengraph("og:description") ?? attribute(description, "content"),
    ),
    ...(image !== undefined && { image }),
    imageAlt: opengraph("og:image:alt") ?? "",
    providerName: decode(member(firstHash(data?.publisher), "name") ?? opengraph("og:site_name")),
    authorName: decode(
      (Array.isArray(authorName) ? authorName.map(words).join(", ") : authorName) ??
        opengraph("og:author") ??
        opengraph("og:author:username"),
    ),
    authorUrl: words(member(author, "url")),
    ...(typeof published === "string" && published !== "" && { publishedAt: published }),
    canonical: named !== undefined && new URL(named).hostname === new URL(url).hostname ? named : url,
    ...(creator !== undefined && creator.trim() !== "" && { creator }),
  };
}

/** Like app/services/fetch_oembed_service.rb: by type, whatever the link's relation. */
export function findOembed(html: string, url: string): OembedLink | undefined {
  const elements = elementsOf(html);
  for (const [format, ...types] of [
    ["json", "application/json+oembed", "text/json+oembed"],
    ["xml", "text/xml+oembed"],
  ] as const) {
    const link = find(elements, "link", (each) => types.some((type) => attribute(each, "type") === type));
    const href = attribute(link, "href");
    if (href === undefined) continue;
    const address = href.trim() === "" ? null : URL.parse(href, url);
    if (address === null) return undefined;
    if (new URL(url).protocol === "https:") address.protocol = "https:";
    return { address: address.href, format };
  }
  return undefined;
}

/** All HTML elements in page order, including those in templates. */
function elementsOf(html: string): Element[] {
  const found: Element[] = [];
  const left: DefaultTreeAdapterTypes.Node[] = [parse(html, { scriptingEnabled: false })];
  for (let node = left.pop(); node !== undefined; node = left.pop()) {
    if ("tagName" in node && node.namespaceURI === names.NS.HTML) found.push(node);
    const within = "content" in node ? node.content : node;
    if ("childNodes" in within) left.push(...within.childNodes.toReversed());
  }
  return found;
}

function find(elements: readonly Element[], tag: string, fits: (element: Element) => boolean) {
  return elements.find((element) => element.tagName === tag && fits(element));
}

function attribute(element: Element | undefined, name: string): string | undefined {
  return element?.attrs.find((each) => each.name === name)?.value;
}

function is(element: Element, name: string, value: string): boolean {
  return attribute(element, name)?.toLowerCase() === value;
}

function tokensOf(list = ""): string[] {
  return list.toLowerCase().split(/[ \t\n\f\r]+/);
}

function textOf(element: Element): string {
  return element.childNodes.map((node) => ("value" in node ? node.value : "")).join("");
}

/** The first script whose top-level type is a news article or a web page; a `@graph` is not searched. */
function structuredData(elements: readonly Element[]): Json | undefined {
  for (const script of elements) {
    if (script.tagName !== "script" || attribute(script, "type") !== "application/ld+json") continue;
    const text = textOf(script).replace(commentedCdata, "");
    if (text.trim() === "") continue;
    const found = supported(parseJson(decode(text)));
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Parses like Ruby, which skips comments. */
function parseJson(text: string): unknown {
  const plain = text.replace(/"(?:[^"\\]|\\.)*"|\/\*.*?\*\/|\/\/[^\n]*/gs, (part) =>
    part.startsWith('"') ? part : "",
  );
  try {
    return JSON.parse(plain);
  } catch {
    return undefined;
  }
}

function supported(root: unknown): Json | undefined {
  for (const node of [root].flat() as unknown[]) {
    if (node === null || node === undefined || typeof node === "string") continue;
    if (typeof node !== "object" || Array.isArray(node))
      throw new TypeError("Mastodon cannot read a list within a list, nor a number in it.");
    const found = node as Json;
    if (supportedTypes.includes(found["@type"])) return found;
  }
  return undefined;
}

function firstHash(value: unknown): unknown {
  if (!Array.isArray(value)) return value;
  return value.flat(Infinity).find((item) => typeof item === "object" && item !== null);
}

/** In Ruby, indexing a string with a name returns that name if the string contains it. */
function member(value: unknown, name: string): unknown {
  if (typeof value === "string") return value.includes(name) ? name : undefined;
  return typeof value === "object" && value !== null ? ((value as Json)[name] ?? undefined) : undefined;
}

function tagged(value: unknown): unknown {
  const isTagged = typeof value === "object" && value !== null && "@value" in value && "@language" in value;
  return isTagged ? value["@value"] : value;
}

function words(value: unknown): string {
  if (value === undefined || value === null) return "";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** Decodes again after the parser: "Fish &amp;amp; chips" is "Fish & chips". */
function decode(value: unknown): string {
  return decodeHTMLStrict(words(value));
}

/** Strips like Ruby: ASCII blanks only. */
function strip(text: string): string {
  return text.replace(/^[\0\t\n\v\f\r ]+|[\0\t\n\v\f\r ]+$/g, "");
}

/**
 * Against the address at which the page was found: `<base>` does not count. Addressable takes blanks around an address for
 * part of it, "HTTPS:" for no web scheme, and "http:/x.example/a.png" for an address without host.
 */
function validUrl(address: string | undefined, url: string): string | undefined {
  if (address === undefined || address.trim() === "" || address === "null" || address === "undefined")
    return undefined;
  const [, scheme, authority] = /^(?:([^:/?#]+):)?(?:\/\/([^/?#]*))?/.exec(address) ?? [];
  if (scheme !== undefined && ((scheme !== "http" && scheme !== "https") || !authority)) return undefined;
  const blanks = /^\s+|\s+$/g;
  return URL.parse(address.replace(blanks, encodeURIComponent), url)?.href;
}
