/** Writes down how a try ended: the share's new state and its line in the record of attempts. */
import { and, eq, type SQLWrapper, sql } from "drizzle-orm";
import { preparedOnce } from "../database/prepared.ts";
import { shareAttempts, socialShares } from "../database/schema.ts";
import type { PlatformError, ShareResult } from "../platforms/platform.ts";
import type { Lease } from "./lease.ts";
import { noticeTime, planNotice } from "./notices.ts";
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
  readonly message: string;
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
  return { code: error.code, message: error.message, status: error.status, operator: error.operator };
}

const given = <T extends string>(name: T) => sql`${sql.placeholder(name)}`;
const kept = (name: string, column: SQLWrapper) => sql`coalesce(${sql.placeholder(name)}, ${column})`;
/** A try that certainly posted nothing leaves no more doubt than it found. */
const undone = (name: string, column: SQLWrapper) =>
  sql`case when ${sql.placeholder("isDoubtful")}::boolean then ${column} else ${sql.placeholder(name)} end`;

/** One statement: the row, released, and its attempt. */
const statements = preparedOnce((database) => {
  const settled = database.$with("settled").as(
    database
      .update(socialShares)
      .set({
        status: given("result"),
        errorCode: given("errorCode"),
        errorMessage: given("errorMessage"),
        operatorFault: given("operatorFault"),
        firstSentAt: undone("firstSentAt", socialShares.firstSentAt),
        sends: undone("sends", socialShares.sends),
        platformPostId: kept("platformPostId", socialShares.platformPostId),
        platformPostUrl: kept("platformPostUrl", socialShares.platformPostUrl),
        postedAt: kept("postedAt", socialShares.postedAt),
        attempts: given("attempts"),
        nextAttemptAt: given("nextAttemptAt"),
        leaseId: null,
        leaseUntil: null,
        tellAt: noticeTime,
        updatedAt: given("endedAt"),
      })
      .where(and(eq(socialShares.id, given("shareId")), eq(socialShares.leaseId, given("leaseId"))))
      .returning({ id: socialShares.id }),
  );
  const attempt = database.with(settled).insert(shareAttempts);
  return {
    settle: attempt
      .values({
        shareId: sql.placeholder("shareId"),
        action: sql.placeholder("action"),
        result: sql.placeholder("result"),
        errorCode: sql.placeholder("errorCode"),
        errorMessage: sql.placeholder("errorMessage"),
        httpStatus: sql.placeholder("httpStatus"),
        startedAt: sql.placeholder("startedAt"),
        endedAt: sql.placeholder("endedAt"),
      })
      .prepare("settle_share"),
  };
});

/** Writes all of it down at once. Where it goes on, it gets its next job when its time comes. */
export async function settle(
  runtime: SharingRuntime,
  { lease, action, startedAt }: Try,
  ending: Ending,
): Promise<void> {
  const { row } = lease;
  const why = "why" in ending ? ending.why : undefined;
  const endedAt = runtime.now();
  await statements(runtime.database).settle.execute({
    ...{ shareId: row.id, leaseId: lease.id, action, result: ending.to, startedAt, endedAt },
    errorCode: why?.code ?? null,
    errorMessage: why?.message ?? null,
    httpStatus: why?.status ?? null,
    operatorFault: why?.operator ?? false,
    isDoubtful: ending.to === "unconfirmed" || (ending.to === "sending" && ending.refused === undefined),
    firstSentAt: row.firstSentAt,
    sends: row.sends,
    ...resultOf(ending),
    postedAt: ending.to === "posted" ? endedAt : null,
    attempts: "counts" in ending && ending.counts ? row.attempts + 1 : row.attempts,
    nextAttemptAt: "at" in ending ? ending.at : null,
    ...planNotice(endedAt, ending.to),
  });
}

function resultOf(ending: Ending) {
  const post = ending.to === "posted" ? ending.result : "existing" in ending ? ending.existing : undefined;
  return { platformPostId: post?.platformPostId ?? null, platformPostUrl: post?.url ?? null };
}
