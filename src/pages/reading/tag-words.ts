/** Looks up texts and links among a page's tags. */
import { toPlain } from "./plain.ts";
import type { Tags } from "./tags.ts";
import { isPlaceholder } from "./words.ts";

export function findFirst({ metas }: Tags, names: readonly string[]): string {
  for (const name of names) {
    const found = metas.find((meta) => meta.name === name);
    if (found !== undefined) return found.content;
  }
  return "";
}

/** The first of these with readable content. */
export function findWords({ metas }: Tags, names: readonly string[]): string {
  for (const name of names)
    for (const meta of metas) {
      const words = meta.name === name ? toWords(meta.content) : "";
      if (words !== "") return words;
    }
  return "";
}

/** "" for the remains of a template. */
export function toWords(text: string, read = toPlain): string {
  const words = read(text);
  return isPlaceholder(words) ? "" : words;
}

export function findLink({ links }: Tags, rel: string): string | undefined {
  return links.find((link) => link.rel.includes(rel) && link.href !== "")?.href;
}
