/** Makes rate-limiter-flexible use the time that all processes share. */
import type pg from "pg";

/**
 * The library computes the end of a window with the machine's clock: in the third and fourth value of its statement, and
 * again from the answer. This shifts both, so that the rows hold the shared time.
 */
export function bySharedTime(
  pool: pg.Pool,
  now: () => Date,
): { query(statement: pg.QueryConfig): Promise<unknown> } {
  return {
    async query({ values = [], ...statement }) {
      const aheadMs = Math.round(now().getTime() - Date.now());
      const [key, points, ...times] = values;
      const shared = times.map((time) => (typeof time === "number" ? time + aheadMs : time));
      const { rows, ...result } = await pool.query<{ expire: string | null }>({
        ...statement,
        values: [key, points, ...shared],
      });
      return {
        ...result,
        rows: rows.map((row) => ({
          ...row,
          expire: row.expire === null ? null : Number(row.expire) - aheadMs,
        })),
      };
    },
  };
}
