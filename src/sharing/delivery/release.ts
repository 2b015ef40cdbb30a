/** Releases shares that wait for accounts, in a separate transaction: for tries whose outcome was recorded after the reconnection. */
import type { SQL } from "drizzle-orm";
import { transactRepeatedly } from "../../database/repeated.ts";
import { release } from "../life/accounts.ts";
import type { SharingRuntime } from "../runtime.ts";

/**
 * Sends the shares that wait for these accounts, or looks for those that may be posted.
 * @param which limits the shares; default: all that wait
 * @returns how many shares were released
 */
export async function releaseShares(
  runtime: SharingRuntime,
  connectionIds: readonly string[],
  which?: SQL,
): Promise<number> {
  if (connectionIds.length === 0) return 0;
  return await transactRepeatedly(runtime.database, (transaction) =>
    release(runtime, transaction, {
      ...{ connectionIds, at: runtime.now() },
      ...(which === undefined ? {} : { which }),
    }),
  );
}
