/** What people change in their account: codes of an app, name, email address, sessions; and leaving. */
import { randomUUID } from "node:crypto";
import { eq } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  auditEvents,
  hashtagSets,
  postTemplates,
  socialConnections,
  socialShares,
  twoFactors,
  users,
} from "../../src/database/schema.ts";
import { createPerson } from "../../src/people/sign-up/create-person.ts";
import { control } from "../harness/networks/networks.ts";
import { connectAccount } from "../harness/people/accounts.ts";
import { codesIn, setUpCodes } from "../harness/people/codes.ts";
import { draftFor, shareTo } from "../harness/people/shares.ts";
import { createVisitor, signedInVisitor, type Visitor } from "../harness/people/visitor.ts";
import { startTestService, type TestService } from "../harness/services/service.ts";
import { waitFor } from "../harness/wait.ts";

let service: TestService;

beforeAll(async () => {
  service = await startTestService();
  await createPerson(service.runtime, {
    name: "Olga",
    email: "olga@example.com",
    password: "a bell in the fog",
  });
});
afterAll(() => service.stop());

interface Someone {
  readonly id: string;
  readonly login: { readonly email: string; readonly password: string };
  readonly visitor: Visitor;
}

async function makePerson(): Promise<Someone> {
  const login = { email: `${randomUUID()}@example.com`, password: "a sea of lanterns" };
  await createPerson(service.runtime, { name: "Ana", ...login });
  const [row] = await service.runtime.database.select().from(users).where(eq(users.email, login.email));
  return { id: row?.id ?? "", login, visitor: await signedInVisitor(service, login) };
}

const isIn = async (visitor: Visitor) => (await visitor.get("/account/")).status === 200;

test("with codes on, the password alone signs nobody in, and the code after it does", async () => {
  const someone = await makePerson();
  const { app } = await setUpCodes(someone);
  expect(await isIn(someone.visitor)).toBe(true);
  const visitor = createVisitor(service);
  const first = await visitor.post("/login/", { ...someone.login, next: "/social/history/" });
  expect(first.headers.get("location")).toBe("/login/code/?next=%2Fsocial%2Fhistory%2F");
  expect(await isIn(visitor)).toBe(false);
  const wrong = await visitor.post("/login/code/", { code: "000000", next: "/social/history/" });
  expect(wrong.status).toBe(422);
  expect(await wrong.text()).toContain("This code is wrong");
  expect(await isIn(visitor)).toBe(false);
  const right = await visitor.post("/login/code/", { code: await app.totp(), next: "/social/history/" });
  expect(right.headers.get("location")).toBe("/social/history/");
  expect(await isIn(visitor)).toBe(true);
});

test("a mailed link asks for the code too", async () => {
  const someone = await makePerson();
  const { app } = await setUpCodes(someone);
  const visitor = createVisitor(service);
  await visitor.post("/login/link/", { email: someone.login.email });
  await service.runtime.people.background.settled();
  const letter = service.letters.findLast(({ to }) => to === someone.login.email);
  const token = /token=(\w+)/.exec(letter?.text ?? "")?.[1] ?? "";
  const opened = await visitor.post("/login/link/confirm/", { token });
  expect(opened.headers.get("location")).toBe("/login/code/");
  expect(await isIn(visitor)).toBe(false);
  await visitor.post("/login/code/", { code: await app.totp() });
  expect(await isIn(visitor)).toBe(true);
});

test("each recovery code works once, and new ones end the old", async () => {
  const someone = await makePerson();
  const { recovery } = await setUpCodes(someone);
  expect(recovery).toHaveLength(10);
  const enter = async (code: string) => {
    const visitor = createVisitor(service);
    await visitor.post("/login/", someone.login);
    await visitor.post("/login/code/", { code });
    return await isIn(visitor);
  };
  expect(await enter(recovery[0] ?? "")).toBe(true);
  expect(await enter(recovery[0] ?? "")).toBe(false);
  const renewed = await someone.visitor.post("/account/second-factor/codes/", {
    password: someone.login.password,
  });
  expect(renewed.status).toBe(200);
  const [fresh = "", typed = "", short = ""] = codesIn(await renewed.text());
  expect(await enter(recovery[1] ?? "")).toBe(false);
  expect(await enter(fresh)).toBe(true);
  expect(await enter(` ${typed.replace("-", " ").toUpperCase()} `)).toBe(true);
  expect(await enter(short.replace("-", ""))).toBe(true);
});

test("who guesses codes is stopped before long", async () => {
  const someone = await makePerson();
  const { app } = await setUpCodes(someone);
  const visitor = createVisitor(service);
  await visitor.post("/login/", someone.login);
  for (let tries = 0; tries < 6; tries += 1) await visitor.post("/login/code/", { code: "123456" });
  const late = await visitor.post("/login/code/", { code: await app.totp() });
  expect(late.status).toBe(422);
  expect(await late.text()).toContain("Start signing in again");
  await service.runtime.people.background.settled();
  const events = await service.runtime.database
    .select()
    .from(auditEvents)
    .where(eq(auditEvents.action, "person.code-failed"));
  expect(events.length).toBeGreaterThanOrEqual(6);
  expect(events[0]?.ipAddress).toBe("127.0.0.1");
});

test("a browser that is trusted is not asked again, another one is", async () => {
  const someone = await makePerson();
  const { app } = await setUpCodes(someone);
  const visitor = createVisitor(service);
  await visitor.post("/login/", someone.login);
  await visitor.post("/login/code/", { code: await app.totp(), trust: "yes" });
  await visitor.post("/logout/", {});
  const again = await visitor.post("/login/", someone.login);
  expect(again.headers.get("location")).toBe("/social/");
  expect((await createVisitor(service).post("/login/", someone.login)).headers.get("location")).toBe(
    "/login/code/",
  );
});

test("ending the codes takes the password", async () => {
  const someone = await makePerson();
  await setUpCodes(someone);
  const wrong = await someone.visitor.post("/account/second-factor/end/", { password: "not the password" });
  expect(wrong.status).toBe(422);
  await someone.visitor.post("/account/second-factor/end/", { password: someone.login.password });
  expect((await createVisitor(service).post("/login/", someone.login)).headers.get("location")).toBe(
    "/social/",
  );
});

test("the database holds no code and no secret that could be used", async () => {
  const someone = await makePerson();
  const { recovery } = await setUpCodes(someone);
  const [row] = await service.runtime.database
    .select()
    .from(twoFactors)
    .where(eq(twoFactors.userId, someone.id));
  expect(JSON.stringify(row)).not.toContain(recovery[0]);
});

test("a person changes their name", async () => {
  const { visitor } = await makePerson();
  expect((await visitor.post("/account/name/", { name: "  " })).status).toBe(422);
  await visitor.post("/account/name/", { name: "Ana <Lima>" });
  expect(await (await visitor.get("/account/")).text()).toContain("Ana &lt;Lima&gt;");
});

test.each([
  ["/account/name/", { name: " " }, "profile", / name="name" value=" "/],
  ["/account/mail/", { email: "nowhere" }, "profile", /<details[^>]* open.*name="email" value="nowhere"/s],
  ["/account/password/", { currentPassword: "x", newPassword: "short" }, "password", /type="password"/],
  ["/account/second-factor/end/", { password: "x" }, "second-factor", /<details[^>]* open/],
])("what is wrong with %s is told at its form, which keeps what was typed", async (path, form, at, kept) => {
  const someone = await makePerson();
  if (at === "second-factor") await setUpCodes(someone);
  const refused = await someone.visitor.post(path, form);
  expect(refused.status).toBe(422);
  const card = new RegExp(`aria-labelledby="${at}">.*?</section>`, "s").exec(await refused.text())?.[0] ?? "";
  expect(card).toContain('role="alert"');
  expect(card).toMatch(kept);
});

test("a new email address counts once its link was opened, and the old one is told", async () => {
  const { visitor, login } = await makePerson();
  const to = `${randomUUID()}@example.com`;
  await visitor.post("/account/mail/", { email: to });
  await service.runtime.people.background.settled();
  const letter = service.letters.findLast((sent) => sent.to === to);
  const token = /token=([\w-]+)/.exec(letter?.text ?? "")?.[1] ?? "";
  expect((await createVisitor(service).post("/login/", { ...login, email: to })).status).toBe(422);
  const page = await visitor.get(`/account/mail/?token=${token}`);
  expect(await page.text()).toContain(to);
  const stranger = (await makePerson()).visitor;
  expect((await stranger.post("/account/mail/confirm/", { token })).status).toBe(410);
  expect(await (await stranger.get(`/account/mail/?token=${token}`)).text()).toContain("another account");
  await visitor.post("/account/mail/confirm/", { token });
  expect((await visitor.post("/account/mail/confirm/", { token })).status).toBe(410);
  expect((await createVisitor(service).post("/login/", { ...login, email: to })).status).toBe(303);
  await service.runtime.people.background.settled();
  const subjects = service.letters.filter((sent) => sent.to === login.email).map(({ subject }) => subject);
  expect(subjects.join()).toContain("was changed");
});

test("an address that somebody has is not told to be taken, and gets no letter", async () => {
  const [first, second] = [await makePerson(), await makePerson()];
  const answer = await first.visitor.post("/account/mail/", { email: second.login.email });
  expect(answer.headers.get("location")).toBe("/account/?news=mail-asked");
  await service.runtime.people.background.settled();
  expect(service.letters.some(({ to }) => to === second.login.email)).toBe(false);
});

test("a person sees where they are signed in, and signs out there", async () => {
  const { login, visitor } = await makePerson();
  const other = createVisitor(service);
  await other.post("/login/", login, {
    "user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
  });
  const page = await (await visitor.get("/account/")).text();
  expect(page).toContain("Firefox on Linux");
  const [, path = ""] = /action="(\/account\/sessions\/\w+\/end\/)"/.exec(page) ?? [];
  const stranger = (await makePerson()).visitor;
  expect((await stranger.post(path, {})).status).toBe(404);
  expect(await isIn(other)).toBe(true);
  await visitor.post(path, {});
  expect(await isIn(other)).toBe(false);
  expect(await isIn(visitor)).toBe(true);
});

test("a person takes all of their data along, and no token", async () => {
  const { id, visitor, login } = await makePerson();
  const connection = await connectAccount(service.runtime, { id }, { platform: "threads" });
  await shareTo(service.runtime, { id }, draftFor([connection]));
  await visitor.post(`/social/accounts/${connection.id}/template/`, { template: "{title}!" });
  await visitor.post("/account/hashtags/", { name: "Blog", tags: "#sea" });
  const answer = await visitor.get("/account/data.json");
  expect(answer.headers.get("content-disposition")).toContain("attachment");
  const data = await answer.json();
  expect(data).toMatchObject({
    person: { email: login.email, name: "Ana" },
    accounts: [{ platform: "threads", status: "active", template: "{title}!" }],
    hashtagSets: [{ name: "Blog", tags: "#sea" }],
    shares: [{ outcome: "posted", platform: "threads" }],
  });
  expect(JSON.stringify(data)).not.toMatch(/token/i);
});

test("who deletes their account is gone, and the network is told", async () => {
  const { id, visitor, login } = await makePerson();
  const connection = await connectAccount(service.runtime, { id }, { platform: "twitter" });
  await shareTo(service.runtime, { id }, draftFor([connection]));
  await visitor.post(`/social/accounts/${connection.id}/template/`, { template: "{title}!" });
  await visitor.post("/account/hashtags/", { name: "Blog", tags: "#sea" });
  expect((await visitor.post("/account/delete/", { email: "somebody@example.com" })).status).toBe(422);
  await visitor.post("/account/delete/", { email: login.email });
  const { database } = service.runtime;
  expect(await database.select().from(users).where(eq(users.id, id))).toEqual([]);
  expect(await database.select().from(socialShares).where(eq(socialShares.userId, id))).toEqual([]);
  expect(await database.select().from(socialConnections).where(eq(socialConnections.userId, id))).toEqual([]);
  expect(await database.select().from(postTemplates).where(eq(postTemplates.userId, id))).toEqual([]);
  expect(await database.select().from(hashtagSets).where(eq(hashtagSets.userId, id))).toEqual([]);
  expect((await createVisitor(service).post("/login/", login)).status).toBe(422);
  await waitFor("the network to be told", async () => {
    const calls = await control(service.emulator.twitter, "GET", "calls");
    return JSON.stringify(calls).includes("/2/oauth2/revoke") || undefined;
  });
  const [deleted] = await database.select().from(auditEvents).where(eq(auditEvents.subject, id)).limit(100);
  expect(deleted).toBeDefined();
});

test("the only operator does not leave others without one", async () => {
  const olga = await signedInVisitor(service, { email: "olga@example.com", password: "a bell in the fog" });
  await makePerson();
  const answer = await olga.post("/account/delete/", { email: "olga@example.com" });
  expect(answer.status).toBe(409);
  expect(await isIn(olga)).toBe(true);
});

test("at an IP address no passkey is offered, and the settings say why", async () => {
  const { visitor } = await makePerson();
  const page = await (await visitor.get("/account/")).text();
  expect(page).toContain("this service has only an IP address");
  expect(page).not.toContain('data-passkey="add"');
  expect(await (await createVisitor(service).get("/login/")).text()).not.toContain("data-passkey");
});

test("nonsense in the place of a passkey is refused in words, and adds nothing", async () => {
  const { visitor } = await makePerson();
  for (const path of ["/login/passkey/", "/account/passkeys/"]) {
    const refused = await visitor.post(path, {});
    expect(refused.status).toBe(422);
    expect(await refused.json()).toMatchObject({ problem: expect.stringContaining("Try again") });
  }
  for (const path of ["/login/passkey/options/", "/account/passkeys/options/"]) {
    const asked = await visitor.post(path, {});
    expect(await asked.json()).toMatchObject({ challenge: expect.any(String) });
  }
  expect((await visitor.post("/account/passkeys/somebodyelses/remove/", {})).status).toBe(404);
  expect((await visitor.post("/account/sessions/somebodyelses/end/", {})).status).toBe(404);
});

test("without a provider nobody is sent to one", async () => {
  const visitor = createVisitor(service);
  expect((await visitor.get("/login/oidc/")).status).toBe(404);
  expect((await visitor.get("/login/oidc/callback/?code=a&state=b")).status).toBe(403);
  expect(await (await visitor.get("/login/")).text()).not.toContain("/login/oidc/");
});
