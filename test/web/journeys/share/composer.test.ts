/** The composer as it stands on a screen: what is in view, what lies over what, and where the focus is. */
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { languages } from "../../../../src/words/languages.ts";
import { openBrowser, openProfile } from "../../../harness/browser/browser.ts";
import { addSomebody, type Somebody } from "../../../harness/people/somebody.ts";
import { startTestService, type TestService } from "../../../harness/services/service.ts";

const article = {
  url: "https://blog.example.com/2026/why-we-moved-three-months-of-orders-to-sqlite-and-back",
  title: "Why we moved three months of orders to SQLite, and what we would do another time",
  image: "https://blog.example.com/sqlite.jpg",
};
const screens = [
  [1280, 800],
  [390, 844],
] as const;
const numbers = [1, 3, 7, 20, 120] as const;

let browser: Browser;
let service: TestService;
const people = new Map<number, Somebody>();

beforeAll(async () => {
  browser = await openBrowser();
  service = await startTestService();
  for (const accounts of numbers) {
    const amount = { accounts, groups: 2, members: Math.min(accounts, 3), requests: 0, waiting: 0 };
    people.set(accounts, await addSomebody(service.runtime, service.address, `Ana${accounts}`, amount));
  }
});
afterAll(async () => {
  await browser.close();
  await service.stop();
});

/** A browser of the person with so many accounts. */
async function open(accounts: number, [width, height]: (typeof screens)[number]): Promise<BrowserContext> {
  const context = await openProfile(browser, { viewport: { width, height } });
  const cookies = people.get(accounts)?.visitor.cookieHeader().split("; ") ?? [];
  await context.addCookies(
    cookies.map((cookie) => {
      const at = cookie.indexOf("=");
      return { name: cookie.slice(0, at), value: cookie.slice(at + 1), url: service.address };
    }),
  );
  return context;
}

const shareAddress = () => `${service.address}social/share/?${new URLSearchParams(article)}`;

/** What is wrong with where things are: out of view, under something else, or over one another. */
async function findMisplaced(page: Page, inView: readonly string[]): Promise<string[]> {
  return await page.evaluate((selectors) => {
    const wrong: string[] = [];
    const name = (element: Element) => element.outerHTML.replace(/\s+/g, " ").slice(0, 80);
    for (const selector of selectors) {
      const element = document.querySelector(selector);
      const box = element?.getBoundingClientRect();
      if (element === null || box === undefined || box.height === 0) {
        wrong.push(`${selector} is not there`);
        continue;
      }
      if (box.top < 0 || box.bottom > innerHeight || box.left < 0 || box.right > innerWidth)
        wrong.push(`${selector} is out of view: ${box.top} to ${box.bottom} of ${innerHeight}`);
      for (const [x, y] of [
        [box.left + 4, box.top + 4],
        [box.right - 4, box.bottom - 4],
        [box.left + box.width / 2, box.top + box.height / 2],
      ] as const) {
        const top = document.elementFromPoint(x, y);
        if (top === null || !(element.contains(top) || top.contains(element)))
          wrong.push(`${selector} is under ${top === null ? "nothing" : name(top)}`);
      }
    }
    const controls = [
      ...document.querySelectorAll("main :is(a, button, summary, textarea, select, .account-chip)"),
    ]
      .filter((element) => element.closest(".send, .account-chips, .unseen") === null)
      .filter((element) => element.checkVisibility() && element.getBoundingClientRect().width > 2);
    for (const [index, one] of controls.entries())
      for (const other of controls.slice(index + 1)) {
        if (one.contains(other)) continue;
        const [a, b] = [one.getBoundingClientRect(), other.getBoundingClientRect()];
        const isOver =
          a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1;
        if (isOver) wrong.push(`${name(one)} overlaps ${name(other)}`);
      }
    if (document.documentElement.scrollWidth > innerWidth) wrong.push("the page scrolls sideways");
    return wrong;
  }, inView);
}

test.each(
  screens.flatMap((screen) => languages.map((language) => ({ screen, language }))),
)("with seven accounts the page, the chips, the message and Share are in view at $screen in $language", async ({
  screen,
  language,
}) => {
  const context = await open(7, screen);
  await context.setExtraHTTPHeaders({ "accept-language": language });
  const page = await context.newPage();
  await page.goto(shareAddress());
  expect(await page.locator("html").getAttribute("lang")).toBe(language);
  expect(await page.locator(".account-chip").count()).toBe(7);
  const last = ".account-chips > li:last-child .account-chip";
  const inView = [
    ".page-line",
    ".account-chips > li:first-child .account-chip",
    last,
    "#message",
    ".send .button",
  ];
  expect(await findMisplaced(page, inView)).toEqual([]);
  expect(await page.evaluate(() => [scrollY, document.activeElement?.id])).toEqual([0, "message"]);
  await context.close();
});

test.each(
  screens.flatMap((screen) => numbers.map((number) => ({ screen, number }))),
)("with $number accounts nothing overlaps, and the message and Share are in view at $screen", async ({
  screen,
  number,
}) => {
  const context = await open(number, screen);
  const page = await context.newPage();
  await page.goto(shareAddress());
  expect(await findMisplaced(page, ["#message", ".send .button"])).toEqual([]);
  expect(await page.evaluate(() => [scrollY, document.activeElement?.id])).toEqual([0, "message"]);
  await context.close();
});
