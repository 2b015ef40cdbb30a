/** A form that comes back, that was filled in before its scripts arrived, or whose scripts never arrive, loses nothing. */
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { users } from "../../../../src/database/schema.ts";
import { createPerson } from "../../../../src/people/sign-up/create-person.ts";
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
let signedIn: Awaited<ReturnType<BrowserContext["storageState"]>>;
let context: BrowserContext;
let page: Page;

beforeAll(async () => {
  browser = await openBrowser();
  service = await startTestService();
  await createPerson(service.runtime, person);
  const [row] = await service.runtime.database.select().from(users);
  for (const platform of ["twitter", "threads"] as const)
    await connectAccount(service.runtime, { id: row?.id ?? "" }, { platform });
  const first = await openProfile(browser);
  const login = await first.newPage();
  await login.goto(service.address);
  await signIn(login);
  await login.waitForURL(/\/social\//);
  signedIn = await first.storageState();
  await first.close();
});
afterAll(async () => {
  await browser.close();
  await service.stop();
});
beforeEach(async () => {
  context = await openProfile(browser, { storageState: signedIn });
  page = await context.newPage();
  return async () => {
    await context.close();
  };
});

const linkTo = (name: string) => shareLink(service, { url: `https://blog.example.com/${name}`, title: name });
const message = () => page.getByRole("textbox", { name: "Message" });
const box = (network: string) => page.getByRole("checkbox", { name: new RegExp(` on ${network} ?`) }).first();
const shared = () => page.getByRole("heading", { name: "Shared", exact: true }).waitFor();
const isFocused = () =>
  page.getByLabel("Date and time").evaluate((field) => field === document.activeElement);

async function countPosts(words: string): Promise<number> {
  return (await postsOn(service.emulator.twitter)).filter(({ text }) => text.includes(words)).length;
}

/** Holds the scripts back until they are let go, in a browser that shows the page meanwhile, as Firefox does. */
async function holdScripts(): Promise<() => void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  await page.route("**/assets/**/*.js", async (route) => {
    await promise;
    await route.continue();
  });
  await page.route("**/social/share/?*", async (route) => {
    const answer = await route.fetch();
    const body = (await answer.text()).replaceAll(' blocking="render"', "");
    await route.fulfill({ response: answer, body });
  });
  return resolve;
}

test("a form that comes back from the Back cache has what was written, and is shared once", async () => {
  await page.goto(linkTo("back"));
  await box("X").check();
  await message().fill("Written before going away");
  // This Chromium keeps no page that must not be stored. Others do, and say so with this event.
  const reloaded = page.waitForEvent("load");
  await page.evaluate(() => {
    setTimeout(() => dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true })));
  });
  await reloaded;
  await expect.poll(() => message().inputValue()).toBe("Written before going away");
  expect(await box("X").isChecked()).toBe(true);
  await sendButton(page).click();
  await shared();
  await page.goBack();
  await page.getByRole("heading", { name: "Share this page" }).waitFor();
  await expect.poll(() => countPosts("Written before going away")).toBe(1);
});

test("what was typed and ticked before the scripts arrived is counted, previewed and kept", async () => {
  const letGo = await holdScripts();
  await page.goto(linkTo("early"), { waitUntil: "commit" });
  await box("X").check();
  await message().fill("Typed early. ".repeat(16).trim());
  letGo();
  await page.getByText(/23\d of 280/).waitFor();
  await page.locator(".previews").getByText("Typed early.").first().waitFor();
  await page.getByText("Draft saved", { exact: true }).waitFor();
  await page.unrouteAll({ behavior: "ignoreErrors" });
  await page.reload();
  await expect.poll(() => message().inputValue()).toMatch(/^Typed early/);
  expect(await box("X").isChecked()).toBe(true);
});

test("an account ticked before the scripts arrived is on the button, and kept", async () => {
  const letGo = await holdScripts();
  await page.goto(linkTo("ticked"), { waitUntil: "commit" });
  await box("Threads").check();
  await box("X").uncheck();
  letGo();
  await page.getByRole("button", { name: "Share to 1 account" }).waitFor();
  await page.locator(".previews").getByText("Ana Lima").first().waitFor();
  await page.unrouteAll({ behavior: "ignoreErrors" });
  await page.reload();
  expect(await box("Threads").isChecked()).toBe(true);
});

test("what was typed before the scripts arrived is newer, and the older words of the tab become a draft", async () => {
  await page.goto(linkTo("older"));
  await message().fill("Older words");
  await page.getByText("Draft saved", { exact: true }).waitFor();
  await context.setOffline(true);
  await message().fill("Older words, known to this tab only");
  await page.getByText("Not saved on the server yet").waitFor();
  await context.setOffline(false);
  const letGo = await holdScripts();
  await page.goto(linkTo("older"), { waitUntil: "commit" });
  await message().fill("Typed meanwhile");
  const bothSaved = ["message=Typed+meanwhile", "known+to+this+tab+only"].map((words) =>
    page.waitForResponse(
      (answer) =>
        answer.url() === new URL("/social/drafts/", service.address).href &&
        (answer.request().postData() ?? "").includes(words),
    ),
  );
  letGo();
  await Promise.all(bothSaved);
  // The form knows its draft now, so that leaving the page saves no other one.
  await page.locator("form.share input[name=draft]").waitFor({ state: "attached" });
  await page.unrouteAll({ behavior: "ignoreErrors" });
  await page.goto(`${service.address}social/drafts/`);
  await page.getByText("Older words, known to this tab only").waitFor();
  await page.getByText("Typed meanwhile").waitFor();
  expect(await page.getByRole("link", { name: /^Continue writing\s?: older/ }).count()).toBe(2);
});

test("a time is demanded where one is picked, not before, and no longer once it is not", async () => {
  await page.goto(linkTo("time"));
  const at = page.getByLabel("Date and time");
  await box("X").check();
  await message().fill("At some time");
  await page.getByLabel("Pick a time").check();
  await sendButton(page).click();
  await expect.poll(isFocused).toBe(true);
  expect(await at.evaluate((field: HTMLInputElement) => field.validity.valueMissing)).toBe(true);
  await at.fill("2020-01-01T09:00");
  await sendButton(page).click();
  expect(await at.evaluate((field: HTMLInputElement) => field.validity.rangeUnderflow)).toBe(true);
  // The same after a reload, which brings the time back.
  await page.reload();
  await expect.poll(() => at.inputValue()).toBe("2020-01-01T09:00");
  await expect.poll(() => at.evaluate((field: HTMLInputElement) => field.validity.rangeUnderflow)).toBe(true);
  expect(page.url()).toContain("?");
  await page.getByLabel("Now", { exact: true }).check();
  await sendButton(page).click();
  await shared();
});

test.for([
  "without JavaScript",
  "where scripts fail to load",
])("%s a time that is missing is told, and changing to Now shares", async (how) => {
  const plain = await openProfile(browser, {
    storageState: signedIn,
    javaScriptEnabled: how !== "without JavaScript",
  });
  page = await plain.newPage();
  await page.route("**/assets/**/*.js", (route) => route.abort());
  await page.goto(linkTo(how.replaceAll(" ", "-")));
  await box("X").check();
  await box("Threads").uncheck();
  await message().fill(`Time, ${how}`);
  await page.getByLabel("Pick a time").check();
  await sendButton(page).click();
  await page.getByRole("alert").getByText("Choose a date and a time.").waitFor();
  await page.getByLabel("Now", { exact: true }).check();
  await sendButton(page).click();
  await shared();
  await expect.poll(() => countPosts(`Time, ${how}`)).toBe(1);
  await plain.close();
});

test("where no script loads, the whole job is done, and the result does not stay at its beginning", async () => {
  await page.route("**/assets/**/*.js", (route) => route.abort());
  await page.goto(linkTo("unscripted"));
  await message().fill("Without any script");
  await page.getByRole("button", { name: "All", exact: true }).click();
  await page.getByRole("heading", { name: "Share this page" }).waitFor();
  expect(await box("X").isChecked()).toBe(true);
  expect(await message().inputValue()).toBe("Without any script");
  await sendButton(page).click();
  await shared();
  await page
    .getByText(/Posted to 2 accounts|Posted/)
    .first()
    .waitFor();
  expect(await countPosts("Without any script")).toBe(1);
});
