import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { eq } from "drizzle-orm";
import { shareRequests } from "../../src/database/schema.ts";
import type { Failure } from "../stage/failure.ts";
import { expectKept, withFleet } from "../stage/world.ts";

/** How much later it is killed with each press. */
const STEP_MS = 25;

export const failure = {
  name: "web-killed",
  title: "The web process is killed while people press Share, and they press it again",
  play: (say) =>
    withFleet({ people: 4 }, async (fleet) => {
      let unanswered = 0;
      for (const [round, member] of [...fleet.members, ...fleet.members].entries()) {
        const form = {
          idempotency_key: randomUUID(),
          url: fleet.pageAddress(),
          message: `Number 9${round};`,
        };
        const first = fleet.share(member, form).catch(() => undefined);
        await pause(round * STEP_MS);
        await fleet.end("web", "SIGKILL");
        if ((await first) === undefined) unanswered += 1;
        await fleet.start("web");
        if ((await first) === undefined) assert.equal((await fleet.share(member, form)).status, 303);
        const kept = await fleet.runtime.database.$count(
          shareRequests,
          eq(shareRequests.idempotencyKey, form.idempotency_key),
        );
        assert.equal(kept, 1);
      }
      say(`${unanswered} of 8 presses had no answer, and were pressed again`);
      await expectKept(fleet, say);
    }),
} satisfies Failure;
