/** The publishing calls on Instagram's own host, and on Facebook's for accounts linked to a Page. */
import { type Context, Hono } from "hono";
import { z } from "zod";
import { inListOrder, isReadable, pageOf } from "../control/listing.ts";
import type { Env } from "../network.ts";
import { createContainer, type Maker, type Parameters } from "./containers.ts";
import { type Reader, readAccount, readContainer, readPost } from "./fields.ts";
import type { Container, InstagramAccount, InstagramPost, InstagramWorld } from "./memory.ts";
import { invalidParameter, refusal } from "./problems.ts";
import { countPublished, publish, quotaDurationSeconds } from "./publishing.ts";

/** The caller, as the host identified it. */
export interface Caller {
  readonly clientId: string;
  /** The token's accounts. */
  readonly accounts: readonly InstagramAccount[];
  readonly may: {
    readonly read: boolean;
    readonly publish: boolean;
    readonly comment: boolean;
    readonly delete: boolean;
  };
}

/** The host of these calls. */
export interface Host {
  /** @throws {GraphRefusal} */
  readCaller(c: Context<Env>): Promise<Caller>;
  /** The origin of Instagram's pages. */
  originOf(c: Context<Env>): string;
  avatarUrl(c: Context<Env>, accountId: string): string;
}

const dayMs = 24 * 60 * 60 * 1000;

export function readerOf(world: InstagramWorld, host: Host, c: Context<Env>): Reader {
  return {
    ...{ world, origin: host.originOf(c), fields: c.req.query("fields") },
    avatarUrl: (accountId) => host.avatarUrl(c, accountId),
  };
}

/** Other objects are left to the routes after these. */
export function mediaRoutes(world: InstagramWorld, host: Host): Hono<Env> {
  const { readCaller, originOf } = host;
  const app = new Hono<Env>();
  const isAccount = (id: string) => world.memory.accounts.some((account) => account.id === id);

  app.post("/:version/:id/media", async (c, next) => {
    if (!isAccount(c.req.param("id"))) return next();
    const maker = makerOf(await readCaller(c), c.req.param("id"));
    const container = await createContainer(world, maker, await readParameters(c), c.req.raw.signal);
    return c.json({ id: container.id });
  });

  app.post("/:version/:id/media_publish", async (c, next) => {
    if (!isAccount(c.req.param("id"))) return next();
    const maker = makerOf(await readCaller(c), c.req.param("id"));
    const { creation_id } = await readParameters(c);
    return c.json({ id: publish(world, maker, creation_id, originOf(c)).id });
  });

  app.get("/:version/:id/media", async (c, next) => {
    if (!isAccount(c.req.param("id"))) return next();
    const account = readableBy(await readCaller(c), c.req.param("id"));
    const posts = world.memory.posts.filter(
      (post) => post.accountId === account.id && isReadable(world, post),
    );
    const { switches } = world.memory;
    const { page, paging } = turnPage(inListOrder(switches, posts), c.req.query(), pageOf(switches, 100));
    return c.json({
      data: page.map((post) => readPost(readerOf(world, host, c), post)),
      ...(paging && { paging }),
    });
  });

  app.get("/:version/:id/content_publishing_limit", async (c, next) => {
    if (!isAccount(c.req.param("id"))) return next();
    const account = readableBy(await readCaller(c), c.req.param("id"));
    const config = { quota_total: world.memory.switches.quota, quota_duration: quotaDurationSeconds };
    const asked = c.req.query("fields")?.split(",") ?? ["quota_usage"];
    const quota_usage = countPublished(world, account, readSince(world, c.req.query("since")));
    const known = Object.entries({ quota_usage, config }).filter(([name]) => asked.includes(name));
    return c.json({ data: [Object.fromEntries(known)] });
  });

  app.get("/:version/:id", async (c, next) => {
    const found = findObject(world, c.req.param("id"));
    if (!found) return next();
    const caller = await readCaller(c);
    if (found.type === "account") {
      const account = readableBy(caller, found.account.id);
      return c.json(readAccount(readerOf(world, host, c), account, account.id));
    }
    readableBy(caller, found.object.accountId);
    if (found.type === "container") return c.json(readContainer(readerOf(world, host, c), found.object));
    if (!isReadable(world, found.object)) throw refusal("not-there");
    return c.json(readPost(readerOf(world, host, c), found.object));
  });

  app.delete("/:version/:id", async (c, next) => {
    const found = findObject(world, c.req.param("id"));
    if (found?.type !== "post") return next();
    const caller = await readCaller(c);
    readableBy(caller, found.object.accountId);
    if (!caller.may.delete) throw refusal("delete-unsupported");
    if (found.object.deletedAt !== undefined) throw refusal("not-there");
    found.object.deletedAt = world.now().toISOString();
    world.changed();
    return c.json({ success: true });
  });

  return app;
}

function makerOf({ accounts, clientId, may }: Caller, accountId: string): Maker {
  const account = accounts.find(({ id }) => id === accountId);
  if (!account) throw refusal("not-there");
  if (!may.publish || !may.read) throw refusal("permission-missing");
  return { account, clientId };
}

export function readableBy({ accounts, may }: Caller, accountId: string): InstagramAccount {
  const account = accounts.find(({ id }) => id === accountId);
  if (!account) throw refusal("not-there");
  if (!may.read) throw refusal("permission-missing");
  return account;
}

const scalarSchema = z.union([z.string(), z.number(), z.boolean(), z.array(z.string())]).transform(String);

/** Reads the query and the body, which may be a form or JSON. */
export async function readParameters(c: Context<Env>): Promise<Parameters> {
  const isJson = c.req.header("content-type")?.toLowerCase().includes("application/json");
  const body: unknown = isJson ? await c.req.json().catch(() => ({})) : await c.req.parseBody();
  const fields = z.record(z.string(), z.unknown()).safeParse(body).data ?? {};
  const read = Object.entries(fields).flatMap(([name, value]) => {
    const scalar = scalarSchema.safeParse(value);
    return scalar.success ? [[name, scalar.data]] : [];
  });
  return { ...c.req.query(), ...Object.fromEntries(read) };
}

type Found =
  | { readonly type: "account"; readonly account: InstagramAccount }
  | { readonly type: "container"; readonly object: Container }
  | { readonly type: "post"; readonly object: InstagramPost };

function findObject({ memory }: InstagramWorld, id: string): Found | undefined {
  const account = memory.accounts.find((candidate) => candidate.id === id);
  if (account) return { type: "account", account };
  const container = memory.containers.find((candidate) => candidate.id === id);
  if (container) return { type: "container", object: container };
  const post = memory.posts.find((candidate) => candidate.id === id);
  return post && { type: "post", object: post };
}

const standardSize = 25;

function turnPage(
  posts: readonly InstagramPost[],
  { limit, after }: Readonly<Record<string, string>>,
  most: number,
) {
  const size = Math.min(Number(limit ?? standardSize) || standardSize, most);
  const afterId = after === undefined ? undefined : Buffer.from(after, "base64url").toString();
  const start = afterId === undefined ? 0 : posts.findIndex(({ id }) => id === afterId) + 1;
  const page = posts.slice(start, start + size);
  const [first, last] = [page[0], page.at(-1)];
  if (!first || !last) return { page };
  const cursorOf = (id: string) => Buffer.from(id).toString("base64url");
  return { page, paging: { cursors: { before: cursorOf(first.id), after: cursorOf(last.id) } } };
}

/** The start of the counted window, at most a day ago. */
function readSince(world: InstagramWorld, since: string | undefined): number | undefined {
  if (since === undefined) return undefined;
  const sinceMs = Number(since) * 1000;
  if (!(sinceMs >= world.now().getTime() - dayMs)) throw invalidParameter("since must be within 24 hours");
  return sinceMs;
}
