/** Shares and share requests as pages, API and tests see them. */

import type { Connection } from "../connections/connection.ts";
import type { shareStatuses } from "../database/schema.ts";
import type { SharedPage } from "../pages/page.ts";
import { readWebAddress, type WebAddress } from "../platforms/platform.ts";
import type { Told } from "../words/words.ts";

export type ShareStatus = (typeof shareStatuses)[number];

/** One page to one connection, and what became of it. */
export interface Share {
  readonly id: string;
  readonly requestId: string;
  readonly connection: Connection;
  readonly page: SharedPage;
  readonly text: string;
  /** What the person wrote for this account alone. */
  readonly ownMessage: string | undefined;
  readonly status: ShareStatus;
  /** The post, once it is there. */
  readonly postUrl: WebAddress | undefined;
  /** What went wrong and what to do, for people; absent where nothing did. */
  readonly problem: Told | undefined;
  readonly problemCode: string | undefined;
  /** While it waits: not before. */
  readonly nextAttemptAt: Date | undefined;
  readonly postedAt: Date | undefined;
  /** When the person wants it to go out; absent: at once. */
  readonly scheduledAt: Date | undefined;
  /** Nothing ran when it was due, for more than a day: the person says whether it still goes out. */
  readonly isOverdue: boolean;
  /** It has not gone out, and need not. */
  readonly isCancellable: boolean;
  readonly createdAt: Date;
  /** What the person can do about it now. */
  readonly remedy: Remedy;
  /** Whether the person can have the post taken back. */
  readonly deletion: Deletion;
}

export type Deletion =
  /** There is no post of theirs that we know. */
  | { readonly state: "none" }
  | { readonly state: "possible" }
  /** The network does not let us: what the person can do instead. */
  | { readonly state: "hindered"; readonly hindrance: Told }
  /** A worker goes on with it. */
  | {
      readonly state: "deleting";
      /** What held it up so far. */
      readonly problem: Told | undefined;
      /** It goes on by itself once the account is connected again. */
      readonly waitsForReconnect: boolean;
    }
  /** "failed": the post is there; "unclear": nobody can tell. */
  | {
      readonly state: "failed" | "unclear";
      readonly problem: Told;
      /** The person may ask for it again. */
      readonly isRepeatable: boolean;
    }
  /** `mayHaveTwin`: it was sent more than once, so that another one may be there that we know nothing of. */
  | { readonly state: "deleted"; readonly at: Date; readonly mayHaveTwin: boolean };

/**
 * "retry" sends it again, "reconnect" renews the connection first, "check" asks the network again, "rewrite" shares the
 * page anew, with other words or at another time; "none": nothing to do.
 */
export type Remedy = "none" | "retry" | "reconnect" | "check" | "rewrite";

export interface ShareRequest {
  readonly id: string;
  readonly page: SharedPage;
  readonly message: string;
  readonly createdAt: Date;
  readonly scheduledAt: Date | undefined;
  readonly shares: readonly Share[];
}

/** Our name for what the network holds twice. */
export const POSTED_TWICE = "posted-twice";

/** The other post, where the network holds it twice and named both. */
export function secondPostOf({ problemCode, problem }: Share): WebAddress | undefined {
  if (problemCode !== POSTED_TWICE || typeof problem !== "object") return undefined;
  const { link } = problem.values;
  return typeof link === "string" ? readWebAddress(link) : undefined;
}

/** It goes out by itself: at its time, when its turn comes, or once its account is connected again. */
export const waitingStatuses = ["scheduled", "queued", "reconnect"] as const satisfies readonly ShareStatus[];

export function isWaiting(status: ShareStatus): boolean {
  return waitingStatuses.some((waiting) => waiting === status);
}

/** Something goes on with it by itself: its delivery, or the deletion of its post. */
export function isUnderWay({ status, deletion }: Share): boolean {
  return !isSettled(status) || (deletion.state === "deleting" && !deletion.waitsForReconnect);
}

/** Its delivery is over. */
export function isSettled(status: ShareStatus): boolean {
  return status !== "queued" && status !== "sending" && status !== "scheduled";
}
