import { randomUUID } from "node:crypto";
import { eq } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { signRequest } from "../../emulator/meta/signed-request.ts";
import { demoSecret } from "../../src/cli/demo/demo-apps.ts";
import { type Connection, listConnections } from "../../src/connections/connection.ts";
import { verifyConnection } from "../../src/connections/verify.ts";
import {
  auditEvents,
  connectionChoices,
  looseGrants,
  ownerCalls,
  socialConnections,
  socialShares,
} from "../../src/database/schema.ts";
import { deliver } from "../../src/sharing/delivery/deliver.ts";
import { listShares } from "../../src/sharing/record/history.ts";
import { gateAfter } from "../harness/networks/gate.ts";
import { control } from "../harness/networks/networks.ts";
import { openPlatforms } from "../harness/networks/platforms.ts";
import { addPerson, connectAccount, dance } from "../harness/people/accounts.ts";
import { draftFor, shareTo, submit } from "../harness/people/shares.ts";
import { startTestService, type TestService } from "../harness/services/service.ts";

let service: TestService;
let person: { id: string };
let connection: Connection;

beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service.stop());
beforeEach(async () => {
  await service.runtime.database.update(socialConnections).set({ revokedAt: new Date(), grantedBy: null });
  // The network's calls within one second cannot be told apart, so calls of other tests must not be counted.
  await service.runtime.database.delete(ownerCalls);
  person = await addPerson(service.runtime);
  connection = await connectAccount(service.runtime, person, {
    platform: "facebook",
    pick: "Harbour Bakery",
  });
});

async function row() {
  const [found] = await service.runtime.database
    .select()
    .from(socialConnections)
    .where(eq(socialConnections.id, connection.id));
  return found;
}

/** Seconds since 1970, as Meta sends them. */
function justNow(): number {
  return Math.floor(Date.now() / 1_000);
}

async function call(path: string, signed: string): Promise<Response> {
  return await fetch(new URL(path, service.address), {
    method: "POST",
    body: new URLSearchParams({ signed_request: signed }),
  });
}

interface Answers {
  readonly answers: readonly { readonly status?: number; readonly body?: unknown }[];
}

test("whoever removes the app there: tokens are wiped, the account asks to be reconnected, and then works", async () => {
  const told = (await control(service.emulator.facebook, "POST", "withdrawals", {
    username: "ana",
  })) as Answers;
  expect(told.answers.map(({ status }) => status)).toEqual([200]);
  expect(await row()).toMatchObject({
    ...{ accessTokenEnc: null, ownerTokenEnc: null, status: "reconnect", revokedAt: null },
    errorCode: "removed-there",
  });
  const [shown] = await listConnections(service.runtime, person);
  expect(shown?.problem).toMatch(/You removed this app/);
  const again = await connectAccount(service.runtime, person, {
    platform: "facebook",
    pick: "Harbour Bakery",
  });
  expect(again).toMatchObject({ id: connection.id, status: "active" });
  const [share] = await shareTo(service.runtime, person, draftFor([again]));
  expect(share?.status).toBe("posted");
});

test("whoever asks there to be forgotten is, gets a code, and a page that says so", async () => {
  const draft = draftFor([connection], { message: `Mine ${randomUUID()}` });
  await shareTo(service.runtime, person, draft);
  const told = (await control(service.emulator.facebook, "POST", "deletions", {
    username: "ana",
  })) as Answers;
  const [answer] = told.answers;
  const { url, confirmation_code: code } = answer?.body as { url: string; confirmation_code: string };
  expect(url).toBe(`${service.address}social/deletion/${code}/`);
  const page = await (await fetch(url)).text();
  expect(page).toContain("Your data is deleted");
  expect(page).toContain("We deleted your access tokens");

  expect(await row()).toMatchObject({
    ...{ accessTokenEnc: null, ownerTokenEnc: null, avatarUrl: null, grantedBy: null },
    ...{ displayName: "Forgotten account", extraData: {}, revokedAt: expect.any(Date) },
  });
  const [share] = await service.runtime.database
    .select()
    .from(socialShares)
    .where(eq(socialShares.connectionId, connection.id));
  expect(share).toMatchObject({ platformPostId: null, platformPostUrl: null, text: draft.message });
  expect((await listShares(service.runtime, person)).shares).toHaveLength(1);
  expect(
    await service.runtime.database.$count(auditEvents, eq(auditEvents.subject, connection.id)),
  ).toBeGreaterThan(1);

  const again = await connectAccount(service.runtime, person, {
    platform: "facebook",
    pick: "Harbour Bakery",
  });
  expect(again.id).not.toBe(connection.id);
});

test("a person we know nothing of is acknowledged all the same", async () => {
  const answer = await call(
    "/social/callback/facebook/delete/",
    signRequest(demoSecret, { userId: "1", issuedAt: justNow() }),
  );
  const { url } = (await answer.json()) as { url: string };
  expect(answer.status).toBe(200);
  expect(await (await fetch(url)).text()).toContain("We held no data about you from there.");
});

test.each([
  ["/social/callback/facebook/deauthorize/", "another-secret"],
  ["/social/callback/facebook/delete/", "another-secret"],
  ["/social/callback/mastodon/delete/", demoSecret],
  ["/social/callback/nowhere/deauthorize/", demoSecret],
])("%s signed with %s is refused, and changes nothing", async (path, secret) => {
  const userId = connection.account.grantedBy?.split(":")[1] ?? "";
  const answer = await call(path, signRequest(secret, { userId, issuedAt: justNow() }));
  expect(answer.status).toBe(400);
  expect((await call(path, "")).status).toBe(400);
  expect((await row())?.accessTokenEnc).not.toBeNull();
});

test.each([
  ["instagram", { way: "instagram" }, "17841405793187218"],
  ["threads", {}, "26012345678901234"],
] as const)("%s: the account's own id means the person too", async (platform, way, userId) => {
  const mine = await connectAccount(service.runtime, person, { platform, ...way });
  const answer = await call(
    `/social/callback/${platform}/deauthorize/`,
    signRequest(demoSecret, { userId, issuedAt: justNow() }),
  );
  expect(answer.status).toBe(200);
  const connections = await listConnections(service.runtime, person);
  expect(connections.find(({ id }) => id === mine.id)?.status).toBe("reconnect");
  expect(connections.find(({ id }) => id === connection.id)?.status).toBe("active");
});

const facebookCalls = ["deauthorize", "delete"].map((what) => [what, `/social/callback/facebook/${what}/`]);

test.each(
  facebookCalls,
)("%s: a request of years ago, or from the future, changes nothing", async (_, path = "") => {
  const userId = connection.account.grantedBy?.split(":")[1] ?? "";
  for (const issuedAt of [1_000_000_000, justNow() - 7_200, justNow() + 3_600]) {
    expect((await call(path, signRequest(demoSecret, { userId, issuedAt }))).status).toBe(400);
    expect((await row())?.accessTokenEnc).not.toBeNull();
  }
});

test.each(
  facebookCalls,
)("%s: what was said before the person let us in again does not end that", async (_, path = "") => {
  const userId = connection.account.grantedBy?.split(":")[1] ?? "";
  const signed = signRequest(demoSecret, { userId, issuedAt: justNow() - 60 });
  expect((await call(path, signed)).status).toBe(200);
  expect(await row()).toMatchObject({
    status: "active",
    revokedAt: null,
    accessTokenEnc: expect.any(String),
  });
  // A call about an older permission ends it, however often it is repeated.
  await service.runtime.database
    .update(socialConnections)
    .set({ authorisedAt: new Date((justNow() - 120) * 1_000) })
    .where(eq(socialConnections.id, connection.id));
  expect((await call(path, signed)).status).toBe(200);
  expect((await row())?.accessTokenEnc).toBeNull();
  expect((await call(path, signed)).status).toBe(200);
});

describe.each([
  { platform: "facebook", pick: "Harbour Bakery", path: /\/104523398765432$/ },
  { platform: "instagram", way: "instagram", path: /\/me$/ },
  { platform: "threads", path: /\/me$/ },
] as const)("$platform", ({ path, ...choice }) => {
  const { platform } = choice;
  const ownerOf = ({ account }: Connection) => account.grantedBy?.split(":")[1] ?? "";

  test("[zombie] the app is removed while the network is asked whether it lets us in: the account asks to be reconnected", async () => {
    const mine = await connectAccount(service.runtime, person, choice);
    const gate = gateAfter(path);
    const platforms = openPlatforms(service.emulator, { fetch: gate.fetch });
    const verifying = verifyConnection({ ...service.runtime, platforms }, person, mine.id);
    await gate.reached;
    const signed = signRequest(demoSecret, { userId: ownerOf(mine), issuedAt: justNow() });
    expect((await call(`/social/callback/${platform}/deauthorize/`, signed)).status).toBe(200);
    gate.open();
    expect(await verifying).toMatchObject({
      outcome: "reconnect",
      problem: expect.stringMatching(/You removed this app/),
    });
    const connections = await listConnections(service.runtime, person);
    expect(connections.find(({ id }) => id === mine.id)).toMatchObject({
      status: "reconnect",
      problem: expect.stringMatching(/You removed this app/),
    });
    const again = await connectAccount(service.runtime, person, choice);
    expect(again).toMatchObject({ id: mine.id, status: "active" });
  });

  test("[forgotten] a call that comes once more does not end what was connected after its first coming", async () => {
    const mine = await connectAccount(service.runtime, person, choice);
    const signed = signRequest(demoSecret, { userId: ownerOf(mine), issuedAt: justNow() });
    for (const what of ["deauthorize", "delete"]) {
      // In the same second as the call, as far as the network tells.
      const at = `/social/callback/${platform}/${what}/`;
      expect((await call(at, signed)).status).toBe(200);
      const again = await connectAccount(service.runtime, person, choice);
      expect((await call(at, signed)).status).toBe(200);
      expect(await verifyConnection(service.runtime, person, again.id)).toEqual({ outcome: "active" });
    }
  });
});

test("[forgotten] an answer that comes after its person asked to be forgotten leaves no trace of the post", async () => {
  const gate = gateAfter(/\/feed$/);
  const platforms = openPlatforms(service.emulator, { fetch: gate.fetch });
  const draft = draftFor([connection], { at: new Date(Date.now() + 86_400_000) });
  const requestId = await submit(service.runtime, person, draft);
  const shareOf = async () => {
    const [share] = await service.runtime.database
      .select()
      .from(socialShares)
      .where(eq(socialShares.shareRequestId, requestId));
    if (share === undefined) throw new Error("The share is gone.");
    return share;
  };
  const { id } = await shareOf();
  await service.runtime.database
    .update(socialShares)
    .set({ status: "queued", nextAttemptAt: null })
    .where(eq(socialShares.id, id));
  const delivering = deliver({ ...service.runtime, platforms }, id);
  await gate.reached;
  const userId = connection.account.grantedBy?.split(":")[1] ?? "";
  await call("/social/callback/facebook/delete/", signRequest(demoSecret, { userId, issuedAt: justNow() }));
  gate.open();
  await delivering;
  expect(await shareOf()).toMatchObject({ platformPostId: null, platformPostUrl: null, remembered: {} });
});

test("who asks to be forgotten while they have yet to choose, or a grant has yet to be ended, leaves nothing here", async () => {
  const { database } = service.runtime;
  const sessionId = randomUUID();
  const back = await dance(service.runtime, { person, sessionId }, { platform: "facebook" });
  expect(back.outcome).toBe("choose");
  const userId = connection.account.grantedBy?.split(":")[1] ?? "";
  const isTheirs = eq(looseGrants.grantedBy, `facebook:${userId}`);
  expect(await database.$count(looseGrants, isTheirs)).toBeGreaterThan(0);
  await call("/social/callback/facebook/delete/", signRequest(demoSecret, { userId, issuedAt: justNow() }));
  expect(await database.$count(looseGrants, isTheirs)).toBe(0);
  expect(await database.$count(connectionChoices, eq(connectionChoices.userId, person.id))).toBe(0);
});

test("a made-up code leads nowhere", async () => {
  expect((await fetch(new URL("/social/deletion/made-up/", service.address))).status).toBe(404);
});
