/** Nothing that a person is writing is lost, and the accounts of last time are ticked. */
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
import { startTestService, type TestService } from "../../../harness/services/service.ts";

let browser: Browser;
let service: TestService;
let context: BrowserContext;
let page: Page;
/** The cookies of a login, for separate browser profiles. */
let signedIn: Awaited<ReturnType<BrowserContext["storageState"]>>;

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
const send = () => sendButton(page).click();

async function write(words: string): Promise<void> {
  await box("X").check();
  await box("Threads").uncheck();
  await message().fill(words);
}

test("it survives a reload, and another page does not get it", async () => {
  await page.goto(linkTo("reloaded"));
  const half = "Half a sentence, and then another one ".repeat(5).trim();
  await write(half);
  await page.reload();
  expect(await message().inputValue()).toBe(half);
  expect(await box("X").isChecked()).toBe(true);
  expect(await box("Threads").isChecked()).toBe(false);
  // As X counts it, with two line ends and the link.
  await page.getByText(`${half.length + 25} of 280`).waitFor();
  await page.goto(linkTo("another"));
  expect(await message().inputValue()).toBe("");
  await page.goBack();
  expect(await message().inputValue()).toBe(half);
});

test("the time that was chosen survives a reload, in its zone", async () => {
  await page.goto(linkTo("later"));
  await page.getByLabel("Pick a time").check();
  await page.getByLabel("Date and time").fill("2031-05-06T07:08");
  await page.getByLabel("Time zone").selectOption("Europe/Berlin");
  await page.reload();
  await expect.poll(() => page.getByLabel("Time zone").inputValue()).toBe("Europe/Berlin");
  expect(await page.getByLabel("Date and time").inputValue()).toBe("2031-05-06T07:08");
  expect(await sendButton(page).innerText()).toBe("Schedule for Tue 6 May, 07:08");
});

test("it survives a login that ended meanwhile, and is gone once it was shared", async () => {
  await page.goto(linkTo("signed-out"));
  await write("Written before the login ended");
  await context.clearCookies();
  await send();
  await signIn(page);
  await page.waitForURL(/\/social\/share\/\?/);
  expect(await message().inputValue()).toBe("Written before the login ended");
  await send();
  await page.getByRole("heading", { name: "Shared", exact: true }).waitFor();
  await page.goto(linkTo("signed-out"));
  expect(await message().inputValue()).toBe("");
});

test("what the server refused is shown as it was sent, not as it was kept", async () => {
  await page.goto(linkTo("refused"));
  await write("word ".repeat(80));
  await send();
  await page.getByText("Shortened to fit").waitFor();
  expect(await message().inputValue()).toBe("word ".repeat(80));
  expect(await page.locator("textarea[name^=message-]").last().inputValue()).not.toBe("word ".repeat(80));
});

test("after a refusal a reload and the Back button come to the form, with what was written", async () => {
  await page.goto(linkTo("back"));
  await write("word ".repeat(80));
  await send();
  await page.getByText("Shortened to fit").waitFor();
  await page.reload();
  expect(await message().inputValue()).toBe("word ".repeat(80));
  await message().fill("");
  await send();
  await page.getByRole("heading", { name: "Shared", exact: true }).waitFor();
  await page.goBack();
  await page.getByRole("heading", { name: "Share this page" }).waitFor();
  await page.goto(`${service.address}account/`);
  await page.getByLabel("Current password").fill("not the right one");
  await page.getByLabel("New password").fill("a bridge over the river");
  await page.getByRole("button", { name: "Change the password" }).click();
  await page.getByRole("alert").waitFor();
  await page.goto(`${service.address}social/`);
  await page.goBack();
  await page.getByRole("heading", { name: "Your account" }).waitFor();
});

test("a change of what is scheduled survives a reload, before and after a refusal", async () => {
  await page.goto(linkTo("scheduled"));
  await write("First words");
  await page.getByLabel("Pick a time").check();
  await page
    .getByLabel("Date and time")
    .fill(`${new Date(Date.now() + 86_400_000).toISOString().slice(0, 16)}`);
  await sendButton(page).click();
  await page.getByRole("link", { name: "Change", exact: true }).click();
  await message().fill("Other words");
  await page.reload();
  expect(await message().inputValue()).toBe("Other words");
  const past = new Date(Date.now() - 3_600_000).toISOString().slice(0, 16);
  await page.getByLabel("Date and time").fill(past);
  await sendButton(page).click();
  await page.getByText("This time has passed").first().waitFor();
  await page.reload();
  expect(await message().inputValue()).toBe("Other words");
  expect(await page.getByLabel("Date and time").inputValue()).toBe(past);
});

test("the accounts of last time are ticked, but for where the page is already", async () => {
  await page.goto(linkTo("first"));
  await write("One");
  await send();
  await page.getByRole("heading", { name: "Shared", exact: true }).waitFor();
  await page.goto(linkTo("second"));
  expect(await box("X").isChecked()).toBe(true);
  expect(await box("Threads").isChecked()).toBe(false);
  await page.goto(linkTo("first"));
  expect(await box("X").isChecked()).toBe(false);
});

test("who signs out leaves nothing behind for the next one in this tab", async () => {
  // With a separate login, so that the others' continues.
  await context.clearCookies();
  await page.goto(linkTo("left-behind"));
  await signIn(page);
  await page.waitForURL(/\/social\/share\/\?/);
  await write("For nobody else's eyes");
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.waitForURL(/\/login\//);
  expect(await page.evaluate(() => sessionStorage.length)).toBe(0);
});
