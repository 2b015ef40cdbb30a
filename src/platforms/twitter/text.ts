/** How X counts a text, and how it writes out a posted one (docs/networks/x.md, sections 3 and 5). */
import { createRequire } from "node:module";
import { z } from "zod";
import type { Listed } from "../posts/recognise.ts";

/** Loaded by whoever counts the first text. */
export const loadTwitterText = (): typeof import("twitter-text") =>
  createRequire(import.meta.url)("twitter-text");

/** X's library takes time that grows with the square of these, as it looks for a link that begins and ends at each. */
const MOST_JOINTS = 63;

/** X counts every emoji alike, however many it is joined of; its library knows those of 2018 (docs/networks/x.md, section 5). */
const makeEmoji = () => /\p{RGI_Emoji}/gv;
let emoji: RegExp | undefined;
const KNOWN_EMOJI = "😀";

/** A name of more parts than that is no link: its joints are counted as commas, which weigh the same. */
export function weigh(text: string): number {
  const bounded = text.replace(/[^\s,;:!?()[\]{}"'/@#$]+/g, (run) => {
    const joints = run.match(/[._-]/g)?.length ?? 0;
    return joints > MOST_JOINTS ? run.replace(/[._-]/g, ",") : run;
  });
  // Made with the first text: it takes some 50 ms.
  emoji ??= makeEmoji();
  return loadTwitterText().parseTweet(bounded.replace(emoji, KNOWN_EMOJI)).weightedLength;
}

/** docs/networks/x.md, section 5. */
const TEXT_LIMIT = { standard: 280, premium: 25_000 } as const;
const PREMIUM = ["Premium", "PremiumPlus"];

/** The most that a post may weigh. */
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
  /** Of a long post, whose `text` is cut; called as the request called it. */
  note_post: wordsShape.optional().catch(undefined),
  note_tweet: wordsShape.optional().catch(undefined),
});

/** X leaves `data` out where there is no post. */
export const listShape = z.object({
  data: z.array(postShape).default([]),
  meta: z.object({ result_count: z.number(), next_token: z.string().optional().catch(undefined) }),
  /** Posts that it would not show. */
  errors: z.array(z.unknown()).default([]).catch([]),
});

/** Of how many posts a list is full: a page may have fewer than were asked for, and more behind it or left out. */
export function fullAt({ data, meta, errors }: z.infer<typeof listShape>, asked: number): number {
  return meta.next_token === undefined && errors.length === 0 ? asked : data.length;
}

/** What a text may have become by then: a link that stands within what it is replaced by would double without end. */
const LONGEST = 100_000;
const MOST_LINKS = 100;

/** As it was sent: X puts addresses of its own in the place of links, adds one for pictures, and escapes three characters. */
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
