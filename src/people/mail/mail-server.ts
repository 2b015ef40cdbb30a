/**
 * Whether the mail server accepts letters, as all processes know it. While it does not, one letter at a time is
 * tried, so that a server that recovers is not flooded and one that hangs holds up a single connection.
 */
import { and, eq, lte, sql } from "drizzle-orm";
import { mailServer } from "../../database/schema.ts";
import { SEND_WITHIN_MS } from "./mail.ts";
import type { OutboxRuntime } from "./outbox.ts";

const ID = "smtp";

/** A process that tries a letter and does not report back is given up after this. */
const PROBE_MS = 2 * SEND_WITHIN_MS;
const FIRST_WAIT_MS = 5_000;
/** Short, since a sign-in link lives for a quarter of an hour. */
const LONGEST_WAIT_MS = 60_000;

/** Asks whether letters may be sent. @returns "shut": not now; "probe": only the caller may try one letter */
export async function enterMailServer({ database, now }: OutboxRuntime): Promise<"open" | "probe" | "shut"> {
  const [server] = await database.select().from(mailServer).where(eq(mailServer.id, ID));
  if (server === undefined || server.retryAt === null) return "open";
  if (server.retryAt > now()) return "shut";
  const mine = await database
    .update(mailServer)
    .set({ retryAt: new Date(now().getTime() + PROBE_MS) })
    .where(and(eq(mailServer.id, ID), lte(mailServer.retryAt, now())))
    .returning({ id: mailServer.id });
  return mine.length > 0 ? "probe" : "shut";
}

/** Ends a probe that found no letter to try. */
export async function leaveMailServer({ database, now }: OutboxRuntime): Promise<void> {
  await database.update(mailServer).set({ retryAt: now() }).where(eq(mailServer.id, ID));
}

/** Records that the server works. @param refusal what it said about a letter that it refused: "EENVELOPE 450" */
export async function noteMailServerWorks({ database, now }: OutboxRuntime, refusal?: string): Promise<void> {
  const last =
    refusal === undefined ? { lastSentAt: now() } : { lastFailedAt: now(), lastFailureCode: refusal };
  const works = { retryAt: null, failures: 0, ...last };
  await database
    .insert(mailServer)
    .values({ id: ID, ...works })
    .onConflictDoUpdate({ target: mailServer.id, set: works });
}

/** Records that the server failed. @returns when it is tried again */
export async function noteMailServerFailed({ database, now }: OutboxRuntime, code: string): Promise<Date> {
  const failure = { lastFailedAt: now(), lastFailureCode: code };
  const [server] = await database
    .insert(mailServer)
    .values({ id: ID, failures: 1, ...failure })
    .onConflictDoUpdate({
      target: mailServer.id,
      set: { failures: sql`${mailServer.failures} + 1`, ...failure },
    })
    .returning({ failures: mailServer.failures });
  const waitMs = backOff(server?.failures ?? 1, { firstMs: FIRST_WAIT_MS, mostMs: LONGEST_WAIT_MS });
  const retryAt = new Date(now().getTime() + waitMs);
  await database.update(mailServer).set({ retryAt }).where(eq(mailServer.id, ID));
  return retryAt;
}

/**
 * How long to wait before another attempt, in milliseconds: doubled each time, and varied by a fifth so that
 * letters do not all come back at once.
 */
export function backOff(
  tries: number,
  { firstMs, mostMs }: { readonly firstMs: number; readonly mostMs: number },
): number {
  const ms = Math.min(mostMs, firstMs * 2 ** Math.min(tries - 1, 20));
  return ms * (0.8 + Math.random() * 0.4);
}
