/** Lists and ends a person's sessions. */
import { and, desc, eq, gt } from "drizzle-orm";
import { sessions, trustedBrowsers } from "../../database/schema.ts";
import { recordEvent } from "../audit.ts";
import type { PeopleRuntime, Person, Visitor } from "../people.ts";

/** More than anybody has. */
const MOST = 100;

export interface Session {
  readonly id: string;
  readonly createdAt: Date;
  /** Accurate to the day, since not every page updates a session. */
  readonly usedAt: Date;
  /** The browser's user agent; empty if it sent none. */
  readonly userAgent: string;
}

/** A person's live sessions, most recently used first. */
export async function listSessions(
  { database, now }: Pick<PeopleRuntime, "database" | "now">,
  person: Pick<Person, "id">,
): Promise<Session[]> {
  const rows = await database
    .select()
    .from(sessions)
    .where(and(eq(sessions.userId, person.id), gt(sessions.expiresAt, now())))
    .orderBy(desc(sessions.updatedAt))
    .limit(MOST);
  return rows.map(({ id, createdAt, updatedAt, userAgent }) => ({
    ...{ id, createdAt },
    usedAt: updatedAt,
    userAgent: userAgent ?? "",
  }));
}

/** Ends a session; its browser is not trusted any more. */
export async function endSession(
  { database }: PeopleRuntime,
  person: Pick<Person, "id">,
  { ipAddress }: Visitor,
  id: string,
): Promise<"ended" | "not-found"> {
  return await database.transaction(async (transaction) => {
    const ended = await transaction
      .delete(sessions)
      .where(and(eq(sessions.id, id), eq(sessions.userId, person.id)))
      .returning({ id: sessions.id });
    if (ended.length === 0) return "not-found";
    await transaction
      .delete(trustedBrowsers)
      .where(and(eq(trustedBrowsers.sessionId, id), eq(trustedBrowsers.userId, person.id)));
    await recordEvent(transaction, {
      ...{ userId: person.id, subject: person.id, ipAddress },
      action: "person.session-ended",
    });
    return "ended";
  });
}
