/** Small copies of pages' pictures, fetched once and served by us, so that sites do not learn who views their pages. */
import { createHash, createHmac } from "node:crypto";
import { and, eq, gt, inArray, isNotNull, lt } from "drizzle-orm";
import type { Database } from "../../database/open.ts";
import { pagePreviews } from "../../database/schema.ts";
import { type Drawing, redrawPicture } from "../../pictures/open.ts";
import { downloadPicture, isTooSmall } from "./picture.ts";
import type { PictureStore } from "./picture-store.ts";

export interface PreviewWorld {
  readonly database: Database;
  readonly pictures: PictureStore;
  readonly fetch: typeof fetch;
  /** Signs the names in the copies' addresses. */
  readonly secret: string;
  now(): Date;
}

/** A page's picture as its site has it, and the address of our copy. */
export interface Preview {
  /** The path of our copy. */
  readonly path: string;
  /** The media type, detected from the content: "image/jpeg". */
  readonly type: string;
  /** In pixels. */
  readonly width: number;
  readonly height: number;
  /** In bytes. */
  readonly size: number;
}

/** How long a copy counts as current. */
const FRESH_MS = 3_600_000;
/** How long to wait after a failed download. */
const RETRY_MS = 60_000;
/** How long the last copy is kept and shown. */
const LIFETIME_MS = 7 * 86_400_000;
/** Twice the largest size on our pages, for high-density screens. */
const SMALL: Drawing = { format: "jpeg", width: 1_200, height: 1_200, fit: "inside", quality: 78 };
const MOST_REMOVED = 1_000;

/** What is known about a picture without a request. `preview` is undefined if it could not be fetched. */
export async function findFreshPreview(
  world: PreviewWorld,
  address: string,
): Promise<{ readonly preview: Preview | undefined } | undefined> {
  const { preview, age } = await recall(world, nameOf(world, address));
  return age < (preview === undefined ? RETRY_MS : FRESH_MS) ? { preview } : undefined;
}

/** The stored copy with its age in milliseconds. */
async function recall({ database, now }: PreviewWorld, name: string) {
  const [row] = await database
    .select({
      type: pagePreviews.type,
      width: pagePreviews.width,
      height: pagePreviews.height,
      size: pagePreviews.size,
      fetchedAt: pagePreviews.fetchedAt,
    })
    .from(pagePreviews)
    .where(eq(pagePreviews.nameHash, hashName(name)));
  return {
    preview: row === undefined ? undefined : toPreview(name, row),
    age: row === undefined ? Infinity : now().getTime() - row.fetchedAt.getTime(),
  };
}

/** Fetches a picture unless a current copy exists. @returns undefined if no picture is usable */
export async function knowPreview(world: PreviewWorld, address: string): Promise<Preview | undefined> {
  // Someone else may have fetched it while this waited for its turn.
  const fresh = await findFreshPreview(world, address);
  if (fresh !== undefined) return fresh.preview;
  const name = nameOf(world, address);
  const nameHash = hashName(name);
  const { database, now } = world;
  const found = await fetchSmaller(world, address);
  if (found === "later") {
    // The site may be down: an older copy still serves.
    const { preview, age } = await recall(world, name);
    if (preview !== undefined && age < LIFETIME_MS) return preview;
  }
  const bytes =
    typeof found === "string"
      ? null
      : await world.pictures.put(nameHash, { bytes: found.small, type: "image/jpeg" });
  const facts =
    typeof found === "string" ? { type: null, width: null, height: null, size: null } : found.facts;
  const values = { ...facts, bytes, fetchedAt: now() };
  await database
    .insert(pagePreviews)
    .values({ nameHash, ...values })
    .onConflictDoUpdate({ target: pagePreviews.nameHash, set: values });
  return toPreview(name, facts);
}

/** The small copy behind one of our addresses, as a JPEG. */
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

/**
 * Removes the bytes first and then the row that points to them, so that no bytes are orphaned.
 * @throws {PictureStoreFailed}
 */
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

/** A file can begin like a picture and be broken later; it is not usable then. */
async function fetchSmaller(world: PreviewWorld, address: string) {
  const bytes = await downloadPicture(world.fetch, address);
  if (typeof bytes === "string") return bytes;
  const redrawn = await redrawPicture(bytes, [SMALL]);
  if (typeof redrawn === "string") return redrawn;
  const { drawn: small, type, width, height } = redrawn;
  if (small === undefined || isTooSmall({ width, height })) return "unusable";
  return { small, facts: { type, width, height, size: bytes.byteLength } };
}

type Facts = { [name in "width" | "height" | "size"]: number | null } & { readonly type: string | null };

function toPreview(name: string, { type, width, height, size }: Facts): Preview | undefined {
  if (type === null || width === null || height === null || size === null) return undefined;
  return { path: `/previews/${name}.jpg`, type, width, height, size };
}

/** A name that is the same for the same picture and cannot be guessed. */
function nameOf({ secret }: PreviewWorld, address: string): string {
  return createHmac("sha256", secret).update(`preview ${address}`).digest("base64url");
}

/** Keeps readers of the database from building addresses. */
function hashName(name: string): string {
  return createHash("sha256").update(name).digest("hex");
}
