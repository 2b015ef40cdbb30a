/** Counts the selected accounts in the database, so that thousands of them are not read. */
import { asc, eq, getTableColumns, sql } from "drizzle-orm";
import { socialConnections } from "../database/schema.ts";
import { connectedBy, type SearchRuntime } from "./account-search.ts";
import { type Connection, toConnection } from "./connection.ts";
import { isSelected, isUsable, type Selected, type Selection, type Usable } from "./selection.ts";
import { hasTemplates, templateOfRow } from "./templates.ts";

/** Accounts for which a text has the same length, and which have the same template. */
export interface LengthGroup {
  /** One of them, which stands for all. */
  readonly connection: Connection;
  readonly accounts: number;
  readonly template: string | undefined;
}

/**
 * Groups the selected accounts by network and by the fields of `extra` on which a text's length depends.
 * @param countsBy the names of these fields
 */
export async function groupSelected(
  { database, now }: SearchRuntime,
  selected: Selected,
  countsBy: readonly string[],
): Promise<LengthGroup[]> {
  const template = (await hasTemplates(database, selected.person))
    ? templateOfRow
    : sql<string | null>`null::text`;
  const alike = database
    .select({
      template: sql<string | null>`min(${template})`.as("template"),
      id: sql<string>`(array_agg(${socialConnections.id} order by ${socialConnections.createdAt}, ${socialConnections.id}))[1]`.as(
        "one",
      ),
      accounts: sql<number>`count(*)::integer`.as("accounts"),
    })
    .from(socialConnections)
    .where(isSelected(selected, now()))
    .groupBy(
      socialConnections.platform,
      template,
      ...countsBy.map((key) => sql`${socialConnections.extraData} ->> ${key}::text`),
    )
    .as("alike");
  const rows = await database
    .select({ ...getTableColumns(socialConnections), accounts: alike.accounts, template: alike.template })
    .from(alike)
    .innerJoin(socialConnections, eq(socialConnections.id, alike.id))
    .orderBy(asc(socialConnections.platform), asc(socialConnections.createdAt));
  return rows.map(({ accounts, template, ...row }) => ({
    ...{ connection: toConnection(row), accounts, template: template ?? undefined },
  }));
}

export interface PartCount {
  readonly accounts: number;
  /** Those of them that can be used. */
  readonly usable: number;
}

/** Counts the accounts of each part in one statement, in the order of `parts`. */
export async function countParts(
  { database, now }: SearchRuntime,
  person: { readonly id: string },
  parts: readonly Selection[],
  usable?: Usable,
): Promise<PartCount[]> {
  if (parts.length === 0) return [];
  const works = usable === undefined ? sql`true` : (isUsable(person, usable) ?? sql`true`);
  const marks = parts.map((part, index) => {
    const isPart = isSelected({ person, selection: part }, now()) ?? sql`true`;
    return sql`${isPart} as ${sql.identifier(`part${index}`)}`;
  });
  const counts = parts.map((_, index) => {
    const mark = sql.identifier(`part${index}`);
    return sql`count(*) filter (where ${mark}), count(*) filter (where ${mark} and works)`;
  });
  // `offset 0` keeps PostgreSQL from evaluating each mark twice.
  const { rows } = await database.execute(
    sql`select array[${sql.join(counts, sql`, `)}]::integer[] as counts from
      (select ${sql.join(marks, sql`, `)}, ${works} as works from ${socialConnections}
        where ${connectedBy(person)} offset 0) as marked`,
  );
  const [{ counts: found = [] } = {}] = rows as { counts?: number[] }[];
  return parts.map((_, index) => ({ accounts: found[2 * index] ?? 0, usable: found[2 * index + 1] ?? 0 }));
}
