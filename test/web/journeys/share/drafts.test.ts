/** What somebody writes on one device is continued on another, and no device's words are lost. */
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
let signedIn: Awaited<ReturnType<BrowserContext["storageState"]>>;
let laptop: Page;
let phone: Page;

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
  const devices = await Promise.all([
    openProfile(browser, { storageState: signedIn, viewport: { width: 1_280, height: 800 } }),
    openProfile(browser, { storageState: signedIn, viewport: { width: 390, height: 844 } }),
  ]);
  [laptop, phone] = [await devices[0].newPage(), await devices[1].newPage()];
  return async () => {
    for (const device of devices) await device.close();
  };
});

const linkTo = (name: string) => shareLink(service, { url: `https://blog.example.com/${name}`, title: name });
const message = (page: Page) => page.getByRole("textbox", { name: "Message" });
const saved = (page: Page) => page.getByText("Draft saved", { exact: true }).waitFor();
const box = (page: Page, network: string) =>
  page.getByRole("checkbox", { name: new RegExp(` on ${network} ?`) }).first();

async function write(page: Page, words: string): Promise<void> {
  const stored = page.waitForResponse(
    (answer) => answer.url().endsWith("/social/drafts/") && answer.request().method() === "POST",
  );
  await message(page).fill(words);
  await stored;
}

test("a draft is saved by itself, offered on another device, continued there, and gone once it is shared", async () => {
  await laptop.goto(linkTo("trains"));
  await box(laptop, "X").check();
  await message(laptop).fill("Written on the laptop");
  await saved(laptop);
  await phone.goto(linkTo("trains"));
  await phone.getByText("“Written on the laptop”").waitFor();
  expect(await message(phone).inputValue()).toBe("");
  expect(await findFaults(phone)).toEqual([]);
  await phone.getByRole("link", { name: "Continue writing" }).click();
  await expect.poll(() => message(phone).inputValue()).toBe("Written on the laptop");
  expect(await box(phone, "X").isChecked()).toBe(true);
  await write(phone, "Written on the laptop, ended on the phone");
  // The laptop's tab gives way to what is newer.
  await laptop.reload();
  await expect.poll(() => message(laptop).inputValue()).toBe("Written on the laptop, ended on the phone");
  await sendButton(laptop).click();
  await laptop.getByRole("heading", { name: "Shared", exact: true }).waitFor();
  // The phone still shows the form, and sends the same.
  await sendButton(phone).click();
  await phone.getByRole("heading", { name: "Shared", exact: true }).waitFor();
  const posts = (await postsOn(service.emulator.twitter)).filter(({ text }) =>
    text.includes("ended on the phone"),
  );
  expect(posts).toHaveLength(1);
  await phone.goto(`${service.address}social/drafts/`);
  expect(await phone.getByText("Written on the laptop").count()).toBe(0);
});

test("two devices that write at once both keep their words, and the later one is told", async () => {
  await laptop.goto(linkTo("both"));
  await write(laptop, "Known to both");
  await phone.goto(linkTo("both"));
  await phone.getByRole("link", { name: "Continue writing" }).click();
  await phone.waitForURL(/draft=/);
  await write(phone, "Known to both, then the phone");
  await write(laptop, "Known to both, then the laptop");
  await laptop.getByText("Saved as a second draft").waitFor();
  await write(laptop, "Known to both, then the laptop again");
  expect(await laptop.getByText("Saved as a second draft").isVisible()).toBe(true);
  await write(phone, "Known to both, then the phone again");
  await laptop.goto(`${service.address}social/drafts/`);
  await laptop.getByText("Known to both, then the laptop again").waitFor();
  await laptop.getByText("Known to both, then the phone again").waitFor();
  expect(await laptop.getByRole("listitem").filter({ hasText: "Known to both" }).count()).toBe(2);
});

test("leaving the page keeps what was written a moment ago", async () => {
  await laptop.goto(linkTo("left"));
  await write(laptop, "First");
  await message(laptop).fill("Written just before leaving");
  await laptop.goto(`${service.address}social/history/`);
  await phone.goto(`${service.address}social/drafts/`);
  await expect
    .poll(async () => {
      await phone.reload();
      return await phone.getByText("Written just before leaving").isVisible();
    })
    .toBe(true);
});

test("signing out keeps the draft on the server, and clears the tab", async () => {
  await laptop.context().clearCookies();
  await laptop.goto(linkTo("signed-out"));
  await signIn(laptop);
  await laptop.waitForURL(/\/social\/share\/\?/);
  await write(laptop, "Before");
  await message(laptop).fill("For the next time");
  await laptop.getByRole("button", { name: "Sign out" }).click();
  await laptop.waitForURL(/\/login\//);
  expect(await laptop.evaluate(() => sessionStorage.length)).toBe(0);
  await phone.goto(linkTo("signed-out"));
  await phone.getByText("“For the next time”").waitFor();
});

test("without the server the tab keeps the draft and says so, and the server has it once it is back", async () => {
  await laptop.goto(linkTo("away"));
  await write(laptop, "Before the tunnel");
  await laptop.context().setOffline(true);
  await message(laptop).fill("Before the tunnel, and in it");
  await laptop.getByText("Not saved on the server yet. It is kept in this tab.").waitFor();
  await laptop.context().setOffline(false);
  await laptop.goto(linkTo("away"));
  await expect.poll(() => message(laptop).inputValue()).toBe("Before the tunnel, and in it");
  expect(await laptop.getByText("Draft from").count()).toBe(0);
  await saved(laptop);
  await phone.goto(linkTo("away"));
  await phone.getByText("“Before the tunnel, and in it”").waitFor();
});

test("with the keyboard alone: a draft is discarded, had back, continued and deleted", async () => {
  await laptop.goto(linkTo("keys"));
  await write(laptop, "With the keyboard");
  const other = await laptop.context().newPage();
  await other.goto(linkTo("keys"));
  const press = async (role: "button" | "link", name: RegExp) => {
    for (let tabs = 0; tabs < 60; tabs += 1) {
      await other.keyboard.press("Tab");
      const isThere = await other
        .getByRole(role, { name })
        .first()
        .evaluate((element) => element === document.activeElement);
      if (isThere) return await other.keyboard.press("Enter");
    }
    throw new Error(`The keyboard does not reach ${name}.`);
  };
  await press("button", /^Discard/);
  await other.getByText("The draft is deleted.").waitFor();
  await press("button", /^Undo/);
  await expect.poll(() => message(other).inputValue()).toBe("With the keyboard");
  await other.goto(`${service.address}social/new/`);
  await press("link", /drafts?$/);
  await other.getByText("With the keyboard").waitFor();
  expect(await findFaults(other)).toEqual([]);
  await press("button", /^Delete\s?: keys/);
  await other.getByText("The draft is deleted.").waitFor();
  expect(await other.getByText("With the keyboard").count()).toBe(0);
  expect(await findFaults(other)).toEqual([]);
  await other.close();
});

test("without JavaScript a button saves the draft, and another device continues it", async () => {
  const plain = await openProfile(browser, { storageState: signedIn, javaScriptEnabled: false });
  const page = await plain.newPage();
  await page.goto(linkTo("plain"));
  await message(page).fill("Without a script");
  await page.getByRole("button", { name: "Save draft" }).click();
  await page.getByText("Draft saved. You can continue it on any device.").waitFor();
  expect(await message(page).inputValue()).toBe("Without a script");
  await message(page).fill("Without a script, twice");
  await page.getByRole("button", { name: "Save draft" }).click();
  await page.getByText("Draft saved. You can continue it on any device.").waitFor();
  await phone.goto(`${service.address}social/drafts/`);
  expect(await phone.getByText("Without a script").count()).toBe(1);
  await phone.getByRole("link", { name: /^Continue writing\s?: plain/ }).click();
  await expect.poll(() => message(phone).inputValue()).toBe("Without a script, twice");
  await message(page).fill("");
  await page.getByRole("button", { name: "Save draft" }).click();
  await page.getByText("Nothing is written yet").waitFor();
  await plain.close();
});

test("a draft that was shared or deleted meanwhile is said to be gone", async () => {
  await laptop.goto(`${service.address}social/share/?draft=5c0b0e2e-3b0a-4f7e-9a53-0d3f2a4f8e11`);
  await laptop.getByText("This draft no longer exists: it was shared or deleted.").waitFor();
  expect(new URL(laptop.url()).pathname).toBe("/social/drafts/");
});
