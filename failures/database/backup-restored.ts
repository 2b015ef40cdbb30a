/** A backup is restored, but its shares have been posted since. */
import { join } from "node:path";
import { expectOnce, playTurn } from "../../test/harness/database/restoring.ts";
import type { Failure } from "../stage/failure.ts";

export const failure = {
  name: "backup-restored",
  title: "A backup of the running service is restored after its shares went out",
  async play(say) {
    const turned = await playTurn({
      keep: async ({ run, folder }) =>
        say((await run(["backup", join(folder, "b.backup")])).split("\n")[0] ?? ""),
      putBack: async ({ run, folder }) => {
        const fresh = join(folder, "fresh");
        say((await run(["restore", join(folder, "b.backup")], fresh)).split("\n")[0] ?? "");
        return fresh;
      },
    });
    expectOnce(turned, "copied", say);
  },
} satisfies Failure;
