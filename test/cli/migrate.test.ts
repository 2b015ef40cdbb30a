import pg from "pg";
import { expect, test } from "vitest";
import { compareTables } from "../../src/database/migrate.ts";
import { openDatabase } from "../../src/database/open.ts";
import { generateKey } from "../../src/vault/fernet.ts";
import { emptyDatabaseUrl } from "../harness/database/database.ts";
import { startProcess } from "../harness/services/process.ts";
import { waitFor } from "../harness/wait.ts";

/** Creating an index waits at this lock. */
const GATE = 4_200;

test("kill -9 in the middle of a migration leaves no half-made tables, and the next one comes to its end", async () => {
  const url = await emptyDatabaseUrl();
  const gatekeeper = new pg.Client({ connectionString: url });
  await gatekeeper.connect();
  await gatekeeper.query(`
    create schema gate;
    create function gate.stand() returns event_trigger language plpgsql as
      $$ begin perform pg_advisory_xact_lock_shared(${GATE}); end $$;
    create event trigger gate on ddl_command_start when tag in ('CREATE INDEX') execute function gate.stand();
    select pg_advisory_lock(${GATE})`);
  const settings = {
    SOCIAL_BASE_URL: "http://127.0.0.1:1/",
    SOCIAL_ENCRYPTION_KEY: generateKey(),
    SOCIAL_SESSION_SECRET: generateKey(),
    DATABASE_URL: url,
  };
  const first = startProcess(["migrate"], settings);
  await waitFor("it to be in the middle", async () => {
    const { rowCount } = await gatekeeper.query(
      "select 1 from pg_stat_activity where datname = current_database() and wait_event = 'advisory'",
    );
    return rowCount === 1 || undefined;
  });
  first.child.kill("SIGKILL");
  await first.ended;
  const second = startProcess(["migrate"], settings);
  const open = openDatabase(url, () => {});
  const { rows } = await gatekeeper.query("select to_regclass('public.users') as users");
  expect(rows).toEqual([{ users: null }]);
  await gatekeeper.query(`select pg_advisory_unlock(${GATE})`);
  expect([await second.ended, second.output()]).toEqual([0, "The database is up to date.\n"]);
  expect(await compareTables(open.database)).toBe("current");
  await open.close();
  await gatekeeper.end();
});
