/** Interprets a page's metadata: which of its many tags counts (docs/networks/link-cards.md, section 2). */
import type { PageFacts } from "./facts.ts";
import { readJsonLd } from "./json-ld.ts";
import { readEscaped, toPlain } from "./plain.ts";
import { readTags, type Tags } from "./tags.ts";
import { clip, isPlaceholder, tidy } from "./words.ts";

interface PageImage {
  readonly url: string;
  /** In pixels, as declared by the page. */
  readonly width?: number;
  readonly height?: number;
  readonly alt: string;
}

export interface PageMetadata {
  /** Where it was found, after redirects. */
  readonly url: string;
  /** The canonical address that the page declares. */
  readonly canonical: string;
  readonly title: string;
  readonly description: string;
  /** The host without "www." if the page has no name for its site. */
  readonly siteName: string;
  /** In the page's order; the first one is shown. */
  readonly images: readonly PageImage[];
  /** The picture in a tag of one network, which that network prefers. */
  readonly networkImage?: string;
  readonly icon?: string;
  /** "pt-BR" */
  readonly language?: string;
  readonly author: string;
  /** The address of the site's oEmbed response. */
  readonly oembed?: string;
  /** The first content of each tag that networks read, unchanged: "og:title", "fediverse:creator". */
  readonly tags: Readonly<Record<string, string>>;
  /** Absent if an earlier version read the page. */
  readonly facts?: PageFacts;
}

const LIMITS = {
  title: 300,
  description: 1_000,
  name: 100,
  images: 10,
  address: 2_000,
  tags: 100,
  language: 100,
};

/** Reads and interprets a page's metadata. @param url where the page was found */
export function readMetadata(html: string, url: string): PageMetadata {
  const tags = readTags(html);
  const base = webAddress(tags.base, url) ?? url;
  const first = (...names: string[]) => findWords(tags, names);
  const described = readJsonLd(tags.jsonLd);
  const networkImage = webAddress(findFirst(tags, ["twitter:image", "twitter:image:src"]), base);
  const icon = webAddress(findLink(tags, "icon") ?? findLink(tags, "apple-touch-icon"), base);
  const language = readLanguage(tags.language ?? first("og:locale"));
  const oembed = webAddress(
    tags.links.find(({ rel, type }) => rel.includes("alternate") && type === "application/json+oembed")?.href,
    base,
  );
  return {
    url,
    canonical: findCanonical(tags, { base, url }),
    title: clip(
      first("og:title", "twitter:title") ||
        toWords(tags.title, readEscaped) ||
        described?.title ||
        first("title"),
      LIMITS.title,
    ),
    description: clip(
      first("og:description", "twitter:description", "description") || described?.description || "",
      LIMITS.description,
    ),
    siteName: clip(first("og:site_name") || described?.siteName || siteOf(url), LIMITS.name),
    images: findImages(tags, { base, more: described?.images ?? [] }),
    ...(networkImage === undefined ? {} : { networkImage }),
    ...(icon === undefined ? {} : { icon }),
    ...(language === undefined ? {} : { language }),
    author: clip(
      authorOf(first("author")) || described?.author || authorOf(first("article:author")),
      LIMITS.name,
    ),
    ...(oembed === undefined ? {} : { oembed }),
    tags: keepForNetworks(tags),
  };
}

/** "blog.example.com" of an address, without "www.". */
export function siteOf(url: string): string {
  return new URL(url).hostname.replace(/^www\./, "");
}

/** Template placeholders that were not filled in. */
const UNFILLED = /\{\{|\$\{|<%/;

/** A web address, resolved if relative; undefined if invalid. */
export function webAddress(address: string | undefined, base: string): string | undefined {
  const text = address?.trim() ?? "";
  if (text === "" || text.length > LIMITS.address || isPlaceholder(text) || UNFILLED.test(text))
    return undefined;
  // Double-escaped: "&amp;" in an address can mean nothing else.
  const url = URL.parse(text.replace(/&(?:amp;)+/gi, "&"), base);
  const isWeb = url?.protocol === "https:" || url?.protocol === "http:";
  return isWeb && url.username === "" && url.password === "" ? url.href : undefined;
}

function findFirst({ metas }: Tags, names: readonly string[]): string {
  for (const name of names) {
    const found = metas.find((meta) => meta.name === name);
    if (found !== undefined) return found.content;
  }
  return "";
}

/** The first of these with readable content. */
function findWords({ metas }: Tags, names: readonly string[]): string {
  for (const name of names)
    for (const meta of metas) {
      const words = meta.name === name ? toWords(meta.content) : "";
      if (words !== "") return words;
    }
  return "";
}

/** "" for the remains of a template. */
function toWords(text: string, read = toPlain): string {
  const words = read(text);
  return isPlaceholder(words) ? "" : words;
}

function findLink({ links }: Tags, rel: string): string | undefined {
  return links.find((link) => link.rel.includes(rel) && link.href !== "")?.href;
}

function findCanonical(tags: Tags, { base, url }: { base: string; url: string }): string {
  const named =
    webAddress(findFirst(tags, ["og:url"]), base) ?? webAddress(findLink(tags, "canonical"), base);
  const canonical = new URL(named ?? url);
  canonical.hash = "";
  return canonical.href;
}

/** Open Graph's pictures: `og:image:width`, `:alt` and the like belong to the `og:image` before them. */
function findImages(tags: Tags, { base, more }: { base: string; more: readonly string[] }): PageImage[] {
  const listed: { url: string; secure?: string; width?: string; height?: string; alt?: string }[] = [];
  for (const { name, content } of tags.metas) {
    const last = listed.at(-1);
    if (name === "og:image" || (name === "og:image:url" && last?.url !== content))
      listed.push({ url: content });
    else if (name === "og:image:secure_url" && last === undefined) listed.push({ url: content });
    else if (last !== undefined && name === "og:image:secure_url") last.secure ??= content;
    else if (last !== undefined && name === "og:image:width") last.width ??= content;
    else if (last !== undefined && name === "og:image:height") last.height ??= content;
    else if (last !== undefined && name === "og:image:alt") last.alt ??= content;
  }
  const others = [
    findFirst(tags, ["twitter:image", "twitter:image:src"]),
    ...more,
    findLink(tags, "image_src") ?? "",
    findFirst(tags, ["thumbnail", "image"]),
  ].map((url) => ({ url, alt: findFirst(tags, ["twitter:image:alt"]) }));
  const images = new Map<string, PageImage>();
  for (const { url, secure, width, height, alt } of [...listed, ...others] as typeof listed) {
    const address = webAddress(secure, base) ?? webAddress(url, base);
    if (address === undefined || images.has(address)) continue;
    const [wide, high] = [pixels(width), pixels(height)];
    images.set(address, {
      url: address,
      ...(wide === undefined || high === undefined ? {} : { width: wide, height: high }),
      alt: toWords(alt ?? ""),
    });
  }
  return [...images.values()].slice(0, LIMITS.images);
}

function pixels(text: string | undefined): number | undefined {
  const number = Number.parseInt(text ?? "", 10);
  return number > 0 && number < 100_000 ? number : undefined;
}

/** Some sites give the author's profile address instead of a name. */
function authorOf(words: string): string {
  return URL.canParse(words) ? "" : tidy(words);
}

/** Open Graph writes "pt_BR" for "pt-BR". */
function readLanguage(name: string | undefined): string | undefined {
  if (name !== undefined && name.length > LIMITS.language) return undefined;
  try {
    return Intl.getCanonicalLocales((name ?? "").trim().replaceAll("_", "-"))[0];
  } catch {
    return undefined;
  }
}

function keepForNetworks({ metas }: Tags): Record<string, string> {
  const kept = new Map<string, string>();
  for (const { name, content } of metas)
    if (kept.size < LIMITS.tags && !kept.has(name) && /^(?:og|twitter|fediverse):[\w:]{1,40}$/.test(name))
      kept.set(name, clip(content, LIMITS.description));
  return Object.fromEntries(kept);
}
