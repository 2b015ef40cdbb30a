/** The state of outgoing email: what waits, when a letter was last sent, and what last delayed one. */
import { count, eq, isNotNull, min, sql } from "drizzle-orm";
import type { Queryable } from "../../database/open.ts";
import { letters, mailServer } from "../../database/schema.ts";

export interface MailState {
  /** Letters waiting to be sent. */
  readonly waiting: number;
  /** When the oldest of them was written. */
  readonly oldest: Date | undefined;
  readonly lastSentAt: Date | undefined;
  /** The code of nodemailer and of the server: "EENVELOPE 450". */
  readonly lastFailure: { readonly at: Date; readonly code: string } | undefined;
  /** The server accepted nothing at the last attempt. It is retried automatically. */
  readonly isDown: boolean;
  /** Letters that were rejected for good in the last day. */
  readonly refused: number;
}

/** Reads the state of outgoing email. */
export async function mailState(database: Queryable): Promise<MailState> {
  const [waiting] = await database
    .select({ number: count(), oldest: min(letters.createdAt) })
    .from(letters)
    .where(isNotNull(letters.dueAt));
  const refused = await database.$count(
    letters,
    sql`${letters.endedAt} > now() - interval '1 day' and ${eq(letters.state, "refused")}`,
  );
  const [server] = await database.select().from(mailServer);
  const { lastFailedAt, lastFailureCode, lastSentAt, retryAt } = server ?? {};
  return {
    ...{ waiting: waiting?.number ?? 0, oldest: waiting?.oldest ?? undefined, refused },
    lastSentAt: lastSentAt ?? undefined,
    lastFailure: lastFailedAt && lastFailureCode ? { at: lastFailedAt, code: lastFailureCode } : undefined,
    isDown: retryAt !== undefined && retryAt !== null,
  };
}
