/** Posting, reading and deleting statuses on a simulated Mastodon server (docs/platforms/mastodon.md, section 4). */
import { randomUUID } from "node:crypto";
import { type Context, Hono } from "hono";
import { z } from "zod";
import {
  type Caller,
  invalid,
  MastodonRefusal,
  type MastodonWorld,
  optionalPerson,
  refusal,
  requirePerson,
  serverOf,
} from "./mastodon-access.ts";
import { makeCardLater } from "./mastodon-cards.ts";
import { deletedStatusEntity, handleIn, statusEntity, type View } from "./mastodon-entities.ts";
import { flagSchema, readFields, textSchema } from "./mastodon-fields.ts";
import {
  type MastodonMedia,
  type MastodonStatus,
  type Switches,
  visibilitySchema,
} from "./mastodon-memory.ts";
import { rateHeaders, spend, statusBudget } from "./mastodon-rates.ts";
import { countCharacters } from "./mastodon-text.ts";
import { type Env, originOf } from "./network.ts";

const draftSchema = z.object({
  status: textSchema,
  spoiler_text: textSchema,
  visibility: textSchema,
  language: textSchema,
  in_reply_to_id: textSchema,
  sensitive: flagSchema,
  media_ids: z.array(z.union([z.string(), z.number().transform(String)])).nullish(),
});
type Draft = z.infer<typeof draftSchema>;

const keyLifeMs = 3600_000;

export function statusRoutes(world: MastodonWorld): Hono<Env> {
  const app = new Hono<Env>();

  app.post("/api/v1/statuses", async (c) => {
    const caller = requirePerson(world, c, ["write:statuses"]);
    const view = viewOf(world, c);
    const fields = await readFields(c);
    const key = idempotencyKeyOf(c, caller);
    // From here on nothing waits, so that repeats at the same time cannot pass each other.
    const first = key === undefined ? undefined : firstByKey(world, caller, key);
    if (first) return c.json(statusEntity(view, first));
    if (fields.scheduled_at || fields.poll) throw notSimulated();
    const parsed = draftSchema.safeParse(fields);
    if (!parsed.success) throw invalid(caller.server, z.prettifyError(parsed.error));
    const media = attachable(world, caller, parsed.data.media_ids ?? []);
    checkText(caller, parsed.data, media);
    const status = makeStatus(view, caller, parsed.data, media, c.req.header("idempotency-key"));
    if (caller.server.switches.rateLimits) {
      const budget = statusBudget(caller.account.id);
      spend(world, budget);
      for (const [name, value] of rateHeaders(world, budget)) c.header(name, value);
    }
    if (caller.server.switches.dropsSilently) return c.json(statusEntity(view, status));
    world.addPost(status);
    for (const attached of media) attached.statusId = status.id;
    if (key !== undefined) world.memory.idempotency[key] = { statusId: status.id, at: world.now().getTime() };
    makeCardLater(world, caller.server, status);
    return c.json(statusEntity(view, status));
  });

  app.get("/api/v1/statuses/:id", (c) => {
    const server = serverOf(world, c);
    const reader = optionalPerson(world, c, "read:statuses");
    const status = world.memory.posts.find(({ id }) => id === c.req.param("id"));
    if (!status || status.server !== server.host || !maySee(reader, status))
      throw refusal(server, "not-found");
    return c.json(statusEntity(viewOf(world, c), status));
  });

  app.delete("/api/v1/statuses/:id", (c) => {
    const { server, account } = requirePerson(world, c, ["write:statuses"]);
    const status = world.memory.posts.find(({ id }) => id === c.req.param("id"));
    if (!status || status.accountId !== account.id || status.deletedAt) throw refusal(server, "not-found");
    const answer = deletedStatusEntity(viewOf(world, c), status);
    status.deletedAt = world.now().toISOString();
    for (const media of world.memory.media) if (media.statusId === status.id) delete media.statusId;
    return c.json(answer);
  });

  app.get("/api/v1/accounts/:id/statuses", (c) => {
    const server = serverOf(world, c);
    const reader = optionalPerson(world, c, "read:statuses");
    const author = world.memory.accounts.find(
      ({ apiId, server: home }) => apiId === c.req.param("id") && home === server.host,
    );
    if (!author) throw refusal(server, "not-found");
    const seen = world.memory.posts.filter(
      (status) => status.accountId === author.id && maySee(reader, status),
    );
    const page = pageOf(seen.toReversed(), c);
    const view = viewOf(world, c);
    return c.json(page.map((status) => statusEntity(view, status)));
  });

  return app;
}

export function viewOf(world: MastodonWorld, c: Context<Env>): View {
  return { world, server: serverOf(world, c), origin: originOf(c.req.raw) };
}

function notSimulated(): MastodonRefusal {
  return new MastodonRefusal(
    Response.json({ error: "The emulator has no scheduled posts and no polls" }, { status: 501 }),
  );
}

/** Undefined: no key, or a server that does not look at it. */
function idempotencyKeyOf(c: Context<Env>, { server, account }: Caller): string | undefined {
  const key = c.req.header("idempotency-key");
  return key === undefined || server.switches.idempotency === "unsupported"
    ? undefined
    : `${account.id} ${key}`;
}

/** The status that the first success with this key made; whatever the body is now. */
function firstByKey(world: MastodonWorld, { server }: Caller, key: string): MastodonStatus | undefined {
  const kept = world.memory.idempotency[key];
  if (!kept || kept.at + keyLifeMs <= world.now().getTime()) return undefined;
  if (server.switches.idempotency === "bug-500-on-repeat")
    throw new MastodonRefusal(
      Response.json({ status: 500, error: "Internal Server Error" }, { status: 500 }),
    );
  const status = world.memory.posts.find(({ id, deletedAt }) => id === kept.statusId && !deletedAt);
  if (!status && server.switches.repeatAfterDelete === "not-found") throw refusal(server, "not-found");
  return status;
}

/** Every picture must be the caller's, ready, and on no other status. */
function attachable(
  world: MastodonWorld,
  { server, account }: Caller,
  ids: readonly string[],
): MastodonMedia[] {
  if (ids.length > server.switches.maxMedia)
    throw invalid(server, `Cannot attach more than ${server.switches.maxMedia} files`);
  return ids.map((wanted) => {
    const media = world.memory.media.find(({ id }) => id === wanted);
    if (!media || media.accountId !== account.id || media.statusId !== undefined)
      throw invalid(server, `Media with ID ${wanted} not found or already attached to another status.`);
    if (media.state !== "ready")
      throw invalid(server, "Cannot attach files that have not finished processing. Try again in a moment!");
    return media;
  });
}

function checkText({ server }: Caller, draft: Draft, media: readonly MastodonMedia[]): void {
  const { maxCharacters, enforcesLength } = server.switches;
  if (draft.status.trim() === "" && media.length === 0) throw invalid(server, "Text can't be blank");
  if (enforcesLength && countCharacters(draft.spoiler_text + draft.status, server.switches) > maxCharacters)
    throw invalid(server, `Text character limit of ${maxCharacters} exceeded`);
  if (draft.visibility !== "" && !visibilitySchema.safeParse(draft.visibility).success)
    throw invalid(server, "Visibility is not included in the list");
}

function makeStatus(
  view: View,
  { server, account, token }: Caller,
  draft: Draft,
  media: readonly MastodonMedia[],
  idempotencyKey: string | undefined,
): MastodonStatus {
  const { world, origin } = view;
  const id = newStatusId(world, server.switches.ids);
  const answered = world.memory.posts.find((post) => post.id === draft.in_reply_to_id && !post.deletedAt);
  if (draft.in_reply_to_id !== "" && !answered) throw refusal(server, "not-found");
  const visibility = visibilitySchema.safeParse(draft.visibility).data ?? account.defaultVisibility;
  const isLanguage = /^[a-z]{2,3}(-[A-Za-z]+)?$/.test(draft.language);
  return {
    id,
    server: server.host,
    accountId: account.id,
    handle: handleIn(view, account),
    text: draft.status,
    url: `${origin}/@${account.username}/${id}`,
    uri: `${origin}/users/${account.username}/statuses/${id}`,
    createdAt: world.now().toISOString(),
    ...(idempotencyKey !== undefined && { idempotencyKey }),
    media: media.map(({ id: mediaId, pictureId, altText }) => ({ id: mediaId, pictureId, altText })),
    card: null,
    appName: world.memory.apps.find(({ clientId }) => clientId === token.clientId)?.name ?? "",
    visibility,
    language: isLanguage ? draft.language : account.language,
    spoilerText: draft.spoiler_text,
    sensitive: draft.sensitive || draft.spoiler_text !== "",
    inReplyToId: answered?.id ?? null,
  };
}

function newStatusId(world: MastodonWorld, style: Switches["ids"]): string {
  if (style === "decimal") return world.nextId();
  if (style === "uuid") return randomUUID();
  const rank = BigInt(world.nextId()).toString(36);
  return style === "ulid" ? rank.toUpperCase().padStart(26, "01") : `A${rank.padStart(17, "x")}`;
}

function maySee(reader: Caller | undefined, status: MastodonStatus): boolean {
  if (status.deletedAt) return false;
  if (status.visibility === "public" || status.visibility === "unlisted") return true;
  return reader?.account.id === status.accountId;
}

/** A page of statuses, newest first, with the `Link` header to its neighbours. */
function pageOf(newestFirst: readonly MastodonStatus[], c: Context<Env>): MastodonStatus[] {
  const limit = Math.min(Math.max(Number(c.req.query("limit") ?? 20) || 20, 1), 40);
  const at = (name: string) => newestFirst.findIndex(({ id }) => id === c.req.query(name));
  const after = at("max_id");
  const since = at("since_id");
  const nearest = at("min_id");
  const start = after + 1;
  const end = since === -1 ? newestFirst.length : since;
  const page =
    nearest === -1
      ? newestFirst.slice(start, end).slice(0, limit)
      : newestFirst.slice(start, nearest).slice(-limit);
  const [newest, oldest] = [page.at(0), page.at(-1)];
  if (newest && oldest) {
    const link = (rel: string, name: string, id: string) => {
      const url = new URL(c.req.path, originOf(c.req.raw));
      url.searchParams.set("limit", String(limit));
      url.searchParams.set(name, id);
      return `<${url.href}>; rel="${rel}"`;
    };
    const hasMore = newestFirst.at(-1) !== oldest;
    const links = [
      ...(hasMore ? [link("next", "max_id", oldest.id)] : []),
      link("prev", "min_id", newest.id),
    ];
    c.header("link", links.join(", "));
  }
  return page;
}
