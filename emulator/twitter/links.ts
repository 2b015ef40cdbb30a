/** The length of a text on the simulated X, its links and how they are shown (docs/networks/x.md, sections 3 and 5). */
import { randomBytes } from "node:crypto";
import twitterText from "twitter-text";
import type { ShownLink, TwitterAccount } from "./memory.ts";

const usualLimit = 280;
const premiumLimit = 25_000;

export function limitOf({ subscription }: TwitterAccount): number {
  return subscription === "Premium" || subscription === "PremiumPlus" ? premiumLimit : usualLimit;
}

const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });

/** Counted by X's library, except for newer emoji: the library counts them as several, X does not. */
export function weightOf(text: string): number {
  const known = [...graphemes.segment(text)].map(({ segment }) =>
    /^\p{RGI_Emoji}$/v.test(segment) ? "🙂" : segment,
  );
  return twitterText.parseTweet(known.join("")).weightedLength;
}

export function hasForbiddenCharacters(text: string): boolean {
  return twitterText.hasInvalidCharacters(text);
}

export function cashtagsOf(text: string): string[] {
  return twitterText.extractCashtags(text);
}

export function mentions(text: string, username: string): boolean {
  return twitterText.extractMentions(text).some((name) => name.toLowerCase() === username.toLowerCase());
}

/** Two texts with the same result are duplicates. */
export function normalise(text: string): string {
  return text.normalize("NFC").trim();
}

interface FoundLink {
  readonly start: number;
  readonly end: number;
  readonly address: string;
}

// X links public addresses only. In the simulation, pages on this machine stand in for those;
// they count in full, because twitter-text does not recognise them.
const addressHere =
  /https?:\/\/(?:(?:[a-z0-9-]+\.)*localhost|127(?:\.\d{1,3}){3})(?::\d+)?(?:[/?#][^\s<>"]*)?/gi;
const closingMarks = /[.,;:!?'")\]]+$/;

/** In text order; a link without a scheme gets http. */
export function findLinks(text: string): FoundLink[] {
  const found: FoundLink[] = twitterText
    .extractUrlsWithIndices(text)
    .map(({ url, indices: [start, end] }) => ({
      start,
      end,
      address: /^https?:\/\//i.test(url) ? url : `http://${url}`,
    }));
  for (const { 0: match, index } of text.matchAll(addressHere)) {
    const address = match.replace(closingMarks, "");
    found.push({ start: index, end: index + address.length, address });
  }
  found.sort((one, other) => one.start - other.start);
  return found.filter(({ start }, index) => found.slice(0, index).every((before) => before.end <= start));
}

export interface ShownText {
  readonly text: string;
  readonly links: ShownLink[];
}

/** The text as the API returns it, with a link to the attached media at the end. */
export function showText(sent: string, media?: { url: string; mediaKeys: readonly string[] }): ShownText {
  const text = normalise(sent);
  const links: ShownLink[] = [];
  let shown = "";
  let rest = 0;
  const place = (url: string) => {
    const start = [...shown].length;
    return { start, end: start + url.length, url };
  };
  for (const { start, end, address } of findLinks(text)) {
    shown += escapeText(text.slice(rest, start));
    const url = makeShortUrl();
    links.push({ ...place(url), expandedUrl: address, displayUrl: shortenAddress(address) });
    shown += url;
    rest = end;
  }
  shown += escapeText(text.slice(rest));
  if (!media) return { text: shown, links };
  if (shown !== "") shown += " ";
  const url = makeShortUrl();
  const displayUrl = url.replace("https://t.co", "pic.x.com");
  for (const mediaKey of media.mediaKeys) {
    links.push({ ...place(url), expandedUrl: media.url, displayUrl, mediaKey });
  }
  return { text: shown + url, links };
}

function escapeText(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

function makeShortUrl(): string {
  const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
  return `https://t.co/${[...randomBytes(10)].map((byte) => letters[byte % letters.length]).join("")}`;
}

const keptPathLength = 26;

/** "example.com/very-long-pa…": without scheme and www, with a shortened path (docs/networks/link-cards.md, section 3). */
export function shortenAddress(address: string): string {
  const [, host = "", path = ""] = /^https?:\/\/(?:www\.)?([^/?#]+)(.*)$/i.exec(address) ?? [];
  if (path === "/") return host;
  return path.length > keptPathLength ? `${host}${path.slice(0, keptPathLength)}…` : `${host}${path}`;
}
