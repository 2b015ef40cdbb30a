/** Pages name pictures that are not there, drawings that no network takes, and pixels that count visitors: then the next one. */
import { eq } from "drizzle-orm";
import { z } from "zod";
import type { Database } from "../../database/open.ts";
import { readPages } from "../../database/schema.ts";
import { toKey } from "../page.ts";
import type { PageMetadata } from "../reading/metadata.ts";

/** So many of a page's pictures are tried. */
const MOST_TRIED = 4;

/**
 * The same metadata, its pictures from the first one on that can be had; as they were where none can, or time is over.
 * @param find undefined: it cannot be had, or not in time
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

/** What else a page names beside this picture, as it was last read; asks no site. */
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
