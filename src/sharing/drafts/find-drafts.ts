/** Finds a person's drafts. */
import { and, count, desc, eq, isNull, sql } from "drizzle-orm";
import type { Queryable } from "../../database/open.ts";
import { preparedOnce } from "../../database/prepared.ts";
import { socialDrafts } from "../../database/schema.ts";
import type { PageLink } from "../../pages/page.ts";
import type { KeptDraft } from "./draft.ts";
import { draftAddress } from "./keep-draft.ts";

interface DraftsRuntime {
  readonly database: Queryable;
}

/** More than that were written apart from each other only by somebody who tries. */
const MOST_OF_PAGE = 5;

const isOwn = and(eq(socialDrafts.userId, sql.placeholder("person")), isNull(socialDrafts.discardedAt));

const statements = preparedOnce((database) => ({
  ofPage: database
    .select()
    .from(socialDrafts)
    .where(and(isOwn, eq(socialDrafts.url, sql.placeholder("url"))))
    .orderBy(desc(socialDrafts.updatedAt))
    .limit(MOST_OF_PAGE)
    .prepare("find_drafts_of_page"),
  number: database.select({ number: count() }).from(socialDrafts).where(isOwn).prepare("count_drafts"),
  all: database
    .select()
    .from(socialDrafts)
    .where(isOwn)
    .orderBy(desc(socialDrafts.updatedAt))
    .prepare("list_drafts"),
  one: database
    .select()
    .from(socialDrafts)
    .where(and(isOwn, eq(socialDrafts.id, sql.placeholder("id"))))
    .prepare("find_draft"),
}));

/** Lists all of a person's drafts, the latest first. */
export async function listDrafts(
  { database }: DraftsRuntime,
  person: { readonly id: string },
): Promise<KeptDraft[]> {
  return (await statements(database).all.execute({ person: person.id })).map(toDraft);
}

/** Counts a person's drafts. */
export async function countDrafts(
  { database }: DraftsRuntime,
  person: { readonly id: string },
): Promise<number> {
  const [row] = await statements(database).number.execute({ person: person.id });
  return row?.number ?? 0;
}

/** Finds the drafts for a page, by any of its addresses, the latest first. At most five. */
export async function findDraftsOf(
  { database }: DraftsRuntime,
  person: { readonly id: string },
  url: string,
): Promise<KeptDraft[]> {
  const rows = await statements(database).ofPage.execute({ person: person.id, url: draftAddress(url) });
  return rows.map(toDraft);
}

/** Finds one of a person's drafts; undefined if there is none, or none any more. */
export async function findDraft(
  { database }: DraftsRuntime,
  person: { readonly id: string },
  id: string,
): Promise<KeptDraft | undefined> {
  const [row] = await statements(database).one.execute({ person: person.id, id });
  return row && toDraft(row);
}

/** Returns a row as a draft. */
export function toDraft({
  id,
  revision,
  page,
  fields,
  updatedAt,
}: typeof socialDrafts.$inferSelect): KeptDraft {
  // Only `keepDraft` writes this column.
  const { url = "", title = "", description = "", image } = page as Partial<PageLink>;
  return { id, revision, link: { url, title, description, image }, fields, updatedAt };
}
