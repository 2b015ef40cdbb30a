/** Revokes the loose grants that are due, as workers do. */
import { and, asc, eq, inArray, lte, type SQL, sql } from "drizzle-orm";
import { span } from "../../database/pulse.ts";
import { looseGrants } from "../../database/schema.ts";
import type { PlatformName } from "../../platforms/platform.ts";
import { findOtherWith } from "../processes.ts";
import { endAll, isSetUp, type Limited } from "./end-grants.ts";
import type { LooseGrant } from "./loose-grants.ts";
import type { EndingRuntime } from "./record-ending.ts";
import { PATIENCE_MS, tryLater } from "./try-later.ts";

/** How many grants are claimed at a time, and for how long: a worker that dies gives them up after that. */
const ROUND = 24;
const CLAIM_MS = 300_000;

/** SQL for when the next grant of a network is due, or is given up if the network is not set up. */
export function whenGrantDue(runtime: Pick<EndingRuntime, "platforms">, name: PlatformName): SQL {
  const due = isSetUp(runtime, name)
    ? sql`${looseGrants.dueAt}`
    : sql`greatest(${looseGrants.dueAt}, ${looseGrants.createdAt} + ${span(PATIENCE_MS)})`;
  return sql`select min(${due}) from ${looseGrants} where ${looseGrants.platform} = ${name}`;
}

/** Revokes the due grants of one network until none is left. @returns how many were tried */
export async function endLooseGrantsAt(runtime: EndingRuntime, name: PlatformName): Promise<number> {
  if (!isSetUp(runtime, name)) return await giveUpAt(runtime, name);
  const limited: Limited = new Map();
  let looked = 0;
  for (let round = ROUND; round === ROUND; looked += round) {
    const claimed = await claim(runtime, name);
    await endAll(runtime, claimed, limited);
    round = claimed.length;
  }
  return looked;
}

/** Gives up grants that waited long enough, of a network that no process has set up any more. @returns how many were given up or tried */
export async function giveUpAt(runtime: EndingRuntime, name: PlatformName): Promise<number> {
  if ((await findOtherWith(runtime, name)) !== undefined) return 0;
  const isOld = lte(looseGrants.createdAt, new Date(runtime.now().getTime() - PATIENCE_MS));
  let looked = 0;
  for (let round = ROUND; round === ROUND; looked += round) {
    const claimed = await claim(runtime, name, isOld);
    for (const grant of claimed) await tryLater(runtime, grant, "not-set-up");
    round = claimed.length;
  }
  return looked;
}

/**
 * Claims a batch by moving its due time on, so that no other process takes it and no connection is made of it
 * any more.
 */
async function claim(
  { database, now }: EndingRuntime,
  name: PlatformName,
  which?: SQL,
): Promise<LooseGrant[]> {
  const isDue = and(lte(looseGrants.dueAt, now()), eq(looseGrants.platform, name), which);
  const due = database
    .select({ id: looseGrants.id })
    .from(looseGrants)
    .where(isDue)
    .orderBy(asc(looseGrants.dueAt))
    .limit(ROUND);
  return await database
    .update(looseGrants)
    .set({
      isHeld: false,
      tries: sql`${looseGrants.tries} + 1`,
      dueAt: new Date(now().getTime() + CLAIM_MS),
    })
    .where(and(inArray(looseGrants.id, due), isDue))
    .returning();
}
