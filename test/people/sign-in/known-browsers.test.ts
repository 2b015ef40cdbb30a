/** Known browsers, and what makes us forget them. */
import { eq } from "drizzle-orm";
import { expect, test } from "vitest";
import { knownBrowsers, users } from "../../../src/database/schema.ts";
import { removeExpired } from "../../../src/people/expired.ts";
import { isKnownBrowser } from "../../../src/people/sign-in/known-browsers.ts";
import { createPerson } from "../../../src/people/sign-up/create-person.ts";
import { block } from "../../../src/people/standing.ts";
import { ana, type Browser, ben, linkIn, openSiteOfAna, type Site } from "../site.ts";

const DAY = 86_400_000;

const knows = (site: Site, browser: Browser, email: string) =>
  isKnownBrowser(
    site.runtime,
    new Headers({ cookie: [...browser.cookies].map(([name, value]) => `${name}=${value}`).join("; ") }),
    email,
  );

test("a browser is known to an account once somebody signed in with it, and to no other account", async () => {
  const site = await openSiteOfAna();
  await createPerson(site.runtime, ben);
  const [here, there] = [site.browser(), site.browser()];
  expect(await knows(site, here, ana.email)).toBe(false);
  await there.signIn({ ...ana, password: "wrong" });
  expect(await knows(site, there, ana.email)).toBe(false);
  await here.signIn(ana);
  expect(await knows(site, here, ana.email)).toBe(true);
  expect(await knows(site, here, ben.email)).toBe(false);
  await here.post("/logout/");
  expect(await knows(site, here, ana.email)).toBe(true);
  await here.signIn(ana);
  expect(await site.runtime.database.select().from(knownBrowsers)).toHaveLength(1);
});

test("of two people who share a browser each has a secret of their own in it", async () => {
  const site = await openSiteOfAna();
  await createPerson(site.runtime, ben);
  const shared = site.browser();
  await shared.signIn(ana);
  await shared.post("/logout/");
  const anas = shared.cookies.get("sharewell.browser");
  await shared.signIn(ben);
  expect(await knows(site, shared, ana.email)).toBe(true);
  expect(await knows(site, shared, ben.email)).toBe(true);
  const before = site.browser();
  before.cookies.set("sharewell.browser", anas ?? "");
  expect(await knows(site, before, ben.email)).toBe(false);
});

test("the cookie's secret is not in the database, and the cookie stays when the session ends", async () => {
  const site = await openSiteOfAna();
  const browser = site.browser();
  const page = await browser.signIn(ana);
  expect(page.headers.getSetCookie().at(-1)).toMatch(
    /^sharewell\.browser=[\w-]{43}; Max-Age=34560000; Path=\/; HttpOnly; SameSite=Lax$/,
  );
  const rows = await site.runtime.database.select().from(knownBrowsers);
  expect(JSON.stringify(rows)).not.toContain(browser.cookies.get("sharewell.browser"));
  browser.cookies.set("sharewell.browser", rows[0]?.tokenHash ?? "");
  expect(await knows(site, browser, ana.email)).toBe(false);
});

test("signing out everywhere, and a new password, make all browsers strangers again", async () => {
  const site = await openSiteOfAna();
  const [here, there] = [site.browser(), site.browser()];
  await there.signIn(ana);
  await here.signIn(ana);
  await here.post("/account/password/", {
    currentPassword: ana.password,
    newPassword: "a hill of otters",
  });
  expect(await knows(site, here, ana.email)).toBe(true);
  expect(await knows(site, there, ana.email)).toBe(false);

  await here.post("/account/sign-out-everywhere/");
  expect(await knows(site, here, ana.email)).toBe(false);

  await here.signIn({ ...ana, password: "a hill of otters" });
  expect(await knows(site, here, ana.email)).toBe(true);
  await here.post("/login/reset/", { email: ana.email });
  await site.runtime.people.background.settled();
  const link = linkIn(site.letters.findLast(({ text }) => text.includes("/login/reset/new/")));
  await here.fill(link, "/login/reset/new/", { password: "nine paper boats" });
  expect(await knows(site, here, ana.email)).toBe(false);
});

test("whoever is blocked is known in no browser afterwards", async () => {
  const site = await openSiteOfAna();
  await createPerson(site.runtime, ben);
  const browser = site.browser();
  await browser.signIn(ben);
  const idOf = async (email: string) =>
    (await site.runtime.database.select().from(users).where(eq(users.email, email)))[0]?.id ?? "";
  const visitor = { headers: new Headers(), ipAddress: undefined };
  await block(site.runtime, { id: await idOf(ana.email) }, visitor, await idOf(ben.email));
  expect(await knows(site, browser, ben.email)).toBe(false);
});

test("a person has so many browsers and no more, and one that is long unused is forgotten", async () => {
  const site = await openSiteOfAna();
  const first = site.browser();
  await first.signIn(ana);
  const [person] = await site.runtime.database.select().from(users).where(eq(users.email, ana.email));
  const later = new Date(Date.now() + DAY);
  await site.runtime.database.insert(knownBrowsers).values(
    Array.from({ length: 20 }, (_, index) => ({
      ...{ userId: person?.id ?? "", tokenHash: `hash ${index}` },
      ...{ firstUsedAt: later, lastUsedAt: later },
    })),
  );
  site.wait(2 * DAY);
  const newest = site.browser();
  await newest.signIn(ana);
  expect(await site.runtime.database.select().from(knownBrowsers)).toHaveLength(20);
  expect(await knows(site, newest, ana.email)).toBe(true);
  expect(await knows(site, first, ana.email)).toBe(false);
  site.wait(399 * DAY);
  await removeExpired(site.runtime);
  expect(await knows(site, newest, ana.email)).toBe(true);
  site.wait(2 * DAY);
  await removeExpired(site.runtime);
  expect(await site.runtime.database.select().from(knownBrowsers)).toEqual([]);
});
