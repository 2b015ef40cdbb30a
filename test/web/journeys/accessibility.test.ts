import { eq } from "drizzle-orm";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { blog } from "../../../examples/blog/site.tsx";
import { type RunningSite, startSite } from "../../../examples/site/server.ts";
import { listConnections } from "../../../src/connections/connection.ts";
import { socialShares, users } from "../../../src/database/schema.ts";
import { createPerson } from "../../../src/people/sign-up/create-person.ts";
import { languages } from "../../../src/words/languages.ts";
import { findFaults } from "../../harness/browser/axe.ts";
import {
  connectMastodon,
  connectX,
  openBrowser,
  openProfile,
  person,
  sendButton,
  shareLink,
  signIn,
} from "../../harness/browser/browser.ts";
import { draftFor, orderFault, shareTo, submit } from "../../harness/people/shares.ts";
import { putEverythingWrong } from "../../harness/services/everything-wrong.ts";
import { startTestService, type TestService } from "../../harness/services/service.ts";

const operatorPaths = [
  "admin/welcome/",
  "admin/welcome/sites/",
  "admin/sites/",
  "admin/setup/?checks=now",
  "admin/setup/facebook/",
  "admin/people/",
  "admin/state/",
  "admin/settings/",
  "admin/audit/",
];
const article = { url: "https://blog.example.com/sqlite", title: "Why we moved to SQLite" };

let browser: Browser;
let service: TestService;
let context: BrowserContext;
let page: Page;
let site: RunningSite;
let results: string;
let choice: string;
/** For one scheduled request and one doubtful share: their own pages, and those to change them. */
let more: string[];

beforeAll(async () => {
  browser = await openBrowser();
  site = await startSite(blog, { host: "127.0.0.1", port: 0 });
  service = await startTestService();
  await createPerson(service.runtime, person);
  context = await openProfile(browser);
  page = await context.newPage();
  await page.goto(service.address);
  await signIn(page);
  await connectMastodon(page, service);
  await connectX(page, service);
  await orderFault(service.emulator.twitter, "POST /2/tweets", { kind: "revoke-token" });
  await page.goto(shareLink(service, article));
  for (const box of await page.getByRole("checkbox").all()) await box.check();
  await sendButton(page).click();
  await page.getByRole("link", { name: /Reconnect/ }).waitFor();
  results = page.url();
  await connectAll(["threads", "linkedin", "facebook"]);
  choice = page.url();
  const { database } = service.runtime;
  const [owner] = await database.select({ id: users.id }).from(users);
  const ana = { id: owner?.id ?? "" };
  const active = (await listConnections(service.runtime, ana)).filter(({ status }) => status === "active");
  const draft = draftFor(active, { at: new Date(Date.now() + 86_400_000) });
  const scheduled = `social/share/${await submit(service.runtime, ana, draft)}/`;
  const [doubtful] = await shareTo(service.runtime, ana, draftFor(active.slice(0, 1)));
  await database
    .update(socialShares)
    .set({ status: "unconfirmed" })
    .where(eq(socialShares.id, doubtful?.id ?? ""));
  const doubt = [`social/share/${doubtful?.requestId}/`, `social/shares/${doubtful?.id}/`];
  await putEverythingWrong(service);
  more = [scheduled, `${scheduled}edit/`, ...doubt, "social/history/?outcome=trouble"];
});
afterAll(async () => {
  await browser.close();
  await service.stop();
  await site.stop();
});

/** For a share to every available account. */
async function drawPreviews(): Promise<void> {
  const boxes = page.locator("input[name=account]:enabled");
  for (const box of await boxes.all()) await box.check();
  const handles = await page
    .locator(".account-chip:has(input:enabled) .chip-words > .unseen")
    .allInnerTexts();
  const networks = new Set(handles.map((handle) => handle.trim().split(" on ").at(-1)));
  await expect.poll(() => page.locator(".preview-tabs > li").count()).toBe(networks.size);
}

/** By the first way, if there are several; the last one stays before its choice. */
async function connectAll(platforms: readonly string[]): Promise<void> {
  for (const platform of platforms) {
    await page.goto(`${service.address}social/connect/${platform}/`);
    const way = page.locator("a.way, main button[type=submit]").first();
    await way.click();
    await page.getByRole("button", { name: "Approve" }).click();
    await page.waitForURL(/\/social\/(choose\/.*)?$/);
  }
}

const looks = [
  { width: 1280, height: 900, colorScheme: "light" },
  { width: 320, height: 640, colorScheme: "dark" },
] as const;

test.each(
  looks,
)("no page has a fault that axe-core finds, nor scrolls sideways, at $width px in $colorScheme", async ({
  width,
  height,
  colorScheme,
}) => {
  await page.setViewportSize({ width, height });
  await page.emulateMedia({ colorScheme });
  const paths = [
    "social/",
    "social/connect/mastodon/",
    "social/connect/instagram/",
    "social/connect/twitter/",
    "social/share/?url=https://blog.example.com/sqlite",
    `social/share/?url=${site.address}${blog.items[1]?.slug}/&utm_source=x`,
    "card",
    `card?url=${site.address}${blog.items[1]?.slug}/`,
    "social/share/?url=x",
    "social/history/",
    "account/",
    "account/second-factor/",
    "account/confirm/",
    "account/delete/",
    ...operatorPaths,
    "nowhere/",
    ...more,
  ];
  for (const address of [...paths.map((path) => service.address + path), results, choice]) {
    await page.goto(address);
    await page.evaluate(() => {
      for (const details of document.querySelectorAll("details")) details.open = true;
    });
    if (address.includes("social/share/?url=http")) await drawPreviews();
    // As tall as the page, because axe considers a target that a bar covers until one scrolls too small.
    const whole = await page.evaluate(() => document.documentElement.scrollHeight);
    await page.setViewportSize({ width, height: Math.max(height, whole) });
    expect(await findFaults(page), address).toEqual([]);
    for (const direction of ["ltr", "rtl"]) {
      const overflow = await page.evaluate((dir) => {
        const { documentElement } = document;
        documentElement.dir = dir;
        return documentElement.scrollWidth - documentElement.clientWidth;
      }, direction);
      expect(overflow, `${address} scrolls sideways, ${direction}`).toBeLessThanOrEqual(0);
    }
  }
});

test.each(looks)("the pages before login have none either, at $width px in $colorScheme", async ({
  width,
  height,
  colorScheme,
}) => {
  const stranger = await openProfile(browser);
  const tab = await stranger.newPage();
  await tab.setViewportSize({ width, height });
  await tab.emulateMedia({ colorScheme });
  for (const path of ["login/", "login/code/", "sign-up/", "login/reset/", "privacy/"]) {
    await tab.goto(service.address + path);
    expect(await findFaults(tab), path).toEqual([]);
  }
  await stranger.close();
});

test.each(languages)("no page scrolls sideways on the smallest phone in %s", async (language) => {
  const tab = await context.newPage();
  await tab.setExtraHTTPHeaders({ "accept-language": language });
  await tab.setViewportSize({ width: 320, height: 640 });
  for (const path of ["social/", "social/history/", "account/", ...operatorPaths, ...more]) {
    await tab.goto(service.address + path);
    const seen = await tab.evaluate(() => {
      const { lang, clientWidth, scrollWidth } = document.documentElement;
      const beyond = [...document.querySelectorAll("main *, header *")].filter(
        (element) => element.getBoundingClientRect().right > clientWidth + 1,
      );
      const tooWide = scrollWidth > clientWidth ? beyond.map(({ outerHTML }) => outerHTML.slice(0, 120)) : [];
      return { lang, tooWide };
    });
    expect(seen, path).toEqual({ lang: language, tooWide: [] });
    const beyondForm = await tab.evaluate(() => {
      document.querySelector<HTMLElement>('[name="when"][value="later"]')?.click();
      const fields = document.querySelectorAll<HTMLInputElement>("form :is(input, select, textarea)");
      const ends = (element: Element | null) => element?.getBoundingClientRect().right ?? 0;
      return [...fields].filter((field) => ends(field) > ends(field.form) + 1).map(({ name }) => name);
    });
    expect(beyondForm, path).toEqual([]);
  }
  await tab.close();
});

test("among several Pages one is chosen by keyboard alone", async () => {
  await page.setViewportSize({ width: 1280, height: 900 });
  await page.goto(choice);
  const box = page.getByRole("checkbox", { disabled: false }).first();
  await tabTo(box);
  await page.keyboard.press("Space");
  await tabTo(page.getByRole("button", { name: "Connect" }));
  await page.keyboard.press("Enter");
  await page.getByText("Your Facebook account is connected.").waitFor();
});

test("a page is shared by keyboard alone", async () => {
  await page.setViewportSize({ width: 1280, height: 900 });
  await page.goto(shareLink(service, { url: "https://blog.example.com/keyboard", title: "By keyboard" }));
  const box = page.getByRole("checkbox").first();
  await tabTo(box);
  if (!(await box.isChecked())) await page.keyboard.press("Space");
  expect(await box.isChecked()).toBe(true);
  await tabTo(page.getByRole("textbox", { name: /Message/ }));
  await page.keyboard.type("No mouse needed");
  await tabTo(sendButton(page));
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Shared", exact: true }).waitFor();
});

test("on a phone Share stays in reach, and hides nothing that has the focus", async () => {
  await page.setViewportSize({ width: 390, height: 600 });
  await page.goto(shareLink(service, { url: "https://blog.example.com/in-reach", title: "In reach" }));
  const share = sendButton(page);
  await expect.poll(async () => ((await share.boundingBox())?.y ?? 600) + 44).toBeLessThanOrEqual(600);
  const bar = page.locator(".send");
  for (let presses = 0; presses < 30; presses += 1) {
    await page.keyboard.press("Tab");
    const hidden = await bar.evaluate((element) => {
      const focused = document.activeElement;
      if (focused === null || focused === document.body || element.contains(focused)) return undefined;
      const [box, cover] = [focused.getBoundingClientRect(), element.getBoundingClientRect()];
      const isCovered = box.top >= cover.top && box.bottom <= cover.bottom;
      return isCovered ? focused.outerHTML : undefined;
    });
    expect(hidden).toBeUndefined();
  }
});

test("an account is reconnected, its share retried, and another disconnected by keyboard alone", async () => {
  await page.setViewportSize({ width: 1280, height: 900 });
  await page.goto(results);
  await press(page.getByRole("link", { name: /^Reconnect/ }));
  await press(page.getByRole("button", { name: "Approve" }));
  await page.waitForURL(results);
  const retry = page.getByRole("button", { name: /^Retry/ });
  const posted = page.getByRole("heading", { name: "Shared", exact: true });
  await retry.or(posted).first().waitFor();
  if ((await retry.count()) > 0) await press(retry.first());
  await posted.waitFor();
  await page.goto(`${service.address}social/`);
  await press(page.locator(".connected summary", { hasText: "Disconnect" }).last());
  await press(page.getByRole("button", { name: "Yes, disconnect" }));
  await expect.poll(() => page.getByRole("status").innerText()).toContain("is disconnected");
});

test("settings are changed and codes of an app set up by keyboard alone, without a fault on the way", async () => {
  await page.setViewportSize({ width: 390, height: 800 });
  await page.goto(`${service.address}account/`);
  await tabTo(page.getByLabel("Name", { exact: true }));
  await page.keyboard.type("Ana L.");
  await page.keyboard.press("Enter");
  await page.getByText("Your name has been changed.").waitFor();
  await press(page.getByRole("link", { name: "Set it up" }));
  await tabTo(page.getByLabel("Your password"));
  await page.keyboard.type(person.password);
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "2. Save these recovery codes" }).waitFor();
  expect(await findFaults(page)).toEqual([]);
  await press(page.getByRole("link", { name: "Cancel" }));
  await page.waitForURL(`${service.address}account/`);
  await page.goto(`${service.address}admin/settings/`);
  await tabTo(page.getByRole("checkbox", { name: /how often a page was shared/ }));
  await page.keyboard.press("Space");
  await press(page.getByRole("button", { name: "Save" }).last());
  await expect.poll(() => page.getByRole("status").innerText()).toBe("Saved.");
});

test("nothing is lost at twice the size, with forced colours, or for whoever wants less motion", async () => {
  const tab = await context.newPage();
  // 200 % of 640 by 400 is what a window of 1280 by 800 shows.
  await tab.setViewportSize({ width: 640, height: 400 });
  await tab.emulateMedia({ forcedColors: "active", reducedMotion: "reduce" });
  for (const path of ["social/", "social/share/?url=https://blog.example.com/sqlite", "account/"]) {
    await tab.goto(service.address + path);
    const seen = await tab.evaluate(() => ({
      overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth,
      moving: document.getAnimations().length,
      unseen: [...document.querySelectorAll("a.button, button")].filter((element) => {
        const { borderTopWidth, visibility } = getComputedStyle(element);
        return visibility === "visible" && element.closest(".places") === null && borderTopWidth === "0px";
      }).length,
    }));
    expect(seen, path).toEqual({ overflow: 0, moving: 0, unseen: 0 });
  }
  await tab.close();
});

async function press(target: ReturnType<Page["locator"]>): Promise<void> {
  await target.waitFor();
  await tabTo(target);
  await page.keyboard.press("Enter");
}

/** Presses Tab until this has the focus, and checks that the focus is visible. */
async function tabTo(target: ReturnType<Page["locator"]>): Promise<void> {
  for (let presses = 0; presses < 80; presses += 1) {
    if (await target.evaluate((element) => element === document.activeElement)) {
      expect(await target.evaluate((element) => element.matches(":focus-visible"))).toBe(true);
      return;
    }
    await page.keyboard.press("Tab");
  }
  throw new Error("Tab does not lead there.");
}
