/** The web component on a plain page of another site, under a strict content security policy. */
import { createServer, type Server } from "node:http";
import { gzipSync } from "node:zlib";
import AxeBuilder from "axe-core";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { users } from "../../../src/database/schema.ts";
import { createPerson } from "../../../src/people/sign-up/create-person.ts";
import { openBrowser, openProfile, person } from "../../harness/browser/browser.ts";
import { connectAccount } from "../../harness/people/accounts.ts";
import { shareTo } from "../../harness/people/shares.ts";
import { startTestService, type TestService } from "../../harness/services/service.ts";

let browser: Browser;
let context: BrowserContext;
let service: TestService;
let site: Server;
let origin: string;
const pages = new Map<string, string>();

beforeAll(async () => {
  browser = await openBrowser();
  service = await startTestService({ SOCIAL_PUBLIC_COUNTS: "true" });
  await createPerson(service.runtime, person);
  context = await openProfile(browser);
  const sharewell = new URL(service.address).origin;
  site = createServer((request, response) => {
    const html = pages.get(new URL(request.url ?? "/", "http://site/").pathname);
    response
      .writeHead(html === undefined ? 404 : 200, {
        "content-type": "text/html; charset=utf-8",
        "content-security-policy": `default-src 'none'; script-src ${sharewell}; connect-src ${sharewell}; style-src 'self'; require-trusted-types-for 'script'; base-uri 'none'`,
      })
      .end(html);
  });
  await new Promise<void>((done) => site.listen(0, "127.0.0.1", done));
  const at = site.address();
  origin = `http://127.0.0.1:${at !== null && typeof at === "object" ? at.port : 0}`;
});
afterAll(async () => {
  await browser.close();
  await service.stop();
  site.closeAllConnections();
  site.close();
});

const fallback = () =>
  `<a href="${service.address}social/share/?url=https%3A%2F%2Fblog.example.com%2Fa">Share this</a>`;

/** Opens a page of the site. The test fails if the browser complains. */
async function open(
  path: string,
  body: string,
  { head = "", language = "en", direction = "ltr", profile = context } = {},
): Promise<{ page: Page; complaints: string[]; requests: string[] }> {
  pages.set(
    new URL(path, origin).pathname,
    `<!doctype html><html lang="${language}" dir="${direction}"><head><meta charset="utf-8"><title>A page of ours</title>${head}
     <script type="module" src="${service.address}button.js"></script></head><body><main><h1>A page</h1>${body}</main></body></html>`,
  );
  const page = await profile.newPage();
  const complaints: string[] = [];
  const requests: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("request", (request) => requests.push(request.url()));
  await page.goto(`${origin}${path}`);
  return { page, complaints: complaints.filter((text) => !text.includes("favicon")), requests };
}

test("its script weighs less than 4 kB on the way, and may be used and kept by any site", async () => {
  const answer = await fetch(new URL("/button.js", service.address));
  expect(gzipSync(await answer.text()).byteLength).toBeLessThan(4_000);
  expect(answer.headers.get("access-control-allow-origin")).toBe("*");
  expect(answer.headers.get("cross-origin-resource-policy")).toBe("cross-origin");
  expect(answer.headers.get("cache-control")).toMatch(/^public, max-age=3600/);
  const headers = { "if-none-match": answer.headers.get("etag") ?? "" };
  expect((await fetch(new URL("/button.js", service.address), { headers })).status).toBe(304);
});

test("under a strict policy it becomes a link to the share page and a menu, and asks nobody for anything", async () => {
  const { page, complaints, requests } = await open(
    "/plain",
    `<share-button url="https://blog.example.com/a" title="Why we moved">${fallback()}</share-button>`,
  );
  const link = page.getByRole("link", { name: "Share: Why we moved (opens in a new tab)" });
  await link.waitFor();
  expect(await page.getByRole("link").count()).toBe(1);
  const address = new URL((await link.getAttribute("href")) ?? "");
  expect(Object.fromEntries(address.searchParams)).toEqual({
    url: "https://blog.example.com/a",
    title: "Why we moved",
  });
  expect(await link.getAttribute("target")).toBe("_blank");
  expect(await link.getAttribute("rel")).toBe("noopener");
  expect(complaints).toEqual([]);
  expect(requests.filter((url) => !url.includes("favicon"))).toEqual([
    `${origin}/plain`,
    `${service.address}button.js`,
  ]);
  const [shown] = await Promise.all([context.waitForEvent("page"), link.click()]);
  await shown.waitForURL(/\/login\//);
  await shown.close();
  await page.close();
});

test("without attributes it takes what the page says of itself", async () => {
  const { page } = await open("/self?utm_source=x#part", "<share-button></share-button>", {
    head: `<link rel="canonical" href="/canonical"><meta property="og:title" content="The title">
      <meta name="description" content="The description"><meta property="og:image" content="/pic.png">`,
  });
  const link = page.getByRole("link", { name: "Share (opens in a new tab)" });
  const address = new URL((await link.getAttribute("href")) ?? "");
  expect(Object.fromEntries(address.searchParams)).toEqual({
    url: `${origin}/canonical`,
    title: "The title",
    description: "The description",
    image: `${origin}/pic.png`,
  });
  await page.close();
});

test("by keyboard alone: the menu opens, copies the link and says so, and Escape gives the focus back", async () => {
  const profile = await openProfile(browser);
  await profile.grantPermissions(["clipboard-read", "clipboard-write"], { origin });
  const { page } = await open(
    "/keyboard",
    `<share-button url="https://blog.example.com/copy"></share-button>`,
    { profile },
  );
  const focused = () =>
    page.evaluate(() => document.activeElement?.shadowRoot?.activeElement?.getAttribute("part"));
  await page.getByRole("link", { name: /Share/ }).waitFor();
  await page.keyboard.press("Tab");
  expect(await focused()).toBe("link");
  await page.keyboard.press("Tab");
  expect(await focused()).toBe("more");
  const more = page.getByRole("button", { name: "More ways to share" });
  expect(await more.getAttribute("aria-expanded")).toBe("false");
  await page.keyboard.press("Enter");
  expect(await more.getAttribute("aria-expanded")).toBe("true");
  expect(await focused()).toContain("copy");
  await page.keyboard.press("Enter");
  await page.getByRole("status").getByText("Link copied").waitFor();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe("https://blog.example.com/copy");
  await page.keyboard.press("Escape");
  expect(await focused()).toBe("more");
  expect(await more.getAttribute("aria-expanded")).toBe("false");
  await profile.close();
});

test("with ways its menu has each network's own page, by keyboard, in the order of the site and the page's language", async () => {
  const { page, complaints, requests } = await open(
    "/ways",
    `<share-button url="https://blog.example.com/a" title="Why &amp; how" ways="email mastodon bluesky nowhere">${fallback()}</share-button>`,
    { language: "de" },
  );
  expect(requests.some((url) => url.includes("button-ways"))).toBe(false);
  await page.getByRole("button", { name: "Weitere Möglichkeiten zum Teilen" }).press("Enter");
  await page.getByRole("link", { name: /^Bluesky/ }).waitFor();
  const ways = page.locator("share-button >> [part~=way]");
  const text = encodeURIComponent("Why & how\n\nhttps://blog.example.com/a");
  expect(await ways.allInnerTexts()).toEqual(["E-Mail", "Mastodon", "Bluesky"]);
  expect(await ways.evaluateAll((links) => links.map((link) => link.getAttribute("href")))).toEqual([
    `mailto:?subject=Why%20%26%20how&body=${text}`,
    `${service.address}social/share/to/mastodon/?url=https%3A%2F%2Fblog.example.com%2Fa&title=Why+%26+how`,
    `https://bsky.app/intent/compose?text=${text}`,
  ]);
  expect(await ways.first().getAttribute("rel")).toBe("noopener noreferrer");
  await page.keyboard.press("Escape");
  expect(await ways.first().isVisible()).toBe(false);
  expect(complaints).toEqual([]);
  await page.close();
});

test("a card that hides what overflows it does not cut off the menu, which stays in the window", async () => {
  const card = `<div id="card"><share-button url="https://blog.example.com/a" ways></share-button></div>`;
  const { page } = await open("/clipped", card);
  await page.setViewportSize({ width: 390, height: 640 });
  // By the object model, which the site's policy for styles does not bind.
  await page.evaluate(() => {
    const style = document.getElementById("card")?.style;
    style?.setProperty("overflow", "hidden");
    style?.setProperty("height", "3rem");
    style?.setProperty("transform", "translateX(0)");
    style?.setProperty("margin-top", "35rem");
  });
  await page.getByRole("button", { name: "More ways to share" }).click();
  const last = page.locator("share-button >> [part~=way]").last();
  await last.waitFor();
  const box = await page.locator("share-button >> [part=menu]").boundingBox();
  expect(box?.y ?? -1).toBeGreaterThanOrEqual(0);
  expect((box?.y ?? 0) + (box?.height ?? 999)).toBeLessThanOrEqual(640);
  await last.click({ trial: true });
  await page.close();
});

test("it has no accessibility fault, closed or open", async () => {
  const { page } = await open("/axe", `<share-button url="https://blog.example.com/a" ways></share-button>`);
  await page.getByRole("button", { name: "More ways to share" }).click();
  await page.getByRole("link", { name: /^Bluesky/ }).waitFor();
  // Separate from the page's own scripts, like a browser's developer tools: the policy stays as it is.
  const session = await page.context().newCDPSession(page);
  await session.send("Page.enable");
  const frame = (await session.send("Page.getFrameTree")).frameTree.frame.id;
  const { executionContextId } = await session.send("Page.createIsolatedWorld", { frameId: frame });
  const evaluate = async (expression: string) =>
    (
      await session.send("Runtime.evaluate", {
        expression,
        contextId: executionContextId,
        awaitPromise: true,
        returnByValue: true,
      })
    ).result.value;
  await evaluate(AxeBuilder.source);
  expect(await evaluate("axe.run().then(({ violations }) => violations.map(({ help }) => help))")).toEqual(
    [],
  );
  await page.close();
});

test.each([
  ["de-AT", "Teilen", "Weitere Möglichkeiten zum Teilen"],
  ["fr", "Partager", "Autres façons de partager"],
  ["es", "Compartir", "Más formas de compartir"],
  ["ar", "Share", "More ways to share"],
])("it speaks the page's language (%s), or English", async (language, share, more) => {
  const { page } = await open(`/in-${language}`, "<share-button></share-button>", { language });
  const link = page.getByRole("link", { name: new RegExp(`^${share} `) });
  await link.waitFor();
  expect(await page.getByRole("button").first().getAttribute("aria-label")).toBe(more);
  await page.close();
});

test("its words are the site's where the site gives them, and its menu stays on the page, in either direction", async () => {
  const { page } = await open("/rtl", `<share-button label="شارك"></share-button>`, {
    language: "ar",
    direction: "rtl",
  });
  await page.setViewportSize({ width: 320, height: 640 });
  const link = page.getByRole("link", { name: /^شارك/ });
  const more = page.getByRole("button", { name: "More ways to share" });
  const [linkBox, moreBox] = [await link.boundingBox(), await more.boundingBox()];
  expect(linkBox?.x ?? 0).toBeGreaterThan(moreBox?.x ?? 320);
  await more.click();
  const menu = await page.locator("share-button >> [part=menu]").boundingBox();
  expect(menu?.x ?? -1).toBeGreaterThanOrEqual(0);
  expect((menu?.x ?? 0) + (menu?.width ?? 999)).toBeLessThanOrEqual(320);
  await page.close();
});

test("without JavaScript, and with Sharewell down, the page's own link is there", async () => {
  const quiet = await openProfile(browser, { javaScriptEnabled: false });
  const body = `<share-button url="https://blog.example.com/a">${fallback()}</share-button>`;
  const { page } = await open("/no-script", body, { profile: quiet });
  expect(await page.getByRole("link").allInnerTexts()).toEqual(["Share this"]);
  await quiet.close();

  const cut = await openProfile(browser);
  await cut.route(`${service.address}**`, (route) => route.abort());
  const down = await open("/down", body, { profile: cut });
  expect(await down.page.getByRole("link").allInnerTexts()).toEqual(["Share this"]);
  await cut.close();
});

test("it shows how often the page was shared, where the operator and the site want it", async () => {
  const [row] = await service.runtime.database.select().from(users);
  const connection = await connectAccount(service.runtime, { id: row?.id ?? "" }, { platform: "twitter" });
  const url = "https://blog.example.com/counted";
  await shareTo(
    service.runtime,
    { id: row?.id ?? "" },
    {
      page: { url, title: "Counted", description: "", image: undefined },
      message: "One",
      connectionIds: [connection.id],
      repeat: [],
      idempotencyKey: crypto.randomUUID(),
    },
  );
  const { page, complaints } = await open("/counted", `<share-button url="${url}" counts></share-button>`);
  await page.getByRole("link", { name: "Share, shares: 1 (opens in a new tab)" }).waitFor();
  expect(complaints).toEqual([]);
  await page.close();
});

test("on a phone it offers the phone's own share sheet, with the page's address and title", async () => {
  const phone = await openProfile(browser);
  // Headless Chromium has no share sheet.
  await phone.addInitScript(() => {
    Object.defineProperty(navigator, "share", {
      value: async (data: object) =>
        document.documentElement.setAttribute("data-shared", JSON.stringify(data)),
    });
  });
  const { page } = await open(
    "/phone",
    `<share-button url="https://blog.example.com/phone" title="On the phone" description="Words"></share-button>`,
    { profile: phone },
  );
  await page.getByRole("button", { name: "More ways to share" }).click();
  await page.getByRole("button", { name: "Share with an app…" }).click();
  const shared = await page.locator("html[data-shared]").getAttribute("data-shared");
  expect(JSON.parse(shared ?? "{}")).toEqual({
    url: "https://blog.example.com/phone",
    title: "On the phone",
    text: "Words",
  });
  await phone.close();
});

test("a long address stays whole, and an answer that is none of ours is no fault of the page", async () => {
  const url = `https://blog.example.com/${"a".repeat(1_900)}`;
  const profile = await openProfile(browser);
  await profile.route("**/api/v1/pages**", (route) =>
    route.fulfill({
      status: 502,
      body: "<h1>Bad gateway</h1>",
      headers: { "access-control-allow-origin": "*" },
    }),
  );
  const faults: string[] = [];
  profile.on("weberror", (fault) => faults.push(fault.error().message));
  const answered = profile.waitForEvent("requestfinished", (request) =>
    request.url().includes("/api/v1/pages"),
  );
  const { page } = await open("/long", `<share-button url="${url}" counts></share-button>`, { profile });
  await answered;
  const link = page.getByRole("link", { name: /^Share/ });
  expect(new URL((await link.getAttribute("href")) ?? "").searchParams.get("url")).toBe(url);
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(done)));
  expect(faults).toEqual([]);
  await profile.close();
});
