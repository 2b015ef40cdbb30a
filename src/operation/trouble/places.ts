/** Whether the database server allows all the connections that the service's processes may open. */
import { sql } from "drizzle-orm";
import { z } from "zod";
import { PROBE_POOL } from "../../database/connection/probe.ts";
import { QUEUE_POOL } from "../../database/job-queue.ts";
import type { Database } from "../../database/open.ts";
import { processes } from "../../database/schema.ts";
import { part, type Saying, say } from "../../words/words.ts";

/** The queue's listening connection. */
const LISTENING = 1;

export interface Places {
  /** Processes of the service on this database, including this one. */
  readonly processes: number;
  /** Connections that they open at most, if all have this process's settings. */
  readonly needed: number;
  /** Connections that the server allows to ordinary users. */
  readonly allowed: number;
}

interface PlacesRuntime {
  readonly database: Database;
  readonly config: { readonly databasePool: number; readonly databaseUrl: string | undefined };
}

const rowShape = z.tuple([z.object({ processes: z.number(), allowed: z.number() })]);

/**
 * Counts processes by their reports, which come every minute. The embedded database serves a single process: other
 * reports there are stale or came with a backup.
 */
export async function countPlaces({ database, config }: PlacesRuntime): Promise<Places> {
  const { rows } = await database.execute(sql`
    select (select count(*)::integer from ${processes} where seen_at > now() - interval '90 seconds') as processes,
      (select sum(case name when 'max_connections' then setting::integer else - setting::integer end)::integer
        from pg_settings
        where name in ('max_connections', 'superuser_reserved_connections', 'reserved_connections')) as allowed`);
  const [found] = rowShape.parse(rows);
  const running = config.databaseUrl === undefined ? 1 : Math.max(1, found.processes);
  return {
    processes: running,
    needed: running * (config.databasePool + QUEUE_POOL + LISTENING + PROBE_POOL),
    allowed: found.allowed,
  };
}

/** Whether the server allows all connections that may be needed. */
export function isEnough({ needed, allowed }: Places): boolean {
  return needed <= allowed;
}

export function tellPlaces({ processes: running, needed, allowed }: Places): Saying {
  return say(
    "{running, plural, one {# process opens} other {# processes open}} up to {needed, number} connections to the database; its server allows {allowed, number}.",
    { running, needed, allowed },
  );
}

/** The same, with what to do if it is too much. */
export function warnOfPlaces(places: Places): Saying {
  return say("{told} Lower DATABASE_POOL, or raise the server’s max_connections.", {
    told: part(tellPlaces(places)),
  });
}
