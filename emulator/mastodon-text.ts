/** A status' text as Mastodon counts and shows it. */
import type { Switches } from "./mastodon-memory.ts";

const urlPattern = /https?:\/\/[^\s<>"]+/g;
const mentionPattern = /(?<![\w/])@(\w+)@[\w.-]+[\w]/g;
const shownUrlLength = 30;

const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });

/** The links of a text, without the punctuation that ends a sentence. */
export function urlsIn(text: string): string[] {
  return [...text.matchAll(urlPattern)].map(([url]) => trimUrl(url)).filter((url) => URL.canParse(url));
}

function trimUrl(url: string): string {
  const trimmed = url.replace(/[.,:;!?'*]+$/, "");
  return trimmed.endsWith(")") && !trimmed.includes("(") ? trimmed.slice(0, -1) : trimmed;
}

/** Grapheme clusters, a link at its reserved length and @user@domain as @user; or plain runes (GoToSocial). */
export function countCharacters(text: string, switches: Switches): number {
  if (switches.counting === "runes") return [...text].length;
  const placeholder = "x".repeat(switches.urlCharacters);
  const counted = text
    .replace(urlPattern, (url) => placeholder + url.slice(trimUrl(url).length))
    .replace(mentionPattern, "@$1");
  return [...graphemes.segment(counted)].length;
}

/** The HTML of a text: paragraphs, and links that show at most 30 characters. */
export function contentOf(text: string): string {
  return text
    .trim()
    .split(/\n{2,}/)
    .map((paragraph) => `<p>${linkUrls(paragraph).replaceAll("\n", "<br>")}</p>`)
    .join("");
}

function linkUrls(text: string): string {
  let html = "";
  let end = 0;
  for (const match of text.matchAll(urlPattern)) {
    const url = trimUrl(match[0]);
    html += escapeHtml(text.slice(end, match.index)) + linkHtml(url);
    end = match.index + url.length;
  }
  return html + escapeHtml(text.slice(end));
}

function linkHtml(url: string): string {
  const { scheme, shown, hidden } = shownParts(url);
  const look = hidden === "" ? "" : "ellipsis";
  return `<a href="${escapeHtml(url)}" target="_blank" rel="nofollow noopener" translate="no"><span class="invisible">${scheme}</span><span class="${look}">${escapeHtml(shown)}</span><span class="invisible">${escapeHtml(hidden)}</span></a>`;
}

/** How a link is written in a text: without its scheme, cut after 30 characters. */
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
