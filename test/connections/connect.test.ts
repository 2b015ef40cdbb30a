import { randomUUID } from "node:crypto";
import { eq } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { listConnections } from "../../src/connections/connection.ts";
import { disconnect } from "../../src/connections/disconnect.ts";
import { finishConnecting } from "../../src/connections/oauth/finish.ts";
import { startConnecting } from "../../src/connections/oauth/start.ts";
import { connectFailures, oauthStates, socialConnections } from "../../src/database/schema.ts";
import { listIncidents } from "../../src/operation/incidents.ts";
import { listShares } from "../../src/sharing/record/history.ts";
import { inEnglish } from "../../src/words/words.ts";
import { approve } from "../harness/networks/consent.ts";
import { addPerson, connectAccount, readReturn } from "../harness/people/accounts.ts";
import { countCalls, draftFor, orderFault, shareTo } from "../harness/people/shares.ts";
import { startTestService, type TestService } from "../harness/services/service.ts";

let service: TestService;

beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service.stop());

function server(host = "mastodon.localhost"): string {
  return `${host}:${service.emulator.mastodon.port}`;
}

/** Starts a flow and approves it; the person is not back yet. */
async function dance(
  person: { id: string },
  platform: "mastodon" | "twitter",
  sessionId: string = randomUUID(),
) {
  const started = await startConnecting(service.runtime, {
    person,
    sessionId,
    platform,
    returnTo: "/social/share/?url=x",
    ...(platform === "mastodon" ? { server: server() } : {}),
  });
  if ("problem" in started) throw new Error(JSON.stringify(started.problem));
  const callback = await approve(started.redirect, { account: "ana" });
  return { person, sessionId, platform, ...readReturn(callback) };
}

test.each([
  "mastodon",
  "twitter",
] as const)("%s: a state serves once, for one login and one platform", async (platform) => {
  const person = await addPerson(service.runtime);
  const back = await dance(person, platform);
  const other = await addPerson(service.runtime, "Ben");
  const elsewhere = platform === "mastodon" ? "twitter" : "mastodon";
  for (const wrong of [
    { ...back, sessionId: randomUUID() },
    { ...back, person: other },
    { ...back, platform: elsewhere } as const,
    { ...back, query: { ...back.query, state: "made-up" } },
  ]) {
    expect(await finishConnecting(service.runtime, wrong)).toMatchObject({ outcome: "problem" });
  }
  expect(await finishConnecting(service.runtime, back)).toMatchObject({
    outcome: "connected",
    returnTo: "/social/share/?url=x",
  });
  expect(await finishConnecting(service.runtime, back)).toMatchObject({ outcome: "problem" });
  for (const connection of await listConnections(service.runtime, person))
    await disconnect(service.runtime, person, connection.id);
});

test("a state ends after ten minutes", async () => {
  const person = await addPerson(service.runtime);
  const back = await dance(person, "twitter");
  await service.runtime.database
    .update(oauthStates)
    .set({ expiresAt: new Date(Date.now() - 60_000) })
    .where(eq(oauthStates.userId, person.id));
  expect(await finishConnecting(service.runtime, back)).toMatchObject({
    outcome: "problem",
    problem: expect.stringContaining("Start again"),
  });
});

test.each([
  ["with its state", (state: string) => ({ error: "access_denied", state })],
  ["without a state", () => ({ error: "access_denied" })],
])("a refusal that comes back %s is told as a refusal", async (_, query) => {
  const person = await addPerson(service.runtime);
  const sessionId = randomUUID();
  const started = await startConnecting(service.runtime, {
    person,
    sessionId,
    platform: "mastodon",
    server: server(),
    returnTo: "/social/",
  });
  const back = await approve("redirect" in started ? started.redirect : "", { refuse: true });
  const { issuerKey, query: answer } = readReturn(back);
  const finished = await finishConnecting(service.runtime, {
    ...{ person, sessionId, issuerKey },
    platform: "mastodon",
    query: query(answer.state ?? ""),
  });
  expect(finished).toEqual({ outcome: "declined", returnTo: "/social/" });
  expect(await listConnections(service.runtime, person)).toEqual([]);
});

test("a refusal that nobody here asked for ends nothing that is under way", async () => {
  const person = await addPerson(service.runtime);
  const back = await dance(person, "mastodon");
  for (const query of [
    { error: "access_denied" },
    { error: "server_error" },
    { error: "access_denied", state: "made-up" },
  ])
    expect(await finishConnecting(service.runtime, { ...back, query })).not.toMatchObject({
      outcome: "connected",
    });
  expect(await finishConnecting(service.runtime, back)).toMatchObject({ outcome: "connected" });
  for (const connection of await listConnections(service.runtime, person))
    await disconnect(service.runtime, person, connection.id);
});

test("the way back is never an address of somebody else", async () => {
  const person = await addPerson(service.runtime);
  for (const returnTo of ["https://evil.example/", "//evil.example/", "/\\evil.example/"]) {
    const dancer = { person, sessionId: randomUUID(), platform: "twitter" } as const;
    const started = await startConnecting(service.runtime, { ...dancer, returnTo });
    const back = await approve("redirect" in started ? started.redirect : "", { refuse: true });
    const finished = await finishConnecting(service.runtime, { ...dancer, ...readReturn(back) });
    expect(finished.outcome).toBe("declined");
    expect(finished.returnTo).toBe("/social/");
  }
});

test("an account that cannot be shared to says why", async () => {
  const person = await addPerson(service.runtime);
  const sessionId = randomUUID();
  const wanted = {
    person,
    sessionId,
    platform: "instagram",
    returnTo: "/social/",
    way: "instagram",
  } as const;
  const started = await startConnecting(service.runtime, wanted);
  const back = await approve("redirect" in started ? started.redirect : "", { account: "cara" });
  const query = Object.fromEntries(new URL(back).searchParams);
  const finished = await finishConnecting(service.runtime, { ...wanted, query });
  expect(inEnglish("problem" in finished ? finished.problem : "")).toMatch(/^@cara is a personal account\./);
});

test("an account that somebody else holds is not taken from them", async () => {
  const ana = await addPerson(service.runtime, "Ana Lima");
  const held = await connectAccount(service.runtime, ana, {
    platform: "mastodon",
    server: server("social.localhost"),
  });
  const ben = await addPerson(service.runtime, "Ben");
  await expect(
    connectAccount(service.runtime, ben, { platform: "mastodon", server: server("social.localhost") }),
  ).rejects.toThrow(/Ana Lima/);
  expect((await listConnections(service.runtime, ana)).map(({ id }) => id)).toEqual([held.id]);
});

test("equal ids on two servers are two accounts", async () => {
  const person = await addPerson(service.runtime);
  const first = await connectAccount(service.runtime, person, {
    platform: "mastodon",
    server: server("one.localhost"),
  });
  const second = await connectAccount(service.runtime, person, {
    platform: "mastodon",
    server: server("two.localhost"),
  });
  expect(first.account.id).not.toBe(second.account.id);
  expect(await listConnections(service.runtime, person)).toHaveLength(2);
});

test.each([
  "mastodon",
  "twitter",
] as const)("%s: disconnecting revokes at the network, wipes the tokens and keeps the history; connecting again takes it up", async (platform) => {
  const person = await addPerson(service.runtime);
  const choice = { platform, account: "ben", server: server("history.localhost") } as const;
  const connection = await connectAccount(service.runtime, person, choice);
  await shareTo(service.runtime, person, draftFor([connection]));
  const network = service.emulator[platform];
  const endpoint = platform === "mastodon" ? "POST /oauth/revoke" : "POST /2/oauth2/revoke";
  const revocations = await countCalls(network, endpoint);

  expect(await disconnect(service.runtime, person, connection.id)).toBe("disconnected");

  expect(await countCalls(network, endpoint)).toBe(revocations + 1);
  const [row] = await service.runtime.database
    .select()
    .from(socialConnections)
    .where(eq(socialConnections.id, connection.id));
  expect(row).toMatchObject({ accessTokenEnc: null, refreshTokenEnc: null, revokedAt: expect.any(Date) });
  expect(await listConnections(service.runtime, person)).toEqual([]);
  expect((await listShares(service.runtime, person)).shares).toHaveLength(1);

  const again = await connectAccount(service.runtime, person, choice);
  expect(again.id).toBe(connection.id);
  const [share] = await shareTo(service.runtime, person, draftFor([again], { message: "Back again" }));
  expect(share?.status).toBe("posted");
  await disconnect(service.runtime, person, again.id);
});

test("a failure in another network's own words, a number and a sentence, is told to the person and the operator", async () => {
  const person = await addPerson(service.runtime);
  const { query, ...back } = await dance(person, "twitter");
  const failed = { error_code: "1349126", error_message: "App is not set up\u0007", state: query.state };
  const finished = await finishConnecting(service.runtime, { ...back, query: failed });
  const told = finished.outcome === "problem" ? inEnglish(finished.problem) : "";
  expect(told).toMatch(
    /^The network did not connect the account \(1349126\)\. It says: App is not set up\. /,
  );
  const [kept] = await service.runtime.database
    .select()
    .from(connectFailures)
    .where(eq(connectFailures.errorCode, "1349126"));
  expect(JSON.stringify(kept)).toContain("App is not set up");
  await service.runtime.database.delete(connectFailures);
  const again = await dance(person, "twitter");
  const { state } = again.query;
  for (const declined of [
    { error_code: "200", error_reason: "user_denied", error_message: "Permissions error", state },
    { error_code: "200", error_reason: "user_denied" },
  ])
    expect(await finishConnecting(service.runtime, { ...again, query: declined })).toMatchObject({
      outcome: "declined",
    });
});

test("what kept somebody from connecting is told to them, and kept for the operator with the network's own words", async () => {
  const person = await addPerson(service.runtime);
  const refuse = async (error: string, said: string) => {
    const { query, ...back } = await dance(person, "twitter");
    const refused = { error, error_description: said, state: query.state };
    return await finishConnecting(service.runtime, { ...back, query: refused });
  };
  const lacking = await refuse("unauthorized_scope_error", 'Scope "w_social" is not authorized');
  expect(lacking.outcome === "problem" && inEnglish(lacking.problem)).toMatch(
    /must add the missing permission or product to the app there/,
  );
  await refuse("temporarily_unavailable", "");
  // Refusing is no failure, and neither is an answer that belongs to no flow here.
  expect(await refuse("access_denied", "")).toMatchObject({ outcome: "declined" });
  await finishConnecting(service.runtime, {
    ...{ person, sessionId: randomUUID(), platform: "twitter" },
    query: { error: "invalid_scope", state: "made-up" },
  });
  const { query, ...back } = await dance(person, "twitter");
  await orderFault(service.emulator.twitter, "POST /2/oauth2/token", {
    kind: "status",
    status: 401,
    body: { error: "unauthorized_client", error_description: "Missing valid authorization header" },
  });
  await finishConnecting(service.runtime, { ...back, query });

  const incidents = await listIncidents(service.runtime, "twitter");
  expect(incidents.map(({ doing, code, httpStatus, isOurs }) => [doing, code, httpStatus, isOurs])).toEqual([
    ["connecting", expect.any(String), 401, true],
    ["connecting", "temporarily_unavailable", undefined, false],
    ["connecting", "unauthorized_scope_error", undefined, true],
  ]);
  expect(inEnglish(incidents.at(-1)?.problem ?? "")).toContain('Scope "w_social" is not authorized');
});
