/** The first operator is led to the button for their sites, and chooses its colours and the service's. */
import { createServer } from "node:http";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { findFaults } from "../../harness/browser/axe.ts";
import { openBrowser, openProfile, person } from "../../harness/browser/browser.ts";
import { startTestService, type TestService } from "../../harness/services/service.ts";

let browser: Browser;
let service: TestService;
let page: Page;

beforeAll(async () => {
  browser = await openBrowser();
  service = await startTestService();
  page = await (await openProfile(browser, { permissions: ["clipboard-read", "clipboard-write"] })).newPage();
  await page.goto(`${service.address}sign-up/`);
  await page.getByLabel("Name", { exact: true }).fill(person.name);
  await page.getByLabel("Email address").fill(person.email);
  await page.getByLabel("Password").fill(person.password);
  await page.getByRole("button", { name: "Create the account" }).click();
  await page.waitForURL(`${service.address}admin/welcome/`);
});
afterAll(async () => {
  await browser.close();
  await service.stop();
});

const choose = (name: string, colour: string) => page.getByLabel(name, { exact: true }).fill(colour);
const lines = () => page.getByRole("textbox", { name: "The two lines" }).inputValue();

test("the welcome takes the colour that is chosen, and ends with the button's two lines and the first account", async () => {
  await page.goto(`${service.address}admin/welcome/`);
  await choose("Colour", "#aa3366");
  await page.getByRole("button", { name: "Continue" }).click();
  await page.waitForURL(/\/admin\/welcome\/sites\/$/);
  expect(service.runtime.settings.current().accent).toBe("#aa3366");
  expect(await lines()).toBe(
    `<script type="module" src="${service.address}button.js"></script>\n<share-button></share-button>`,
  );
  await page.locator("share-button a[part=link]").waitFor();
  await page.getByRole("link", { name: "Connect the first account" }).click();
  await page.waitForURL(`${service.address}social/`);
});

test("the button's colours are seen at once, and are in the lines that Copy takes", async () => {
  await page.goto(`${service.address}admin/sites/`);
  await choose("Background", "#0b5c8a");
  await choose("Text", "#ffffff");
  const link = page.locator("share-button a[part=link]");
  const colours = () =>
    link.evaluate((element) => [getComputedStyle(element).backgroundColor, getComputedStyle(element).color]);
  expect(await colours()).toEqual(["rgb(11, 92, 138)", "rgb(255, 255, 255)"]);
  await page.getByRole("button", { name: /^Copy/ }).click();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  expect(copied).toBe(await lines());
  expect(copied).toContain(
    '<share-button style="--share-button-background: #0b5c8a; --share-button-color: #ffffff;">',
  );
  expect(await findFaults(page)).toEqual([]);
  const warning = page.getByText("The text is hard to read on this background.");
  expect(await warning.isVisible()).toBe(false);
  await choose("Text", "#1166aa");
  expect(await warning.isVisible()).toBe(true);
  await page.getByRole("button", { name: "As on the page" }).click();
  expect(await lines()).toContain("<share-button></share-button>");
  expect(await warning.isVisible()).toBe(false);
});

test("a page that uses the copied lines shares itself", async () => {
  await page.goto(`${service.address}admin/sites/`);
  const body = `<title>The lighthouse</title>${await lines()}`;
  const server = createServer((_request, response) => {
    response.setHeader("content-type", "text/html").end(body);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const at = server.address();
  const site = await page.context().newPage();
  await site.goto(`http://127.0.0.1:${at !== null && typeof at === "object" ? at.port : 0}/`);
  const href = await site.locator("share-button a[part=link]").getAttribute("href");
  const { searchParams } = new URL(href ?? "");
  expect([searchParams.get("url"), searchParams.get("title")]).toEqual([site.url(), "The lighthouse"]);
  await site.close();
  server.closeAllConnections();
  server.close();
});

test("the service's colour goes back to the original", async () => {
  await page.goto(`${service.address}admin/settings/`);
  const save = page.getByRole("button", { name: "Save" }).first();
  await choose("Colour", "#883311");
  await save.click();
  await page.getByText("Saved.").waitFor();
  await page.getByLabel("Back to the original colour").check();
  await save.click();
  await page.getByLabel("Back to the original colour").waitFor({ state: "detached" });
  expect(service.runtime.settings.current().accent).toBeUndefined();
});
