/** The record of what was tried for a share, and what the network said. */
import { asc, eq } from "drizzle-orm";
import { readTold } from "../../connections/told.ts";
import type { Database } from "../../database/open.ts";
import { shareAttempts } from "../../database/schema.ts";
import type { Told } from "../../words/words.ts";

export interface Attempt {
  readonly action: (typeof shareAttempts.$inferSelect)["action"];
  /** A share's status, or the kind of a failure. */
  readonly result: string;
  /** In plain words; absent where all went well. */
  readonly problem: Told | undefined;
  readonly problemCode: string | undefined;
  readonly httpStatus: number | undefined;
  readonly startedAt: Date;
  readonly endedAt: Date;
}

/** More than any share needs. */
const MOST = 200;

/** In the order in which they happened. The share is the asker's: `findShare` says so. */
export async function listAttempts(
  { database }: { readonly database: Database },
  share: { readonly id: string },
): Promise<Attempt[]> {
  const rows = await database
    .select()
    .from(shareAttempts)
    .where(eq(shareAttempts.shareId, share.id))
    .orderBy(asc(shareAttempts.startedAt))
    .limit(MOST);
  return rows.map((row) => ({
    action: row.action,
    result: row.result,
    problem: readTold(row),
    problemCode: row.errorCode ?? undefined,
    httpStatus: row.httpStatus ?? undefined,
    startedAt: row.startedAt,
    endedAt: row.endedAt,
  }));
}
