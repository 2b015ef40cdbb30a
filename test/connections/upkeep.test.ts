import { eq } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { registerApps } from "../../src/cli/demo/demo-apps.ts";
import { type Connection, listConnections } from "../../src/connections/connection.ts";
import { reviveReadable } from "../../src/connections/keys/unreadable.ts";
import { renewDue, verifyDue } from "../../src/connections/upkeep.ts";
import { verifyConnection } from "../../src/connections/verify.ts";
import { socialConnections } from "../../src/database/schema.ts";
import { releaseShares } from "../../src/sharing/delivery/release.ts";
import { generateKey } from "../../src/vault/fernet.ts";
import { openVault, parseKeyring } from "../../src/vault/keyring.ts";
import { control } from "../harness/networks/networks.ts";
import { openPlatforms } from "../harness/networks/platforms.ts";
import { addPerson, connectAccount } from "../harness/people/accounts.ts";
import {
  countCalls,
  draftFor,
  orderFault,
  postsOn,
  shareTo,
  untilSettled,
} from "../harness/people/shares.ts";
import { startTestService, type TestService } from "../harness/services/service.ts";

const WHO_AM_I = "GET /2/users/me";

let service: TestService;
let person: { id: string };
let connection: Connection;

beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service.stop());

beforeEach(async () => {
  await service.runtime.database.update(socialConnections).set({ revokedAt: new Date() });
  person = await addPerson(service.runtime);
  connection = await connectAccount(service.runtime, person, { platform: "twitter" });
});

async function shown(): Promise<Connection | undefined> {
  return (await listConnections(service.runtime, person)).find(({ id }) => id === connection.id);
}

/** The same service some hours later. */
function hoursLater(hours: number) {
  return { ...service.runtime, now: () => new Date(Date.now() + hours * 3_600_000) };
}

const withdraw = () => control(service.emulator.twitter, "POST", "withdrawals", { username: "ana" });

test("asked by the person, the network says that all is well, and how the account is called now", async () => {
  await control(service.emulator.twitter, "POST", "accounts", { username: "ana", displayName: "Ana Nova" });
  expect(await verifyConnection(service.runtime, person, connection.id)).toEqual({ outcome: "active" });
  expect((await shown())?.account.displayName).toBe("Ana Nova");
  await control(service.emulator.twitter, "POST", "accounts", { username: "ana", displayName: "Ana Lima" });
});

test("a dead connection is marked and told; a network in trouble changes nothing", async () => {
  await orderFault(service.emulator.twitter, WHO_AM_I, { kind: "status", status: 503 });
  expect(await verifyConnection(service.runtime, person, connection.id)).toMatchObject({
    outcome: "unknown",
  });
  expect((await shown())?.status).toBe("active");
  await withdraw();
  expect(await verifyConnection(service.runtime, person, connection.id)).toMatchObject({
    outcome: "reconnect",
    problem: expect.stringMatching(/[Rr]econnect/),
  });
  expect(await shown()).toMatchObject({ status: "reconnect", problem: expect.any(String) });
});

test("nobody asks about somebody else's account", async () => {
  const ben = await addPerson(service.runtime, "Ben");
  expect(await verifyConnection(service.runtime, ben, connection.id)).toEqual({ outcome: "not-found" });
});

test("once a day every connection is asked about, by one process", async () => {
  const before = await countCalls(service.emulator.twitter, WHO_AM_I);
  expect(await verifyDue(hoursLater(23))).toBe(0);
  const later = hoursLater(25);
  const verified = await Promise.all([verifyDue(later), verifyDue(later), verifyDue(later)]);
  expect(verified.reduce((sum, count) => sum + count)).toBe(1);
  expect(await verifyDue(later)).toBe(0);
  expect(await countCalls(service.emulator.twitter, WHO_AM_I)).toBe(before + 1);
});

test("the daily question finds out who withdrew", async () => {
  await withdraw();
  expect(await verifyDue(hoursLater(25))).toBe(0);
  expect((await shown())?.status).toBe("reconnect");
});

test("a person is told of a dead connection by the clock that all processes share", async () => {
  await withdraw();
  const later = hoursLater(25);
  const before = later.now();
  await verifyDue(later);
  const [row] = await service.runtime.database
    .select({ tellAt: socialConnections.tellAt, updatedAt: socialConnections.updatedAt })
    .from(socialConnections)
    .where(eq(socialConnections.id, connection.id));
  expect(row?.tellAt?.getTime()).toBeGreaterThanOrEqual(before.getTime());
  expect(row?.updatedAt.getTime()).toBeGreaterThanOrEqual(before.getTime());
});

test("a verified Page keeps the grant that it came with", async () => {
  const page = await connectAccount(service.runtime, person, { platform: "facebook" });
  expect(page.account.grantedBy).toMatch(/^facebook:/);
  expect(await verifyConnection(service.runtime, person, page.id)).toEqual({ outcome: "active" });
  const connections = await listConnections(service.runtime, person);
  expect(connections.find(({ id }) => id === page.id)?.account).toStrictEqual(page.account);
});

test("tokens that renew themselves when they are used are not renewed before", async () => {
  const before = await countCalls(service.emulator.twitter, "POST /2/oauth2/token");
  expect(await renewDue(hoursLater(24 * 365))).toBe(0);
  expect(await countCalls(service.emulator.twitter, "POST /2/oauth2/token")).toBe(before);
});

test("what is shared to a dead connection waits for it, and goes out when it is reconnected", async () => {
  await withdraw();
  await verifyConnection(service.runtime, person, connection.id);
  const posting = await countCalls(service.emulator.twitter, "POST /2/tweets");
  const draft = { ...draftFor([]), connectionIds: [connection.id] };
  await service.runtime.database
    .update(socialConnections)
    .set({ status: "active" })
    .where(eq(socialConnections.id, connection.id));
  const [waiting] = await shareTo(service.runtime, person, draft);
  expect(waiting?.status).toBe("reconnect");
  const asked = await countCalls(service.emulator.twitter, "POST /2/tweets");
  expect(asked).toBe(posting + 1);

  const again = await connectAccount(service.runtime, person, { platform: "twitter" });
  expect(again.id).toBe(connection.id);
  await releaseShares(service.runtime, [again.id]);
  const [share] = await untilSettled(service.runtime, person, waiting?.requestId ?? "");
  expect(share?.status).toBe("posted");
  const posts = await postsOn(service.emulator.twitter);
  expect(posts.filter(({ text }) => text.includes(draft.page.url))).toHaveLength(1);
});

describe.each([
  { platform: "threads", refresh: "GET /refresh_access_token" },
  { platform: "instagram", way: "instagram", refresh: "GET /refresh_access_token" },
] as const)("$platform", ({ platform, refresh, ...choice }) => {
  let renewable: Connection;

  beforeEach(async () => {
    await control(service.emulator[platform], "POST", "reset");
    await registerApps(service.emulator, service.address);
    renewable = await connectAccount(service.runtime, person, { platform, ...choice });
  });

  /** Moves our clock and the network's. */
  async function daysLater(days: number) {
    await control(service.emulator[platform], "POST", "clock", { advanceSeconds: days * 86_400 });
    const platforms = openPlatforms(service.emulator);
    platforms.advance(days * 86_400);
    return { ...hoursLater(24 * days), platforms };
  }

  const tries = () => countCalls(service.emulator[platform], refresh);

  async function stored() {
    const [row] = await service.runtime.database
      .select()
      .from(socialConnections)
      .where(eq(socialConnections.id, renewable.id));
    return row;
  }

  test("tokens are renewed weeks before their end, not earlier, and by one process", async () => {
    expect(await renewDue(hoursLater(24 * 29))).toBe(0);
    const before = await stored();
    const later = await daysLater(36);
    const renewed = await Promise.all([renewDue(later), renewDue(later), renewDue(later)]);
    expect(renewed.reduce((sum, count) => sum + count)).toBe(1);
    expect(await tries()).toBe(1);
    const after = await stored();
    expect(after?.accessTokenEnc).not.toBe(before?.accessTokenEnc);
    expect(after?.tokenExpiresAt?.getTime()).toBeGreaterThan(later.now().getTime() + 59 * 86_400_000);
    expect(await renewDue(later)).toBe(0);
  });

  test("a network in trouble leaves the tokens as they are, and is asked again the next day", async () => {
    await orderFault(service.emulator[platform], refresh, { kind: "status", status: 503 });
    const later = await daysLater(36);
    expect(await renewDue(later)).toBe(0);
    expect(await stored()).toMatchObject({ status: "active", accessTokenEnc: expect.any(String) });
    expect(await renewDue(later)).toBe(0);
    expect(await tries()).toBe(1);
    expect(await renewDue({ ...later, now: () => new Date(later.now().getTime() + 86_400_001) })).toBe(1);
  });

  test("a grant that is dead by then is marked, and told", async () => {
    const later = await daysLater(36);
    await control(service.emulator[platform], "POST", "endings", { username: "ana", subcode: 460 });
    expect(await renewDue(later)).toBe(0);
    expect(await stored()).toMatchObject({ status: "reconnect", errorMessage: expect.any(String) });
  });
});

test("a connection that was given up for a lost key works again once the key is back, and what waited goes out", async () => {
  const [row] = await service.runtime.database
    .select()
    .from(socialConnections)
    .where(eq(socialConnections.id, connection.id));
  const keep = (sealed: string | null | undefined) =>
    service.runtime.database
      .update(socialConnections)
      .set({ accessTokenEnc: sealed ?? null })
      .where(eq(socialConnections.id, connection.id));
  await keep(openVault(parseKeyring(generateKey())).encrypt("a token"));
  const [share] = await shareTo(service.runtime, person, draftFor([connection]));
  expect(share).toMatchObject({ status: "reconnect", problemCode: "key-lost" });
  expect(await reviveReadable(service.runtime)).toEqual([]);
  expect(await shown()).toMatchObject({ status: "reconnect" });
  await keep(row?.accessTokenEnc);
  const revived = await reviveReadable(service.runtime);
  expect(revived).toEqual([connection.id]);
  expect(await shown()).toMatchObject({ status: "active" });
  await releaseShares(service.runtime, revived);
  const [posted] = await untilSettled(service.runtime, person, share?.requestId ?? "");
  expect(posted?.status).toBe("posted");
});
