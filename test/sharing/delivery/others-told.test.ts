/** What a network is told of an account's other shares, so that none of their posts is taken for the one to find. */
import { eq } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { socialShares } from "../../../src/database/schema.ts";
import type { OtherShares, Post } from "../../../src/platforms/platform.ts";
import { deliver } from "../../../src/sharing/delivery/deliver.ts";
import { whereNetwork } from "../../harness/networks/answering.ts";
import { addPerson } from "../../harness/people/accounts.ts";
import { startTwoWorkers, type TwoWorkers } from "../../harness/services/two-workers.ts";

const MINUTE_MS = 60_000;

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

test("a network is told which posts belong to other shares, and how many more there may be with the same words", async () => {
  const { runtime } = workers.a;
  const x = await workers.connect(ana, "twitter");
  const elsewhere = await workers.connect(ana, "threads");
  const sentAt = new Date(Date.now() - 30 * MINUTE_MS);
  const after = (minutes: number) => new Date(sentAt.getTime() + minutes * MINUTE_MS);
  const text = "The same words";
  let count = 0;
  /** The latest comes first in the list. */
  const share = async (columns: Partial<typeof socialShares.$inferInsert>, connection = x) => {
    const { id } = await workers.share(ana, connection);
    count += 1;
    const createdAt = after(-count);
    const changes = { text, createdAt, ...columns };
    await runtime.database.update(socialShares).set(changes).where(eq(socialShares.id, id));
    return id;
  };
  const post = (id: string | null, minutes: number) => ({
    ...({
      status: "posted",
      platformPostId: id,
      postedAt: after(minutes),
      firstSentAt: after(minutes),
    } as const),
    platformPostUrl: `https://x.com/ana/status/${id ?? "unknown"}`,
  });
  const doubtful = (minutes: number) =>
    ({ status: "sending", firstSentAt: after(minutes), sentAt: after(minutes), sends: 1 }) as const;

  const it = await share(doubtful(0));
  await share(post("74", 10));
  await share(post(null, -5));
  await share({ ...post("73", -10), deletedAt: after(-5) });
  await share({ ...post("72", -20), text: "Other words" });
  await share(post("71", -40));
  await share(doubtful(-10));
  await share({ ...doubtful(-20), status: "unconfirmed" });
  await share(doubtful(5));
  // A network no longer works on what it got so long ago, and the others are no posts like this one.
  await share(doubtful(-61));
  await share({ ...doubtful(-10), text: "Other words" });
  await share({ status: "queued" });
  await share(post("75", -10), elsewhere);

  const told: (OtherShares | undefined)[] = [];
  const findShare = async (_account: unknown, _tokens: unknown, { others }: Post) => {
    told.push(others);
    return "unknown" as const;
  };
  await deliver(whereNetwork("twitter", runtime, { findShare }), it);
  const link = (id: string) => `https://x.com/ana/status/${id}`;
  expect(told).toEqual([
    {
      earlier: { platformPostId: "72", postedAt: after(-20) },
      posts: [
        { platformPostId: "74", url: link("74"), sameWordsAt: after(10) },
        { platformPostId: undefined, url: link("unknown"), sameWordsAt: after(-5) },
        { platformPostId: "73", url: link("73") },
        { platformPostId: "72", url: link("72") },
        { platformPostId: "71", url: link("71"), sameWordsAt: after(-40) },
      ],
      inDoubt: { before: 2, after: 1 },
    },
  ]);
});
