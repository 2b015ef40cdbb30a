/**
 * The same page with the same words, shared more than once: each share has its own post, and none has another's link.
 */
import { randomUUID } from "node:crypto";
import { eq } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Connection } from "../../../src/connections/connection.ts";
import { socialShares } from "../../../src/database/schema.ts";
import { type PlatformName, platformNames } from "../../../src/platforms/platform.ts";
import { getShareRequest } from "../../../src/sharing/record/history.ts";
import type { ShareDraft } from "../../../src/sharing/requests/submit.ts";
import { isSettled, type Share } from "../../../src/sharing/share.ts";
import { publishingCalls } from "../../harness/networks/calls.ts";
import { control } from "../../harness/networks/networks.ts";
import { hostPicture, pagePicture } from "../../harness/networks/pictures.ts";
import { addPerson, connectAccount } from "../../harness/people/accounts.ts";
import { draftFor, orderFault, postsOn, submit } from "../../harness/people/shares.ts";
import { startTestService, type TestService } from "../../harness/services/service.ts";
import { waitFor } from "../../harness/wait.ts";

const servers = ["mastodon", "old", "snac", "wordpress", "sharkey", "gotosocial"];

let service: TestService;
let person: { id: string };
let image: string;

beforeAll(async () => {
  service = await startTestService();
  image = await hostPicture(await pagePicture());
});
afterAll(() => service.stop());
beforeEach(async () => {
  await control(service.emulator.mastodon, "POST", "reset");
  await service.runtime.database.execute("delete from mastodon_apps");
  await service.runtime.database.execute("delete from social_connections");
  person = await addPerson(service.runtime);
});

async function connectTo(platform: PlatformName, server = "mastodon"): Promise<Connection> {
  const way = { instagram: "instagram", linkedin: "profile" }[platform as string];
  return await connectAccount(service.runtime, person, {
    platform,
    ...(way === undefined ? {} : { way }),
    ...(platform === "mastodon" ? { server: `${server}.localhost:${service.emulator.mastodon.port}` } : {}),
  });
}

/** @returns a function that shares it, the same each time */
function twice(connection: Connection, message: string): () => Promise<string> {
  const draft = draftFor([connection], { message });
  const again: Partial<ShareDraft> = { repeat: [connection.id] };
  let count = 0;
  return async () => {
    count += 1;
    const idempotencyKey = `${connection.id.slice(0, -1)}${count}`;
    return await submit(service.runtime, person, {
      ...{ ...draft, ...again, idempotencyKey, page: { ...draft.page, image } },
    });
  };
}

async function over(requestId: string): Promise<Share> {
  return await waitFor("the share to be over", async () => {
    const [share] = (await getShareRequest(service.runtime, person, requestId))?.shares ?? [];
    return share !== undefined && isSettled(share.status) ? share : undefined;
  });
}

const rowOf = async ({ id }: Share) =>
  (await service.runtime.database.select().from(socialShares).where(eq(socialShares.id, id)))[0];

describe.each([
  ...platformNames.filter((name) => name !== "mastodon").map((name) => [name, "mastodon"] as const),
  ...servers.map((server) => ["mastodon", server] as const),
])("on %s (%s)", (name, server) => {
  let message: string;
  beforeEach(() => {
    message = `Our opening hours change ${randomUUID()}`;
  });
  const told = async () =>
    (await postsOn(service.emulator[name])).filter(({ text }) => text.includes(message));

  test("a share that never arrived does not end with the link of the one before it", async () => {
    const share = twice(await connectTo(name, server), message);
    const first = await over(await share());
    expect(first.status).toBe("posted");
    await orderFault(service.emulator[name], publishingCalls[name], { kind: "drop", when: "before" });
    const second = await over(await share());
    const [one, other] = [await rowOf(first), await rowOf(second)];
    if (second.status === "posted") {
      expect(await told()).toHaveLength(2);
      expect(other?.platformPostId).not.toBe(one?.platformPostId);
      expect(second.postUrl).not.toBe(first.postUrl);
    } else expect(["unconfirmed", "duplicate"]).toContain(second.status);
  });

  test("a share whose answer was lost is found beside the one before it", async () => {
    const share = twice(await connectTo(name, server), message);
    const first = await over(await share());
    await orderFault(service.emulator[name], publishingCalls[name], { kind: "drop", when: "after" });
    const second = await over(await share());
    const [one, other] = [await rowOf(first), await rowOf(second)];
    // Some accept the same words only once.
    const posts = ["facebook", "twitter"].includes(name) ? 1 : 2;
    expect(second.status).toBe(posts === 1 ? "duplicate" : "posted");
    if (posts === 2) expect(other?.platformPostId).not.toBe(one?.platformPostId);
    expect(await told()).toHaveLength(posts);
  });
});
