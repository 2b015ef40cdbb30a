/**
 * Leaving for good: either everything of a person is deleted at once and the networks are told afterwards, or nothing
 * changes.
 */
import { randomUUID } from "node:crypto";
import { eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { networkNames } from "../../emulator/networks.ts";
import { createAppStore, removeUnusedApps } from "../../src/connections/app-store.ts";
import { listConnections } from "../../src/connections/connection.ts";
import { listDepartures, removeOldDepartures } from "../../src/connections/grants/leave.ts";
import {
  auditEvents,
  departures,
  looseGrants,
  mastodonApps,
  socialConnections,
  users,
} from "../../src/database/schema.ts";
import { createPerson } from "../../src/people/sign-up/create-person.ts";
import { connectAccount } from "../harness/people/accounts.ts";
import { countCalls, draftFor, submit } from "../harness/people/shares.ts";
import { createVisitor, signedInVisitor, type Visitor } from "../harness/people/visitor.ts";
import { startTestService, type TestService } from "../harness/services/service.ts";
import { lookNow, waitFor } from "../harness/wait.ts";
import { startOther } from "./someone.ts";

let service: TestService;

beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service.stop());
beforeEach(async () => {
  await service.runtime.database.delete(users);
  await service.runtime.database.delete(departures);
  await service.runtime.database.delete(looseGrants);
  for (const name of networkNames) service.emulator[name].world.faults.length = 0;
});

interface Someone {
  readonly id: string;
  readonly login: { readonly email: string; readonly password: string };
  readonly visitor: Visitor;
}

async function makePerson(role: "operator" | "person"): Promise<Someone> {
  const login = { email: `${randomUUID()}@example.com`, password: "a sea of lanterns" };
  await createPerson(service.runtime, { name: "Ana", ...login });
  const [row] = await service.runtime.database
    .update(users)
    .set({ role })
    .where(eq(users.email, login.email))
    .returning({ id: users.id });
  return { id: row?.id ?? "", login, visitor: await signedInVisitor(service, login) };
}

const leave = ({ visitor, login }: Someone) => visitor.post("/account/delete/", { email: login.email });

/** Waits until all grants are revoked. @returns the page that the departed person sees */
async function untilTold(answer: Response): Promise<string> {
  const at = answer.headers.get("location") ?? "";
  await waitFor("the networks to be told", async () =>
    (await listDepartures(service.runtime)).length === 0 ? true : undefined,
  );
  return await (await createVisitor(service).get(at)).text();
}

/** Adds this many accounts that share one grant. */
async function addAccounts({ id }: Someone, number: number): Promise<void> {
  const connection = await connectAccount(service.runtime, { id }, { platform: "twitter" });
  await service.runtime.database.execute(sql`
    insert into social_connections (user_id, platform, platform_user_id, platform_username, display_name,
      access_token_enc, scopes, extra_data, last_verified_at)
    select user_id, platform, 'more' || n, 'more' || n, 'More', access_token_enc, scopes, extra_data, now()
    from social_connections, generate_series(2, ${number}::integer) n where id = ${connection.id}`);
}

/** Waits until every grant has been attempted this often without success. */
async function untilFailed(tries: number): Promise<void> {
  await waitFor(
    `the end of try ${tries}`,
    async () => {
      const rows = await service.runtime.database.select().from(looseGrants);
      const isOver = rows.length > 0 && rows.every((row) => row.tries >= tries);
      // A worker that holds it at this moment puts it off for a minute.
      if (!isOver && rows.some((row) => row.tries > 0)) await makeDue();
      return isOver || undefined;
    },
    150_000,
    500,
  );
}

async function makeDue(): Promise<void> {
  await service.runtime.database.update(looseGrants).set({ dueAt: new Date(Date.now() - 1_000) });
  lookNow(service.runtime);
}

const ENDPOINT = "POST /2/oauth2/revoke";
const revocations = () => countCalls(service.emulator.twitter, ENDPOINT);

test("of the last two operators who leave at once one goes, and the other keeps all that is theirs", async () => {
  const both = [await makePerson("operator"), await makePerson("operator")] as const;
  await makePerson("person");
  for (const [at, account] of (["ana", "ben"] as const).entries())
    await connectAccount(service.runtime, both[at] ?? { id: "" }, { platform: "twitter", account });
  const before = await revocations();

  const answers = await Promise.all(both.map(leave));

  expect(answers.map(({ status }) => status).sort()).toEqual([303, 409]);
  const stays = answers.findIndex(({ status }) => status === 409);
  expect(await answers[stays]?.text()).toContain("First make one of them operator");
  const connections = await Promise.all(both.map((person) => listConnections(service.runtime, person)));
  expect(connections.map(({ length }) => length)).toEqual(stays === 0 ? [1, 0] : [0, 1]);
  expect((await both[stays]?.visitor.get("/admin/people/"))?.status).toBe(200);
  expect((await both[1 - stays]?.visitor.get("/account/"))?.status).toBe(303);
  // The departed person's grant, with both of its tokens.
  const gone = answers[1 - stays];
  expect(gone && (await untilTold(gone))).toContain("There is nothing left for you to do.");
  expect(await revocations()).toBe(before + 1);
});

test("the record tells which accounts ended with a person, and by whom", async () => {
  await makePerson("operator");
  const person = await makePerson("person");
  const connection = await connectAccount(service.runtime, person, { platform: "threads" });
  await leave(person);
  const events = await service.runtime.database
    .select()
    .from(auditEvents)
    .where(eq(auditEvents.userId, person.id));
  expect(events.map(({ action, subject }) => [action, subject])).toEqual(
    expect.arrayContaining([
      ["connection.revoked", connection.id],
      ["person.deleted", person.id],
    ]),
  );
});

test("a grant that lets us in to another person's page too is left to them", async () => {
  await makePerson("operator");
  const [ana, ben] = [await makePerson("person"), await makePerson("person")];
  const [harbour, events] = ["Harbour Bakery", "Lima Events"];
  await connectAccount(service.runtime, ana, { platform: "facebook", pick: harbour });
  await connectAccount(service.runtime, ben, { platform: "facebook", pick: events });
  const grants = () => service.emulator.facebook.world.memory.grants.length;
  expect(grants()).toBe(1);
  await untilTold(await leave(ana));
  expect(grants()).toBe(1);
  await untilTold(await leave(ben));
  expect(grants()).toBe(0);
});

test("a grant by which its owner is connected again before it was ended is left alone", async () => {
  await makePerson("operator");
  const [ana, again] = [await makePerson("person"), await makePerson("person")];
  const choice = { platform: "facebook", pick: "Harbour Bakery" } as const;
  await connectAccount(service.runtime, ana, choice);
  const { memory, faults } = service.emulator.facebook.world;
  const endpoint = "DELETE /:version/me/permissions";
  faults.push({ endpoint, times: 999, fault: { kind: "status", status: 500 } });
  const answer = await leave(ana);
  await untilFailed(1);
  await connectAccount(service.runtime, again, choice);
  faults.length = 0;
  await makeDue();
  await untilTold(answer);
  expect(memory.grants.length).toBe(1);
});

test("who leaves is gone at once, and sees how far the networks are told, without a login and without a name", async () => {
  const operator = await makePerson("operator");
  const person = await makePerson("person");
  await addAccounts(person, 20);
  await submit(
    service.runtime,
    person,
    draftFor(await listConnections(service.runtime, person), { at: new Date(Date.now() + 86_400_000) }),
  );
  const { faults } = service.emulator.twitter.world;
  faults.push({ endpoint: ENDPOINT, times: 999, fault: { kind: "status", status: 500 } });

  const answer = await leave(person);
  expect(answer.status).toBe(303);
  const { database } = service.runtime;
  expect(await database.$count(users, eq(users.id, person.id))).toBe(0);
  expect(await database.$count(socialConnections, eq(socialConnections.userId, person.id))).toBe(0);
  expect((await createVisitor(service).post("/login/", person.login)).status).toBe(422);

  const at = answer.headers.get("location") ?? "";
  const page = await (await createVisitor(service).get(at)).text();
  expect(page).toContain("Our access to 0 of 20 accounts has ended.");
  expect(page).toContain('http-equiv="refresh"');
  expect(page).not.toContain("Ana");
  expect(await (await createVisitor(service).get(`${at}progress/`)).text()).toContain("0 of 20");
  for (const madeUp of ["/left/made-up/", "/left/made-up/progress/"])
    expect((await createVisitor(service).get(madeUp)).status).toBe(404);
  expect(await (await operator.visitor.get("/admin/people/")).text()).toContain(
    "Our access to 0 of 20 accounts has ended.",
  );

  // The person may sign up again meanwhile.
  await createPerson(service.runtime, { name: "Ana again", ...person.login });
  expect((await createVisitor(service).post("/login/", person.login)).status).toBe(303);

  faults.length = 0;
  // A worker that holds some grants puts them off once more.
  await waitFor(
    "all of them to be ended",
    async () => {
      await makeDue();
      return (await listDepartures(service.runtime)).length === 0 || undefined;
    },
    150_000,
    500,
  );
  expect(await untilTold(answer)).toContain("Our access to 20 of 20 accounts has ended.");
  expect(await (await operator.visitor.get("/admin/people/")).text()).not.toContain("accounts has ended");
  expect(await database.$count(looseGrants)).toBe(0);
});

test("a network that fails holds up nobody who leaves, is asked again, and is given up after a week", async () => {
  await makePerson("operator");
  const person = await makePerson("person");
  await connectAccount(service.runtime, person, { platform: "twitter" });
  const { faults } = service.emulator.twitter.world;
  faults.push({ endpoint: ENDPOINT, times: 999, fault: { kind: "status", status: 500 } });
  const { database } = service.runtime;
  const answer = await leave(person);
  expect(answer.status).toBe(303);
  await untilFailed(1);
  await makeDue();
  await untilFailed(2);
  await database.update(looseGrants).set({ createdAt: new Date(Date.now() - 8 * 86_400_000) });
  // A worker that holds it at this moment puts it off once more.
  await waitFor(
    "it to be given up",
    async () => {
      await makeDue();
      return (await listDepartures(service.runtime)).length === 0 || undefined;
    },
    150_000,
    500,
  );
  expect(await untilTold(answer)).toContain("We could not end all of our access at X.");
  expect(service.log()).toContain("the network did not revoke the grant");
  await database.update(departures).set({ createdAt: new Date(Date.now() - 9 * 86_400_000) });
  await removeOldDepartures(service.runtime);
  expect((await createVisitor(service).get(answer.headers.get("location") ?? "")).status).toBe(404);
});

test("a network that takes no more for now is left in peace until it does", async () => {
  await makePerson("operator");
  const person = await makePerson("person");
  await addAccounts(person, 40);
  const before = await revocations();
  service.emulator.twitter.world.faults.push({
    ...{ endpoint: ENDPOINT, times: 999, fault: { kind: "rate-limit", headers: true } },
  });
  const answer = await leave(person);
  const { database } = service.runtime;
  await waitFor("all of them to be put off", async () => {
    const later = sql`${looseGrants.dueAt} > now() and ${looseGrants.tries} > 0`;
    return (await database.$count(looseGrants, later)) === 40 || undefined;
  });
  // The calls that started before the first answer.
  expect((await revocations()) - before).toBeLessThanOrEqual(6);
  service.emulator.twitter.world.faults.length = 0;
  await makeDue();
  expect(await untilTold(answer)).toContain("Our access to 40 of 40 accounts has ended.");
});

test("what a process has in hand that hangs or was killed is taken over by another one", async () => {
  await makePerson("operator");
  const person = await makePerson("person");
  await connectAccount(service.runtime, person, { platform: "twitter" });
  const { faults } = service.emulator.twitter.world;
  const before = await revocations();
  faults.push({ endpoint: ENDPOINT, times: 1, fault: { kind: "delay", ms: 600_000 } });
  const answer = await leave(person);
  await waitFor("it to be in hand", async () => {
    const [row] = await service.runtime.database.select().from(looseGrants);
    return (row !== undefined && row.dueAt > new Date()) || undefined;
  });
  const other = await startOther(service);
  // As if the claim had run out.
  await makeDue();
  await untilTold(answer);
  // In addition to the call that gets no answer.
  expect((await revocations()) - before).toBe(1);
  await other.stop();
});

test("an app that a Mastodon server registered for us stays until the grants by it are ended", async () => {
  await makePerson("operator");
  const person = await makePerson("person");
  const { database, vault, now } = service.runtime;
  const { port, world } = service.emulator.mastodon;
  await connectAccount(service.runtime, person, {
    platform: "mastodon",
    server: `mastodon.localhost:${port}`,
  });
  const [app] = await database.select().from(mastodonApps);
  world.faults.push({ endpoint: "POST /oauth/revoke", times: 999, fault: { kind: "status", status: 500 } });
  const answer = await leave(person);
  await untilFailed(1);
  // Another app replaces it, and unused ones are removed.
  const registerAnother = async () => {
    const { redirectUri = "" } = app ?? {};
    const another = { clientId: randomUUID(), clientSecret: randomUUID(), scopes: [], redirectUri };
    await createAppStore({ database, vault, now }).save(app?.instance ?? "", another, now());
    await removeUnusedApps({ database, now: () => new Date(Date.now() + 3_600_000) });
    return (await database.select().from(mastodonApps)).some(({ id }) => id === app?.id);
  };
  expect(await registerAnother()).toBe(true);
  world.faults.length = 0;
  await makeDue();
  await untilTold(answer);
  expect(await registerAnother()).toBe(false);
});
