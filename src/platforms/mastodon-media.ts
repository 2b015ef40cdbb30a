/** Pictures for a Mastodon post: uploaded with their alt text, and waited for until they may be attached. */
import { setTimeout as pause } from "node:timers/promises";
import { z } from "zod";
import { incompatible, toError } from "./mastodon-errors.ts";
import { bearer } from "./oauth2.ts";
import { type Picture, PlatformError, type PlatformWorld, type Tokens } from "./platform.ts";
import { callSafely } from "./request.ts";

const mediaShape = z.object({ id: z.string() });

const POLL_MS = 500;
const MOST_POLLS = 60;

/** @returns the ids to attach, each ready. @throws {PlatformError} before anything is visible */
export async function uploadPictures(
  world: PlatformWorld,
  at: { readonly origin: string; readonly tokens: Tokens },
  pictures: readonly Picture[],
): Promise<string[]> {
  const ids: string[] = [];
  for (const picture of pictures) ids.push(await uploadPicture(world, at, picture));
  return ids;
}

async function uploadPicture(
  world: PlatformWorld,
  { origin, tokens }: { origin: string; tokens: Tokens },
  picture: Picture,
): Promise<string> {
  const multipart = new FormData();
  multipart.set("file", new Blob([Uint8Array.from(picture.bytes)], { type: picture.type }), "picture");
  if (picture.alt !== "") multipart.set("description", picture.alt);
  const answer = await callSafely(world.fetch, {
    method: "POST",
    url: `${origin}/api/v2/media`,
    headers: bearer(tokens),
    multipart,
  });
  const media = mediaShape.safeParse(answer.body).data;
  if ((answer.status !== 200 && answer.status !== 202) || media === undefined) {
    throw answer.status < 300 ? incompatible(answer.status) : toError(answer, world.now());
  }
  if (answer.status === 202)
    await untilReady(world, { url: `${origin}/api/v1/media/${encodeURIComponent(media.id)}`, tokens });
  return media.id;
}

/** 206 while the server works on it (docs/platforms/mastodon.md, media). */
async function untilReady(
  world: PlatformWorld,
  { url, tokens }: { url: string; tokens: Tokens },
): Promise<void> {
  for (let polls = 0; polls < MOST_POLLS; polls += 1) {
    const answer = await callSafely(world.fetch, { method: "GET", url, headers: bearer(tokens) });
    if (answer.status === 200) return;
    if (answer.status !== 206) throw toError(answer, world.now());
    await pause(POLL_MS);
  }
  throw new PlatformError("transient", {
    code: "media-not-ready",
    message: "The Mastodon server is still working on the picture.",
  });
}
