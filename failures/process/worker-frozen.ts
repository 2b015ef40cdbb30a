import { setTimeout as pause } from "node:timers/promises";
import type { Failure } from "../stage/failure.ts";
import { expectKept, shareAll, withFleet } from "../stage/world.ts";

const LEASE_SECONDS = 2;

export const failure = {
  name: "worker-frozen",
  title: "A worker is frozen for longer than its lease, another takes over, and it continues",
  play: (say) =>
    withFleet({ people: 6, changes: { SOCIAL_LEASE_SECONDS: String(LEASE_SECONDS) } }, async (fleet) => {
      for (let freeze = 0; freeze < 4; freeze += 1) {
        await shareAll(fleet, 2);
        const frozen = fleet.process(freeze % 2 === 0 ? "worker 1" : "worker 2").child;
        frozen.kill("SIGSTOP");
        await shareAll(fleet, 1);
        await pause(LEASE_SECONDS * 2_000);
        frozen.kill("SIGCONT");
      }
      await expectKept(fleet, say);
    }),
} satisfies Failure;
