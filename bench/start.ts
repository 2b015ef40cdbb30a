/** Cold start of `serve` with the embedded database, and the memory of both when idle. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { generateKey } from "../src/vault/fernet.ts";
import { freePort } from "../test/harness/networks.ts";
import { startProcess, untilReady } from "../test/harness/process.ts";
import { familyOf, proportionalMegabytes } from "./memory.ts";

const RUNS = 5;

export async function measureStart(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "sharewell-bench-"));
  const port = await freePort();
  const address = `http://127.0.0.1:${port}/`;
  const environment = {
    PORT: String(port),
    SOCIAL_BASE_URL: address,
    SOCIAL_ENCRYPTION_KEY: generateKey(),
    SOCIAL_SESSION_SECRET: generateKey(),
    SOCIAL_DATA_DIR: folder,
    SOCIAL_LOG_LEVEL: "error",
  };
  for (let run = 0; run <= RUNS; run += 1) {
    const start = performance.now();
    const service = startProcess(["serve"], environment);
    await untilReady(service, address);
    const took = performance.now() - start;
    await fetch(`${address}login/`);
    await pause(run === 0 ? 0 : 2_000);
    const pids = familyOf(service.child.pid ?? 0);
    const memory = pids.map(proportionalMegabytes).reduce((sum, part) => sum + part, 0);
    const own = proportionalMegabytes(service.child.pid ?? 0);
    console.log(
      `${run === 0 ? "first start, making the database" : `start ${run}`}: ready in ${Math.round(took)} ms; idle memory ${Math.round(memory)} MB (service ${Math.round(own)}, database ${Math.round(memory - own)}; aim: 250)`,
    );
    service.child.kill("SIGTERM");
    await service.ended;
  }
  rmSync(folder, { recursive: true, force: true });
}
