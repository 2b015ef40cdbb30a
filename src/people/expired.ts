/** Forgets what has run out: sessions, links that were mailed, invitations that nobody took. */
import { and, isNull, lt } from "drizzle-orm";
import { invitations, sessions, verifications } from "../database/schema.ts";
import type { PeopleRuntime } from "./people.ts";

export async function removeExpired({
  database,
  now,
}: Pick<PeopleRuntime, "database" | "now">): Promise<void> {
  const time = now();
  await database.delete(sessions).where(lt(sessions.expiresAt, time));
  await database.delete(verifications).where(lt(verifications.expiresAt, time));
  await database
    .delete(invitations)
    .where(and(lt(invitations.expiresAt, time), isNull(invitations.acceptedAt)));
}
