/** The pages of the simulated Facebook: timeline, Pages, posts and avatars. */
import { Hono } from "hono";
import { drawAvatar } from "../crawl/pictures.ts";
import type { InstagramWorld } from "../instagram/memory.ts";
import { type Env, originOf } from "../network.ts";
import { MissingPage, PostPage, type SeenPost, TimelinePage } from "../pages/timeline.tsx";
import type { FacebookPost, FacebookWorld } from "./memory.ts";

const network = "Facebook";

export function pageRoutes(
  world: FacebookWorld,
  instagramWorld: () => InstagramWorld | undefined,
): Hono<Env> {
  const app = new Hono<Env>();
  const missing = <MissingPage network={network} />;

  app.get("/", (c) =>
    c.html(<TimelinePage network={network} request={c.req.raw} posts={timeline(world, c.req.raw)} />),
  );

  app.get("/faces/:file", async (c) => {
    const id = c.req.param("file").replace(/\.jpg$/, "");
    const page = world.memory.pages.find((candidate) => candidate.id === id);
    const linked = instagramWorld()?.memory.accounts.find((account) => account.id === id);
    const name = page?.name ?? linked?.displayName;
    if (name === undefined) return c.html(missing, 404);
    return c.body(await drawAvatar(name), 200, { "content-type": "image/jpeg" });
  });

  app.get("/:page/posts/:number", (c) => {
    const post = world.memory.posts.find(
      ({ id }) => id === `${c.req.param("page")}_${c.req.param("number")}`,
    );
    if (!post?.published || post.deletedAt !== undefined) return c.html(missing, 404);
    return c.html(<PostPage network={network} request={c.req.raw} seen={seenPost(world, c.req.raw, post)} />);
  });

  app.get("/:page", (c) => {
    const asked = c.req.param("page");
    // A post's id works as an address too.
    if (/^\d+_\d+$/.test(asked)) return c.redirect(`/${asked.replace("_", "/posts/")}`, 302);
    const page = world.memory.pages.find(({ id, username }) => id === asked || username === asked);
    if (!page) return c.html(missing, 404);
    const posts = timeline(world, c.req.raw).filter(({ post }) => post.accountId === page.id);
    return c.html(<TimelinePage network={network} request={c.req.raw} posts={posts} />);
  });

  return app;
}

function timeline(world: FacebookWorld, request: Request): SeenPost[] {
  const visible = world.memory.posts.filter(
    ({ deletedAt, published }) => deletedAt === undefined && published,
  );
  return visible.toReversed().map((post) => seenPost(world, request, post));
}

function seenPost(world: FacebookWorld, request: Request, post: FacebookPost): SeenPost {
  const page = world.memory.pages.find(({ id }) => id === post.accountId);
  return {
    // Without a card, the link itself is shown.
    post: post.card || post.link === "" ? post : { ...post, text: `${post.text}\n\n${post.link}`.trim() },
    displayName: page?.name ?? post.handle,
    avatarUrl: `${originOf(request)}/faces/${post.accountId}.jpg`,
  };
}
