/** Writes down how tries ended: the shares' new states and their lines in the record of attempts. */
import { and, eq, type SQL, type SQLWrapper, sql } from "drizzle-orm";
import { batched } from "../../database/batched.ts";
import type { Database } from "../../database/open.ts";
import { preparedOnce } from "../../database/prepared.ts";
import { shareAttempts, socialShares, users } from "../../database/schema.ts";
import { toStorableJson } from "../../database/storable.ts";
import { foundStatus, isNamed, lockNamed } from "../claims/named.ts";
import { isMovable, moving } from "../life/move.ts";
import type { Given } from "../life/transitions.ts";
import type { SharingRuntime } from "../runtime.ts";
import { settleLate } from "./late.ts";
import { type Ending, type OutcomeRow, type Try, toRow } from "./outcome.ts";
import { tellTry } from "./tell-try.ts";

/** Tries that are over, in the words of both tables. */
const given = sql`jsonb_to_recordset(${sql.placeholder("given")}::jsonb) as given(
  share_id uuid, lease_id uuid, action text, result text, started_at timestamptz, ended_at timestamptz,
  error_code text, error_message text, error_told jsonb, http_status integer, operator_fault boolean, is_doubtful boolean, is_withdrawn boolean,
  first_sent_at timestamptz, sends integer, post_id text, post_url text, posted_at timestamptz,
  attempts integer, next_attempt_at timestamptz, tell_at timestamptz, tell_those jsonb)`;

/** A try that certainly posted nothing leaves no more doubt than it found. */
const undone = (column: SQLWrapper, before: SQL) =>
  sql`case when given.is_doubtful then ${column} else ${before} end`;

const columns: Given<"settle"> = {
  errorCode: sql`given.error_code`,
  errorMessage: sql`given.error_message`,
  errorTold: sql`given.error_told`,
  operatorFault: sql`given.operator_fault`,
  firstSentAt: undone(socialShares.firstSentAt, sql`given.first_sent_at`),
  // Of what is posted all its sends count: after two of them another one may be there.
  sends: sql`case when given.is_doubtful or given.result = 'posted' then ${socialShares.sends} else given.sends end`,
  withdrawn: sql`${socialShares.withdrawn} or given.is_withdrawn`,
  platformPostId: sql`coalesce(given.post_id, ${socialShares.platformPostId})`,
  platformPostUrl: sql`coalesce(given.post_url, ${socialShares.platformPostUrl})`,
  postedAt: sql`coalesce(given.posted_at, ${socialShares.postedAt})`,
  attempts: sql`given.attempts`,
  nextAttemptAt: sql`given.next_attempt_at`,
  tellAt: sql`(select given.tell_at from ${users} who
    where who.id = ${socialShares.userId} and given.tell_those ? who.mail_notices)`,
  updatedAt: sql`given.ended_at`,
};

const statements = preparedOnce((database) => {
  const named = lockNamed(database);
  const settled = database.$with("settled").as(
    moving(database, "settle", columns, sql`given.result`)
      .from(named)
      .innerJoin(given, sql`true`)
      .where(
        and(
          isNamed,
          eq(named.id, socialShares.id),
          eq(socialShares.id, sql`given.share_id`),
          eq(socialShares.leaseId, sql`given.lease_id`),
          isMovable("settle", foundStatus),
        ),
      )
      .returning({ id: sql`${socialShares.id}`.as("settled_id") }),
  );
  // All columns, in the order of the table; of shares that were changed, and so are there: what is gone fails no other.
  const attempts = sql`select gen_random_uuid(), share_id, action, result, error_code, error_message, http_status,
    started_at, ended_at, error_told from ${given} where share_id in (select settled_id from settled)`;
  return {
    settle: database
      .with(named, settled)
      .insert(shareAttempts)
      .select(attempts)
      .returning({ shareId: shareAttempts.shareId })
      .prepare("settle_shares"),
  };
});

const writers = new WeakMap<Database, (row: OutcomeRow) => Promise<"settled" | "late">>();

/** What ends at the same time is written down together, in one statement: the rows, released, and their attempts. */
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
 * Where the share goes on, it gets its next job when its time comes. Only who holds the share settles it, and only while
 * it is open: what comes later than that is weighed against what is known by then.
 */
export async function settle(runtime: SharingRuntime, done: Try, ending: Ending): Promise<void> {
  const row = toRow(done, ending, runtime.now());
  tellTry(runtime, "share", ending.to, row);
  if ((await writerOf(runtime.database)(row)) === "late") await settleLate(runtime, row);
  else if (row.next_attempt_at != null) runtime.pulse.noLaterThan(new Date(row.next_attempt_at));
}
