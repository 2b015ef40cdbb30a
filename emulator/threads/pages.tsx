/** The pages of the simulated Threads: timeline, profiles and posts. */
import { Hono } from "hono";
import { avatarUrl, type Env, originOf } from "../network.ts";
import { MissingPage, PostPage, type SeenPost, TimelinePage } from "../pages/timeline.tsx";
import type { ThreadsPost, ThreadsWorld } from "./memory.ts";

const network = "Threads";

/** The note below a post that not everybody may reply to. */
const repliers: Readonly<Record<string, string>> = {
  accounts_you_follow: "Profiles the author follows can reply",
  mentioned_only: "Only mentioned profiles can reply",
  parent_post_author_only: "Only the author of the first post can reply",
  followers_only: "Followers can reply",
};

export function pageRoutes(world: ThreadsWorld): Hono<Env> {
  const app = new Hono<Env>();

  app.get("/", (c) =>
    c.html(<TimelinePage network={network} request={c.req.raw} posts={timeline(world, c.req.raw)} />),
  );

  app.get("/:handle{@[\\w.]+}/post/:shortcode", (c) => {
    const { handle, shortcode } = c.req.param();
    const post = world.memory.posts.find(
      (candidate) => candidate.shortcode === shortcode && candidate.handle === handle,
    );
    if (!post || post.deletedAt !== undefined) return c.html(<MissingPage network={network} />, 404);
    return c.html(<PostPage network={network} request={c.req.raw} seen={seenPost(world, c.req.raw, post)} />);
  });

  app.get("/:handle{@[\\w.]+}", (c) => {
    const handle = c.req.param("handle");
    const account = world.memory.accounts.find(({ username }) => `@${username}` === handle);
    if (!account) return c.html(<MissingPage network={network} />, 404);
    const posts = timeline(world, c.req.raw).filter(({ post }) => post.accountId === account.id);
    return c.html(<TimelinePage network={network} request={c.req.raw} posts={posts} />);
  });

  return app;
}

function timeline(world: ThreadsWorld, request: Request): SeenPost[] {
  const visible = world.memory.posts.filter(({ deletedAt }) => deletedAt === undefined);
  return visible.toReversed().map((post) => seenPost(world, request, post));
}

function seenPost(world: ThreadsWorld, request: Request, post: ThreadsPost): SeenPost {
  const account = world.memory.accounts.find(({ id }) => id === post.accountId);
  return {
    post,
    displayName: account?.displayName ?? post.handle,
    avatarUrl: avatarUrl(originOf(request), post.accountId),
    audience: post.replyControl && repliers[post.replyControl],
  };
}
