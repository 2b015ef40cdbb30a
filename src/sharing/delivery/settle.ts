/** Records how tries ended: the new states of the shares, and their attempts. */
import { and, eq, type SQL, type SQLWrapper, sql } from "drizzle-orm";
import { batched } from "../../database/batched.ts";
import type { Database } from "../../database/open.ts";
import { preparedOnce } from "../../database/prepared.ts";
import { shareAttempts, socialShares, users } from "../../database/schema.ts";
import { toStorableJson } from "../../database/storable.ts";
import { foundStatus, givenRows, isNamed, lockNamed } from "../claims/named.ts";
import { isMovable, moving } from "../life/move.ts";
import type { Given } from "../life/transitions.ts";
import type { SharingRuntime } from "../runtime.ts";
import { settleLate } from "./late.ts";
import { type Ending, type OutcomeRow, type Try, toRow } from "./outcome.ts";
import { tellTry } from "./tell-try.ts";

/** Tries that have ended, with the column names of both tables. */
const given = givenRows<OutcomeRow>({
  ...{ share_id: "uuid", lease_id: "uuid", key: "text", action: "text", result: "text" },
  ...{ started_at: "timestamptz", ended_at: "timestamptz" },
  ...{ error_code: "text", error_message: "text", error_told: "jsonb", http_status: "integer" },
  ...{ operator_fault: "boolean", is_doubtful: "boolean", is_withdrawn: "boolean" },
  ...{ first_sent_at: "timestamptz", sends: "integer", attempts: "integer", next_attempt_at: "timestamptz" },
  ...{ post_id: "text", post_url: "text", posted_at: "timestamptz" },
  ...{ tell_at: "timestamptz", tell_those: "jsonb" },
});

/** A column of the tries that are over. */
const of = (name: keyof OutcomeRow) => sql`given.${sql.identifier(name)}`;

/** Undoes a column where the try certainly posted nothing, so that no more doubt remains than before. */
const undone = (column: SQLWrapper, before: SQL) =>
  sql`case when ${of("is_doubtful")} then ${column} else ${before} end`;

/** Every column of an attempt, in the order of its table, as drizzle wants them. */
const attempt = {
  id: sql<string>`gen_random_uuid()`.as("id"),
  shareId: sql<string>`${of("share_id")}`.as("share_id"),
  action: sql<Attempt["action"]>`${of("action")}`.as("action"),
  result: sql<string>`${of("result")}`.as("result"),
  errorCode: sql<string | null>`${of("error_code")}`.as("error_code"),
  errorMessage: sql<string | null>`${of("error_message")}`.as("error_message"),
  httpStatus: sql<number | null>`${of("http_status")}`.as("http_status"),
  startedAt: sql<Date>`${of("started_at")}`.as("started_at"),
  endedAt: sql<Date>`${of("ended_at")}`.as("ended_at"),
  errorTold: sql<Attempt["errorTold"]>`${of("error_told")}`.as("error_told"),
} satisfies { readonly [Column in keyof Attempt]: SQL.Aliased<Attempt[Column]> };
type Attempt = typeof shareAttempts.$inferSelect;

const columns: Given<"settle"> = {
  errorCode: of("error_code"),
  errorMessage: of("error_message"),
  errorTold: of("error_told"),
  operatorFault: of("operator_fault"),
  firstSentAt: undone(socialShares.firstSentAt, of("first_sent_at")),
  // Once it is posted, all its sends count: after two of them, a second post may exist.
  sends: sql`case when ${of("is_doubtful")} or ${of("result")} = 'posted' then ${socialShares.sends} else ${of("sends")} end`,
  withdrawn: sql`${socialShares.withdrawn} or ${of("is_withdrawn")}`,
  platformPostId: sql`coalesce(${of("post_id")}, ${socialShares.platformPostId})`,
  platformPostUrl: sql`coalesce(${of("post_url")}, ${socialShares.platformPostUrl})`,
  postedAt: sql`coalesce(${of("posted_at")}, ${socialShares.postedAt})`,
  attempts: of("attempts"),
  nextAttemptAt: of("next_attempt_at"),
  tellAt: sql`(select ${of("tell_at")} from ${users} who
    where who.id = ${socialShares.userId} and ${of("tell_those")} ? who.mail_notices)`,
  updatedAt: of("ended_at"),
};

const statements = preparedOnce((database) => {
  const named = lockNamed(database);
  const settled = database.$with("settled").as(
    moving(database, "settle", columns, of("result"))
      .from(named)
      .innerJoin(given, sql`true`)
      .where(
        and(
          isNamed,
          eq(named.id, socialShares.id),
          eq(socialShares.id, of("share_id")),
          eq(socialShares.leaseId, of("lease_id")),
          isMovable("settle", foundStatus),
        ),
      )
      .returning({ id: sql`${socialShares.id}`.as("settled_id") }),
  );
  // Only for shares that were changed and so exist: a deleted one must not fail the others.
  const isSettled = sql`${of("share_id")} in (select settled_id from settled)`;
  return {
    settle: database
      .with(named, settled)
      .insert(shareAttempts)
      .select((query) => query.select(attempt).from(given).where(isSettled))
      .returning({ shareId: shareAttempts.shareId })
      .prepare("settle_shares"),
  };
});

const writers = new WeakMap<Database, (row: OutcomeRow) => Promise<"settled" | "late">>();

/** Records outcomes of the same moment in one statement, which also ends their leases. */
function writerOf(database: Database): (row: OutcomeRow) => Promise<"settled" | "late"> {
  const { settle: statement } = statements(database);
  const writer =
    writers.get(database) ??
    batched(async (rows: readonly OutcomeRow[]) => {
      const ids = rows.map(({ share_id }) => share_id);
      const settled = await statement.execute({ given: toStorableJson(rows), ids });
      const known = new Set(settled.map(({ shareId }) => shareId));
      return rows.map(({ share_id }) => (known.has(share_id) ? ("settled" as const) : ("late" as const)));
    });
  writers.set(database, writer);
  return writer;
}

/**
 * Records the outcome of a try. Only the worker that holds the share settles it, and only while it is open. A later outcome is weighed
 * against what is known by then. A share that goes on gets its next job when its time comes.
 */
export async function settle(runtime: SharingRuntime, done: Try, ending: Ending): Promise<void> {
  const row = toRow(done, ending, runtime.now());
  tellTry(runtime, "share", ending.to, row);
  if ((await writerOf(runtime.database)(row)) === "late") await settleLate(runtime, row);
  else if (row.next_attempt_at != null) runtime.pulse.noLaterThan(new Date(row.next_attempt_at));
}
