/** What a person chose for themselves: the zone of their times, their language, and what they are mailed. */
import { eq } from "drizzle-orm";
import type { Database } from "../database/open.ts";
import { users } from "../database/schema.ts";
import type { Language } from "../words/languages.ts";
import type { Person } from "./people.ts";

/** @param zone an IANA name that was checked */
export async function keepTimeZone(
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

/** @param language one that we speak; undefined: what their browser asks for */
export async function keepLanguage(
  { database }: { readonly database: Database },
  { id }: Pick<Person, "id">,
  language: Language | undefined,
): Promise<void> {
  await database
    .update(users)
    .set({ language: language ?? null })
    .where(eq(users.id, id));
}

export async function chooseNotices(
  { database }: { readonly database: Database },
  { id }: Pick<Person, "id">,
  mailNotices: Person["mailNotices"],
): Promise<void> {
  await database.update(users).set({ mailNotices }).where(eq(users.id, id));
}
