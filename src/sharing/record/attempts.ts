/** Reads the record of attempts to deliver a share or to delete its post, and what the network answered. */
import { asc, eq } from "drizzle-orm";
import { readTold } from "../../connections/told.ts";
import type { Database } from "../../database/open.ts";
import { shareAttempts } from "../../database/schema.ts";
import type { Told } from "../../words/words.ts";

export interface Attempt {
  readonly action: (typeof shareAttempts.$inferSelect)["action"];
  /** The status in which the attempt left the share, or the kind of the failure. */
  readonly result: string;
  /** What went wrong, for people; undefined if nothing did. */
  readonly problem: Told | undefined;
  readonly problemCode: string | undefined;
  readonly httpStatus: number | undefined;
  readonly startedAt: Date;
  readonly endedAt: Date;
}

/** The most attempts that are listed. No share needs more. */
const MOST = 200;

/** Lists the attempts of a share, oldest first. The caller has checked with `findShare` that the person may see it. */
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
