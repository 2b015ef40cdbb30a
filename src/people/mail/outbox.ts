/**
 * The outbox: letters are stored until they are sent, so that they arrive even if the mail server or this
 * process fails meanwhile. Their content is encrypted, since links are secrets.
 */
import { and, eq, inArray, isNotNull, type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import type { Database, Queryable } from "../../database/open.ts";
import { letters } from "../../database/schema.ts";
import { hashSecret, type Safe } from "../secrets.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

type LetterKind = (typeof letters.$inferSelect)["kind"];

export interface OutboxRuntime {
  readonly database: Database;
  readonly vault: Safe;
  now(): Date;
}

/**
 * The priority of each kind of letter, and how long it is tried: no longer than its link is valid. Links are
 * created when the letter is sent, so that they are valid for as long as it says.
 */
const terms: Readonly<Record<LetterKind, { readonly priority: number; readonly livesMs: number }>> = {
  "sign-in-link": { priority: 0, livesMs: 15 * MINUTE_MS },
  "sign-up-link": { priority: 0, livesMs: 60 * MINUTE_MS },
  "password-reset": { priority: 0, livesMs: 60 * MINUTE_MS },
  "mail-change": { priority: 0, livesMs: 60 * MINUTE_MS },
  security: { priority: 1, livesMs: 3 * DAY_MS },
  invitation: { priority: 1, livesMs: 7 * DAY_MS },
  notice: { priority: 2, livesMs: 2 * DAY_MS },
};
/** Kinds of which only the newest to an address is sent; they are dropped when pending access ends. */
const links: readonly LetterKind[] = ["sign-in-link", "sign-up-link", "password-reset", "mail-change"];

const written = { to: z.string(), subject: z.string(), text: z.string() };

/** What each kind of letter is written from. */
export const contentShape = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("sign-in-link"), to: z.string(), next: z.string() }),
  z.object({
    kind: z.literal("sign-up-link"),
    to: z.string(),
    next: z.string(),
    asked: z.string().optional(),
  }),
  z.object({ kind: z.literal("password-reset"), to: z.string(), next: z.string() }),
  z.object({ kind: z.literal("mail-change"), to: z.string(), userId: z.string(), from: z.string() }),
  z.object({ kind: z.literal("invitation"), to: z.string(), secret: z.string() }),
  z.object({ kind: z.literal("security"), ...written }),
  z.object({ kind: z.literal("notice"), userId: z.string(), ...written }),
]);
export type LetterContent = z.infer<typeof contentShape>;

/**
 * Puts a letter into the outbox, in the caller's transaction. Takes the same time whether or not somebody has
 * the address.
 * @param userId whose account it is about; the letter is deleted with it
 */
export async function putLetter(
  { vault, now }: Pick<OutboxRuntime, "vault" | "now">,
  database: Queryable,
  content: LetterContent,
  userId?: string,
): Promise<void> {
  const { kind, to } = content;
  const recipientHash = hashSecret(to);
  if (links.includes(kind)) await drop(database, and(eq(letters.kind, kind), isTo(to)), now());
  const { priority, livesMs } = terms[kind];
  await database.insert(letters).values({
    ...{ kind, priority, userId, recipientHash, dueAt: now() },
    letterEnc: vault.encrypt(JSON.stringify(content)),
    expiresAt: new Date(now().getTime() + livesMs),
    createdAt: now(),
  });
}

/** Drops all letters with a link to sign in or up with this address. */
export async function dropLinks(transaction: Queryable, address: string, now: Date): Promise<void> {
  await drop(transaction, and(inArray(letters.kind, [...links]), isTo(address)), now);
}

function isTo(address: string): SQL {
  return eq(letters.recipientHash, hashSecret(address));
}

async function drop(database: Queryable, which: SQL | undefined, at: Date): Promise<void> {
  await database
    .update(letters)
    .set(ending("dropped", at))
    .where(and(which, isNotNull(letters.dueAt)));
}

/** The columns of a letter that has ended, without its content. */
export function ending(state: "sent" | "refused" | "expired" | "dropped", endedAt: Date) {
  const forget = state === "refused" ? {} : { recipientHash: null };
  return { state, endedAt, dueAt: null, letterEnc: null, ...forget };
}

/** SQL for when the next letter is due. */
export const whenLetterDue = sql`select min(${letters.dueAt}) from ${letters} where ${letters.dueAt} is not null`;
