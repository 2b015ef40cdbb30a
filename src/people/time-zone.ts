/** The zone in which a person reads and chooses times. */
import { eq } from "drizzle-orm";
import type { Database } from "../database/open.ts";
import { users } from "../database/schema.ts";
import type { Person } from "./people.ts";

/** @param zone an IANA name that was checked */
export async function keepTimeZone(
  { database }: { readonly database: Database },
  { id, timeZone }: Person,
  zone: string,
): Promise<void> {
  if (zone !== timeZone) await database.update(users).set({ timeZone: zone }).where(eq(users.id, id));
}
