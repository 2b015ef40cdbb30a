/** Mails people about the results of their shares and about accounts to reconnect. One letter gathers the news of some minutes. */
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

/** How long news is gathered. What is fixed in that time is not told. */
const GATHER_MS = 60_000;
/** A person gets at most one letter in this time. */
const PAUSE_MS = 600_000;
/** At most this many people in one round. */
const ROUND = 100;

/** Returns when to mail a share's outcome, and the settings of the people who want to be mailed about it. */
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

/** Selects when the next person is to be mailed, or, without a mail server, when their news expires. */
export function whenNotice({ mailer }: Pick<NoticesRuntime, "mailer">): SQL {
  return mailer.available ? whenToTell : sql`(${whenToTell}) + ${span(PAUSE_MS)}`;
}

/** Writes due letters to the outbox, from which they are sent. @returns how many letters were written */
export async function sendNotices(runtime: NoticesRuntime): Promise<number> {
  if (!runtime.mailer.available) return await forgetNotices(runtime);
  let letters = 0;
  for (const id of await findPeople(runtime)) if (await notify(runtime, id)) letters += 1;
  return letters;
}

/** Drops news while no mail server is set up, so that nobody is told months later. */
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

/** Writes a person's letter. Updating `notified_at` claims it, so no second process writes one; if this fails, the news is still to be told. */
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
