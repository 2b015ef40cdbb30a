/** Skips pictures of a page that are missing, unsupported or only track visitors, and continues with the next one. */
import { eq } from "drizzle-orm";
import { z } from "zod";
import type { Database } from "../../database/open.ts";
import { readPages } from "../../database/schema.ts";
import { toKey } from "../page.ts";
import type { PageMetadata } from "../reading/metadata.ts";

/** How many of a page's pictures are tried. */
const MOST_TRIED = 4;

/**
 * Returns the metadata with its pictures from the first usable one on; unchanged if none is usable or time runs out.
 * @param find returns undefined if a picture cannot be fetched in time
 */
export async function startWithUsable<T extends PageMetadata>(
  metadata: T,
  find: (address: string) => Promise<unknown>,
  end: AbortSignal,
): Promise<T> {
  for (const [index, { url }] of metadata.images.slice(0, MOST_TRIED).entries()) {
    if ((await find(url)) !== undefined) return { ...metadata, images: metadata.images.slice(index) };
    if (end.aborted) break;
  }
  return metadata;
}

const withPictures = z.object({ images: z.array(z.object({ url: z.string(), alt: z.string() })) });

/** The other pictures of the page, as it was last read. Makes no request. */
export async function findOtherPictures(
  { database }: { readonly database: Database },
  { page, picture }: { readonly page: string; readonly picture: string },
): Promise<{ readonly url: string; readonly alt: string }[]> {
  const [row] = await database
    .select({ metadata: readPages.metadata })
    .from(readPages)
    .where(eq(readPages.url, toKey(page)));
  const images = withPictures.safeParse(row?.metadata).data?.images ?? [];
  return images.slice(0, MOST_TRIED).filter(({ url }) => url !== picture);
}
