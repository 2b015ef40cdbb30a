/** Which of a person's ways to sign in end after each change that they or the operator make. */
import { randomUUID } from "node:crypto";
import { and, eq, inArray } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  connectionChoices,
  oauthStates,
  passkeys,
  pendingSignIns,
  sessions,
  trustedBrowsers,
  users,
  verifications,
} from "../../src/database/schema.ts";
import { removeExpired } from "../../src/people/expired.ts";
import { makePasswordLink, removeSecondFactor } from "../../src/people/second-factor/recovery.ts";
import { hashSecret } from "../../src/people/secrets.ts";
import { createPerson } from "../../src/people/sign-up/create-person.ts";
import { setUpCodes } from "../harness/people/codes.ts";
import { createVisitor, signedInVisitor, type Visitor } from "../harness/people/visitor.ts";
import { startTestService, type TestService } from "../harness/services/service.ts";
import { afterPassword, isIn, makePerson, type Someone } from "./someone.ts";

const olga = { email: "olga@example.com", password: "a bell in the fog" };
const newPassword = "a lamp in the window";

let service: TestService;

beforeAll(async () => {
  service = await startTestService();
  await createPerson(service.runtime, { name: "Olga", ...olga });
});
afterAll(() => service.stop());

async function tokenMailedTo(address: string, path: string): Promise<string> {
  await service.runtime.people.background.settled();
  const letter = service.letters.findLast(({ to, text }) => to === address && text.includes(path));
  return /token=([\w-]+)/.exec(letter?.text ?? "")?.[1] ?? "";
}

interface Open {
  readonly someone: Someone;
  /** A browser that is signed in elsewhere and trusted. */
  readonly other: Visitor;
  readonly passkey: string;
  readonly resetToken: string;
  readonly linkToken: string;
  readonly changeToken: string;
}

/** A person with two-step sign-in and every way to sign in that can be open. */
async function openAll(): Promise<Open> {
  const someone = await makePerson(service);
  const { recovery } = await setUpCodes(someone);
  const { visitor, login, id } = someone;
  const other = await afterPassword(service, someone);
  await other.post("/login/code/", { code: recovery[0] ?? "", trust: "yes" });
  await afterPassword(service, someone);
  const to = `${randomUUID()}@example.com`;
  await visitor.post("/account/mail/", { email: to });
  await visitor.post("/login/link/", { email: login.email });
  await visitor.post("/login/reset/", { email: login.email });
  const passkey = randomUUID();
  const { database, vault } = service.runtime;
  await database.insert(passkeys).values({
    ...{ id: passkey, userId: id, credentialID: passkey, publicKey: "unused", counter: 0 },
    ...{ deviceType: "singleDevice", backedUp: false },
  });
  const [session] = await database.select().from(sessions).where(eq(sessions.userId, id)).limit(1);
  const dance = { userId: id, sessionId: session?.id ?? "", platform: "twitter", returnTo: "/social/" };
  const expiresAt = new Date(Date.now() + 600_000);
  const codeVerifierEnc = vault.encrypt("verifier");
  await database
    .insert(oauthStates)
    .values({ ...dance, stateHash: id, codeVerifierEnc, remembered: {}, expiresAt });
  await database.insert(connectionChoices).values({ ...dance, resultsEnc: vault.encrypt("[]"), expiresAt });
  return {
    ...{ someone, other, passkey },
    resetToken: await tokenMailedTo(login.email, "/login/reset/new/"),
    linkToken: await tokenMailedTo(login.email, "/login/link/"),
    changeToken: await tokenMailedTo(to, "/account/mail/"),
  };
}

/** The ways to sign in that are still open. The flows and choices of a session end with it. */
async function findOpen({ someone: { id }, other, resetToken, linkToken, changeToken }: Open) {
  const { database } = service.runtime;
  const count = async (rows: Promise<readonly unknown[]>) => (await rows).length > 0;
  const identifiers = (await database.select().from(verifications)).map(({ identifier }) => identifier);
  const there = database.select({ id: sessions.id }).from(sessions).where(eq(sessions.userId, id));
  const open = {
    "other sessions": await isIn(other),
    "trusted browsers": await count(
      database.select().from(trustedBrowsers).where(eq(trustedBrowsers.userId, id)),
    ),
    "links to a new password": identifiers.includes(`reset-password:${hashSecret(resetToken)}`),
    "links to sign in": identifiers.includes(hashSecret(linkToken)),
    "changes of address": identifiers.includes(`mail-change:${hashSecret(changeToken)}`),
    "sign-ins that wait for a code": await count(
      database.select().from(pendingSignIns).where(eq(pendingSignIns.userId, id)),
    ),
    "accounts being connected": await count(
      database
        .select()
        .from(oauthStates)
        .where(and(eq(oauthStates.userId, id), inArray(oauthStates.sessionId, there))),
    ),
    "accounts to choose from": await count(
      database
        .select()
        .from(connectionChoices)
        .where(and(eq(connectionChoices.userId, id), inArray(connectionChoices.sessionId, there))),
    ),
  };
  return Object.entries(open).flatMap(([what, isOpen]) => (isOpen ? [what] : []));
}

const everything = [
  "other sessions",
  "trusted browsers",
  "links to a new password",
  "links to sign in",
  "changes of address",
  "sign-ins that wait for a code",
  "accounts being connected",
  "accounts to choose from",
];

const operator = () => signedInVisitor(service, olga);

/** Each change, and what is open after it. */
const endings: readonly (readonly [string, (open: Open) => Promise<unknown>, readonly string[]])[] = [
  ["nothing", async () => {}, everything],
  ["signing out everywhere", ({ someone }) => someone.visitor.post("/account/sign-out-everywhere/", {}), []],
  [
    "a new password",
    ({ someone: { visitor, login } }) =>
      visitor.post("/account/password/", { currentPassword: login.password, newPassword }),
    [],
  ],
  [
    "a password by a mailed link",
    ({ resetToken }) =>
      createVisitor(service).post("/login/reset/new/", { token: resetToken, password: newPassword }),
    [],
  ],
  [
    "a new email address",
    ({ someone, changeToken }) => someone.visitor.post("/account/mail/confirm/", { token: changeToken }),
    [],
  ],
  [
    "two-step sign-in turned off",
    ({ someone: { visitor, login } }) =>
      visitor.post("/account/second-factor/end/", { password: login.password }),
    [],
  ],
  [
    "new recovery codes",
    ({ someone: { visitor, login } }) =>
      visitor.post("/account/second-factor/codes/", { password: login.password }),
    everything,
  ],
  [
    "a passkey removed",
    ({ someone, passkey }) => someone.visitor.post(`/account/passkeys/${passkey}/remove/`, {}),
    [],
  ],
  [
    "being blocked",
    async ({ someone }) => await (await operator()).post(`/admin/people/${someone.id}/block/`, {}),
    [],
  ],
  [
    "the operator turning two-step sign-in off",
    async ({ someone }) => await (await operator()).post(`/admin/people/${someone.id}/second-factor/`, {}),
    ["other sessions", "accounts being connected", "accounts to choose from"],
  ],
  [
    "the same at the command line",
    ({ someone }) => removeSecondFactor(service.runtime, someone.id),
    ["other sessions", "accounts being connected", "accounts to choose from"],
  ],
  [
    "a link to a new password by the operator",
    ({ someone }) => makePasswordLink(service.runtime, someone.id),
    everything.filter((what) => what !== "links to a new password"),
  ],
  [
    "leaving",
    ({ someone: { visitor, login } }) => visitor.post("/account/delete/", { email: login.email }),
    [],
  ],
];

test.each(endings)("after %s there is open what should be", async (_, happens, left) => {
  const open = await openAll();
  await happens(open);
  expect(await findOpen(open)).toEqual(left);
});

test("turning two-step sign-in on ends the sessions that began without it, and gives this browser a new one", async () => {
  const someone = await makePerson(service);
  const other = await signedInVisitor(service, someone.login);
  const [before] = someone.visitor.cookies();
  await setUpCodes(someone);
  expect([await isIn(other), await isIn(someone.visitor)]).toEqual([false, true]);
  expect(someone.visitor.cookies()).not.toContain(before);
});

test("a browser that was trusted is asked again once it was signed out from afar", async () => {
  const { someone, other } = await openAll();
  await other.post("/logout/", {});
  expect((await other.post("/login/", someone.login)).headers.get("location")).toBe("/social/");
  const page = await (await someone.visitor.get("/account/")).text();
  const [, path = ""] = /action="(\/account\/sessions\/\w+\/end\/)"/.exec(page) ?? [];
  await someone.visitor.post(path, {});
  expect((await other.post("/login/", someone.login)).headers.get("location")).toBe("/login/code/");
});

test("a trusted browser's cookie is worth nothing for somebody else's account, and nothing after thirty days", async () => {
  const { someone, other } = await openAll();
  const victim = await makePerson(service);
  await setUpCodes(victim);
  await other.post("/logout/", {});
  expect((await other.post("/login/", victim.login)).headers.get("location")).toBe("/login/code/");
  const { database } = service.runtime;
  await database
    .update(trustedBrowsers)
    .set({ expiresAt: new Date(Date.now() - 1_000) })
    .where(eq(trustedBrowsers.userId, someone.id));
  expect((await other.post("/login/", someone.login)).headers.get("location")).toBe("/login/code/");
});

test("trust that is over and sign-ins that nobody finished are forgotten", async () => {
  const { someone } = await openAll();
  const { database } = service.runtime;
  const expiresAt = new Date(Date.now() - 1_000);
  const tables = [trustedBrowsers, pendingSignIns];
  for (const table of tables)
    await database.update(table).set({ expiresAt }).where(eq(table.userId, someone.id));
  await removeExpired(service.runtime);
  for (const table of tables)
    expect(await database.select().from(table).where(eq(table.userId, someone.id))).toEqual([]);
});

async function askForReset(email: string): Promise<string> {
  await createVisitor(service).post("/login/reset/", { email });
  return await tokenMailedTo(email, "/login/reset/new/");
}

const reset = (token: string) =>
  createVisitor(service).post("/login/reset/new/", { token, password: newPassword });

test("of several links to a new password the newest works, and once, also for six at a time", async () => {
  const { login } = await makePerson(service);
  const first = await askForReset(login.email);
  const second = await askForReset(login.email);
  expect((await reset(first)).status).toBe(410);
  const answers = await Promise.all(Array.from({ length: 6 }, () => reset(second)));
  expect(answers.filter(({ status }) => status === 303)).toHaveLength(1);
});

test.each([
  ["address", (id: string) => ({ email: `${id}@example.org` })],
  ["password", () => undefined],
])("a link to a new password is over once the %s is another, however that came", async (_, change) => {
  const { id, login, visitor } = await makePerson(service);
  const token = await askForReset(login.email);
  const kept = await service.runtime.database.select().from(verifications);
  const row = kept.find(({ value }) => value.includes(id));
  const changed = change(id);
  if (changed !== undefined)
    await service.runtime.database.update(users).set(changed).where(eq(users.id, id));
  else {
    await visitor.post("/account/password/", { currentPassword: login.password, newPassword });
    // As if the link had been created a moment before.
    if (row !== undefined) await service.runtime.database.insert(verifications).values(row);
  }
  const page = await createVisitor(service).get(`/login/reset/new/?token=${token}`);
  expect(page.status).toBe(410);
  expect((await reset(token)).status).toBe(410);
});
