/** Reads what a page is about, as it says itself: its tags, which become hashtags in posts. */

import { toWords } from "./tag-words.ts";
import type { Tags } from "./tags.ts";
import { clip, tidy } from "./words.ts";

const LIMITS = { keywords: 30, keyword: 60 };

/** Tags of an article come one in each tag, lists of keywords with commas of many scripts. */
const BETWEEN = /[,;\n，、؛،；]/;

/**
 * Returns the page's keywords in its own order, each once: an article's tags, otherwise those of its JSON-LD, otherwise the keywords
 * that it lists for search engines, which say the least.
 */
export function readKeywords({ metas }: Tags, described: readonly string[] = []): string[] {
  const named = (...names: string[]) =>
    metas.filter(({ name }) => names.includes(name)).map(({ content }) => content);
  const sources = [named("article:tag"), described, named("keywords", "news_keywords")];
  return sources.map(toKeywords).find((keywords) => keywords.length > 0) ?? [];
}

function toKeywords(contents: readonly string[]): string[] {
  const found = new Map<string, string>();
  for (const content of contents)
    for (const each of content.split(BETWEEN)) {
      const keyword = tidy(toWords(each)).replace(/^#+/, "");
      const isLong = clip(keyword, LIMITS.keyword) !== keyword;
      const key = keyword.toLowerCase();
      if (keyword !== "" && !isLong && !found.has(key) && found.size < LIMITS.keywords)
        found.set(key, keyword);
    }
  return [...found.values()];
}
