import { openDatabaseLine } from "../../test/harness/database/database-line.ts";
import { withDatabase } from "../stage/database.ts";
import type { Failure } from "../stage/failure.ts";
import { playOutage } from "../stage/outage.ts";
import { withFleet } from "../stage/world.ts";

export const failure = {
  name: "database-silent",
  title: "The database's connections carry nothing for half a minute, and those from before never again",
  play: (say) =>
    withDatabase(async (server) => {
      const line = await openDatabaseLine(server.url);
      try {
        await withFleet({ people: 4, changes: { DATABASE_URL: line.url } }, (fleet) =>
          playOutage({ fleet, forMs: 30_000, begin: line.silence, end: line.mend }, say),
        );
      } finally {
        await line.close();
      }
    }),
} satisfies Failure;
