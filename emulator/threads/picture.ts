/** Fetches an `image_url` as Threads' servers do (docs/networks/threads.md, section 3.1). */
import { fetchFromHere } from "../crawl/crawl.ts";
import { keepPicture, measurePicture } from "../crawl/pictures.ts";
import type { ThreadsWorld } from "./memory.ts";
import { refusal } from "./problems.ts";

const bot = "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)";
const maxBytes = 8 * 1024 * 1024;
const widestRatio = 10;

export type Taken = { readonly pictureId: string } | { readonly failedWith: string };

/** Refuses an unreachable address at once; an unsuitable picture fails later, in processing. @throws {GraphRefusal} */
export async function takePicture(world: ThreadsWorld, url: string, signal: AbortSignal): Promise<Taken> {
  const fetched = await fetchFromHere(url, { accept: "image/*", bot, maxBytes, signal });
  if (!fetched?.contentType.toLowerCase().startsWith("image/")) throw refusal("media-not-fetched");
  if (fetched.cut) return { failedWith: "UNKNOWN" };
  const picture = await measurePicture(fetched.bytes);
  if (!picture) throw refusal("media-not-fetched");
  if (picture.format !== "jpeg" && picture.format !== "png") return { failedWith: "UNKNOWN" };
  const { width, height } = picture;
  if (Math.max(width / height, height / width) > widestRatio) return { failedWith: "INVALID_ASPEC_RATIO" };
  const kept = await keepPicture(world, fetched.bytes);
  return kept ? { pictureId: kept.id } : { failedWith: "UNKNOWN" };
}
