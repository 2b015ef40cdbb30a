/** How a Mastodon server counts a text, and how a posted one is recognised. */
import { Parser } from "htmlparser2";
import type { Post } from "./platform.ts";

export interface Counting {
  /** "runes": code points, addresses in full (GoToSocial); "graphemes": everybody else. */
  readonly unit: "graphemes" | "runes";
  /** What every web address counts, whatever its length. */
  readonly charactersPerUrl: number;
}

const WEB_ADDRESS = /https?:\/\/[^\s<>"]+[^\s<>".,;:!?'()[\]{}]/gu;
const REMOTE_MENTION = /(?<![\w/])@(\w+(?:[\w.-]+\w)?)@[\w.-]+\w/gu;

/** docs/platforms/mastodon.md, text length. */
export function countCharacters(text: string, { unit, charactersPerUrl }: Counting): number {
  if (unit === "runes") return [...text].length;
  const counted = text.replace(WEB_ADDRESS, "x".repeat(charactersPerUrl)).replace(REMOTE_MENTION, "@$1");
  return [...new Intl.Segmenter().segment(counted)].length;
}

/** The text and the link targets of a status's HTML. */
function readHtml(html: string): { text: string; links: string[] } {
  let text = "";
  const links: string[] = [];
  const parser = new Parser({
    ontext: (part) => {
      text += part;
    },
    onopentag: (name, attributes) => {
      if (name === "a" && attributes["href"] !== undefined) links.push(attributes["href"]);
    },
  });
  parser.end(html);
  return { text, links };
}

/** Is this status that post? Its words must be the same where the server shows them as they were written. */
export function isSamePost(
  status: { readonly content: string; readonly cardUrl: string | undefined },
  post: Post,
): boolean {
  const { text, links } = readHtml(status.content);
  const hasLink = [...links, status.cardUrl].some((link) => link === post.url) || text.includes(post.url);
  if (!hasLink) return false;
  // Mentions and hashtags are redrawn by servers; such texts are told apart by link and time alone.
  return /[@#]/.test(post.text) || squeeze(text) === squeeze(post.text);
}

function squeeze(text: string): string {
  return text.normalize("NFC").replace(/\s+/gu, "");
}
