/**
 * Whether the mail server takes letters at all, as all processes know it. While it takes none, one letter at a time is tried:
 * a server that comes back is not met by everything that waits, and one that hangs holds up one connection.
 */
import { and, eq, lte, sql } from "drizzle-orm";
import { mailServer } from "../../database/schema.ts";
import { SEND_WITHIN_MS } from "./mail.ts";
import type { OutboxRuntime } from "./outbox.ts";

const ID = "smtp";

/** Whoever tries is given up after that. */
const PROBE_MS = 2 * SEND_WITHIN_MS;
const FIRST_WAIT_MS = 5_000;
/** A link to sign in lives for a quarter of an hour: it is not to wait long for a server that is back. */
const LONGEST_WAIT_MS = 60_000;

/** @returns "shut": it took nothing a moment ago; "probe": you alone may try one letter now */
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

/** There was nothing to try: whoever comes next may. */
export async function leaveMailServer({ database, now }: OutboxRuntime): Promise<void> {
  await database.update(mailServer).set({ retryAt: now() }).where(eq(mailServer.id, ID));
}

/** It took a letter, or judged one: it works. @param refusal what it said of that letter: "EENVELOPE 450" */
export async function noteMailServerWorks({ database, now }: OutboxRuntime, refusal?: string): Promise<void> {
  const last =
    refusal === undefined ? { lastSentAt: now() } : { lastFailedAt: now(), lastFailureCode: refusal };
  const works = { retryAt: null, failures: 0, ...last };
  await database
    .insert(mailServer)
    .values({ id: ID, ...works })
    .onConflictDoUpdate({ target: mailServer.id, set: works });
}

/** @returns when it is tried again */
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

/** Doubles with each try, by a fifth more or less, so that what failed together does not come back together. */
export function backOff(
  tries: number,
  { firstMs, mostMs }: { readonly firstMs: number; readonly mostMs: number },
): number {
  const ms = Math.min(mostMs, firstMs * 2 ** Math.min(tries - 1, 20));
  return ms * (0.8 + Math.random() * 0.4);
}
