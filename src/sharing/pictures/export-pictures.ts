/** Exports a person's own pictures with their data, one at a time, so that no two are in memory at once. */
import { asc, eq } from "drizzle-orm";
import { ownPictures } from "../../database/schema.ts";
import type { PicturesRuntime } from "./own-pictures.ts";

/** Yields the text of a JSON array. @throws {PictureStoreFailed} */
export async function* exportPictures(
  { database, pictures }: Pick<PicturesRuntime, "database" | "pictures">,
  person: { readonly id: string },
): AsyncGenerator<string> {
  const { id, userId, createdAt } = ownPictures;
  const all = await database
    .select({ id })
    .from(ownPictures)
    .where(eq(userId, person.id))
    .orderBy(asc(createdAt));
  yield "[";
  let separator = "\n";
  for (const each of all) {
    const [row] = await database.select().from(ownPictures).where(eq(id, each.id));
    const bytes = row && (await pictures.get(row.nameHash, row.bytes));
    if (row === undefined || bytes === undefined) continue;
    const { type, width, height, address } = row;
    const told = { id: row.id, addedAt: row.createdAt, type, width, height, address: address ?? undefined };
    yield separator + JSON.stringify({ ...told, data: Buffer.from(bytes).toString("base64") });
    separator = ",\n";
  }
  yield separator === "\n" ? "]" : "\n]";
}
