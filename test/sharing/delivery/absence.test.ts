/**
 * What proves that a post is absent: nobody answers in time, lists are late, partial or in another order, and still it
 * is posted once.
 */
import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { inArray } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { NetworkName } from "../../../emulator/networks.ts";
import type { Connection } from "../../../src/connections/connection.ts";
import { socialShares } from "../../../src/database/schema.ts";
import { getShareRequest } from "../../../src/sharing/record/history.ts";
import { isSettled, type Share } from "../../../src/sharing/share.ts";
import { control, letTimePass } from "../../harness/networks/networks.ts";
import { hostPicture, pagePicture } from "../../harness/networks/pictures.ts";
import { addPerson, connectAccount } from "../../harness/people/accounts.ts";
import { draftFor, orderFault, postsOn, submit } from "../../harness/people/shares.ts";
import { startTestService, type TestService } from "../../harness/services/service.ts";
import { lookNow, waitFor } from "../../harness/wait.ts";

/** The call that makes a post visible. */
const publishing = {
  facebook: "POST /:version/:id/feed",
  instagram: "POST /:version/:id/media_publish",
  threads: "POST /v1.0/:id/threads_publish",
  linkedin: "POST /rest/posts",
  twitter: "POST /2/tweets",
} as const;
type Name = keyof typeof publishing;
const names = Object.keys(publishing) as Name[];

let service: TestService;
let person: { id: string };
let image: string;
let aheadMs = 0;
const connections = new Map<Name, Connection>();

beforeAll(async () => {
  service = await startTestService(
    { SOCIAL_SETTLE_SECONDS: "" },
    { now: () => new Date(Date.now() + aheadMs) },
  );
  person = await addPerson(service.runtime);
  image = await hostPicture(await pagePicture());
  for (const platform of names) {
    const way = { instagram: "instagram", linkedin: "profile" }[platform as string];
    const choice = { platform, ...(way === undefined ? {} : { way }) };
    connections.set(platform, await connectAccount(service.runtime, person, choice));
  }
});
afterAll(() => service.stop());

const plain = { readableAfterSeconds: 0, listOrder: "newest-first", listPageMost: 0 };

beforeEach(async () => {
  for (const name of names) await control(service.emulator[name], "DELETE", "faults");
  for (const name of ["facebook", "instagram", "threads", "twitter"] as const) await flip(name, plain);
  for (const name of ["instagram", "threads"] as const) await flip(name, { staleContainerSeconds: 0 });
});

async function flip(name: NetworkName, switches: object): Promise<void> {
  await control(service.emulator[name], "POST", "switches", switches);
}

/** Advances all clocks to the share's next look, until it is settled, and then by a quarter of an hour. */
async function shareInTime(name: Name): Promise<{ share: Share; posts: number }> {
  const { runtime, emulator } = service;
  const connection = connections.get(name);
  const message = `Once ${randomUUID()}`;
  const draft = draftFor(connection === undefined ? [] : [connection], { message });
  const requestId = await submit(runtime, person, { ...draft, page: { ...draft.page, image } });
  const share = await waitFor(
    "the share to be settled",
    async () => {
      const [share] = (await getShareRequest(runtime, person, requestId))?.shares ?? [];
      if (share !== undefined && isSettled(share.status)) return share;
      await goOn();
      return undefined;
    },
    60_000,
    100,
  );
  passTime(900);
  await pause(300);
  const posts = (await postsOn(emulator[name])).filter(({ text }) => text.includes(message));
  return { share, posts: posts.length };
}

async function goOn(): Promise<void> {
  const { database, now } = service.runtime;
  const open = await database
    .select({ at: socialShares.nextAttemptAt })
    .from(socialShares)
    .where(inArray(socialShares.status, ["queued", "sending"]));
  const waits = open.flatMap(({ at }) => (at === null ? [] : [(at.getTime() - now().getTime()) / 1_000]));
  const wait = Math.min(...waits, 3_600);
  if (waits.length > 0 && wait > 0) passTime(wait);
}

function passTime(seconds: number): void {
  letTimePass(service.emulator, seconds * 1_000);
  aheadMs += seconds * 1_000;
  lookNow(service.runtime);
}

test.each(
  names.flatMap((name) => [0, 35, 110, 222, 290].map((seconds) => [name, seconds] as const)),
)("%s: a post that is made %i seconds after the connection broke is posted once", async (name, seconds) => {
  await orderFault(service.emulator[name], publishing[name], { kind: "late", seconds });
  const { share, posts } = await shareInTime(name);
  expect(posts).toBe(1);
  expect(share.status).toBe("posted");
});

test.each(
  names,
)("%s: a post that is made an hour later is there once, or the person is asked", async (name) => {
  await orderFault(service.emulator[name], publishing[name], { kind: "late", seconds: 3_600, answer: "504" });
  const { share, posts } = await shareInTime(name);
  passTime(3_600);
  expect(posts).toBeLessThanOrEqual(1);
  expect(["posted", "unconfirmed"]).toContain(share.status);
});

test.each([
  "facebook",
  "instagram",
  "threads",
  "twitter",
] as const)("%s: a post that the list shows only after four minutes is posted once", async (name) => {
  await flip(name, { readableAfterSeconds: 240 });
  await orderFault(service.emulator[name], publishing[name], { kind: "drop", when: "after" });
  const { share, posts } = await shareInTime(name);
  expect({ posts, status: share.status }).toEqual({ posts: 1, status: "posted" });
});

test.each([
  ["facebook", { listOrder: "pinned-first" }],
  ["facebook", { listOrder: "oldest-first" }],
  ["facebook", { listPageMost: 1 }],
  ["threads", { listOrder: "oldest-first" }],
  ["threads", { listPageMost: 1 }],
  ["twitter", { listOrder: "oldest-first" }],
  ["twitter", { listPageMost: 5 }],
  ["instagram", { listOrder: "pinned-first", listPageMost: 3 }],
] as const)("%s: in a list like %o the post is found, or the person is asked", async (name, switches) => {
  await flip(name, switches);
  await orderFault(service.emulator[name], publishing[name], { kind: "drop", when: "after" });
  const { share, posts } = await shareInTime(name);
  expect(posts).toBe(1);
  expect(["posted", "unconfirmed"]).toContain(share.status);
});

test.each([
  ["instagram", "refused"],
  ["threads", "refused"],
  ["threads", "not-found"],
] as const)("%s: a container that long says it is not published, and is %s the second time, makes no second post", async (name, publishedTwice) => {
  await flip(name, {
    staleContainerSeconds: 3_600,
    ...(name === "threads" ? { publishedTwice } : {}),
  });
  await orderFault(service.emulator[name], publishing[name], { kind: "drop", when: "after" });
  const { share, posts } = await shareInTime(name);
  if (name === "threads") await flip(name, { publishedTwice: "refused" });
  expect(posts).toBe(1);
  expect(["posted", "unconfirmed"]).toContain(share.status);
});
