/** A status' text as Mastodon counts and shows it. */
import { cardAddressesIn, entitiesIn } from "./links.ts";
import type { Switches } from "./memory.ts";

// Mastodon links public addresses only. In the simulation, pages on this machine stand in for those;
// they count in full, because twitter-text does not recognise them.
const addressHere =
  /(?<![A-Za-z0-9@$#])https?:\/\/(?:(?:[a-z0-9-]+\.)*localhost|127(?:\.\d{1,3}){3})(?::\d+)?(?:[/?#][^\s<>"]*[^\s<>".,;:!?'()[\]{}])?/gi;
const shownUrlLength = 30;

const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });

interface Link {
  readonly start: number;
  readonly end: number;
  readonly address: string;
}

/** Links that may get a card, in text order. */
export function urlsIn(text: string): string[] {
  const here = [...text.matchAll(addressHere)].map(([address]) => address);
  return [...cardAddressesIn(text), ...here]
    .sort((one, other) => text.indexOf(one) - text.indexOf(other))
    .filter((url) => URL.canParse(url));
}

/** Counts text and warning together, as Mastodon does; the warning always in full. */
export function countCharacters(
  text: string,
  warning: string,
  { counting, urlCharacters }: Pick<Switches, "counting" | "urlCharacters">,
): number {
  if (counting === "runes") return [...warning, ...text].length;
  if (counting === "units") return warning.length + text.length;
  if (counting === "full-graphemes") return [...graphemes.segment(warning + text)].length;
  const counted = strip(warning) + shorten(strip(text), "x".repeat(urlCharacters));
  const segments = [...graphemes.segment(counted)].map(({ segment }) => segment);
  if (counting === "graphemes") return segments.length;
  // Ruby 3.4 and older break after a virama (Unicode 15.0).
  return segments.flatMap((segment) => segment.split(/(?<=[\p{M}\u{e0020}-\u{e007f}]|\u200d)(?=\p{Lo})/u))
    .length;
}

/** Strips as Ruby does, which is less than `trim`. */
function strip(text: string): string {
  return text.replace(/^[\0\t-\r ]+|[\0\t-\r ]+$/g, "");
}

function shorten(text: string, placeholder: string): string {
  let shortened = "";
  let end = 0;
  for (const entity of entitiesIn(text)) {
    shortened +=
      text.slice(end, entity.start) + (entity.name === undefined ? placeholder : `@${entity.name}`);
    end = entity.end;
  }
  return shortened + text.slice(end);
}

/** The HTML of a text: paragraphs, and links that show at most 30 characters. */
export function contentOf(text: string, content: Switches["content"]): string {
  return text
    .trim()
    .split(/\n{2,}/)
    .map((paragraph) => `<p>${toHtml(paragraph, content).replaceAll("\n", "<br>")}</p>`)
    .join("");
}

function toHtml(paragraph: string, content: Switches["content"]): string {
  switch (content) {
    case "escaped":
      return linkUrls(paragraph, escapeHtml, linkHtml);
    case "unescaped":
      return linkUrls(paragraph, markUp, (url) => `<a href="${url}" target="_blank">${url}</a>`);
    case "plain":
      return escapeHtml(withoutTags(paragraph));
    case "stripped":
      return linkUrls(withoutTags(paragraph), escapeHtml, linkHtml);
  }
}

function withoutTags(text: string): string {
  return text.replace(/<\/?[a-z!][^<>]*>/gi, "");
}

function linkUrls(
  paragraph: string,
  write: (text: string) => string,
  writeLink: (url: string) => string,
): string {
  let html = "";
  let end = 0;
  for (const link of linksIn(paragraph)) {
    html += write(paragraph.slice(end, link.start)) + writeLink(link.address);
    end = link.end;
  }
  return html + write(paragraph.slice(end));
}

/** As snac's `not_really_markdown` in format.c. */
function markUp(text: string): string {
  return text
    .replace(/\*\*([^*\n]+)\*\*/g, "<b>$1</b>")
    .replace(/\*([^*\n]+)\*/g, "<i>$1</i>")
    .replace(/`([^`\n]+)`/g, (_, code: string) => `<code>${escapeHtml(code)}</code>`);
}

function linksIn(text: string): Link[] {
  const known = entitiesIn(text).flatMap(({ address, ...place }) =>
    address === undefined ? [] : [{ ...place, address }],
  );
  const here = [...text.matchAll(addressHere)].map(({ 0: address, index }) => ({
    start: index,
    end: index + address.length,
    address,
  }));
  return [...known, ...here].sort((one, other) => one.start - other.start);
}

function linkHtml(url: string): string {
  const { scheme, shown, hidden } = shownParts(url);
  const look = hidden === "" ? "" : "ellipsis";
  return `<a href="${escapeHtml(url)}" target="_blank" rel="nofollow noopener" translate="no"><span class="invisible">${scheme}</span><span class="${look}">${escapeHtml(shown)}</span><span class="invisible">${escapeHtml(hidden)}</span></a>`;
}

/** How a link is shown in a text: without scheme, cut after 30 characters. */
export function shownUrl(url: string): string {
  const { shown, hidden } = shownParts(url);
  return hidden === "" ? shown : `${shown}…`;
}

function shownParts(url: string): { scheme: string; shown: string; hidden: string } {
  const scheme = /^https?:\/\/(?:www\.)?/.exec(url)?.[0] ?? "";
  const rest = url.slice(scheme.length);
  return { scheme, shown: rest.slice(0, shownUrlLength), hidden: rest.slice(shownUrlLength) };
}

function escapeHtml(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
}
