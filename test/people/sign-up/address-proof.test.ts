/** Accounts that a stranger made with somebody's address, and what happens to them when the owner comes. */
import { randomUUID } from "node:crypto";
import { and, eq, like, sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  accountGroups,
  auditEvents,
  credentials,
  passkeys,
  socialConnections,
  socialShares,
  users,
  verifications,
} from "../../../src/database/schema.ts";
import { makePasswordLink } from "../../../src/people/second-factor/recovery.ts";
import { createPerson } from "../../../src/people/sign-up/create-person.ts";
import { giveRole } from "../../../src/people/standing.ts";
import { control } from "../../harness/networks/networks.ts";
import { connectAccount } from "../../harness/people/accounts.ts";
import { setUpCodes } from "../../harness/people/codes.ts";
import { draftFor, submit } from "../../harness/people/shares.ts";
import { createVisitor, signedInVisitor, type Visitor } from "../../harness/people/visitor.ts";
import { startTestService, type TestService } from "../../harness/services/service.ts";
import { waitFor } from "../../harness/wait.ts";

let service: TestService;

beforeAll(async () => {
  service = await startTestService({ SOCIAL_SIGN_UP: "open" });
  await createPerson(service.runtime, {
    name: "Olga",
    email: "olga@example.com",
    password: "a bell in the fog",
  });
});
afterAll(() => service.stop());

const isIn = async (visitor: Visitor) => (await visitor.get("/account/")).status === 200;

interface Squatted {
  readonly id: string;
  readonly login: { readonly email: string; readonly password: string };
  /** The stranger's browser. */
  readonly visitor: Visitor;
}

/** Creates and fills an account as a stranger could before proofs were required. */
async function squat(furnish: (account: Squatted) => Promise<unknown> = async () => {}): Promise<Squatted> {
  const login = { email: `${randomUUID()}@example.com`, password: "the stranger knows it" };
  await createPerson(service.runtime, { name: "Mallory", ...login });
  const { database } = service.runtime;
  const [row] = await database.select().from(users).where(eq(users.email, login.email));
  const account = { id: row?.id ?? "", login, visitor: await signedInVisitor(service, login) };
  await furnish(account);
  await database.update(users).set({ emailVerified: false }).where(eq(users.id, account.id));
  return account;
}

async function mailed(email: string, path: string): Promise<string> {
  await service.runtime.people.background.settled();
  const letter = service.letters.findLast(({ to, text }) => to === email && text.includes(path));
  return /token=([\w-]+)/.exec(letter?.text ?? "")?.[1] ?? "";
}

async function askForLink(email: string): Promise<string> {
  await createVisitor(service).post("/login/link/", { email });
  return await mailed(email, "login/link/");
}

async function askForReset(email: string): Promise<string> {
  await createVisitor(service).post("/login/reset/", { email });
  return await mailed(email, "login/reset/new/");
}

const addPasskey = async ({ id }: { id: string }) =>
  await service.runtime.database.insert(passkeys).values({
    ...{ id: randomUUID(), name: "Mallory’s key", publicKey: "key", userId: id, credentialID: randomUUID() },
    ...{ counter: 0, deviceType: "singleDevice", backedUp: false },
  });

/**
 * Counts the rows of every table that refer to a person. The audit log stays, under an id that belongs to
 * nobody.
 */
async function countRows(id: string): Promise<Record<string, number>> {
  const { database } = service.runtime;
  const { rows: columns } = await database.execute<{ table: string; column: string }>(
    sql`select table_name as "table", column_name as "column" from information_schema.columns
        where table_schema = 'public' and table_name <> 'audit_events'
          and (column_name = 'user_id' or (table_name = 'users' and column_name = 'id')
          or (table_name = 'verifications' and column_name = 'value'))`,
  );
  expect(columns.length).toBeGreaterThan(10);
  const counts: Record<string, number> = {};
  for (const { table, column } of columns) {
    const found = await database.execute(
      sql`select 1 from ${sql.identifier(table)} where ${sql.identifier(column)} = ${id}`,
    );
    if (found.rows.length > 0) counts[table] = found.rows.length;
  }
  return counts;
}

async function byLink(email: string, owner: Visitor) {
  await owner.post("/login/link/confirm/", { token: await askForLink(email) });
}

async function byReset(email: string, owner: Visitor) {
  const password = "nine paper boats";
  await owner.post("/login/reset/new/", { token: await askForReset(email), password });
  await owner.post("/login/", { email, password });
}

async function byOperator(email: string, owner: Visitor) {
  const [row] = await service.runtime.database.select().from(users).where(eq(users.email, email));
  const link = new URL(await makePasswordLink(service.runtime, row?.id ?? ""));
  const password = "nine paper boats";
  await owner.post("/login/reset/new/", { token: link.searchParams.get("token") ?? "", password });
  await owner.post("/login/", { email, password });
}

test.each([
  ["a link to sign in", byLink],
  ["a link to a new password", byReset],
  ["a link from the operator", byOperator],
] as const)("with %s the owner of an address finds nothing of a stranger in its account", async (_by, prove) => {
  const { database } = service.runtime;
  const stranger = await squat(async (account) => {
    const { id, visitor } = account;
    const { app } = await setUpCodes(account);
    const trusted = createVisitor(service);
    await trusted.post("/login/", account.login);
    await trusted.post("/login/code/", { code: await app.totp(), trust: "yes" });
    await addPasskey(account);
    await database.insert(credentials).values({
      ...{ id: randomUUID(), accountId: `https://idp.example ${id}`, providerId: "oidc", userId: id },
    });
    const connection = await connectAccount(service.runtime, { id }, { platform: "twitter" });
    await submit(service.runtime, { id }, draftFor([connection], { at: new Date(Date.now() + 86_400_000) }));
    await database.insert(accountGroups).values({ userId: id, name: "Everywhere" });
    await visitor.post("/account/mail/", { email: "mallory@example.com" });
  });
  const { email } = stranger.login;
  const mailChange = await mailed("mallory@example.com", "account/mail/");
  const earlier = await askForReset(email);
  const owner = createVisitor(service);
  await prove(email, owner);

  expect(await isIn(owner)).toBe(true);
  expect(await isIn(stranger.visitor)).toBe(false);
  // After the network was told to revoke what the stranger had connected.
  const isEmpty = async () => Object.keys(await countRows(stranger.id)).length === 0 || undefined;
  expect(await waitFor("nothing of the stranger to be left", isEmpty)).toBe(true);
  const [account] = await database.select().from(users).where(eq(users.email, email));
  expect(account).toMatchObject({ emailVerified: true, twoFactorEnabled: false, timeZone: null });
  expect(account?.name).not.toBe("Mallory");
  expect(await (await owner.get("/account/")).text()).not.toContain("Mallory");
  const again = createVisitor(service);
  expect((await again.post("/login/", stranger.login)).status).toBe(422);
  expect(
    (await again.post("/login/reset/new/", { token: earlier, password: "for the stranger" })).status,
  ).toBe(410);
  expect((await owner.post("/account/mail/confirm/", { token: mailChange })).status).toBe(410);
  await waitFor("the network to be told", async () => {
    const calls = await control(service.emulator.twitter, "GET", "calls");
    return JSON.stringify(calls).includes("/2/oauth2/revoke") || undefined;
  });
  const events = await database
    .select()
    .from(auditEvents)
    .where(eq(auditEvents.subject, account?.id ?? ""));
  expect(events.map(({ action }) => action)).toContain("person.account-claimed");
});

test("whoever proves the address where they signed in before keeps what they have", async () => {
  const { database } = service.runtime;
  const honest = await squat(async ({ id }) => {
    await connectAccount(service.runtime, { id }, { platform: "threads" });
  });
  await byLink(honest.login.email, honest.visitor);
  const [account] = await database.select().from(users).where(eq(users.id, honest.id));
  expect(account).toMatchObject({ name: "Mallory", emailVerified: true });
  const [connection] = await database
    .select()
    .from(socialConnections)
    .where(eq(socialConnections.userId, honest.id));
  expect(connection?.revokedAt).toBeNull();
});

test.each([
  ["a link to sign in", byLink],
  ["a link to a new password", byReset],
] as const)("with %s whoever had an account before proofs were asked for keeps what is in it, and nobody else a way in", async (_by, prove) => {
  const { database } = service.runtime;
  const former = await squat(async (account) => {
    const { id } = account;
    await database.insert(accountGroups).values({ userId: id, name: "Everywhere" });
    await setUpCodes(account);
    await addPasskey(account);
    await database.insert(credentials).values({
      ...{ id: randomUUID(), accountId: `https://idp.example ${id}`, providerId: "oidc", userId: id },
    });
    await database.update(users).set({ predatesProofs: true }).where(eq(users.id, id));
  });
  const owner = createVisitor(service);
  await prove(former.login.email, owner);
  expect(await isIn(owner)).toBe(true);
  expect(await isIn(former.visitor)).toBe(false);
  const groups = await database.select().from(accountGroups).where(eq(accountGroups.userId, former.id));
  expect(groups.map(({ name }) => name)).toEqual(["Everywhere"]);
  const [account] = await database.select().from(users).where(eq(users.id, former.id));
  expect(account).toMatchObject({ name: "Mallory", emailVerified: true, twoFactorEnabled: false });
  expect(await database.select().from(passkeys).where(eq(passkeys.userId, former.id))).toEqual([]);
  const ways = await database.select().from(credentials).where(eq(credentials.userId, former.id));
  expect(ways.map(({ providerId }) => providerId)).not.toContain("oidc");
  expect((await createVisitor(service).post("/login/", former.login)).status).toBe(422);
});

test("a person proves their address from the settings, and is then offered what needs that", async () => {
  const honest = await squat();
  const { email } = honest.login;
  const before = await (await honest.visitor.get("/account/")).text();
  expect(before).toContain("Email me a verification link");
  expect(before).not.toContain('href="/account/second-factor/"');
  expect((await honest.visitor.post("/account/mail/", { email })).headers.get("location")).toBe(
    "/account/?news=proof-asked",
  );
  const token = await mailed(email, "account/mail/");
  const elsewhere = createVisitor(service);
  expect((await elsewhere.post("/account/mail/confirm/", { token })).headers.get("location")).toContain(
    "/login/",
  );
  expect(await (await honest.visitor.get(`/account/mail/?token=${token}`)).text()).toContain(email);
  const proved = await honest.visitor.post("/account/mail/confirm/", { token });
  expect(proved.headers.get("location")).toBe("/account/?news=proved");
  const after = await (await honest.visitor.get("/account/")).text();
  expect(after).not.toContain("Email me a verification link");
  expect(after).toContain('href="/account/second-factor/"');
  expect((await honest.visitor.post("/account/mail/", { email })).status).toBe(422);
});

test("until the address is proved neither a passkey nor two-step sign-in can be set up", async () => {
  const { id, visitor, login } = await squat();
  const { database } = service.runtime;
  const options = await visitor.post("/account/passkeys/options/", {});
  expect(options.status).toBe(403);
  expect(await options.text()).toContain("First verify your email address");
  const begun = await visitor.post("/account/second-factor/", { password: login.password });
  expect(begun.status).toBe(422);
  expect(await begun.text()).toContain("First verify your email address");
  const started = await squat(async (account) => {
    await account.visitor.post("/account/second-factor/", { password: account.login.password });
  });
  const confirmed = await started.visitor.post("/account/second-factor/confirm/", { code: "123456" });
  expect(await confirmed.text()).toContain("First verify your email address");
  const [row] = await database.select().from(users).where(eq(users.id, id));
  expect(row?.twoFactorEnabled).toBe(false);
});

test("nobody becomes operator under an address that is not proved", async () => {
  const { id } = await squat();
  const [olga] = await service.runtime.database
    .select()
    .from(users)
    .where(eq(users.email, "olga@example.com"));
  const visitor = { headers: new Headers(), ipAddress: undefined };
  const given = await giveRole(service.runtime, { id: olga?.id ?? "" }, visitor, {
    personId: id,
    role: "operator",
  });
  expect(given).toHaveProperty("problem");
});

test("of two proofs at once one ends the stranger's account, and both are its owner's", async () => {
  const stranger = await squat(async ({ id }) => addPasskey({ id }));
  const { email } = stranger.login;
  const [first, second] = [await askForLink(email), await askForLink(email)];
  const owners = [createVisitor(service), createVisitor(service)];
  await Promise.all([first, second].map((token, at) => owners[at]?.post("/login/link/confirm/", { token })));
  expect(await Promise.all(owners.map(isIn))).toEqual([true, true]);
  expect(await countRows(stranger.id)).toEqual({});
  const rows = await service.runtime.database.select().from(users).where(eq(users.email, email));
  expect(rows).toHaveLength(1);
});

test("a stranger who signs in while the owner proves the address is out afterwards", async () => {
  const stranger = await squat();
  const { email } = stranger.login;
  const token = await askForLink(email);
  const late = Array.from({ length: 5 }, () => createVisitor(service));
  const owner = createVisitor(service);
  await Promise.all([
    ...late.map((visitor) => visitor.post("/login/", stranger.login)),
    owner.post("/login/link/confirm/", { token }),
  ]);
  expect(await isIn(owner)).toBe(true);
  expect(await Promise.all(late.map(isIn))).toEqual(late.map(() => false));
});

test("a blocked account is not opened by a proof", async () => {
  const stranger = await squat();
  const { email } = stranger.login;
  const token = await askForLink(email);
  const reset = await askForReset(email);
  await service.runtime.database
    .update(users)
    .set({ blockedAt: new Date() })
    .where(eq(users.id, stranger.id));
  const owner = createVisitor(service);
  expect((await owner.post("/login/link/confirm/", { token })).status).toBe(410);
  const refused = await owner.post("/login/reset/new/", { token: reset, password: "nine paper boats" });
  expect(await refused.text()).toContain("This account is blocked");
  const [row] = await service.runtime.database.select().from(users).where(eq(users.email, email));
  expect(row?.blockedAt).not.toBeNull();
});

test("an account that is blocked while a proof of its address is under way stays blocked", async () => {
  const stranger = await squat();
  const { email } = stranger.login;
  const { database, people } = service.runtime;
  const token = await askForReset(email);
  const { password } = await (await people.auth()).context;
  const { hash } = password;
  password.hash = async (text) => {
    password.hash = hash;
    await database.update(users).set({ blockedAt: new Date() }).where(eq(users.email, email));
    return await hash(text);
  };
  const owner = createVisitor(service);
  const login = { email, password: "nine paper boats" };
  await owner.post("/login/reset/new/", { token, password: login.password });
  await owner.post("/login/", login);
  expect(await isIn(owner)).toBe(false);
  const [row] = await database.select().from(users).where(eq(users.email, email));
  expect(row?.blockedAt).not.toBeNull();
});

test("a new password shows the passkeys, and removes those that are ticked", async () => {
  const login = { email: `${randomUUID()}@example.com`, password: "a sea of lanterns" };
  await createPerson(service.runtime, { name: "Ana", ...login });
  const { database } = service.runtime;
  const [row] = await database.select().from(users).where(eq(users.email, login.email));
  const id = row?.id ?? "";
  await addPasskey({ id });
  await addPasskey({ id });
  const [theirs, others] = await database.select().from(passkeys).where(eq(passkeys.userId, id));
  const foreign = await squat(addPasskey);
  const [untouched] = await database.select().from(passkeys).where(eq(passkeys.userId, foreign.id));
  const token = await askForReset(login.email);
  const visitor = createVisitor(service);
  const page = await (await visitor.get(`/login/reset/new/?token=${token}`)).text();
  expect(page).toContain("Mallory’s key");
  expect(page).toContain(others?.id ?? "none");
  const form = new URLSearchParams([
    ...[
      ["token", token],
      ["password", "short"],
    ],
    ...[
      ["endedPasskey", others?.id ?? ""],
      ["endedPasskey", untouched?.id ?? ""],
    ],
  ]);
  const short = await (await visitor.post("/login/reset/new/", form)).text();
  expect(short).toMatch(new RegExp(`value="${others?.id}" checked`));
  form.set("password", "nine paper boats");
  await visitor.post("/login/reset/new/", form);
  const left = await database.select().from(passkeys).where(eq(passkeys.userId, id));
  expect(left.map((passkey) => passkey.id)).toEqual([theirs?.id]);
  expect(await database.select().from(passkeys).where(eq(passkeys.userId, foreign.id))).toHaveLength(1);
});

test("who reads the old address gets in no more once it was changed, by a link that was mailed there before", async () => {
  const login = { email: `${randomUUID()}@example.com`, password: "a sea of lanterns" };
  await createPerson(service.runtime, { name: "Ana", ...login });
  const visitor = await signedInVisitor(service, login);
  const reset = await askForReset(login.email);
  const to = `${randomUUID()}@example.com`;
  await visitor.post("/account/mail/", { email: to });
  await visitor.post("/account/mail/confirm/", { token: await mailed(to, "account/mail/") });
  const answer = await createVisitor(service).post("/login/reset/new/", {
    token: reset,
    password: "for the old one",
  });
  expect(answer.status).toBe(410);
});

test("what waits for a proof is void once it was given elsewhere", async () => {
  const stranger = await squat();
  await byReset(stranger.login.email, createVisitor(service));
  const { database } = service.runtime;
  const pending = await database
    .select()
    .from(verifications)
    .where(and(like(verifications.value, `%${stranger.id}%`)));
  expect(pending.filter(({ identifier }) => !identifier.startsWith("mail-change:"))).toEqual([]);
  expect(await database.select().from(socialShares).where(eq(socialShares.userId, stranger.id))).toEqual([]);
});
