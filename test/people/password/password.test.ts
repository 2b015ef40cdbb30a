import { scryptSync } from "node:crypto";
import { eq } from "drizzle-orm";
import { expect, test } from "vitest";
import { auditEvents, credentials, sessions, users, verifications } from "../../../src/database/schema.ts";
import { resetPassword } from "../../../src/people/password/reset-password.ts";
import { createPerson } from "../../../src/people/sign-up/create-person.ts";
import { ana, ben, linkIn, openSiteOfAna, type Site, squat } from "../site.ts";

const share = "/social/share/?url=https%3A%2F%2Fsite.example%2Fa%3Fb%3D1%26c%3D2";
const fresh = "ten thousand small boats";

test("a person who forgot the password chooses a new one, is out everywhere, and lands where they were going", async () => {
  const site = await openSiteOfAna();
  const before = site.browser();
  await before.signIn(ana);
  const browser = site.browser();
  const { html } = await browser.get(`/login/?${new URLSearchParams({ next: share })}`);
  const reset = `/login/reset/?${new URLSearchParams({ next: share })}`;
  expect(html).toContain(reset);
  expect((await browser.fill(reset, "/login/reset/", { email: ana.email })).html).toContain(
    "Check your email",
  );
  await site.runtime.people.background.settled();
  expect(site.letters[0]).toMatchObject({ to: ana.email, subject: "Choose a new password for Sharewell" });

  const done = await browser.fill(linkIn(site.letters[0]), "/login/reset/new/", { password: fresh });
  expect(done.status).toBe(303);
  expect(await before.isSignedIn()).toBe(false);
  expect(await browser.isSignedIn()).toBe(false);
  expect((await browser.get(done.location)).html).toContain("Your password has been changed");
  expect(
    (await browser.fill(done.location, "/login/", { email: ana.email, password: ana.password })).status,
  ).toBe(422);
  expect((await browser.fill(done.location, "/login/", { email: ana.email, password: fresh })).location).toBe(
    share,
  );
  const actions = (await site.runtime.database.select().from(auditEvents)).map(({ action }) => action);
  expect(actions).toContain("person.password-reset");
});

test("a link to choose a password works once and for an hour; looking at it does not use it up", async () => {
  const site = await openSiteOfAna();
  const link = await askForReset(site, ana.email);
  const token = new URL(link).searchParams.get("token") ?? "";
  for (let visits = 0; visits < 3; visits += 1) expect((await site.browser().get(link)).status).toBe(200);
  const short = await site.browser().fill(link, "/login/reset/new/", { password: "short" });
  expect(short.status).toBe(422);
  expect(short.html).toContain("at least 10 characters");
  expect((await site.browser().fill(link, "/login/reset/new/", { password: fresh })).status).toBe(303);
  expect((await site.browser().get(link)).status).toBe(410);
  expect((await site.browser().post("/login/reset/new/", { token, password: fresh })).status).toBe(410);

  const second = await askForReset(site, ana.email);
  const [row] = await site.runtime.database.select().from(verifications);
  expect(row?.expiresAt.getTime()).toBeLessThanOrEqual(Date.now() + 3_600_000);
  await site.runtime.database.update(verifications).set({ expiresAt: new Date(Date.now() - 1_000) });
  expect((await site.browser().get(second)).status).toBe(410);
});

test("what the database keeps of a link does not change a password", async () => {
  const site = await openSiteOfAna();
  const token = new URL(await askForReset(site, ana.email)).searchParams.get("token") ?? "";
  const [row] = await site.runtime.database.select().from(verifications);
  expect(JSON.stringify(row)).not.toContain(token);
  const visitor = { headers: new Headers(), ipAddress: undefined };
  const stolen = { token: row?.identifier ?? "", newPassword: fresh };
  expect(await resetPassword(site.runtime, visitor, stolen)).toHaveProperty("problem");
  expect((await site.browser().signIn(ana)).status).toBe(303);
});

test("a link to choose a password is no link to sign in", async () => {
  const site = await openSiteOfAna();
  const token = new URL(await askForReset(site, ana.email)).searchParams.get("token") ?? "";
  for (const guess of [token, `reset-password:${token}`]) {
    expect((await site.browser().get(`/login/link/?${new URLSearchParams({ token: guess })}`)).status).toBe(
      410,
    );
    expect((await site.browser().post("/login/link/confirm/", { token: guess })).status).toBe(410);
  }
});

test("asking for a link says the same for an address that nobody has, and mails nothing", async () => {
  const site = await openSiteOfAna();
  const known = await site.browser().post("/login/reset/", { email: ana.email });
  const unknown = await site.browser().post("/login/reset/", { email: ben.email });
  await site.runtime.people.background.settled();
  expect(unknown.status).toBe(known.status);
  expect(unknown.html.replaceAll(ben.email, ana.email)).toBe(known.html);
  expect(site.letters.map(({ to }) => to)).toEqual([ana.email]);
  expect((await site.browser().post("/login/reset/", { email: "ana" })).status).toBe(422);
});

test("changing the password ends all sessions but gives this browser a new one", async () => {
  const site = await openSiteOfAna();
  const [here, there] = [site.browser(), site.browser()];
  await here.signIn(ana);
  await there.signIn(ana);
  const old = here.cookies.get("sharewell.session_token") ?? "";
  const page = await here.fill("/account/", "/account/password/", {
    currentPassword: ana.password,
    newPassword: fresh,
  });
  expect(page.location).toBe("/account/?news=password-changed");
  expect((await here.get(page.location)).html).toContain(
    "Your password has been changed. Other browsers are signed out.",
  );
  expect(await there.isSignedIn()).toBe(false);
  expect(here.cookies.get("sharewell.session_token")).not.toBe(old);
  there.cookies.set("sharewell.session_token", old);
  expect(await there.isSignedIn()).toBe(false);
  expect(await site.runtime.database.select().from(sessions)).toHaveLength(1);
  expect((await there.signIn(ana)).status).toBe(422);
  expect((await there.signIn({ email: ana.email, password: fresh })).status).toBe(303);
});

test("without the current password nothing changes, and guessing is bounded", async () => {
  const site = await openSiteOfAna();
  const [here, there] = [site.browser(), site.browser()];
  await here.signIn(ana);
  await there.signIn(ana);
  const guess = () =>
    here.post("/account/password/", { currentPassword: "a wild guess", newPassword: fresh });
  const wrong = await guess();
  expect(wrong.status).toBe(422);
  expect(wrong.html).toContain("The current password is wrong.");
  expect(
    (await here.post("/account/password/", { currentPassword: ana.password, newPassword: "short" })).status,
  ).toBe(422);
  for (let tries = 1; tries < 10; tries += 1) await guess();
  expect((await guess()).status).toBe(429);
  expect(await there.isSignedIn()).toBe(true);
});

test("who came by a mailed link sets a first password by one too", async () => {
  const site = await openSiteOfAna();
  await site.browser().post("/login/link/", { email: ben.email });
  await site.runtime.people.background.settled();
  const browser = site.browser();
  await browser.fill(linkIn(site.letters[0]), "/login/link/confirm/");
  expect((await browser.get("/account/")).html).toContain("You have no password: you sign in another way.");
  await browser.fill("/account/", "/login/reset/");
  await site.runtime.people.background.settled();
  const done = await browser.fill(linkIn(site.letters[1]), "/login/reset/new/", { password: fresh });
  expect((await browser.fill(done.location, "/login/", { email: ben.email, password: fresh })).location).toBe(
    "/account/",
  );
  expect((await browser.get("/account/")).html).toContain("Current password");
});

test("a password that was chosen by link survives the next link", async () => {
  const site = await openSiteOfAna();
  await squat(site, ben);
  await site.browser().fill(await askForReset(site, ben.email), "/login/reset/new/", { password: fresh });
  await site.browser().post("/login/link/", { email: ben.email });
  await site.runtime.people.background.settled();
  await site.browser().fill(linkIn(site.letters.at(-1)), "/login/link/confirm/");
  expect((await site.browser().signIn({ email: ben.email, password: fresh })).status).toBe(303);
});

test("passwords are kept as salted hashes", async () => {
  const site = await openSiteOfAna();
  await createPerson(site.runtime, { ...ben, password: ana.password });
  const rows = await site.runtime.database.select().from(credentials);
  expect(new Set(rows.map(({ password }) => password)).size).toBe(2);
  expect(JSON.stringify(rows)).not.toContain(ana.password);
});

test("nobody's account is reached without signing in", async () => {
  const site = await openSiteOfAna();
  const browser = site.browser();
  expect((await browser.get("/account/")).location).toBe("/login/?next=%2Faccount%2F");
  await browser.post("/account/password/", { currentPassword: ana.password, newPassword: fresh });
  expect((await browser.signIn(ana)).status).toBe(303);
  const [person] = await site.runtime.database.select().from(users).where(eq(users.email, ana.email));
  expect(person?.role).toBe("operator");
});

async function askForReset(site: Site, email: string): Promise<string> {
  await site.browser().post("/login/reset/", { email });
  await site.runtime.people.background.settled();
  return linkIn(site.letters.at(-1));
}

test("a password is kept as scrypt makes it, at a cost that no setting lowers", async () => {
  const site = await openSiteOfAna({ hashing: "real" });
  const [kept] = await site.runtime.database.select().from(credentials);
  const [salt = "", hash] = kept?.password?.split(":") ?? [];
  const cost = { N: 16_384, r: 16, p: 1, maxmem: 64 * 1_024 * 1_024 };
  expect(hash).toBe(scryptSync(ana.password, salt, 64, cost).toString("hex"));
  expect(await site.browser().signIn(ana)).toMatchObject({ status: 303 });
  expect(await site.browser().signIn({ ...ana, password: fresh })).toMatchObject({ status: 422 });
});
