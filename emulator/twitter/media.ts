/** Media uploads to the simulated X, in chunks or at once, and alt texts (docs/networks/x.md, section 4). */

import { Hono, type HonoRequest } from "hono";
import { z } from "zod";
import { keepBounded } from "../bounded.ts";
import { readMultipart } from "../http/multipart.ts";
import { checkBody, invalid, readJson } from "./body.ts";
import { actingForUser, type CallerEnv, charge, prices } from "./caller.ts";
import { finishUpload, processingInfo, processingState } from "./media-files.ts";
import { type Media, mediaCategories, nextId, type TwitterAccount, type TwitterWorld } from "./memory.ts";
import type { Refusal } from "./problems.ts";

const id = z.string().regex(/^[0-9]{1,19}$/);
const mediaTypes = [
  "image/jpeg",
  "image/png",
  "image/webp",
  "image/gif",
  "image/pjpeg",
  "image/bmp",
  "image/tiff",
  "video/mp4",
  "video/webm",
  "video/mp2t",
  "video/quicktime",
] as const;

const megabyte = 1024 * 1024;
const mostBytes = {
  tweet_image: 5 * megabyte,
  tweet_gif: 15 * megabyte,
  tweet_video: 512 * megabyte,
  amplify_video: 512 * megabyte,
} as const;
const keyPrefix = { tweet_image: "3", tweet_gif: "16", tweet_video: "7", amplify_video: "13" } as const;
const mostChunkBytes = 2 * megabyte;
const lifeSeconds = 86_400;
const mostKept = 2_000;

const startSchema = z.strictObject({
  media_type: z.enum(mediaTypes),
  total_bytes: z.int().min(1).max(17_179_869_184),
  media_category: z.enum(mediaCategories),
  additional_owners: z.array(id).max(100).optional(),
  shared: z.boolean().optional(),
});

const chunkSchema = z.strictObject({
  segment_index: z.coerce.number().int().min(0).max(999),
  media: z.string(),
});

const wholeSchema = z.strictObject({
  media: z.string(),
  media_category: z.enum(["tweet_image"]),
  media_type: z.enum(mediaTypes).optional(),
  additional_owners: z.array(id).max(100).optional(),
  shared: z.boolean().optional(),
});

const metadataSchema = z.strictObject({
  id,
  metadata: z.strictObject({ alt_text: z.strictObject({ text: z.string().max(1000) }).optional() }),
});

const needs = { scopes: ["media.write"], writes: true };

export function mediaRoutes(world: TwitterWorld): Hono<CallerEnv> {
  const app = new Hono<CallerEnv>();

  app.post("/2/media/upload/initialize", actingForUser(world, { ...needs, limit: 1875 }), async (c) => {
    const start = await readJson(world, c.req, startSchema);
    if (start.total_bytes > mostBytes[start.media_category]) throw tooBig(world, start.media_category);
    if (!fitsCategory(start.media_type, start.media_category)) {
      throw invalid(world, {
        message: `media_type ${start.media_type} does not fit media_category ${start.media_category}.`,
      });
    }
    const owners = [c.var.caller.account.id, ...(start.additional_owners ?? [])];
    const media = beginMedia(world, owners, start.media_category, start.media_type, start.total_bytes);
    return c.json({ data: { id: media.id, media_key: media.mediaKey, expires_after_secs: lifeSeconds } });
  });

  app.post("/2/media/upload/:id/append", actingForUser(world, { ...needs, limit: 1875 }), async (c) => {
    const media = ownMedia(world, c.var.caller.account, c.req.param("id"));
    if (!media || media.finalizedAtMs !== undefined) throw unknownMedia(world);
    const { fields, bytes } = await readUpload(world, c.req, chunkSchema);
    if (bytes.length > mostChunkBytes) return c.body(null, 413);
    if (bytes.length === 0) throw invalid(world, { message: "$.media: must not be empty" });
    const isKept = !media.category.endsWith("video");
    const segment = {
      index: fields.segment_index,
      bytes: bytes.length,
      base64: isKept ? bytes.toString("base64") : "",
    };
    media.segments = [...media.segments.filter(({ index }) => index !== segment.index), segment];
    return c.json({ data: { expires_at: Math.floor(media.expiresAtMs / 1000) } });
  });

  app.post("/2/media/upload/:id/finalize", actingForUser(world, { ...needs, limit: 1875 }), async (c) => {
    const body = await c.req.text();
    if (body !== "") checkBody(world, parseOrNull(body), z.strictObject({}));
    const media = ownMedia(world, c.var.caller.account, c.req.param("id"));
    if (!media || media.finalizedAtMs !== undefined) throw unknownMedia(world);
    const fault = await finishUpload(world, media);
    if (fault) throw invalid(world, { message: fault });
    media.expiresAtMs = world.now().getTime() + lifeSeconds * 1000;
    const processing = processingInfo(world, media);
    return c.json({
      data: { ...seenMedia(world, media), ...(processing && { processing_info: processing }) },
    });
  });

  app.get("/2/media/upload", actingForUser(world, { scopes: ["media.write"], limit: 1000 }), (c) => {
    const { command, media_id: mediaId } = c.req.query();
    if (command !== "STATUS")
      throw invalid(world, { message: "The `command` query parameter must be STATUS" });
    const media = ownMedia(world, c.var.caller.account, mediaId);
    const processing = media && processingInfo(world, media);
    // Pictures need no processing, so X has no status for them.
    if (!media || !processing) throw invalid(world, { message: "BadRequest: Not found" });
    return c.json({ data: { ...seenMedia(world, media), processing_info: processing } });
  });

  app.post("/2/media/upload", actingForUser(world, { ...needs, limit: 500 }), async (c) => {
    const { fields, bytes } = await readUpload(world, c.req, wholeSchema);
    if (bytes.length > mostBytes.tweet_image) throw tooBig(world, "tweet_image");
    const owners = [c.var.caller.account.id, ...(fields.additional_owners ?? [])];
    const media = beginMedia(world, owners, "tweet_image", fields.media_type ?? "", bytes.length);
    media.segments = [{ index: 0, bytes: bytes.length, base64: bytes.toString("base64") }];
    const fault = await finishUpload(world, media);
    if (fault) throw invalid(world, { message: fault });
    return c.json({ data: seenMedia(world, media) });
  });

  app.post("/2/media/metadata", actingForUser(world, { ...needs, limit: 500 }), async (c) => {
    const { id: mediaId, metadata } = await readJson(world, c.req, metadataSchema);
    const media = ownMedia(world, c.var.caller.account, mediaId);
    if (!media) throw unknownMedia(world);
    if (metadata.alt_text) media.altText = metadata.alt_text.text;
    charge(c.var.caller.app, prices.altText);
    return c.json({ data: { id: mediaId, associated_metadata: metadata } });
  });

  return app;
}

/** The media of a post: up to four pictures, one GIF or one video, all ready and the caller's. */
export function attachableMedia(
  world: TwitterWorld,
  account: TwitterAccount,
  mediaIds: readonly string[],
): Media[] {
  const found = mediaIds.flatMap((mediaId) => ownMedia(world, account, mediaId) ?? []);
  const areReady =
    found.length === mediaIds.length && found.every((media) => processingState(world, media) === "succeeded");
  const isMixed = found.length > 1 && found.some(({ category }) => category !== "tweet_image");
  if (!areReady || isMixed || new Set(mediaIds).size < mediaIds.length) {
    throw invalid(world, {
      parameters: { "media.media_ids": [...mediaIds] },
      message: "Your media IDs are invalid.",
    });
  }
  return found;
}

function beginMedia(
  world: TwitterWorld,
  ownerIds: string[],
  category: Media["category"],
  mediaType: string,
  totalBytes: number,
): Media {
  const mediaId = nextId(world);
  const media: Media = {
    id: mediaId,
    mediaKey: `${keyPrefix[category]}_${mediaId}`,
    ownerIds,
    category,
    mediaType,
    totalBytes,
    segments: [],
    expiresAtMs: world.now().getTime() + lifeSeconds * 1000,
    altText: "",
  };
  keepBounded(world.memory.media, media, mostKept);
  return media;
}

function ownMedia(
  world: TwitterWorld,
  account: TwitterAccount,
  mediaId: string | undefined,
): Media | undefined {
  const media = world.memory.media.find((candidate) => candidate.id === mediaId);
  if (!media?.ownerIds.includes(account.id)) return undefined;
  return media.expiresAtMs > world.now().getTime() ? media : undefined;
}

function seenMedia(world: TwitterWorld, media: Media) {
  const expires_after_secs = Math.round((media.expiresAtMs - world.now().getTime()) / 1000);
  return { id: media.id, media_key: media.mediaKey, size: media.totalBytes, expires_after_secs };
}

function fitsCategory(mediaType: string, category: Media["category"]): boolean {
  if (category === "tweet_gif") return mediaType === "image/gif";
  return mediaType.startsWith(category === "tweet_image" ? "image/" : "video/");
}

function tooBig(world: TwitterWorld, category: Media["category"]): Refusal {
  return invalid(world, {
    message: `maxFileSizeExceeded: a ${category} may have ${mostBytes[category]} bytes.`,
  });
}

function unknownMedia(world: TwitterWorld): Refusal {
  return invalid(world, { message: "BadRequest: Not found" });
}

function parseOrNull(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return null;
  }
}

/** Reads the fields and bytes of an upload: a form with bytes, or JSON with base64. */
async function readUpload<T extends { media: string }>(
  world: TwitterWorld,
  request: HonoRequest,
  schema: z.ZodType<T>,
): Promise<{ fields: T; bytes: Buffer }> {
  const contentType = request.header("content-type") ?? "";
  if (!/^multipart\//i.test(contentType)) {
    const fields = await readJson(world, request, schema);
    return { fields, bytes: Buffer.from(fields.media, "base64") };
  }
  const parts = readMultipart(contentType, Buffer.from(await request.arrayBuffer()));
  if (!parts) throw invalid(world, { message: "Request body is not valid multipart/form-data." });
  const texts = [...parts].map(([name, value]) => [name, name === "media" ? "" : value.toString()]);
  const fields = checkBody(world, Object.fromEntries(texts), schema);
  return { fields, bytes: parts.get("media") ?? Buffer.alloc(0) };
}
