/** Tells people by mail what they would want to know: gathered for some minutes, one letter each. */

import { and, eq, isNull, lt, lte, or, type SQL, sql } from "drizzle-orm";
import type { Queryable } from "../../database/open.ts";
import { span } from "../../database/pulse.ts";
import { socialConnections, socialShares, users } from "../../database/schema.ts";
import { putLetter } from "../../people/mail/outbox.ts";
import { updateInPlace } from "../life/move.ts";
import type { SharingRuntime } from "../runtime.ts";
import type { ShareStatus } from "../share.ts";
import { type Claimed, gatherNews } from "./news.ts";
import { aboutTrouble, writeNotice } from "./notice-letter.ts";

export interface NoticesRuntime extends SharingRuntime {
  readonly config: SharingRuntime["config"] & { readonly appName: string; readonly baseUrl: URL };
  readonly mailer: { readonly available: boolean };
}

/** What happens together comes together, and what is mended meanwhile is not told. */
const GATHER_MS = 60_000;
/** At most one letter to a person in so long. */
const PAUSE_MS = 600_000;
/** At most this many people in one round. */
const ROUND = 100;

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
    const letter = writeNotice(runtime, reader, await gatherNews(transaction, claimed));
    if (letter === undefined) return false;
    await putLetter(runtime, transaction, { kind: "notice", userId, ...letter }, userId);
    return true;
  });
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
