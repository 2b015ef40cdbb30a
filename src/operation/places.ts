/** Whether the database server has a place for every connection that the processes of the service may take at once. */
import { sql } from "drizzle-orm";
import { z } from "zod";
import { QUEUE_POOL } from "../database/job-queue.ts";
import type { Database } from "../database/open.ts";
import { PROBE_POOL } from "../database/probe.ts";
import { processes } from "../database/schema.ts";
import { type Saying, say } from "../words/words.ts";

/** The connection of the queue that listens. */
const LISTENING = 1;

export interface Places {
  /** Of the service, on this database, this one included. */
  readonly processes: number;
  /** What they take at most, all together; each is taken to have the settings of this one. */
  readonly needed: number;
  /** What the server has for users that are no superuser. */
  readonly allowed: number;
}

interface PlacesRuntime {
  readonly database: Database;
  readonly config: { readonly databasePool: number };
}

const rowShape = z.tuple([z.object({ processes: z.number(), allowed: z.number() })]);

/** Each process says every minute that it runs. */
export async function countPlaces({ database, config }: PlacesRuntime): Promise<Places> {
  const { rows } = await database.execute(sql`
    select (select count(*)::integer from ${processes} where seen_at > now() - interval '90 seconds') as processes,
      (select sum(case name when 'max_connections' then setting::integer else - setting::integer end)::integer
        from pg_settings
        where name in ('max_connections', 'superuser_reserved_connections', 'reserved_connections')) as allowed`);
  const [found] = rowShape.parse(rows);
  const running = Math.max(1, found.processes);
  return {
    processes: running,
    needed: running * (config.databasePool + QUEUE_POOL + LISTENING + PROBE_POOL),
    allowed: found.allowed,
  };
}

export function isEnough({ needed, allowed }: Places): boolean {
  return needed <= allowed;
}

export function tellPlaces({ processes: running, needed, allowed }: Places): Saying {
  return say(
    "{running, plural, one {# process opens} other {# processes open}} up to {needed, number} connections to the database; its server allows {allowed, number}.",
    { running, needed, allowed },
  );
}
