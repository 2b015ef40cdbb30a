/** The control API under /_emulator: lists posts and calls, and plans faults. */
import { Hono } from "hono";
import { z } from "zod";
import { drawAvatar } from "../crawl/pictures.ts";
import {
  type Env,
  type Memory,
  type Network,
  originOf,
  type Post,
  pictureUrl,
  type World,
} from "../network.ts";
import { plannedFaultSchema } from "./faults.ts";

const clockSchema = z.strictObject({ advanceSeconds: z.number().min(0) });
const dateSchema = z.strictObject({ aheadSeconds: z.number().nullable() });
const latencySchema = z.strictObject({ ms: z.int().min(0).max(60_000) });
const nothingSchema = z.strictObject({}).optional();

export function controlRoutes<M extends Memory>(world: World<M>, network: Network<M>): Hono<Env> {
  const app = new Hono<Env>();

  app.onError((error, c) => {
    if (error instanceof z.ZodError) return c.json({ error: z.prettifyError(error) }, 400);
    if (error instanceof SyntaxError) return c.json({ error: "The body is not JSON." }, 400);
    throw error;
  });

  app.get("/posts", (c) => c.json(world.memory.posts.map((post) => seenPost(post, originOf(c.req.raw)))));
  app.get("/calls", (c) => c.json(world.calls));
  app.get("/accounts", (c) => c.json(world.memory.accounts));
  app.get("/switches", (c) => c.json(network.switches(world)));
  app.get("/faults", (c) => c.json(world.faults));

  app.post("/faults", async (c) => {
    const planned = plannedFaultSchema.parse(await c.req.json());
    world.faults.push(planned);
    return c.json(planned, 201);
  });

  app.delete("/faults", (c) => {
    world.faults = [];
    return c.body(null, 204);
  });

  app.post("/reset", async (c) => {
    nothingSchema.parse(await optionalJson(c.req.raw));
    world.reset();
    return c.body(null, 204);
  });

  app.post("/clock", async (c) => {
    world.advance(clockSchema.parse(await c.req.json()).advanceSeconds);
    return c.json({ now: world.now().toISOString() });
  });

  app.post("/date", async (c) => {
    world.dateAheadSeconds = dateSchema.parse(await c.req.json()).aheadSeconds;
    return c.json({ aheadSeconds: world.dateAheadSeconds });
  });

  app.post("/latency", async (c) => {
    world.latencyMs = latencySchema.parse(await c.req.json()).ms;
    return c.json({ ms: world.latencyMs });
  });

  app.post("/accounts", async (c) => {
    const account = network.alterAccount(world, await c.req.json());
    world.changed();
    return c.json(account);
  });

  app.post("/switches", async (c) => {
    const switches = network.switches(world, await c.req.json());
    world.changed();
    return c.json(switches);
  });

  app.get("/pictures/:id", (c) => {
    const picture = world.picture(c.req.param("id"));
    if (!picture) return c.json({ error: "No such picture." }, 404);
    return c.body(picture.bytes, 200, { "content-type": picture.mimeType });
  });

  app.get("/avatars/:file", async (c) => {
    const id = c.req.param("file").replace(/\.jpg$/, "");
    const account = world.memory.accounts.find((candidate) => candidate.id === id);
    if (!account) return c.json({ error: "No such account." }, 404);
    return c.body(await drawAvatar(account.displayName), 200, { "content-type": "image/jpeg" });
  });

  if (network.controls) app.route("/", network.controls(world));
  app.all("*", (c) => c.json({ error: "No such control: see emulator/README.md." }, 404));
  return app;
}

function seenPost(post: Post, origin: string) {
  const { media, deletedAt, ...rest } = post;
  return {
    ...rest,
    deleted: deletedAt !== undefined,
    media: media.map(({ id, altText, pictureId }) => ({
      id,
      altText,
      pictureUrl: pictureUrl(origin, pictureId),
    })),
  };
}

async function optionalJson(request: Request): Promise<unknown> {
  const body = await request.text();
  return body === "" ? undefined : JSON.parse(body);
}
