import { describe, expect, test } from "vitest";
import { findFeatures, toFacet } from "../../../src/platforms/bluesky/text/facets.ts";
import { measure } from "../../../src/platforms/bluesky/text/length.ts";

/** What a text shows as a link, a tag or a mention: the bytes that its facet names, read back. */
function shown(text: string): string[] {
  const bytes = Buffer.from(text);
  return findFeatures(text).map((feature) => {
    const { index } = toFacet(text, feature, "did:plc:x") as {
      index: { byteStart: number; byteEnd: number };
    };
    return `${feature.kind} ${bytes.subarray(index.byteStart, index.byteEnd).toString("utf8")}`;
  });
}

describe("what becomes a link, a hashtag or a mention", () => {
  test.each([
    ["Read https://example.com/a.", ["link https://example.com/a"]],
    ["(https://example.com/a_(b))", ["link https://example.com/a_(b)"]],
    ["See https://example.com/a, or not", ["link https://example.com/a"]],
    ["👩‍👩‍👧 é https://münchen.example/ä?q=1", ["link https://münchen.example/ä?q=1"]],
    ["https://example.com/#top", ["link https://example.com/#top"]],
    ["http://localhost/", []],
    ["example.com", []],
    ["#été and #日本語, we are #1", ["tag #été", "tag #日本語"]],
    ["#moving!", ["tag #moving"]],
    ["a#b ##c #", []],
    [`#${"x".repeat(65)}`, []],
    ["Thanks @ana.bsky.test!", ["mention @ana.bsky.test"]],
    ["(@Ana.bsky.test)", ["mention @Ana.bsky.test"]],
    ["write to jane.kim@ana.bsky.test", []],
    ["mail@ana.bsky.test @ana @ana@mastodon.example", []],
    ["https://example.com/@ana.bsky.test/#x #y", ["link https://example.com/@ana.bsky.test/#x", "tag #y"]],
  ])("%s", (text, parts) => {
    expect(shown(text)).toEqual(parts);
  });

  test("a link names its whole address, with internationalised names as A-labels", () => {
    const [link] = findFeatures("https://münchen.example/ä");
    expect(link).toMatchObject({ uri: "https://xn--mnchen-3ya.example/%C3%A4" });
  });

  test("a mention of nobody is no facet", () => {
    const text = "@ana.bsky.test";
    const [mention] = findFeatures(text);
    expect(mention && toFacet(text, mention)).toBeUndefined();
  });
});

describe("the length", () => {
  test.each([
    ["a".repeat(300), 300],
    ["é".normalize("NFD").repeat(300), 300],
    ["日".repeat(300), 300],
    ["👍🏽".repeat(300), 300],
    ["", 0],
  ])("counts graphemes (%#)", (text, length) => {
    expect(measure(text)).toEqual({ length, limit: 300 });
  });

  test("counts bytes where joined emoji have many", () => {
    expect(measure("👩‍👩‍👧‍👦".repeat(120))).toEqual({ length: 300, limit: 300 });
    expect(measure("👩‍👩‍👧‍👦".repeat(121)).length).toBeGreaterThan(300);
  });
});
