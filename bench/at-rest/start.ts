/** The cold start of `serve` with the embedded database, the first and later ones, and the memory of both two seconds later. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { generateKey } from "../../src/vault/fernet.ts";
import { freePort } from "../../test/harness/networks/networks.ts";
import { startProcess, untilReady } from "../../test/harness/services/process.ts";
import { cpuMilliseconds, familyOf, proportionalMegabytes } from "../memory.ts";
import { compareCheckouts, type Figures } from "./checkouts.ts";

const ROUNDS = 7;
const REST_MS = 2_000;

export async function measureStart(): Promise<void> {
  const folders = new Map<string, string>();
  const aims = { "ready after, ms": 0.7, "idle memory, MB": 0.6 };
  await compareCheckouts({ rounds: ROUNDS, aims }, async (program) => {
    const known = folders.get(program);
    const folder = known ?? mkdtempSync(join(tmpdir(), "sharewell-bench-"));
    folders.set(program, folder);
    if (known === undefined) {
      const made = await startOnce(program, folder, 0);
      console.log(
        `  first start of all, making the database: ${Math.round(made["ready after, ms"] ?? 0)} ms`,
      );
    }
    return await startOnce(program, folder, REST_MS);
  });
  for (const folder of folders.values()) rmSync(folder, { recursive: true, force: true });
}

async function startOnce(program: string, folder: string, restMs: number): Promise<Figures> {
  const port = await freePort();
  const address = `http://127.0.0.1:${port}/`;
  const start = performance.now();
  const service = startProcess(
    ["serve"],
    {
      PORT: String(port),
      SOCIAL_BASE_URL: address,
      SOCIAL_ENCRYPTION_KEY: generateKey(),
      SOCIAL_SESSION_SECRET: generateKey(),
      SOCIAL_DATA_DIR: folder,
      SOCIAL_LOG_LEVEL: "error",
    },
    program,
  );
  await untilReady(service, address);
  const took = performance.now() - start;
  const own = service.child.pid ?? 0;
  const cpu = cpuMilliseconds([own]);
  await fetch(`${address}login/`);
  await pause(restMs);
  const memory = familyOf(own).map(proportionalMegabytes);
  const figures = {
    "ready after, ms": took,
    "CPU of the service until ready, ms": cpu,
    "idle memory, MB": memory.reduce((sum, part) => sum + part, 0),
    "of it the service, MB": proportionalMegabytes(own),
  };
  service.child.kill("SIGTERM");
  await service.ended;
  return figures;
}
