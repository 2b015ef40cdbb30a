/** Emails about changes in how an account is signed in to. */
import { randomUUID } from "node:crypto";
import { eq } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { passkeys, users } from "../../../src/database/schema.ts";
import { mailSecurityEvent } from "../../../src/people/mail/security-letters.ts";
import { removeSecondFactor } from "../../../src/people/second-factor/recovery.ts";
import { createPerson } from "../../../src/people/sign-up/create-person.ts";
import { setUpCodes } from "../../harness/people/codes.ts";
import { createVisitor, signedInVisitor, type Visitor } from "../../harness/people/visitor.ts";
import { startTestService, type TestService } from "../../harness/services/service.ts";

const firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
let service: TestService;

beforeAll(async () => {
  service = await startTestService();
  await createPerson(service.runtime, {
    ...{ name: "Olga", email: "olga@example.com", password: "a bell in the fog" },
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

async function subjects({ login }: Someone): Promise<string[]> {
  await service.runtime.people.background.settled();
  return service.letters.filter(({ to }) => to === login.email).map(({ subject }) => subject);
}

const newest = async (someone: Someone) => {
  await service.runtime.people.background.settled();
  return service.letters.findLast(({ to }) => to === someone.login.email)?.text ?? "";
};

test("a person hears of a sign-in with a browser that was not used before, and of no other", async () => {
  const someone = await makePerson();
  await someone.visitor.post("/logout/", {});
  await someone.visitor.post("/login/", someone.login);
  expect(await subjects(someone)).toEqual([]);
  await createVisitor(service).post("/login/", { ...someone.login, password: "guessed" });
  expect(await subjects(someone)).toEqual([]);
  await createVisitor(service).post("/login/", someone.login, { "user-agent": firefox });
  expect(await subjects(someone)).toEqual(["New sign-in to your Sharewell account"]);
  const letter = await newest(someone);
  expect(letter).toContain("Browser: Firefox on Linux");
  expect(letter).toMatch(/IP address: [\d.:a-f]+\n/);
  expect(letter).toContain("login/reset/");
});

test("a letter is in the person's language and in the time of their zone", async () => {
  const someone = await makePerson();
  await someone.visitor.post("/account/preferences/", {
    ...{ notices: "none", zone: "Asia/Tokyo", language: "de" },
  });
  await createVisitor(service).post("/login/", someone.login, { "user-agent": firefox });
  const letter = await newest(someone);
  expect(letter).toContain("Browser: Firefox auf Linux");
  expect(letter).toMatch(/Zeitpunkt: \d+\. \S+ \d{4} um \d\d:\d\d GMT\+9/);
});

test("each change of how a person signs in is told, and no letter holds a secret", async () => {
  const someone = await makePerson();
  const { visitor, login, id } = someone;
  const { app, recovery } = await setUpCodes(someone);
  const renewed = await (
    await visitor.post("/account/second-factor/codes/", { password: login.password })
  ).text();
  const [code = ""] = /<code>([\w-]+)<\/code>/.exec(renewed)?.slice(1) ?? [];
  const other = createVisitor(service);
  await other.post("/login/", login);
  await other.post("/login/code/", { code });
  await visitor.post("/account/second-factor/end/", { password: login.password });
  await service.runtime.database.insert(passkeys).values({
    ...{ id: randomUUID(), name: "Phone", publicKey: "key", userId: id, credentialID: randomUUID() },
    ...{ counter: 0, deviceType: "singleDevice", backedUp: false },
  });
  const [passkey] = await service.runtime.database.select().from(passkeys).where(eq(passkeys.userId, id));
  await visitor.post(`/account/passkeys/${passkey?.id}/remove/`, {});
  await visitor.post("/account/password/", {
    ...{ currentPassword: login.password, newPassword: "a hill of otters" },
  });
  await createVisitor(service).post("/login/reset/", { email: login.email });
  const token = /token=([\w-]+)/.exec(await newest(someone))?.[1] ?? "";
  await createVisitor(service).post("/login/reset/new/", { token, password: "nine paper boats" });
  const told = await subjects(someone);
  for (const subject of [
    "Two-step sign-in is on for your Sharewell account",
    "New recovery codes for your Sharewell account",
    "Recovery code used for your Sharewell account",
    "New sign-in to your Sharewell account",
    "Two-step sign-in is off for your Sharewell account",
    "Passkey removed from your Sharewell account",
    "Your Sharewell password was changed",
    "Your Sharewell password was reset",
  ])
    expect(told).toContain(subject);
  const letters = service.letters.filter(({ to, text }) => to === login.email && !text.includes("token="));
  for (const secret of [login.password, "a hill of otters", "nine paper boats", code, ...recovery])
    expect(letters.some(({ text }) => text.includes(secret))).toBe(false);
  expect(await app.totp()).toHaveLength(6);
});

test("whoever's two-step sign-in the operator turned off is told, without where the operator was", async () => {
  const someone = await makePerson();
  await setUpCodes(someone);
  await removeSecondFactor(service.runtime, someone.id);
  const letter = await newest(someone);
  expect(letter).toContain("turned off two-step sign-in for your account");
  expect(letter).not.toContain("IP address");
});

test("a flood of one kind sends few letters, and hides no other", async () => {
  const someone = await makePerson();
  const password = (at: number) => `paper boats number ${at}`;
  await someone.visitor.post("/account/password/", {
    ...{ currentPassword: someone.login.password, newPassword: password(0) },
  });
  for (let at = 1; at < 6; at += 1) {
    await someone.visitor.post("/account/password/", {
      ...{ currentPassword: password(at - 1), newPassword: password(at) },
    });
    await service.runtime.people.background.settled();
  }
  await createVisitor(service).post("/login/", { ...someone.login, password: password(5) });
  const told = await subjects(someone);
  expect(told.filter((subject) => subject.includes("password"))).toHaveLength(3);
  expect(told).toContain("New sign-in to your Sharewell account");
});

test("what a stranger's browser calls itself, and where a proxy says that it is, stand in no letter unless they are known", async () => {
  const someone = await makePerson();
  const headers = new Headers({ "user-agent": "visit-evil.example/1.0 (your prize)" });
  const visitor = { headers, ipAddress: "http://evil.example" };
  mailSecurityEvent(service.runtime, visitor, { userId: someone.id, event: "new-browser" });
  const letter = await newest(someone);
  expect(letter).toContain("Browser: An unknown browser");
  expect(letter).not.toContain("evil");
});

test("no page waits for the mail server, and strangers who ask for mail keep no such letter back", async () => {
  const someone = await makePerson();
  const release = Promise.withResolvers<void>();
  const { background } = service.runtime.people;
  for (let at = 0; at < 100; at += 1) background.start(() => release.promise, "a letter");
  expect(background.start(() => release.promise, "a letter")).toBe(false);
  const answer = await createVisitor(service).post("/login/", someone.login);
  expect(answer.status).toBe(303);
  release.resolve();
  expect(await subjects(someone)).toEqual(["New sign-in to your Sharewell account"]);
});
