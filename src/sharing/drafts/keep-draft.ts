/** Keeps a draft. A form that has not seen the latest state of it never replaces that state: its words are kept beside it. */
import { randomUUID } from "node:crypto";
import { and, count, eq, isNull, or } from "drizzle-orm";
import type { Database, Queryable } from "../../database/open.ts";
import { shareRequests, socialDrafts } from "../../database/schema.ts";
import { normaliseAddress, type PageLink, withoutTracking } from "../../pages/page.ts";
import { actAs } from "../../people/acting.ts";
import { say, type Told } from "../../words/words.ts";
import { type DraftField, type DraftStand, writtenWords } from "./draft.ts";

/** More than anybody keeps in mind. */
const MOST_DRAFTS = 100;
/** In characters of JSON: own messages for some dozens of accounts. */
const LARGEST = 200_000;

export interface DraftSave {
  /** The state that the form has seen. */
  readonly stand: DraftStand;
  /** When the form was read, in milliseconds by its browser's clock: the later one of two saves of a form counts. */
  readonly writtenAt: number;
  readonly link: PageLink;
  readonly fields: readonly DraftField[];
  /** The key under which the form will be submitted. */
  readonly idempotencyKey: string;
}

export type KeepOutcome =
  | { readonly outcome: "kept" | "apart"; readonly stand: DraftStand }
  /** There are no words to keep. */
  | { readonly outcome: "blank" }
  /** The form was shared before, here or on another device. */
  | { readonly outcome: "shared"; readonly requestId: string }
  | { readonly outcome: "refused"; readonly problem: Told };

interface DraftsRuntime {
  readonly database: Database;
  now(): Date;
}

type Row = typeof socialDrafts.$inferSelect;

/**
 * Stores what a form says now.
 * @returns "apart" if another form has saved the draft since: then it is a second draft, with its own id
 * @throws {Barred}
 */
export async function keepDraft(
  { database, now }: DraftsRuntime,
  person: { readonly id: string },
  save: DraftSave,
): Promise<KeepOutcome> {
  return await actAs({ database }, person, async (transaction): Promise<KeepOutcome> => {
    const requestId = await findShared(transaction, person, save.idempotencyKey);
    if (requestId !== undefined) return { outcome: "shared", requestId };
    const { id, writer } = save.stand;
    const rows = await transaction
      .select()
      .from(socialDrafts)
      .where(
        and(eq(socialDrafts.userId, person.id), or(eq(socialDrafts.id, id), eq(socialDrafts.writer, writer))),
      );
    const seen = rows.find((row) => row.id === id);
    // From an earlier save whose answer did not arrive.
    const apart = rows.find((row) => row.id !== id && row.writer === writer);
    const [outcome, stored] =
      seen !== undefined && contradicts(seen, save) ? (["apart", apart] as const) : (["kept", seen] as const);
    const target = outcome === "kept" ? id : (apart?.id ?? randomUUID());
    if (stored !== undefined && isOvertaken(stored, save)) return { outcome, stand: standOf(stored) };
    if (stored !== undefined && stored.discardedAt === null && holds(stored, save))
      return { outcome, stand: { ...standOf(stored), writer } };
    if (writtenWords(save.fields) === "") return await discardBlank(transaction, stored, now());
    const problem = await findProblem(transaction, person, { stored, save });
    if (problem !== undefined) return { outcome: "refused", problem };
    const revision = (stored?.revision ?? 0) + 1;
    const values = {
      ...{ userId: person.id, id: target, revision, writer, writtenAt: save.writtenAt },
      ...{ url: draftAddress(save.link.url), page: pageOf(save.link), fields: save.fields },
      ...{ updatedAt: now(), discardedAt: null },
    };
    await transaction
      .insert(socialDrafts)
      .values(values)
      .onConflictDoUpdate({ target: [socialDrafts.userId, socialDrafts.id], set: values });
    return { outcome, stand: { id: target, revision, writer } };
  });
}

/** Returns the address under which the drafts for a page are found. */
export function draftAddress(url: string): string {
  return normaliseAddress(withoutTracking(url));
}

async function findShared(
  transaction: Queryable,
  person: { readonly id: string },
  key: string,
): Promise<string | undefined> {
  const [request] = await transaction
    .select({ id: shareRequests.id })
    .from(shareRequests)
    .where(and(eq(shareRequests.userId, person.id), eq(shareRequests.idempotencyKey, key)));
  return request?.id;
}

/** Whether another form has saved other words since this one saw the draft. */
function contradicts(row: Row, save: DraftSave): boolean {
  const { writer, revision } = save.stand;
  return row.writer !== writer && row.revision !== revision && !holds(row, save);
}

/** Whether it says the same. */
function holds(row: Row, { fields }: DraftSave): boolean {
  return JSON.stringify(row.fields) === JSON.stringify(fields);
}

/** Whether a later save of the same form has arrived before this one. */
function isOvertaken(row: Row, { stand, writtenAt }: DraftSave): boolean {
  return row.writer === stand.writer && row.writtenAt >= writtenAt;
}

/** Who deletes all words gives the draft up. The last words can be had for another day. */
async function discardBlank(transaction: Queryable, row: Row | undefined, now: Date): Promise<KeepOutcome> {
  if (row !== undefined && row.discardedAt === null)
    await transaction
      .update(socialDrafts)
      .set({ discardedAt: now })
      .where(and(eq(socialDrafts.userId, row.userId), eq(socialDrafts.id, row.id)));
  return { outcome: "blank" };
}

async function findProblem(
  transaction: Queryable,
  person: { readonly id: string },
  { stored, save }: { readonly stored: Row | undefined; readonly save: DraftSave },
): Promise<Told | undefined> {
  if (JSON.stringify(save.fields).length > LARGEST) return say("This is too long to be kept as a draft.");
  if (stored !== undefined && stored.discardedAt === null) return undefined;
  const [drafts] = await transaction
    .select({ number: count() })
    .from(socialDrafts)
    .where(and(eq(socialDrafts.userId, person.id), isNull(socialDrafts.discardedAt)));
  return (drafts?.number ?? 0) < MOST_DRAFTS
    ? undefined
    : say("You have {most, number} drafts already. Delete one to keep another.", { most: MOST_DRAFTS });
}

function pageOf({ url, title, description, image }: PageLink) {
  return { url, title, description, ...(image === undefined ? {} : { image }) };
}

function standOf({ id, revision, writer }: Row): DraftStand {
  return { id, revision, writer };
}
