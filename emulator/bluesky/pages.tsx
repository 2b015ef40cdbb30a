/** The pages of the simulated Bluesky: timeline, profiles and posts. */
import { Hono } from "hono";
import { avatarUrl, type Env, originOf, type Post } from "../network.ts";
import { MissingPage, PostPage, type SeenPost, TimelinePage } from "../pages/timeline.tsx";
import { type BlueskyWorld, findAccount, type StoredRecord } from "./memory.ts";
import { isObject } from "./repo/lexicon/shapes.ts";
import { uriOf } from "./repo/stored.ts";
import { piecesOf } from "./rich-text.ts";

const network = "Bluesky";

export function pageRoutes(world: BlueskyWorld): Hono<Env> {
  const app = new Hono<Env>();
  const missing = <MissingPage network={network} />;

  app.get("/", (c) =>
    c.html(<TimelinePage network={network} request={c.req.raw} posts={timeline(world, c.req.raw)} />),
  );

  app.get("/profile/:actor", (c) => {
    const account = findAccount(world, c.req.param("actor"));
    if (!account) return c.html(missing, 404);
    const posts = timeline(world, c.req.raw).filter(({ post }) => post.accountId === account.id);
    return c.html(<TimelinePage network={network} request={c.req.raw} posts={posts} />);
  });

  app.get("/hashtag/:tag", (c) => {
    const tag = `/hashtag/${encodeURIComponent(c.req.param("tag"))}`;
    const posts = timeline(world, c.req.raw).filter(({ pieces }) => pieces?.some(({ href }) => href === tag));
    return c.html(<TimelinePage network={network} request={c.req.raw} posts={posts} />);
  });

  app.get("/profile/:actor/post/:rkey", (c) => {
    const account = findAccount(world, c.req.param("actor"));
    const id = `at://${account?.id}/app.bsky.feed.post/${c.req.param("rkey")}`;
    const post = visible(world).find((each) => each.id === id);
    if (!account || !post) return c.html(missing, 404);
    return c.html(<PostPage network={network} request={c.req.raw} seen={seenPost(world, c.req.raw, post)} />);
  });

  return app;
}

/** The posts of accounts that are neither deactivated nor taken down. */
function visible({ memory }: BlueskyWorld): Post[] {
  const active = memory.accounts.filter(({ status }) => status === "active").map(({ id }) => id);
  return memory.posts.filter(
    ({ accountId, deletedAt }) => deletedAt === undefined && active.includes(accountId),
  );
}

function timeline(world: BlueskyWorld, request: Request): SeenPost[] {
  return visible(world)
    .toReversed()
    .map((post) => seenPost(world, request, post));
}

function seenPost(world: BlueskyWorld, request: Request, post: Post): SeenPost {
  const account = world.memory.accounts.find(({ id }) => id === post.accountId);
  return {
    post,
    displayName: account?.displayName ?? post.handle,
    avatarUrl: avatarUrl(originOf(request), post.accountId),
    audience: whoMayReply(world, post),
    pieces: piecesOf(post.text, recordOf(world, post)?.value.facets, (did) => `/profile/${did}`),
  };
}

function recordOf({ memory }: BlueskyWorld, { id }: Post): StoredRecord | undefined {
  return memory.records.find((record) => uriOf(record) === id);
}

function whoMayReply({ memory }: BlueskyWorld, { id }: Post): string | undefined {
  const gate = memory.records.find(
    ({ collection, value }) => collection === "app.bsky.feed.threadgate" && value.post === id,
  );
  const allow = gate?.value.allow;
  if (!Array.isArray(allow)) return undefined;
  if (allow.length === 0) return "Nobody may reply";
  const names = allow.filter(isObject).map(({ $type }) => ruleWords[String($type).replace(/^.*#/, "")]);
  return `May reply: ${names.filter((name) => name !== undefined).join(", ")}`;
}

const ruleWords: Readonly<Record<string, string>> = {
  mentionRule: "people mentioned",
  followerRule: "followers",
  followingRule: "people followed",
  listRule: "people of a list",
};
