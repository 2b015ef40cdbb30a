/** Fetches a page as Mastodon does for a link's card: app/services/fetch_link_card_service.rb (docs/networks/link-cards.md, section 4). */
import { Parser } from "htmlparser2";
import { z } from "zod";
import { fetchFromHere } from "../../crawl/crawl.ts";
import { findOembed, type OembedLink, type Page, readPage } from "./page.ts";

export interface Found {
  /** After redirects. */
  readonly url: string;
  readonly page: Page;
}

const bot = "Mastodon/4.7.0-alpha.2 (http.rb/5.3.1; +https://mastodon.localhost/) Bot";
const maxRedirects = 3;
const maxBytes = 1024 * 1024;

/** Returns undefined for no card. */
export async function crawlPage(url: string, signal: AbortSignal): Promise<Found | undefined> {
  const answer = await fetchFromHere(url, { accept: "text/html", bot, maxBytes, maxRedirects, signal });
  if (answer?.status !== 200 || mediaTypeOf(answer.contentType) !== "text/html") return undefined;
  const html = decodeForMastodon(answer.bytes, answer.contentType);
  try {
    const link = findOembed(html, answer.url);
    const told = link && (await askOembed(link, signal));
    const page = told && fromOembed(told, answer.url);
    if (page !== undefined) return { url: answer.url, page };
    const read = readPage(html, answer.url);
    return read.title.trim() === "" && read.type === "link" ? undefined : { url: answer.url, page: read };
  } catch (error) {
    // Where Mastodon's code fails, this link gets no card.
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

/** Decodes valid UTF-8, otherwise by the header's charset, the page's, or Windows-1252. Mastodon guesses more (ICU). */
function decodeForMastodon(bytes: Buffer, contentType: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: true });
  } catch {
    const declared =
      /charset=["']?([\w-]+)/i.exec(contentType)?.[1] ??
      /<meta[^>]+charset\s*=\s*["']?([\w-]+)/i.exec(bytes.toString("latin1"))?.[1];
    try {
      return new TextDecoder(declared ?? "windows-1252").decode(bytes);
    } catch {
      return new TextDecoder("windows-1252").decode(bytes);
    }
  }
}

const oembed = z.object({
  version: z.coerce.string().pipe(z.literal("1.0")),
  type: z.string().min(1),
  title: z.string().nullish(),
  author_name: z.string().nullish(),
  author_url: z.string().nullish(),
  provider_name: z.string().nullish(),
  thumbnail_url: z.string().nullish(),
  url: z.string().nullish(),
});

type Oembed = z.infer<typeof oembed>;

async function askOembed({ address, format }: OembedLink, signal: AbortSignal): Promise<Oembed | undefined> {
  const answer = await fetchFromHere(address, { accept: "*/*", bot, maxBytes, maxRedirects, signal });
  if (answer?.status !== 200 || answer.cut) return undefined;
  const text = answer.bytes.toString("utf8");
  try {
    return oembed.safeParse(format === "json" ? JSON.parse(text) : fromXml(text)).data;
  } catch {
    return undefined;
  }
}

function fromXml(text: string): Record<string, string> {
  const told: Record<string, string> = {};
  const open: string[] = [];
  const parser = new Parser(
    {
      onopentagname: (name) => void open.push(name),
      onclosetag: () => void open.pop(),
      ontext(words) {
        const [root, name] = open;
        if (root === "oembed" && name !== undefined && open.length === 2)
          told[name] = (told[name] ?? "") + words;
      },
    },
    { xmlMode: true },
  );
  parser.end(text);
  return told;
}

/** Returns undefined if the page's tags are to be used. "rich" never makes a card. @throws {TypeError} for types unknown to Mastodon */
function fromOembed(told: Oembed, url: string): Page | undefined {
  if (told.type === "rich" || (told.type === "photo" && !told.url)) return undefined;
  if (told.type !== "link" && told.type !== "photo" && told.type !== "video")
    throw new TypeError(`Mastodon knows no cards of the type ${told.type}.`);
  const picture = told.type === "photo" ? told.url : told.thumbnail_url;
  const image = picture ? URL.parse(picture, url)?.href : undefined;
  return {
    type: told.type,
    title: told.title ?? "",
    description: "",
    ...(image !== undefined && { image }),
    imageAlt: "",
    providerName: told.provider_name ?? "",
    authorName: told.author_name ?? "",
    authorUrl: told.author_url ? (URL.parse(told.author_url, url)?.href ?? "") : "",
    canonical: url,
  };
}

function mediaTypeOf(contentType: string): string {
  return (contentType.split(";", 1)[0] ?? "").trim().toLowerCase();
}
