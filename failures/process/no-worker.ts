/** The only worker is killed while the web process keeps running. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startEmbedded } from "../../src/database/embedded/embedded.ts";
import { waitFor } from "../../test/harness/wait.ts";
import type { Failure } from "../stage/failure.ts";
import { openStage } from "../stage/stage.ts";

export const failure = {
  name: "no-worker",
  title: "The only worker is killed, and is not started again for two minutes",
  async play(say) {
    const folder = mkdtempSync(join(tmpdir(), "sharewell-worker-"));
    const embedded = await startEmbedded(folder);
    const { host, user, database } = embedded.connection;
    const url = `postgres://${user}@localhost/${database}?host=${encodeURIComponent(String(host))}`;
    const stage = await openStage({ DATABASE_URL: url });
    try {
      stage.start(["serve", "--no-worker"]);
      const worker = stage.start(["worker"], { PORT: "0" });
      await stage.untilReady("ok", ({ status }) => status === "ok");
      const { share, postedAt } = await stage.open();
      const first = await share();
      await waitFor("a share", () => postedAt(first)[0]);
      worker.child.kill("SIGKILL");
      await worker.ended;
      const killedAt = performance.now();
      const waiting = await Promise.all([share(), share(), share()]);
      await stage.untilReady("that no worker runs", ({ workers }) => workers === "none");
      const answer = await stage.ready();
      assert.equal(answer?.status, 200);
      assert.equal(answer.body.status, "degraded");
      say(
        `/readyz: degraded, workers none, after ${Math.round((performance.now() - killedAt) / 1_000)} s; pages go on`,
      );
      stage.start(["worker"], { PORT: "0" });
      for (const message of waiting) await waitFor(`“${message}”`, () => postedAt(message)[0]);
      await stage.untilReady("ok", ({ status }) => status === "ok");
      const counts = [first, ...waiting].map((message) => postedAt(message).length);
      assert.deepEqual(counts, [1, 1, 1, 1]);
      say("accepted 4, posted 4, twice 0, lost 0");
    } finally {
      await stage.close();
      await embedded.stop();
      rmSync(folder, { recursive: true, force: true });
    }
  },
} satisfies Failure;
