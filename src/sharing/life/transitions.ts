/**
 * The life of a share as data: every transition with its states, the columns that it sets and clears, and who is told.
 * `move.ts` carries them out; the diagram in docs/architecture.md is tested against them.
 */
import { sql } from "drizzle-orm";
import type { PgUpdateSetSource } from "drizzle-orm/pg-core";
import { socialShares } from "../../database/schema.ts";
import type { AuditAction } from "../../people/audit.ts";
import { say } from "../../words/words.ts";
import type { ShareStatus } from "../share.ts";
import type { ConditionName } from "./conditions.ts";

export type Columns = Omit<PgUpdateSetSource<typeof socialShares>, "status">;

interface Route {
  readonly from: readonly ShareStatus[];
  readonly if?: readonly ConditionName[];
  readonly to: ShareStatus;
  /** Values that every share on this route gets. */
  readonly puts?: Columns;
}

interface Transition {
  /** What happened, for the diagram. */
  readonly when: string;
  /** A share takes the first route that fits, unless the caller chooses (`decided`). */
  readonly routes: readonly Route[];
  readonly decided?: true;
  /** Values that shares get on every route. */
  readonly puts?: Columns;
  /** Columns for which the caller must give a value. */
  readonly gives: readonly (keyof Columns)[];
  /** Inserts a job for the share in the same transaction. */
  readonly enqueues?: true;
  /** The event recorded in the person's log, in the same transaction. */
  readonly audit?: AuditAction;
}

const noLease = { leaseId: null, leaseUntil: null } as const;
const noWait = { nextAttemptAt: null } as const;
const noNotice = { tellAt: null } as const;
const noProblem = { errorCode: null, errorMessage: null, errorTold: null } as const;
const asNew = { ...noWait, ...noNotice, ...noProblem, attempts: 0 } as const;
/** Takes the share from its worker, whose fence then lets no request out. */
const outOfHands = { ...noLease, ...noWait, ...noNotice } as const;

const open = ["queued", "sending"] as const;
const problem = ["errorCode", "errorMessage", "errorTold"] as const;
const post = ["platformPostId", "platformPostUrl", "postedAt"] as const;

/** The states in which a share begins. */
export const beginnings = ["queued", "scheduled"] as const satisfies readonly ShareStatus[];

export const transitions = {
  begin: {
    when: "its time has come, or its person says now",
    routes: [
      { from: ["scheduled"], if: ["certain"], to: "queued" },
      { from: ["scheduled"], if: ["doubted"], to: "sending" },
    ],
    puts: { ...noWait, firstSentAt: sql`${socialShares.lookSince}` },
    gives: ["updatedAt"],
    enqueues: true,
  },
  fence: {
    when: "a request that can publish leaves",
    routes: [{ from: open, if: ["kept"], to: "sending" }],
    puts: { lookSince: null },
    gives: ["sentAt", "firstSentAt", "sends", "remembered", "leaseUntil", "updatedAt"],
  },
  settle: {
    when: "a try ended",
    routes: [
      { from: open, to: "queued" },
      { from: open, to: "sending" },
      { from: ["sending"], to: "posted" },
      { from: ["sending"], to: "duplicate" },
      { from: open, to: "rejected" },
      { from: open, to: "reconnect" },
      { from: open, to: "failed" },
      { from: ["sending"], to: "unconfirmed" },
      { from: open, to: "cancelled" },
    ],
    decided: true,
    puts: noLease,
    gives: [
      ...problem,
      ...post,
      ...["operatorFault", "firstSentAt", "sends", "withdrawn", "attempts", "nextAttemptAt"],
      ...["tellAt", "updatedAt"],
    ],
  },
  postedAfterAll: {
    when: "a worker that had lost the share learned that it is posted",
    routes: [
      {
        from: [
          ...["scheduled", "queued", "sending", "reconnect", "failed"],
          ...["rejected", "unconfirmed", "cancelled"],
        ],
        to: "posted",
      },
    ],
    puts: { ...noLease, ...noWait, operatorFault: false },
    gives: [...problem, ...post, "firstSentAt", "tellAt", "updatedAt"],
  },
  refusedAfterAll: {
    when: "a worker that had lost the share learned that its only send was refused",
    routes: [{ from: ["unconfirmed"], if: ["withdrawn"], to: "cancelled" }],
    puts: { ...noNotice, firstSentAt: null, withdrawn: false },
    gives: [...problem, "sends", "updatedAt"],
  },
  cancel: {
    when: "its person cancels it, or is blocked",
    routes: [{ from: ["scheduled", "queued", "reconnect"], if: ["unsent"], to: "cancelled" }],
    puts: { ...outOfHands, ...noProblem },
    gives: ["updatedAt"],
    audit: "share.cancelled",
  },
  block: {
    when: "its person is blocked",
    routes: [{ from: ["sending", "reconnect"], if: ["sent"], to: "unconfirmed" }],
    puts: {
      ...outOfHands,
      withdrawn: true,
      errorCode: "blocked",
      errorMessage: say("The account was blocked before it was known whether the post is there."),
      errorTold: null,
    },
    gives: ["updatedAt"],
  },
  disconnect: {
    when: "its account is disconnected or forgotten",
    routes: [
      {
        from: ["scheduled", "queued", "reconnect"],
        if: ["unsent"],
        to: "cancelled",
        puts: { errorMessage: say("The account was disconnected before this was sent.") },
      },
      {
        from: ["sending", "reconnect"],
        if: ["sent"],
        to: "unconfirmed",
        puts: {
          withdrawn: true,
          errorMessage: say(
            "The account was disconnected while this was on its way. It may have been posted: look at your profile.",
          ),
        },
      },
    ],
    puts: { ...outOfHands, errorCode: "disconnected", errorTold: null },
    gives: ["updatedAt"],
  },
  release: {
    when: "its account works again within a day",
    routes: [
      { from: ["reconnect"], if: ["kept", "unsent"], to: "queued" },
      { from: ["reconnect", "unconfirmed"], if: ["kept", "sent"], to: "sending" },
    ],
    puts: asNew,
    gives: ["updatedAt"],
    enqueues: true,
  },
  retry: {
    when: "its person presses Retry",
    routes: [
      { from: ["failed", "reconnect"], if: ["unsent"], to: "queued" },
      { from: ["failed", "reconnect"], if: ["sent"], to: "sending" },
      { from: ["rejected"], if: ["operatorFault", "unsent"], to: "queued" },
      { from: ["rejected"], if: ["operatorFault", "sent"], to: "sending" },
    ],
    puts: { ...asNew, operatorFault: false },
    gives: ["updatedAt"],
    enqueues: true,
  },
  check: {
    when: "its person presses Check again",
    routes: [{ from: ["unconfirmed"], to: "sending" }],
    puts: { ...asNew, operatorFault: false },
    gives: ["updatedAt"],
    enqueues: true,
  },
  confirm: {
    when: "its person says that it is there",
    routes: [{ from: ["unconfirmed"], to: "posted" }],
    puts: { ...noWait, ...noNotice, ...noProblem },
    gives: [...post, "updatedAt"],
    audit: "share.resolved",
  },
  sendAnew: {
    when: "its person says that it is not there",
    routes: [{ from: ["unconfirmed"], to: "queued" }],
    puts: { ...asNew, firstSentAt: null, sentAt: null, sends: 0, withdrawn: false, lookSince: null },
    // Uploads at the network may be used up, so the next try prepares them again under another key.
    gives: ["remembered", "updatedAt"],
    enqueues: true,
    audit: "share.resolved",
  },
  doubt: {
    when: "the database went back while it was due",
    routes: [{ from: ["scheduled", ...open], to: "sending" }],
    puts: noLease,
    gives: [...problem, "lookSince", "firstSentAt", "sentAt", "remembered", "nextAttemptAt"],
  },
} as const satisfies Record<string, Transition>;

export type TransitionName = keyof typeof transitions;

/** The states in which a transition can leave a share. */
export type Destination<Name extends TransitionName> = (typeof transitions)[Name]["routes"][number]["to"];

/** What the caller of a transition must give. */
export type Given<Name extends TransitionName> = {
  readonly [Column in (typeof transitions)[Name]["gives"][number] & keyof Columns]-?: Exclude<
    Columns[Column],
    undefined
  >;
};
