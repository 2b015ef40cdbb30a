/** The records that the simulated Bluesky knows: posts, and rules about who may reply or quote. Others are taken unchecked. */
import { formats } from "./formats.ts";
import { count, list, object, picture, pixels, type Shape, text, union } from "./shapes.ts";

const mostThumbBytes = 1_000_000;
const mostImageBytes = 2_000_000;

const facet = "app.bsky.richtext.facet";
const richText = object(facet, {
  index: object(`${facet}#byteSlice`, { byteStart: count, byteEnd: count }),
  features: list(
    union({
      [`${facet}#mention`]: object(undefined, { did: formats.did }),
      [`${facet}#link`]: object(undefined, { uri: formats.uri }),
      [`${facet}#tag`]: object(undefined, { tag: text({ bytes: 640, graphemes: 64 }) }),
    }),
  ),
});

const reference = object("com.atproto.repo.strongRef", { uri: formats.atUri, cid: formats.cid });

const external = "app.bsky.embed.external";
const card = object(external, {
  external: object(
    `${external}#external`,
    { uri: formats.uri, title: text(), description: text() },
    { thumb: picture(mostThumbBytes), associatedRefs: list(reference) },
  ),
});

const images = "app.bsky.embed.images";
const pictures = object(images, {
  images: list(
    object(
      `${images}#image`,
      { image: picture(mostImageBytes), alt: text() },
      { aspectRatio: object("app.bsky.embed.defs#aspectRatio", { width: pixels, height: pixels }) },
    ),
    4,
  ),
});

const post = object(
  "app.bsky.feed.post",
  { text: text({ bytes: 3_000, graphemes: 300 }) },
  {
    facets: list(richText),
    reply: object("app.bsky.feed.post#replyRef", { root: reference, parent: reference }),
    embed: union({
      [external]: card,
      [images]: pictures,
      "app.bsky.embed.record": object(undefined, { record: reference }),
    }),
    langs: list(formats.language, 3),
    labels: union({}),
    tags: list(text({ bytes: 640, graphemes: 64 }), 8),
  },
);

const rules = union({
  "app.bsky.feed.threadgate#listRule": object(undefined, { list: formats.atUri }),
});
const threadgate = object(
  "app.bsky.feed.threadgate",
  { post: formats.atUri },
  { allow: list(rules, 5), hiddenReplies: list(formats.atUri, 300) },
);
const postgate = object(
  "app.bsky.feed.postgate",
  { post: formats.atUri },
  { detachedEmbeddingUris: list(formats.atUri, 50), embeddingRules: list(union({}), 5) },
);

/** The time stands last in these lexicons, so other faults are found first. */
const dated = object(undefined, { createdAt: formats.datetime });
const known: Readonly<Record<string, Shape>> = {
  "app.bsky.feed.post": (value, path) => post(value, path) ?? dated(value, path),
  "app.bsky.feed.threadgate": (value, path) => threadgate(value, path) ?? dated(value, path),
  "app.bsky.feed.postgate": (value, path) => postgate(value, path) ?? dated(value, path),
};

export function isKnownCollection(collection: string): boolean {
  return Object.hasOwn(known, collection);
}

/** What is wrong with a record of a known collection, or undefined. */
export function complainAboutRecord(collection: string, value: unknown): string | undefined {
  return known[collection]?.(value, "$.record");
}
