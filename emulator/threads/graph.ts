/** The Graph calls of the simulated Threads, under its only version (docs/networks/threads.md, section 3). */
import { type Context, Hono } from "hono";
import { inListOrder, isReadable, pageOf } from "../control/listing.ts";
import { type Env, originOf } from "../network.ts";
import { type Caller, checkOwn, deleteScope, publishScope, readCaller } from "./caller.ts";
import { createContainer } from "./containers.ts";
import { pick, type Reader, readAccount, readContainer, readPost } from "./fields.ts";
import type { Switches, ThreadsPost, ThreadsWorld } from "./memory.ts";
import { invalidParameter, refusal } from "./problems.ts";
import { countUse, makePost, publish, quotaDurationSeconds } from "./publishing.ts";

export function graphRoutes(world: ThreadsWorld): Hono<Env> {
  const app = new Hono<Env>();
  const readerOf = (c: Context<Env>): Reader => ({
    ...{ world, origin: originOf(c.req.raw), fields: c.req.query("fields") },
  });
  const list = async (c: Context<Env>, id: string) => {
    const caller = await readCaller(world, c);
    checkOwn(caller, id);
    const { switches } = world.memory;
    const listed = postsOf(world, caller).filter((post) => isReadable(world, post));
    const { page, paging } = turnPage(inListOrder(switches, listed), caller.parameters, switches);
    return c.json({ data: page.map((post) => readPost(readerOf(c), post)), ...(paging && { paging }) });
  };

  app.get("/v1.0/me", async (c) => {
    const { account } = await readCaller(world, c);
    return c.json(readAccount(readerOf(c), account));
  });

  app.get("/v1.0/me/threads", (c) => list(c, "me"));
  app.get("/v1.0/:id/threads", (c) => list(c, c.req.param("id")));

  app.post("/v1.0/:id/threads", async (c) => {
    const caller = await readCaller(world, c, publishScope);
    checkOwn(caller, c.req.param("id"));
    const container = await createContainer(world, caller, c.req.raw.signal);
    if (caller.parameters.auto_publish_text !== "true") return c.json({ id: container.id });
    return c.json({ id: makePost(world, caller.account, container, originOf(c.req.raw)).id });
  });

  app.post("/v1.0/:id/threads_publish", async (c) => {
    const caller = await readCaller(world, c, publishScope);
    checkOwn(caller, c.req.param("id"));
    return c.json({ id: publish(world, caller, originOf(c.req.raw)).id });
  });

  app.get("/v1.0/:id/threads_publishing_limit", async (c) => {
    const caller = await readCaller(world, c, publishScope);
    checkOwn(caller, c.req.param("id"));
    return c.json({ data: [readQuota(world, caller)] });
  });

  app.get("/v1.0/:id", async (c) => {
    const caller = await readCaller(world, c);
    const id = c.req.param("id");
    if (id === caller.account.id) return c.json(readAccount(readerOf(c), caller.account));
    const container = world.memory.containers.find((candidate) => candidate.id === id);
    if (container?.accountId === caller.account.id) return c.json(readContainer(readerOf(c), container));
    return c.json(readPost(readerOf(c), findOwn(world, caller, id)));
  });

  app.delete("/v1.0/:id", async (c) => {
    const caller = await readCaller(world, c, deleteScope);
    const post = findOwn(world, caller, c.req.param("id"));
    const { deletions } = countUse(world, caller.account);
    if (deletions >= world.memory.switches.deleteQuota) throw refusal("daily-limit");
    post.deletedAt = world.now().toISOString();
    world.changed();
    return c.json({ success: true, deleted_id: post.id });
  });

  return app;
}

/** Oldest first. */
function postsOf({ memory }: ThreadsWorld, { account }: Caller): ThreadsPost[] {
  return memory.posts.filter(
    ({ accountId, deletedAt }) => accountId === account.id && deletedAt === undefined,
  );
}

function findOwn(world: ThreadsWorld, caller: Caller, id: string): ThreadsPost {
  const post = postsOf(world, caller).find((candidate) => candidate.id === id);
  if (!post) throw refusal("not-there");
  return post;
}

function readQuota(world: ThreadsWorld, { account, scopes, parameters }: Caller) {
  const { fields = "quota_usage" } = parameters;
  if (fields.includes("delete_") && !scopes.includes(deleteScope)) throw refusal("permission-missing");
  const { postQuota, replyQuota, deleteQuota } = world.memory.switches;
  const used = countUse(world, account);
  const config = (quota_total: number) => ({ quota_total, quota_duration: quotaDurationSeconds });
  const readings = {
    quota_usage: () => used.posts,
    config: () => config(postQuota),
    reply_quota_usage: () => used.replies,
    reply_config: () => config(replyQuota),
    delete_quota_usage: () => used.deletions,
    delete_config: () => config(deleteQuota),
  };
  return pick("ThreadsPublishingLimit", readings, fields);
}

const pageSize = { standard: 25, most: 100 };

function turnPage(
  posts: readonly ThreadsPost[],
  { limit, after, since, until }: Caller["parameters"],
  switches: Switches,
) {
  const asked = Number(limit ?? pageSize.standard);
  if (!(asked >= 1 && asked <= pageSize.most)) throw invalidParameter("Param limit must be 1 to 100");
  const size = pageOf(switches, asked);
  const [from, to] = [readTime(since, 0), readTime(until, Number.POSITIVE_INFINITY)];
  const within = posts.filter(({ createdAt }) => {
    const seconds = Date.parse(createdAt) / 1000;
    return seconds >= from && seconds <= to;
  });
  const afterId = after === undefined ? undefined : Buffer.from(after, "base64url").toString();
  const start = afterId === undefined ? 0 : within.findIndex(({ id }) => id === afterId) + 1;
  const page = within.slice(start, start + size);
  const [first, last] = [page[0], page.at(-1)];
  if (!first || !last) return { page };
  const cursorOf = (id: string) => Buffer.from(id).toString("base64url");
  return { page, paging: { cursors: { before: cursorOf(first.id), after: cursorOf(last.id) } } };
}

/** Unix seconds. */
function readTime(given: string | undefined, standard: number): number {
  if (given === undefined) return standard;
  if (!/^\d+$/.test(given)) throw invalidParameter("Params since and until must be Unix times");
  return Number(given);
}
