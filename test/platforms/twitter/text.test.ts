/** X's text length: as its own library counts, but always quickly. */

import twitterText from "twitter-text";
import { expect, test } from "vitest";
import { weigh } from "../../../src/platforms/twitter/text.ts";

const count = (text: string) => twitterText.parseTweet(text).weightedLength;
/** The quickest of three, because other work on the machine slows some of them. */
const timed = (work: () => unknown) => {
  const times = Array.from({ length: 3 }, () => {
    const start = performance.now();
    work();
    return performance.now() - start;
  });
  return Math.min(...times);
};

test.each([
  "We walked along the shore: https://coast.example.com/a/long-walk_2.html?day=1-2",
  "First.Second.third.example.com and www.example.co.uk, both in one text",
  `A line ${"-".repeat(100)} and ${"…".repeat(40)} ${".".repeat(100)} then example.com`,
  "見てください、https://example.jp/日記。海辺を歩いた。",
  `${"Words with blanks, and one link: example.com. ".repeat(100)}`,
  "👩‍👩‍👧‍👦 é e\u0301 @ana #shore $TIDE",
])("%s", (text) => {
  expect(weigh(text)).toBe(count(text));
});

test.each(["a.a.a.", "é.", "www.", "a_b-c."])("10,000 characters of %s are counted at once", (piece) => {
  const text = piece.repeat(10_000 / piece.length);
  expect(weigh(text)).toBe(count(text));
  expect(timed(() => weigh(text))).toBeLessThan(timed(() => count(text)) / 3);
});
