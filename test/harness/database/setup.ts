/** Starts one PostgreSQL before all tests, with a migrated database that every test copies. */
import { existsSync, mkdtempSync, rmSync, statfsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PgBoss } from "pg-boss";
import type { TestProject } from "vitest/node";
import { startEmbedded } from "../../../src/database/embedded/embedded.ts";
import { migrateDatabase } from "../../../src/database/migrate.ts";
import { openDatabase } from "../../../src/database/open.ts";
import { prepareQueues } from "../../../src/sharing/claims/queue.ts";
import { ensureChromium } from "../browser/chromium.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** The URL of the migrated database; replace its name to reach another. */
    templateUrl: string;
    chromium: string;
  }
}

const MEMORY = "/dev/shm";
/** In bytes: several times what the databases of all workers take at once. */
const ENOUGH = 3 * 1_024 ** 3;

/**
 * Temporary files stay in memory where there is room for them: hundreds of databases are copied and removed, and a disk
 * that has to be told of every removed file takes minutes for that.
 */
function chooseTemporaryFolder(): string {
  if (process.env.TMPDIR !== undefined) return tmpdir();
  const { bavail, bsize } = existsSync(MEMORY) ? statfsSync(MEMORY) : { bavail: 0, bsize: 0 };
  if (bavail * bsize > ENOUGH) process.env.TMPDIR = MEMORY;
  return tmpdir();
}

export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = mkdtempSync(join(chooseTemporaryFolder(), "sharewell-test-"));
  // Nothing here has to survive a crash of the machine.
  const careless = { fsync: "off", full_page_writes: "off", synchronous_commit: "off" };
  const embedded = await startEmbedded(folder, { settings: { max_connections: "300", ...careless } });
  const templateUrl = `postgres://sharewell@localhost/sharewell?host=${encodeURIComponent(String(embedded.connection.host))}`;
  const template = openDatabase(templateUrl, () => {});
  await migrateDatabase(template);
  await template.close();
  const queue = new PgBoss({ connectionString: templateUrl, supervise: false, schedule: false });
  await queue.start();
  await prepareQueues(queue);
  await queue.stop({ graceful: false });
  project.provide("templateUrl", templateUrl);
  project.provide("chromium", ensureChromium());
  return async () => {
    await embedded.stop();
    rmSync(folder, { recursive: true, force: true });
  };
}
