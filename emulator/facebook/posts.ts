/** Reads, lists, changes and deletes a Page's posts (docs/networks/facebook.md, section 3). */
import { type Context, Hono } from "hono";
import { inListOrder, isReadable, pageOf } from "../control/listing.ts";
import { type Env, originOf } from "../network.ts";
import { type Caller, readCaller, readParameters, visiblePages } from "./access.ts";
import { pick, type Readings, turnPage } from "./fields.ts";
import type { FacebookPost, FacebookWorld } from "./memory.ts";
import { notThere, refusal } from "./problems.ts";

export function readPost(
  world: FacebookWorld,
  post: FacebookPost,
  origin: string,
  fields: string | undefined,
): Record<string, unknown> {
  const page = world.memory.pages.find(({ id }) => id === post.accountId);
  const readings: Readings = {
    // A post without text has no message.
    message: () => (post.text === "" ? undefined : post.text),
    // Meta's time format: no milliseconds, no colon in the zone.
    created_time: () => post.createdAt.replace(/\.\d+Z$/, "+0000"),
    permalink_url: () => `${origin}${new URL(post.url).pathname}`,
    is_published: () => post.published,
    from: () => ({ name: page?.name, id: post.accountId }),
    attachments: () =>
      post.link === "" ? undefined : { data: [{ type: "share", unshimmed_url: post.link }] },
  };
  return pick("Post", post.id, readings, fields);
}

export function postRoutes(world: FacebookWorld): Hono<Env> {
  const app = new Hono<Env>();
  const find = (id: string | undefined) =>
    world.memory.posts.find((post) => post.id === id && post.deletedAt === undefined);

  app.get("/:version/:id/published_posts", async (c) => {
    const caller = await readCaller(world, c);
    const page = world.memory.pages.find(({ id }) => id === c.req.param("id"));
    if (!page || !isVisible(world, caller, page.id)) throw notThere("get", c.req.param("id"));
    if (!caller.scopes.includes("pages_read_engagement")) throw refusal("permission-denied");
    const shown = world.memory.posts.filter(
      (post) => post.accountId === page.id && post.published && isReadable(world, post),
    );
    const { switches } = world.memory;
    const { data, paging } = turnPage(inListOrder(switches, shown), new URL(c.req.url), {
      standard: switches.pageSize,
      most: pageOf(switches, 100),
    });
    const fields = c.req.query("fields");
    return c.json({
      data: data.map((post) => readPost(world, post, originOf(c.req.raw), fields)),
      ...(paging && { paging }),
    });
  });

  app.get("/:version/:id", async (c) => {
    const caller = await readCaller(world, c);
    const post = find(c.req.param("id"));
    if (!post || !isReadable(world, post) || !isVisible(world, caller, post.accountId))
      throw notThere("get", c.req.param("id"));
    return c.json(readPost(world, post, originOf(c.req.raw), c.req.query("fields")));
  });

  app.post("/:version/:id", async (c) => {
    const post = await findOwn(c, "post");
    const { message } = await readParameters(c);
    if (message !== undefined) post.text = message;
    world.changed();
    return c.json({ success: true });
  });

  app.delete("/:version/:id", async (c) => {
    const post = await findOwn(c, "delete");
    post.deletedAt = world.now().toISOString();
    world.changed();
    return c.json({ success: true });
  });

  /** Only the Page's own token and the app that made the post may change it. */
  async function findOwn(c: Context<Env>, method: "post" | "delete"): Promise<FacebookPost> {
    const { kind, pageId, app: asking, scopes } = await readCaller(world, c);
    const post = find(c.req.param("id"));
    if (!post || kind !== "page" || post.accountId !== pageId || post.clientId !== asking.clientId)
      throw notThere(method, c.req.param("id"));
    if (!scopes.includes("pages_manage_posts")) throw refusal("permission-missing");
    return post;
  }

  return app;
}

function isVisible(world: FacebookWorld, caller: Caller, pageId: string): boolean {
  return caller.pageId === pageId || visiblePages(world, caller).some(({ id }) => id === pageId);
}
