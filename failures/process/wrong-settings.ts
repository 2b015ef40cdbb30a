import assert from "node:assert/strict";
import { generateKey } from "../../src/vault/fernet.ts";
import { freePort } from "../../test/harness/networks/networks.ts";
import { startProcess } from "../../test/harness/services/process.ts";
import { waitFor } from "../../test/harness/wait.ts";
import type { Failure } from "../stage/failure.ts";
import { countInLog, expectKept, shareAll, withFleet } from "../stage/world.ts";

export const failure = {
  name: "wrong-settings",
  title:
    "A taken port, an unreadable key, a missing setting, and another key than the tokens were sealed with",
  play: (say) =>
    withFleet({ people: 1, workers: 1 }, async (fleet) => {
      const refused = async (
        what: string,
        words: string[],
        changes: Record<string, string>,
        says: RegExp,
      ) => {
        const process = startProcess(words, { ...fleet.variables, ...changes });
        const code = await process.ended;
        assert.match(process.output(), says);
        assert.doesNotMatch(process.output(), /^\s+at /m);
        say(`${what}: exit code ${code}, "${process.output().trim().split("\n")[0]}"`);
        assert.equal(code, 1);
      };
      await refused("a taken port", ["serve", "--no-worker"], {}, /Port \d+ is in use/);
      const PORT = String(await freePort());
      const unreadable = { PORT, SOCIAL_ENCRYPTION_KEY: "short" };
      await refused("an unreadable key", ["worker"], unreadable, /not a Fernet key/);
      const missing = { PORT, SOCIAL_SESSION_SECRET: "" };
      await refused("a missing setting", ["worker"], missing, /SOCIAL_SESSION_SECRET/);

      await fleet.end("worker 1", "SIGTERM");
      await shareAll(fleet, 1);
      const other = startProcess(["worker"], {
        ...fleet.variables,
        PORT: new URL(fleet.addressOf("worker 1")).port,
        SOCIAL_ENCRYPTION_KEY: generateKey(),
      });
      await waitFor("the other key to be told", () =>
        other.output().includes('"trouble":"keys"') ? true : undefined,
      );
      say("another key: the log says at the start that it does not open tokens that are kept");
      other.child.kill("SIGKILL");
      await other.ended;
      await fleet.start("worker 1");
      await expectKept(fleet, say);
      say(`${countInLog(fleet, '"level":50')} errors in the log of the others`);
    }),
} satisfies Failure;
