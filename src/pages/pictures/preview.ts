/** Pictures of pages as we show them: fetched once, made smaller, served by us, so that a site learns of nobody's look. */
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
const SMALL: Drawing = { format: "jpeg", width: 1_200, height: 1_200, fit: "inside", quality: 78 };
const MOST_REMOVED = 1_000;

/** What is known of a picture without asking its site: `preview` is undefined where it could not be had. */
export async function findFreshPreview(
  world: PreviewWorld,
  address: string,
): Promise<{ readonly preview: Preview | undefined } | undefined> {
  const { preview, age } = await recall(world, nameOf(world, address));
  return age < (preview === undefined ? RETRY_MS : FRESH_MS) ? { preview } : undefined;
}

/** What is kept of a picture, and how old that is, in milliseconds. */
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

/** Undefined: there is no picture that we can use. */
export async function knowPreview(world: PreviewWorld, address: string): Promise<Preview | undefined> {
  // Somebody else may have fetched it while this waited for its turn.
  const fresh = await findFreshPreview(world, address);
  if (fresh !== undefined) return fresh.preview;
  const name = nameOf(world, address);
  const nameHash = hashName(name);
  const { database, now } = world;
  const found = await fetchSmaller(world, address);
  if (found === "later") {
    // Its site may be down: what we have of it still serves.
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

/** A picture's beginning may be a picture's and the rest not: then it is of no use. */
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

/** The same for the same picture, and for nobody to guess. */
function nameOf({ secret }: PreviewWorld, address: string): string {
  return createHmac("sha256", secret).update(`preview ${address}`).digest("base64url");
}

/** So that whoever reads the database cannot make addresses of it. */
function hashName(name: string): string {
  return createHash("sha256").update(name).digest("hex");
}
