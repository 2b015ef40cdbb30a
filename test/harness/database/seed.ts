/** The files of a PostgreSQL with the migrated database: made once for all runs, and copied for each server that needs them. */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PgBoss } from "pg-boss";
import { startEmbedded } from "../../../src/database/embedded/embedded.ts";
import { migrateDatabase } from "../../../src/database/migrate.ts";
import { openDatabase } from "../../../src/database/open.ts";
import { prepareQueues } from "../../../src/sharing/claims/queue.ts";

/** Everything that decides what is in the database. */
const SOURCES = [
  "package-lock.json",
  "src/database/**/*",
  "src/sharing/claims/queue.ts",
  "test/harness/database/seed.ts",
];

/** Nothing in a test has to survive a crash of the machine. */
export const careless = { fsync: "off", full_page_writes: "off", synchronous_commit: "off" } as const;

/** @param root the project's folder @returns the folder to give to {@link plantSeed} */
export async function ensureSeed(root: string): Promise<string> {
  const cache = join(root, "node_modules/.cache/sharewell-seeds");
  const seed = join(cache, hashSources(root));
  if (existsSync(seed)) return seed;
  mkdirSync(cache, { recursive: true });
  for (const former of readdirSync(cache)) rmSync(join(cache, former), { recursive: true });
  const draft = mkdtempSync(join(tmpdir(), "sharewell-seed-"));
  await grow(draft);
  const copy = `${seed}.${process.pid}`;
  plantSeed(draft, copy);
  rmSync(draft, { recursive: true });
  try {
    renameSync(copy, seed);
  } catch (error) {
    // Another run was faster.
    if (!existsSync(seed)) throw error;
    rmSync(copy, { recursive: true });
  }
  return seed;
}

/** Makes a data folder whose database is up to date, as a service leaves it that never served. */
export function plantSeed(seed: string, dataFolder: string): void {
  mkdirSync(dataFolder, { recursive: true });
  const { status } = spawnSync("cp", ["-a", join(seed, "postgres"), dataFolder]);
  if (status !== 0) throw new Error(`${seed} was not copied to ${dataFolder}.`);
}

function hashSources(root: string): string {
  const hash = createHash("sha256").update(process.version);
  const files = globSync(SOURCES, { cwd: root, withFileTypes: true }).filter((entry) => entry.isFile());
  for (const path of files.map(({ parentPath, name }) => join(parentPath, name)).toSorted())
    hash.update(path).update("\0").update(readFileSync(path)).update("\0");
  return hash.digest("hex").slice(0, 16);
}

async function grow(folder: string): Promise<void> {
  const server = await startEmbedded(folder, { settings: careless });
  const url = urlOf(server);
  const open = openDatabase(url, () => {});
  await migrateDatabase(open);
  await open.close();
  const queue = new PgBoss({ connectionString: url, supervise: false, schedule: false });
  // The server may end a connection before the queue has closed it.
  queue.on("error", () => undefined);
  await queue.start();
  await prepareQueues(queue);
  await queue.stop({ graceful: false });
  await server.stop();
}

/** The address of an embedded server's database. */
export function urlOf({ connection }: Awaited<ReturnType<typeof startEmbedded>>): string {
  return `postgres://sharewell@localhost/sharewell?host=${encodeURIComponent(String(connection.host))}`;
}
