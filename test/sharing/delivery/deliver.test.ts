import { eq } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { Connection } from "../../../src/connections/connection.ts";
import { shareAttempts, socialConnections } from "../../../src/database/schema.ts";
import { retryShare } from "../../../src/sharing/acts/retry.ts";
import type { Share } from "../../../src/sharing/share.ts";
import { generateKey } from "../../../src/vault/fernet.ts";
import { openVault, parseKeyring } from "../../../src/vault/keyring.ts";
import { inEnglish } from "../../../src/words/words.ts";
import { control } from "../../harness/networks/networks.ts";
import { addPerson, connectAccount } from "../../harness/people/accounts.ts";
import {
  countCalls,
  draftFor,
  orderFault,
  postsOn,
  shareTo,
  submit,
  untilSettled,
} from "../../harness/people/shares.ts";
import { startTestService, type TestService } from "../../harness/services/service.ts";
import { waitFor } from "../../harness/wait.ts";

const TOOT = "POST /api/v1/statuses";
const TWEET = "POST /2/tweets";

let service: TestService;
let person: { id: string };
let mastodon: Connection;
let twitter: Connection;

beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service.stop());

beforeEach(async () => {
  for (const network of networks()) await control(network, "POST", "reset");
  await control(service.emulator.twitter, "POST", "apps", {
    clientId: "sharewell-demo",
    clientSecret: "sharewell-demo-secret",
    redirectUris: [`${service.address}social/callback/twitter/`],
    type: "confidential",
    permission: "read-write",
  });
  await service.runtime.database.update(socialConnections).set({ revokedAt: new Date() });
  await service.runtime.database.execute("delete from mastodon_apps");
  person = await addPerson(service.runtime);
  mastodon = await connectAccount(service.runtime, person, {
    platform: "mastodon",
    server: `mastodon.localhost:${service.emulator.mastodon.port}`,
  });
  twitter = await connectAccount(service.runtime, person, { platform: "twitter" });
});

function networks() {
  return [service.emulator.mastodon, service.emulator.twitter];
}

async function attemptsOf(share: Share): Promise<string[]> {
  const rows = await service.runtime.database
    .select()
    .from(shareAttempts)
    .where(eq(shareAttempts.shareId, share.id))
    .orderBy(shareAttempts.startedAt);
  return rows.map(({ action, result }) => `${action}: ${result}`);
}

test("a page shared to two accounts is posted once on each, with a link to each post", async () => {
  const draft = draftFor([mastodon, twitter]);
  const shares = await shareTo(service.runtime, person, draft);
  expect(shares.map(({ status }) => status)).toEqual(["posted", "posted"]);
  for (const [index, network] of networks().entries()) {
    const posts = await postsOn(network);
    expect(posts.map(({ text }) => text)).toEqual([`Worth a read\n\n${draft.page.url}`]);
    const response = await fetch(String(shares[index]?.postUrl).replace("mastodon.localhost", "127.0.0.1"));
    expect(await response.text()).toContain("Worth a read");
  }
});

test.each([
  ["Mastodon", TOOT, 0],
  ["X", TWEET, 1],
] as const)("%s: a connection dropped after the post was stored is found, not sent again", async (_, endpoint, index) => {
  const network = networks()[index] ?? service.emulator.mastodon;
  await orderFault(network, endpoint, { kind: "drop", when: "after" });
  const [share] = await shareTo(service.runtime, person, draftFor([index === 0 ? mastodon : twitter]));
  expect(share?.status).toBe("posted");
  const posts = await postsOn(network);
  expect(posts).toHaveLength(1);
  expect(share?.postUrl).toBe(posts[0]?.url.replace("127.0.0.1", new URL(share?.postUrl ?? "").hostname));
  expect(await countCalls(network, endpoint)).toBe(1);
});

test.each([
  ["Mastodon", TOOT, 0],
  ["X", TWEET, 1],
] as const)("%s: a connection dropped before the post was stored is looked for, then sent once more", async (_, endpoint, index) => {
  const network = networks()[index] ?? service.emulator.mastodon;
  await orderFault(network, endpoint, { kind: "drop", when: "before" });
  const [share] = await shareTo(service.runtime, person, draftFor([index === 0 ? mastodon : twitter]));
  expect(share?.status).toBe("posted");
  expect(await postsOn(network)).toHaveLength(1);
  expect(share && (await attemptsOf(share))).toEqual(["share: sending", "share: posted"]);
});

test("X: a 503 after the post was stored is found, not sent again", async () => {
  await orderFault(service.emulator.twitter, TWEET, { kind: "status-after", status: 503 });
  const [share] = await shareTo(service.runtime, person, draftFor([twitter]));
  expect(share?.status).toBe("posted");
  expect(await postsOn(service.emulator.twitter)).toHaveLength(1);
});

test("Mastodon: an overload that posted nothing is tried again by itself", async () => {
  await orderFault(service.emulator.mastodon, TOOT, {
    kind: "status",
    status: 503,
    body: { error: "There was a temporary problem serving your request, please try again" },
  });
  const [share] = await shareTo(service.runtime, person, draftFor([mastodon]));
  expect(share?.status).toBe("posted");
  expect(await postsOn(service.emulator.mastodon)).toHaveLength(1);
});

test("words that no database takes are kept all the same, without what it does not take", async () => {
  const body = {
    errors: [{ message: "Too long\0 \ud83d" }],
    title: "Invalid Request\0",
    detail: "No\0t so \ud83d",
  };
  await orderFault(service.emulator.twitter, TWEET, { kind: "status", status: 400, body });
  const [share] = await shareTo(service.runtime, person, draftFor([twitter]));
  expect(share?.status).toBe("rejected");
  expect(inEnglish(share?.problem ?? "")).toBe("X refused this: Too long \ufffd");
});

test("a share that no answer can settle is told as unconfirmed, and found when the person asks again", async () => {
  await orderFault(service.emulator.twitter, TWEET, { kind: "drop", when: "after" });
  await orderFault(
    service.emulator.twitter,
    "GET /2/users/:id/tweets",
    { kind: "status", status: 404, body: { title: "Not Found" } },
    10,
  );
  const [share] = await shareTo(service.runtime, person, draftFor([twitter]));
  expect(share?.status).toBe("unconfirmed");
  expect(share?.remedy).toBe("check");
  await control(service.emulator.twitter, "DELETE", "faults");
  const again = await retryShare(service.runtime, person, share?.id ?? "");
  expect(again.outcome).toBe("retrying");
  const [found] = await untilSettled(service.runtime, person, share?.requestId ?? "");
  expect(found?.status).toBe("posted");
  expect(await postsOn(service.emulator.twitter)).toHaveLength(1);
});

test("Mastodon: a server that forgets our keys and shows us nothing gets a doubtful post once, and the person is asked", async () => {
  await control(service.emulator.mastodon, "POST", "switches", {
    server: "mastodon.localhost",
    idempotency: "unsupported",
  });
  await orderFault(service.emulator.mastodon, TOOT, { kind: "drop", when: "after" });
  const hidden = { kind: "status", status: 404, body: { error: "Record not found" } };
  await orderFault(service.emulator.mastodon, "GET /api/v1/accounts/:id/statuses", hidden, 20);
  const [share] = await shareTo(service.runtime, person, draftFor([mastodon]));
  expect(share?.status).toBe("unconfirmed");
  expect(share?.remedy).toBe("check");
  expect(await postsOn(service.emulator.mastodon)).toHaveLength(1);
});

test("Mastodon: a share in doubt is found, or found missing, behind a burst of other posts", async () => {
  const burst = Array.from({ length: 45 }, (_, index) =>
    submit(service.runtime, person, draftFor([mastodon], { message: `Post ${index}` })),
  );
  for (const id of await Promise.all(burst)) await untilSettled(service.runtime, person, id);
  await orderFault(service.emulator.mastodon, TOOT, { kind: "drop", when: "before" });
  const [share] = await shareTo(service.runtime, person, draftFor([mastodon]));
  expect(share?.status).toBe("posted");
  expect(await postsOn(service.emulator.mastodon)).toHaveLength(46);
});

test("a share in doubt that is then refused for a while is looked for again before it is sent again", async () => {
  const lists = "GET /api/v1/accounts/:id/statuses";
  await orderFault(service.emulator.mastodon, TOOT, { kind: "drop", when: "before" });
  await orderFault(service.emulator.mastodon, TOOT, {
    kind: "status",
    status: 503,
    body: { error: "There was a temporary problem serving your request, please try again" },
  });
  const looks = await countCalls(service.emulator.mastodon, lists);
  const [share] = await shareTo(service.runtime, person, draftFor([mastodon]));
  expect(share?.status).toBe("posted");
  expect(share && (await attemptsOf(share))).toEqual(["share: sending", "share: sending", "share: posted"]);
  // Each look uses the token, which may not read, and then none, as a stranger.
  expect(await countCalls(service.emulator.mastodon, lists)).toBe(looks + 4);
  expect(await postsOn(service.emulator.mastodon)).toHaveLength(1);
});

test("X: a token that expired is refreshed on the way, once for many shares at a time", async () => {
  await service.runtime.database
    .update(socialConnections)
    .set({ tokenExpiresAt: new Date(Date.now() - 1_000) })
    .where(eq(socialConnections.id, twitter.id));
  const before = await countCalls(service.emulator.twitter, "POST /2/oauth2/token");
  const requests = await Promise.all(
    Array.from({ length: 12 }, (_, index) =>
      submit(service.runtime, person, draftFor([twitter], { message: `Share ${index}` })),
    ),
  );
  const shares = (await Promise.all(requests.map((id) => untilSettled(service.runtime, person, id)))).flat();
  expect(new Set(shares.map(({ status }) => status))).toEqual(new Set(["posted"]));
  expect(await countCalls(service.emulator.twitter, "POST /2/oauth2/token")).toBe(before + 1);
});

test("X: a token refused before its time is refreshed and the share goes out", async () => {
  await orderFault(service.emulator.twitter, TWEET, { kind: "expire-token" });
  const [share] = await shareTo(service.runtime, person, draftFor([twitter]));
  expect(share?.status).toBe("posted");
  expect(await postsOn(service.emulator.twitter)).toHaveLength(1);
});

test("a grant that the person withdrew asks to reconnect, and then works", async () => {
  await orderFault(service.emulator.mastodon, TOOT, { kind: "revoke-token" });
  const [share] = await shareTo(service.runtime, person, draftFor([mastodon]));
  expect(share?.status).toBe("reconnect");
  expect(share?.remedy).toBe("reconnect");
  expect(share?.connection.status).toBe("reconnect");
  expect(await retryShare(service.runtime, person, share?.id ?? "")).toMatchObject({ outcome: "refused" });

  const again = await connectAccount(service.runtime, person, {
    platform: "mastodon",
    server: `mastodon.localhost:${service.emulator.mastodon.port}`,
  });
  expect(again.id).toBe(mastodon.id);
  // What waited continues by itself: nobody presses Retry.
  const [posted] = await untilSettled(service.runtime, person, share?.requestId ?? "");
  expect(posted?.status).toBe("posted");
});

test("tokens that no key opens any more ask to reconnect", async () => {
  const sealed = openVault(parseKeyring(generateKey())).encrypt("a token");
  await service.runtime.database
    .update(socialConnections)
    .set({ accessTokenEnc: sealed })
    .where(eq(socialConnections.id, mastodon.id));
  const [share] = await shareTo(service.runtime, person, draftFor([mastodon]));
  expect(share).toMatchObject({ status: "reconnect", remedy: "reconnect", problemCode: "key-lost" });
  await connectAccount(service.runtime, person, {
    platform: "mastodon",
    server: `mastodon.localhost:${service.emulator.mastodon.port}`,
  });
});

test("a full rate window is waited for, not counted as a failure", async () => {
  await orderFault(service.emulator.twitter, TWEET, { kind: "rate-limit", headers: true });
  const requestId = await submit(service.runtime, person, draftFor([twitter]));
  const waiting = await waitFor("the share to wait", async () => {
    const rows = await service.runtime.database.query.socialShares.findMany({
      where: (share, { eq }) => eq(share.shareRequestId, requestId),
    });
    return rows[0]?.nextAttemptAt ? rows[0] : undefined;
  });
  expect(waiting.status).toBe("queued");
  expect(waiting.attempts).toBe(0);
  expect(waiting.nextAttemptAt?.getTime()).toBeGreaterThan(Date.now());
  expect(await postsOn(service.emulator.twitter)).toHaveLength(0);
});

test("what X has already is told as a duplicate", async () => {
  const draft = draftFor([twitter]);
  await shareTo(service.runtime, person, draft);
  const [share] = await shareTo(service.runtime, person, {
    ...draft,
    idempotencyKey: "another",
    repeat: [twitter.id],
  });
  expect(share?.status).toBe("duplicate");
  expect(share?.problem).toBeTruthy();
  expect(await postsOn(service.emulator.twitter)).toHaveLength(1);
});

test("used-up credits are told as the operator's to mend, and may be tried again", async () => {
  await orderFault(service.emulator.twitter, TWEET, {
    kind: "status",
    status: 402,
    body: {
      title: "Payment Required",
      detail: "credits depleted",
      status: 402,
      type: "https://api.x.com/2/problems/credits-depleted",
    },
  });
  const [share] = await shareTo(service.runtime, person, draftFor([twitter]));
  expect(share?.status).toBe("rejected");
  expect(share?.remedy).toBe("retry");
});
