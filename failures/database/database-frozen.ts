import { withDatabase } from "../stage/database.ts";
import type { Failure } from "../stage/failure.ts";
import { playOutage } from "../stage/outage.ts";
import { withFleet } from "../stage/world.ts";

export const failure = {
  name: "database-frozen",
  title: "All processes of the database are frozen for half a minute (SIGSTOP)",
  play: (say) =>
    withDatabase((server) =>
      withFleet({ people: 4, changes: { DATABASE_URL: server.url } }, (fleet) =>
        playOutage({ fleet, forMs: 30_000, begin: server.freeze, end: server.thaw }, say),
      ),
    ),
} satisfies Failure;
