/** Named sets of hashtags, which a person puts into messages. */
import { and, asc, count, eq } from "drizzle-orm";
import type { Database, Queryable } from "../../database/open.ts";
import { hashtagSets } from "../../database/schema.ts";
import { actAs } from "../../people/acting.ts";
import { writeHashtags } from "../../platforms/platform.ts";
import { tidyName } from "../../words/names.ts";
import { say, type Told } from "../../words/words.ts";
import { writtenLine, writtenLines } from "../../words/written.ts";

export interface HashtagSet {
  readonly id: string;
  readonly name: string;
  /** "#one #two" */
  readonly tags: string;
}

const MOST_SETS = 30;
export const LONGEST_SET_NAME = 40;
/** In UTF-16 units, as browsers count `maxlength`. */
export const LONGEST_TAGS = 1_000;

/** Thirty is the most that any network takes. */
const RULE = { most: 30, longest: 100, mayBeNumber: true };

/** A person's sets by name. */
export async function listHashtagSets(
  { database }: { readonly database: Queryable },
  person: { readonly id: string },
): Promise<HashtagSet[]> {
  return await database
    .select({ id: hashtagSets.id, name: hashtagSets.name, tags: hashtagSets.tags })
    .from(hashtagSets)
    .where(eq(hashtagSets.userId, person.id))
    .orderBy(asc(hashtagSets.name));
}

/** Returns what somebody typed as tags: "#one #two", "one, two words" or "one two". */
function readTags(written: string): string {
  const text = writtenLines(written).slice(0, LONGEST_TAGS);
  const between = /[#,;\n]/.test(text) ? /[,;\n]+|(?:^|\s+)(?=#)/u : /\s+/u;
  return writeHashtags(text.split(between), RULE).join(" ");
}

/**
 * Keeps a set; one of the same name is replaced.
 * @returns why nothing was kept, or undefined
 * @throws {Barred}
 */
export async function keepHashtagSet(
  { database }: { readonly database: Database },
  person: { readonly id: string },
  written: { readonly name: string; readonly tags: string },
): Promise<Told | undefined> {
  const name = tidyName(writtenLine(written.name).trim(), LONGEST_SET_NAME);
  const tags = readTags(written.tags);
  if (name === "") return say("Give the set a name.");
  if (tags === "") return say("Write at least one hashtag, with letters or digits.");
  return await actAs({ database }, person, async (transaction) => {
    const [kept] = await transaction
      .select({ sets: count() })
      .from(hashtagSets)
      .where(eq(hashtagSets.userId, person.id));
    const [same] = await transaction
      .select({ id: hashtagSets.id })
      .from(hashtagSets)
      .where(and(eq(hashtagSets.userId, person.id), eq(hashtagSets.name, name)));
    if (same === undefined && (kept?.sets ?? 0) >= MOST_SETS)
      return say("You already have {most} sets. Delete one first.", { most: MOST_SETS });
    await transaction
      .insert(hashtagSets)
      .values({ userId: person.id, name, tags })
      .onConflictDoUpdate({ target: [hashtagSets.userId, hashtagSets.name], set: { tags } });
    return undefined;
  });
}

/** Deletes one of a person's sets, if it is there. @throws {Barred} */
export async function deleteHashtagSet(
  { database }: { readonly database: Database },
  person: { readonly id: string },
  id: string,
): Promise<void> {
  await actAs({ database }, person, (transaction) =>
    transaction.delete(hashtagSets).where(and(eq(hashtagSets.id, id), eq(hashtagSets.userId, person.id))),
  );
}

/** Returns the message with the tags that it lacks at its end. */
export function addTags(message: string, tags: string): string {
  const had = message.toLowerCase().split(/\s+/);
  const lacking = tags.split(" ").filter((tag) => !had.includes(tag.toLowerCase()));
  const start = message.trimEnd();
  if (lacking.length === 0) return message;
  const gap = start === "" ? "" : /(?:^|\s)#\S+$/.test(start) ? " " : "\n\n";
  return start + gap + lacking.join(" ");
}
