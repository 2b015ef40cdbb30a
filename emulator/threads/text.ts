/** Counts as Threads does: a text in UTF-8 bytes, links by distinct addresses (docs/networks/threads.md, section 3.1). */

export function countBytes(text: string): number {
  return Buffer.byteLength(text, "utf8");
}

/** The links in the text, without trailing punctuation. */
export function linksIn(text: string): string[] {
  return text.match(/https?:\/\/[^\s<>"]*[^\s<>".,;:!?')\]]/giu) ?? [];
}

/** The number of distinct addresses. */
export function countLinks(text: string, attachment: string | undefined): number {
  const all = [...linksIn(text), ...(attachment === undefined ? [] : [attachment])];
  return new Set(all.map((link) => URL.parse(link)?.href ?? link)).size;
}
