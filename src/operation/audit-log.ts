/** The record of who did what, for the operator. */
import { and, desc, eq, lt, or, type SQL } from "drizzle-orm";
import type { Database } from "../database/open.ts";
import { auditEvents, users } from "../database/schema.ts";
import { auditWords } from "../people/audit.ts";

export interface AuditEntry {
  readonly id: string;
  readonly at: Date;
  /** In words; what an earlier version recorded and nobody knows any more stays a name. */
  readonly action: string;
  /** An id or a mail address; undefined where it is the one who did it. */
  readonly subject: string | undefined;
  /** Their mail address; undefined: at the command line, by a network, or by somebody who is gone. */
  readonly who: string | undefined;
  readonly ipAddress: string | undefined;
}

const PAGE_SIZE = 50;

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
  const entries = rows.slice(0, PAGE_SIZE).map(({ event, who }) => ({
    id: event.id,
    at: event.createdAt,
    action: findWords(event.action) ?? event.action,
    subject: event.subject === event.userId ? undefined : event.subject,
    who: who ?? undefined,
    ipAddress: event.ipAddress ?? undefined,
  }));
  const last = rows.length > PAGE_SIZE ? entries.at(-1) : undefined;
  return { entries, next: last && `${last.at.getTime()}_${last.id}` };
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
