/** What the record says about a share is what happened to it. */
import type { Aftermath, SeenShare } from "../record.ts";
import type { Invariant } from "./invariant.ts";

/** In one line, for the report of a violation. */
function show({ row, network, posts, attempts }: SeenShare): string {
  const tries = attempts.map(({ action, result, errorCode }) =>
    `${action} ${result} ${errorCode ?? ""}`.trim(),
  );
  const there = posts.map(({ id, deletedAt }) => (deletedAt === undefined ? id : `${id} (deleted)`));
  return `${row.id} on ${network}: ${row.status}${row.deletedAt === null ? "" : ", deleted"}, there: ${there.join(", ") || "nothing"}; tries: ${tries.join(", ")}`;
}

const those = (record: Aftermath, isWrong: (share: SeenShare, record: Aftermath) => boolean) =>
  record.shares.filter((share) => isWrong(share, record)).map(show);

const alive = ({ posts }: SeenShare) => posts.filter(({ deletedAt }) => deletedAt === undefined);

function left(record: Aftermath, status: string, mayBecome: readonly string[]): readonly string[] {
  const stays = [status, ...mayBecome];
  return record.journal
    .filter(
      ({ about, was, now }) => about === "share" && was === status && now !== null && !stays.includes(now),
    )
    .map(({ n, subject, now, code }) => `${subject} for ${now} (${code ?? "no code"}), entry ${n}`);
}

/** Statuses that say that there is no post. */
const saysNothingIsThere: readonly string[] = ["cancelled", "failed", "rejected", "reconnect"];

/** Each requires an attempt with this result. */
const toldByAttempts: readonly string[] = [
  "posted",
  "duplicate",
  "failed",
  "rejected",
  "unconfirmed",
  "reconnect",
];

function namesItsPost({ row, posts }: SeenShare): boolean {
  const { platformPostId, platformPostUrl } = row;
  if (platformPostId === null) return true;
  return posts.some(
    ({ id }) =>
      platformPostId.includes(id) || id.includes(platformPostId) || (platformPostUrl ?? "").includes(id),
  );
}

export const outcomes: readonly Invariant[] = [
  // A post that could no longer be stopped is recorded, once that is known.
  { wrong: "a share left 'cancelled'", find: (record) => left(record, "cancelled", ["posted"]) },
  { wrong: "a share left 'posted'", find: (record) => left(record, "posted", []) },
  {
    wrong: "a share was posted more than once",
    find: (record) => those(record, ({ posts }) => posts.length > 1),
  },
  {
    wrong: "a share says that nothing is there, and it is",
    find: (record) =>
      those(record, ({ row, posts }) => saysNothingIsThere.includes(row.status) && posts.length > 0),
  },
  {
    wrong: "a share says that it is posted, and it is not",
    find: (record) => those(record, ({ row, posts }) => row.status === "posted" && posts.length === 0),
  },
  {
    wrong: "a share names another post than its own",
    find: (record) =>
      those(
        record,
        (share) => share.row.status === "posted" && share.posts.length > 0 && !namesItsPost(share),
      ),
  },
  {
    wrong: "a post is said to be deleted, and is there",
    find: (record) => those(record, (share) => share.row.deletedAt !== null && alive(share).length > 0),
  },
  {
    wrong: "a post is gone, and said to be there",
    find: (record) =>
      those(record, (share) => {
        const { row, posts } = share;
        return (
          row.status === "posted" && row.deletedAt === null && posts.length > 0 && alive(share).length === 0
        );
      }),
  },
  {
    wrong: "no attempt tells how a share ended",
    find: (record) =>
      those(
        record,
        ({ row, attempts }) =>
          toldByAttempts.includes(row.status) &&
          // Ended by the person, not by an attempt.
          row.errorCode !== "disconnected" &&
          !attempts.some(({ result }) => result === row.status),
      ),
  },
  {
    wrong: "a share is open, and in the hands of a worker that is gone",
    find: (record) =>
      those(record, ({ row }) => row.leaseUntil !== null && ["queued", "sending"].includes(row.status)),
  },
  { wrong: "something waits though nothing hinders it", find: ({ stuck }) => stuck },
  {
    wrong: "a share waits for an account that works",
    find: (record) =>
      !record.isConnectedAgain
        ? []
        : those(record, ({ row }, { connections }) => {
            const connection = connections.find(({ id }) => id === row.connectionId);
            const works = connection?.status === "active" && connection.revokedAt === null;
            return row.status === "reconnect" && works;
          }),
  },
];
