import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { createPerson } from "../../../src/people/sign-up/create-person.ts";
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
import { countCalls, orderFault, postsOn } from "../../harness/people/shares.ts";
import { startTestService, type TestService } from "../../harness/services/service.ts";

let browser: Browser;
let service: TestService;
let context: BrowserContext;
let page: Page;

beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

beforeEach(async () => {
  service = await startTestService();
  await createPerson(service.runtime, person);
  context = await openProfile(browser);
  page = await context.newPage();
});
afterEach(async () => {
  await context.close();
  await service.stop();
});

const article = { url: "https://blog.example.com/sqlite", title: "Why we moved to SQLite" };

async function chooseAll(on: Page): Promise<void> {
  for (const box of await on.getByRole("checkbox").all()) await box.check();
}

/** Presses Share and waits until nothing is in progress any more. */
async function share(on: Page): Promise<void> {
  await sendButton(on).click();
  await on.waitForURL(/\/social\/share\/[0-9a-f-]{36}\/$/);
}

/** Opens the post to which the result links. */
async function followPost(on: Page, platform: string): Promise<string> {
  const [post] = await Promise.all([
    context.waitForEvent("page"),
    on.getByRole("link", { name: new RegExp(`See the post.* on ${platform}`) }).click(),
  ]);
  await post.waitForLoadState();
  const text = await post.locator("body").innerText();
  await post.close();
  return text;
}

test("a person signs in, connects Mastodon and X, shares a page to both and follows the link to each post", async () => {
  await page.goto(service.address);
  await signIn(page);
  await connectMastodon(page, service);
  await page.getByText("Your Mastodon account is connected.").waitFor();
  await connectX(page, service);
  await page.getByText("Your X account is connected.").waitFor();

  await page.goto(shareLink(service, article));
  expect(await page.locator("main").innerText()).toContain(article.title);
  await chooseAll(page);
  await page.getByRole("textbox", { name: /Message/ }).fill("Three months, one file, no regrets.");
  await page.locator(".preview-tabs > li").nth(1).waitFor();
  await share(page);

  await page.getByRole("heading", { name: "Shared", exact: true }).waitFor();
  expect(await followPost(page, "Mastodon")).toContain("Three months, one file, no regrets.");
  expect(await followPost(page, "X")).toContain("Three months, one file, no regrets.");
  await page.goto(`${service.address}social/history/`);
  expect(await page.getByText(article.title).count()).toBeGreaterThan(0);
  await page.locator("summary", { hasText: "Account by account" }).first().click();
  await page
    .getByRole("link", { name: /See the post/ })
    .nth(1)
    .waitFor();
});

test("somebody who is not signed in goes through login and lands on the page they were sharing", async () => {
  const link = shareLink(service, { ...article, title: 'Cats & "dogs": 100 % <true>' });
  await page.goto(link);
  await signIn(page);
  await page.waitForURL((url) => url.pathname === "/social/share/");
  expect(new URL(page.url()).searchParams.get("title")).toBe('Cats & "dogs": 100 % <true>');
  expect(await page.locator("main").innerText()).toContain('Cats & "dogs": 100 % <true>');

  await page.getByRole("link", { name: "Connect X" }).click();
  await page.getByRole("button", { name: "Approve" }).click();
  await page.waitForURL(
    (url) => url.pathname === "/social/share/" && url.searchParams.get("url") === article.url,
  );
  expect(await page.getByRole("checkbox").count()).toBe(1);
});

test.each([
  "Mastodon",
  "X",
])("%s: refusing consent ends on a page that says so, with nothing connected", async (platform) => {
  await page.goto(service.address);
  await signIn(page);
  await (platform === "X" ? connectX : connectMastodon)(page, service, "Refuse");
  await page.getByRole("heading", { name: "Nothing was connected" }).waitFor();
  await page.goto(`${service.address}social/`);
  expect(await page.getByRole("link", { name: `Connect ${platform}` }).count()).toBe(1);
  expect(await page.getByRole("button", { name: /Disconnect/ }).count()).toBe(0);
});

test("an X token that ended meanwhile is refreshed on the way, unseen by the person", async () => {
  await page.goto(service.address);
  await signIn(page);
  await connectX(page, service);
  await page.getByText("Your X account is connected.").waitFor();
  const refreshes = await countCalls(service.emulator.twitter, "POST /2/oauth2/token");
  await orderFault(service.emulator.twitter, "POST /2/tweets", { kind: "expire-token" });
  await page.goto(shareLink(service, article));
  await chooseAll(page);
  await share(page);
  await page.getByRole("heading", { name: "Shared", exact: true }).waitFor();
  expect(await countCalls(service.emulator.twitter, "POST /2/oauth2/token")).toBe(refreshes + 1);
  expect(await postsOn(service.emulator.twitter)).toHaveLength(1);
});

test("a withdrawn grant asks to reconnect, comes straight back, and then the share goes out", async () => {
  await page.goto(service.address);
  await signIn(page);
  await connectMastodon(page, service);
  await page.getByText("Your Mastodon account is connected.").waitFor();
  await orderFault(service.emulator.mastodon, "POST /api/v1/statuses", { kind: "revoke-token" });
  await page.goto(shareLink(service, article));
  await chooseAll(page);
  await share(page);
  const result = page.url();
  // The navigation shows the change without a new page.
  const news = page.getByRole("link", { name: "Accounts 1 needs reconnecting" });
  await news.waitFor();
  await page.evaluate(`document.querySelector("#places .waiting").remove();
    htmx.ajax("GET", "${result}outcomes/", { target: "#outcomes", swap: "outerMorph" })`);
  await news.waitFor();
  await page.getByRole("link", { name: /Reconnect/ }).click();
  await page.getByRole("button", { name: "Approve" }).click();
  await page.waitForURL(result);
  // It was waiting for this, and needs no Retry.
  await page.getByRole("heading", { name: "Shared", exact: true }).waitFor();
  expect(await postsOn(service.emulator.mastodon)).toHaveLength(1);
});

test("without JavaScript the whole job works as plain forms", async () => {
  const plain = await openProfile(browser, { javaScriptEnabled: false });
  const tab = await plain.newPage();
  await tab.goto(shareLink(service, article));
  await signIn(tab);
  await connectMastodon(tab, service);
  await tab.getByText("Your Mastodon account is connected.").waitFor();
  await tab.goto(shareLink(service, article));
  await chooseAll(tab);
  await tab.getByRole("textbox", { name: /Message/ }).fill("No script, no problem");
  await share(tab);
  // The page reloads itself until the result is there.
  await tab.getByRole("heading", { name: "Shared", exact: true }).waitFor();
  expect((await postsOn(service.emulator.mastodon)).map(({ text }) => text)).toEqual([
    `No script, no problem\n\n${article.url}`,
  ]);
  await plain.close();
});

test("a page shared before asks before it is shared again; double clicks, Back and reload never post twice", async () => {
  await page.goto(service.address);
  await signIn(page);
  await connectMastodon(page, service);
  await page.goto(shareLink(service, article));
  await chooseAll(page);
  await sendButton(page).dblclick();
  await page.getByRole("heading", { name: "Shared", exact: true }).waitFor();
  await page.reload();
  await page.goBack();
  await page.getByText(/^Shared on/).waitFor();
  await chooseAll(page);
  await sendButton(page).click();
  const posted = () => postsOn(service.emulator.mastodon);
  expect(await posted()).toHaveLength(1);

  await page.goto(shareLink(service, article));
  await page.getByRole("checkbox").first().check();
  await sendButton(page).click();
  await page.getByRole("button", { name: "Share again to this account" }).click();
  await page.waitForURL(/\/social\/share\/[0-9a-f-]{36}\/$/);
  await page.getByRole("heading", { name: "Shared", exact: true }).waitFor();
  expect(await posted()).toHaveLength(2);
});
