/** How Threads counts a text and its links (docs/networks/threads.md, section 3). */
import { say } from "../../words/words.ts";
import { PlatformError, type Post } from "../platform.ts";
import { withAddress } from "../posts/address-in-text.ts";

export const BYTE_LIMIT = 500;
const LINK_LIMIT = 5;

/** The length in UTF-8 bytes, as Threads counts. */
export function countBytes(text: string): number {
  return new TextEncoder().encode(text).length;
}

/** The text that people will read. Threads shows no link card beside pictures, so the link goes into the text. */
export function visibleText({ text, url, pictures }: Pick<Post, "text" | "url" | "pictures">): string {
  return pictures.length === 0 ? text : withAddress(text, url);
}

/** The web addresses in a text, without the punctuation after them. */
export function linksIn(text: string): string[] {
  return text.match(/https?:\/\/[^\s<>"]*[^\s<>".,;:!?')\]]/giu) ?? [];
}

/** @throws {PlatformError} rejected if the text and the shared page have too many different links */
export function checkLinks({ text, url }: Pick<Post, "text" | "url">): void {
  const links = new Set([...linksIn(text), url].map((link) => URL.parse(link)?.href ?? link));
  if (links.size <= LINK_LIMIT) return;
  throw new PlatformError("rejected", {
    code: "too-many-links",
    message: say(
      "Threads allows at most {limit} different links in a post, including the shared page. This post has {size}.",
      { limit: LINK_LIMIT, size: links.size },
    ),
  });
}
