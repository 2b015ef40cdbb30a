/** What many deliveries write at once: a problem of one of them affects no other. */
import { eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { shareAttempts, socialShares, users } from "../../../src/database/schema.ts";
import type { ShareRow } from "../../../src/sharing/claims/lease.ts";
import { deliver } from "../../../src/sharing/delivery/deliver.ts";
import { addPerson } from "../../harness/people/accounts.ts";
import { FENCE, type Gate, startTwoWorkers, type TwoWorkers } from "../../harness/services/two-workers.ts";
import { waitFor } from "../../harness/wait.ts";

const PUBLISHING = /^POST (\/api\/v1\/statuses|\/2\/tweets)$/;

let workers: TwoWorkers;
let ana: { id: string };
let ben: { id: string };

beforeAll(async () => {
  workers = await startTwoWorkers();
});
afterAll(() => workers.stop());

beforeEach(async () => {
  await workers.reset();
  ana = await addPerson(workers.a.runtime);
  ben = await addPerson(workers.a.runtime, "Ben");
});

async function reachAll(gates: readonly Gate[]): Promise<void> {
  await Promise.all(gates.map(({ reached }) => reached));
}

test("somebody who left takes nobody else's outcome along", async () => {
  const { a, b } = workers;
  const hers = await workers.share(ana, await workers.connect(ana, "twitter"));
  const his = await workers.share(ben, await workers.connect(ben, "mastodon", "ben"));
  const answered = [hers, his].map(() => a.hold("after call", PUBLISHING));
  const delivered = [hers, his].map(({ id }) => deliver(a.runtime, id));
  await reachAll(answered);
  await b.runtime.database.delete(users).where(eq(users.id, ana.id));
  for (const gate of answered) gate.open();
  await Promise.all(delivered);
  expect(await workers.read(his.id)).toMatchObject({ status: "posted", leaseId: null });
  expect(await workers.attempts(his.id)).toEqual(["share: posted"]);
});

test("of thirty-one outcomes at once, thirty are kept while one person leaves", async () => {
  const { a, b } = workers;
  const hers = await workers.share(ana, await workers.connect(ana, "twitter"));
  const accounts = [
    await workers.connect(ben, "mastodon", "ben"),
    await workers.connect(ben, "twitter", "ben"),
  ];
  const his: ShareRow[] = [];
  for (let round = 0; round < 15; round += 1)
    for (const account of accounts) his.push(await workers.share(ben, account));
  const all = [hers, ...his];
  const answered = all.map(() => a.hold("after call", PUBLISHING));
  const delivered = all.map(({ id }) => deliver(a.runtime, id));
  await reachAll(answered);
  // Her rows are being deleted when the outcomes arrive.
  await b.runtime.database.transaction(async (transaction) => {
    await transaction.delete(users).where(eq(users.id, ana.id));
    for (const gate of answered) gate.open();
    await waitFor("the outcomes to wait for her rows", async () => {
      const { rows } = await a.runtime.database.execute(
        sql`select pid from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
      );
      return rows.length > 0 ? rows : undefined;
    });
  });
  await Promise.all(delivered);
  const rows = await a.runtime.database.select().from(socialShares);
  expect(rows.map(({ status }) => status)).toEqual(his.map(() => "posted"));
  expect(await a.runtime.database.select().from(shareAttempts)).toHaveLength(his.length);
});

test("nor does she take along the fences, and what was to be remembered with them", async () => {
  const { a, b } = workers;
  const hers = await workers.share(ana, await workers.connect(ana, "twitter"));
  const his = await workers.share(ben, await workers.connect(ben, "mastodon", "ben"));
  const fence = a.hold("before statement", FENCE);
  const delivered = [hers, his].map(({ id }) => deliver(a.runtime, id));
  await fence.reached;
  await b.runtime.database.delete(users).where(eq(users.id, ana.id));
  fence.open();
  await Promise.all(delivered);
  expect((await workers.read(his.id)).status).toBe("posted");
  expect(workers.posts("twitter", hers)).toEqual([]);
});

test("of several jobs for one share one delivers it", async () => {
  const { a, b } = workers;
  const share = await workers.share(ana, await workers.connect(ana, "mastodon"));
  await Promise.all([a, b, a, b].map(({ runtime }) => deliver(runtime, share.id)));
  expect(workers.posts("mastodon", share)).toHaveLength(1);
  expect(await workers.attempts(share.id)).toEqual(["share: posted"]);
});
