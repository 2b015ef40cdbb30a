/** How mail does: what waits, when a letter last went out, and what last kept one back. */
import { count, eq, isNotNull, min, sql } from "drizzle-orm";
import type { Queryable } from "../../database/open.ts";
import { letters, mailServer } from "../../database/schema.ts";

export interface MailState {
  /** Letters that wait to be sent. */
  readonly waiting: number;
  /** Since when the oldest of them waits. */
  readonly oldest: Date | undefined;
  readonly lastSentAt: Date | undefined;
  /** nodemailer's code and the server's: "EENVELOPE 450". */
  readonly lastFailure: { readonly at: Date; readonly code: string } | undefined;
  /** The server took nothing the last time; it is tried again by itself. */
  readonly isDown: boolean;
  /** Letters that were refused for good within the last day. */
  readonly refused: number;
}

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
