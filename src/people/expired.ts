/** Deletes what has expired: sessions, emailed links, open invitations and browsers that were not used for long. */
import { and, isNull, lt } from "drizzle-orm";
import {
  invitations,
  knownBrowsers,
  pendingSignIns,
  sessions,
  trustedBrowsers,
  verifications,
} from "../database/schema.ts";
import type { PeopleRuntime } from "./people.ts";
import { KNOWN_DAYS } from "./sign-in/known-browsers.ts";

/** Deletes everything of people that has expired by now. */
export async function removeExpired({
  database,
  now,
}: Pick<PeopleRuntime, "database" | "now">): Promise<void> {
  const time = now();
  await database.delete(sessions).where(lt(sessions.expiresAt, time));
  await database.delete(verifications).where(lt(verifications.expiresAt, time));
  await database.delete(pendingSignIns).where(lt(pendingSignIns.expiresAt, time));
  await database.delete(trustedBrowsers).where(lt(trustedBrowsers.expiresAt, time));
  const lastKnown = new Date(time.getTime() - KNOWN_DAYS * 86_400_000);
  await database.delete(knownBrowsers).where(lt(knownBrowsers.lastUsedAt, lastKnown));
  await database
    .delete(invitations)
    .where(and(lt(invitations.expiresAt, time), isNull(invitations.acceptedAt)));
}
