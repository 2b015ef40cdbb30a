/** How X counts a text, and how it returns a posted one (docs/networks/x.md, sections 3 and 5). */
import { createRequire } from "node:module";
import { z } from "zod";
import type { Listed } from "../posts/recognise.ts";

/** Loads X’s library when the first text is counted. */
export const loadTwitterText = (): typeof import("twitter-text") =>
  createRequire(import.meta.url)("twitter-text");

/** The time that X’s library takes grows with the square of these separators: it looks for a link from each to each. */
const MOST_JOINTS = 63;

/** X counts every emoji the same, even joined ones. Its library knows only those of 2018 (docs/networks/x.md, section 5). */
const makeEmoji = () => /\p{RGI_Emoji}/gv;
let emoji: RegExp | undefined;
const KNOWN_EMOJI = "😀";

/** Returns the weighted length. A run with too many separators is not a link, so they are replaced by commas, which weigh the same. */
export function weigh(text: string): number {
  const bounded = text.replace(/[^\s,;:!?()[\]{}"'/@#$]+/g, (run) => {
    const joints = run.match(/[._-]/g)?.length ?? 0;
    return joints > MOST_JOINTS ? run.replace(/[._-]/g, ",") : run;
  });
  // Created with the first text, because it takes about 50 ms.
  emoji ??= makeEmoji();
  return loadTwitterText().parseTweet(bounded.replace(emoji, KNOWN_EMOJI)).weightedLength;
}

/** docs/networks/x.md, section 5. */
const TEXT_LIMIT = { standard: 280, premium: 25_000 } as const;
const PREMIUM = ["Premium", "PremiumPlus"];

/** The maximum weighted length of a post. */
export function limitOf(subscription: string | undefined): number {
  const isPremium = subscription !== undefined && PREMIUM.includes(subscription);
  return isPremium ? TEXT_LIMIT.premium : TEXT_LIMIT.standard;
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
  /** The full text of a long post, whose `text` is cut. Named as in the request. */
  note_post: wordsShape.optional().catch(undefined),
  note_tweet: wordsShape.optional().catch(undefined),
});

/** X omits `data` if there are no posts. */
export const listShape = z.object({
  data: z.array(postShape).default([]),
  meta: z.object({ result_count: z.number(), next_token: z.string().optional().catch(undefined) }),
  /** Posts that X did not show. */
  errors: z.array(z.unknown()).default([]).catch([]),
});

/** The number of posts at which the list counts as full. A page may be short although more follow or were left out. */
export function fullAt({ data, meta, errors }: z.infer<typeof listShape>, asked: number): number {
  return meta.next_token === undefined && errors.length === 0 ? asked : data.length;
}

/** Stop replacing at this length: a link that is part of its own replacement would double each time. */
const LONGEST = 100_000;
const MOST_LINKS = 100;

/** Restores a post as it was sent. X replaces links by its own, adds one for pictures, and escapes three characters. */
export function restore({
  id,
  created_at,
  note_post,
  note_tweet,
  ...post
}: z.infer<typeof postShape>): Listed {
  const words = note_post ?? note_tweet ?? post;
  const urls = (words.entities?.urls ?? []).slice(0, MOST_LINKS);
  const text = urls
    .reduce(
      (restored, { url, expanded_url, media_key }) =>
        restored.length > LONGEST
          ? restored
          : restored.replaceAll(url, media_key === undefined ? expanded_url : ""),
      words.text,
    )
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&");
  return { id, text, links: urls.map(({ expanded_url }) => expanded_url), createdAt: created_at };
}
