/**
 * Records what a worker learned after it had lost the share to another worker or to its person. It is kept in the record of attempts,
 * and if there is a post, the share becomes posted, whatever its state said before.
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
import { keyOf } from "./delivery.ts";
import type { OutcomeRow } from "./outcome.ts";

/** Weighs the late outcome against what is known by now. Does nothing if the share was deleted with its person. */
export async function settleLate(runtime: SharingRuntime, row: OutcomeRow): Promise<void> {
  const became = await transactRepeatedly(runtime.database, async (transaction) => {
    const [found] = await transaction
      .select({ share: socialShares, connection: socialConnections })
      .from(socialShares)
      .innerJoin(socialConnections, eq(socialConnections.id, socialShares.connectionId))
      .where(eq(socialShares.id, row.share_id))
      .for("no key update", { of: socialShares });
    if (found === undefined) return "gone";
    // The network made us forget where this person's posts are.
    const known = isForgotten(found.connection) ? { ...row, post_id: undefined, post_url: undefined } : row;
    const news = weigh(found.share, known);
    await news.write?.(transaction).where(eq(socialShares.id, row.share_id));
    await transaction.insert(shareAttempts).values(toAttempt(row, news.problem));
    return news.write === undefined ? "recorded" : "changed";
  });
  runtime.log.info({ shareId: row.share_id, result: row.result, became }, "a share's outcome came late");
}

interface News {
  /** Absent if it is known already. */
  readonly write?: (transaction: Queryable) => ReturnType<typeof updateInPlace>;
  /** What to tell the person. */
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

/** Whether the doubt came from this one request, which the network certainly did not accept. */
function isRefusedAfterAll(share: ShareRow, row: OutcomeRow): boolean {
  const isSure = ["queued", "rejected", "failed", "reconnect", "cancelled"].includes(row.result);
  // With another key, the share was sent anew since, so that its only send is not the one that was refused.
  const isOnlySend = row.first_sent_at === null && share.sends === row.sends + 1 && row.key === keyOf(share);
  return isSure && isOnlySend && routeOf("refusedAfterAll", share) !== undefined;
}

function refused({ errorCode }: ShareRow, row: OutcomeRow): Given<"refusedAfterAll"> {
  const why =
    errorCode === "disconnected"
      ? { errorCode, ...keepTold(say("The account was disconnected before this was sent.")) }
      : { errorCode: null, errorMessage: null, errorTold: null };
  return { ...why, sends: row.sends, updatedAt: row.ended_at };
}

/** The share is posted. What is known so far may be this post, another one, or none. */
function weighPost(share: ShareRow, row: OutcomeRow): News {
  if (routeOf("postedAfterAll", share) !== undefined)
    return { write: (transaction) => moving(transaction, "postedAfterAll", posted(share, row)) };
  if (row.post_id === undefined || row.post_id === share.platformPostId) return nothing;
  if (share.platformPostId === null && share.platformPostUrl === null) {
    const post = { platformPostId: row.post_id, platformPostUrl: row.post_url };
    return { write: (transaction) => updateInPlace(transaction, post) };
  }
  // Its person gave a link that holds no id, so nothing tells whether this is another post.
  if (share.platformPostId === null) return nothing;
  const problem = { errorCode: POSTED_TWICE, ...keepTold(tellSecond(row)) };
  const tellAt = tellThose(row, ["problems", "all"]);
  const columns = { ...problem, tellAt, updatedAt: row.ended_at };
  return { write: (transaction) => updateInPlace(transaction, columns), problem };
}

/** The columns of a share that is posted after all. */
function posted(share: ShareRow, row: OutcomeRow): Given<"postedAfterAll"> {
  const told =
    share.status === "cancelled"
      ? { errorCode: "not-stopped", ...keepTold(say("It was too late to stop it. It was posted.")) }
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
    ? say("It was posted twice. Look at your profile and delete the post that you do not want.")
    : say("It was posted twice. The second post is {link} Delete the one that you do not want.", { link });
}

/** Plans a letter for people who have one of these settings. */
function tellThose({ tell_at }: OutcomeRow, settings: readonly string[]): SQL {
  return sql`(select ${tell_at.toISOString()}::timestamptz from ${users} who
    where who.id = ${socialShares.userId} and who.mail_notices in ${[...settings]})`;
}

function toAttempt(
  row: OutcomeRow,
  problem: Problem | undefined,
): Omit<typeof shareAttempts.$inferSelect, "id"> {
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
