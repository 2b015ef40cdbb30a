/**
 * What a worker learned that no longer held the share: another one took it over, or its person ended it. It stays in the
 * record of attempts; and that something is out there is the truth, whatever was told before.
 */
import { eq, type SQL, sql } from "drizzle-orm";
import { isForgotten } from "../../connections/connection.ts";
import { keepTold } from "../../connections/told.ts";
import type { Queryable } from "../../database/open.ts";
import { transactRepeatedly } from "../../database/repeated.ts";
import { shareAttempts, socialConnections, socialShares, users } from "../../database/schema.ts";
import { say, type Told } from "../../words/words.ts";
import type { ShareRow } from "../claims/lease.ts";
import { moving, routeOf, updateInPlace } from "../life/move.ts";
import type { Given } from "../life/transitions.ts";
import type { SharingRuntime } from "../runtime.ts";
import { POSTED_TWICE } from "../share.ts";
import type { OutcomeRow } from "./outcome.ts";

/** Does nothing where the share is gone with its person. */
export async function settleLate(runtime: SharingRuntime, row: OutcomeRow): Promise<void> {
  const became = await transactRepeatedly(runtime.database, async (transaction) => {
    const [found] = await transaction
      .select({ share: socialShares, connection: socialConnections })
      .from(socialShares)
      .innerJoin(socialConnections, eq(socialConnections.id, socialShares.connectionId))
      .where(eq(socialShares.id, row.share_id))
      .for("no key update", { of: socialShares });
    if (found === undefined) return "gone";
    // The network had us forget where this person's posts are.
    const known = isForgotten(found.connection) ? { ...row, post_id: undefined, post_url: undefined } : row;
    const news = weigh(found.share, known);
    await news.write?.(transaction).where(eq(socialShares.id, row.share_id));
    await transaction.insert(shareAttempts).values(toAttempt(row, news.problem));
    return news.write === undefined ? "recorded" : "changed";
  });
  runtime.log.info({ shareId: row.share_id, result: row.result, became }, "a share's outcome came late");
}

interface News {
  /** Undefined: it is known already. */
  readonly write?: (transaction: Queryable) => ReturnType<typeof updateInPlace>;
  /** What is to be told. */
  readonly problem?: Problem;
}

type Problem = { errorCode: string } & ReturnType<typeof keepTold>;

const nothing: News = {};

function weigh(share: ShareRow, row: OutcomeRow): News {
  if (row.result === "posted") return weighPost(share, row);
  return isRefusedAfterAll(share, row)
    ? { write: (transaction) => moving(transaction, "refusedAfterAll", refused(share, row)) }
    : nothing;
}

/** That it may have been posted was told of this one request, and the network certainly did not take it. */
function isRefusedAfterAll(share: ShareRow, row: OutcomeRow): boolean {
  const isSure = ["queued", "rejected", "failed", "reconnect", "cancelled"].includes(row.result);
  const isOnlySend = row.first_sent_at === null && share.sends === row.sends + 1;
  return isSure && isOnlySend && routeOf("refusedAfterAll", share) !== undefined;
}

function refused({ errorCode }: ShareRow, row: OutcomeRow): Given<"refusedAfterAll"> {
  const why =
    errorCode === "disconnected"
      ? { errorCode, ...keepTold(say("The account was disconnected before this was sent.")) }
      : { errorCode: null, errorMessage: null, errorTold: null };
  return { ...why, sends: row.sends, updatedAt: row.ended_at };
}

/** It is posted. What was told before may be the same post, another one, or that there is none. */
function weighPost(share: ShareRow, row: OutcomeRow): News {
  if (routeOf("postedAfterAll", share) !== undefined)
    return { write: (transaction) => moving(transaction, "postedAfterAll", posted(share, row)) };
  if (row.post_id === undefined || row.post_id === share.platformPostId) return nothing;
  if (share.platformPostId === null && share.platformPostUrl === null) {
    const post = { platformPostId: row.post_id, platformPostUrl: row.post_url };
    return { write: (transaction) => updateInPlace(transaction, post) };
  }
  // Its person named the first one by a link that holds no id: nothing tells whether this is another one.
  if (share.platformPostId === null) return nothing;
  const problem = { errorCode: POSTED_TWICE, ...keepTold(tellSecond(row)) };
  const tellAt = tellThose(row, ["problems", "all"]);
  const columns = { ...problem, tellAt, updatedAt: row.ended_at };
  return { write: (transaction) => updateInPlace(transaction, columns), problem };
}

/** Whatever else was to become of it, it is out of everybody's hands. */
function posted(share: ShareRow, row: OutcomeRow): Given<"postedAfterAll"> {
  const told =
    share.status === "cancelled"
      ? { errorCode: "not-stopped", ...keepTold(say("It could not be stopped any more: it was posted.")) }
      : { errorCode: null, errorMessage: null, errorTold: null };
  return {
    ...told,
    platformPostId: row.post_id ?? null,
    platformPostUrl: row.post_url ?? null,
    postedAt: row.ended_at,
    firstSentAt: share.firstSentAt ?? row.started_at,
    tellAt: tellThose(row, row.tell_those),
    updatedAt: row.ended_at,
  };
}

function tellSecond({ post_url: link }: OutcomeRow): Told {
  return link === undefined
    ? say("It was posted a second time. Look at your profile, and delete there what you do not want.")
    : say("It was posted a second time: {link} Delete there what you do not want.", { link });
}

/** People whose setting is one of these are mailed. */
function tellThose({ tell_at }: OutcomeRow, settings: readonly string[]): SQL {
  return sql`(select ${tell_at.toISOString()}::timestamptz from ${users} who
    where who.id = ${socialShares.userId} and who.mail_notices in ${[...settings]})`;
}

function toAttempt(row: OutcomeRow, problem: Problem | undefined): typeof shareAttempts.$inferInsert {
  return {
    shareId: row.share_id,
    action: row.action,
    result: row.result,
    errorCode: row.error_code ?? null,
    errorMessage: row.error_message ?? null,
    errorTold: row.error_told ?? null,
    ...problem,
    httpStatus: row.http_status ?? null,
    startedAt: row.started_at,
    endedAt: row.ended_at,
  };
}
