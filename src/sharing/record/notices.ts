/** Tells people by email what they would want to know: gathered for some minutes, one letter each. */

import { and, eq, isNull, lt, lte, or, type SQL, sql } from "drizzle-orm";
import type { PgColumn } from "drizzle-orm/pg-core";
import { handleOf, toConnection } from "../../connections/connection.ts";
import { readTold } from "../../connections/told.ts";
import type { Queryable } from "../../database/open.ts";
import { span } from "../../database/pulse.ts";
import {
  shareDeletions,
  shareRequests,
  socialConnections,
  socialShares,
  users,
} from "../../database/schema.ts";
import { putLetter } from "../../people/mail/outbox.ts";
import { readWebAddress } from "../../platforms/platform.ts";
import { updateInPlace } from "../life/move.ts";
import type { SharingRuntime } from "../runtime.ts";
import type { ShareStatus } from "../share.ts";
import { aboutTrouble, isAboutDeletion, needsLook, outcomeOf, writeNotice } from "./notice-letter.ts";

export interface NoticesRuntime extends SharingRuntime {
  readonly config: SharingRuntime["config"] & { readonly appName: string; readonly baseUrl: URL };
  readonly mailer: { readonly available: boolean };
}

/** What happens together comes together, and what is mended meanwhile is not told. */
const GATHER_MS = 60_000;
/** At most one letter to a person in so long. */
const PAUSE_MS = 600_000;
/** People in one round, and of how many shares, and of how many accounts, one letter tells. */
const ROUND = 100;
const MOST = 50;

/** When those who are mailed what ends so are mailed, and which people these are by their own setting. */
export function planNotice(
  now: Date,
  status: ShareStatus,
): { readonly tell_at: Date; readonly tell_those: readonly string[] } {
  const isSettled = aboutTrouble(status) || status === "posted" || status === "duplicate";
  return {
    tell_at: new Date(now.getTime() + GATHER_MS),
    tell_those: isSettled ? (aboutTrouble(status) ? ["problems", "all"] : ["all"]) : [],
  };
}

const whenToTell = sql`select least(
  (select min(${socialShares.tellAt}) from ${socialShares} where ${socialShares.tellAt} is not null),
  (select min(${socialConnections.tellAt}) from ${socialConnections} where ${socialConnections.tellAt} is not null))`;

/** When the next person is to be mailed; without mail, when that is forgotten. */
export function whenNotice({ mailer }: Pick<NoticesRuntime, "mailer">): SQL {
  return mailer.available ? whenToTell : sql`(${whenToTell}) + ${span(PAUSE_MS)}`;
}

/** Returns how many letters were written; they are sent as the mail server takes them. */
export async function sendNotices(runtime: NoticesRuntime): Promise<number> {
  if (!runtime.mailer.available) return await forgetNotices(runtime);
  let letters = 0;
  for (const id of await findPeople(runtime)) if (await notify(runtime, id)) letters += 1;
  return letters;
}

/** Nobody is told months later, when somebody sets up mail. */
async function forgetNotices({ database, now }: NoticesRuntime): Promise<number> {
  const isOver = new Date(now().getTime() - PAUSE_MS);
  await updateInPlace(database, { tellAt: null }).where(lte(socialShares.tellAt, isOver));
  await database.update(socialConnections).set({ tellAt: null }).where(lte(socialConnections.tellAt, isOver));
  return 0;
}

async function findPeople({ database, now }: NoticesRuntime): Promise<string[]> {
  const shares = await database
    .selectDistinct({ userId: socialShares.userId })
    .from(socialShares)
    .where(lte(socialShares.tellAt, now()))
    .limit(ROUND);
  const connections = await database
    .selectDistinct({ userId: socialConnections.userId })
    .from(socialConnections)
    .where(lte(socialConnections.tellAt, now()))
    .limit(ROUND);
  return [...new Set([...shares, ...connections].map(({ userId }) => userId))];
}

/** Whoever moves `notified_at` on writes the letter: no second process does. What is claimed is in the letter, or stays to be told. */
async function notify(runtime: NoticesRuntime, userId: string): Promise<boolean> {
  return await runtime.database.transaction(async (transaction) => {
    const claimed = await claim(runtime, transaction, userId);
    if (claimed === undefined) return false;
    const { person } = claimed;
    const reader = { ...person, language: person.language ?? undefined };
    const letter = writeNotice(runtime, reader, await gather(transaction, claimed));
    if (letter === undefined) return false;
    await putLetter(runtime, transaction, { kind: "notice", userId, ...letter }, userId);
    return true;
  });
}

/** However many: as one value, since PostgreSQL takes no more than 65,535 of them in a statement. */
function isOneOf(column: PgColumn, ids: readonly string[]): SQL {
  return sql`${column} = any(${sql.param(ids)}::uuid[])`;
}

interface Claimed {
  readonly person: typeof users.$inferSelect;
  readonly shareIds: string[];
  readonly connectionIds: string[];
}

async function claim(
  { now }: NoticesRuntime,
  transaction: Queryable,
  userId: string,
): Promise<Claimed | undefined> {
  const lately = new Date(now().getTime() - PAUSE_MS);
  const [person] = await transaction
    .update(users)
    .set({ notifiedAt: now() })
    .where(and(eq(users.id, userId), or(isNull(users.notifiedAt), lt(users.notifiedAt, lately))))
    .returning();
  if (person === undefined) return undefined;
  const shares = await updateInPlace(transaction, { tellAt: null })
    .where(and(eq(socialShares.userId, userId), lte(socialShares.tellAt, now())))
    .returning({ id: socialShares.id });
  const connections = await transaction
    .update(socialConnections)
    .set({ tellAt: null })
    .where(and(eq(socialConnections.userId, userId), lte(socialConnections.tellAt, now())))
    .returning({ id: socialConnections.id });
  return {
    person,
    shareIds: shares.map(({ id }) => id),
    connectionIds: connections.map(({ id }) => id),
  };
}

async function gather(database: Queryable, { person, shareIds, connectionIds }: Claimed) {
  const wants = person.mailNotices;
  const shares = await database
    .select({
      share: socialShares,
      connection: socialConnections,
      requestId: shareRequests.id,
      deletion: shareDeletions,
    })
    .from(socialShares)
    .innerJoin(shareRequests, eq(shareRequests.id, socialShares.shareRequestId))
    .innerJoin(socialConnections, eq(socialConnections.id, socialShares.connectionId))
    .leftJoin(shareDeletions, eq(shareDeletions.shareId, socialShares.id))
    .where(isOneOf(socialShares.id, shareIds.slice(0, MOST)));
  const isTheirs = and(isOneOf(socialConnections.id, connectionIds), isNull(socialConnections.revokedAt));
  const broken = wants === "none" ? 0 : await database.$count(socialConnections, isTheirs);
  const connections = await database
    .select()
    .from(socialConnections)
    .where(isTheirs)
    .limit(Math.min(broken, MOST));
  return {
    more: Math.max(0, shareIds.length - MOST),
    shares: shares
      .map((row) => {
        const outcome = outcomeOf(row.share.status, row.deletion?.state);
        return { ...row, outcome, needsLook: needsLook(outcome, row.share.errorCode) };
      })
      .filter((row) => wants === "all" || row.needsLook)
      .map(({ share, connection, requestId, deletion, outcome, needsLook }) => ({
        requestId,
        outcome,
        needsLook,
        title: share.sharedTitle,
        account: handleOf(toConnection(connection).account),
        platform: toConnection(connection).platform,
        problem: readTold(isAboutDeletion(outcome) && deletion !== null ? deletion : share),
        postUrl: readWebAddress(share.platformPostUrl),
      })),
    connections: connections.map(toConnection),
    moreConnections: broken - connections.length,
  };
}
