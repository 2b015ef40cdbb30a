/** Releases what waits for accounts in a transaction of its own, where a try wrote down too late that it must wait. */
import type { SQL } from "drizzle-orm";
import { transactRepeatedly } from "../../database/repeated.ts";
import { release } from "../life/accounts.ts";
import type { SharingRuntime } from "../runtime.ts";

/**
 * Sends what waits for these accounts, or looks for it where it may be out already.
 * @param which some of these shares; default: all
 * @returns how many shares go on
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
