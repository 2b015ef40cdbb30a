import { randomUUID } from "node:crypto";
import { eq } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { signRequest } from "../../emulator/meta-signed-request.ts";
import { demoSecret } from "../../src/cli/demo-apps.ts";
import { type Connection, listConnections } from "../../src/connections/connection.ts";
import { auditEvents, socialConnections, socialShares } from "../../src/database/schema.ts";
import { listShares } from "../../src/sharing/history.ts";
import { addPerson, connectAccount } from "../harness/accounts.ts";
import { control } from "../harness/networks.ts";
import { startTestService, type TestService } from "../harness/service.ts";
import { draftFor, shareTo } from "../harness/shares.ts";

let service: TestService;
let person: { id: string };
let connection: Connection;

beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service.stop());
beforeEach(async () => {
  await service.runtime.database.update(socialConnections).set({ revokedAt: new Date(), grantedBy: null });
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
    signRequest(demoSecret, { userId: "1", issuedAt: 1 }),
  );
  const { url } = (await answer.json()) as { url: string };
  expect(answer.status).toBe(200);
  expect(await (await fetch(url)).text()).toContain("We had nothing of you");
});

test.each([
  ["/social/callback/facebook/deauthorize/", "another-secret"],
  ["/social/callback/facebook/delete/", "another-secret"],
  ["/social/callback/mastodon/delete/", demoSecret],
  ["/social/callback/nowhere/deauthorize/", demoSecret],
])("%s signed with %s is refused, and changes nothing", async (path, secret) => {
  const userId = connection.account.grantedBy?.split(":")[1] ?? "";
  const answer = await call(path, signRequest(secret, { userId, issuedAt: 1 }));
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
    signRequest(demoSecret, { userId, issuedAt: 1 }),
  );
  expect(answer.status).toBe(200);
  const connections = await listConnections(service.runtime, person);
  expect(connections.find(({ id }) => id === mine.id)?.status).toBe("reconnect");
  expect(connections.find(({ id }) => id === connection.id)?.status).toBe("active");
});

test("a made-up code leads nowhere", async () => {
  expect((await fetch(new URL("/social/deletion/made-up/", service.address))).status).toBe(404);
});
