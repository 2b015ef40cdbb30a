/** Writes down how a try ended: the share's new state and its line in the record of attempts. */
import { and, eq, type SQL, type SQLWrapper, sql } from "drizzle-orm";
import { keepTold } from "../connections/told.ts";
import { batched } from "../database/batched.ts";
import type { Database } from "../database/open.ts";
import { preparedOnce } from "../database/prepared.ts";
import { shareAttempts, socialShares, users } from "../database/schema.ts";
import { toStorableJson } from "../database/storable.ts";
import type { PlatformError, ShareResult } from "../platforms/platform.ts";
import type { Told } from "../words/words.ts";
import type { Lease } from "./lease.ts";
import { planNotice } from "./notices.ts";
import type { SharingRuntime } from "./runtime.ts";
import type { ShareStatus } from "./share.ts";

export interface Try {
  readonly lease: Lease;
  readonly action: "share" | "reconcile";
  readonly startedAt: Date;
}

/** What the person is told, where there is something to tell. */
export interface Explanation {
  readonly code: string;
  readonly message: Told;
  readonly status?: number | undefined;
  readonly operator?: boolean;
}

export type Ending =
  | { readonly to: "posted"; readonly result: Partial<ShareResult> }
  | {
      readonly to: Exclude<ShareStatus, "posted" | "scheduled" | "queued" | "sending">;
      readonly why: Explanation;
      readonly existing?: ShareResult | undefined;
    }
  /** Not over: tried again at that time, as not sent ("queued") or as perhaps sent ("sending"). */
  | {
      readonly to: "queued" | "sending";
      readonly at: Date;
      readonly why: Explanation;
      readonly counts: boolean;
      /** This try certainly posted nothing; what doubt there is comes from an earlier one. */
      readonly refused?: true;
    };

export function explain(error: PlatformError): Explanation {
  return { code: error.code, message: error.told, status: error.status, operator: error.operator };
}

/** Tries that are over, in the words of both tables. */
const given = sql`jsonb_to_recordset(${sql.placeholder("given")}::jsonb) as given(
  share_id uuid, lease_id uuid, action text, result text, started_at timestamptz, ended_at timestamptz,
  error_code text, error_message text, error_told jsonb, http_status integer, operator_fault boolean, is_doubtful boolean,
  first_sent_at timestamptz, sends integer, post_id text, post_url text, posted_at timestamptz,
  attempts integer, next_attempt_at timestamptz, tell_at timestamptz, tell_those jsonb)`;

/** A try that certainly posted nothing leaves no more doubt than it found. */
const undone = (column: SQLWrapper, before: SQL) =>
  sql`case when given.is_doubtful then ${column} else ${before} end`;

const statements = preparedOnce((database) => {
  const settled = database.$with("settled").as(
    database
      .update(socialShares)
      .set({
        status: sql`given.result`,
        errorCode: sql`given.error_code`,
        errorMessage: sql`given.error_message`,
        errorTold: sql`given.error_told`,
        operatorFault: sql`given.operator_fault`,
        firstSentAt: undone(socialShares.firstSentAt, sql`given.first_sent_at`),
        sends: undone(socialShares.sends, sql`given.sends`),
        platformPostId: sql`coalesce(given.post_id, ${socialShares.platformPostId})`,
        platformPostUrl: sql`coalesce(given.post_url, ${socialShares.platformPostUrl})`,
        postedAt: sql`coalesce(given.posted_at, ${socialShares.postedAt})`,
        attempts: sql`given.attempts`,
        nextAttemptAt: sql`given.next_attempt_at`,
        leaseId: null,
        leaseUntil: null,
        tellAt: sql`(select given.tell_at from ${users} who
          where who.id = ${socialShares.userId} and given.tell_those ? who.mail_notices)`,
        updatedAt: sql`given.ended_at`,
      })
      .from(given)
      .where(
        and(
          // Said again for the planner: see the same in lease.ts.
          sql`${socialShares.id} = any((select ${sql.placeholder("ids")}::uuid[])::uuid[])`,
          eq(socialShares.id, sql`given.share_id`),
          eq(socialShares.leaseId, sql`given.lease_id`),
        ),
      )
      .returning({ id: socialShares.id }),
  );
  // All columns, in the order of the table.
  const attempts = sql`select gen_random_uuid(), share_id, action, result, error_code, error_message, http_status,
    started_at, ended_at, error_told from ${given}`;
  return { settle: database.with(settled).insert(shareAttempts).select(attempts).prepare("settle_shares") };
});

const writers = new WeakMap<Database, (row: ReturnType<typeof toRow>) => Promise<"done">>();

/** What ends at the same time is written down together, in one statement: the rows, released, and their attempts. */
function writerOf(database: Database): (row: ReturnType<typeof toRow>) => Promise<"done"> {
  const { settle: statement } = statements(database);
  const writer =
    writers.get(database) ??
    batched(async (rows: readonly ReturnType<typeof toRow>[]) => {
      await statement.execute({ given: toStorableJson(rows), ids: rows.map(({ share_id }) => share_id) });
      return rows.map(() => "done" as const);
    });
  writers.set(database, writer);
  return writer;
}

/** Where the share goes on, it gets its next job when its time comes. */
export async function settle(runtime: SharingRuntime, done: Try, ending: Ending): Promise<void> {
  await writerOf(runtime.database)(toRow(done, ending, runtime.now()));
}

function toRow({ lease: { row, id }, action, startedAt }: Try, ending: Ending, endedAt: Date) {
  const why = "why" in ending ? ending.why : undefined;
  const kept = why && keepTold(why.message);
  const post = ending.to === "posted" ? ending.result : "existing" in ending ? ending.existing : undefined;
  return {
    share_id: row.id,
    lease_id: id,
    action,
    result: ending.to,
    started_at: startedAt,
    ended_at: endedAt,
    error_code: why?.code,
    error_message: kept?.errorMessage,
    error_told: kept?.errorTold,
    http_status: why?.status,
    operator_fault: why?.operator ?? false,
    is_doubtful: ending.to === "unconfirmed" || (ending.to === "sending" && ending.refused === undefined),
    first_sent_at: row.firstSentAt,
    sends: row.sends,
    post_id: post?.platformPostId,
    post_url: post?.url,
    posted_at: ending.to === "posted" ? endedAt : undefined,
    attempts: "counts" in ending && ending.counts ? row.attempts + 1 : row.attempts,
    next_attempt_at: "at" in ending ? ending.at : undefined,
    ...planNotice(endedAt, ending.to),
  };
}
