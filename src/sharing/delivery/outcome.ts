/** How a try to deliver a share ended, and what to record of it. */
import { keepTold } from "../../connections/told.ts";
import type { PlatformError, ShareResult } from "../../platforms/platform.ts";
import type { Told } from "../../words/words.ts";
import type { Lease } from "../claims/lease.ts";
import type { Destination } from "../life/transitions.ts";
import { planNotice } from "../record/notices.ts";
import { keyOf } from "./delivery.ts";

export interface Try {
  readonly lease: Lease;
  readonly action: "share" | "reconcile";
  readonly startedAt: Date;
}

/** What to tell the person about a problem. */
export interface Explanation {
  readonly code: string;
  readonly message: Told;
  readonly status?: number | undefined;
  readonly operator?: boolean;
}

export type Ending =
  | { readonly to: "posted"; readonly result: Partial<ShareResult> }
  | {
      readonly to: Exclude<Destination<"settle">, "posted" | "queued" | "sending">;
      readonly why: Explanation;
      readonly existing?: ShareResult | undefined;
      /** Its account was disconnected while the post may have been out. */
      readonly withdrawn?: boolean;
    }
  /** Not over: tried again at that time, either as not sent ("queued") or as perhaps sent ("sending"). */
  | {
      readonly to: "queued" | "sending";
      readonly at: Date;
      readonly why: Explanation;
      readonly counts: boolean;
      /** This try certainly posted nothing. The doubt comes from an earlier one. */
      readonly refused?: true;
    };

/** Returns what a person is told about the error. */
export function explain(error: PlatformError): Explanation {
  return { code: error.code, message: error.told, status: error.status, operator: error.operator };
}

/** An outcome with the column names of both tables. */
export type OutcomeRow = ReturnType<typeof toRow>;

export function toRow({ lease: { row, id }, action, startedAt }: Try, ending: Ending, endedAt: Date) {
  const why = "why" in ending ? ending.why : undefined;
  const remark = ending.to === "posted" ? ending.result.remark : why?.message;
  const kept = remark && keepTold(remark);
  const post = ending.to === "posted" ? ending.result : "existing" in ending ? ending.existing : undefined;
  return {
    share_id: row.id,
    lease_id: id,
    key: keyOf(row),
    action,
    result: ending.to,
    started_at: startedAt,
    ended_at: endedAt,
    error_code: why?.code,
    error_message: kept?.errorMessage,
    error_told: kept?.errorTold,
    http_status: why?.status,
    operator_fault: why?.operator ?? false,
    is_withdrawn: "withdrawn" in ending && ending.withdrawn === true,
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
