import { randomUUID } from "node:crypto";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { Connection } from "../../../src/connections/connection.ts";
import { users } from "../../../src/database/schema.ts";
import { createPerson } from "../../../src/people/sign-up/create-person.ts";
import { languages } from "../../../src/words/languages.ts";
import { findFaults } from "../../harness/browser/axe.ts";
import { openBrowser, openProfile, person, signIn } from "../../harness/browser/browser.ts";
import { connectAccount } from "../../harness/people/accounts.ts";
import { addRequest } from "../../harness/people/many-shares.ts";
import { draftFor, shareTo, submit } from "../../harness/people/shares.ts";
import { startTestService, type TestService } from "../../harness/services/service.ts";

let browser: Browser;
let service: TestService;
let context: BrowserContext;
let page: Page;
let ana: { id: string };
let twitter: Connection;

beforeAll(async () => {
  browser = await openBrowser();
  service = await startTestService();
  await createPerson(service.runtime, person);
  const [row] = await service.runtime.database.select({ id: users.id }).from(users);
  ana = { id: row?.id ?? "" };
  twitter = await connectAccount(service.runtime, ana, { platform: "twitter" });
  context = await openProfile(browser, {
    timezoneId: "Europe/Madrid",
    viewport: { width: 1280, height: 900 },
  });
  page = await context.newPage();
  await page.goto(service.address);
  await signIn(page);
  await page.waitForURL(/\/social\//);
});
beforeEach(async () => {
  await page.setViewportSize({ width: 1280, height: 900 });
  await page.emulateMedia({ media: null, colorScheme: "light" });
});
afterAll(async () => {
  await browser.close();
  await service.stop();
});

/** Two days in the middle of a month and of a week, months ahead. */
const year = new Date().getUTCFullYear() + (new Date().getUTCMonth() > 5 ? 1 : 0);
const month = `${year}-${new Date().getUTCMonth() > 5 ? "04" : "10"}`;
const [from, to] = [`${month}-13`, `${month}-14`];

async function schedule(title: string, day: string): Promise<string> {
  const shared = {
    url: `https://blog.example.com/${randomUUID()}`,
    title,
    description: "",
    image: undefined,
  };
  const at = new Date(`${day}T12:00:00Z`);
  return await submit(service.runtime, ana, draftFor([twitter], { page: shared, at }));
}

test("a share is dragged to another day, and one dropped in the past says why and moves back", async () => {
  await schedule("To drag", from);
  await page.goto(`${service.address}social/calendar/?on=${from}`);
  const day = (date: string) => page.locator(`[data-day="${date}"]`);
  await day(from).locator(".entry-title", { hasText: "To drag" }).dragTo(day(to));
  await page.getByRole("status").getByText("The share was moved.").waitFor();
  expect(await day(to).innerText()).toContain("To drag");
  expect(await day(to).locator("time").getAttribute("data-local")).toMatch(new RegExp(`^${to}T1[234]:00`));

  const today = new Date().toISOString().slice(0, 10);
  const soon = await schedule("Soon", new Date(Date.now() + 2 * 86_400_000).toISOString().slice(0, 10));
  await page.goto(`${service.address}social/calendar/?on=${today}`);
  const past = page.locator(".day.past").first();
  if ((await past.count()) > 0) {
    await page.locator(`#entry-${soon}`).dragTo(past);
    await page.getByRole("alert").getByText("This time has passed").waitFor();
    expect(await past.getByText("Soon").count()).toBe(0);
    expect(await page.locator(`#entry-${soon}`).count()).toBe(1);
  }
});

test("a share is moved by keyboard alone", async () => {
  await schedule("By keyboard", `${month}-06`);
  await page.goto(`${service.address}social/calendar/?on=${month}-06`);
  await page.getByRole("link", { name: "Move “By keyboard”" }).focus();
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Move this scheduled share" }).waitFor();
  expect(await page.locator(":focus").getAttribute("name")).toBe("at");
  await page.getByLabel(/New date and time/).fill(`${month}-07T18:45`);
  await page.keyboard.press("Enter");
  await page.getByRole("status").getByText("The share was moved.").waitFor();
  expect(await page.locator(`[data-day="${month}-07"]`).innerText()).toContain("By keyboard");
});

test("without JavaScript and on a phone the calendar is an agenda, from which a share is moved", async () => {
  const id = await schedule("On a phone", `${month}-22`);
  const phone = await openProfile(browser, {
    javaScriptEnabled: false,
    viewport: { width: 390, height: 844 },
  });
  await phone.addCookies(await context.cookies());
  const tab = await phone.newPage();
  await tab.goto(`${service.address}social/calendar/?on=${month}-22`);
  const shown = await tab
    .locator(".day:visible")
    .evaluateAll((days) => days.map((day) => (day as HTMLElement).dataset.day));
  expect(shown).toContain(`${month}-22`);
  expect(shown.length).toBeLessThan(15);
  const entry = tab.locator(`#entry-${id}`);
  const target = await entry.getByRole("link", { name: "Move" }).boundingBox();
  expect(target?.height).toBeGreaterThanOrEqual(44);
  await entry.getByRole("link", { name: "Move" }).click();
  await tab.getByLabel(/New date and time/).fill(`${month}-23T07:00`);
  await tab.getByRole("button", { name: "Move", exact: true }).click();
  await tab.getByText("The share was moved.").waitFor();
  await phone.close();
});

test.each([
  { width: 1280, height: 900, colorScheme: "light" },
  { width: 390, height: 844, colorScheme: "dark" },
] as const)("calendar, plan and history have no fault that axe-core finds at $width px in $colorScheme", async (look) => {
  await page.setViewportSize(look);
  await page.emulateMedia({ colorScheme: look.colorScheme });
  for (let number = 0; number < 5; number += 1)
    await addRequest(service.runtime.database, ana, [twitter.id], ["scheduled", "failed"], {
      title: `Dense day ${number}`,
      scheduledAt: new Date(`${month}-20T0${number}:00:00Z`),
    });
  const [posted] = await shareTo(service.runtime, ana, draftFor([twitter]));
  const id = await schedule("Looked at", `${month}-24`);
  for (const path of [
    `social/calendar/?on=${from}`,
    `social/calendar/?view=week&on=${from}`,
    `social/calendar/?view=day&on=${month}-20`,
    `social/calendar/?view=day&on=${month}-25`,
    `social/share/${id}/move/`,
    `social/share/${id}/edit/`,
    "social/plan/",
    "social/history/",
    "social/history/?q=looked",
  ]) {
    await page.goto(service.address + path);
    expect(await findFaults(page), path).toEqual([]);
    const beyond = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(beyond, path).toBeLessThanOrEqual(0);
  }
  await page.goto(`${service.address}social/history/`);
  const row = page.locator(`#request-${posted?.requestId}`);
  await row.getByText("Account by account").click();
  await row.locator(".outcome").waitFor();
  expect(await findFaults(page)).toEqual([]);
});

test.each(languages)("the navigation fits a phone in %s", async (language) => {
  const tab = await context.newPage();
  await tab.setExtraHTTPHeaders({ "accept-language": language });
  await tab.setViewportSize({ width: 390, height: 844 });
  await tab.goto(`${service.address}social/calendar/`);
  const cut = await tab
    .locator(".places :is(a, button)")
    .evaluateAll((links) =>
      links
        .filter((link) => link.scrollWidth > link.clientWidth + 1 || link.clientHeight < 40)
        .map((link) => link.textContent),
    );
  expect(cut).toEqual([]);
  await tab.close();
});

test("on paper the history has no buttons, and all its words", async () => {
  await schedule("On paper", `${month}-27`);
  await page.goto(`${service.address}social/history/`);
  await page.emulateMedia({ media: "print" });
  expect(
    await page.locator(".places, .shared-actions, .history-search").filter({ visible: true }).count(),
  ).toBe(0);
  expect(await page.locator(".shared-words h2").first().isVisible()).toBe(true);
});
