/** Creating, deleting and reading posts on the simulated X (docs/networks/x.md, section 3). */
import { Hono } from "hono";
import { z } from "zod";
import { makeXCard } from "../crawl/cards.ts";
import { originOf } from "../network.ts";
import { invalid, readJson } from "./body.ts";
import { actingForUser, type Caller, type CallerEnv, charge, prices, refusal } from "./caller.ts";
import {
  cashtagsOf,
  findLinks,
  hasForbiddenCharacters,
  limitOf,
  mentions,
  normalise,
  showText,
  weightOf,
} from "./links.ts";
import { attachableMedia } from "./media.ts";
import { nextId, type TwitterPost, type TwitterWorld } from "./memory.ts";
import { notFound, Refusal, tooLong } from "./problems.ts";

const id = z.string().regex(/^[0-9]{1,19}$/);

const newPostSchema = z.strictObject({
  text: z.string().optional(),
  media: z
    .strictObject({ media_ids: z.array(id).min(1).max(4), tagged_user_ids: z.array(id).max(10).optional() })
    .optional(),
  reply: z
    .strictObject({
      in_reply_to_tweet_id: id,
      exclude_reply_user_ids: z.array(id).optional(),
      auto_populate_reply_metadata: z.boolean().optional(),
    })
    .optional(),
  reply_settings: z.enum(["following", "mentionedUsers", "subscribers", "verified"]).optional(),
  quote_tweet_id: id.optional(),
  made_with_ai: z.boolean().optional(),
  paid_partnership: z.boolean().optional(),
  share_with_followers: z.boolean().optional(),
  nullcast: z.boolean().optional(),
  for_super_followers_only: z.boolean().optional(),
  poll: z
    .strictObject({
      options: z.array(z.string().min(1).max(25)).min(2).max(4),
      duration_minutes: z.int().min(5).max(10_080),
      reply_settings: z.string().optional(),
    })
    .optional(),
  community_id: id.optional(),
  card_uri: z.string().optional(),
  direct_message_deep_link: z.string().optional(),
  edit_options: z.strictObject({ previous_post_id: id }).optional(),
  geo: z.strictObject({ place_id: z.string() }).optional(),
});
type NewPost = z.infer<typeof newPostSchema>;

/** X accepts these; the emulator refuses them as not simulated. */
const notImitated = [
  "poll",
  "community_id",
  "card_uri",
  "direct_message_deep_link",
  "edit_options",
  "geo",
] as const;

const writingScopes = ["tweet.read", "tweet.write", "users.read"];

export function postRoutes(world: TwitterWorld): Hono<CallerEnv> {
  const app = new Hono<CallerEnv>();

  app.post(
    "/2/tweets",
    actingForUser(world, { scopes: writingScopes, limit: 100, writes: true, isPost: true }),
    async (c) => {
      const { caller } = c.var;
      const draft = await readJson(world, c.req, newPostSchema);
      const omitted = notImitated.find((name) => draft[name] !== undefined);
      if (omitted) return c.json({ error: `The emulator does not imitate "${omitted}".` }, 501);
      const post = makePost(world, caller, draft, originOf(c.req.raw));
      world.addPost(post);
      charge(caller.app, priceOf(post));
      drawCard(world, post);
      return c.json({ data: { id: post.id, text: post.shownText, edit_history_tweet_ids: [post.id] } }, 201);
    },
  );

  app.delete(
    "/2/tweets/:id",
    actingForUser(world, { scopes: writingScopes, limit: 50, writes: true }),
    (c) => {
      const { account, app: client } = c.var.caller;
      const post = findPost(world, c.req.param("id"));
      if (post && post.accountId !== account.id) throw refusal(world, "not-permitted");
      const { missingPostDeletion, problemOrigin } = world.memory.switches;
      if (!post && missingPostDeletion === "not-found")
        throw new Refusal(notFound(problemOrigin, "tweet", c.req.param("id")));
      if (post) post.deletedAt = world.now().toISOString();
      charge(client, prices.deletion);
      return c.json({ data: { deleted: true } });
    },
  );

  return app;
}

export function findPost(world: TwitterWorld, postId: string | undefined): TwitterPost | undefined {
  return world.memory.posts.find((post) => post.id === postId && post.deletedAt === undefined);
}

/** @throws {Refusal} if X would refuse the draft */
function makePost(world: TwitterWorld, caller: Caller, draft: NewPost, origin: string): TwitterPost {
  const text = draft.text ?? "";
  checkText(world, caller, draft, text);
  if (draft.quote_tweet_id) throw refusal(world, "reply-or-quote");
  if (draft.reply) checkReply(world, caller, draft.reply.in_reply_to_tweet_id);
  const media = draft.media ? attachableMedia(world, caller.account, draft.media.media_ids) : [];
  if (isDuplicate(world, caller, text)) throw refusal(world, "duplicate");

  const { account, app } = caller;
  const postId = nextId(world);
  const mediaKeys = media.map(({ mediaKey }) => mediaKey);
  const mediaUrl = `https://x.com/${account.username}/status/${postId}/photo/1`;
  const shown = showText(text, media.length > 0 ? { url: mediaUrl, mediaKeys } : undefined);
  return {
    id: postId,
    accountId: account.id,
    handle: `@${account.username}`,
    clientId: app.clientId,
    text,
    shownText: shown.text,
    links: shown.links,
    url: `${origin}/${account.username}/status/${postId}`,
    createdAt: world.now().toISOString(),
    ...(draft.reply && { repliesToId: draft.reply.in_reply_to_tweet_id }),
    ...(draft.reply_settings && { replySettings: draft.reply_settings }),
    media: media.flatMap(({ id, pictureId, altText }) => (pictureId ? [{ id, pictureId, altText }] : [])),
    mediaKeys,
    card: null,
  };
}

function checkText(world: TwitterWorld, { account }: Caller, draft: NewPost, text: string): void {
  const isEmpty = text.trim() === "";
  if (isEmpty && !draft.media)
    throw invalid(world, { message: "Your Tweet text is empty.", parameters: { text: [text] } });
  if (hasForbiddenCharacters(text))
    throw invalid(world, { message: "Your Tweet text contains invalid characters." });
  if (weightOf(text) > limitOf(account)) throw new Refusal(tooLong(world.memory.switches.problemOrigin));
  if (cashtagsOf(text).length > 1) throw refusal(world, "cashtags");
}

/** Self-serve apps may reply only to posts of the same account or that mention it. */
function checkReply(world: TwitterWorld, { account }: Caller, repliesToId: string): void {
  const answered = findPost(world, repliesToId);
  if (!answered) throw refusal(world, "reply-to-missing");
  if (answered.accountId !== account.id && !mentions(answered.text, account.username)) {
    throw refusal(world, "reply-or-quote");
  }
}

function isDuplicate(world: TwitterWorld, { account }: Caller, text: string): boolean {
  const wanted = normalise(text);
  if (wanted === "") return false;
  const sinceMs = world.now().getTime() - world.memory.switches.duplicateWindowSeconds * 1000;
  return world.memory.posts.some(
    (post) =>
      post.accountId === account.id &&
      post.deletedAt === undefined &&
      Date.parse(post.createdAt) > sinceMs &&
      normalise(post.text) === wanted,
  );
}

function priceOf(post: TwitterPost): number {
  if (post.repliesToId !== undefined) return prices.summonedReply;
  return findLinks(post.text).length > 0 ? prices.postWithLink : prices.post;
}

/** The card comes from the page behind the last link, never from the request. Posts with media have none. */
function drawCard(world: TwitterWorld, post: TwitterPost): void {
  const link = findLinks(post.text).at(-1);
  if (!link || post.media.length > 0) return;
  world.inBackground(0, async (signal) => {
    post.card = await makeXCard(world, link.address, signal);
  });
}
