/** Pictures of pages as we show them: fetched once, made smaller, served by us, so that a site learns of nobody's look. */
import { createHash, createHmac } from "node:crypto";
import { and, eq, gt, inArray, isNotNull, lt } from "drizzle-orm";
import type { Database } from "../database/open.ts";
import { pagePreviews } from "../database/schema.ts";
import { type FetchedPicture, fetchPicture, openPicture } from "./picture.ts";
import type { PictureStore } from "./picture-store.ts";

export interface PreviewWorld {
  readonly database: Database;
  readonly pictures: PictureStore;
  readonly fetch: typeof fetch;
  /** From which the names in addresses are made. */
  readonly secret: string;
  now(): Date;
}

/** A page's picture as its site has it, and where we show it. */
export interface Preview {
  /** Our own address of it, a path. */
  readonly path: string;
  /** Media type by content: "image/jpeg". */
  readonly type: string;
  /** In pixels. */
  readonly width: number;
  readonly height: number;
  /** In bytes. */
  readonly size: number;
}

/** So long a picture is taken for the same. */
const FRESH_MS = 3_600_000;
/** So long one that could not be had is not asked for again. */
const RETRY_MS = 60_000;
/** So long the last one is shown and kept. */
const LIFETIME_MS = 7 * 86_400_000;
/** Twice what any of our pages shows, for sharp screens. */
const WIDEST = 1_200;
const MOST_REMOVED = 1_000;

/** Undefined: there is no picture that we can use. */
export async function knowPreview(world: PreviewWorld, address: string): Promise<Preview | undefined> {
  const name = nameOf(world, address);
  const nameHash = hashName(name);
  const { database, now } = world;
  const [known] = await database
    .select({
      type: pagePreviews.type,
      width: pagePreviews.width,
      height: pagePreviews.height,
      size: pagePreviews.size,
      fetchedAt: pagePreviews.fetchedAt,
    })
    .from(pagePreviews)
    .where(eq(pagePreviews.nameHash, nameHash));
  const age = known === undefined ? Infinity : now().getTime() - known.fetchedAt.getTime();
  const last = known === undefined ? undefined : toPreview(name, known);
  if (age < (last === undefined ? RETRY_MS : FRESH_MS)) return last;

  const fetched = await fetchPicture(world, address);
  // Its site may be down: what we have of it still serves.
  if (fetched === "later" && last !== undefined && age < LIFETIME_MS) return last;
  const found = typeof fetched === "string" ? undefined : await makeSmaller(fetched);
  const bytes =
    found === undefined
      ? null
      : await world.pictures.put(nameHash, { bytes: found.small, type: "image/jpeg" });
  const facts = found?.facts ?? { type: null, width: null, height: null, size: null };
  const values = { ...facts, bytes, fetchedAt: now() };
  await database
    .insert(pagePreviews)
    .values({ nameHash, ...values })
    .onConflictDoUpdate({ target: pagePreviews.nameHash, set: values });
  return toPreview(name, facts);
}

/** The small picture behind a name in an address of ours, as JPEG. */
export async function findPreview(
  { database, pictures, now }: Pick<PreviewWorld, "database" | "pictures" | "now">,
  name: string,
): Promise<Uint8Array | undefined> {
  const nameHash = hashName(name);
  const [row] = await database
    .select({ bytes: pagePreviews.bytes })
    .from(pagePreviews)
    .where(
      and(
        eq(pagePreviews.nameHash, nameHash),
        isNotNull(pagePreviews.type),
        gt(pagePreviews.fetchedAt, new Date(now().getTime() - LIFETIME_MS)),
      ),
    );
  return row && (await pictures.get(nameHash, row.bytes));
}

/** First the bytes, then the row that tells of them, so that none is left behind. @throws {PictureStoreFailed} */
export async function removeOldPreviews({
  database,
  pictures,
  now,
}: Pick<PreviewWorld, "database" | "pictures" | "now">): Promise<void> {
  const before = new Date(now().getTime() - LIFETIME_MS);
  for (;;) {
    const rows = await database
      .select({ nameHash: pagePreviews.nameHash })
      .from(pagePreviews)
      .where(lt(pagePreviews.fetchedAt, before))
      .limit(MOST_REMOVED);
    const names = rows.map(({ nameHash }) => nameHash);
    if (names.length === 0) return;
    await pictures.remove(names);
    await database
      .delete(pagePreviews)
      .where(and(inArray(pagePreviews.nameHash, names), lt(pagePreviews.fetchedAt, before)));
  }
}

async function makeSmaller({ bytes, type }: FetchedPicture) {
  try {
    const picture = await openPicture(bytes);
    const { width, height } = (await picture.metadata()).autoOrient;
    const small = await picture
      .autoOrient()
      .resize({ width: WIDEST, height: WIDEST, fit: "inside", withoutEnlargement: true })
      .flatten({ background: "#ffffff" })
      .jpeg({ quality: 78 })
      .toBuffer();
    return { small, facts: { type, width, height, size: bytes.byteLength } };
  } catch {
    // Its beginning is a picture's, the rest is not.
    return undefined;
  }
}

type Facts = { [name in "width" | "height" | "size"]: number | null } & { readonly type: string | null };

function toPreview(name: string, { type, width, height, size }: Facts): Preview | undefined {
  if (type === null || width === null || height === null || size === null) return undefined;
  return { path: `/previews/${name}.jpg`, type, width, height, size };
}

/** The same for the same picture, and for nobody to guess. */
function nameOf({ secret }: PreviewWorld, address: string): string {
  return createHmac("sha256", secret).update(`preview ${address}`).digest("base64url");
}

/** So that whoever reads the database cannot make addresses of it. */
function hashName(name: string): string {
  return createHash("sha256").update(name).digest("hex");
}
