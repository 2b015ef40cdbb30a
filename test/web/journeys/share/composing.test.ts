/** Somebody composes a share: connects accounts on the way, in few clicks, by keyboard, on a phone and without JavaScript. */
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { blog } from "../../../../examples/blog/site.tsx";
import { type RunningSite, startSite } from "../../../../examples/site/server.ts";
import { users } from "../../../../src/database/schema.ts";
import { createPerson } from "../../../../src/people/sign-up/create-person.ts";
import { platformNames } from "../../../../src/platforms/platform.ts";
import { findFaults } from "../../../harness/browser/axe.ts";
import { openBrowser, openProfile, person, sendButton, shareLink } from "../../../harness/browser/browser.ts";
import { connectAccount } from "../../../harness/people/accounts.ts";
import { postsOn } from "../../../harness/people/shares.ts";
import { startTestService, type TestService } from "../../../harness/services/service.ts";

const ben = { name: "Ben Okoro", email: "ben@example.com", password: "a sea of lanterns" };

let browser: Browser;
let service: TestService;
let site: RunningSite;
/** The cookies of Ana, who has two of Ben's accounts, and of Ben, who has none. */
let signedIn: Awaited<ReturnType<BrowserContext["storageState"]>>;
let newcomer: typeof signedIn;

beforeAll(async () => {
  browser = await openBrowser();
  site = await startSite(blog, { host: "127.0.0.1", port: 0 });
  service = await startTestService();
  site.pointTo(service.address);
  await createPerson(service.runtime, person);
  const [ana] = await service.runtime.database.select({ id: users.id }).from(users);
  await createPerson(service.runtime, ben);
  for (const platform of ["twitter", "threads"] as const)
    await connectAccount(service.runtime, { id: ana?.id ?? "" }, { platform, account: "ben" });
  signedIn = await enter(person);
  newcomer = await enter(ben);
});
afterAll(async () => {
  await browser.close();
  await site.stop();
  await service.stop();
});

async function enter({ email, password }: typeof ben | typeof person): Promise<typeof signedIn> {
  const context = await openProfile(browser, { timezoneId: "Europe/Berlin" });
  const page = await context.newPage();
  await page.goto(service.address);
  expect(await page.evaluate(() => document.activeElement?.getAttribute("name"))).toBe("email");
  await page.keyboard.type(email);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/social\//);
  const state = await context.storageState();
  await context.close();
  return state;
}

let context: BrowserContext;
let page: Page;
beforeEach(async () => {
  context = await openProfile(browser, {
    storageState: signedIn,
    viewport: { width: 1280, height: 800 },
    timezoneId: "Europe/Berlin",
  });
  page = await context.newPage();
  return () => context.close();
});

const linkTo = (name: string) => shareLink(service, { url: `https://blog.example.com/${name}`, title: name });
const box = (network: string, on = page) =>
  on.getByRole("checkbox", { name: new RegExp(` on ${network} ?`) });

test("from the site's button to a shared message it takes two clicks and no scrolling", async () => {
  await page.goto(linkTo("before"));
  for (const network of ["X", "Threads"]) await box(network).check();
  await sendButton(page).click();
  await page.getByRole("heading", { name: "Shared", exact: true }).waitFor();
  await page.goto(`${site.address}${blog.items[1]?.slug}/`);
  let clicks = 0;
  const button = page.getByRole("link", { name: /^Share(?!d)/ });
  const [tab] = await Promise.all([context.waitForEvent("page"), button.click().then(() => (clicks += 1))]);
  await tab.waitForLoadState();
  await tab.locator("#message:focus").waitFor();
  await tab.keyboard.type("Worth ten minutes");
  expect(await tab.locator("#message").inputValue()).toBe("Worth ten minutes");
  expect(await sendButton(tab).innerText()).toMatch(/^Share to \d accounts$/);
  await sendButton(tab).click();
  clicks += 1;
  expect(await tab.evaluate(() => scrollY)).toBe(0);
  await tab.getByRole("heading", { name: "Shared", exact: true }).waitFor();
  expect(clicks).toBe(2);
});

test("all networks are connected from the share page in at most 16 clicks, and come back ticked", async () => {
  const own = await openProfile(browser, { storageState: newcomer, viewport: { width: 1280, height: 800 } });
  const tab = await own.newPage();
  let clicks = 0;
  const click = async (name: string | RegExp, role: "link" | "button" = "button") => {
    await tab.getByRole(role, { name }).first().click();
    clicks += 1;
  };
  await tab.goto(linkTo("newcomer"));
  expect(await tab.locator(".connect-links .button").first().innerText()).toContain("Mastodon");
  const typed = new Map([
    ["mastodon", `@Ana@mastodon.localhost:${service.emulator.mastodon.port}`],
    ["bluesky", "ana.bsky.test"],
  ]);
  const links = [
    /Mastodon/,
    /Bluesky/,
    /Facebook$/,
    /Instagram \(Instagram login\)/,
    /Threads/,
    /X$/,
    /LinkedIn \(Your profile\)/,
  ];
  for (const link of links) {
    await click(link, "link");
    for (const [network, answer] of typed) {
      if (!link.test(network.replace(/^./, (letter) => letter.toUpperCase()))) continue;
      await tab.waitForURL((url) => url.pathname.includes(`connect/${network}`));
      expect(await tab.evaluate(() => document.activeElement?.getAttribute("name"))).toBe("server");
      await tab.keyboard.type(answer);
      await tab.keyboard.press("Enter");
    }
    await tab.getByRole("heading", { name: /wants to use your/ }).waitFor();
    await click("Approve");
    await tab.waitForURL(/\/social\/(choose|share)\//);
    if (tab.url().includes("/choose/")) await click("Connect");
    await tab.waitForURL(/\/social\/share\//);
  }
  expect(clicks).toBeLessThanOrEqual(16);
  const networks = await tab.locator(".account-chip .unseen").allInnerTexts();
  expect(new Set(networks.map((words) => words.trim().split("on ").at(-1))).size).toBe(platformNames.length);
  // All that can be chosen: no picture is known of this page.
  expect(await tab.locator("input[name=account]:enabled:not(:checked)").count()).toBe(0);
  // Open until it is left.
  expect(await tab.locator(".connect-panel").getAttribute("open")).not.toBeNull();
  await own.close();
});

test("an account that was connected meanwhile is ticked beside a draft that was kept", async () => {
  await page.goto(linkTo("meanwhile"));
  await box("X").check();
  await box("Threads").uncheck();
  await page.locator("#message").fill("Half a sentence");
  await page.getByText("Connect", { exact: true }).click();
  await page.getByRole("link", { name: "Connect LinkedIn (Your profile)" }).click();
  await page.getByLabel(/Ben/).check();
  await page.getByRole("button", { name: "Approve" }).click();
  await page.waitForURL(/\/social\/share\//);
  expect(await page.locator("#message").inputValue()).toBe("Half a sentence");
  expect(await box("X").isChecked()).toBe(true);
  expect(await box("Threads").isChecked()).toBe(false);
  expect(await box("LinkedIn").isChecked()).toBe(true);
  expect(await sendButton(page).innerText()).toBe("Share to 2 accounts");
});

test("All ticks and unticks every account, and Ctrl+Enter shares, by keyboard alone", async () => {
  await page.goto(linkTo("keyboard"));
  const all = page.getByRole("button", { name: "All", exact: true });
  await all.focus();
  const number = await page.locator("input[name=account]").count();
  if ((await all.getAttribute("aria-pressed")) !== "true") await page.keyboard.press("Enter");
  expect(await sendButton(page).innerText()).toBe(`Share to ${number} accounts`);
  await page.keyboard.press("Space");
  expect(await sendButton(page).innerText()).toBe("Share");
  // Enter on an account shares nothing.
  await box("X").focus();
  await page.keyboard.press("Space");
  await page.keyboard.press("Enter");
  expect(await sendButton(page).innerText()).toBe("Share to 1 account");
  await page.locator("#message").focus();
  await page.keyboard.type("By keyboard");
  await page.keyboard.press("Control+Enter");
  await page.getByRole("heading", { name: "Shared", exact: true }).waitFor();
});

test("the button says when, and the quick times are in the browser's zone", async () => {
  await page.goto(linkTo("tomorrow"));
  await box("X").check();
  await page.getByLabel(/^Tomorrow/).check();
  expect(await sendButton(page).innerText()).toMatch(/^Schedule for \w{3},? 09:00$/);
  await sendButton(page).click();
  await page.getByText(/Goes out on \w{3},? \d+ \w+ \d{4}, 09:00 (CET|CEST|GMT\+[12])/).waitFor();
});

test("what is too long is named, has the focus, shows what was cut, and waits until that was read", async () => {
  await page.goto(linkTo("too-long"));
  for (const network of ["X", "Threads"]) await box(network).check();
  await page.locator("#message").fill(`${"many words ".repeat(50)}and the end`);
  await sendButton(page).click();
  await page
    .getByRole("alert")
    .getByText(/too many for Threads \(@ben\)/)
    .waitFor();
  expect(await page.title()).toContain("Not shared yet");
  expect(await page.evaluate(() => document.activeElement?.getAttribute("name"))).toMatch(/^message-/);
  expect(await page.locator(".cut-text del").innerText()).toMatch(/and the end$/);
  expect(await findFaults(page)).toEqual([]);
  await sendButton(page).click();
  // The browser leads to the box instead of sending.
  expect(await page.evaluate(() => document.activeElement?.getAttribute("name"))).toBe("seen");
  await page.keyboard.press("Space");
  await sendButton(page).click();
  await page.getByRole("heading", { name: "Shared", exact: true }).waitFor();
});

test("a form that comes back with its used key and other words asks again and keeps them", async () => {
  await page.goto(linkTo("used"));
  for (const network of ["X", "Threads"]) await box(network).setChecked(network === "X");
  await page.locator("#message").fill("First words");
  const form = await page.evaluate(
    () =>
      [...new FormData(document.querySelector<HTMLFormElement>("form.share") ?? undefined)] as [
        string,
        string,
      ][],
  );
  await sendButton(page).click();
  await page.getByRole("heading", { name: "Shared", exact: true }).waitFor();
  const send = async (message: string) =>
    await page.request.post(`${service.address}social/share/`, {
      data: `${new URLSearchParams([...form.filter(([name]) => name !== "message"), ["message", message]])}`,
      headers: {
        origin: new URL(service.address).origin,
        "content-type": "application/x-www-form-urlencoded",
      },
      maxRedirects: 0,
    });
  expect((await send("First words")).status()).toBe(303);
  const other = await send("Other words");
  expect(other.status()).toBe(409);
  expect(await other.text()).toMatch(/You shared this form before.*Other words/s);
  const posts = (await postsOn(service.emulator.twitter)).map(({ text }) => text);
  expect(posts.filter((text) => /First words|Other words/.test(text))).toHaveLength(1);
});

test("on a phone, without JavaScript: All, the preview and Share work as plain forms", async () => {
  const plain = await openProfile(browser, {
    storageState: signedIn,
    viewport: { width: 390, height: 844 },
    javaScriptEnabled: false,
  });
  const tab = await plain.newPage();
  await tab.goto(linkTo("plain"));
  await tab.locator("#message").fill("No script");
  const all = tab.getByRole("button", { name: "All", exact: true });
  // Twice where all were ticked already: then the first press unticks them.
  const wasPressed = (await all.getAttribute("aria-pressed")) === "true";
  for (const pressed of wasPressed ? ["false", "true"] : ["true"]) {
    await all.click();
    await tab.locator(`button[value=all][aria-pressed=${pressed}]`).waitFor();
  }
  expect(await tab.locator("#message").inputValue()).toBe("No script");
  expect(await tab.locator("input[name=account]:not(:checked)").count()).toBe(0);
  expect(await tab.locator(".previews").isVisible()).toBe(false);
  await tab.getByRole("radio", { name: "Preview" }).check();
  expect(await tab.locator(".post-preview").filter({ visible: true }).count()).toBe(1);
  await tab.getByRole("radio", { name: /^Threads/ }).check();
  expect(await tab.locator(".post-preview").filter({ visible: true }).innerText()).toContain("No script");
  await tab.getByRole("radio", { name: "Write" }).check();
  await tab.locator("#message").fill("Written later");
  await tab.getByRole("radio", { name: "Preview" }).check();
  await tab.getByRole("button", { name: "Update the preview" }).click();
  await tab.locator(".post-preview").filter({ visible: true, hasText: "Written later" }).waitFor();
  expect(await tab.getByRole("radio", { name: "Preview" }).isChecked()).toBe(true);
  expect(await tab.getByRole("radio", { name: /^Threads/ }).isChecked()).toBe(true);
  await tab.getByRole("button", { name: "Share", exact: true }).click();
  await tab.getByRole("heading", { name: "Shared", exact: true }).waitFor();
  await plain.close();
});

test("changing what is scheduled offers what the composer does: chips, previews, and what the button will do", async () => {
  await page.goto(linkTo("changed"));
  await box("X").check();
  await box("Threads").uncheck();
  await page.getByLabel("In an hour").check();
  await sendButton(page).click();
  await page.getByRole("link", { name: "Change", exact: true }).click();
  await page.getByRole("heading", { name: "Change this scheduled share" }).waitFor();
  expect(await page.evaluate(() => document.activeElement?.getAttribute("name"))).toBe("message");
  expect(await sendButton(page).innerText()).toMatch(/^Schedule for /);
  await page.keyboard.type("Changed words");
  await page.getByRole("button", { name: "All", exact: true }).click();
  await page.locator("#preview-of-threads .post-preview", { hasText: "Changed words" }).waitFor({
    state: "attached",
  });
  expect(await findFaults(page)).toEqual([]);
  await page.getByLabel("Now", { exact: true }).check();
  expect(await sendButton(page).innerText()).toBe("Share to 2 accounts");
  await page.keyboard.press("Control+Enter");
  await page.getByRole("heading", { name: "Shared", exact: true }).waitFor();
  const posts = await postsOn(service.emulator.threads);
  expect(posts.filter(({ text }) => text.includes("Changed words"))).toHaveLength(1);
});
