/** Somebody chooses who sees a post, what warns of it and its language: by keyboard, on a phone and without JavaScript. */
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { blog } from "../../../../examples/blog/site.tsx";
import { type RunningSite, startSite } from "../../../../examples/site/server.ts";
import { type Connection, handleOf } from "../../../../src/connections/connection.ts";
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
import { draftFor, postsOn, shareTo } from "../../../harness/people/shares.ts";
import { startTestService, type TestService } from "../../../harness/services/service.ts";

let browser: Browser;
let service: TestService;
let site: RunningSite;
let ana: { id: string };
let mastodon: Connection;
let second: Connection;
let x: Connection;
let signedIn: Awaited<ReturnType<BrowserContext["storageState"]>>;

beforeAll(async () => {
  browser = await openBrowser();
  site = await startSite(blog, { host: "127.0.0.1", port: 0 });
  service = await startTestService();
  await createPerson(service.runtime, person);
  const [row] = await service.runtime.database.select({ id: users.id }).from(users);
  ana = { id: row?.id ?? "" };
  const server = `mastodon.localhost:${service.emulator.mastodon.port}`;
  mastodon = await connectAccount(service.runtime, ana, { platform: "mastodon", server });
  second = await connectAccount(service.runtime, ana, { platform: "mastodon", server, account: "ben" });
  x = await connectAccount(service.runtime, ana, { platform: "twitter" });
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
  await site.stop();
  await service.stop();
});

let context: BrowserContext;
let page: Page;
beforeEach(async () => {
  context = await openProfile(browser, { storageState: signedIn, viewport: { width: 1280, height: 800 } });
  page = await context.newPage();
  // Each test begins with the networks' defaults.
  await shareTo(
    service.runtime,
    ana,
    draftFor([mastodon, second, x], {
      networkOptions: { mastodon: { visibility: "account" }, twitter: { replies: "everyone" } },
    }),
  );
  return () => context.close();
});

const linkTo = (name: string) => shareLink(service, { url: `https://blog.example.com/${name}`, title: name });
const part = (on = page) => on.locator(".post-options");
const set = (name: string | RegExp, on = page) => part(on).getByRole("group", { name });
const only = async (...connections: Connection[]) => {
  for (const { id } of [mastodon, second, x])
    await page
      .locator(`input[name=account][value="${id}"]`)
      .setChecked(connections.some((connection) => connection.id === id));
};
const shared = () => page.getByRole("heading", { name: "Shared", exact: true }).waitFor();
const postsWith = async (network: "mastodon" | "twitter", words: string) =>
  (await postsOn(service.emulator[network])).filter(({ text }) => text.includes(words));

test("by keyboard alone: who sees it, a warning that counts, and the preview that says so", async () => {
  await page.goto(linkTo("keyboard"));
  await only(mastodon, x);
  expect(await part().getAttribute("open")).toBeNull();
  await page.locator("#message").fill("a".repeat(330));
  await part().locator("summary").focus();
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  await page.keyboard.type("Followers");
  await page.keyboard.press("Tab");
  await page.keyboard.type("w".repeat(150));
  await page.getByText(/too many \(\d+ of 500\)/).waitFor();
  const warning = set(/^Mastodon/).getByLabel("Content warning");
  await warning.fill("Spoilers");
  await page.getByText(/too many \(\d+ of 500\)/).waitFor({ state: "hidden" });
  await page.locator("#message").fill("By keyboard");
  const preview = page
    .locator(".preview-tabs li")
    .filter({ has: page.getByRole("radio", { name: /^Mastodon/ }) });
  await preview.getByRole("radio").check();
  await preview.getByText("Content warning: Spoilers").waitFor();
  await preview.getByText("Who can see it: Followers only").waitFor();
  expect(await findFaults(page)).toEqual([]);
  await set(/^X/).getByLabel("Who can reply").selectOption("Verified accounts");
  await page.keyboard.press("Control+Enter");
  await shared();
  expect(await postsWith("mastodon", "By keyboard")).toMatchObject([
    { visibility: "private", spoilerText: "Spoilers" },
  ]);
  expect(await postsWith("twitter", "By keyboard")).toMatchObject([{ replySettings: "verified" }]);
});

test("the next share begins with what was chosen last, Share again with all of it, and a change with what is scheduled", async () => {
  await page.goto(linkTo("last"));
  await only(mastodon);
  await part().locator("summary").click();
  await set(/^Mastodon/)
    .getByLabel("Who can see it")
    .selectOption("Followers only");
  await set(/^Mastodon/)
    .getByLabel("Content warning")
    .fill("Spoilers");
  await page.getByLabel(/^Tomorrow/).check();
  await sendButton(page).click();
  await page.getByRole("link", { name: "Change", exact: true }).click();
  const own = set(new RegExp(`^Mastodon, ${handleOf(mastodon.account)}`));
  expect(await own.getByLabel("Who can see it").inputValue()).toBe("private");
  expect(await own.getByLabel("Content warning").inputValue()).toBe("Spoilers");
  await own.getByLabel("Content warning").fill("Other spoilers");
  await sendButton(page).click();
  await page.waitForURL(/\/social\/share\/[\w-]+\/$/);
  const request = page.url().split("/").at(-2) ?? "";
  await page.goto(`${linkTo("again")}&again=${request}`);
  expect(await own.getByLabel("Content warning").inputValue()).toBe("Other spoilers");
  await page.goto(linkTo("next"));
  // Seen without unfolding anything, and only for the account that it is about.
  expect(await own.getByLabel("Who can see it").inputValue()).toBe("private");
  expect(await own.getByLabel("Content warning").inputValue()).toBe("");
  expect(await set(new RegExp(`^Mastodon, ${handleOf(second.account)}`)).count()).toBe(0);
});

test("accounts of one network share a set until they are to differ, and the tab keeps what was chosen", async () => {
  await page.goto(linkTo("apart"));
  await only(mastodon, second);
  await part().locator("summary").click();
  await set("Mastodon").getByLabel("Who can see it").selectOption("Quiet public: not in public timelines");
  await set("Mastodon").getByLabel("Language of the post").selectOption("German");
  await page.reload();
  expect(await set("Mastodon").getByLabel("Who can see it").inputValue()).toBe("unlisted");
  await page.getByRole("button", { name: "Choose for each account" }).click();
  const own = set(`Mastodon, ${handleOf(second.account)}`);
  expect(await own.getByLabel("Who can see it").inputValue()).toBe("unlisted");
  await own.getByLabel("Who can see it").selectOption("Followers only");
  expect(await findFaults(page)).toEqual([]);
  await page.locator("#message").fill("Apart");
  await sendButton(page).click();
  await shared();
  const posts = await postsWith("mastodon", "Apart");
  expect(posts).toHaveLength(2);
  for (const visibility of ["private", "unlisted"])
    expect(posts).toContainEqual(expect.objectContaining({ visibility, language: "de" }));
});

test("the language is that of the page, until the person chooses another one", async () => {
  const address = `${site.address}${blog.items[1]?.slug}/`;
  await service.runtime.pages.describe(
    { url: address, title: "", description: "", image: undefined },
    { patienceMs: 8_000, reader: ana.id },
  );
  await page.goto(shareLink(service, { url: address, title: "A page" }));
  await only(mastodon);
  await part().locator("summary").click();
  const language = set(/^Mastodon/).getByLabel("Language of the post");
  expect(await language.inputValue()).toBe("en");
  await part().getByText("Taken from the page.").first().waitFor();
  await language.selectOption("Portuguese");
  await page.locator("#message").fill("Em português");
  await sendButton(page).click();
  await shared();
  expect(await postsWith("mastodon", "Em português")).toMatchObject([{ language: "pt" }]);
});

test("an unknown value is told at its field, and nothing else is lost", async () => {
  await page.goto(linkTo("refused"));
  await only(mastodon);
  await part().locator("summary").click();
  await page.locator("#message").fill("Kept");
  await set(/^Mastodon/)
    .getByLabel("Content warning")
    .fill("Kept too");
  await set(/^Mastodon/)
    .getByLabel("Who can see it")
    .evaluate((select: HTMLSelectElement) => {
      select.add(new Option("Nobody", "nobody", true, true));
    });
  await sendButton(page).click();
  await page.locator('[id^="option-"]:focus').waitFor();
  expect(await page.evaluate(() => document.activeElement?.id)).toMatch(/^option-.*-visibility$/);
  await page
    .getByRole("alert")
    .getByRole("link", { name: /“Who can see it”/ })
    .click();
  const field = set(/^Mastodon/).getByLabel("Who can see it");
  expect(await field.evaluate((select) => select.matches(":target"))).toBe(true);
  expect(await field.getAttribute("aria-invalid")).toBe("true");
  expect(
    await set(/^Mastodon/)
      .getByLabel("Content warning")
      .inputValue(),
  ).toBe("Kept too");
  expect(await page.locator("#message").inputValue()).toBe("Kept");
  expect(await findFaults(page)).toEqual([]);
});

test("on a phone, without JavaScript, the options are plain fields", async () => {
  const plain = await openProfile(browser, {
    storageState: signedIn,
    viewport: { width: 390, height: 844 },
    javaScriptEnabled: false,
  });
  const tab = await plain.newPage();
  await tab.goto(linkTo("plain"));
  await tab.locator("#message").fill("No script");
  await part(tab).locator("summary").click();
  await set("Mastodon", tab).getByLabel("Content warning").fill("Spoilers");
  await tab.getByRole("button", { name: "Choose for each account" }).click();
  await set(`Mastodon, ${handleOf(second.account)}`, tab)
    .getByLabel("Who can see it")
    .selectOption("Public");
  expect(await tab.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
  await tab.getByRole("button", { name: "Share", exact: true }).click();
  await tab.getByRole("heading", { name: "Shared", exact: true }).waitFor();
  const posts = await postsWith("mastodon", "No script");
  expect(posts).toMatchObject([{ spoilerText: "Spoilers" }, { spoilerText: "Spoilers" }]);
  expect(posts).toContainEqual(expect.objectContaining({ visibility: "public" }));
  await plain.close();
});
