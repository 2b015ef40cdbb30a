/** Uploads the pictures of a post, or of its card, once (docs/networks/linkedin.md, section 6). */
import { z } from "zod";
import { type Picture, PlatformError, type Post, type Tokens } from "../../platform.ts";
import type { Parts } from "../call.ts";
import type { Circumstances } from "../errors.ts";
import type { Uploads } from "../posts.ts";
import { uploadImage } from "./images.ts";

export interface Publishing {
  readonly parts: Parts;
  readonly tokens: Tokens;
  readonly author: string;
  readonly circumstances: Circumstances;
}

export const rememberedShape = z.object({
  images: z.array(z.string()).optional().catch(undefined),
  thumbnail: z.string().nullable().optional().catch(undefined),
  pauses: z.number().catch(0),
});

/** Our scopes do not let us ask whether a picture is processed, and LinkedIn hides posts until it is. */
const PROCESSING_MS = 3_000;

/** Uploads the pictures that no earlier attempt has uploaded. @throws {PlatformError} */
export async function prepare(publishing: Publishing, post: Post): Promise<Uploads> {
  const { images, thumbnail } = rememberedShape.parse(post.remembered);
  if (post.pictures.length > 0) {
    if (images?.length === post.pictures.length) return { images };
    const uploaded: string[] = [];
    for (const picture of post.pictures) uploaded.push(await upload(publishing, picture));
    return await keep(publishing, post, { images: uploaded });
  }
  if (thumbnail !== undefined) return { thumbnail };
  const urn = await uploadThumbnail(publishing, post);
  return urn === null ? { thumbnail: urn } : await keep(publishing, post, { thumbnail: urn });
}

async function upload(
  { parts, tokens, author, circumstances }: Publishing,
  picture: Picture,
): Promise<string> {
  return await uploadImage({ parts, tokens, owner: author, circumstances }, picture);
}

async function keep<U extends Uploads>({ parts }: Publishing, post: Post, uploads: U): Promise<U> {
  await post.remember(uploads);
  await parts.world.wait(PROCESSING_MS);
  return uploads;
}

/** A card without its picture is better than no post. Throws only errors that would also stop the post itself. */
async function uploadThumbnail(publishing: Publishing, post: Post): Promise<string | null> {
  try {
    const picture = await post.loadPicture();
    return picture === undefined ? null : await upload(publishing, picture);
  } catch (error) {
    if (!(error instanceof PlatformError)) throw error;
    const concernsAll =
      error.kind === "reconnect-needed" || error.kind === "rate-limited" || error.code === "version-ended";
    if (concernsAll) throw error;
    return null;
  }
}
