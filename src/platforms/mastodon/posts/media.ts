/**
 * Uploads pictures for a Mastodon post with their alt text, and waits until they may be attached
 * (docs/networks/mastodon.md, section 4).
 */
import { setTimeout as pause } from "node:timers/promises";
import { z } from "zod";
import { say } from "../../../words/words.ts";
import { bearer } from "../../call/oauth2.ts";
import { callSafely } from "../../call/request.ts";
import { type Picture, PlatformError, type PlatformWorld } from "../../platform.ts";
import { cutAlt } from "../../posts/pictures.ts";
import { type Grant, judgeRefusal } from "../refusal.ts";

const mediaShape = z.object({ id: z.string().min(1) });

const ALT_CHARACTERS = 1_500;
const POLL_MS = 500;
const MOST_POLLS = 60;

/** @returns the ids to attach, all ready @throws {PlatformError} before anything is visible */
export async function uploadPictures(
  world: PlatformWorld,
  grant: Grant,
  pictures: readonly Picture[],
): Promise<string[]> {
  const ids: string[] = [];
  for (const picture of pictures) ids.push(await uploadPicture(world, grant, picture));
  return ids;
}

async function uploadPicture(world: PlatformWorld, grant: Grant, picture: Picture): Promise<string> {
  const multipart = new FormData();
  multipart.set("file", new Blob([Uint8Array.from(picture.bytes)], { type: picture.type }), "picture");
  if (picture.alt !== "") multipart.set("description", cutAlt(picture.alt, ALT_CHARACTERS));
  const url = `${grant.origin}/api/v2/media`;
  const answer = await callSafely(world.fetch, {
    method: "POST",
    url,
    headers: bearer(grant.tokens),
    multipart,
  });
  const media = mediaShape.safeParse(answer.body).data;
  if ((answer.status !== 200 && answer.status !== 202) || media === undefined)
    throw await judgeRefusal(world, { ...grant, scope: "write:media" }, answer);
  if (answer.status === 202) await untilReady(world, grant, media.id);
  return media.id;
}

/** The status is 206 while the server processes it. */
async function untilReady(world: PlatformWorld, grant: Grant, id: string): Promise<void> {
  const url = `${grant.origin}/api/v1/media/${encodeURIComponent(id)}`;
  for (let polls = 0; polls < MOST_POLLS; polls += 1) {
    const answer = await callSafely(world.fetch, { method: "GET", url, headers: bearer(grant.tokens) });
    if (answer.status === 200) return;
    if (answer.status !== 206) throw await judgeRefusal(world, { ...grant, scope: "write:media" }, answer);
    await pause(POLL_MS);
  }
  throw new PlatformError("transient", {
    code: "picture-not-ready",
    message: say("The Mastodon server is still working on the picture."),
  });
}
