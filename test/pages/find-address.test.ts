import fc from "fast-check";
import { expect, test } from "vitest";
import { findAddress, type HandedOver, wordsBeside } from "../../src/pages/find-address.ts";

const page = "https://blog.example.com/lighthouse";

test.each<[how: string, HandedOver, url: string, words: { title?: string; text?: string }]>([
  ["in its own field", { url: page, title: "Whisper" }, page, { title: "Whisper" }],
  ["in the text, as Android sends it", { title: "Whisper", text: page }, page, { title: "Whisper" }],
  ["after the words", { text: `Read this: ${page}` }, page, { text: "Read this" }],
  ["on a line of its own", { text: `Whisper\n${page}` }, page, { text: "Whisper" }],
  [
    "under a quotation",
    { text: `"it shouted"\n ${page}#:~:text=it` },
    `${page}#:~:text=it`,
    { text: '"it shouted"' },
  ],
  ["in the title", { title: `Whisper ${page}`, text: "" }, page, { title: "Whisper" }],
  ["twice", { url: page, text: `Whisper ${page}` }, page, { text: "Whisper" }],
  ["with the title twice", { title: "Whisper", text: `Whisper ${page}` }, page, { title: "Whisper" }],
  ["before a full stop", { text: `See ${page}.` }, page, { text: "See" }],
  ["in brackets", { text: `Whisper (${page})` }, page, { text: "Whisper" }],
  ["in square brackets", { text: `Whisper [${page}]` }, page, { text: "Whisper" }],
  ["in curly quotation marks", { text: `Whisper “${page}”` }, page, { text: "Whisper" }],
  ["in straight quotation marks", { text: `"${page}" Whisper` }, page, { text: "Whisper" }],
  ["in guillemets, in a sentence", { text: `Voir « ${page} ».` }, page, { text: "Voir" }],
  ["in brackets, at the end of a sentence", { text: `Whisper (${page}).` }, page, { text: "Whisper" }],
  ["between marks of direction", { text: `\u2066${page}\u2069` }, page, {}],
  ["before a mark of direction", { text: `${page}\u200f` }, page, {}],
  ["before a longer one", { text: `${page} ${page}/2` }, page, { text: `${page}/2` }],
  ["in angle brackets", { text: `Whisper <${page}>` }, page, { text: "Whisper" }],
  ["in a Markdown link", { text: `[Whisper](${page})` }, page, { text: "[Whisper]" }],
  [
    "with brackets of its own",
    { text: "https://en.wikipedia.org/wiki/Well_(disambiguation)" },
    "https://en.wikipedia.org/wiki/Well_(disambiguation)",
    {},
  ],
  ["in capitals", { text: "HTTPS://EXAMPLE.COM/A" }, "HTTPS://EXAMPLE.COM/A", {}],
  [
    "before the advert of an app",
    { text: `Whisper ${page} via https://app.example/get` },
    page,
    { text: "Whisper via https://app.example/get" },
  ],
  ["before a full-width stop", { text: `見て ${page}。` }, page, { text: "見て" }],
  ["in the field of the address, with words", { url: `Whisper ${page}` }, page, {}],
  ["without its scheme", { text: "blog.example.com/lighthouse" }, page, {}],
  ["as a bare domain", { text: "example.com" }, "https://example.com", {}],
  [
    "as a bare domain with www, in a sentence",
    { text: "Look at www.example.com, please" },
    "https://www.example.com",
    { text: "Look at , please" },
  ],
  ["as a bare domain with a port", { url: "example.com:8443/a" }, "https://example.com:8443/a", {}],
  ["as an international domain", { text: "bücher.example/neu" }, "https://bücher.example/neu", {}],
  [
    "with a scheme, after a bare one",
    { text: `example.com says ${page}` },
    page,
    { text: "example.com says" },
  ],
  [
    "as a path, after a missing space",
    { text: "It is over.Then see blog.example.com/lighthouse" },
    page,
    { text: "It is over.Then see" },
  ],
])("an address is found %s", (_how, handed, url, { title = "", text = "" }) => {
  expect(findAddress(handed)).toEqual({ url, title, text });
});

test.each([
  "",
  " ",
  "just words",
  "ana@example.com",
  "3.14",
  "It is over.Then",
  "ftp://example.com/a",
  "javascript:alert(1)",
  "https://",
  "@ana@mastodon.example",
  "example",
])("there is no address in %j", (text) => {
  expect(findAddress({ text })).toBeUndefined();
});

test("an address with words before and after it is always found whole", () => {
  const words = fc.stringMatching(/^[A-Za-z ,!?]{0,30}$/);
  const path = fc.stringMatching(/^[a-z0-9/_=&-]{0,40}[a-z0-9]$/);
  fc.assert(
    fc.property(words, path, words, (before, rest, after) => {
      const url = `https://example.com/${rest}`;
      expect(findAddress({ text: `${before} ${url} ${after}` })?.url).toBe(url);
    }),
  );
});

test("a text of any kind and length is read in no time", () => {
  for (const piece of [
    "a.",
    "http",
    "https://",
    "(",
    "a@",
    "www.",
    "-",
    "a-",
    "ä.",
    ")",
    "]})",
    " -",
    " .",
    '"',
  ]) {
    for (const before of ["", page, `${page} `]) {
      const started = performance.now();
      findAddress({ text: before + piece.repeat(200_000), title: piece.repeat(1_000) });
      findAddress({ text: `${before}${piece.repeat(4_000)}x`.slice(0, 9_999) });
      expect(performance.now() - started).toBeLessThan(200);
    }
  }
});

test("the words of a message stand without the address beside them", () => {
  expect(wordsBeside(`Worth a read\r\n${page}`, page)).toBe("Worth a read");
  expect(wordsBeside("Worth a read", page)).toBe("Worth a read");
});
