/**
 * Apps that we registered: one for everybody where it lasts, otherwise one for each flow, kept until its grants
 * have ended.
 */
import { randomUUID } from "node:crypto";
import { and, eq } from "drizzle-orm";
import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { countAccounts } from "../../src/connections/account-search.ts";
import { removeUnusedApps } from "../../src/connections/app-store.ts";
import { isEndingSoon, listConnections } from "../../src/connections/connection.ts";
import { disconnect } from "../../src/connections/disconnect.ts";
import { startConnecting } from "../../src/connections/oauth/start.ts";
import { withTokens } from "../../src/connections/tokens.ts";
import { mastodonApps } from "../../src/database/schema.ts";
import { deletePerson } from "../../src/people/standing.ts";
import { openRuntime } from "../../src/service/runtime.ts";
import { gateAfter } from "../harness/networks/gate.ts";
import { control } from "../harness/networks/networks.ts";
import { addPerson, connectAccount } from "../harness/people/accounts.ts";
import { countCalls } from "../harness/people/shares.ts";
import { startTestService, type TestService } from "../harness/services/service.ts";
import { waitFor } from "../harness/wait.ts";

let service: TestService;

beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service.stop());

const host = () => `gotosocial.localhost:${service.emulator.mastodon.port}`;
const appsOf = (server: string) =>
  service.runtime.database
    .select()
    .from(mastodonApps)
    .where(eq(mastodonApps.instance, `http://${server}`));
const appsHere = () => appsOf(host());
const inAnHour = () => ({ ...service.runtime, now: () => new Date(Date.now() + 3_600_000) });

test("two people who connect the first accounts of one server at once, by two processes, share one registration", async () => {
  const server = `mastodon.localhost:${service.emulator.mastodon.port}`;
  const gates = [gateAfter(/\/api\/v1\/apps$/), gateAfter(/\/api\/v1\/apps$/)];
  const log = pino({ level: "silent" });
  const processes = await Promise.all(gates.map(({ fetch }) => openRuntime(service.config, { fetch, log })));
  const people = [await addPerson(service.runtime), await addPerson(service.runtime, "Ben")];
  const connecting = processes.map((runtime, at) =>
    connectAccount(runtime, people[at] ?? { id: "" }, {
      ...{ platform: "mastodon", server, account: at === 0 ? "ana" : "ben" },
    }),
  );
  await Promise.all(gates.map(({ reached }) => reached));
  for (const gate of gates) gate.open();
  const connections = await Promise.all(connecting);
  expect(connections.map(({ status }) => status)).toEqual(["active", "active"]);
  const used = new Set(connections.map(({ account }) => account.extra.clientId));
  expect(used.size).toBe(1);
  expect(
    await service.runtime.database.$count(mastodonApps, eq(mastodonApps.instance, `http://${server}`)),
  ).toBe(1);
  await Promise.all(processes.map((runtime) => runtime.close()));
});

test("a new app is registered silently at the next connect, while the old one renews and ends what it made", async () => {
  const [ana, ben] = [await addPerson(service.runtime), await addPerson(service.runtime, "Ben")];
  const change = { server: "gotosocial.localhost", tokens: "expiring", reusesTokens: false };
  await control(service.emulator.mastodon, "POST", "switches", change);
  const old = await connectAccount(service.runtime, ana, { platform: "mastodon", server: host() });
  const shared = `${service.address}social/callback/mastodon/`;
  await service.runtime.database
    .update(mastodonApps)
    .set({ redirectUri: shared, updatedAt: new Date(Date.now() - 60_000) });

  await connectAccount(service.runtime, ben, { platform: "mastodon", server: host(), account: "ben" });
  const apps = await appsHere();
  expect(apps).toHaveLength(2);
  expect(apps.filter(({ redirectUri }) => redirectUri === shared)).toHaveLength(1);

  const { database, platforms } = service.runtime;
  const platform = platforms.getPlatform("mastodon");
  await withTokens(service.runtime, old.id, async ({ account }, tokens) => {
    const renewed = await platform.refreshAccessToken(account, tokens);
    expect((await platform.verifyToken(account, renewed)).extra.clientId).toBe(old.account.extra.clientId);
    await platform.revokeToken(account, renewed);
  });
  const revocations = await countCalls(service.emulator.mastodon, "POST /oauth/revoke");
  expect(await disconnect(service.runtime, ana, old.id)).toBe("disconnected");
  expect(await countCalls(service.emulator.mastodon, "POST /oauth/revoke")).toBe(revocations + 1);

  // The old one is not needed once the next is registered.
  await database
    .update(mastodonApps)
    .set({ clientSecretExpiresAt: new Date(0) })
    .where(
      and(
        eq(mastodonApps.instance, `http://${host()}`),
        eq(
          mastodonApps.redirectUri,
          apps.find(({ redirectUri }) => redirectUri !== shared)?.redirectUri ?? "",
        ),
      ),
    );
  await connectAccount(service.runtime, ana, { platform: "mastodon", server: host() });
  await removeUnusedApps(inAnHour());
  expect((await appsHere()).map(({ redirectUri }) => redirectUri)).not.toContain(shared);
});

describe("an app for each dance, at a server that does not keep them", () => {
  const sharkey = () => `sharkey.localhost:${service.emulator.mastodon.port}`;
  const choice = (account: string) => ({ platform: "mastodon" as const, server: sharkey(), account });

  test("stays with its connection until its grant has ended, also through a reconnect, and is removed then", async () => {
    const [ana, ben] = [await addPerson(service.runtime), await addPerson(service.runtime, "Ben")];
    const first = await connectAccount(service.runtime, ana, choice("ana"));
    await connectAccount(service.runtime, ben, choice("ben"));
    const again = await connectAccount(service.runtime, ana, choice("ana"));
    expect(again.id).toBe(first.id);
    expect(again.account.extra.clientId).not.toBe(first.account.extra.clientId);
    const apps = await appsOf(sharkey());
    expect(apps.map(({ once }) => once)).toEqual([true, true, true]);
    await removeUnusedApps(service.runtime);
    expect(await appsOf(sharkey())).toHaveLength(3);
    await removeUnusedApps(inAnHour());
    const left = (await appsOf(sharkey())).map(({ clientId }) => clientId);
    const [bens] = await listConnections(service.runtime, ben);
    expect(left.toSorted()).toEqual(
      [again.account.extra.clientId, bens?.account.extra.clientId].map(String).toSorted(),
    );
    expect(await disconnect(service.runtime, ana, again.id)).toBe("disconnected here");
    await deletePerson(service.runtime, ben, { headers: new Headers(), ipAddress: undefined });
    await waitFor("the networks to be told", async () => {
      await removeUnusedApps(inAnHour());
      return (await appsOf(sharkey())).length === 0 || undefined;
    });
  });

  test("goes with a dance that nobody ended", async () => {
    const ana = await addPerson(service.runtime);
    const start = {
      person: ana,
      sessionId: randomUUID(),
      platform: "mastodon",
      server: sharkey(),
      returnTo: "/",
    };
    expect(await startConnecting(service.runtime, { ...start, platform: "mastodon" })).toHaveProperty(
      "redirect",
    );
    expect(await appsOf(sharkey())).toHaveLength(1);
    await removeUnusedApps(inAnHour());
    expect(await appsOf(sharkey())).toEqual([]);
  });
});

test("access for seven days is not to be renewed on the day that it was given", async () => {
  const ana = await addPerson(service.runtime);
  const server = `mitra.localhost:${service.emulator.mastodon.port}`;
  const change = { server: "mitra.localhost", tokenSeconds: 604_800 };
  await control(service.emulator.mastodon, "POST", "switches", change);
  const connected = await connectAccount(service.runtime, ana, { platform: "mastodon", server });
  const days = (count: number) => new Date(Date.now() + count * 86_400_000);
  expect([0, 5, 6].map((day) => isEndingSoon(connected, days(day)))).toEqual([false, false, true]);
  const attention = async (day: number) => {
    const [counted] = await countAccounts({ ...service.runtime, now: () => days(day) }, ana);
    return counted?.attention;
  };
  expect([await attention(0), await attention(6)]).toEqual([0, 1]);
});
