import { expect, test } from "vitest";
import { findDoubted, findIdentity } from "../../src/pages/identity.ts";
import { identify } from "../../src/pages/page.ts";

const url = "https://example.com/a?b=1";

test.each([
  "https://example.com/c",
  "https://www.example.com/c",
  "http://example.com/c",
  "http://www.example.com/c",
  "https://EXAMPLE.com/c",
  "https://example.com./c",
])("a page of example.com may call itself %s", (canonical) => {
  expect(identify({ url, canonical })).toBe(new URL(canonical).href);
  expect(identify({ url: canonical, canonical: url })).toBe(url);
});

test.each([
  "https://example.org/c",
  "https://blog.example.com/c",
  "https://m.example.com/c",
  "https://com/c",
  "https://example.com.evil.example/c",
  "https://evilexample.com/c",
  "https://www.www.example.com/c",
  "https://example.com:8443/c",
  "https://example-com.cdn.ampproject.org/c/s/example.com/c",
])("not %s, nor the other way round", (canonical) => {
  expect(identify({ url, canonical })).toBe(url);
  expect(identify({ url: canonical, canonical: url })).toBe(canonical);
});

test.each([
  ["https://ana.github.io/", "https://ben.github.io/"],
  ["https://ana.github.io/", "https://github.io/"],
  ["https://ana.blogspot.com/", "https://www.blogspot.com/"],
])("neighbours on one host of many sites are strangers: %s and %s", (one, other) => {
  expect(identify({ url: one, canonical: other })).toBe(one);
});

test("without a name of its own a page is known by its address", () => {
  expect(identify({ url })).toBe(url);
});

/**
 * The requested address, what the page calls itself, and the resulting identity: the requested address, or that name.
 */
const named: readonly (readonly [string, string, "asked" | "name" | "doubted"])[] = [
  // Nothing is left out.
  ["https://example.com/a", "https://example.com/a", "name"],
  ["https://example.com/a/?utm_source=x", "https://www.example.com/a", "name"],
  ["https://example.com/old", "https://example.com/2026/new", "name"],
  ["https://example.com/a.amp", "https://example.com/a", "name"],
  ["https://example.com/a/amp/", "https://example.com/a/", "name"],
  ["https://example.com/a/print", "https://example.com/a", "name"],
  ["https://example.com/a?amp=1", "https://example.com/a", "name"],
  ["https://example.com/a?ref=letter&share=x", "https://example.com/a", "name"],
  ["https://example.com/a?replytocom=7", "https://example.com/a", "name"],
  ["https://example.com/a?id=1&ref=x", "https://example.com/a?id=1", "name"],
  ["https://example.com/watch?list=1&v=dQw4", "https://example.com/watch?v=dQw4&list=1", "name"],
  // The parameter is in the name's path.
  ["https://example.com/?p=7", "https://example.com/7-the-lighthouse", "name"],
  ["https://example.com/w/index.php?title=Sea_fog", "https://example.com/wiki/Sea_fog", "name"],
  ["https://example.com/index.html", "https://example.com/", "name"],
  // Something is left out: other items may have the same name.
  ["https://example.com/item?id=1", "https://example.com/item", "doubted"],
  ["https://example.com/item?id=1", "https://example.com/item?id=2", "doubted"],
  ["https://example.com/item?id=17", "https://example.com/items-170", "doubted"],
  ["https://example.com/?p=7", "https://example.com/2026/the-lighthouse", "doubted"],
  ["https://example.com/item?product=lamp", "https://example.com/item#lamp", "doubted"],
  ["https://example.com/viewtopic.php?t=42&f=3", "https://example.com/viewtopic.php?f=3", "doubted"],
  ["https://example.com/a?page=2", "https://example.com/a", "doubted"],
  ["https://example.com/a?lang=de", "https://example.com/a", "doubted"],
  ["https://example.com/blog/one", "https://example.com/blog", "doubted"],
  ["https://example.com/gallery/3", "https://example.com/gallery/", "doubted"],
  // All pages have this name.
  ["https://example.com/one", "https://example.com/", "asked"],
  ["https://example.com/?p=7", "https://example.com/", "asked"],
  ["https://example.com/one", "https://example.com/en/", "asked"],
  ["https://example.com/one", "https://example.com/index.php", "asked"],
  // The name belongs to another site.
  ["https://example.com/a", "https://news.example/a", "asked"],
];

test.each(named)("%s that calls itself %s is known as %s", (url, canonical, expected) => {
  const names = { url, canonical };
  expect(findIdentity(url, names)).toBe(expected === "name" ? canonical : undefined);
  expect(findDoubted(url, names)).toBe(expected === "doubted" ? canonical : undefined);
  if (expected === "doubted") expect(findIdentity(url, { ...names, proven: canonical })).toBe(canonical);
});

test("a site that leads from an address to a page says that both are one", () => {
  const url = "https://example.com/2026/the-lighthouse";
  expect(findIdentity("https://example.com/?p=7", { url, canonical: url })).toBe(url);
  expect(findIdentity("https://example.com/item?id=7", { url, canonical: url })).toBe(url);
});

test("where a page has two names, the one that leaves nothing out is believed", () => {
  const [url, linked] = ["https://example.com/item?id=1", "https://example.com/item-1"];
  for (const canonical of ["https://example.com/", "https://example.com/item", "https://news.example/item"])
    expect(findIdentity(url, { url, canonical, linked })).toBe(linked);
});
