/** Gives prepared statements their shares by id, so that workers can write several shares in one statement. */
import { asc, type SQL, sql } from "drizzle-orm";
import type { Database } from "../../database/open.ts";
import { socialShares } from "../../database/schema.ts";

/**
 * Names the shares once more, as an array: the planner knows nothing of the rows in the JSON, but uses the primary key for an array. The
 * subquery hides the array's length, so that the planner finds no better plan for a particular one and keeps the generic plan.
 */
export const isNamed = sql`${socialShares.id} = any((select ${sql.placeholder("ids")}::uuid[])::uuid[])`;

/**
 * A share's state in such a statement. Written so that the planner takes the key: it may believe that next to nothing is open, and
 * read all shares that are.
 */
export const foundStatus = sql`(${socialShares.status} || '')`;

/** Locks the shares in the order of their ids, as all code does. Another order could lead to deadlocks. */
export function lockNamed(database: Database) {
  return database
    .$with("named")
    .as(
      database
        .select({ id: socialShares.id })
        .from(socialShares)
        .where(isNamed)
        .orderBy(asc(socialShares.id))
        .for("no key update"),
    );
}

/** The columns of rows that a statement is given as JSON: each key of `Row`, with its type in PostgreSQL. */
export type GivenColumns<Row> = Readonly<Record<keyof Row, GivenType>>;
type GivenType = "uuid" | "text" | "boolean" | "integer" | "timestamptz" | "jsonb";

/** The rows that a statement is given under the name `given`, to join with. */
export function givenRows<Row>(columns: GivenColumns<Row>): SQL {
  const list = Object.entries(columns).map(([name, type]) => `"${name}" ${type}`);
  return sql`jsonb_to_recordset(${sql.placeholder("given")}::jsonb) as given(${sql.raw(list.join(", "))})`;
}
