/** How Threads counts: a text by its UTF-8 bytes, links by how many are different (docs/networks/threads.md, section 3.1). */

export function countBytes(text: string): number {
  return Buffer.byteLength(text, "utf8");
}

/** As the text has them, without the punctuation that follows. */
export function linksIn(text: string): string[] {
  return text.match(/https?:\/\/[^\s<>"]*[^\s<>".,;:!?')\]]/giu) ?? [];
}

/** The same address counts once, wherever it stands. */
export function countLinks(text: string, attachment: string | undefined): number {
  const all = [...linksIn(text), ...(attachment === undefined ? [] : [attachment])];
  return new Set(all.map((link) => URL.parse(link)?.href ?? link)).size;
}
