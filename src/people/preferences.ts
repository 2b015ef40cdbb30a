/** What a person chose for themselves: the zone of their times, their language, and what they are mailed. */
import { eq } from "drizzle-orm";
import type { Database } from "../database/open.ts";
import { users } from "../database/schema.ts";
import type { Language } from "../words/languages.ts";
import type { Person } from "./people.ts";

/** @param zone an IANA name that was checked */
async function keepTimeZone(
  { database }: { readonly database: Database },
  { id, timeZone }: Person,
  zone: string,
): Promise<void> {
  if (zone !== timeZone) await database.update(users).set({ timeZone: zone }).where(eq(users.id, id));
}

/** For whoever chose none yet: the zone that they scheduled in is theirs. @param zone an IANA name that was checked */
export async function learnTimeZone(
  runtime: { readonly database: Database },
  person: Person,
  zone: string,
): Promise<void> {
  if (person.timeZone === undefined) await keepTimeZone(runtime, person, zone);
}

export interface Preferences {
  readonly mailNotices: Person["mailNotices"];
  /** An IANA name that was checked. */
  readonly timeZone: string;
  /** Undefined: the language that the browser asks for. */
  readonly language: Language | undefined;
}

/** Saves all of them in one statement. */
export async function savePreferences(
  { database }: { readonly database: Database },
  { id }: Pick<Person, "id">,
  { mailNotices, timeZone, language }: Preferences,
): Promise<void> {
  await database
    .update(users)
    .set({ mailNotices, timeZone, language: language ?? null })
    .where(eq(users.id, id));
}
