/**
 * Lengths as Mastodon's own code counts them: each was computed with its validator (4.7.0-alpha.2, twitter-text 3.1.0).
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import { countCharacters as countThere, urlsIn } from "../../../emulator/mastodon/text.ts";
import { drawCard } from "../../../src/platforms/mastodon/card/card.ts";
import { linkMadeOf } from "../../../src/platforms/mastodon/text/entities.ts";
import { countCharacters } from "../../../src/platforms/mastodon/text/text.ts";

/** With the graphemes of Ruby 4.0, and, where they differ, with those of 3.4. */
const lengths: readonly (readonly [string, number, number?])[] = [
  ["https://example.com/a", 23],
  ["see https://example.com/a.", 28],
  ["HTTPS://EXAMPLE.COM/a", 23],
  ["Http://example.com", 23],
  ["https://lantern.music/a", 23],
  ["https://toys.kids/a", 19],
  ["https://deep.spa/a", 18],
  ["https://shelf.amazon/a", 22],
  ["https://xn--80ak6aa92e.music/", 29],
  ["https://bücher.de/a", 23],
  ["https://пример.рф/a", 23],
  ["https://공식.한국/a", 23],
  ["https://한국.삼성/a", 23],
  ["https://💩.la/a", 14],
  ["https://ⴀ.com/a", 15],
  ["https://foo.网络/a", 23],
  ["https://foo.政府/a", 23],
  ["https://192.168.0.1/a", 21],
  ["https://[::1]/a", 15],
  ["https://localhost/a", 19],
  ["https://intranet/a", 18],
  ["https://ana@example.com/a", 25],
  ["https://ana:pw@sub-example.com/a", 32],
  ["https://example.com./a", 26],
  ["https://example.com:8080/a", 23],
  ["https://a_b.example.com/a", 23],
  ["https://exa_mple.com/a", 22],
  ["https://-a.com/a", 16],
  ["https://example.com/a~", 24],
  ["https://example.com/a*", 24],
  ["https://example.com/a$", 24],
  ["https://example.com/a%", 24],
  ["https://example.com/a&", 24],
  ["https://example.com/a=", 24],
  ["https://example.com/a@", 23],
  ["https://example.com/a?b=", 23],
  ["https://example.com/a?b=~", 24],
  ["https://example.com/a|", 24],
  ["https://example.com/x_(a)", 23],
  ["https://example.com/x_(日本)", 27],
  ["https://example.com/a(b", 25],
  ["https://example.com/(a(b)c)", 23],
  ["https://example.com/日本", 23],
  ["https://example.com/?q=日本\u3000語", 23],
  ["https://example.com#part", 28],
  ["https://example.com/#!/route", 23],
  ["https://example.comé", 24],
  ["日本https://example.com/a", 25],
  ["éhttps://example.com/a", 24],
  ["xhttps://example.com/a", 22],
  ["#https://example.com/a", 22],
  ["$https://example.com/a", 22],
  ["example.com/https://example.org/a", 33],
  ["example.com", 11],
  ["//example.com/a", 15],
  ["ftp://example.com/a", 19],
  ["gemini://example.com/a", 23],
  ["gopher://example.com/a", 23],
  ["dat://example.com/a", 23],
  ["ipfs://example.com/a", 23],
  ["magnet:?xt=urn:btih:abc", 23],
  ["xmpp:ana@example.com", 20],
  ["https://t.co/abc-def", 27],
  [`https://t.co/${"a".repeat(41)}`, 54],
  [`https://${"x".repeat(63)}.com/a`, 23],
  [`https://${"x".repeat(64)}.com/a`, 78],
  [`https://example.com/${"y".repeat(4076)}`, 23],
  [`https://example.com/${"y".repeat(4077)}`, 4097],
  ["https://مثال.مصر/a", 23],
  ["https://a.com,https://b.com", 47],
  ["https://a.b.c.d.example.co.uk/a", 23],
  ["https://example.com/a\u00a0b", 25],
  ["https://example.com/a\u3000b", 25],
  ["https://example.com/「a」", 24],
  ["https://example.com/a…", 23],
  ["@ana", 4],
  ["@ana@social.example", 4],
  ["hi @ana@social.example!", 8],
  ["x@ana@social.example", 20],
  ["é@ana@social.example", 20],
  ["(@ana@social.example)", 6],
  ["/@ana@social.example", 20],
  ["@ana@пример.рф", 4],
  ["@ana@例え.jp", 4],
  ["@ana@social.exampleé", 4],
  ["@ana@social.example@x", 21],
  ["@ana.@social.example", 20],
  ["@ana-b@social.example", 6],
  ["@ana@social.example://", 22],
  ["@@ana@social.example", 5],
  ["＠ana@social.example", 19],
  ["ana@social.example", 18],
  [`@ana@${"a".repeat(253)}`, 4],
  [`@ana@${"a".repeat(254)}`, 259],
  ["https://example.com/@ana@social.example", 23],
  ["https://lantern.music/@ana@social.example", 41],
  ["👨\u200d👩\u200d👧\u200d👦", 1],
  ["🇩🇪🇫🇷", 2],
  ["e\u0301", 1],
  ["क्षत्रिय", 3, 5],
  ["ক্ষ", 1, 2],
  ["नमस्ते", 3, 4],
  ["각", 1],
  ["👩🏽\u200d🚀", 1],
  ["ശ്രീ", 1, 2],
];

const url = { charactersPerUrl: 23 } as const;
const there = (text: string, counting: "graphemes" | "older-graphemes") =>
  countThere(text, "", { counting, urlCharacters: 23 });

test.each(
  lengths.map(([text, length, older]) => ({ text, length, older: older ?? length })),
)("$text counts $length", ({ text, length, older }) => {
  expect(countCharacters(text, { unit: "graphemes", ...url })).toBe(length);
  expect(countCharacters(text, { unit: "older-graphemes", ...url })).toBe(older);
  expect(there(text, "graphemes")).toBe(length);
  expect(there(text, "older-graphemes")).toBe(older);
});

const pieces = fc.constantFrom(
  ...lengths.map(([text]) => text).filter((text) => text.length < 80),
  ...[
    " ",
    "\n",
    ".",
    "/",
    ":",
    "://",
    "(",
    ")",
    "?",
    "#",
    "-",
    "_",
    "é",
    "日",
    "\u200e",
    "ſ",
    "t.co",
    "https://",
  ],
);

test("the simulated server, which has the patterns word for word, finds the same in every text", () => {
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 8 }), (words) => {
      const text = `x${words.join("")}x`;
      expect(countCharacters(text, { unit: "graphemes", ...url })).toBe(there(text, "graphemes"));
      expect(countCharacters(text, { unit: "older-graphemes", ...url })).toBe(there(text, "older-graphemes"));
    }),
    { numRuns: 1_000 },
  );
});

test("a content warning counts on the server too, in full", () => {
  const switches = { counting: "graphemes", urlCharacters: 23 } as const;
  const text = `https://example.com/${"a".repeat(40)}`;
  expect(countThere(text, "about the sea ", switches)).toBe(23 + 13);
  expect(countThere("", text, switches)).toBe(60);
});

test.each([
  ["https://lantern.music/a", undefined],
  ["https://intranet/a", undefined],
  ["https://xn--ls8h.la/a", "https://xn--ls8h.la/a"],
  ["https://example.com/a?b=1#!/c", "https://example.com/a?b=1#!/c"],
  ["https://example.com/a~", "https://example.com/a"],
])("of %s Mastodon makes the link %s, and a card of that alone", (address, link) => {
  expect(linkMadeOf(address)).toBe(link);
  expect(urlsIn(address)).toEqual(link === undefined ? [] : [link]);
  const source = {
    ...{ url: address, title: "Tides", description: "", siteName: "", wasRead: true, canonical: address },
    ...{ tags: {}, namesPicture: false, picture: undefined, networkPicture: undefined, pictures: new Map() },
    facts: { type: "text/html", metas: {}, headTitle: "Tides", objects: [] },
  };
  const { layout, warnings } = drawCard(source);
  expect(layout).toBe(link === undefined ? "none" : "words");
  expect(JSON.stringify(warnings).includes("will not turn this address into a link")).toBe(
    link === undefined,
  );
  expect(JSON.stringify(warnings).includes("leaves out the end")).toBe(
    link !== undefined && link !== address,
  );
});
