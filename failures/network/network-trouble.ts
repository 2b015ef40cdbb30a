import { platformNames } from "../../src/platforms/networks.ts";
import { publishingCalls } from "../../test/harness/networks/calls.ts";
import { control } from "../../test/harness/networks/networks.ts";
import { orderFault } from "../../test/harness/people/shares.ts";
import type { Failure } from "../stage/failure.ts";
import { expectKept, shareAll, withFleet } from "../stage/world.ts";

/** Answers that are missing, late, cut off, or server errors. */
const faults = [
  { kind: "status", status: 503, body: {} },
  { kind: "status-after", status: 502, body: {} },
  { kind: "drop", when: "before" },
  { kind: "drop", when: "after" },
  { kind: "delay", ms: 12_000 },
] as const;

export const failure = {
  name: "network-trouble",
  title: "Every network answers 503 and 502, drops connections and takes twelve seconds",
  play: (say) =>
    withFleet({ people: 2 }, async (fleet) => {
      for (const fault of faults) {
        for (const name of platformNames)
          await orderFault(fleet.emulator[name], publishingCalls[name], fault, 2);
        await shareAll(fleet, 1);
      }
      await shareAll(fleet, 2);
      await expectKept(fleet, say);
      for (const name of platformNames) await control(fleet.emulator[name], "DELETE", "faults");
    }),
} satisfies Failure;
