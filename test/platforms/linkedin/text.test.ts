import { describe, expect, test } from "vitest";
import { showCommentary } from "../../../emulator/linkedin/text.ts";
import { toLittleText, toShownText } from "../../../src/platforms/linkedin/text.ts";

const RESERVED = "\\|{}@[]()<>#*_~";

describe("what is sent", () => {
  test.each([
    ["We moved (and kept our sanity).", "We moved \\(and kept our sanity\\)."],
    [RESERVED, RESERVED.replaceAll(/./g, "\\$&")],
    ["a\\(b", "a\\\\\\(b"],
    ["mail ana@example.com", "mail ana\\@example.com"],
    ["#sqlite in prod #self_hosted", "#sqlite in prod #self\\_hosted"],
    ["#été #日本語 #2026plans", "#été #日本語 #2026plans"],
    ["we are #1, C# and issue#12", "we are \\#1, C\\# and issue\\#12"],
    ["#one#two", "#one\\#two"],
    ["(#tag)", "\\(\\#tag\\)"],
    ["# alone and ## twice", "\\# alone and \\#\\# twice"],
    ["line one\r\n#two\r\rthree", "line one\n#two\n\nthree"],
    ["{hashtag|\\#|word}", "\\{hashtag\\|\\\\\\#\\|word\\}"],
    ["@[Harbour Bakery](urn:li:organization:1)", "\\@\\[Harbour Bakery\\]\\(urn:li:organization:1\\)"],
    ["👩‍👩‍👧 <b>été</b>", "👩‍👩‍👧 \\<b\\>été\\</b\\>"],
  ])("%j is sent as %j", (text, sent) => {
    expect(toLittleText(text)).toBe(sent);
  });
});

describe("addresses within a text", () => {
  test.each([
    ["https://example.com/a_b?utm_source=x", "https://example.com/a%5Fb?utm%5Fsource=x"],
    ["https://en.wikipedia.org/wiki/Foo_(bar)", "https://en.wikipedia.org/wiki/Foo%5F%28bar%29"],
    ["(see https://example.com/a_b).", "(see https://example.com/a%5Fb)."],
    ["https://medium.com/@ana/~x*y", "https://medium.com/%40ana/%7Ex%2Ay"],
    ["https://example.com/#part", "https://example.com/#part"],
    ["https://ana@example.com/", "https://ana@example.com/"],
    ["http://[::1]/a", "http://[::1]/a"],
    ["HTTPS://EXAMPLE.COM/A_B!", "HTTPS://EXAMPLE.COM/A%5FB!"],
    ["no_address_here", "no_address_here"],
  ])("%j is read as %j, and not cut", (text, shown) => {
    expect(toShownText(text)).toBe(shown);
    expect(showCommentary(toLittleText(text))).toBe(shown);
  });

  test("lead where they led", () => {
    const address = "https://example.com/wiki/Foo_(bar)/@ana/~x*y?a_b=c_d#e_f";
    const shown = new URL(toShownText(address));
    expect(decodeURIComponent(shown.href)).toBe(address);
  });
});

/** The same numbers in every run. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const pieces = [
  ...RESERVED,
  ..." \n\t.,;:!?'-/&%$€é日👍ßA1_",
  ...[
    "#tag",
    " #two_words",
    "\n#x",
    "#1",
    "word",
    "\\\\",
    "{hashtag|\\#|a}",
    "@[b](urn:li:person:c)",
    "\u2028",
  ],
  ...["\u0301", "\u200d", "＃full", "\u00a0#nbsp"],
];
const addresses = [
  "https://example.com/a_b",
  "http://x.example/(y)",
  "https://e.example/@f#g_h",
  "https://",
  "https://[",
];

function write(next: (below: number) => number, from: readonly string[]): string {
  return Array.from({ length: 1 + next(14) }, () => from[next(from.length)] ?? "").join("");
}

test("nothing that a person writes is cut off or changed on its way", () => {
  const next = numbers(20_261_123);
  for (let round = 0; round < 20_000; round += 1) {
    const text = write(next, pieces);
    expect(showCommentary(toLittleText(text)), JSON.stringify(text)).toBe(text);
  }
});

test("nothing is cut off around addresses either, and what is read there is what is counted", () => {
  const next = numbers(42);
  for (let round = 0; round < 20_000; round += 1) {
    const text = write(next, [...pieces, ...addresses, ...addresses]);
    const shown = showCommentary(toLittleText(text));
    expect(shown, JSON.stringify(text)).toBe(toShownText(text));
  }
});

test("what is special in LinkedIn's eyes stands there only behind a backslash, or begins a hashtag", () => {
  const next = numbers(7);
  for (let round = 0; round < 5_000; round += 1) {
    const sent = toLittleText(write(next, [...pieces, ...addresses]));
    const rest = sent
      .replaceAll(/\\[\\|{}@[\]()<>#*_~]/g, "")
      .replaceAll(/(?<!\S)#(?=[\p{L}\p{N}\p{M}])/gu, "");
    expect(rest, JSON.stringify(sent)).not.toMatch(/[\\|{}@[\]()<>*_~]/);
  }
});
