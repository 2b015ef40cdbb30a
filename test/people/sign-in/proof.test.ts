/** "Confirm that it is you": what a stolen session or a browser left open cannot do. */
import { and, eq } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { credentials, passkeys, users } from "../../../src/database/schema.ts";
import { createPerson } from "../../../src/people/sign-up/create-person.ts";
import { setUpCodes } from "../../harness/people/codes.ts";
import { createVisitor, signedInVisitor, type Visitor } from "../../harness/people/visitor.ts";
import { startTestService, type TestService } from "../../harness/services/service.ts";
import { afterPassword, isIn, letProofsAge, makePerson, type Someone } from "../someone.ts";

const olga = { email: "olga@example.com", password: "a bell in the fog" };

let service: TestService;
let someone: Someone;

beforeAll(async () => {
  service = await startTestService();
  await createPerson(service.runtime, { name: "Olga", ...olga });
});
afterAll(() => service.stop());
beforeEach(async () => {
  someone = await makePerson(service);
});

const atAccount = "/account/confirm/?next=%2Faccount%2F%3Fnews%3Dconfirmed";

/** The result, without the text of the response. */
async function stateOf({ id }: Someone) {
  const { database, people } = service.runtime;
  await people.background.settled();
  const [person] = await database.select().from(users).where(eq(users.id, id));
  const kept = await database.select().from(passkeys).where(eq(passkeys.userId, id));
  return { person, kept, letters: service.letters.length };
}

async function addPasskey(userId: string): Promise<string> {
  const id = `${userId}-key`;
  await service.runtime.database.insert(passkeys).values({
    ...{ id, userId, credentialID: id, publicKey: "unused", counter: 0 },
    ...{ deviceType: "singleDevice", backedUp: false },
  });
  return id;
}

test.each([
  ["POST", "/account/mail/", { email: "thief@example.com" }],
  ["POST", "/account/second-factor/codes/", { password: "a sea of lanterns" }],
  ["POST", "/account/second-factor/end/", { password: "a sea of lanterns" }],
  ["POST", "/account/passkeys/KEY/remove/", {}],
  ["GET", "/account/data.json", {}],
  ["GET", "/account/delete/", {}],
  ["POST", "/account/delete/", { email: "MAIL" }],
] as const)("%s %s asks first whether it is they, once the sign-in is a while ago", async (method, path, form) => {
  await setUpCodes(someone);
  const key = await addPasskey(someone.id);
  const ask = async () => {
    const at = path.replace("KEY", key);
    const fields = Object.entries(form).map(([name, value]) => [
      name,
      value.replace("MAIL", someone.login.email),
    ]);
    return method === "GET"
      ? await someone.visitor.get(at)
      : await someone.visitor.post(at, Object.fromEntries(fields));
  };
  await letProofsAge(service, someone);
  const before = await stateOf(someone);
  const asked = await ask();
  expect(asked.status).toBe(303);
  expect(asked.headers.get("location")).toContain("/account/confirm/?next=");
  expect(await stateOf(someone)).toEqual(before);
  const page = await (await someone.visitor.get(asked.headers.get("location") ?? "")).text();
  expect(page).toContain("Confirm that it is you");
});

test("the same is done without a question right after signing in", async () => {
  expect((await someone.visitor.get("/account/data.json")).status).toBe(200);
  const asked = await someone.visitor.post("/account/mail/", { email: "new-ana@example.com" });
  expect(asked.headers.get("location")).toBe("/account/?news=mail-asked");
});

test("who confirms finds the form as they had filled it in, once, and is not asked again", async () => {
  await letProofsAge(service, someone);
  const typed = { email: "New.Ana@example.com" };
  const asked = await someone.visitor.post("/account/mail/", typed);
  expect(asked.headers.get("location")).toBe(atAccount);
  const confirm = (password: string) =>
    someone.visitor.post("/account/confirm/", { password, next: "/account/?news=confirmed" });
  const wrong = await confirm("a wild guess");
  expect(wrong.status).toBe(422);
  expect(await wrong.text()).toContain("The password is wrong");
  const right = await confirm(someone.login.password);
  expect(right.headers.get("location")).toBe("/account/?news=confirmed");
  expect(await (await someone.visitor.get("/account/delete/")).text()).not.toContain("New.Ana");
  const filled = await (await someone.visitor.get("/account/?news=confirmed")).text();
  expect(filled).toMatch(/<details[^>]* open[^>]*>.*name="email" value="New.Ana@example.com"/s);
  expect(filled).toContain("You can now continue");
  expect(await (await someone.visitor.get("/account/")).text()).not.toContain("New.Ana");
  const sent = await someone.visitor.post("/account/mail/", typed);
  expect(sent.headers.get("location")).toBe("/account/?news=mail-asked");
});

test("what was typed is sealed in the browser, and shown to nobody else", async () => {
  await letProofsAge(service, someone);
  await someone.visitor.post("/account/mail/", { email: "new-ana@example.com" });
  const kept = someone.visitor.cookies().find((cookie) => cookie.startsWith("gAAAA")) ?? "";
  expect(decodeURIComponent(kept)).toMatch(/^gAAAA/);
  expect(someone.visitor.cookies().join()).not.toContain("new-ana");
  const other = await makePerson(service);
  const session = other.visitor.cookies()[0] ?? "";
  const page = await other.visitor.get("/account/", {
    cookie: `sharewell.session_token=${session}; sharewell.kept=${kept}`,
  });
  expect(page.status).toBe(200);
  expect(await page.text()).not.toContain("new-ana");
});

test("a kept form that nobody sealed is no page that fails", async () => {
  const session = someone.visitor.cookies()[0] ?? "";
  const page = await someone.visitor.get("/account/", {
    cookie: `sharewell.session_token=${session}; sharewell.kept=made-up`,
  });
  expect(page.status).toBe(200);
});

test("where two-step sign-in is on, the password alone confirms nothing, and a code works once", async () => {
  const { app, recovery } = await setUpCodes(someone);
  await letProofsAge(service, someone);
  const { password } = someone.login;
  const confirm = (fields: Record<string, string>) =>
    someone.visitor.post("/account/confirm/", { password, next: "/account/", ...fields });
  expect((await confirm({})).status).toBe(422);
  const code = await app.totp();
  expect((await confirm({ code, password: "a wild guess" })).status).toBe(422);
  expect((await confirm({ code })).status).toBe(303);
  expect((await someone.visitor.get("/account/data.json")).status).toBe(200);
  await letProofsAge(service, someone);
  expect((await confirm({ code })).status).toBe(422);
  expect((await confirm({ code: recovery[0] ?? "" })).status).toBe(303);
});

test("a browser that is trusted is let in without a code, but proves nothing", async () => {
  const { app, recovery } = await setUpCodes(someone);
  const trusted = await afterPassword(service, someone);
  await trusted.post("/login/code/", { code: recovery[0] ?? "", trust: "yes" });
  await trusted.post("/logout/", {});
  await trusted.post("/login/", someone.login);
  expect(await isIn(trusted)).toBe(true);
  const { password } = someone.login;
  const end = () => trusted.post("/account/second-factor/end/", { password });
  expect((await end()).headers.get("location")).toContain("/account/confirm/");
  expect((await trusted.post("/account/confirm/", { password, next: "/account/" })).status).toBe(422);
  const code = await app.totp();
  expect((await trusted.post("/account/confirm/", { password, code, next: "/account/" })).status).toBe(303);
  expect((await end()).headers.get("location")).toBe("/account/?news=second-factor-off");
});

test("a proof is a new session, and the one before it ends", async () => {
  const [before = ""] = someone.visitor.cookies();
  const byThief = async () =>
    (await createVisitor(service).get("/account/", { cookie: `sharewell.session_token=${before}` })).status;
  expect(await byThief()).toBe(200);
  await someone.visitor.post("/account/confirm/", { password: someone.login.password, next: "/account/" });
  expect([await isIn(someone.visitor), await byThief()]).toEqual([true, 303]);
});

test("guessing the password there is bounded", async () => {
  const guess = () => someone.visitor.post("/account/confirm/", { password: "a wild guess" });
  for (let tries = 0; tries < 10; tries += 1) await guess();
  expect((await guess()).status).toBe(429);
});

/** Signs in by an emailed link. */
async function forgetPassword({ id }: Someone): Promise<void> {
  await service.runtime.database
    .delete(credentials)
    .where(and(eq(credentials.userId, id), eq(credentials.providerId, "credential")));
}

test("who has no password confirms by a mailed link, and their form is filled in too", async () => {
  await forgetPassword(someone);
  await letProofsAge(service, someone);
  await someone.visitor.post("/account/mail/", { email: "new-ana@example.com" });
  const page = await (await someone.visitor.get(atAccount)).text();
  expect(page).not.toContain('type="password"');
  expect(page).toContain('action="/login/link/"');
  expect((await someone.visitor.post("/account/confirm/", { next: "/account/" })).status).toBe(422);
  await someone.visitor.post("/login/link/", {
    email: someone.login.email,
    next: "/account/?news=confirmed",
  });
  await service.runtime.people.background.settled();
  const letter = service.letters.findLast(({ to }) => to === someone.login.email);
  const token = /token=(\w+)/.exec(letter?.text ?? "")?.[1] ?? "";
  await someone.visitor.post("/login/link/confirm/", { token, next: "/account/?news=confirmed" });
  const filled = await (await someone.visitor.get("/account/?news=confirmed")).text();
  expect(filled).toContain('value="new-ana@example.com"');
  expect((await someone.visitor.get("/account/data.json")).status).toBe(200);
});

test("who has no password turns two-step sign-in on after a proof only; with one its form asks for it", async () => {
  await letProofsAge(service, someone);
  expect((await someone.visitor.get("/account/second-factor/")).status).toBe(200);
  expect((await someone.visitor.post("/account/second-factor/", { password: "a guess" })).status).toBe(422);
  await forgetPassword(someone);
  for (const asked of [
    await someone.visitor.get("/account/second-factor/"),
    await someone.visitor.post("/account/second-factor/", {}),
  ])
    expect(asked.headers.get("location")).toBe("/account/confirm/?next=%2Faccount%2Fsecond-factor%2F");
});

test("a script that would add a passkey is told where to confirm, and its name is kept", async () => {
  await letProofsAge(service, someone);
  const headers = { "content-type": "application/json", origin: new URL(service.address).origin };
  const cookie = `sharewell.session_token=${someone.visitor.cookies()[0]}`;
  const asked = await fetch(new URL("/account/passkeys/options/", service.address), {
    method: "POST",
    headers: { ...headers, cookie },
    body: JSON.stringify({ name: "My phone" }),
  });
  expect(asked.status).toBe(403);
  expect(await asked.json()).toEqual({ problem: "First confirm that it is you.", next: atAccount });
  expect(asked.headers.get("set-cookie")).toContain("sharewell.kept=");
});

test.each([
  "block",
  "unblock",
  "role",
  "second-factor",
])("an operator who was away confirms before %s of somebody else", async (what) => {
  const operator: Visitor = await signedInVisitor(service, olga);
  const [row] = await service.runtime.database.select().from(users).where(eq(users.email, olga.email));
  await letProofsAge(service, { id: row?.id ?? "" });
  const before = await stateOf(someone);
  const asked = await operator.post(`/admin/people/${someone.id}/${what}/`, { role: "operator" });
  expect(asked.headers.get("location")).toContain("/account/confirm/?next=%2Fadmin%2Fpeople%2F");
  expect(await stateOf(someone)).toEqual(before);
  await operator.post("/account/confirm/", { password: olga.password, next: "/admin/people/" });
  expect(await (await operator.get("/admin/people/?news=confirmed")).text()).toContain(
    "You can now continue",
  );
  expect((await operator.post(`/admin/people/${someone.id}/block/`, {})).headers.get("location")).toBe(
    "/admin/people/",
  );
});
