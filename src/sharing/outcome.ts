/** Writes down how a try ended: the share's new state and its line in the record of attempts. */
import { and, eq } from "drizzle-orm";
import { shareAttempts, socialShares } from "../database/schema.ts";
import type { PlatformError, ShareResult } from "../platforms/platform.ts";
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

/** One statement: the row, released, and its attempt. Where it goes on, it gets its next job when its time comes. */
export async function settle(
  runtime: SharingRuntime,
  { lease, action, startedAt }: Try,
  ending: Ending,
): Promise<void> {
  const { row } = lease;
  const why = "why" in ending ? ending.why : undefined;
  // A try that certainly posted nothing leaves no more doubt than it found.
  const isDoubtful = ending.to === "unconfirmed" || (ending.to === "sending" && ending.refused === undefined);
  const undone = isDoubtful ? {} : { firstSentAt: row.firstSentAt, sends: row.sends };
  const settled = runtime.database.$with("settled").as(
    runtime.database
      .update(socialShares)
      .set({
        status: ending.to,
        errorCode: why?.code ?? null,
        errorMessage: why?.message ?? null,
        operatorFault: why?.operator ?? false,
        ...undone,
        ...resultColumns(runtime, ending),
        attempts: "counts" in ending && ending.counts ? row.attempts + 1 : row.attempts,
        nextAttemptAt: "at" in ending ? ending.at : null,
        leaseId: null,
        leaseUntil: null,
        tellAt: planNotice(runtime.now(), ending.to),
        updatedAt: runtime.now(),
      })
      .where(and(eq(socialShares.id, row.id), eq(socialShares.leaseId, lease.id)))
      .returning({ id: socialShares.id }),
  );
  await runtime.database
    .with(settled)
    .insert(shareAttempts)
    .values({
      shareId: row.id,
      action,
      result: ending.to,
      errorCode: why?.code ?? null,
      errorMessage: why?.message ?? null,
      httpStatus: why?.status ?? null,
      startedAt,
      endedAt: runtime.now(),
    });
}

function resultColumns(runtime: SharingRuntime, ending: Ending) {
  if (ending.to === "posted") {
    return {
      platformPostId: ending.result.platformPostId ?? null,
      platformPostUrl: ending.result.url ?? null,
      postedAt: runtime.now(),
    };
  }
  if ("existing" in ending && ending.existing !== undefined) {
    return { platformPostId: ending.existing.platformPostId ?? null, platformPostUrl: ending.existing.url };
  }
  return {};
}
