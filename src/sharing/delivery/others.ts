/** Finds an account's other shares, whose posts must not be mistaken for the one to find. */
import { and, desc, eq, isNotNull, isNull, ne, or } from "drizzle-orm";
import type { Queryable } from "../../database/open.ts";
import { socialShares } from "../../database/schema.ts";
import { type OtherShares, readWebAddress, type ShareResult } from "../../platforms/platform.ts";
import type { ShareRow } from "../claims/lease.ts";

/** As many as a network lists for the time in which a share is in doubt. */
const LATEST = 200;
/** A share that was sent this much earlier is no longer being processed by the network. */
const STILL_MADE_MS = 3_600_000;

/** @returns undefined for a share that was not sent, because nobody looks for it */
export async function findOthers(database: Queryable, row: ShareRow): Promise<OtherShares | undefined> {
  const { firstSentAt: sentAt, text } = row;
  if (sentAt === null) return undefined;
  const { id, connectionId, status, platformPostId, platformPostUrl, firstSentAt } = socialShares;
  const rows = await database
    .select({
      ...{ status, platformPostId, platformPostUrl, firstSentAt, text: socialShares.text },
      ...{ postedAt: socialShares.postedAt, deletedAt: socialShares.deletedAt },
    })
    .from(socialShares)
    .where(
      and(
        eq(connectionId, row.connectionId),
        ne(id, row.id),
        or(
          eq(status, "posted"),
          and(isNotNull(firstSentAt), or(eq(status, "sending"), eq(status, "unconfirmed"))),
        ),
      ),
    )
    .orderBy(desc(socialShares.createdAt))
    .limit(LATEST);
  const posted = rows.filter((other) => other.status === "posted");
  const sent = rows
    .filter((other) => other.status !== "posted" && other.text === text)
    .map((other) => other.firstSentAt?.getTime() ?? 0)
    .filter((time) => time > sentAt.getTime() - STILL_MADE_MS);
  const before = sent.filter((time) => time < sentAt.getTime()).length;
  return {
    ...findEarlier(posted, sentAt),
    posts: posted.map((post) => ({
      platformPostId: post.platformPostId ?? undefined,
      url: post.platformPostUrl ?? undefined,
      ...(post.text === text && post.deletedAt === null && post.postedAt !== null
        ? { sameWordsAt: post.postedAt }
        : {}),
    })),
    inDoubt: { before, after: sent.length - before },
  };
}

type Posted = Pick<ShareRow, "platformPostId" | "postedAt" | "deletedAt">;

function findEarlier(posted: readonly Posted[], sentAt: Date): Pick<OtherShares, "earlier"> {
  for (const { platformPostId, postedAt, deletedAt } of posted)
    if (deletedAt === null && platformPostId !== null && postedAt !== null && postedAt < sentAt)
      return { earlier: { platformPostId, postedAt } };
  return {};
}

/** Finds the post of another share with the same text: the one that a network means when it reports a duplicate. */
export async function findTwin(
  database: Queryable,
  { id, connectionId, text }: ShareRow,
): Promise<{ existing: ShareResult | undefined } | undefined> {
  const [twin] = await database
    .select({ platformPostId: socialShares.platformPostId, url: socialShares.platformPostUrl })
    .from(socialShares)
    .where(
      and(
        eq(socialShares.connectionId, connectionId),
        ne(socialShares.id, id),
        eq(socialShares.status, "posted"),
        eq(socialShares.text, text),
        isNull(socialShares.deletedAt),
      ),
    )
    .orderBy(desc(socialShares.createdAt))
    .limit(1);
  if (twin === undefined) return undefined;
  const url = readWebAddress(twin.url);
  const named = twin.platformPostId === null ? {} : { platformPostId: twin.platformPostId };
  return { existing: url === undefined ? undefined : { ...named, url } };
}

/** Whether the other shares have not changed, so that a found post cannot be one of theirs. */
export function isSame(one: OtherShares | undefined, other: OtherShares | undefined): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
