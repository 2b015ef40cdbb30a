import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generateKey } from "../../src/vault/fernet.ts";
import { freePort } from "../../test/harness/networks/networks.ts";
import { type RunningProcess, startProcess, untilReady } from "../../test/harness/services/process.ts";
import type { Failure } from "../stage/failure.ts";

export const failure = {
  name: "data-folder-copied",
  title: "The data folder of a running service is copied, and a second service starts on the copy",
  async play(say) {
    const place = mkdtempSync(join(tmpdir(), "sharewell-copied-"));
    const started: RunningProcess[] = [];
    try {
      const [first, second] = [join(place, "first"), join(place, "second")];
      const settings = { SOCIAL_ENCRYPTION_KEY: generateKey(), SOCIAL_SESSION_SECRET: generateKey() };
      const serve = async (folder: string) => {
        const address = `http://127.0.0.1:${await freePort()}/`;
        const process = startProcess(["serve"], {
          ...{ ...settings, SOCIAL_BASE_URL: address, PORT: new URL(address).port, SOCIAL_DATA_DIR: folder },
        });
        started.push(process);
        await untilReady(process, address);
        return address;
      };
      const address = await serve(first);
      const server = serverOf(first);
      assert.equal(spawnSync("cp", ["-a", first, second]).status, 0);
      await serve(second);
      assert.equal(serverOf(first), server, "The original's database was taken down.");
      assert.notEqual(serverOf(second), server);
      const answer = await fetch(`${address}readyz`);
      assert.equal(answer.status, 200, "The original is not ready any more.");
      assert.ok(!started[0]?.output().includes('"level":50'), "The original met an error.");
      say(`both run, the original on the same server as before (process ${server}); /readyz 200 for both`);
      const again = startProcess(["serve"], {
        ...{ ...settings, SOCIAL_BASE_URL: address, PORT: String(await freePort()), SOCIAL_DATA_DIR: first },
      });
      started.push(again);
      assert.equal(await again.ended, 1);
      say(`a third one on the original's folder: ${again.output().trim()}`);
    } finally {
      for (const { child, ended } of started) {
        child.kill("SIGKILL");
        await ended;
      }
      rmSync(place, { recursive: true, force: true });
    }
  },
} satisfies Failure;

function serverOf(folder: string): number {
  return Number(readFileSync(join(folder, "postgres", "postmaster.pid"), "utf8").split("\n")[0]);
}
