import { randomUUID } from "node:crypto";
import { eq } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { listConnections } from "../../src/connections/connection.ts";
import { disconnect } from "../../src/connections/disconnect.ts";
import { findChoice } from "../../src/connections/oauth/choose.ts";
import { takeChoice } from "../../src/connections/oauth/take-choice.ts";
import { connectionChoices, looseGrants, socialConnections } from "../../src/database/schema.ts";
import { control } from "../harness/networks/networks.ts";
import { type AccountChoice, addPerson, dance } from "../harness/people/accounts.ts";
import { countCalls, draftFor, postsOn, shareTo } from "../harness/people/shares.ts";
import { startTestService, type TestService } from "../harness/services/service.ts";
import { telling } from "../harness/told.ts";

const HARBOUR = "104523398765432";
const EVENTS = "104523398765433";

let service: TestService;
let person: { id: string };
let sessionId: string;

beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service.stop());
beforeEach(async () => {
  await service.runtime.database.update(socialConnections).set({ revokedAt: new Date() });
  // Grants of one test must not affect the next.
  await service.runtime.database.delete(looseGrants);
  // Permissions declined in one test must not be declined in the next.
  service.emulator.facebook.world.memory.grants = [];
  person = await addPerson(service.runtime);
  sessionId = randomUUID();
});

/** Goes to Facebook and back, up to the choice. */
async function offered(choice: Partial<AccountChoice> = {}): Promise<string> {
  const back = await dance(service.runtime, { person, sessionId }, { platform: "facebook", ...choice });
  if (back.outcome !== "choose") throw new Error(JSON.stringify(back));
  return back.choiceId;
}

const find = (id: string, of = { person, sessionId }) => findChoice(service.runtime, of, id);
const take = (id: string, accounts: string[], of = { person, sessionId }) =>
  takeChoice(service.runtime, of, id, accounts);

test("every Page is offered once, those of a portfolio too, and those without the right to post with the reason", async () => {
  const choice = await find(await offered());
  expect(choice?.candidates.map(({ account }) => account.displayName).sort()).toEqual([
    "Harbour Bakery",
    "Lima Events",
    "Old Mill",
  ]);
  const hindered = choice?.candidates.filter(({ hindrance }) => hindrance !== undefined) ?? [];
  expect(hindered.map(({ account }) => account.displayName)).toEqual(["Old Mill"]);
  expect(hindered[0]?.hindrance).toMatch(/Ask its admin/);
});

test("the chosen become connections that post, each to its own Page; the others do not", async () => {
  const taken = await take(await offered(), [HARBOUR, EVENTS, "104523398765434"]);
  expect(taken).toMatchObject({ outcome: "connected", problems: [], returnTo: "/social/" });
  const connections = await listConnections(service.runtime, person);
  expect(connections.map(({ account }) => account.displayName).sort()).toEqual([
    "Harbour Bakery",
    "Lima Events",
  ]);
  const draft = draftFor(connections, { message: `To both ${randomUUID()}` });
  const shares = await shareTo(service.runtime, person, draft);
  expect(shares.map(({ status }) => status)).toEqual(["posted", "posted"]);
  const posts = await postsOn(service.emulator.facebook);
  expect(posts.filter(({ text }) => text === draft.message)).toHaveLength(2);
});

test("one Page alone is connected at once", async () => {
  const back = await dance(service.runtime, { person, sessionId }, { platform: "facebook", account: "ben" });
  expect(back).toMatchObject({ outcome: "connected" });
});

test("a choice serves once, for one login, within half an hour", async () => {
  const id = await offered();
  const other = await addPerson(service.runtime, "Ben");
  for (const wrong of [
    { person, sessionId: randomUUID() },
    { person: other, sessionId },
  ]) {
    expect(await find(id, wrong)).toBeUndefined();
    expect(await take(id, [HARBOUR], wrong)).toEqual({ outcome: "not-found" });
  }
  expect(await take(id, [])).toEqual({ outcome: "nothing-chosen" });
  expect(await take(id, ["104523398765434"])).toEqual({ outcome: "nothing-chosen" });
  expect(await take(id, [HARBOUR])).toMatchObject({ outcome: "connected" });
  expect(await take(id, [HARBOUR])).toEqual({ outcome: "not-found" });

  const late = await offered();
  await service.runtime.database
    .update(connectionChoices)
    .set({ expiresAt: new Date(Date.now() - 60_000) })
    .where(eq(connectionChoices.id, late));
  expect(await find(late)).toBeUndefined();
});

test("tokens wait sealed, and go with the choice", async () => {
  const id = await offered();
  const [row] = await service.runtime.database
    .select()
    .from(connectionChoices)
    .where(eq(connectionChoices.id, id));
  const pageToken = service.emulator.facebook.world.memory.tokens.find(({ kind }) => kind === "page");
  expect(pageToken).toBeDefined();
  expect(JSON.stringify(row)).not.toContain(pageToken?.token);
  await take(id, [HARBOUR]);
  expect(await service.runtime.database.$count(connectionChoices, eq(connectionChoices.id, id))).toBe(0);
});

test("what is connected already says so, and is renewed", async () => {
  await take(await offered(), [HARBOUR]);
  const [before] = await listConnections(service.runtime, person);
  const again = await offered();
  const candidates = (await find(again))?.candidates ?? [];
  expect(candidates.filter(({ connected }) => connected).map(({ account }) => account.id)).toEqual([HARBOUR]);
  await take(again, [HARBOUR]);
  expect((await listConnections(service.runtime, person)).map(({ id }) => id)).toEqual([before?.id]);
});

test("a permission that was left out is named, with what it is for", async () => {
  const back = await dance(
    service.runtime,
    { person, sessionId },
    { platform: "facebook", untick: ["pages_manage_posts"] },
  );
  expect(back).toMatchObject({
    outcome: "problem",
    problem: telling(/pages_manage_posts \(post on your Pages\).*leave everything ticked/),
  });
});

test("what was left out is not asked for again, unless we say so", async () => {
  const leaveOut = { platform: "facebook", untick: ["pages_manage_posts"] } as const;
  await dance(service.runtime, { person, sessionId }, leaveOut);
  const back = await dance(service.runtime, { person, sessionId }, { platform: "facebook" });
  expect(back).toMatchObject({ outcome: "problem", problem: telling("pages_manage_posts") });
  const again = await dance(service.runtime, { person, sessionId }, { platform: "facebook", again: true });
  expect(again).toMatchObject({ outcome: "choose" });
});

test("without the portfolio's permission its Pages are missing, and the others are not", async () => {
  const choice = await find(await offered({ untick: ["business_management"] }));
  expect(choice?.candidates.map(({ account }) => account.displayName)).not.toContain("Lima Events");
  expect(choice?.candidates.map(({ account }) => account.displayName)).toContain("Harbour Bakery");
});

test("who picks no Page is told so", async () => {
  const pages = (await control(service.emulator.facebook, "GET", "pages")) as { id: string }[];
  const back = await dance(
    service.runtime,
    { person, sessionId },
    { platform: "facebook", untick: pages.map(({ id }) => id) },
  );
  expect(back).toMatchObject({ outcome: "problem", problem: telling("any of your Pages") });
});

test("the grant ends at the network with the last Page only", async () => {
  await take(await offered(), [HARBOUR, EVENTS]);
  const [first, second] = await listConnections(service.runtime, person);
  const endings = () => countCalls(service.emulator.facebook, "DELETE /:version/me/permissions");
  const before = await endings();
  await disconnect(service.runtime, person, first?.id ?? "");
  expect(await endings()).toBe(before);
  await disconnect(service.runtime, person, second?.id ?? "");
  expect(await endings()).toBe(before + 1);
});
