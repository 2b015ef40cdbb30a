import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startExamplePage } from "../../examples/page/server.ts";
import { createPerson } from "../../src/people/sign-up.ts";
import { platformNames } from "../../src/platforms/platform.ts";
import { aboutPlatform } from "../../src/platforms/registry.ts";
import { connectMastodon, decide, openBrowser, openProfile, person, signIn } from "../harness/browser.ts";
import { startTestService, type TestService } from "../harness/service.ts";

let browser: Browser;
let service: TestService;
let context: BrowserContext;
let page: Page;

beforeAll(async () => {
  browser = await openBrowser();
  service = await startTestService();
  await createPerson(service.runtime, person);
  context = await openProfile(browser);
  page = await context.newPage();
});
afterAll(async () => {
  await browser.close();
  await service.stop();
});

/** From the accounts page to the network's consent and back; where it asks, by the first way and with the first page. */
async function connect(label: string): Promise<void> {
  await page.goto(`${service.address}social/`);
  await page.getByRole("link", { name: new RegExp(`Connect.* ${label}`) }).click();
  const way = page.locator("a.way").first();
  const approve = page.getByRole("button", { name: "Approve" });
  await way.or(approve).first().waitFor();
  if ((await way.count()) > 0) await way.click();
  await decide(page, "Approve");
  await page.waitForURL(/\/social\/(choose\/.*)?$/);
  if (!page.url().includes("/choose/")) return;
  await page.getByRole("checkbox", { disabled: false }).first().check();
  await page.getByRole("button", { name: "Connect" }).click();
  await page.waitForURL(/\/social\/$/);
}

test("all six networks are connected, one page is shared to all at once, and each link leads to its post", {
  timeout: 90_000,
}, async () => {
  const site = await startExamplePage({ host: "127.0.0.1", port: 0, outbox: [] });
  site.pointTo(service.address);
  await page.goto(service.address);
  await signIn(page);
  for (const name of platformNames) {
    if (name === "mastodon") await connectMastodon(page, service);
    else await connect(aboutPlatform(name).label);
  }

  await page.goto(site.address);
  const link = page.getByRole("link", { name: "Share" });
  await page.goto((await link.getAttribute("href")) ?? "");
  const boxes = await page.getByRole("checkbox").all();
  expect(boxes).toHaveLength(platformNames.length);
  for (const box of boxes) await box.check();
  await page.getByRole("textbox", { name: /Message/ }).fill("Worth ten minutes (really) of your evening");
  await page.getByRole("button", { name: "Share", exact: true }).click();
  await page.getByRole("heading", { name: "Shared", exact: true }).waitFor({ timeout: 60_000 });

  for (const name of platformNames) {
    const { label } = aboutPlatform(name);
    const [post] = await Promise.all([
      context.waitForEvent("page"),
      page.getByRole("link", { name: new RegExp(`See the post.* on ${label},`) }).click(),
    ]);
    await post.waitForLoadState();
    expect(await post.locator("article").innerText(), label).toContain(
      "Worth ten minutes (really) of your evening",
    );
    await post.close();
  }
  await site.stop();
});
