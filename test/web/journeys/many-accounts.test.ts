/** A person with many accounts chooses among them in a browser, without a reload; and without JavaScript. */
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { findFaults } from "../../harness/browser/axe.ts";
import { openBrowser, openProfile, shareLink } from "../../harness/browser/browser.ts";
import { addSomebody, type Somebody } from "../../harness/people/somebody.ts";
import { startTestService, type TestService } from "../../harness/services/service.ts";

const amount = { accounts: 120, groups: 3, members: 40, requests: 5, waiting: 0 };
const article = { url: "https://blog.example.com/sqlite", title: "Why we moved to SQLite" };

let browser: Browser;
let service: TestService;
let ana: Somebody;
let context: BrowserContext;
let page: Page;

beforeAll(async () => {
  browser = await openBrowser();
  service = await startTestService();
  ana = await addSomebody(service.runtime, service.address, "Ana", amount);
  context = await signedIn({});
  page = await context.newPage();
});
afterAll(async () => {
  await browser.close();
  await service.stop();
});

async function signedIn(options: { javaScriptEnabled?: boolean }): Promise<BrowserContext> {
  const profile = await openProfile(browser, options);
  const cookies = ana.visitor.cookieHeader().split("; ");
  await profile.addCookies(
    cookies.map((cookie) => {
      const at = cookie.indexOf("=");
      return { name: cookie.slice(0, at), value: cookie.slice(at + 1), url: service.address };
    }),
  );
  return profile;
}

const chosen = (on: Page) => on.locator(".chosen");
/** The search is folded as long as accounts are chosen, so that the message is in view. */
const unfold = (on: Page) => on.getByText("Choose accounts one by one").click();

test("a search adds accounts while the page stays, and what is written stays with it", async () => {
  await page.goto(shareLink(service, article));
  await page.evaluate(() => Object.assign(globalThis, { isSamePage: true }));
  await page.getByLabel("Same accounts as last time").uncheck();
  await expect.poll(() => chosen(page).innerText()).toBe("No account is chosen of 120.");
  await page.getByLabel("Message", { exact: true }).fill("Worth a read");
  await page.getByLabel("Newsrooms 01").check();
  await expect.poll(() => chosen(page).innerText()).toMatch(/^\d\d accounts are chosen of 120\.$/);
  const before = Number.parseInt(await chosen(page).innerText(), 10);
  await unfold(page);
  const search = page.getByLabel("Find accounts");
  await search.pressSequentially("newsroom-93", { delay: 20 });
  await expect.poll(() => page.locator(".found li").count()).toBe(2);
  expect(await search.inputValue()).toBe("newsroom-93");
  await page.locator(".found").getByLabel("Newsroom of Springfield 93").check();
  await expect.poll(() => chosen(page).innerText()).toBe(`${before + 1} accounts are chosen of 120.`);
  await search.fill("");
  await expect.poll(() => page.locator(".picks").getByLabel("@newsroom-93").count()).toBe(1);
  // No other account has taken over its tick with its place.
  expect(await page.locator(".found input[name=account]:checked").count()).toBe(0);
  expect(await chosen(page).innerText()).toBe(`${before + 1} accounts are chosen of 120.`);
  await page.getByRole("button", { name: "Next" }).click();
  await expect.poll(() => page.locator(".turning").innerText()).toContain("Page 2 of 5");
  await page.locator(".picks").getByLabel("@newsroom-93").uncheck();
  await expect.poll(() => chosen(page).innerText()).toBe(`${before} accounts are chosen of 120.`);
  expect(await page.locator(".turning").innerText()).toContain("Page 2 of 5");
  expect(await page.getByLabel("Message", { exact: true }).inputValue()).toBe("Worth a read");
  expect(await page.evaluate(() => "isSamePage" in globalThis)).toBe(true);
});

test("Enter in the search looks for accounts and shares nothing", async () => {
  await page.goto(shareLink(service, { ...article, url: `${article.url}/enter` }));
  await unfold(page);
  await page.getByLabel("Find accounts").fill("newsroom-11");
  await page.keyboard.press("Enter");
  await expect.poll(() => page.locator(".found li").count()).toBeLessThan(20);
  expect(new URL(page.url()).pathname).toBe("/social/share/");
});

test("what was chosen survives a reload", async () => {
  await page.goto(shareLink(service, { ...article, url: `${article.url}/reload` }));
  await page.getByLabel("Same accounts as last time").uncheck();
  await expect.poll(() => chosen(page).innerText()).toBe("No account is chosen of 120.");
  await page.getByLabel("Newsrooms 02").check();
  await expect.poll(() => chosen(page).innerText()).toMatch(/^\d\d accounts/);
  const before = Number.parseInt(await chosen(page).innerText(), 10);
  await unfold(page);
  await page.getByLabel("Find accounts").fill("newsroom-118");
  await expect.poll(() => page.locator(".found li").count()).toBe(2);
  await page.locator(".found").getByLabel("Newsroom of Springfield 118").check();
  const words = `${before + 1} accounts are chosen of 120.`;
  await expect.poll(() => chosen(page).innerText()).toBe(words);
  await page.reload();
  await expect.poll(() => chosen(page).innerText()).toBe(words);
  // Among the chosen ones, or in the list of found ones if it is on its first page.
  const ticked = page.locator(".picker input[name=account]:checked");
  await expect.poll(() => ticked.count()).toBe(1);
});

test("without JavaScript each step is a page that keeps the form", async () => {
  const plain = await signedIn({ javaScriptEnabled: false });
  const on = await plain.newPage();
  await on.goto(shareLink(service, { ...article, url: `${article.url}/plain` }));
  await on.getByLabel("Same accounts as last time").uncheck();
  await on.getByLabel("Message", { exact: true }).fill("By hand");
  await unfold(on);
  await on.getByLabel("Find accounts").fill("newsroom-10");
  await on.keyboard.press("Enter");
  await on.getByLabel(/^All \d+ accounts found/).check();
  await on.getByLabel("Find accounts").fill("");
  await on.getByRole("button", { name: "Find" }).click();
  expect(await on.locator(".picks").first().innerText()).toContain("All matching “newsroom-10”");
  expect(await on.getByLabel("Message", { exact: true }).inputValue()).toBe("By hand");
  await plain.close();
});

test.each([
  ["light", 1_280],
  ["dark", 390],
] as const)("axe-core finds nothing on the pages of many accounts: %s, %d px", async (scheme, width) => {
  await page.setViewportSize({ width, height: 900 });
  await page.emulateMedia({ colorScheme: scheme });
  const paths = [
    "social/",
    "social/?state=attention",
    `social/accounts/${ana.connectionIds[0]}/`,
    "social/groups/new/",
    `social/groups/${ana.groupId}/`,
    `social/share/?${new URLSearchParams(article)}`,
    `social/share/${ana.scheduledId}/edit/`,
    "social/history/?who=newsroom",
  ];
  for (const path of paths) {
    await page.goto(`${service.address}${path}`);
    expect([path, await findFaults(page)]).toEqual([path, []]);
    const isWider = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
    expect([path, isWider]).toEqual([path, false]);
  }
});
