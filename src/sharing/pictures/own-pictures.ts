/** The pictures that people attach to their posts: kept once, and shown only to their owner. */
import { createHash, randomUUID } from "node:crypto";
import { and, eq, inArray, lt } from "drizzle-orm";
import type { Database, Queryable } from "../../database/open.ts";
import { ownPictures } from "../../database/schema.ts";
import { redrawGiven } from "../../pages/pictures/given-picture.ts";
import type { PictureStore } from "../../pages/pictures/picture-store.ts";
import { say, type Told } from "../../words/words.ts";

export interface OwnPicture {
  readonly id: string;
  /** The address on a page where it was taken from; undefined if the person uploaded it. */
  readonly address: string | undefined;
  readonly type: string;
  /** In pixels. */
  readonly width: number;
  readonly height: number;
  /** In bytes. */
  readonly size: number;
}

export interface PicturesRuntime {
  readonly database: Database;
  readonly pictures: PictureStore;
  now(): Date;
}

interface Person {
  readonly id: string;
}

interface Given {
  readonly bytes: Uint8Array;
  /** How the person calls it: the file's name. */
  readonly name: string;
  /** Where on a page it comes from. */
  readonly address?: string;
}

/**
 * Keeps a picture that a person gives us, redrawn.
 * @returns the picture, or what is wrong with it
 * @throws {PictureStoreFailed}
 */
export async function keepPicture(
  { database, pictures, now }: PicturesRuntime,
  person: Person,
  { bytes, name, address }: Given,
): Promise<OwnPicture | { readonly problem: Told }> {
  const given = await redrawGiven(bytes, name);
  if ("problem" in given) return given;
  const id = randomUUID();
  const nameHash = createHash("sha256").update(id).digest("hex");
  const { type, width, height, small } = given;
  const size = given.bytes.byteLength;
  await database.insert(ownPictures).values({
    ...{ id, nameHash, userId: person.id, address: address ?? null, type, width, height, size },
    bytes: await pictures.put(nameHash, given),
    ...{ small: Buffer.from(small), usedAt: now(), createdAt: now() },
  });
  return { id, address, type, width, height, size };
}

/** How often it is noted that a picture is still used. */
const NOTED_MS = 3_600_000;

/** Returns those of the pictures that the person still has, in the order of the ids, and notes that they are used. */
export async function findOwnPictures(
  { database, now }: { readonly database: Queryable; now(): Date },
  person: Person,
  ids: readonly string[],
): Promise<OwnPicture[]> {
  if (ids.length === 0) return [];
  const isMeant = and(eq(ownPictures.userId, person.id), inArray(ownPictures.id, [...ids]));
  const { id, address, type, width, height, size } = ownPictures;
  const rows = await database
    .select({ id, address, type, width, height, size })
    .from(ownPictures)
    .where(isMeant);
  await database
    .update(ownPictures)
    .set({ usedAt: now() })
    .where(and(isMeant, lt(ownPictures.usedAt, new Date(now().getTime() - NOTED_MS))));
  return ids.flatMap((wanted) => {
    const row = rows.find((each) => each.id === wanted);
    return row === undefined ? [] : [{ ...row, address: row.address ?? undefined }];
  });
}

/** Returns the small JPEG of a person's picture, or undefined if they have no such picture. */
export async function findSmallPicture(
  { database }: { readonly database: Queryable },
  person: Person,
  id: string,
): Promise<Uint8Array | undefined> {
  const [row] = await database
    .select({ small: ownPictures.small })
    .from(ownPictures)
    .where(and(eq(ownPictures.id, id), eq(ownPictures.userId, person.id)));
  return row?.small;
}

/** What to say of a picture that is no longer kept. */
export const PICTURE_GONE: Told = say("A picture of this share is no longer stored here. Add it again.");
