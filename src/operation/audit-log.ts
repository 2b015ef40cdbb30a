/** The record of who did what, for the operator. */
import { and, desc, eq, inArray, lt, or, type SQL } from "drizzle-orm";
import { z } from "zod";
import type { Database } from "../database/open.ts";
import { auditEvents, shareRequests, socialConnections, socialShares, users } from "../database/schema.ts";
import { type AuditAction, auditWords } from "../people/audit.ts";
import { say, type Told } from "../words/words.ts";

export interface AuditEntry {
  readonly id: string;
  readonly at: Date;
  /** In words; what an earlier version recorded and nobody knows any more stays a name. */
  readonly action: string;
  /** Whom or what it happened to: a name, or the id of what is gone; undefined where it is the one who did it. */
  readonly subject: string | undefined;
  /** Which setting, in words. */
  readonly setting: Told | undefined;
  /** Their mail address; undefined: at the command line, by a network, or by somebody who is gone. */
  readonly who: string | undefined;
  readonly isOfCommandLine: boolean;
  readonly ipAddress: string | undefined;
}

const PAGE_SIZE = 50;

/** As the settings page calls them. */
const settingWords: Readonly<Record<string, Told>> = {
  appName: say("Name"),
  accent: say("Colour"),
  logo: say("Logo"),
  signUp: say("Who may sign up"),
  publicCounts: say("Anybody may ask how often a page was shared"),
  linkParameters: say("Added to the links of posts"),
  postPrices: say("Prices of posts"),
};

/** What `sharewell` itself records, by nobody and from nowhere. */
const atCommandLine: readonly string[] = [
  "person.invited",
  "person.second-factor-removed",
  "person.password-link-made",
] satisfies AuditAction[];

/**
 * The newest first, a page at a time.
 *
 * @param before the `next` of the page before; a made-up one starts from the newest
 */
export async function listAudit(
  { database }: { readonly database: Database },
  before: string | undefined,
): Promise<{ readonly entries: readonly AuditEntry[]; readonly next: string | undefined }> {
  const rows = await database
    .select({ event: auditEvents, who: users.email })
    .from(auditEvents)
    .leftJoin(users, eq(users.id, auditEvents.userId))
    .where(olderThan(before))
    .orderBy(desc(auditEvents.createdAt), desc(auditEvents.id))
    .limit(PAGE_SIZE + 1);
  const shown = rows.slice(0, PAGE_SIZE);
  const names = await findNames(
    database,
    shown.map(({ event }) => event.subject),
  );
  const entries = shown.map(({ event, who }) => ({
    id: event.id,
    at: event.createdAt,
    action: findWords(event.action) ?? event.action,
    subject:
      event.subject === event.userId || Object.hasOwn(settingWords, event.subject)
        ? undefined
        : (names.get(event.subject) ?? event.subject),
    setting: settingWords[event.subject],
    who: who ?? undefined,
    isOfCommandLine: isOfCommandLine(event),
    ipAddress: event.ipAddress ?? undefined,
  }));
  const last = rows.length > PAGE_SIZE ? entries.at(-1) : undefined;
  return { entries, next: last && `${last.at.getTime()}_${last.id}` };
}

/** The people, accounts and pages among the subjects, as one knows them. */
async function findNames(database: Database, subjects: readonly string[]): Promise<Map<string, string>> {
  const uuids = subjects.filter((subject) => z.uuid().safeParse(subject).success);
  const found = await Promise.all([
    database
      .select({ id: users.id, name: users.email })
      .from(users)
      .where(inArray(users.id, [...subjects])),
    database
      .select({ id: socialConnections.id, name: socialConnections.platformUsername })
      .from(socialConnections)
      .where(inArray(socialConnections.id, uuids)),
    database
      .select({ id: shareRequests.id, name: shareRequests.title })
      .from(shareRequests)
      .where(inArray(shareRequests.id, uuids)),
    database
      .select({ id: socialShares.id, name: shareRequests.title })
      .from(socialShares)
      .innerJoin(shareRequests, eq(shareRequests.id, socialShares.shareRequestId))
      .where(inArray(socialShares.id, uuids)),
  ]);
  return new Map(found.flat().map(({ id, name }) => [id, name]));
}

function isOfCommandLine({ action, userId, ipAddress }: typeof auditEvents.$inferSelect): boolean {
  return userId === null && ipAddress === null && atCommandLine.includes(action);
}

/** Several events may share one instant: they are told apart by their ids. */
function olderThan(cursor: string | undefined): SQL | undefined {
  const [, time, id] = /^(\d{1,15})_([0-9a-f-]{36})$/.exec(cursor ?? "") ?? [];
  if (time === undefined || id === undefined) return undefined;
  const at = new Date(Number(time));
  return or(lt(auditEvents.createdAt, at), and(eq(auditEvents.createdAt, at), lt(auditEvents.id, id)));
}

function findWords(action: string): string | undefined {
  return new Map<string, string>(Object.entries(auditWords)).get(action);
}
