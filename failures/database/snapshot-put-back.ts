/** The data folder is restored from a snapshot, or from a copy of the stopped service. */
import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { expectOnce, playTurn } from "../../test/harness/database/restoring.ts";
import type { Failure } from "../stage/failure.ts";

export const failure = {
  name: "snapshot-put-back",
  title: "A copy of the stopped data folder is restored after its shares have been posted",
  async play(say) {
    const turned = await playTurn({
      async keep({ stopPages, data, folder }) {
        await stopPages();
        copy(data, join(folder, "kept"));
      },
      async putBack({ data, folder }) {
        rmSync(data, { recursive: true });
        copy(join(folder, "kept"), data);
        return data;
      },
    });
    expectOnce(turned, "copied", say);
  },
} satisfies Failure;

/** Copies owners, permissions and times, as the documentation says. */
function copy(from: string, to: string): void {
  const { status, stderr } = spawnSync("cp", ["-a", from, to], { encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
}
