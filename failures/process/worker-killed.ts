import type { Failure } from "../stage/failure.ts";
import { expectKept, shareAll, withFleet } from "../stage/world.ts";

/** How often all workers are killed and started again. */
const KILLS = 3;

export const failure = {
  name: "worker-killed",
  title: "All workers are killed during deliveries, three times",
  play: (say) =>
    withFleet({ people: 6 }, async (fleet) => {
      for (let kill = 0; kill < KILLS; kill += 1) {
        await shareAll(fleet, 2);
        await Promise.all(["worker 1", "worker 2"].map((name) => fleet.end(name, "SIGKILL")));
        await shareAll(fleet, 1);
        await Promise.all(["worker 1", "worker 2"].map(fleet.start));
      }
      await expectKept(fleet, say);
    }),
} satisfies Failure;
