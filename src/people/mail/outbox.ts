/**
 * The outbox: letters that wait in the database until they are sent, so that people who were told to check their mailbox get theirs
 * even if the mail server, or this process, fails meanwhile. Their content is sealed, since links are secrets.
 */
import { and, asc, eq, inArray, isNotNull, lt, lte, type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import type { Database, Queryable } from "../../database/open.ts";
import { daysBefore, removeGently } from "../../database/removal.ts";
import { letters } from "../../database/schema.ts";
import { hashSecret } from "../secrets.ts";
import { SEND_WITHIN_MS } from "./mail.ts";

/** How many are removed in one statement. */
const OLD_LETTERS = 500;
const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

type LetterKind = (typeof letters.$inferSelect)["kind"];

/** Seals and opens. `decrypt` throws InvalidToken if no key fits. */
export interface Safe {
  encrypt(plaintext: string): string;
  decrypt(ciphertext: string): string;
}

export interface OutboxRuntime {
  readonly database: Database;
  readonly vault: Safe;
  now(): Date;
}

/**
 * How urgent each kind is, and how long it is tried. A link is created when its letter is sent, so that it works as long as the
 * letter says; and a letter is tried no longer than its link would have worked.
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
/** Only the newest of these to an address is sent; whatever ends all ways in drops them. */
const links: readonly LetterKind[] = ["sign-in-link", "sign-up-link", "password-reset", "mail-change"];

const written = { to: z.string(), subject: z.string(), text: z.string() };

/** The content that each kind is composed from. */
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
 * Puts a letter into the outbox: once the transaction is committed, it is sent or its failure is recorded. Takes the same time
 * whether or not somebody has the address.
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

/** Drops all letters with a link to sign in, or up, with this address. */
export async function dropLinks(transaction: Queryable, address: string): Promise<void> {
  await drop(transaction, and(inArray(letters.kind, [...links]), isTo(address)), new Date());
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

function ending(state: "sent" | "refused" | "expired" | "dropped", endedAt: Date) {
  const forget = state === "refused" ? {} : { recipientHash: null };
  return { state, endedAt, dueAt: null, letterEnc: null, ...forget };
}

/** A letter that only this process may send until `dueAt`; then others may. */
export type ClaimedLetter = typeof letters.$inferSelect;

/** Longer than one try takes, in milliseconds. */
const CLAIM_MS = 2 * SEND_WITHIN_MS;

/** @returns the most urgent letter that is due, for this process alone; undefined if none is due */
export async function claimLetter({ database, now }: OutboxRuntime): Promise<ClaimedLetter | undefined> {
  const first = database
    .select({ id: letters.id })
    .from(letters)
    .where(lte(letters.dueAt, now()))
    .orderBy(asc(letters.priority), asc(letters.dueAt))
    .limit(1)
    .for("update", { skipLocked: true });
  const [claimed] = await database
    .update(letters)
    .set({ dueAt: new Date(now().getTime() + CLAIM_MS), tries: sql`${letters.tries} + 1` })
    .where(eq(letters.id, first))
    .returning();
  return claimed;
}

/** Is any letter due? */
/** When the next letter is to be tried. */
export const whenLetterDue = sql`select min(${letters.dueAt}) from ${letters} where ${letters.dueAt} is not null`;

export async function hasDue({ database, now }: OutboxRuntime): Promise<boolean> {
  const due = lte(letters.dueAt, now());
  return (await database.select({ id: letters.id }).from(letters).where(due).limit(1)).length > 0;
}

/** @param code what a last try met, if any */
export async function endLetter(
  { database, now }: OutboxRuntime,
  letter: ClaimedLetter,
  state: "sent" | "refused" | "expired" | "dropped",
  code?: string,
): Promise<void> {
  const failure = code === undefined ? {} : { errorCode: code, failedAt: now() };
  await database
    .update(letters)
    .set({ ...ending(state, now()), ...failure })
    .where(isStillMine(letter));
}

/** @param waitMs until it is tried again */
export async function postponeLetter(
  { database, now }: OutboxRuntime,
  letter: ClaimedLetter,
  { code, waitMs }: { readonly code: string; readonly waitMs: number },
): Promise<void> {
  await database
    .update(letters)
    .set({ dueAt: new Date(now().getTime() + waitMs), errorCode: code, failedAt: now() })
    .where(isStillMine(letter));
}

/** Nobody else claimed or ended it since. */
function isStillMine({ id, tries }: ClaimedLetter): SQL | undefined {
  return and(eq(letters.id, id), eq(letters.tries, tries), isNotNull(letters.dueAt));
}

/** Those that nobody needs any more, though none of them was tried lately. */
export async function expireLetters({ database, now }: OutboxRuntime): Promise<void> {
  await database
    .update(letters)
    .set(ending("expired", now()))
    .where(and(isNotNull(letters.dueAt), lt(letters.expiresAt, now())));
}

/** How letters ended is kept for as many days as the operator says. @returns how many one round removed */
export async function removeOldLetters({
  database,
  config,
  now,
}: Pick<OutboxRuntime, "database" | "now"> & {
  readonly config: { readonly keepDays: { readonly mail: number } };
}): Promise<number> {
  const cutoff = daysBefore(now(), config.keepDays.mail);
  return await removeGently(async () => {
    const old = database
      .select({ id: letters.id })
      .from(letters)
      .where(lt(letters.endedAt, cutoff))
      .orderBy(asc(letters.endedAt))
      .limit(OLD_LETTERS);
    const { rowCount } = await database.delete(letters).where(inArray(letters.id, old));
    return { removed: rowCount ?? 0, more: rowCount === OLD_LETTERS };
  });
}

/** @returns what the mail server said of each address whose newest invitation it refused for good */
export async function findRefusedInvitations(
  database: Database,
  addresses: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const byHash = new Map(addresses.map((address) => [hashSecret(address), address]));
  const rows = await database
    .select({ hash: letters.recipientHash, state: letters.state, code: letters.errorCode })
    .from(letters)
    .where(and(eq(letters.kind, "invitation"), inArray(letters.recipientHash, [...byHash.keys()])))
    .orderBy(asc(letters.createdAt));
  const newest = new Map(
    rows.map(({ hash, state, code }) => [byHash.get(hash ?? "") ?? "", { state, code }]),
  );
  return new Map(
    [...newest].flatMap(([address, { state, code }]) =>
      state === "refused" ? [[address, code ?? ""] as const] : [],
    ),
  );
}
