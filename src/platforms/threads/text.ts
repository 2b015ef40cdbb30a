/** How Threads counts a text and its links (docs/networks/threads.md, section 3). */

import { say } from "../../words/words.ts";
import { PlatformError, type Post } from "../platform.ts";
import { withAddress } from "../posts/address-in-text.ts";

export const BYTE_LIMIT = 500;
const LINK_LIMIT = 5;

export function countBytes(text: string): number {
  return new TextEncoder().encode(text).length;
}

/** What people will read. Only a post without pictures has room for a link card: beside them the link stands in the text. */
export function visibleText({ text, url, pictures }: Pick<Post, "text" | "url" | "pictures">): string {
  return pictures.length === 0 ? text : withAddress(text, url);
}

/** Web addresses as a text has them, without the punctuation that follows. */
export function linksIn(text: string): string[] {
  return text.match(/https?:\/\/[^\s<>"]*[^\s<>".,;:!?')\]]/giu) ?? [];
}

/** @throws {PlatformError} before anything is sent */
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
