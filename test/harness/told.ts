/** What is told, as an English reader sees it. */
import { expect } from "vitest";
import { inEnglish, type Told } from "../../src/words/words.ts";

/** Stands for something told whose English words contain this. */
export function telling(words: string | RegExp) {
  return expect.toSatisfy(
    (told: Told) =>
      typeof words === "string" ? inEnglish(told).includes(words) : words.test(inEnglish(told)),
    `tell ${words}`,
  );
}
