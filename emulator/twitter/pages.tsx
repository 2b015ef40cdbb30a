/** The pages of the simulated X: timeline, profiles, posts, t.co links and avatars. */
import { Hono } from "hono";
import { drawAvatar } from "../crawl/pictures.ts";
import { type Env, originOf } from "../network.ts";
import { MissingPage, PostPage, type SeenPost, TimelinePage } from "../pages/timeline.tsx";
import { shortenAddress } from "./links.ts";
import type { TwitterAccount, TwitterPost, TwitterWorld } from "./memory.ts";
import { findPost } from "./posts.ts";

/** The note below a post that not everybody may reply to. */
const repliers: Readonly<Record<string, string>> = {
  following: "Accounts the author follows can reply",
  mentionedUsers: "Only mentioned accounts can reply",
  subscribers: "Subscribers can reply",
  verified: "Verified accounts can reply",
};

export function pageRoutes(world: TwitterWorld): Hono<Env> {
  const app = new Hono<Env>();
  const missing = <MissingPage network="X" />;

  app.get("/", (c) =>
    c.html(<TimelinePage network="X" request={c.req.raw} posts={timeline(world, c.req.raw)} />),
  );

  app.get("/profile_images/:id", async (c) => {
    const account = world.memory.accounts.find(({ id }) => `${id}_normal.jpg` === c.req.param("id"));
    if (!account) return c.html(missing, 404);
    return c.body(await drawAvatar(account.displayName), 200, { "content-type": "image/jpeg" });
  });

  app.get("/t.co/:code", (c) => {
    const shortUrl = `https://t.co/${c.req.param("code")}`;
    const link = world.memory.posts.flatMap((post) => post.links).find(({ url }) => url === shortUrl);
    return link ? c.redirect(link.expandedUrl, 301) : c.html(missing, 404);
  });

  app.get("/i/web/status/:id", (c) => {
    const post = findPost(world, c.req.param("id"));
    return post ? c.redirect(`/${post.handle.slice(1)}/status/${post.id}`, 302) : c.html(missing, 404);
  });

  app.get("/:username/status/:id", (c) => {
    const post = findPost(world, c.req.param("id"));
    if (!post) return c.html(missing, 404);
    return c.html(<PostPage network="X" request={c.req.raw} seen={seenPost(world, c.req.raw, post)} />);
  });

  app.get("/:username", (c) => {
    const username = c.req.param("username").toLowerCase();
    const account = world.memory.accounts.find((candidate) => candidate.username.toLowerCase() === username);
    if (!account) return c.html(missing, 404);
    const posts = timeline(world, c.req.raw).filter(({ post }) => post.accountId === account.id);
    return c.html(<TimelinePage network="X" request={c.req.raw} posts={posts} />);
  });

  return app;
}

export function avatarUrl(origin: string, account: TwitterAccount): string {
  return `${origin}/profile_images/${account.id}_normal.jpg`;
}

function timeline(world: TwitterWorld, request: Request): SeenPost[] {
  const visible = world.memory.posts.filter(({ deletedAt }) => deletedAt === undefined);
  return visible.toReversed().map((post) => seenPost(world, request, post));
}

function seenPost(world: TwitterWorld, request: Request, post: TwitterPost): SeenPost {
  const account = world.memory.accounts.find(({ id }) => id === post.accountId);
  const lastLink = post.text.trim().split(/\s/).at(-1);
  return {
    post,
    displayName: account?.displayName ?? post.handle,
    avatarUrl: account ? avatarUrl(originOf(request), account) : "data:,",
    hiddenUrl: post.card && lastLink === post.card.url ? lastLink : undefined,
    labelsOverLargePicture: true,
    shownUrl: shortenAddress,
    audience: post.replySettings && repliers[post.replySettings],
  };
}
