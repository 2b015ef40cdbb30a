/** Computes rates. */
import { type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import type { Database } from "../../src/database/open.ts";

const spanShape = z.object({ seconds: z.number(), many: z.number() });

/** @param times selects one column, `at` @returns the rate per second, without the first and the last tenth */
export async function steadyRate(database: Database, times: SQL): Promise<number> {
  const { rows } = await database.execute(sql`
    select extract(epoch from percentile_disc(0.9) within group (order by at)
      - percentile_disc(0.1) within group (order by at))::float8 as seconds, count(*)::integer as many
    from (${times}) as done`);
  const { seconds, many } = spanShape.parse(rows[0]);
  return (many * 0.8) / seconds;
}
