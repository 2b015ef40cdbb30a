/** Loads the pictures of a share for its platform. Every attempt at the share sends the same ones. */
import { eq } from "drizzle-orm";
import { ownPictures, type shareRequests } from "../../database/schema.ts";
import { PictureStoreFailed } from "../../pages/pictures/picture-store.ts";
import { type Picture, PlatformError } from "../../platforms/platform.ts";
import { say } from "../../words/words.ts";
import { PICTURE_GONE, type PicturesRuntime } from "./own-pictures.ts";

type Request = Pick<typeof shareRequests.$inferSelect, "pictures">;

/** Returns the pictures in their order. @throws {PlatformError} rejected, if one is gone; transient, if the store does not answer */
export async function loadPictures(
  runtime: Pick<PicturesRuntime, "database" | "pictures">,
  { pictures }: Request,
): Promise<Picture[]> {
  return await Promise.all(
    (pictures ?? []).map(async ({ id, alt }) => ({ ...(await load(runtime, id)), alt })),
  );
}

async function load({ database, pictures }: Pick<PicturesRuntime, "database" | "pictures">, id: string) {
  const { type, bytes: stored, nameHash } = ownPictures;
  const [row] = await database
    .select({ type, stored, nameHash })
    .from(ownPictures)
    .where(eq(ownPictures.id, id));
  const bytes = row && (await pictures.get(row.nameHash, row.stored).catch(explain));
  if (row !== undefined && bytes !== undefined) return { bytes, type: row.type };
  throw new PlatformError("rejected", { code: "picture-gone", message: PICTURE_GONE });
}

function explain(cause: unknown): never {
  if (!(cause instanceof PictureStoreFailed)) throw cause;
  const message = say("The picture could not be read from the storage of this service.");
  throw new PlatformError("transient", { code: "picture-store", message, cause });
}
