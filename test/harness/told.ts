/** A message in English. */
import { expect } from "vitest";
import { inEnglish, type Told } from "../../src/words/words.ts";

/** An asymmetric matcher for a message whose English text contains this. */
export function telling(words: string | RegExp) {
  return expect.toSatisfy(
    (told: Told) =>
      typeof words === "string" ? inEnglish(told).includes(words) : words.test(inEnglish(told)),
    `tell ${words}`,
  );
}
