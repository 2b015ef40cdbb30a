/** What a page says it is about. */
import { expect, test } from "vitest";
import { readMetadata } from "../../src/pages/reading/metadata.ts";

const read = (head: string) =>
  readMetadata(`<html><head><title>x</title>${head}</head></html>`, "https://blog.example.com/").keywords;
const jsonLd = (keywords: unknown) =>
  `<script type="application/ld+json">${JSON.stringify({ "@type": "BlogPosting", headline: "x", keywords })}</script>`;
const forSearch = '<meta name="keywords" content="blog, cheap flights">';

test("an article's tags come before those of its JSON-LD, and these before what it lists for search engines", () => {
  const tags =
    '<meta property="article:tag" content="Sea"><meta property="article:tag" content="Open source">';
  expect(read(forSearch + jsonLd("walks, sea") + tags)).toEqual(["Sea", "Open source"]);
  expect(read(forSearch + jsonLd("walks, sea"))).toEqual(["walks", "sea"]);
  expect(read(forSearch)).toEqual(["blog", "cheap flights"]);
  expect(read("")).toBeUndefined();
});

test("JSON-LD lists keywords as text, as a list, or as terms with names", () => {
  expect(read(jsonLd(["walks", { "@type": "DefinedTerm", name: "sea" }, 7]))).toEqual(["walks", "sea"]);
  expect(read(jsonLd("海、灯台; coast"))).toEqual(["海", "灯台", "coast"]);
});

test("each comes once, without marks, at most thirty, and none that is a sentence or an unfilled template", () => {
  expect(read('<meta name="keywords" content="#Sea, sea , ,{{tags}},Caf&eacute;">')).toEqual(["Sea", "Café"]);
  expect(read(`<meta name="keywords" content="a, ${"long ".repeat(20)}">`)).toEqual(["a"]);
  const many = Array.from({ length: 50 }, (_, index) => `word ${index}`).join();
  expect(read(`<meta name="keywords" content="${many}">`)).toHaveLength(30);
});
