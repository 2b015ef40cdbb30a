/** The shares that a prepared statement is given by their ids, for all that workers write together. */
import { asc, sql } from "drizzle-orm";
import type { Database } from "../../database/open.ts";
import { socialShares } from "../../database/schema.ts";

/**
 * Said again, since what JSON holds tells the planner nothing: with an array it uses the key. Behind a subquery it does
 * not know its length, finds no plan that is better for these alone, and stops planning anew each time.
 */
export const isNamed = sql`${socialShares.id} = any((select ${sql.placeholder("ids")}::uuid[])::uuid[])`;

/**
 * A share's state in such a statement. Written so that the planner takes the key: it may believe that next to nothing is open, and
 * read all shares that are.
 */
export const foundStatus = sql`(${socialShares.status} || '')`;

/** Locked by their ids, as everywhere: those who lock several in another order would wait for each other. */
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
