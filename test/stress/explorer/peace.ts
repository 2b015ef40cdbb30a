/** After a schedule, all faults stop, and everything that waits continues until nothing waits. */
import { and, inArray, isNotNull, or, sql } from "drizzle-orm";
import { socialShares } from "../../../src/database/schema.ts";
import { deliver } from "../../../src/sharing/delivery/deliver.ts";
import { runAll, sweep } from "./acts/workers.ts";
import { clearFaults } from "./networks.ts";
import type { Scene } from "./scene.ts";

/** No share needs more: five attempts, four looks and a few limits. */
const MOST_ROUNDS = 60;
/** Long enough that emails may be sent, and that choices that nobody made have expired. */
const UNTIL_OVER_SECONDS = 1_900;

const goesOn = or(
  inArray(socialShares.status, ["queued", "sending"]),
  and(inArray(socialShares.status, ["scheduled"]), isNotNull(socialShares.nextAttemptAt)),
);

/** @returns what still waits: its id and status */
export async function makePeace(scene: Scene): Promise<readonly string[]> {
  const { laboratory } = scene;
  clearFaults(laboratory.emulator);
  let left = await goOn(scene);
  for (let round = 1; round < MOST_ROUNDS && left.length > 0; round += 1) left = await goOn(scene);
  await laboratory.pass(UNTIL_OVER_SECONDS);
  // Also the jobs that run less often: emails, renewals and so on.
  await Promise.all([laboratory.A, laboratory.B].map((runtime) => runAll(scene, runtime, 60_000)));
  return left;
}

async function goOn(scene: Scene): Promise<readonly string[]> {
  const { laboratory } = scene;
  const { A } = laboratory;
  // The worker that held it is finished.
  await A.database
    .update(socialShares)
    .set({ leaseUntil: sql`now() - interval '1 second'` })
    .where(and(isNotNull(socialShares.leaseUntil), inArray(socialShares.status, ["queued", "sending"])));
  await sweep(scene, A);
  const waiting = await A.database.select().from(socialShares).where(goesOn);
  if (waiting.length === 0) return [];
  await Promise.all(waiting.filter(({ status }) => status !== "scheduled").map(({ id }) => deliver(A, id)));
  const left = await A.database.select().from(socialShares).where(goesOn);
  await laboratory.pass(secondsUntil(left, A.now()));
  return left.map(({ id, status }) => `${id} ${status}`);
}

/** The earliest of these times, or a moment from now if that has passed. */
function secondsUntil(waiting: readonly { readonly nextAttemptAt: Date | null }[], now: Date): number {
  const waits = waiting.flatMap(({ nextAttemptAt }) =>
    nextAttemptAt !== null && nextAttemptAt > now ? nextAttemptAt.getTime() - now.getTime() : [],
  );
  return waits.length === 0 ? 0.1 : Math.min(...waits) / 1_000 + 0.05;
}
