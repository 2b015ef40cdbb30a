import { eq } from "drizzle-orm";
import { expect, test } from "vitest";
import { auditEvents, sessions } from "../../../src/database/schema.ts";
import { createPerson } from "../../../src/people/sign-up/create-person.ts";
import { readNext } from "../../../src/web/guards/next.ts";
import { ana, ben, openSite, openSiteOfAna, signUp } from "../site.ts";

const MINUTE = 60_000;
const share =
  "/social/share/?url=https%3A%2F%2Fsite.example%2Fa%3Fb%3D1%26c%3D2&title=Gr%C3%BC%C3%9Fe%20%26%20mehr";

test("a person who is not signed in lands where they were going, parameters intact", async () => {
  const site = await openSiteOfAna();
  const browser = site.browser();
  const guarded = await browser.get(share);
  expect(guarded.status).toBe(303);
  const page = await browser.fill(guarded.location, "/login/", {
    email: " ANA@example.com ",
    password: ana.password,
  });
  expect(page.status).toBe(303);
  expect(page.location).toBe(share);
  expect((await browser.get(share)).html).toBe(`Hello ${ana.email}`);
});

test("a form sent without a session leads through login to the page it was on", async () => {
  const site = await openSiteOfAna();
  const { origin } = site.runtime.config.baseUrl;
  const browser = site.browser();
  const own = await browser.post("/social/share/", {}, { referer: `${origin}${share}` });
  expect(own.status).toBe(303);
  expect(new URLSearchParams(own.location.split("?")[1]).get("next")).toBe(share);
  expect((await browser.post("/social/share/", {}, { referer: "https://evil.example/x" })).location).toBe(
    "/login/",
  );
  expect((await browser.post("/social/share/")).location).toBe("/login/");
});

test("a wrong password and an address that nobody has get the same answer", async () => {
  const site = await openSiteOfAna();
  const wrong = await site.browser().signIn({ email: ana.email, password: "not the password" });
  const unknown = await site.browser().signIn({ email: ben.email, password: "not the password" });
  expect(wrong.status).toBe(422);
  expect(wrong.html).toContain("The email address or the password is wrong.");
  expect(wrong.html).not.toContain("not the password");
  expect(unknown.status).toBe(wrong.status);
  expect(unknown.html.replaceAll(ben.email, ana.email)).toBe(wrong.html);
});

test("a form with something missing says what to enter", async () => {
  const site = await openSiteOfAna();
  expect((await site.browser().post("/login/", { email: "", password: "" })).html).toContain(
    "Enter an email address like",
  );
  const page = await site.browser().post("/login/", { email: ana.email, password: "", next: share });
  expect(page.status).toBe(422);
  expect(page.html).toContain("Enter your password.");
  expect(page.html).toContain(ana.email);
});

test("the session's cookie is for this host's server alone, and its token is not in the database", async () => {
  const site = await openSiteOfAna();
  const browser = site.browser();
  const page = await browser.signIn(ana);
  const [cookie = ""] = page.headers.getSetCookie();
  expect(cookie).toMatch(
    /^sharewell\.session_token=[^;]+; Max-Age=2592000; Path=\/; HttpOnly; SameSite=Lax$/,
  );
  const token = decodeURIComponent(browser.cookies.get("sharewell.session_token") ?? "").split(".")[0] ?? "";
  expect(token).toHaveLength(32);
  const rows = await site.runtime.database.select().from(sessions);
  expect(rows).toHaveLength(1);
  expect(JSON.stringify(rows)).not.toContain(token);
});

const https = { variables: { SOCIAL_BASE_URL: "https://share.example.com" } };

test("cookies are for https and this host alone where the service is", async () => {
  const site = await openSite(https);
  const page = await site.browser().fill("/sign-up/", "/sign-up/", ana);
  const cookies = page.headers.getSetCookie();
  expect(cookies.map((cookie) => cookie.split("=")[0])).toEqual([
    "__Host-sharewell.session_token",
    "__Host-sharewell.browser",
  ]);
  for (const cookie of cookies) {
    expect(cookie).toContain("; Path=/; HttpOnly");
    expect(cookie).toContain("; Secure");
    expect(cookie).not.toMatch(/domain/i);
  }
});

test("a session that began before cookies were bound to the host goes on, under the new name", async () => {
  const site = await openSite(https);
  const browser = site.browser();
  await browser.fill("/sign-up/", "/sign-up/", ana);
  const value = browser.cookies.get("__Host-sharewell.session_token") ?? "";
  browser.cookies.clear();
  browser.cookies.set("__Secure-sharewell.session_token", value);
  await site.runtime.database.update(sessions).set({ hasOldCookie: true });
  expect(await browser.isSignedIn()).toBe(true);
  expect([...browser.cookies.keys()]).toEqual(["__Host-sharewell.session_token", "__Host-sharewell.browser"]);
  expect(browser.cookies.get("__Host-sharewell.session_token")).toBe(value);
  expect(await browser.isSignedIn()).toBe(true);
});

test("what a neighbour under the same domain puts there signs nobody in, nor takes the place of a session", async () => {
  const site = await openSite(https);
  await createPerson(site.runtime, ana);
  await createPerson(site.runtime, ben);
  const [neighbour, victim] = [site.browser(), site.browser()];
  await neighbour.signIn(ben);
  const planted = neighbour.cookies.get("__Host-sharewell.session_token") ?? "";
  victim.cookies.set("__Secure-sharewell.session_token", planted);
  expect(await victim.isSignedIn()).toBe(false);
  await site.runtime.database.update(sessions).set({ hasOldCookie: true });
  victim.cookies.clear();
  await victim.signIn(ana);
  victim.cookies.set("__Secure-sharewell.session_token", planted);
  expect((await victim.get("/social/")).html).toBe(`Hello ${ana.email}`);
});

test("a cookie that was made up or signed with another secret signs nobody in", async () => {
  const site = await openSiteOfAna();
  const browser = site.browser();
  await browser.signIn(ana);
  const [row] = await site.runtime.database.select().from(sessions);
  for (const forged of [row?.token ?? "", `${row?.token}.AAAA`, "x.y"]) {
    browser.cookies.set("sharewell.session_token", encodeURIComponent(forged));
    expect(await browser.isSignedIn()).toBe(false);
  }
});

test("a session ends after a month without use and goes on with it", async () => {
  const site = await openSiteOfAna();
  const browser = site.browser();
  await browser.signIn(ana);
  const [row] = await site.runtime.database.select().from(sessions);
  const expiresAt = new Date(Date.now() + 10 * 86_400_000);
  await site.runtime.database.update(sessions).set({ expiresAt });
  const used = await browser.get("/social/");
  expect(used.headers.getSetCookie().join()).toContain("Max-Age=2592000");
  const [renewed] = await site.runtime.database.select().from(sessions);
  expect(renewed?.token).toBe(row?.token);
  expect(renewed?.expiresAt.getTime()).toBeGreaterThan(expiresAt.getTime());
  expect(await browser.isSignedIn()).toBe(true);
  await site.runtime.database.update(sessions).set({ expiresAt: new Date(Date.now() - 1_000) });
  expect(await browser.isSignedIn()).toBe(false);
});

test("signing out ends this session and no other", async () => {
  const site = await openSiteOfAna();
  const here = site.browser();
  const there = site.browser();
  await here.signIn(ana);
  await there.signIn(ana);
  const stolen = here.cookies.get("sharewell.session_token") ?? "";
  expect((await here.post("/logout/")).location).toBe("/login/?news=signed-out");
  expect([...here.cookies.keys()]).toEqual(["sharewell.browser"]);
  expect((await here.get("/login/?news=signed-out")).html).toContain("You are signed out.");
  here.cookies.set("sharewell.session_token", stolen);
  expect(await here.isSignedIn()).toBe(false);
  expect(await there.isSignedIn()).toBe(true);
});

test("signing out everywhere ends all sessions of the person and of nobody else", async () => {
  const site = await openSiteOfAna();
  const ben1 = site.browser();
  await signUp(site, ben1, ben);
  const [here, there] = [site.browser(), site.browser()];
  await here.signIn(ana);
  await there.signIn(ana);
  const page = await here.fill("/account/", "/account/sign-out-everywhere/");
  expect(page.location).toBe("/login/?news=signed-out-everywhere");
  expect(await here.isSignedIn()).toBe(false);
  expect(await there.isSignedIn()).toBe(false);
  expect(await ben1.isSignedIn()).toBe(true);
});

test("who is signed in already skips the form", async () => {
  const site = await openSiteOfAna();
  const browser = site.browser();
  await browser.signIn(ana);
  expect((await browser.get("/login/?next=%2Fsocial%2Fhistory%2F")).location).toBe("/social/history/");
});

test("after too many tries for one address a person waits, and nobody else does", async () => {
  const site = await openSiteOfAna();
  await createPerson(site.runtime, ben);
  const tries = Array.from({ length: 20 }, () =>
    site.browser().post("/login/", { email: ana.email, password: "guess number one" }),
  );
  expect((await Promise.all(tries)).map(({ status }) => status)).not.toContain(429);
  const refused = await site.browser().post("/login/", { email: ana.email, password: ana.password });
  expect(refused.status).toBe(429);
  expect(refused.html).toMatch(/Too many attempts\. Wait 15 minutes, then try again\./);
  expect((await site.browser().post("/login/", ben)).status).toBe(303);
  site.wait(15 * MINUTE);
  expect((await site.browser().post("/login/", ana)).status).toBe(303);
});

test("one network address cannot try many accounts, whatever it writes into X-Forwarded-For", async () => {
  const site = await openSiteOfAna();
  const guess = (index: number) =>
    site
      .browser({ "x-forwarded-for": `198.51.100.${index}` })
      .post("/login/", { email: `p${index}@example.com`, password: "x" });
  const pages = await Promise.all(Array.from({ length: 61 }, (_, index) => guess(index)));
  expect(pages.filter(({ status }) => status === 429)).toHaveLength(1);
});

test("behind the operator's proxy the address is the one that the proxy added", async () => {
  const site = await openSiteOfAna({ variables: { SOCIAL_TRUST_PROXY: "true" } });
  await site.browser({ "x-forwarded-for": "203.0.113.9, 198.51.100.7" }).signIn(ana);
  const events = await site.runtime.database
    .select()
    .from(auditEvents)
    .where(eq(auditEvents.action, "person.signed-in"));
  expect(events.map(({ ipAddress }) => ipAddress)).toEqual(["198.51.100.7"]);
});

test("who signs in and out is on record", async () => {
  const site = await openSiteOfAna();
  const browser = site.browser();
  await browser.signIn(ana);
  await browser.post("/logout/");
  const events = await site.runtime.database.select().from(auditEvents);
  const told = events.map(({ action, userId, subject, ipAddress }) => ({
    action,
    own: userId === subject,
    ipAddress,
  }));
  expect(told).toEqual([
    { action: "person.signed-up", own: true, ipAddress: null },
    { action: "person.signed-in", own: true, ipAddress: "127.0.0.1" },
    { action: "person.signed-out", own: true, ipAddress: "127.0.0.1" },
  ]);
});

test("where mail does not work, nothing that needs it is offered", async () => {
  const site = await openSiteOfAna({ mail: "none" });
  const browser = site.browser();
  const { html } = await browser.get("/login/");
  expect(html).not.toContain("/login/link/");
  expect(html).toContain("Forgot your password? Contact the operator of this service.");
  expect((await browser.post("/login/link/", { email: ana.email })).status).toBe(404);
  expect((await browser.get("/login/reset/")).status).toBe(404);
  expect((await browser.post("/login/reset/", { email: ana.email })).status).toBe(404);
});

test.each([
  "https://evil.example/",
  "//evil.example/",
  "/\\evil.example/",
  "\\\\evil.example/",
  "/\t/evil.example/",
  "/\n//evil.example/",
  "/.//evil.example/",
  "/x/..//evil.example/",
  "javascript:alert(1)",
  "social/",
  "",
  ` ${share}`,
  `/${"x".repeat(9_000)}`,
])("login never leads away from the service: %j", async (next) => {
  expect(readNext(next)).toBe("/social/");
});

test.each([
  [share, share],
  ["/social/share/?url=https://site.example//a", "/social/share/?url=https://site.example//a"],
  ["/social/share/?title=Grüße", "/social/share/?title=Gr%C3%BC%C3%9Fe"],
  ["/social/../account/", "/account/"],
])("login leads on to a place of ours: %j", (next, expected) => {
  expect(readNext(next)).toBe(expected);
});

test("a foreign address in the form is not followed either", async () => {
  const site = await openSiteOfAna();
  expect((await site.browser().post("/login/", { ...ana, next: "//evil.example/" })).location).toBe(
    "/social/",
  );
});
