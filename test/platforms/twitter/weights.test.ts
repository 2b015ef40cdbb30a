/** The weight of characters on X, for us and on the simulated network. */
import { expect, test } from "vitest";
import { weightOf } from "../../../emulator/twitter/links.ts";
import { weigh } from "../../../src/platforms/twitter/text.ts";

test.each([
  ["an emoji of 2018", "👩🏽‍🚀", 2],
  ["of 2023, joined", "🧑‍🧑‍🧒", 2],
  ["of 2023, joined by an arrow", "🙂‍↔️", 2],
  ["of 2023, a bird", "🐦‍🔥", 2],
  ["of 2021, two tones", "🫱🏻‍🫲🏿", 2],
  ["a flag", "🇨🇶", 2],
  ["a key", "1️⃣", 2],
  ["two of them", "🐦‍🔥🐦‍🔥", 4],
  ["a link", "https://example.com/long/enough/to/be/cut?yes=1", 23],
  ["a link without a scheme", "example.com", 23],
  ["a top-level domain that X's library does not know", "https://a.music/x", 17],
  ["letters of other scripts", "日本語", 6],
  ["letters with marks", "e\u0301", 1],
])("%s: %s weighs %d", (_, text, weight) => {
  expect(weigh(text)).toBe(weight);
  expect(weightOf(text)).toBe(weight);
});
