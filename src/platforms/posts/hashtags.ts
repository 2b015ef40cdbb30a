/** Writes a page's keywords as hashtags, by the rule of a network. */

export interface HashtagRule {
  /** How many a post may have. */
  readonly most: number;
  /** The longest tag, in characters without its "#". */
  readonly longest: number;
  /** Whether a tag may consist of digits alone. */
  readonly mayBeNumber: boolean;
}

/**
 * For networks without a stricter rule. Five tags are our own limit: more of them crowd out the words. All networks link letters,
 * marks, digits and underscores, and most need a letter among them.
 */
export const USUAL_HASHTAGS: HashtagRule = { most: 5, longest: 100, mayBeNumber: false };

const APOSTROPHES = /['’ʼ`´]/gu;
const BETWEEN_WORDS = /[^\p{L}\p{M}\p{N}_]+/u;
const TAG_IN_TEXT = /(?<![\p{L}\p{M}\p{N}_&/])#([\p{L}\p{M}\p{N}_]+)/gu;

/**
 * Returns the tags, with "#", in the order of the keywords: only as many as the post may still have, and none that its text has
 * already.
 */
export function writeHashtags(keywords: readonly string[], rule: HashtagRule, text = ""): string[] {
  const had = [...text.matchAll(TAG_IN_TEXT)].map(([, tag = ""]) => tag.toLowerCase());
  const tags = new Map<string, string>();
  for (const keyword of keywords) {
    const tag = toTag(keyword);
    if (tag.length > rule.longest || !(rule.mayBeNumber ? /[\p{L}\p{N}]/u : /\p{L}/u).test(tag)) continue;
    const key = tag.toLowerCase();
    if (!had.includes(key) && !tags.has(key)) tags.set(key, `#${tag}`);
  }
  return [...tags.values()].slice(0, Math.max(0, rule.most - new Set(had).size));
}

/** "open source" becomes "OpenSource": screen readers then tell the words apart. A single word stays as it is. */
function toTag(keyword: string): string {
  const words = keyword
    .replace(/^#+/, "")
    // "C++" and "C#" would both become "C".
    .replaceAll("+", "Plus")
    .replaceAll("#", "Sharp")
    .replace(APOSTROPHES, "")
    .split(BETWEEN_WORDS)
    .filter(Boolean);
  return words.length === 1 ? (words[0] ?? "") : words.map(capitalise).join("");
}

function capitalise(word: string): string {
  const [first = ""] = word;
  return first.toLocaleUpperCase("en") + word.slice(first.length);
}
