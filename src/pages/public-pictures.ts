/** Pictures at a public address that nobody can guess, for a day: networks fetch them there. */
import { createHash, randomBytes } from "node:crypto";
import { and, eq, gt, lt } from "drizzle-orm";
import type { Database } from "../database/open.ts";
import { publicPictures } from "../database/schema.ts";
import type { FetchedPicture } from "./picture.ts";

interface PicturesRuntime {
  readonly database: Database;
  now(): Date;
}

/** As long as a network may take to fetch what it was told about (docs/platforms/instagram.md, containers). */
const LIFETIME_MS = 86_400_000;

/** @returns the address; kept in the database, so that every process can serve it */
export async function hostPicture(
  { database, config, now }: PicturesRuntime & { readonly config: { readonly baseUrl: URL } },
  { bytes, type }: FetchedPicture,
): Promise<string> {
  const name = randomBytes(32).toString("base64url");
  await database.insert(publicPictures).values({
    nameHash: hashName(name),
    type,
    bytes: Buffer.from(bytes),
    expiresAt: new Date(now().getTime() + LIFETIME_MS),
  });
  return new URL(`pictures/${name}${type === "image/png" ? ".png" : ".jpg"}`, config.baseUrl).href;
}

/** Undefined: there is none, or its day is over. */
export async function findHostedPicture(
  { database, now }: PicturesRuntime,
  name: string,
): Promise<FetchedPicture | undefined> {
  const [row] = await database
    .select({ bytes: publicPictures.bytes, type: publicPictures.type })
    .from(publicPictures)
    .where(and(eq(publicPictures.nameHash, hashName(name)), gt(publicPictures.expiresAt, now())));
  return row;
}

export async function removeExpiredPictures({ database, now }: PicturesRuntime): Promise<void> {
  await database.delete(publicPictures).where(lt(publicPictures.expiresAt, now()));
}

/** So that whoever reads the database cannot make addresses of it. */
function hashName(name: string): string {
  return createHash("sha256").update(name).digest("hex");
}
