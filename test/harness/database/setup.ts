/** Starts one PostgreSQL before all tests, with a migrated database that every test copies. */
import { existsSync, mkdtempSync, rmSync, statfsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { startEmbedded } from "../../../src/database/embedded/embedded.ts";
import { ensureChromium } from "../browser/chromium.ts";
import { careless, ensureSeed, plantSeed, urlOf } from "./seed.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** The URL of the migrated database; replace its name to reach another. */
    templateUrl: string;
    /** The files of the migrated database, for {@link plantSeed}. */
    seed: string;
    chromium: string;
  }
}

const MEMORY = "/dev/shm";
/** In bytes: several times what the databases of all workers take at once. */
const ENOUGH = 3 * 1_024 ** 3;

/** A server that looks after hundreds of databases by itself would do little else. */
const quiet = { autovacuum: "off", checkpoint_timeout: "1h", max_wal_size: "1GB" } as const;

/** The kernel copies the files, which takes two thirds of the work. */
const quickCopies = { file_copy_method: "clone" } as const;

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

/** Compiles the packages once for all processes of all runs. */
function keepCompiled(root: string): void {
  process.env.NODE_COMPILE_CACHE ??= join(root, "node_modules/.cache/sharewell-compiled");
}

export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = mkdtempSync(join(chooseTemporaryFolder(), "sharewell-test-"));
  keepCompiled(project.config.root);
  const seed = await ensureSeed(project.config.root);
  plantSeed(seed, folder);
  const embedded = await startEmbedded(folder, {
    settings: { max_connections: "300", ...careless, ...quiet, ...quickCopies },
  });
  const templateUrl = urlOf(embedded);
  project.provide("templateUrl", templateUrl);
  project.provide("seed", seed);
  project.provide("chromium", ensureChromium());
  return async () => {
    await embedded.stop();
    rmSync(folder, { recursive: true, force: true });
  };
}
