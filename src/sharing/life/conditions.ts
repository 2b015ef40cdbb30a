/** The conditions of transitions beside the state of a share, each for the database and for a row in memory. */
import { eq, isNotNull, isNull, type SQL } from "drizzle-orm";
import { socialShares } from "../../database/schema.ts";
import type { ShareStatus } from "../share.ts";

/** The columns on which transitions depend. */
export interface Facts {
  readonly status: ShareStatus;
  readonly firstSentAt: Date | null;
  readonly lookSince: Date | null;
  readonly withdrawn: boolean;
  readonly operatorFault: boolean;
}

interface Condition {
  readonly sql: SQL;
  holds(share: Facts): boolean;
}

const { firstSentAt, lookSince, withdrawn, operatorFault } = socialShares;

export const conditions = {
  /** No request that can publish was sent, or each was certainly refused. */
  unsent: { sql: isNull(firstSentAt), holds: (share) => share.firstSentAt === null },
  /** The post may be out. */
  sent: { sql: isNotNull(firstSentAt), holds: (share) => share.firstSentAt !== null },
  /** The database did not go back while the share was waiting. */
  certain: { sql: isNull(lookSince), holds: (share) => share.lookSince === null },
  doubted: { sql: isNotNull(lookSince), holds: (share) => share.lookSince !== null },
  /** Its account was taken away while the post may have been out. */
  withdrawn: { sql: eq(withdrawn, true), holds: (share) => share.withdrawn },
  kept: { sql: eq(withdrawn, false), holds: (share) => !share.withdrawn },
  /** Only the operator can fix what the network refused. */
  operatorFault: { sql: eq(operatorFault, true), holds: (share) => share.operatorFault },
} satisfies Record<string, Condition>;

export type ConditionName = keyof typeof conditions;
