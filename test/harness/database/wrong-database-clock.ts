/** Replaces the database's time functions by ones that add an offset from a table. */
import pg from "pg";

/**
 * Takes effect for new connections.
 * @returns a function that sets by how many seconds the database's clock is ahead; negative: behind
 */
export async function takeClock(databaseUrl: string): Promise<(aheadSeconds: number) => Promise<void>> {
  const run = async (statements: string) => {
    const client = new pg.Client({ connectionString: databaseUrl });
    await client.connect();
    try {
      await client.query(statements);
    } finally {
      await client.end();
    }
  };
  const name = new URL(databaseUrl).pathname.slice(1);
  await run(`
    create schema wrong;
    create table wrong.clock (ahead interval not null);
    insert into wrong.clock values ('0 s');
    create function wrong.clock_timestamp() returns timestamptz language sql volatile as
      'select pg_catalog.clock_timestamp() + ahead from wrong.clock';
    create function wrong.now() returns timestamptz language sql stable as
      'select pg_catalog.now() + ahead from wrong.clock';
    alter database ${name} set search_path = public, wrong, pg_catalog`);
  return async (aheadSeconds) => await run(`update wrong.clock set ahead = '${aheadSeconds} s'`);
}
