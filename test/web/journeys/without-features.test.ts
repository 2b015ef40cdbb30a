/** Every optional part of a browser taken away, and scripts that do not arrive: the pages say so or do without, and nothing hangs. */
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { users } from "../../../src/database/schema.ts";
import { createPerson } from "../../../src/people/sign-up/create-person.ts";
import { openBrowser, openProfile, person, shareLink, signIn } from "../../harness/browser/browser.ts";
import { connectAccount } from "../../harness/people/accounts.ts";
import { startTestService, type TestService } from "../../harness/services/service.ts";

let browser: Browser;
let service: TestService;
let context: BrowserContext;
let page: Page;
let complaints: string[];

const article = { url: "https://blog.example.com/tides", title: "Tides" };

beforeAll(async () => {
  browser = await openBrowser();
  service = await startTestService();
  await createPerson(service.runtime, person);
  const [row] = await service.runtime.database.select().from(users);
  await connectAccount(service.runtime, { id: row?.id ?? "" }, { platform: "twitter" });
  context = await openProfile(browser);
  const tab = await context.newPage();
  await tab.goto(service.address);
  await signIn(tab);
  await tab.waitForURL(/\/social\/$/);
  await tab.close();
});
afterAll(async () => {
  await browser.close();
  await service.stop();
});

/** Opens a tab in which a script runs before those of each page. */
async function openTab(script: string): Promise<void> {
  page = await context.newPage();
  complaints = [];
  page.on("pageerror", (error) => complaints.push(error.message));
  await page.addInitScript(script);
}

const features: Readonly<Record<string, string>> = {
  passkeys: "delete globalThis.PublicKeyCredential",
  "the clipboard": "Object.defineProperty(navigator, 'clipboard', { value: undefined })",
  "the share sheet": "Object.defineProperty(navigator, 'share', { value: undefined })",
  popover: "delete HTMLElement.prototype.showPopover; delete HTMLElement.prototype.popover",
  "the list of time zones": "delete Intl.supportedValuesOf",
  "observers of size": "delete globalThis.ResizeObserver; delete globalThis.IntersectionObserver",
  "view transitions": "delete Document.prototype.startViewTransition",
};

test.each(Object.keys(features))("without %s no page breaks, and a share goes out", async (name) => {
  await openTab(features[name] ?? "");
  for (const path of ["social/", "account/", "admin/sites/", "admin/audit/", "card", "social/history/"]) {
    await page.goto(service.address + path);
    await page.locator("h1").waitFor();
  }
  await page.goto(
    shareLink(service, { ...article, url: `${article.url}-${Object.keys(features).indexOf(name)}` }),
  );
  await page.locator("input[name=account]").first().check({ force: true });
  await page.locator("textarea[name=message]").fill(`Without ${name}`);
  await page.locator("form[data-draft] button.primary[type=submit]").click();
  await page.getByRole("heading", { name: "Shared", exact: true }).waitFor();
  expect(complaints).toEqual([]);
  await page.close();
});

test("a browser without passkeys is told so in the settings, and sees no gap at sign-in", async () => {
  const named = await startTestService((port) => ({ SOCIAL_BASE_URL: `http://localhost:${port}/` }));
  const address = `http://localhost:${new URL(named.address).port}/`;
  await createPerson(named.runtime, person);
  await openTab(features.passkeys ?? "");
  await page.goto(`${address}login/`);
  expect(await page.locator("form[data-passkey]").boundingBox()).toBeNull();
  await signIn(page);
  await page.waitForURL(/\/social\/$/);
  await page.goto(`${address}account/`);
  expect(await page.getByText("a browser that supports passkeys").isVisible()).toBe(true);
  expect(complaints).toEqual([]);
  await page.close();
  await named.stop();
});

test("where htmx does not arrive, the result and the checks come all the same", async () => {
  await openTab("");
  await page.route("**/htmx.js", (route) => route.abort());
  await page.goto(shareLink(service, { ...article, url: `${article.url}-unscripted` }));
  await page.locator("input[name=account]").first().check({ force: true });
  await page.locator("form[data-draft] button.primary[type=submit]").click();
  await page.getByRole("heading", { name: "Shared", exact: true }).waitFor();
  await page.goto(`${service.address}admin/setup/`);
  await page.waitForURL(/checks=now/);
  expect(await page.locator("#check-database").innerText()).toContain("atabase");
  await page.close();
});

test("a private page that comes back from the Back cache is asked for anew", async () => {
  await openTab("");
  let asked = 0;
  page.on("request", (request) => {
    if (request.url() === `${service.address}account/` && request.isNavigationRequest()) asked += 1;
  });
  await page.goto(`${service.address}account/`);
  // In a task of its own: the page goes away before an answer could come.
  await page.evaluate(() => {
    setTimeout(() => dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true })));
  });
  await expect.poll(() => asked).toBe(2);
  await page.close();
});

test("a refusal is in the title and has the focus; the end of a share is told once, in few words", async () => {
  const stranger = await openProfile(browser);
  const tab = await stranger.newPage();
  await tab.goto(service.address);
  await tab.getByLabel("Email address").fill(person.email);
  await tab.getByLabel("Password", { exact: true }).fill("not the password");
  await tab.getByRole("button", { name: "Sign in", exact: true }).click();
  await tab.getByRole("alert").waitFor();
  expect(await tab.title()).toMatch(/^Not done: /);
  expect(await tab.evaluate(() => document.activeElement?.getAttribute("role"))).toBe("alert");
  await stranger.close();
  await openTab("");
  await page.goto(shareLink(service, { ...article, url: `${article.url}-told` }));
  await page.locator("input[name=account]").first().check({ force: true });
  await page.locator("form[data-draft] button.primary[type=submit]").click();
  await page.getByRole("heading", { name: "Shared", exact: true }).waitFor();
  const told = await page.locator("#outcomes :is([role=status], [aria-live])").allInnerTexts();
  expect(told.filter((text) => text !== "")).toHaveLength(1);
  expect(told.join("").length).toBeLessThan(60);
  await page.close();
});
