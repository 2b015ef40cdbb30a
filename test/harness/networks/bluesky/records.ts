/** Posts for Bluesky, right and wrong. */

type Changes = Readonly<Record<string, unknown>>;

/** A right post, always the same. `undefined` removes a key. */
export function postOf(changes: Changes = {}): Changes {
  return {
    $type: "app.bsky.feed.post",
    text: "Look https://ex.org/a",
    createdAt: "2026-11-23T01:02:03.000Z",
    langs: ["en"],
    ...changes,
  };
}

const facet = (index: unknown, feature: Changes) => ({ facets: [{ index, features: [feature] }] });
const link = { $type: "app.bsky.richtext.facet#link", uri: "https://ex.org/a" };
const external = { uri: "https://ex.org/a", title: "T", description: "D" };
const card = (changes: Changes) => ({
  embed: { $type: "app.bsky.embed.external", external: { ...external, ...changes } },
});
const images = (list: unknown) => ({ embed: { $type: "app.bsky.embed.images", images: list } });

/** Posts with one oddity each, most of which are refused. */
export const badRecords: readonly (readonly [string, Changes])[] = [
  ["300 graphemes", { text: "👩‍👩‍👧‍👦".repeat(100) + "a".repeat(200) }],
  ["301 graphemes", { text: "a".repeat(301) }],
  ["3,001 bytes in few graphemes", { text: "👩‍👩‍👧‍👦".repeat(121) }],
  ["an empty text", { text: "" }],
  ["no text", { text: undefined }],
  ["a text that is a number", { text: 5 }],
  ["no time", { createdAt: undefined }],
  ["a time without a zone", { createdAt: "2026-11-23T01:02:03" }],
  ["a time with an unknown zone", { createdAt: "2026-11-23T01:02:03-00:00" }],
  ["a time with a zone", { createdAt: "2026-11-23T01:02:03+02:00" }],
  ["a time that is none", { createdAt: "yesterday" }],
  ["a language in capitals", { langs: ["EN"] }],
  ["a regional language", { langs: ["pt-BR", "zh-Hant-TW"] }],
  ["a language that is none", { langs: ["english!"] }],
  ["four languages", { langs: ["en", "de", "fr", "es"] }],
  ["nine tags", { tags: Array.from({ length: 9 }, (_, index) => `tag${index}`) }],
  ["a tag of 65 graphemes", { tags: ["a".repeat(65)] }],
  ["a link", facet({ byteStart: 5, byteEnd: 21 }, link)],
  ["a link beyond the text", facet({ byteStart: 5, byteEnd: 5_000 }, link)],
  ["a reversed link", facet({ byteStart: 21, byteEnd: 5 }, link)],
  ["a link before the text", facet({ byteStart: -1, byteEnd: 5 }, link)],
  ["a link at half a byte", facet({ byteStart: 0.5, byteEnd: 5 }, link)],
  ["a link without an end", facet({ byteStart: 5 }, link)],
  ["a link without an address", facet({ byteStart: 5, byteEnd: 21 }, { $type: link.$type })],
  ["a link to no address", facet({ byteStart: 5, byteEnd: 21 }, { ...link, uri: "no address" })],
  ["a feature without a type", facet({ byteStart: 5, byteEnd: 21 }, { uri: "https://ex.org/a" })],
  ["a feature of an unknown type", facet({ byteStart: 5, byteEnd: 21 }, { $type: "com.example.thing" })],
  [
    "a mention of no DID",
    facet({ byteStart: 0, byteEnd: 4 }, { $type: "app.bsky.richtext.facet#mention", did: "ana" }),
  ],
  ["facets that are no list", { facets: "link" }],
  ["a card", card({})],
  ["a card without a description", card({ description: undefined })],
  ["a card without a title", card({ title: undefined })],
  ["a card without an address", card({ uri: "ex.org/a" })],
  ["a card with an empty title", card({ title: "", description: "" })],
  ["a card with a thumbnail that is no file", card({ thumb: "https://ex.org/a.png" })],
  [
    "a card with related records of no address",
    card({ associatedRefs: [{ uri: "https://ex.org", cid: "x" }] }),
  ],
  ["an embed without a type", { embed: { external } }],
  ["an embed of an unknown type", { embed: { $type: "com.example.thing" } }],
  ["pictures that are no list", images({})],
  ["a picture without a description", images([{ image: "x" }])],
  ["five pictures", images([1, 2, 3, 4, 5])],
  ["an unknown key", { colour: "teal" }],
  ["a number with a fraction", { colour: 1.5 }],
];
