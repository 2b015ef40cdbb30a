/** Saves and restores all tables of a database. */
import { sql } from "drizzle-orm";
import type { Database } from "../../../src/database/open.ts";

export interface KeptTables {
  restore(): Promise<void>;
}

export async function keepTables(database: Database): Promise<KeptTables> {
  const found = await database.execute<{ name: string }>(
    sql`select tablename as name from pg_tables where schemaname = 'public' order by tablename`,
  );
  const names = found.rows.map(({ name }) => name);
  await database.execute(sql`create schema kept`);
  for (const name of names)
    await database.execute(
      sql`create table ${sql.identifier("kept")}.${sql.identifier(name)} as table ${sql.identifier(name)}`,
    );
  return {
    async restore() {
      await database.transaction(async (transaction) => {
        // Rows are returned in any order.
        await transaction.execute(sql`set local session_replication_role = replica`);
        for (const name of names) {
          await transaction.execute(sql`delete from ${sql.identifier(name)}`);
          await transaction.execute(
            sql`insert into ${sql.identifier(name)} select * from ${sql.identifier("kept")}.${sql.identifier(name)}`,
          );
        }
        await transaction.execute(sql`delete from pgboss.job`);
      });
    },
  };
}
