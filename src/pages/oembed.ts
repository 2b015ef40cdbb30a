/** What a site tells about a page beside the page itself (https://oembed.com, version 1.0). */
import { z } from "zod";
import { type PageWorld, readStart } from "./fetch-page.ts";
import { type PageMetadata, webAddress } from "./metadata.ts";
import { clip, tidy } from "./words.ts";

const words = z.string().transform(tidy).catch("");
const answer = z.object({
  title: words,
  author_name: words,
  thumbnail_url: z.string().optional().catch(undefined),
});

const MOST_BYTES = 256 * 1_024;
const TIMEOUT_MS = 3_000;

/** The same metadata, its gaps filled where the site's oEmbed answer can fill them. */
export async function completeFromOembed(
  { fetch, userAgent }: PageWorld,
  metadata: PageMetadata,
): Promise<PageMetadata> {
  const { oembed, title, images, author } = metadata;
  if (oembed === undefined || (title !== "" && images.length > 0)) return metadata;
  try {
    const response = await fetch(oembed, {
      headers: { accept: "application/json", "user-agent": userAgent },
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const told = answer.parse(JSON.parse((await readStart(response, MOST_BYTES)).toString("utf8")));
    const thumbnail = webAddress(told.thumbnail_url, oembed);
    return {
      ...metadata,
      title: title || clip(told.title, 300),
      author: author || clip(told.author_name, 100),
      images: images.length > 0 || thumbnail === undefined ? images : [{ url: thumbnail, alt: "" }],
    };
  } catch {
    // It only adds to what the page says.
    return metadata;
  }
}
