/**
 * Every grant that is no longer needed is revoked at its network, even if a person leaves, a process dies or a call
 * fails, and is reported as revoked only then.
 */
import { randomUUID } from "node:crypto";
import { asc, eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { listConnections } from "../../src/connections/connection.ts";
import { disconnect } from "../../src/connections/disconnect.ts";
import { endLooseGrantsAt } from "../../src/connections/grants/end-due-grants.ts";
import { findDeparture } from "../../src/connections/grants/leave.ts";
import type { EndingRuntime } from "../../src/connections/grants/record-ending.ts";
import { findChoice } from "../../src/connections/oauth/choose.ts";
import { takeChoice } from "../../src/connections/oauth/take-choice.ts";
import { verifyConnection } from "../../src/connections/verify.ts";
import { auditEvents, looseGrants, processes, socialConnections, users } from "../../src/database/schema.ts";
import { block, deletePerson } from "../../src/people/standing.ts";
import { platformNames } from "../../src/platforms/platform.ts";
import { generateKey } from "../../src/vault/fernet.ts";
import { openVault, parseKeyring } from "../../src/vault/keyring.ts";
import { type Gate, gateAfter } from "../harness/networks/gate.ts";
import { openPlatforms } from "../harness/networks/platforms.ts";
import { addPerson, connectAccount, dance } from "../harness/people/accounts.ts";
import { countCalls, orderFault } from "../harness/people/shares.ts";
import { startTestService, type TestService } from "../harness/services/service.ts";
import { telling } from "../harness/told.ts";
import { waitFor } from "../harness/wait.ts";

const HARBOUR = "104523398765432";
const EVENTS = "104523398765433";
const DAY_MS = 86_400_000;

let service: TestService;
let ana: { id: string };

beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service.stop());
beforeEach(async () => {
  const { database } = service.runtime;
  await database.delete(users);
  await database.delete(looseGrants);
  const { facebook, twitter, linkedin } = service.emulator;
  for (const { world } of [facebook, twitter, linkedin]) world.memory.grants = [];
  ana = await addPerson(service.runtime);
});

/** This service, with its calls to networks behind a gate. */
const through = ({ fetch }: Gate) => ({
  ...service.runtime,
  platforms: openPlatforms(service.emulator, { fetch }),
});

/** This service some time later. */
const later = (ms: number) => ({ ...service.runtime, now: () => new Date(Date.now() + ms) });

const alive = (network: "twitter" | "facebook" | "linkedin") =>
  service.emulator[network].world.memory.grants.length;
const untilEnded = (network: "twitter" | "facebook") =>
  waitFor("the grants to end at the network", () => alive(network) === 0 || undefined);

/** Disconnects as the page does. */
const leave = (person: { id: string }) =>
  deletePerson(service.runtime, person, { headers: new Headers(), ipAddress: undefined });

/** Revokes due grants at every network, as workers do. @returns how many were attempted */
async function endLooseGrants(runtime: EndingRuntime): Promise<number> {
  const looked = await Promise.all(platformNames.map((name) => endLooseGrantsAt(runtime, name)));
  return looked.reduce((sum, count) => sum + count);
}

async function offered(person = ana, sessionId: string = randomUUID()) {
  const back = await dance(service.runtime, { person, sessionId }, { platform: "facebook" });
  if (back.outcome !== "choose") throw new Error(JSON.stringify(back));
  return { chooser: { person, sessionId }, choiceId: back.choiceId };
}

async function eventsOf(subject: string): Promise<string[]> {
  const rows = await service.runtime.database
    .select()
    .from(auditEvents)
    .where(eq(auditEvents.subject, subject))
    .orderBy(asc(auditEvents.createdAt));
  return rows.map(({ action }) => action);
}

describe("connecting, while", () => {
  async function connectingWhile(act: () => Promise<unknown>) {
    const gate = gateAfter(/\/2\/users\/me$/);
    const dancing = dance(through(gate), { person: ana, sessionId: randomUUID() }, { platform: "twitter" });
    await gate.reached;
    await act();
    gate.open();
    return await dancing;
  }

  test("[leaving] the person leaves: nothing is connected, and the grant ends at the network", async () => {
    expect(await connectingWhile(() => leave(ana))).toMatchObject({
      outcome: "problem",
      problem: telling(/took too long or was cancelled/),
    });
    await untilEnded("twitter");
  });

  test("the person is blocked: the same", async () => {
    const operator = await addPerson(service.runtime, "Ben");
    await service.runtime.database.update(users).set({ role: "operator" }).where(eq(users.id, operator.id));
    const blocking = () =>
      block(service.runtime, operator, { headers: new Headers(), ipAddress: undefined }, ana.id);
    expect(await connectingWhile(blocking)).toMatchObject({ outcome: "problem" });
    expect(await listConnections(service.runtime, ana)).toEqual([]);
    await untilEnded("twitter");
  });

  test("saving fails: the grant is kept in mind, and ends at the network when its time is over", async () => {
    const { database } = service.runtime;
    const refuse = sql`alter table social_connections add constraint refuse check (platform <> 'twitter') not valid`;
    const person = { person: ana, sessionId: randomUUID() };
    await database.execute(refuse);
    const failed = await dance(service.runtime, person, { platform: "twitter" });
    await database.execute(sql`alter table social_connections drop constraint refuse`);
    expect(failed.outcome).toBe("problem");
    expect(alive("twitter")).toBe(1);
    expect(await endLooseGrants(later(DAY_MS))).toBe(1);
    expect(alive("twitter")).toBe(0);
  });
});

test.each([
  { platform: "twitter", fault: ["GET /2/users/me", { kind: "status", status: 503 }] },
  { platform: "facebook", fault: ["GET /:version/me/accounts", { kind: "status", status: 503 }] },
] as const)("$platform: what fails after the network has let us in leaves no grant alive there", async ({
  platform,
  fault: [endpoint, fault],
}) => {
  await orderFault(service.emulator[platform], endpoint, fault);
  const failed = await dance(service.runtime, { person: ana, sessionId: randomUUID() }, { platform });
  expect(failed.outcome).toBe("problem");
  expect(alive(platform)).toBe(1);
  expect(await endLooseGrants(later(DAY_MS))).toBe(1);
  expect(alive(platform)).toBe(0);
});

test("what fails after the network has let us in again leaves the account that is connected alone", async () => {
  const { mastodon } = service.emulator;
  const server = `mastodon.localhost:${mastodon.port}`;
  const dancer = { person: ana, sessionId: randomUUID() };
  const connected = [
    await connectAccount(service.runtime, ana, { platform: "mastodon", server }),
    await connectAccount(service.runtime, ana, { platform: "facebook" }),
    await connectAccount(service.runtime, ana, { platform: "twitter" }),
  ];
  await orderFault(mastodon, "GET /api/v1/accounts/verify_credentials", { kind: "status", status: 503 });
  await orderFault(service.emulator.facebook, "GET /:version/me/accounts", { kind: "status", status: 503 });
  await orderFault(service.emulator.twitter, "GET /2/users/me", { kind: "status", status: 503 });
  for (const choice of [
    { platform: "mastodon", server },
    { platform: "facebook" },
    { platform: "twitter" },
  ] as const)
    expect(await dance(service.runtime, dancer, choice)).toMatchObject({ outcome: "problem" });
  expect(await endLooseGrants(later(DAY_MS))).toBe(3);
  for (const { id } of connected)
    expect(await verifyConnection(service.runtime, ana, id)).toEqual({ outcome: "active" });
});

describe("a choice", () => {
  test("[choiceThenLeave] of somebody who leaves before it is made: the grant ends at the network", async () => {
    await offered();
    expect(alive("facebook")).toBe(1);
    await leave(ana);
    await untilEnded("facebook");
  });

  test("that is never made: its grant ends when the time for it is over, and what comes later is refused", async () => {
    const { chooser, choiceId } = await offered();
    expect(await endLooseGrants(service.runtime)).toBe(0);
    expect(await endLooseGrants(later(1_860_000))).toBe(1);
    expect(alive("facebook")).toBe(0);
    expect(await takeChoice(service.runtime, chooser, choiceId, [HARBOUR])).toMatchObject({
      connections: [],
      problems: [telling(/took too long or was cancelled/)],
    });
    expect(await findChoice(service.runtime, chooser, choiceId)).toBeUndefined();
  });

  test("keeps its grant while another account of it is disconnected", async () => {
    const first = await offered();
    await takeChoice(service.runtime, first.chooser, first.choiceId, [HARBOUR]);
    const second = await offered();
    const [page] = await listConnections(service.runtime, ana);
    expect(await disconnect(service.runtime, ana, page?.id ?? "")).toBe("disconnected");
    const taken = await takeChoice(service.runtime, second.chooser, second.choiceId, [EVENTS]);
    if (taken.outcome !== "connected") throw new Error(taken.outcome);
    expect(await verifyConnection(service.runtime, ana, taken.connections[0]?.id ?? "")).toEqual({
      outcome: "active",
    });
  });
});

test("[grant] two Pages of one grant that are disconnected at once: it ends at the network", async () => {
  const endings = () => countCalls(service.emulator.facebook, "DELETE /:version/me/permissions");
  const before = await endings();
  for (let round = 0; round < 4; round += 1) {
    const { chooser, choiceId } = await offered();
    await takeChoice(service.runtime, chooser, choiceId, [HARBOUR, EVENTS]);
    const pages = await listConnections(service.runtime, ana);
    expect(pages).toHaveLength(2);
    expect(await Promise.all(pages.map(({ id }) => disconnect(service.runtime, ana, id)))).toEqual([
      "disconnected",
      "disconnected",
    ]);
    expect(alive("facebook")).toBe(0);
  }
  expect(await endings()).toBeGreaterThanOrEqual(before + 4);
});

test("an account that is somebody else's: their grant stays, and the one that is refused ends", async () => {
  const ben = await addPerson(service.runtime, "Ben");
  const theirs = await connectAccount(service.runtime, ben, { platform: "twitter" });
  const refused = await dance(
    service.runtime,
    { person: ana, sessionId: randomUUID() },
    { platform: "twitter" },
  );
  expect(refused).toMatchObject({ problem: telling(/already connected by Ben/) });
  await waitFor("the refused grant to end", () => alive("twitter") === 1 || undefined);
  expect(await verifyConnection(service.runtime, ben, theirs.id)).toEqual({ outcome: "active" });
});

test("of two people who connect one account at the same moment one has it, and the other is told whose it is", async () => {
  const ben = await addPerson(service.runtime, "Ben");
  const both = await Promise.all(
    [ana, ben].map((person) =>
      dance(service.runtime, { person, sessionId: randomUUID() }, { platform: "twitter" }),
    ),
  );
  expect(both.map(({ outcome }) => outcome).sort()).toEqual(["connected", "problem"]);
  expect(both).toContainEqual(
    expect.objectContaining({ problem: telling(/is already connected by (Ana|Ben)/) }),
  );
  await waitFor("the refused grant to end", () => alive("twitter") === 1 || undefined);
});

test("an account that is connected again: the grant of before ends, and the new one works", async () => {
  const first = await connectAccount(service.runtime, ana, { platform: "twitter" });
  const again = await connectAccount(service.runtime, ana, { platform: "twitter" });
  expect(again.id).toBe(first.id);
  expect(alive("twitter")).toBe(1);
  expect(await verifyConnection(service.runtime, ana, again.id)).toEqual({ outcome: "active" });
});

test.each([
  { platform: "mastodon", server: () => `mastodon.localhost:${service.emulator.mastodon.port}` },
  { platform: "facebook", server: () => undefined },
  { platform: "linkedin", server: () => undefined },
] as const)("$platform: connecting again does not end what it just renewed", async ({ platform, server }) => {
  const at = server();
  const choice = { platform, ...(at === undefined ? {} : { server: at }) };
  await connectAccount(service.runtime, ana, choice);
  const again = await connectAccount(service.runtime, ana, choice);
  await endLooseGrants(service.runtime);
  expect(await verifyConnection(service.runtime, ana, again.id)).toEqual({ outcome: "active" });
});

test("a token of before is ended too once the account that was connected again is disconnected again", async () => {
  const { linkedin } = service.emulator;
  linkedin.world.memory.tokens = [];
  const left = () => linkedin.world.memory.tokens.filter(({ revoked }) => !revoked).length;
  const { id } = await connectAccount(service.runtime, ana, { platform: "linkedin" });
  await orderFault(linkedin, "POST /oauth/v2/revoke", { kind: "status", status: 503 });
  expect(await disconnect(service.runtime, ana, id)).toBe("disconnected, there later");
  await connectAccount(service.runtime, ana, { platform: "linkedin" });
  // Revoking it now might end the new one too.
  expect(await endLooseGrants(later(120_000))).toBe(1);
  expect(await verifyConnection(service.runtime, ana, id)).toEqual({ outcome: "active" });
  expect(await disconnect(service.runtime, ana, id)).toBe("disconnected");
  await endLooseGrants(later(2 * DAY_MS));
  expect(left()).toBe(0);
  expect(await service.runtime.database.$count(looseGrants)).toBe(0);
});

test("a token that connecting again replaced is ended too once the account is disconnected", async () => {
  const { linkedin } = service.emulator;
  linkedin.world.memory.tokens = [];
  const left = () => linkedin.world.memory.tokens.filter(({ revoked }) => !revoked).length;
  const { id } = await connectAccount(service.runtime, ana, { platform: "linkedin" });
  await connectAccount(service.runtime, ana, { platform: "linkedin" });
  // Revoking it now might end the new one too.
  await endLooseGrants(later(120_000));
  expect(await verifyConnection(service.runtime, ana, id)).toEqual({ outcome: "active" });
  expect(await disconnect(service.runtime, ana, id)).toBe("disconnected");
  await endLooseGrants(later(120_000));
  expect(left()).toBe(0);
  expect(await service.runtime.database.$count(looseGrants)).toBe(0);
});

test("what is in use for longer than tokens live is kept in mind no more", async () => {
  const { id } = await connectAccount(service.runtime, ana, { platform: "linkedin" });
  await orderFault(service.emulator.linkedin, "POST /oauth/v2/revoke", { kind: "status", status: 503 });
  await disconnect(service.runtime, ana, id);
  await connectAccount(service.runtime, ana, { platform: "linkedin" });
  await endLooseGrants(later(61 * DAY_MS));
  expect(await service.runtime.database.$count(looseGrants)).toBe(0);
  expect(await eventsOf(id)).not.toContain("connection.grant-left");
});

test("a network that cannot be told is told later by a worker, and only then it is recorded that the grant ended", async () => {
  const { id } = await connectAccount(service.runtime, ana, { platform: "twitter" });
  await orderFault(service.emulator.twitter, "POST /2/oauth2/revoke", { kind: "status", status: 503 }, 2);
  expect(await disconnect(service.runtime, ana, id)).toBe("disconnected, there later");
  expect(await eventsOf(id)).not.toContain("connection.grant-ended");
  expect(await endLooseGrants(later(120_000))).toBe(1);
  expect(alive("twitter")).toBe(1);
  // The second wait is longer.
  expect(await endLooseGrants(later(180_000))).toBe(0);
  expect(await endLooseGrants(later(600_000))).toBe(1);
  expect(alive("twitter")).toBe(0);
  expect(await eventsOf(id)).toEqual(["connection.created", "connection.revoked", "connection.grant-ended"]);
});

test("what a process that dies after a disconnect left behind is ended by one worker", async () => {
  const { id } = await connectAccount(service.runtime, ana, { platform: "twitter" });
  const silent: typeof fetch = () => new Promise(() => {});
  const platforms = openPlatforms(service.emulator, { fetch: silent });
  void disconnect({ ...service.runtime, platforms }, ana, id);
  await waitFor("the tokens to be wiped", async () => {
    const left = await listConnections(service.runtime, ana);
    return left.length === 0 || undefined;
  });
  expect(await endLooseGrants(service.runtime)).toBe(0);
  const before = await countCalls(service.emulator.twitter, "POST /2/oauth2/revoke");
  const ended = await Promise.all([1, 2, 3].map(() => endLooseGrants(later(61_000))));
  expect(ended.reduce((sum, count) => sum + count)).toBe(1);
  expect(alive("twitter")).toBe(0);
  expect(await countCalls(service.emulator.twitter, "POST /2/oauth2/revoke")).toBe(before + 1);
});

test("after a week in vain the grant is given up, and the record says so", async () => {
  const { id } = await connectAccount(service.runtime, ana, { platform: "twitter" });
  await orderFault(service.emulator.twitter, "POST /2/oauth2/revoke", { kind: "status", status: 503 }, 2);
  await disconnect(service.runtime, ana, id);
  expect(await endLooseGrants(later(8 * DAY_MS))).toBe(1);
  expect(await eventsOf(id)).toContain("connection.grant-left");
  expect(await service.runtime.database.$count(looseGrants)).toBe(0);
});

test("a network that lets no app end its access is not said to have ended it", async () => {
  const { id } = await connectAccount(service.runtime, ana, { platform: "threads" });
  expect(await disconnect(service.runtime, ana, id)).toBe("disconnected here");
  expect(await service.runtime.database.$count(looseGrants)).toBe(0);
  expect(await eventsOf(id)).toEqual(["connection.created", "connection.revoked", "connection.grant-left"]);
});

test("a grant that is dead there already counts as ended", async () => {
  const { id } = await connectAccount(service.runtime, ana, { platform: "facebook", pick: "Harbour Bakery" });
  service.emulator.facebook.world.memory.tokens = [];
  expect(await disconnect(service.runtime, ana, id)).toBe("disconnected");
  expect(await eventsOf(id)).toContain("connection.grant-ended");
});

test("the database takes no account for working that has no tokens", async () => {
  const { id } = await connectAccount(service.runtime, ana, { platform: "twitter" });
  const wiping = service.runtime.database
    .update(socialConnections)
    .set({ accessTokenEnc: null })
    .where(eq(socialConnections.id, id));
  await expect(wiping).rejects.toMatchObject({
    cause: { constraint: "social_connections_active_has_tokens" },
  });
});

test("what no process has the network for any more is given up after a week, and whoever left is told", async () => {
  const { database } = service.runtime;
  const { id } = await connectAccount(service.runtime, ana, { platform: "linkedin" });
  const left = await leave(ana);
  const secret = typeof left === "object" && "departure" in left ? left.departure : "";
  const available = service.runtime.platforms.availablePlatforms();
  const without = {
    ...service.runtime.platforms,
    availablePlatforms: () => available.filter(({ name }) => name !== "linkedin"),
  };
  const lacking = (ms: number) => ({ ...later(ms), platforms: without });
  // A process that has it may still start.
  expect(await endLooseGrantsAt(lacking(6 * DAY_MS), "linkedin")).toBe(0);
  expect(await database.$count(looseGrants)).toBe(1);
  const runs = { isWorker: false, platforms: ",linkedin,", keys: "", seenAt: new Date() };
  await database.insert(processes).values({ id: randomUUID(), ...runs });
  expect(await endLooseGrantsAt(lacking(8 * DAY_MS), "linkedin")).toBe(0);
  await database.delete(processes).where(eq(processes.platforms, runs.platforms));
  expect(await endLooseGrantsAt(lacking(8 * DAY_MS), "linkedin")).toBe(1);
  expect(await database.$count(looseGrants)).toBe(0);
  expect(await findDeparture(service.runtime, secret)).toMatchObject({ waiting: 0, left: ["linkedin"] });
  expect(await eventsOf(id)).toContain("connection.grant-left");
});

test("a worker that lacks the key leaves a grant to one that has it, and costs it no wait", async () => {
  const { database } = service.runtime;
  const { id } = await connectAccount(service.runtime, ana, { platform: "twitter" });
  await orderFault(service.emulator.twitter, "POST /2/oauth2/revoke", { kind: "status", status: 503 });
  expect(await disconnect(service.runtime, ana, id)).toBe("disconnected, there later");
  const another = { isWorker: true, platforms: ",twitter,", keys: "another", seenAt: new Date() };
  await database.insert(processes).values({ id: randomUUID(), ...another });
  onTestFinished(async () => void (await database.delete(processes).where(eq(processes.keys, another.keys))));
  const stranger = { ...later(120_000), vault: openVault(parseKeyring(generateKey())) };
  await endLooseGrants(stranger);
  const [grant] = await database.select().from(looseGrants);
  expect(grant?.tries).toBe(1);
  expect(await endLooseGrants(later(240_000))).toBe(1);
  expect(alive("twitter")).toBe(0);
});
