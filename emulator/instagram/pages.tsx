/** The pages of the simulated Instagram: timeline, profiles and posts. */
import { Hono } from "hono";
import { avatarUrl, type Env, originOf } from "../network.ts";
import { MissingPage, PostPage, type SeenPost, TimelinePage } from "../pages/timeline.tsx";
import type { InstagramPost, InstagramWorld } from "./memory.ts";

const network = "Instagram";

export function pageRoutes(world: InstagramWorld): Hono<Env> {
  const app = new Hono<Env>();
  app.get("/", (c) =>
    c.html(<TimelinePage network={network} request={c.req.raw} posts={timeline(world, c.req.raw)} />),
  );
  app.get("/p/:shortcode/", (c) => {
    const shortcode = c.req.param("shortcode");
    const post = world.memory.posts.find((candidate) => candidate.shortcode === shortcode);
    if (!post || post.deletedAt !== undefined) return c.html(<MissingPage network={network} />, 404);
    return c.html(<PostPage network={network} request={c.req.raw} seen={seenPost(world, c.req.raw, post)} />);
  });
  app.get("/:username/", (c) => {
    const username = c.req.param("username").toLowerCase();
    const account = world.memory.accounts.find((candidate) => candidate.username === username);
    if (!account) return c.html(<MissingPage network={network} />, 404);
    const posts = timeline(world, c.req.raw).filter(({ post }) => post.accountId === account.id);
    return c.html(<TimelinePage network={network} request={c.req.raw} posts={posts} />);
  });
  return app;
}

function timeline(world: InstagramWorld, request: Request): SeenPost[] {
  const visible = world.memory.posts.filter(({ deletedAt }) => deletedAt === undefined);
  return visible.toReversed().map((post) => seenPost(world, request, post));
}

function seenPost(world: InstagramWorld, request: Request, post: InstagramPost): SeenPost {
  const account = world.memory.accounts.find(({ id }) => id === post.accountId);
  return {
    post,
    displayName: account?.displayName ?? post.handle,
    avatarUrl: avatarUrl(originOf(request), post.accountId),
    comments: post.comments,
  };
}
