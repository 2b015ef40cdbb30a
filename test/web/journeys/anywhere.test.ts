/** A share begins in the browser: New share, the bookmark, the installed app without a connection, and other ways for visitors. */
import { createServer, type Server } from "node:http";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createPerson } from "../../../src/people/sign-up/create-person.ts";
import { languages } from "../../../src/words/languages.ts";
import { findFaults } from "../../harness/browser/axe.ts";
import {
  connectX,
  decide,
  openBrowser,
  openProfile,
  person,
  shareLink,
  signIn,
} from "../../harness/browser/browser.ts";
import { startTestService, type TestService } from "../../harness/services/service.ts";

const article = { url: "https://blog.example.com/lighthouse", title: "The lighthouse" };

let browser: Browser;
let service: TestService;
let context: BrowserContext;
let page: Page;
let site: Server;
let origin: string;

beforeAll(async () => {
  browser = await openBrowser();
  service = await startTestService();
  await createPerson(service.runtime, person);
  context = await openProfile(browser);
  page = await context.newPage();
  await page.goto(service.address);
  await signIn(page);
  await connectX(page, service);
  site = createServer((_request, response) => {
    response
      .writeHead(200, { "content-type": "text/html", "content-security-policy": "default-src 'none'" })
      .end("<!doctype html><title>A strict page</title><p>It shouted for ninety years.</p>");
  });
  await new Promise<void>((done) => site.listen(0, "127.0.0.1", done));
  const at = site.address();
  origin = `http://127.0.0.1:${at !== null && typeof at === "object" ? at.port : 0}/`;
});
afterAll(async () => {
  await browser.close();
  await service.stop();
  site.closeAllConnections();
  site.close();
});

test("by keyboard alone: New share, paste a text with an address, and the share page has page and words", async () => {
  await page.goto(`${service.address}social/`);
  await page.getByRole("link", { name: "New share" }).focus();
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/social\/new\/$/);
  await page.keyboard.insertText("no address here");
  await page.keyboard.press("Enter");
  await page.getByRole("alert").getByText("There is no web address in this text.").waitFor();
  const field = page.getByLabel(/The page to share/);
  expect(await field.inputValue()).toBe("no address here");
  await field.fill(`Worth a read: ${article.url}.`);
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/social\/share\/\?url=/);
  expect(await page.getByRole("textbox", { name: "Message" }).inputValue()).toBe("Worth a read");
});

test("the bookmark can be dragged, cannot be pressed here, and on a site with a strict policy opens the share page", async () => {
  await page.goto(`${service.address}social/apps/`);
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  const link = page.getByRole("link", { name: "Share with Sharewell" });
  await link.click();
  await page.getByText("Drag it to the bookmarks bar").waitFor();
  expect(complaints).toEqual([]);
  const bookmark = (await link.getAttribute("href")) ?? "";
  expect(bookmark).toMatch(/^javascript:/);
  const other = await context.newPage();
  await other.goto(origin);
  await other.evaluate(() => getSelection()?.selectAllChildren(document.querySelector("p") ?? document.body));
  // As the bookmarks bar does, beside the page's policy.
  const session = await context.newCDPSession(other);
  const [shown] = await Promise.all([
    context.waitForEvent("page"),
    session.send("Runtime.evaluate", {
      expression: decodeURIComponent(bookmark.slice("javascript:".length)),
      userGesture: true,
    }),
  ]);
  await shown.waitForURL(/\/social\/share\//);
  expect(Object.fromEntries(new URL(shown.url()).searchParams)).toEqual({
    url: origin,
    title: "A strict page",
    text: "It shouted for ninety years.",
  });
  expect(await shown.getByRole("textbox", { name: "Message" }).inputValue()).toBe(
    "It shouted for ninety years.",
  );
  await shown.close();
  await other.close();
});

test("Chromium finds nothing wrong with the manifest, and would install it", async () => {
  await page.goto(`${service.address}social/new/`);
  const session = await context.newCDPSession(page);
  const { errors, url } = await session.send("Page.getAppManifest");
  expect(url).toBe(`${service.address}app.webmanifest`);
  expect(errors).toEqual([]);
});

test("the installed app without a connection keeps what was handed over, and opens it once there is one", async () => {
  const phone = await openProfile(browser, { viewport: { width: 390, height: 844 } });
  const app = await phone.newPage();
  await app.goto(`${service.address}social/new/`);
  await signIn(app);
  await app.waitForURL(/\/social\/new\/$/);
  await app.evaluate(async () => void (await navigator.serviceWorker.ready));
  const handed = `${service.address}social/share/?${new URLSearchParams({ text: `Worth a read ${article.url}` })}`;
  await phone.setOffline(true);
  await app.goto(handed);
  await app.getByRole("heading", { name: "You are offline" }).waitFor();
  await app.getByText(`Worth a read ${article.url}`).waitFor();
  expect(await app.evaluate(() => getComputedStyle(document.body).backgroundColor)).not.toBe(
    "rgba(0, 0, 0, 0)",
  );
  expect(await findFaults(app)).toEqual([]);
  await phone.setOffline(false);
  // Chromium tells pages of the connection when it comes back, but not when DevTools pretend it.
  await app.evaluate(() => dispatchEvent(new Event("online")));
  await app.waitForURL(/\/social\/share\/\?url=/);
  await phone.close();
});

test("the service worker keeps nothing of anybody: its cache holds the offline page and its files alone", async () => {
  const profile = await openProfile(browser);
  const tab = await profile.newPage();
  await tab.goto(`${service.address}social/new/`);
  await signIn(tab);
  await tab.waitForURL(/\/social\/new\/$/);
  await tab.evaluate(async () => void (await navigator.serviceWorker.ready));
  await tab.goto(`${service.address}social/history/`);
  await tab.goto(`${service.address}social/`);
  const kept = await tab.evaluate(async () => {
    const all = await Promise.all(
      (await caches.keys()).map(async (name) => (await caches.open(name)).keys()),
    );
    return all.flat().map(({ url }) => new URL(url).pathname.replace(/\/[0-9a-f]{16}\//, "/"));
  });
  expect(kept.toSorted()).toEqual([
    "/assets/icon.svg",
    "/assets/offline.js",
    "/assets/style.css",
    "/offline/",
  ]);
  const offline = await tab.evaluate(async () => await (await fetch("/offline/")).text());
  expect(offline).not.toContain(person.name);
  // Signing out takes the worker and its cache along.
  await tab.getByRole("button", { name: "Sign out" }).click();
  await tab.waitForURL(/\/login\//);
  expect(await tab.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length)).toBe(0);
  await profile.close();
});

test("with the service worker at work, a network leads back to a connected account", async () => {
  const profile = await openProfile(browser);
  const tab = await profile.newPage();
  await tab.goto(`${service.address}social/new/`);
  await signIn(tab);
  await tab.waitForURL(/\/social\/new\/$/);
  await tab.evaluate(async () => void (await navigator.serviceWorker.ready));
  await tab.goto(`${service.address}social/connect/twitter/`);
  await tab.getByRole("button", { name: /^Connect/ }).click();
  await decide(tab, "Approve");
  await tab.waitForURL(/\/social\/($|callback)/);
  expect(await tab.getByRole("heading", { level: 1 }).innerText()).toBe("Accounts");
  await profile.close();
});

test("a visitor at 390 px without JavaScript shares on a server of the fediverse, by keyboard", async () => {
  const profile = await openProfile(browser, {
    javaScriptEnabled: false,
    viewport: { width: 390, height: 844 },
  });
  const tab = await profile.newPage();
  await tab.goto(shareLink(service, article));
  await tab.getByRole("heading", { name: "How do you want to share?" }).waitFor();
  await tab.getByRole("link", { name: "Mastodon" }).focus();
  await tab.keyboard.press("Enter");
  await tab.getByLabel(/Your server/).fill(`mastodon.localhost:${service.emulator.mastodon.port}`);
  await tab.keyboard.press("Enter");
  await tab.getByLabel(/New post on/).waitFor();
  expect(await tab.getByLabel(/New post on/).inputValue()).toBe(`${article.title}\n\n${article.url}`);
  await profile.close();
});

test("a visitor copies the link, opens the share sheet, and signs in on the same page", async () => {
  const profile = await openProfile(browser);
  await profile.grantPermissions(["clipboard-read", "clipboard-write"], {
    origin: new URL(service.address).origin,
  });
  await profile.addInitScript(() => {
    Object.defineProperty(navigator, "share", {
      value: async (data: object) =>
        document.documentElement.setAttribute("data-shared", JSON.stringify(data)),
    });
  });
  const tab = await profile.newPage();
  const requests: string[] = [];
  tab.on("request", (request) => requests.push(request.url()));
  await tab.goto(shareLink(service, article));
  await tab.getByRole("button", { name: /^Copy/ }).click();
  expect(await tab.evaluate(() => navigator.clipboard.readText())).toBe(article.url);
  await tab.getByRole("button", { name: "Share with an app…" }).click();
  expect(JSON.parse((await tab.locator("html").getAttribute("data-shared")) ?? "{}")).toEqual(article);
  expect(requests.filter((url) => !url.startsWith(service.address))).toEqual([]);
  await signIn(tab);
  await tab.getByRole("textbox", { name: "Message" }).waitFor();
  await profile.close();
});

test.each(
  languages,
)("no new page has a fault that axe finds, nor scrolls sideways, in %s", async (language) => {
  for (const [width, colorScheme] of [
    [1280, "light"],
    [390, "light"],
    [320, "dark"],
  ] as const) {
    const options = { locale: language, viewport: { width, height: 800 }, colorScheme };
    const stranger = await openProfile(browser, options);
    const member = await openProfile(browser, { ...options, storageState: await context.storageState() });
    const visits = [
      [stranger, shareLink(service, article)],
      [stranger, `${service.address}social/share/to/mastodon/?${new URLSearchParams(article)}`],
      [stranger, `${service.address}offline/`],
      [member, `${service.address}social/new/`],
      [member, `${service.address}social/share/?text=words`],
      [member, `${service.address}social/apps/`],
    ] as const;
    for (const [profile, address] of visits) {
      const tab = await profile.newPage();
      await tab.goto(address);
      for (const folded of await tab.locator("details").all())
        await folded.evaluate((one) => one.setAttribute("open", ""));
      expect(await findFaults(tab), address).toEqual([]);
      expect(
        await tab.evaluate(() => document.documentElement.scrollWidth - innerWidth),
        address,
      ).toBeLessThanOrEqual(0);
      await tab.close();
    }
    await stranger.close();
    await member.close();
  }
});
