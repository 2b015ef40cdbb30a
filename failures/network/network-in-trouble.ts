/** A network only answers with errors for more than a minute, then works again. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { control } from "../../test/harness/networks/networks.ts";
import { waitFor } from "../../test/harness/wait.ts";
import type { Failure } from "../stage/failure.ts";
import { openStage } from "../stage/stage.ts";

export const failure = {
  name: "network-in-trouble",
  title: "A network fails every call for more than a minute",
  async play(say) {
    const folder = mkdtempSync(join(tmpdir(), "sharewell-network-"));
    const stage = await openStage({ SOCIAL_DATA_DIR: folder });
    try {
      const service = stage.start(["serve"]);
      await stage.untilReady("that it works", ({ status }) => status !== "unavailable");
      const { share, postedAt } = await stage.open();
      const { twitter } = stage.emulator;
      for (const endpoint of ["POST /2/tweets", "GET /2/users/:id/tweets"])
        await control(twitter, "POST", "faults", {
          ...{ endpoint, times: 1_000 },
          fault: { kind: "status", status: 503 },
        });
      const messages = await Promise.all(Array.from({ length: 4 }, () => share()));
      await stage.untilReady("that a network fails", ({ networks }) => networks === "failing");
      assert.equal((await stage.ready())?.status, 200);
      say("/readyz: degraded, networks failing; the pages go on");
      await control(twitter, "DELETE", "faults");
      for (const message of messages) await waitFor(`“${message}”`, () => postedAt(message)[0], 900_000);
      await stage.untilReady("that no network fails", ({ networks }) => networks === undefined);
      assert.deepEqual(
        messages.map((message) => postedAt(message).length),
        [1, 1, 1, 1],
      );
      const told = service
        .output()
        .split("\n")
        .filter((line) => line.includes('"trouble":"networks"'));
      assert.equal(told.length, 2);
      say("accepted 4, posted 4, twice 0, lost 0; the log says it once, and once that it is over");
    } finally {
      await stage.close();
      rmSync(folder, { recursive: true, force: true });
    }
  },
} satisfies Failure;
