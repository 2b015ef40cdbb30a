/** Reads a linked page and makes each network's card for it (docs/networks/link-cards.md). */
import { Parser } from "htmlparser2";
import type { LinkCard, Memory, World } from "../network.ts";
import { fetchFromHere } from "./crawl.ts";
import { keepPicture, measurePicture } from "./pictures.ts";

export interface CrawledPage {
  /** After redirects. */
  readonly url: string;
  readonly title: string;
  readonly description: string;
  readonly siteName: string;
  readonly image?: string;
  readonly imageAlt: string;
  readonly ogType?: string;
  readonly twitterCard?: string;
  /** Whether title and description came from Open Graph tags. */
  readonly hasOpenGraph: boolean;
}

interface Picture {
  readonly bytes: Buffer<ArrayBuffer>;
  readonly width: number;
  readonly height: number;
}

const maxHtmlBytes = 2 * 1024 * 1024;
const maxXPictureBytes = 5 * 1024 * 1024;
const maxMetaPictureBytes = 8 * 1024 * 1024;

/** X's card, or null if X would show none. */
export async function makeXCard(
  world: World<Memory>,
  url: string,
  signal: AbortSignal,
): Promise<LinkCard | null> {
  const page = await crawlPage(url, "twitter", "Twitterbot/1.0", signal);
  if (!page?.title) return null;
  const drawable = page.twitterCard ?? (page.ogType && page.hasOpenGraph ? "summary" : undefined);
  if (drawable === undefined) return null;
  const picture = page.image
    ? await crawlPicture(page.image, maxXPictureBytes, "Twitterbot/1.0", signal)
    : undefined;
  const fits = (width: number, height: number) =>
    picture &&
    picture.width >= width &&
    picture.height >= height &&
    Math.max(picture.width, picture.height) <= 4096;
  const kind = drawable === "summary_large_image" && fits(300, 157) ? "large" : "summary";
  const shown = fits(144, 144) || kind === "large" ? picture : undefined;
  return {
    kind,
    url,
    title: cutText(page.title, 70),
    description: cutText(page.description, 200),
    siteName: siteOf(page.url),
    ...(await cardPicture(world, shown, page.imageAlt.slice(0, 420))),
  };
}

/** The card of Facebook and Threads (docs/networks/link-cards.md, sections 4 and 6); null if the page cannot be read. */
export async function makeMetaCard(
  world: World<Memory>,
  url: string,
  signal: AbortSignal,
): Promise<LinkCard | null> {
  const bot = "facebookexternalhit/1.1";
  const page = await crawlPage(url, "og", bot, signal);
  if (!page?.title) return null;
  const picture = page.image ? await crawlPicture(page.image, maxMetaPictureBytes, bot, signal) : undefined;
  const fits = (width: number, height: number) =>
    picture !== undefined && picture.width >= width && picture.height >= height;
  return {
    kind: fits(600, 315) ? "large" : "summary",
    url,
    title: page.title,
    description: page.description,
    siteName: siteOf(page.url),
    ...(await cardPicture(world, fits(200, 200) ? picture : undefined, page.imageAlt)),
  };
}

/** Reads a page's tags. Returns undefined if it cannot be fetched or is not HTML. */
async function crawlPage(
  url: string,
  prefer: "og" | "twitter",
  bot: string,
  signal: AbortSignal,
): Promise<CrawledPage | undefined> {
  const answer = await fetchFromHere(url, { accept: "text/html", bot, maxBytes: maxHtmlBytes, signal });
  if (!answer || !/^(text\/html|application\/xhtml\+xml)/i.test(answer.contentType)) return undefined;
  return readPage(decodeHtml(answer.bytes, answer.contentType), answer.url, prefer);
}

/** The tags of a page, in the order of docs/networks/link-cards.md, section 2. */
export function readPage(html: string, url: string, prefer: "og" | "twitter"): CrawledPage {
  const { meta, title, canonical } = readTags(html);
  const first = (...names: string[]) => names.map((name) => meta.get(name)).find((value) => value);
  const both = (name: string) =>
    prefer === "twitter" ? first(`twitter:${name}`, `og:${name}`) : first(`og:${name}`, `twitter:${name}`);
  const image =
    prefer === "twitter"
      ? first("twitter:image", "twitter:image:src", "og:image:secure_url", "og:image")
      : first("og:image:secure_url", "og:image", "twitter:image");
  const imageUrl = image === undefined ? undefined : webAddress(image, url);
  const ogType = first("og:type");
  const twitterCard = first("twitter:card");
  return {
    url: webAddress(first("og:url") ?? canonical ?? url, url) ?? url,
    // X falls back to Open Graph only, and makes no card without a title.
    title: both("title") ?? (prefer === "twitter" ? "" : title),
    description: both("description") ?? (prefer === "twitter" ? undefined : first("description")) ?? "",
    siteName: first("og:site_name") ?? siteOf(url),
    ...(imageUrl && { image: imageUrl }),
    imageAlt:
      (prefer === "twitter" ? first("twitter:image:alt") : first("og:image:alt", "twitter:image:alt")) ?? "",
    ...(ogType && { ogType }),
    ...(twitterCard && { twitterCard }),
    hasOpenGraph: meta.has("og:title") && meta.has("og:description"),
  };
}

function readTags(html: string): { meta: Map<string, string>; title: string; canonical: string | undefined } {
  const meta = new Map<string, string>();
  let title = "";
  let canonical: string | undefined;
  let inTitle = false;
  const parser = new Parser({
    onopentag(tag, attributes) {
      if (tag === "title" && title === "") inTitle = true;
      if (tag === "link" && attributes.rel?.toLowerCase() === "canonical") canonical ??= attributes.href;
      const name = (attributes.property ?? attributes.name)?.toLowerCase();
      const value = tidy(attributes.content ?? "");
      // X: "the last one in sequence will take priority"; for all others the first.
      const counts = name === "twitter:card" || (name !== undefined && !meta.has(name));
      if (tag === "meta" && name && value && counts) meta.set(name, value);
    },
    ontext(text) {
      if (inTitle) title += text;
    },
    onclosetag(tag) {
      if (tag === "title") inTitle = false;
    },
  });
  parser.end(html);
  return { meta, title: tidy(title), canonical };
}

function tidy(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}

function siteOf(url: string): string {
  return new URL(url).hostname.replace(/^www\./, "");
}

function webAddress(address: string, base: string): string | undefined {
  const url = URL.parse(address, base);
  return url?.protocol === "http:" || url?.protocol === "https:" ? url.href : undefined;
}

function decodeHtml(bytes: Buffer, contentType: string): string {
  const declared =
    /charset=["']?([\w-]+)/i.exec(contentType)?.[1] ??
    /<meta[^>]+charset=["']?([\w-]+)/i.exec(bytes.subarray(0, 4096).toString("latin1"))?.[1];
  try {
    return new TextDecoder(declared ?? "utf-8").decode(bytes);
  } catch {
    return new TextDecoder().decode(bytes);
  }
}

/** The picture at a page's image address, if networks accept it. */
export async function crawlPicture(
  url: string,
  maxBytes: number,
  bot: string,
  signal: AbortSignal,
): Promise<Picture | undefined> {
  const answer = await fetchFromHere(url, { accept: "image/*", bot, maxBytes, signal });
  if (!answer || answer.cut) return undefined;
  const measured = await measurePicture(answer.bytes);
  return measured && { bytes: answer.bytes, ...measured };
}

export async function cardPicture(world: World<Memory>, picture: Picture | undefined, altText: string) {
  const kept = picture && (await keepPicture(world, picture.bytes));
  return kept && { picture: { ...kept, altText } };
}

function cutText(text: string, maxLength: number): string {
  return text.length <= maxLength ? text : `${text.slice(0, maxLength - 1)}…`;
}
