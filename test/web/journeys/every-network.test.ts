import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { blog } from "../../../examples/blog/site.tsx";
import { events } from "../../../examples/events/site.tsx";
import { market } from "../../../examples/market/site.tsx";
import { startSite } from "../../../examples/site/server.ts";
import { createPerson } from "../../../src/people/sign-up/create-person.ts";
import { platformNames } from "../../../src/platforms/platform.ts";
import { aboutPlatform } from "../../../src/platforms/registry.ts";
import {
  connectBluesky,
  connectMastodon,
  decide,
  openBrowser,
  openProfile,
  person,
  sendButton,
  signIn,
} from "../../harness/browser/browser.ts";
import { startTestService, type TestService } from "../../harness/services/service.ts";

const nowhere = { host: "127.0.0.1", port: 0 };

let browser: Browser;
let service: TestService;

beforeAll(async () => {
  browser = await openBrowser();
  service = await startTestService();
  await createPerson(service.runtime, person);
  const context = await openProfile(browser);
  const page = await context.newPage();
  await page.goto(service.address);
  await signIn(page);
  for (const name of platformNames) {
    if (name === "mastodon") await connectMastodon(page, service);
    else if (name === "bluesky") await connectBluesky(page, service);
    else await connect(page, aboutPlatform(name).label);
  }
  await context.close();
}, 60_000);
afterAll(async () => {
  await browser.close();
  await service.stop();
});

/** From the accounts page to the network's consent and back; if it asks, by the first way and with the first page. */
async function connect(page: Page, label: string): Promise<void> {
  await page.goto(`${service.address}social/`);
  await page.getByRole("link", { name: new RegExp(`Connect.* ${label}`) }).click();
  const way = page.locator("a.way").first();
  const approve = page.getByRole("button", { name: "Approve" });
  await way.or(approve).first().waitFor();
  if ((await way.count()) > 0) await way.click();
  await decide(page, "Approve");
  await page.waitForURL(/\/social\/(choose\/.*)?$/);
  if (!page.url().includes("/choose/")) return;
  // What was approved there is ticked already.
  const boxes = await page.getByRole("checkbox", { disabled: false }).all();
  for (const [index, box] of boxes.entries()) await box.setChecked(index === 0);
  await page.getByRole("button", { name: "Connect" }).click();
  await page.waitForURL(/\/social\/$/);
}

const sites = [
  { name: "blog", start: () => startSite(blog, nowhere), item: /lighthouse/ },
  { name: "events", start: () => startSite(events, nowhere), item: /Winter Night Swim/ },
  { name: "market", start: () => startSite(market, nowhere), item: /Storm Lantern/ },
];

test.each(sites)("from the $name through login to posts on all networks, each with a link to it", async ({
  start,
  item,
}) => {
  const site = await start();
  site.pointTo(service.address);
  const context = await openProfile(browser);
  const reader = await context.newPage();
  await reader.goto(site.address);
  await reader.getByRole("link", { name: item }).click();
  await reader.waitForURL((url) => url.href !== site.address);
  const title = await reader.getByRole("heading", { level: 1 }).innerText();
  // The fragment's link says what it shares; the plain link that replaces a slow service does not.
  const button = reader.getByRole("link", { name: /^Share(?!d)/ });
  const [page] = await Promise.all([context.waitForEvent("page"), button.click()]);
  await signIn(page);
  await page.getByRole("heading", { name: title }).waitFor();
  const boxes = await page.getByRole("checkbox").all();
  expect(boxes).toHaveLength(platformNames.length);
  for (const box of boxes) await box.check();
  const message = `Worth ten minutes (really): ${title}`;
  await page.getByRole("textbox", { name: /Message/ }).fill(message);
  await sendButton(page).click();
  await page.getByRole("heading", { name: "Shared", exact: true }).waitFor({ timeout: 60_000 });

  for (const name of platformNames) {
    const { label } = aboutPlatform(name);
    const [post] = await Promise.all([
      context.waitForEvent("page"),
      page.getByRole("link", { name: new RegExp(`See the post.* on ${label},`) }).click(),
    ]);
    await post.waitForLoadState();
    expect(await post.locator("article").innerText(), label).toContain(message);
    await post.close();
  }
  await context.close();
  await site.stop();
});
