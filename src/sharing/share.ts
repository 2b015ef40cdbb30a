/** Shares and share requests, as pages, the API and tests see them. */
import type { Connection } from "../connections/connection.ts";
import type { shareStatuses } from "../database/schema.ts";
import type { SharedPage } from "../pages/page.ts";
import { type OptionValues, readWebAddress, type WebAddress } from "../platforms/platform.ts";
import type { Told } from "../words/words.ts";

export type ShareStatus = (typeof shareStatuses)[number];

/** One page shared to one connection, and the outcome. */
export interface Share {
  readonly id: string;
  readonly requestId: string;
  readonly connection: Connection;
  readonly page: SharedPage;
  readonly text: string;
  /** What the person wrote for this account alone. */
  readonly ownMessage: string | undefined;
  /** What the person chose for the post on its network. */
  readonly options: OptionValues;
  readonly status: ShareStatus;
  /** The address of the post, once it exists. */
  readonly postUrl: WebAddress | undefined;
  /** What went wrong and what to do, for people. */
  readonly problem: Told | undefined;
  readonly problemCode: string | undefined;
  /** The earliest moment of the next try, while it waits. */
  readonly nextAttemptAt: Date | undefined;
  readonly postedAt: Date | undefined;
  readonly cancelledAt: Date | undefined;
  /** The moment that the person chose; absent: at once. */
  readonly scheduledAt: Date | undefined;
  /** The service was down for more than a day when it was due, so the person decides whether it is still sent. */
  readonly isOverdue: boolean;
  /** It is not sent yet, and can be cancelled. */
  readonly isCancellable: boolean;
  readonly createdAt: Date;
  /** What the person can do about it now. */
  readonly remedy: Remedy;
  /** Whether the person can delete the post. */
  readonly deletion: Deletion;
}

export type Deletion =
  /** We know of no post. */
  | { readonly state: "none" }
  | { readonly state: "possible" }
  /** The network does not let us delete it: what the person can do instead. */
  | { readonly state: "hindered"; readonly hindrance: Told }
  /** A worker is deleting it. */
  | {
      readonly state: "deleting";
      /** What has held it up so far. */
      readonly problem: Told | undefined;
      /** It goes on by itself once the account is reconnected. */
      readonly waitsForReconnect: boolean;
    }
  /** "failed": the post is there; "unclear": nobody can tell. */
  | {
      readonly state: "failed" | "unclear";
      readonly problem: Told;
      /** The person may try again. */
      readonly isRepeatable: boolean;
    }
  /** `mayHaveTwin`: the share was sent more than once, so another post may exist that we do not know. */
  | { readonly state: "deleted"; readonly at: Date; readonly mayHaveTwin: boolean };

/**
 * "retry" sends it again; "reconnect" renews the connection first; "check" looks for the post again; "rewrite" shares the page again,
 * with another text or at another time; "none": there is nothing to do.
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

/** The error code of a share that was posted twice. */
export const POSTED_TWICE = "posted-twice";

/** The address of the second post of a share that was posted twice, if it is known. */
export function secondPostOf({ problemCode, problem }: Share): WebAddress | undefined {
  if (problemCode !== POSTED_TWICE || typeof problem !== "object") return undefined;
  const { link } = problem.values;
  return typeof link === "string" ? readWebAddress(link) : undefined;
}

/** The states from which a share is sent by itself: at its moment, when its turn comes, or once its account is reconnected. */
export const waitingStatuses = ["scheduled", "queued", "reconnect"] as const satisfies readonly ShareStatus[];

/** Whether the share is in one of these states. */
export function isWaiting(status: ShareStatus): boolean {
  return waitingStatuses.some((waiting) => waiting === status);
}

/** Whether its delivery or the deletion of its post goes on by itself. */
export function isUnderWay({ status, deletion }: Share): boolean {
  return !isSettled(status) || (deletion.state === "deleting" && !deletion.waitsForReconnect);
}

/** Whether its delivery is over. */
export function isSettled(status: ShareStatus): boolean {
  return status !== "queued" && status !== "sending" && status !== "scheduled";
}
