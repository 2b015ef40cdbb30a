/** Without a connection nothing that was written is lost, nothing is shared by itself, and nothing twice. */
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { users } from "../../../../src/database/schema.ts";
import { createPerson } from "../../../../src/people/sign-up/create-person.ts";
import { findFaults } from "../../../harness/browser/axe.ts";
import {
  openBrowser,
  openProfile,
  person,
  sendButton,
  shareLink,
  signIn,
} from "../../../harness/browser/browser.ts";
import { connectAccount } from "../../../harness/people/accounts.ts";
import { postsOn } from "../../../harness/people/shares.ts";
import { startTestService, type TestService } from "../../../harness/services/service.ts";

let browser: Browser;
let service: TestService;
let context: BrowserContext;
let page: Page;

beforeAll(async () => {
  browser = await openBrowser();
  service = await startTestService();
  await createPerson(service.runtime, person);
  const [row] = await service.runtime.database.select().from(users);
  await connectAccount(service.runtime, { id: row?.id ?? "" }, { platform: "twitter" });
  context = await openProfile(browser, { viewport: { width: 390, height: 844 } });
  page = await context.newPage();
  await page.goto(service.address);
  await signIn(page);
  await page.waitForURL(/\/social\//);
});
afterAll(async () => {
  await browser.close();
  await service.stop();
});
beforeEach(() => context.setOffline(false));

const message = () => page.getByRole("textbox", { name: "Message" });
const unsent = () => page.getByRole("heading", { name: "Not shared yet" });

async function write(name: string, words: string): Promise<void> {
  await page.goto(shareLink(service, { url: `https://blog.example.com/${name}`, title: name }));
  await page.getByRole("checkbox", { name: / on X/ }).check();
  await message().fill(words);
  // Writing prepares for a lost connection.
  await page.evaluate(async () => void (await navigator.serviceWorker.ready));
}

async function countPosts(words: string): Promise<number> {
  return (await postsOn(service.emulator.twitter)).filter(({ text }) => text.includes(words)).length;
}

test("a share that cannot be sent shows what was written, and is sent when the person says so, once", async () => {
  const words = "In a tunnel, with <b>signs</b>\nand </script> in two lines";
  await write("tunnel", words);
  await context.setOffline(true);
  await sendButton(page).click();
  await unsent().waitFor();
  expect(await page.getByRole("heading", { level: 1 }).allInnerTexts()).toEqual(["Not shared yet"]);
  expect(await page.title()).toMatch(/^Not shared yet/);
  expect(await page.locator(".unsent .kept-words").innerText()).toBe(words);
  expect(
    await page
      .getByRole("button", { name: "Try again" })
      .evaluate((button) => button === document.activeElement),
  ).toBe(true);
  expect(await findFaults(page)).toEqual([]);
  await page.keyboard.press("Enter");
  await page.waitForLoadState();
  await unsent().waitFor();
  await context.setOffline(false);
  await page.evaluate(() => dispatchEvent(new Event("online")));
  expect(await countPosts("In a tunnel")).toBe(0);
  await page.getByRole("button", { name: "Try again" }).click();
  await page.getByRole("heading", { name: "Shared", exact: true }).waitFor();
  await expect.poll(() => countPosts("In a tunnel")).toBe(1);
  await page.goto(shareLink(service, { url: "https://blog.example.com/tunnel", title: "tunnel" }));
  expect(await message().inputValue()).toBe("");
});

test("the way back to the form, and a reload, bring what was written", async () => {
  await write("back", "To be changed");
  await context.setOffline(true);
  await sendButton(page).click();
  await unsent().waitFor();
  await page.reload();
  await page.getByRole("heading", { name: "You are offline" }).waitFor();
  expect(await page.getByRole("button", { name: "Try again" }).count()).toBe(0);
  await context.setOffline(false);
  await page.reload();
  await expect.poll(() => message().inputValue()).toBe("To be changed");
  await context.setOffline(true);
  await sendButton(page).click();
  await unsent().waitFor();
  await context.setOffline(false);
  await page.getByRole("link", { name: "Back to the form" }).click();
  await expect.poll(() => message().inputValue()).toBe("To be changed");
  expect(await countPosts("To be changed")).toBe(0);
});

test("a share that arrived although its answer was lost is not posted again", async () => {
  await write("answer", "The answer was lost");
  // What arrives at the service, while the browser learns nothing of it.
  await page.evaluate(async () => {
    const form = document.querySelector<HTMLFormElement>("form.share") ?? undefined;
    const body = new URLSearchParams([...new FormData(form)].map(([name, value]) => [name, String(value)]));
    await fetch("/social/share/", { method: "POST", body });
  });
  await context.setOffline(true);
  await sendButton(page).click();
  await unsent().waitFor();
  await context.setOffline(false);
  await page.getByRole("button", { name: "Try again" }).click();
  await page.getByRole("heading", { name: "Shared", exact: true }).waitFor();
  expect(await countPosts("The answer was lost")).toBe(1);
});

test("a change of what is scheduled that cannot be sent is kept too", async () => {
  await write("scheduled", "First words");
  await page.getByLabel("Pick a time").check();
  await page.getByLabel("Date and time").fill(new Date(Date.now() + 86_400_000).toISOString().slice(0, 16));
  await sendButton(page).click();
  await page.getByRole("link", { name: "Change", exact: true }).click();
  await message().fill("Changed in a tunnel");
  await context.setOffline(true);
  await sendButton(page).click();
  await unsent().waitFor();
  await page.getByText("Changed in a tunnel").waitFor();
  await context.setOffline(false);
  await page.getByRole("button", { name: "Try again" }).click();
  await page.getByRole("heading", { name: /Scheduled/ }).waitFor();
  await page.getByText("Changed in a tunnel").first().waitFor();
  expect(await countPosts("Changed in a tunnel")).toBe(0);
});
