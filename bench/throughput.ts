/** Shares per second through the queue, from the first submit to the last outcome, networks answering at once. */
import { and, count, eq } from "drizzle-orm";
import { socialShares } from "../src/database/schema.ts";
import { control } from "../test/harness/networks.ts";
import { submit } from "../test/harness/shares.ts";
import { waitFor } from "../test/harness/wait.ts";
import { draftTo, openWorld } from "./world.ts";

const ACCOUNTS = 8;
const SHARES_EACH = 125;

export async function measureThroughput(): Promise<void> {
  const world = await openWorld();
  const { runtime, emulator, person } = world;
  await control(emulator.mastodon, "POST", "switches", { rateLimits: false });
  const connections = await Promise.all(
    Array.from({ length: ACCOUNTS }, (_, index) => world.connectMastodon(`server${index}`)),
  );
  const start = performance.now();
  for (let share = 0; share < SHARES_EACH; share += 1)
    await submit(runtime, person, draftTo(connections, `Share ${share}`));
  const submitted = performance.now();
  const total = ACCOUNTS * SHARES_EACH;
  await waitFor(
    "all shares to be posted",
    async () => {
      const [row] = await runtime.database
        .select({ posted: count() })
        .from(socialShares)
        .where(and(eq(socialShares.status, "posted")));
      return row?.posted === total ? true : undefined;
    },
    120_000,
  );
  const end = performance.now();
  console.log(
    `${total} shares in ${((end - start) / 1_000).toFixed(2)} s: ${Math.round((total * 1_000) / (end - start))} a second, submitting included (${((submitted - start) / 1_000).toFixed(2)} s of it)`,
  );
  await world.close();
}
