/** Fetches an `image_url` as Instagram's servers do; only suitable JPEGs are accepted (docs/networks/instagram.md, section 4.1). */
import sharp from "sharp";
import { fetchFromHere } from "../crawl/crawl.ts";
import { keepPicture } from "../crawl/pictures.ts";
import type { InstagramWorld } from "./memory.ts";
import { refusal } from "./problems.ts";

const bot = "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)";
const maxBytes = 8 * 1024 * 1024;
const ratio = { least: 0.8, most: 1.91, tolerance: 0.01 };
/** The mark in the second application segment of a JPEG with several pictures (MPO). */
const severalPictures = Buffer.from("MPF\0");

/** Returns the id of the kept picture. @throws {GraphRefusal} */
export async function takePicture(world: InstagramWorld, url: string, signal: AbortSignal): Promise<string> {
  const fetched = await fetchFromHere(url, { accept: "image/*", bot, maxBytes, signal });
  if (!fetched?.contentType.toLowerCase().startsWith("image/")) throw refusal("not-fetched");
  if (fetched.cut) throw refusal("too-large");
  const picture = await sharp(fetched.bytes)
    .metadata()
    .catch(() => undefined);
  if (!picture) throw refusal("not-fetched");
  if (picture.format !== "jpeg" || picture.space === "cmyk" || fetched.bytes.includes(severalPictures))
    throw refusal("image-format");
  const shape = picture.width / picture.height;
  if (shape < ratio.least - ratio.tolerance || shape > ratio.most + ratio.tolerance)
    throw refusal("aspect-ratio");
  const kept = await keepPicture(world, fetched.bytes);
  if (!kept) throw refusal("not-fetched");
  return kept.id;
}
