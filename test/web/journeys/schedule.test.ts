import { eq } from "drizzle-orm";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { socialShares, users } from "../../../src/database/schema.ts";
import { createPerson } from "../../../src/people/sign-up/create-person.ts";
import {
  openBrowser,
  openProfile,
  person,
  sendButton,
  shareLink,
  signIn,
} from "../../harness/browser/browser.ts";
import { connectAccount } from "../../harness/people/accounts.ts";
import { postsOn } from "../../harness/people/shares.ts";
import { startTestService, type TestService } from "../../harness/services/service.ts";

let browser: Browser;
let service: TestService;
beforeAll(async () => {
  browser = await openBrowser();
  service = await startTestService();
  await createPerson(service.runtime, person);
  const [row] = await service.runtime.database.select({ id: users.id }).from(users);
  await connectAccount(service.runtime, { id: row?.id ?? "" }, { platform: "twitter" });
});
beforeEach(() => service.runtime.database.update(users).set({ timeZone: null }));
afterAll(async () => {
  await browser.close();
  await service.stop();
});

const article = (title: string) => ({ url: `https://blog.example.com/${title}`, title });

const postsAbout = async (words: string) =>
  (await postsOn(service.emulator.twitter)).filter(({ text }) => text.includes(words));

/** Presses Tab until the focused element has this name. */
async function tabTo(page: Page, name: RegExp): Promise<void> {
  for (let steps = 0; steps < 60; steps += 1) {
    const focused = page.locator(":focus");
    if ((await focused.count()) > 0) {
      const label = await focused.evaluate((element) => {
        const labels = "labels" in element ? [...(element.labels as NodeListOf<HTMLElement>)] : [];
        return labels.map(({ innerText }) => innerText).join(" ") || (element as HTMLElement).innerText;
      });
      if (name.test(label)) return;
    }
    await page.keyboard.press("Tab");
  }
  throw new Error(`Tabbing never reached ${name}.`);
}

test("a share is scheduled, changed and cancelled by keyboard alone, in the person's own zone", async () => {
  const context = await openProfile(browser, {
    timezoneId: "America/New_York",
    viewport: { width: 1280, height: 1000 },
  });
  const page = await context.newPage();
  await page.goto(service.address);
  await signIn(page);
  await page.waitForURL(/\/social\//);
  await page.goto(shareLink(service, article("by-keyboard")));

  await tabTo(page, /@ana/);
  // Already ticked if it was used before.
  if (!(await page.locator("input[name=account]").isChecked())) await page.keyboard.press("Space");
  await tabTo(page, /^Now$/);
  // From the first choice to the last.
  await page.keyboard.press("ArrowUp");
  expect(await page.getByLabel("Time zone").inputValue()).toBe("America/New_York");
  const day = new Date(Date.now() + 3 * 86_400_000).toISOString().slice(0, 10);
  await tabTo(page, /Date and time/);
  await page.getByLabel("Date and time").fill(`${day}T09:30`);
  await tabTo(page, /^Schedule for /);
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Scheduled" }).waitFor();
  expect(await page.locator("#outcomes").innerText()).toMatch(
    /Goes out on \w+,? \d+ \w+ \d{4}, 09:30 (EST|EDT|GMT-[45])\./,
  );
  expect(await postsAbout("by-keyboard")).toEqual([]);

  await tabTo(page, /^Change$/);
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Change this scheduled share" }).waitFor();
  expect(await page.getByLabel("Date and time").inputValue()).toBe(`${day}T09:30`);
  await tabTo(page, /^Message$/);
  await page.keyboard.type("Worth a read");
  await page.getByLabel("Date and time").fill(`${day}T10:00`);
  await tabTo(page, /^Schedule for /);
  await page.keyboard.press("Enter");
  await page.getByText("Worth a read").waitFor();
  expect(await page.locator("#outcomes").innerText()).toMatch(/10:00/);
  await page.goto(`${service.address}social/history/`);
  await page.getByRole("heading", { name: "Coming up" }).waitFor();
  await page.goBack();

  await tabTo(page, /^Cancel all$/);
  await page.keyboard.press("Enter");
  await tabTo(page, /^Yes, cancel all$/);
  await page.keyboard.press("Enter");
  await page.locator(".outcome .state", { hasText: "Cancelled" }).first().waitFor();
  expect(await page.getByRole("link", { name: "Change", exact: true }).count()).toBe(0);
  await context.close();
});

test("without JavaScript a share is scheduled, a time that is past keeps what was written, and what is late is asked about", async () => {
  const context = await openProfile(browser, { javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(service.address);
  await signIn(page);
  await page.waitForURL(/\/social\//);
  await page.goto(shareLink(service, article("without-script")));
  await page.getByRole("checkbox", { name: /ana/ }).check();
  await page.getByLabel("Message").fill("Kept");
  await page.getByLabel("Pick a time").check();
  await page.getByLabel("Date and time").fill("2020-01-01T10:00");
  await page.getByLabel("Time zone").fill("Europe/Berlin");
  await sendButton(page).click();
  await page.getByRole("alert").getByText("This time has passed").waitFor();
  expect(await page.getByLabel("Message").inputValue()).toBe("Kept");
  const day = new Date(Date.now() + 3 * 86_400_000).toISOString().slice(0, 10);
  await page.getByLabel("Date and time").fill(`${day}T10:00`);
  await sendButton(page).click();
  await page.getByText(/Goes out on .*10:00 (CET|CEST|GMT\+[12])/).waitFor();

  const shareId = (await page.locator(".outcome").getAttribute("id"))?.replace("share-", "") ?? "";
  await service.runtime.database
    .update(socialShares)
    .set({ nextAttemptAt: null })
    .where(eq(socialShares.id, shareId));
  await page.reload();
  await page.getByText(/It was due on .* but the service was not running/).waitFor();
  await page.getByRole("button", { name: /Share now/ }).click();
  await page.getByText("Posted", { exact: true }).waitFor();
  expect(await postsAbout("Kept")).toHaveLength(1);
  await context.close();
});
