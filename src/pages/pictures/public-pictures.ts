/** Pictures at unguessable public addresses, from which networks fetch them within a day. */
import { createHash, randomBytes } from "node:crypto";
import { and, eq, gt, inArray, lt } from "drizzle-orm";
import type { Database } from "../../database/open.ts";
import { publicPictures } from "../../database/schema.ts";
import type { FetchedPicture } from "./picture.ts";
import type { PictureStore } from "./picture-store.ts";

interface PicturesRuntime {
  readonly database: Database;
  readonly pictures: PictureStore;
  now(): Date;
}

/** As long as a network may take to fetch it (docs/networks/instagram.md, containers). */
const LIFETIME_MS = 86_400_000;
const MOST_REMOVED = 1_000;

/** Publishes a picture for a day. @returns its address, which every process serves @throws {PictureStoreFailed} */
export async function hostPicture(
  { database, pictures, config, now }: PicturesRuntime & { readonly config: { readonly baseUrl: URL } },
  picture: FetchedPicture,
): Promise<string> {
  const { type } = picture;
  const name = randomBytes(32).toString("base64url");
  const nameHash = hashName(name);
  const expiresAt = new Date(now().getTime() + LIFETIME_MS);
  const bytes = await pictures.put(nameHash, picture);
  await database.insert(publicPictures).values({ nameHash, type, bytes, expiresAt });
  return new URL(`pictures/${name}${type === "image/png" ? ".png" : ".jpg"}`, config.baseUrl).href;
}

/** Undefined if there is none or its day is over. @throws {PictureStoreFailed} */
export async function findHostedPicture(
  { database, pictures, now }: PicturesRuntime,
  name: string,
): Promise<FetchedPicture | undefined> {
  const nameHash = hashName(name);
  const [row] = await database
    .select({ bytes: publicPictures.bytes, type: publicPictures.type })
    .from(publicPictures)
    .where(and(eq(publicPictures.nameHash, nameHash), gt(publicPictures.expiresAt, now())));
  const bytes = row && (await pictures.get(nameHash, row.bytes));
  return row && bytes && { bytes, type: row.type };
}

/**
 * Removes the bytes first and then the row that points to them, so that no bytes are orphaned.
 * @throws {PictureStoreFailed}
 */
export async function removeExpiredPictures({ database, pictures, now }: PicturesRuntime): Promise<void> {
  for (;;) {
    const rows = await database
      .select({ nameHash: publicPictures.nameHash })
      .from(publicPictures)
      .where(lt(publicPictures.expiresAt, now()))
      .limit(MOST_REMOVED);
    const names = rows.map(({ nameHash }) => nameHash);
    if (names.length === 0) return;
    await pictures.remove(names);
    await database.delete(publicPictures).where(inArray(publicPictures.nameHash, names));
  }
}

/** Keeps readers of the database from building addresses. */
function hashName(name: string): string {
  return createHash("sha256").update(name).digest("hex");
}
