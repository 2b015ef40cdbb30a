/** Has rate-limiter-flexible go by the time that all processes share. */
import type pg from "pg";

/**
 * The library asks the machine's own clock when a window ends, in the third and fourth value of its statement and in the
 * answer; in the rows all processes go by one time.
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
