import { withDatabase } from "../stage/database.ts";
import type { Failure } from "../stage/failure.ts";
import { playOutage } from "../stage/outage.ts";
import { withFleet } from "../stage/world.ts";

export const failure = {
  name: "database-stopped",
  title: "The database is stopped for a minute",
  play: (say) =>
    withDatabase((server) =>
      withFleet({ people: 4, changes: { DATABASE_URL: server.url } }, (fleet) =>
        playOutage({ fleet, forMs: 60_000, begin: server.stop, end: server.start }, say),
      ),
    ),
} satisfies Failure;
