/** Only the database is restored, while the data folder knows a later state: a snapshot of a volume, a lost last minute. */
import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { expectOnce, playTurn } from "../../test/harness/database/restoring.ts";
import type { Failure } from "../stage/failure.ts";

export const failure = {
  name: "database-put-back",
  title: "The database's own files alone go back to an earlier moment",
  async play(say) {
    const turned = await playTurn({
      async keep({ stopPages, data, folder }) {
        await stopPages();
        move("cp", ["-a", join(data, "postgres"), join(folder, "kept")]);
      },
      async putBack({ data, folder }) {
        rmSync(join(data, "postgres"), { recursive: true });
        move("mv", [join(folder, "kept"), join(data, "postgres")]);
        return data;
      },
    });
    expectOnce(turned, "older", say);
  },
} satisfies Failure;

function move(command: string, words: readonly string[]): void {
  const { status, stderr } = spawnSync(command, words, { encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
}
