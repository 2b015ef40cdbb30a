/** The audit log, as the operator reads it. */
import { and, desc, eq, inArray, lt, notInArray, or, type SQL } from "drizzle-orm";
import { readCursor, writeCursor } from "../../database/cursor.ts";
import type { Database } from "../../database/open.ts";
import { auditEvents, users } from "../../database/schema.ts";
import { type AuditAction, auditWords, refusedActions } from "../../people/audit.ts";
import type { Told } from "../../words/words.ts";
import type { Head } from "./audit-chain.ts";
import { findHead } from "./audit-seal.ts";
import { findNames, findSubjectWords } from "./audit-subjects.ts";

interface AuditEntry {
  readonly id: string;
  readonly at: Date;
  /** The action in words, or its name if an earlier version recorded it and this one no longer knows it. */
  readonly action: Told | string;
  /** The name of who or what it happened to, or its id once that is gone; undefined if it is the person who acted. */
  readonly subject: string | undefined;
  /** The setting or limit, or a note that nobody has the address. */
  readonly setting: Told | undefined;
  /** The email address of the person who acted; undefined for the command line, a network, or a deleted account. */
  readonly who: string | undefined;
  readonly isOfCommandLine: boolean;
  readonly ipAddress: string | undefined;
}

export interface AuditPage {
  readonly entries: readonly AuditEntry[];
  readonly next: string | undefined;
  /** The head of the chain, to keep elsewhere; undefined while the chain is empty. */
  readonly head: Head | undefined;
}

const PAGE_SIZE = 50;

/** Actions of the `sharewell` command, recorded without a person and an address. */
const atCommandLine: readonly string[] = [
  "person.invited",
  "person.second-factor-removed",
  "person.password-link-made",
  "person.unblocked",
  "person.role-changed",
] satisfies AuditAction[];

/** "done": actions of people; "refused": what was denied to them; undefined: both. */
export type AuditPart = "done" | "refused" | undefined;

/**
 * Lists the audit log a page at a time, newest first.
 * @param before the `next` of the previous page; an invalid one starts at the newest event
 */
export async function listAudit(
  { database }: { readonly database: Database },
  before: string | undefined,
  part?: AuditPart,
): Promise<AuditPage> {
  const rows = await database
    .select({ event: auditEvents, who: users.email })
    .from(auditEvents)
    .leftJoin(users, eq(users.id, auditEvents.userId))
    .where(and(olderThan(before), isPart(part)))
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
      event.subject === event.userId || event.subject === "" || findSubjectWords(event.subject) !== undefined
        ? undefined
        : (names.get(event.subject) ?? event.subject),
    setting: findSubjectWords(event.subject),
    who: who ?? undefined,
    isOfCommandLine: isOfCommandLine(event),
    ipAddress: event.ipAddress ?? undefined,
  }));
  const last = rows.length > PAGE_SIZE ? entries.at(-1) : undefined;
  const head = await findHead(database);
  return { entries, next: last && writeCursor(last), head };
}

function isPart(part: AuditPart): SQL | undefined {
  const refused: string[] = [...refusedActions, "person.refusals-left-out" satisfies AuditAction];
  if (part === undefined) return undefined;
  return part === "refused" ? inArray(auditEvents.action, refused) : notInArray(auditEvents.action, refused);
}

function isOfCommandLine({ action, userId, ipAddress }: typeof auditEvents.$inferSelect): boolean {
  return userId === null && ipAddress === null && atCommandLine.includes(action);
}

/** Several events may share a timestamp, so the id breaks the tie. */
function olderThan(cursor: string | undefined): SQL | undefined {
  const last = readCursor(cursor);
  if (last === undefined) return undefined;
  const { at, id } = last;
  return or(lt(auditEvents.createdAt, at), and(eq(auditEvents.createdAt, at), lt(auditEvents.id, id)));
}

function findWords(action: string): Told | undefined {
  return new Map<string, Told>(Object.entries(auditWords)).get(action);
}
