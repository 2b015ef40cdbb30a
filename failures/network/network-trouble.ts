import { networkNames } from "../../emulator/networks.ts";
import { control } from "../../test/harness/networks/networks.ts";
import { orderFault } from "../../test/harness/people/shares.ts";
import type { Failure } from "../stage/failure.ts";
import { expectKept, shareAll, withFleet } from "../stage/world.ts";

/** The call to each network that makes a post visible, as in test/harness/services/two-workers.ts. */
const publishing = {
  mastodon: "POST /api/v1/statuses",
  twitter: "POST /2/tweets",
  facebook: "POST /:version/:id/feed",
  instagram: "POST /:version/:id/media_publish",
  threads: "POST /v1.0/:id/threads_publish",
  linkedin: "POST /rest/posts",
} as const;

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
        for (const name of networkNames) await orderFault(fleet.emulator[name], publishing[name], fault, 2);
        await shareAll(fleet, 1);
      }
      await shareAll(fleet, 2);
      await expectKept(fleet, say);
      for (const name of networkNames) await control(fleet.emulator[name], "DELETE", "faults");
    }),
} satisfies Failure;
