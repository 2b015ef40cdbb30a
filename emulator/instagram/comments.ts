/** Comments on posts of the caller's own account (docs/networks/instagram.md, section 4.7). */
import { Hono } from "hono";
import type { Env } from "../network.ts";
import { type Host, readableBy, readParameters } from "./media.ts";
import type { InstagramWorld } from "./memory.ts";
import { invalidParameter, refusal } from "./problems.ts";

const most = { characters: 300, hashtags: 4, links: 1 };

/** Other objects are left to the routes after these. */
export function commentRoutes(world: InstagramWorld, { readCaller }: Host): Hono<Env> {
  const app = new Hono<Env>();
  const findPost = (id: string) =>
    world.memory.posts.find((post) => post.id === id && post.deletedAt === undefined);

  app.post("/:version/:id/comments", async (c, next) => {
    const post = findPost(c.req.param("id"));
    if (post === undefined) return next();
    const caller = await readCaller(c);
    const { username } = readableBy(caller, post.accountId);
    if (!caller.may.comment) throw refusal("permission-missing");
    const { message = "" } = await readParameters(c);
    check(message);
    const comment = { id: world.nextId(), text: message, username, at: world.now().toISOString() };
    post.comments.push(comment);
    world.changed();
    return c.json({ id: comment.id });
  });

  app.get("/:version/:id/comments", async (c, next) => {
    const post = findPost(c.req.param("id"));
    if (post === undefined) return next();
    readableBy(await readCaller(c), post.accountId);
    return c.json({
      data: post.comments.map(({ id, text, at }) => ({
        id,
        text,
        timestamp: at.replace(/\.\d+Z$/, "+0000"),
      })),
    });
  });

  return app;
}

/** The limits on comments through the API, as Instagram published them in 2014 for its first one. */
function check(message: string): void {
  if (message.trim() === "") throw invalidParameter("The parameter message is required");
  const links = message.match(/https?:\/\//g)?.length ?? 0;
  const hashtags = message.match(/#\w/g)?.length ?? 0;
  const isShouted = message === message.toUpperCase() && message !== message.toLowerCase();
  if (message.length > most.characters || links > most.links || hashtags > most.hashtags || isShouted)
    throw invalidParameter("Invalid parameter");
}
