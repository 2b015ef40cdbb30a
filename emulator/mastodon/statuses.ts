/** Posting, reading and deleting statuses on a simulated Mastodon server (docs/networks/mastodon.md, section 4). */
import { randomUUID } from "node:crypto";
import { type Context, Hono } from "hono";
import { z } from "zod";
import { hangUp } from "../http/calls.ts";
import type { Env } from "../network.ts";
import { makeCardLater } from "./card/cards.ts";
import { deletedStatusEntity, handleIn, statusEntity, type View, viewOf } from "./entities.ts";
import { flagSchema, readFields, textSchema } from "./fields.ts";
import { isNamed, maySee, readerOf } from "./lists.ts";
import {
  type Media,
  type PendingStatus,
  quotePolicySchema,
  type Server,
  type Status,
  type Switches,
  visibilitySchema,
} from "./memory.ts";
import {
  type Caller,
  invalid,
  type MastodonWorld,
  Refusal,
  refusal,
  requirePerson,
  serverOf,
} from "./oauth/access.ts";
import { rateHeaders, spend, statusBudget } from "./rates.ts";
import { isFrom } from "./releases.ts";
import { countCharacters } from "./text.ts";

const draftSchema = z.object({
  status: textSchema,
  spoiler_text: textSchema,
  visibility: textSchema,
  language: textSchema,
  quote_approval_policy: textSchema,
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
    // Nothing is awaited from here on, so that simultaneous repeats are handled one after another.
    const first = key === undefined ? undefined : firstByKey(world, caller, key);
    if (first) return c.json(statusEntity(view, first));
    if (key !== undefined && caller.server.switches.idempotency === "burnt") keepKey(world, key, "");
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
    const made = { status, ...(key === undefined ? {} : { key }) };
    if (caller.server.switches.commitSeconds > 0) {
      makeLater(world, caller.server, made);
      return hangUp(c);
    }
    make(world, made);
    return c.json(statusEntity(view, status));
  });

  app.get("/api/v1/statuses/:id", (c) => {
    const server = serverOf(world, c);
    const reader = readerOf(world, c);
    const status = world.memory.posts.find(({ id }) => isNamed(id, c.req.param("id")));
    if (!status || status.server !== server.host || !maySee(reader, status))
      throw refusal(server, "not-found");
    return c.json(statusEntity(viewOf(world, c), status));
  });

  app.delete("/api/v1/statuses/:id", (c) => {
    if (serverOf(world, c).switches.deletion === "missing") throw refusal(serverOf(world, c), "not-found");
    const { server, account } = requirePerson(world, c, ["write:statuses"]);
    const status = world.memory.posts.find(({ id }) => isNamed(id, c.req.param("id")));
    if (!status || status.accountId !== account.id) throw refusal(server, "not-found");
    if (status.deletedAt) return deletedAgain(c, server, deletedStatusEntity(viewOf(world, c), status));
    const answer = deletedStatusEntity(viewOf(world, c), status);
    status.deletedAt = world.now().toISOString();
    for (const media of world.memory.media) if (media.statusId === status.id) delete media.statusId;
    return c.json(answer);
  });

  return app;
}

function deletedAgain(c: Context<Env>, server: Server, entity: object): Response {
  switch (server.switches.deletesAgain) {
    case "not-found":
      throw refusal(server, "not-found");
    case "unauthorized":
      throw refusal(server, "invalid-token");
    case "done":
      return c.json(entity);
  }
}

function keepKey(world: MastodonWorld, key: string, statusId: string): void {
  world.memory.idempotency[key] = { statusId, at: world.now().getTime() };
}

/** From now on the status exists. */
function make(world: MastodonWorld, { status, key }: Pick<PendingStatus, "status" | "key">): void {
  const server = world.memory.servers.find(({ host }) => host === status.server);
  world.addPost(status);
  for (const { id } of status.media) {
    const attached = world.memory.media.find((media) => media.id === id);
    if (attached) attached.statusId = status.id;
  }
  if (key !== undefined) keepKey(world, key, status.id);
  if (server) makeCardLater(world, server, status);
}

function makeLater(
  world: MastodonWorld,
  { switches }: Server,
  made: Pick<PendingStatus, "status" | "key">,
): void {
  const delayMs = switches.commitSeconds * 1000;
  world.memory.pending.push({ ...made, atMs: world.now().getTime() + delayMs });
  world.inBackground(delayMs, async () => makeDue(world));
}

/** Publishes the statuses whose time has come. */
export function makeDue(world: MastodonWorld): void {
  const now = world.now().getTime();
  const due = world.memory.pending.filter(({ atMs }) => atMs <= now);
  world.memory.pending = world.memory.pending.filter(({ atMs }) => atMs > now);
  for (const { status, ...made } of due)
    make(world, { ...made, status: { ...status, createdAt: new Date(now).toISOString() } });
}

function notSimulated(): Refusal {
  return new Refusal(
    Response.json({ error: "The emulator has no scheduled posts and no polls" }, { status: 501 }),
  );
}

/** Returns undefined without a key, or if the server ignores keys. */
function idempotencyKeyOf(c: Context<Env>, { server, account }: Caller): string | undefined {
  const key = c.req.header("idempotency-key");
  return key === undefined || server.switches.idempotency === "unsupported"
    ? undefined
    : `${account.id} ${key}`;
}

/** Finds the status that was made with this key, whatever the body is now. */
function firstByKey(world: MastodonWorld, { server }: Caller, key: string): Status | undefined {
  const { idempotency } = server.switches;
  const isBeingMade = world.memory.pending.some((pending) => pending.key === key);
  if (isBeingMade && idempotency === "kept")
    throw refuseWith(503, "There was a temporary problem serving your request, please try again");
  const kept = world.memory.idempotency[key];
  if (!kept || kept.at + keyLifeMs <= world.now().getTime()) return undefined;
  if (idempotency === "burnt" && kept.statusId === "") throw refuseWith(400, "Duplicate idempotency key.");
  if (idempotency === "bug-500-on-repeat") throw refuseWith(500, "Internal Server Error");
  const status = world.memory.posts.find(({ id, deletedAt }) => id === kept.statusId && !deletedAt);
  if (!status && server.switches.repeatAfterDelete === "not-found") throw refusal(server, "not-found");
  return status;
}

function refuseWith(status: number, error: string): Refusal {
  return new Refusal(Response.json({ error }, { status }));
}

/** Every picture must belong to the caller, be ready and be on no other status. */
function attachable(world: MastodonWorld, { server, account }: Caller, ids: readonly string[]): Media[] {
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

function checkText({ server }: Caller, draft: Draft, media: readonly Media[]): void {
  const { maxCharacters, enforcesLength } = server.switches;
  if (server.switches.needsPicture && media.length === 0)
    throw refuseWith(403, "Empty statuses are not allowed");
  if (draft.status.trim() === "" && media.length === 0) throw invalid(server, "Text can't be blank");
  if (enforcesLength && countCharacters(draft.status, draft.spoiler_text, server.switches) > maxCharacters)
    throw invalid(server, `Text character limit of ${maxCharacters} exceeded`);
  if (draft.visibility !== "" && !visibilitySchema.safeParse(draft.visibility).success)
    throw invalid(server, "Visibility is not included in the list");
  const quotes = draft.quote_approval_policy;
  if (isFrom(server.switches, "4.5") && quotes !== "" && !quotePolicySchema.safeParse(quotes).success)
    throw invalid(server, "Validation failed");
}

function makeStatus(
  view: View,
  { server, account, token }: Caller,
  draft: Draft,
  media: readonly Media[],
  idempotencyKey: string | undefined,
): Status {
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
    ...(isFrom(server.switches, "4.5") && {
      quotePolicy: quotePolicySchema.safeParse(draft.quote_approval_policy).data,
    }),
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
