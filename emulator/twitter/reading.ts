/** Reads on the simulated X: the caller's account, one post, an account's posts (docs/networks/x.md, section 2). */
import { type Context, Hono } from "hono";
import { inListOrder, isReadable, pageOf } from "../control/listing.ts";
import { originOf } from "../network.ts";
import { checkQuery, invalid } from "./body.ts";
import { actingForUser, type CallerEnv, charge, prices } from "./caller.ts";
import type { TwitterAccount, TwitterPost, TwitterWorld } from "./memory.ts";
import { avatarUrl } from "./pages.tsx";
import { findPost } from "./posts.ts";
import { notFound, Refusal } from "./problems.ts";

const userFields =
  "affiliation,confirmed_email,connection_status,created_at,description,entities,id,is_identity_verified,location,most_recent_tweet_id,name,parody,pinned_tweet_id,profile_banner_url,profile_image_url,protected,public_metrics,receives_your_dm,subscribes_to_you,subscription,subscription_type,url,username,verified,verified_followers_count,verified_type,withheld".split(
    ",",
  );
const tweetFields =
  "article,attachments,author_id,card_uri,community_id,context_annotations,conversation_id,created_at,display_text_range,edit_controls,edit_history_tweet_ids,entities,geo,id,in_reply_to_user_id,lang,media_metadata,non_public_metrics,note_tweet,organic_metrics,paid_partnership,possibly_sensitive,promoted_metrics,public_metrics,referenced_tweets,reply_settings,scopes,source,suggested_source_links,text,withheld".split(
    ",",
  );
/** The names of the same objects since API description 2.167. */
const newNames: Readonly<Record<string, string>> = {
  edit_history_tweet_ids: "edit_history_post_ids",
  note_tweet: "note_post",
  referenced_tweets: "referenced_posts",
};
const postFields = tweetFields.map((field) => newNames[field] ?? field);
const userExpansions = [
  "affiliation.user_id",
  "most_recent_tweet_id",
  "most_recent_post_id",
  "pinned_tweet_id",
  "pinned_post_id",
];
const postExpansions = [
  ...[
    "article.cover_media",
    "article.media_entities",
    "attachments.media_keys",
    "attachments.media_source_tweet",
  ],
  ...["attachments.media_source_post", "attachments.poll_ids", "author_id", "edit_history_tweet_ids"],
  ...["edit_history_post_ids", "entities.mentions.username", "geo.place_id", "in_reply_to_user_id"],
  ...["entities.note.mentions.username", "referenced_tweets.id", "referenced_posts.id"],
  ...[
    "referenced_tweets.id.author_id",
    "referenced_posts.id.author_id",
    "referenced_tweets.id.attachments.media_keys",
  ],
  ...["referenced_posts.id.attachments.media_keys"],
];
const anything = /^/;
const numericId = /^[0-9]{1,19}$/;
const time = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z$/;
const postsIn = { "tweet.fields": tweetFields, "post.fields": postFields };
const aboutUsers = { ...postsIn, expansions: userExpansions, "user.fields": userFields };
const aboutPosts = {
  ...postsIn,
  expansions: postExpansions,
  "user.fields": userFields,
  "media.fields": anything,
  "place.fields": anything,
  "poll.fields": anything,
};

/** The `text` of a longer post is cut; its note has the whole text. */
const shownCharacters = 280;

const readingScopes = ["tweet.read", "users.read"];

export function readingRoutes(world: TwitterWorld): Hono<CallerEnv> {
  const app = new Hono<CallerEnv>();

  app.get("/2/users/me", actingForUser(world, { scopes: readingScopes, limit: 75 }), (c) => {
    checkQuery(world, c.req.query(), spoken(world, aboutUsers));
    charge(c.var.caller.app, prices.user);
    return c.json({ data: seenUser(c, c.var.caller.account) });
  });

  app.get("/2/tweets/:id", actingForUser(world, { scopes: readingScopes, limit: 900 }), (c) => {
    checkQuery(world, c.req.query(), spoken(world, aboutPosts));
    const post = findPost(world, c.req.param("id"));
    if (!post) throw new Refusal(notFound(world.memory.switches.problemOrigin, "tweet", c.req.param("id")));
    charge(c.var.caller.app, prices.readPost);
    return c.json({ data: seenPost(c, post) });
  });

  app.get("/2/users/:id/tweets", actingForUser(world, { scopes: readingScopes, limit: 900 }), (c) => {
    const accountId = c.req.param("id");
    const query = readPostsQuery(world, c.req.query());
    if (!world.memory.accounts.some((account) => account.id === accountId)) {
      throw new Refusal(notFound(world.memory.switches.problemOrigin, "user", accountId));
    }
    const { switches } = world.memory;
    const all = world.memory.posts.filter(
      (post) => post.accountId === accountId && isReadable(world, post) && isWanted(post, query),
    );
    const matching = inListOrder(switches, all);
    const page = matching.slice(0, pageOf(switches, query.mostResults));
    charge(c.var.caller.app, prices.readPost * page.length);
    const [newest, oldest] = [page[0], page.at(-1)];
    if (!newest || !oldest) return c.json({ meta: { result_count: 0 } });
    const meta = { newest_id: newest.id, oldest_id: oldest.id, result_count: page.length };
    return c.json({
      data: page.map((post) => seenPost(c, post)),
      meta: matching.length > page.length ? { ...meta, next_token: oldest.id } : meta,
    });
  });

  return app;
}

/** The accepted names of fields, old or new. */
function spoken<T extends object>({ memory }: TwitterWorld, allowed: T): Partial<T> {
  const { fieldNames } = memory.switches;
  const silent = { both: "", documented: "tweet.fields", former: "post.fields" }[fieldNames];
  return Object.fromEntries(Object.entries(allowed).filter(([name]) => name !== silent)) as Partial<T>;
}

interface PostsQuery {
  readonly mostResults: number;
  readonly sinceId?: bigint;
  readonly beforeId?: bigint;
  readonly startMs: number;
  readonly endMs: number;
}

function readPostsQuery(world: TwitterWorld, query: Readonly<Record<string, string>>): PostsQuery {
  checkQuery(world, query, {
    ...spoken(world, aboutPosts),
    exclude: ["replies", "retweets"],
    max_results: /^\d{1,9}$/,
    pagination_token: numericId,
    since_id: numericId,
    until_id: numericId,
    start_time: time,
    end_time: time,
  });
  const mostResults = Number(query.max_results ?? 10);
  if (mostResults < 5 || mostResults > 100) {
    const message = `The \`max_results\` query parameter value [${mostResults}] is not between 5 and 100`;
    throw invalid(world, { parameters: { max_results: [String(mostResults)] }, message });
  }
  const beforeId = query.pagination_token ?? query.until_id;
  return {
    mostResults,
    ...(query.since_id !== undefined && { sinceId: BigInt(query.since_id) }),
    ...(beforeId !== undefined && { beforeId: BigInt(beforeId) }),
    startMs: query.start_time === undefined ? Number.NEGATIVE_INFINITY : Date.parse(query.start_time),
    endMs: query.end_time === undefined ? Number.POSITIVE_INFINITY : Date.parse(query.end_time),
  };
}

function isWanted(
  { id, createdAt }: TwitterPost,
  { sinceId, beforeId, startMs, endMs }: PostsQuery,
): boolean {
  const [postId, createdMs] = [BigInt(id), Date.parse(createdAt)];
  return (
    (sinceId === undefined || postId > sinceId) &&
    (beforeId === undefined || postId < beforeId) &&
    createdMs >= startMs &&
    createdMs < endMs
  );
}

function askedFields(
  c: Context<CallerEnv>,
  name: "user.fields" | "tweet.fields" | "post.fields",
): Set<string> {
  return new Set(c.req.query(name)?.split(",") ?? []);
}

function seenUser(c: Context<CallerEnv>, account: TwitterAccount) {
  const asked = askedFields(c, "user.fields");
  const isPaying = account.subscription !== "None" && account.subscription !== "Basic";
  const more: Record<string, unknown> = {
    profile_image_url: avatarUrl(originOf(c.req.raw), account),
    protected: account.protected,
    subscription_type: account.subscription,
    verified: isPaying,
    verified_type: isPaying ? "blue" : "none",
  };
  return {
    id: account.id,
    name: account.displayName,
    username: account.username,
    ...Object.fromEntries(Object.entries(more).filter(([field]) => asked.has(field))),
  };
}

function seenPost(c: Context<CallerEnv>, post: TwitterPost) {
  const former = askedFields(c, "tweet.fields");
  // The answer uses the names that the request used.
  const documented = askedFields(c, "post.fields");
  const asked = new Set([...former, ...documented]);
  const name = (field: string) => (documented.size > 0 ? (newNames[field] ?? field) : field);
  const urls = post.links.map(({ start, end, url, expandedUrl, displayUrl, mediaKey }) => ({
    start,
    end,
    url,
    expanded_url: expandedUrl,
    display_url: displayUrl,
    ...(mediaKey !== undefined && { media_key: mediaKey }),
  }));
  const more: Record<string, unknown> = {
    author_id: post.accountId,
    created_at: post.createdAt,
    ...(urls.length > 0 && { entities: { urls } }),
    ...(post.mediaKeys.length > 0 && { attachments: { media_keys: post.mediaKeys } }),
    ...(post.repliesToId && { [name("referenced_tweets")]: [{ type: "replied_to", id: post.repliesToId }] }),
  };
  const isLong = [...post.shownText].length > shownCharacters;
  const note = { text: post.shownText, ...(urls.length > 0 && { entities: { urls } }) };
  const hasNote = isLong && asked.has("note_tweet") !== asked.has("note_post");
  return {
    id: post.id,
    text: isLong ? `${[...post.shownText].slice(0, shownCharacters - 1).join("")}…` : post.shownText,
    ...(hasNote && { [name("note_tweet")]: note }),
    [name("edit_history_tweet_ids")]: [post.id],
    ...Object.fromEntries(Object.entries(more).filter(([field]) => asked.has(field))),
  };
}
