/** Interprets a page's metadata: which of its many tags counts (docs/networks/link-cards.md, section 2). */
import type { PageFacts } from "./facts.ts";
import { readJsonLd } from "./json-ld.ts";
import { readKeywords } from "./keywords.ts";
import { findImages, type PageImage } from "./page-images.ts";
import { readEscaped } from "./plain.ts";
import { findFirst, findLink, findWords, toWords } from "./tag-words.ts";
import { readTags, type Tags } from "./tags.ts";
import { siteOf, webAddress } from "./web-address.ts";
import { clip, tidy } from "./words.ts";

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
  /** What the page is about, at most 30. Absent if it does not say, or if an earlier version read the page. */
  readonly keywords?: readonly string[];
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
  const keywords = readKeywords(tags, described?.keywords);
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
    ...(keywords.length === 0 ? {} : { keywords }),
    ...(oembed === undefined ? {} : { oembed }),
    tags: keepForNetworks(tags),
  };
}

function findCanonical(tags: Tags, { base, url }: { base: string; url: string }): string {
  const named =
    webAddress(findFirst(tags, ["og:url"]), base) ?? webAddress(findLink(tags, "canonical"), base);
  const canonical = new URL(named ?? url);
  canonical.hash = "";
  return canonical.href;
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
