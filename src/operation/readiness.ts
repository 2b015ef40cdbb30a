/** Whether the process can do its work: its database and its queue answer, and it gets around to asking them. */
import { sql } from "drizzle-orm";
import type { PgBoss } from "pg-boss";
import { isAway } from "../database/away.ts";
import type { Database } from "../database/open.ts";

export interface Readiness {
  readonly ready: boolean;
  readonly parts: Readonly<Record<"database" | "queue", "ok" | "unavailable">>;
}

const READY_WITHIN_MS = 2_000;

/** Asks all parts at once; one that does not answer within two seconds is unavailable. */
export async function checkReadiness({
  database,
  queue,
}: {
  readonly database: Database;
  readonly queue: PgBoss;
}): Promise<Readiness> {
  const [ofDatabase, ofQueue] = await Promise.all([
    answers(database.execute(sql`select 1`)),
    answers(queue.getDb().executeSql("select 1 from pgboss.version")),
  ]);
  return {
    ready: ofDatabase === "ok" && ofQueue === "ok",
    parts: { database: ofDatabase, queue: ofQueue },
  };
}

/** Whether something failed for want of the database. Not every library tells why it failed: then the database is asked. */
export async function failedForDatabase(
  { database }: { readonly database: Database },
  error: unknown,
): Promise<boolean> {
  return isAway(error) || (await answers(database.execute(sql`select 1`))) === "unavailable";
}

async function answers(question: Promise<unknown>): Promise<"ok" | "unavailable"> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<"unavailable">((done) => {
    timer = setTimeout(() => done("unavailable"), READY_WITHIN_MS);
  });
  const answer = question.then(() => "ok" as const).catch(() => "unavailable" as const);
  return await Promise.race([answer, late]).finally(() => clearTimeout(timer));
}
