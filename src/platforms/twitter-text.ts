/** How X counts a text, and how it writes out a posted one (docs/platforms/x.md, sections 3 and 5). */
import twitterText from "twitter-text";
import { z } from "zod";
import type { Listed } from "./recognise.ts";

export function weigh(text: string): number {
  return twitterText.parseTweet(text).weightedLength;
}

const wordsShape = z.object({
  text: z.string(),
  entities: z
    .object({
      urls: z
        .array(z.object({ url: z.string(), expanded_url: z.string(), media_key: z.string().optional() }))
        .default([]),
    })
    .optional(),
});

const postShape = wordsShape.extend({
  id: z.string().min(1),
  created_at: z.coerce.date(),
  /** Of a long post, whose `text` is cut. */
  note_tweet: wordsShape.optional().catch(undefined),
});

/** X leaves `data` out where there is no post. */
export const listShape = z.object({
  data: z.array(postShape).default([]),
  meta: z.object({ result_count: z.number() }),
});

/** As it was sent: X puts addresses of its own in the place of links, adds one for pictures, and escapes three characters. */
export function restore({
  id,
  created_at,
  note_tweet,
  ...post
}: z.infer<typeof postShape>): Listed & { readonly id: string } {
  const words = note_tweet ?? post;
  const urls = words.entities?.urls ?? [];
  const text = urls
    .reduce(
      (restored, { url, expanded_url, media_key }) =>
        restored.replaceAll(url, media_key === undefined ? expanded_url : ""),
      words.text,
    )
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&");
  return { id, text, links: urls.map(({ expanded_url }) => expanded_url), createdAt: created_at };
}
