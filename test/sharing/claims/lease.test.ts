/** How long a worker holds a share: as long as it works on it, and no longer. */
import { eq } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { socialConnections } from "../../../src/database/schema.ts";
import { handBack } from "../../../src/sharing/claims/lease.ts";
import { deliver } from "../../../src/sharing/delivery/deliver.ts";
import { publishingCalls } from "../../harness/networks/calls.ts";
import { addPerson } from "../../harness/people/accounts.ts";
import { FENCE, startTwoWorkers, type TwoWorkers } from "../../harness/services/two-workers.ts";
import { waitFor } from "../../harness/wait.ts";

let workers: TwoWorkers;
let ana: { id: string };

beforeAll(async () => {
  workers = await startTwoWorkers();
});
afterAll(() => workers.stop());
beforeEach(async () => {
  await workers.reset();
  ana = await addPerson(workers.a.runtime);
});

test("a worker keeps its share for as long as the network takes, and may publish at the end of it", async () => {
  const { a, b } = workers;
  const leaseSeconds = 2;
  const brief = { ...a.runtime, config: { ...a.runtime.config, leaseSeconds } };
  const share = await workers.share(ana, await workers.connect(ana, "mastodon"));
  const fence = a.hold("before statement", FENCE);
  const delivered = deliver(brief, share.id);
  await fence.reached;
  const claimedUntil = (await workers.read(share.id)).leaseUntil?.getTime() ?? 0;
  await waitFor("the lease to be renewed past its end", async () => {
    const { leaseUntil } = await workers.read(share.id);
    return (leaseUntil?.getTime() ?? 0) >= claimedUntil + leaseSeconds * 1_000 ? true : undefined;
  });
  await deliver(b.runtime, share.id);
  expect(workers.posts("mastodon", share)).toEqual([]);
  fence.open();
  await delivered;
  expect(await workers.read(share.id)).toMatchObject({ status: "posted", leaseId: null });
  expect(await workers.attempts(share.id)).toEqual(["share: posted"]);
});

test("a process that stops hands back what it works on, and another one goes on at once", async () => {
  const { a, b } = workers;
  const share = await workers.share(ana, await workers.connect(ana, "mastodon"));
  const asked = a.hold("before call", publishingCalls.mastodon);
  const delivered = deliver(a.runtime, share.id);
  await asked.reached;
  expect(await handBack(a.runtime)).toBe(1);
  expect(await workers.read(share.id)).toMatchObject({ status: "sending", leaseId: null, leaseUntil: null });
  const looked = b.hold("before call", "GET /api/v1/accounts/:id/statuses");
  const going = workers.carryOn(b, share.id);
  await looked.reached;
  looked.open();
  asked.open();
  await Promise.all([delivered, going]);
  expect(workers.posts("mastodon", share)).toHaveLength(1);
  expect(await handBack(a.runtime)).toBe(0);
});

test("a worker that may no longer publish with an account lets go of the share at once", async () => {
  const { a } = workers;
  const connection = await workers.connect(ana, "mastodon");
  const share = await workers.share(ana, connection);
  const fence = a.hold("before statement", FENCE);
  const delivered = deliver(a.runtime, share.id);
  await fence.reached;
  await a.runtime.database
    .update(socialConnections)
    .set({ revokedAt: a.runtime.now() })
    .where(eq(socialConnections.id, connection.id));
  fence.open();
  await delivered;
  expect(await workers.read(share.id)).toMatchObject({ status: "queued", leaseId: null, leaseUntil: null });
  expect(workers.posts("mastodon", share)).toEqual([]);
});
