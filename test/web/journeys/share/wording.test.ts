/** Somebody words a post: by a template, with a set of hashtags, and with a handle that is completed. */
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { Connection } from "../../../../src/connections/connection.ts";
import { hashtagSets, postTemplates, users } from "../../../../src/database/schema.ts";
import { createPerson } from "../../../../src/people/sign-up/create-person.ts";
import { findFaults } from "../../../harness/browser/axe.ts";
import { openBrowser, openProfile, person, shareLink, signIn } from "../../../harness/browser/browser.ts";
import { connectAccount } from "../../../harness/people/accounts.ts";
import { startTestService, type TestService } from "../../../harness/services/service.ts";

let browser: Browser;
let service: TestService;
let mastodon: Connection;
let x: Connection;
let signedIn: Awaited<ReturnType<BrowserContext["storageState"]>>;

beforeAll(async () => {
  browser = await openBrowser();
  service = await startTestService();
  await createPerson(service.runtime, person);
  const [row] = await service.runtime.database.select({ id: users.id }).from(users);
  const ana = { id: row?.id ?? "" };
  const server = `mastodon.localhost:${service.emulator.mastodon.port}`;
  mastodon = await connectAccount(service.runtime, ana, { platform: "mastodon", server });
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
  await service.stop();
});
beforeEach(async () => {
  await service.runtime.database.delete(postTemplates);
  await service.runtime.database.delete(hashtagSets);
});

async function open(options: Parameters<typeof openProfile>[1] = {}): Promise<Page> {
  const context = await openProfile(browser, { storageState: signedIn, ...options });
  return await context.newPage();
}
const phone = { viewport: { width: 390, height: 844 } };
const linkTo = (name: string) => shareLink(service, { url: `https://blog.example.com/${name}`, title: name });
const fitsWidth = (page: Page) =>
  page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth);

test.each([
  ["on a desktop", {}],
  ["on a phone", phone],
])("a template is previewed while it is typed, refused with a reason, kept, and seen in the composer (%s)", async (_, screen) => {
  const page = await open(screen);
  await page.goto(`${service.address}social/accounts/${mastodon.id}/`);
  const field = page.getByLabel("What a post says when you write nothing");
  await field.fill("{title} – {description}\n{tags}");
  await page.getByText("A walk to the lighthouse – Twelve kilometres").waitFor();
  await page.getByText("#coast #DayTrips").waitFor();
  expect(await findFaults(page)).toEqual([]);
  expect(await fitsWidth(page)).toBe(true);
  await field.fill("{titel}");
  await page.getByText("There is no {titel}.").waitFor();
  await page.getByRole("button", { name: "Save the template" }).click();
  await page.locator("textarea[aria-invalid]").waitFor();
  expect(await page.evaluate(() => document.activeElement?.textContent)).toMatch(/There is no \{titel\}/);
  expect(await findFaults(page)).toEqual([]);
  await field.fill("Read: {title}");
  await page.getByRole("button", { name: "Save the template" }).click();
  await page.getByText("The template is saved.").waitFor();

  await page.goto(linkTo("templated"));
  await page.locator(`input[name=account][value="${mastodon.id}"]`).check();
  await page.locator("#post-previews").getByText("Read: templated").waitFor({ state: "attached" });
  await page.locator("#message").fill("My own words");
  await page.locator("#post-previews").getByText("My own words").first().waitFor({ state: "attached" });
  await page.context().close();
});

test("a set of hashtags is kept, and put into the message with one press where the cursor is", async () => {
  const page = await open();
  await page.goto(`${service.address}account/`);
  await page.getByRole("link", { name: "Manage hashtag sets" }).click();
  await page.getByLabel("Name").fill("Blog");
  await page.getByRole("textbox", { name: /^Hashtags/ }).fill("open source, #coast");
  await page.getByRole("button", { name: "Save the set" }).click();
  await page.getByText("#OpenSource #coast", { exact: true }).waitFor();
  expect(await findFaults(page)).toEqual([]);
  await page.goto(linkTo("tagged"));
  await page.locator("#message").fill("Look: #Coast");
  await page.locator("#message").press("Home");
  await page.getByRole("button", { name: "# Blog" }).click();
  expect(await page.locator("#message").inputValue()).toBe("#OpenSource Look: #Coast");
  expect(await page.evaluate(() => document.activeElement?.id)).toBe("message");
  expect(await findFaults(page)).toEqual([]);
  await page.context().close();
});

test("without JavaScript, a template is previewed and a set is put at the end of the message", async () => {
  const page = await open({ javaScriptEnabled: false, ...phone });
  await page.goto(`${service.address}social/accounts/${x.id}/`);
  await page.getByLabel("What a post says when you write nothing").fill("{title}!");
  await page.getByRole("button", { name: "Preview" }).click();
  await page.getByText("A walk to the lighthouse!").waitFor();
  await page.getByRole("button", { name: "Save the template" }).click();
  await page.getByText("The template is saved.").waitFor();
  await page.goto(`${service.address}account/hashtags/`);
  await page.getByLabel("Name").fill("Sea");
  await page.getByRole("textbox", { name: /^Hashtags/ }).fill("#sea");
  await page.getByRole("button", { name: "Save the set" }).click();
  await page.goto(linkTo("plain"));
  await page.locator("#message").fill("A message");
  await page.getByRole("button", { name: "# Sea" }).click();
  expect(await page.locator("#message").inputValue()).toBe("A message\n\n#sea");
  expect(await fitsWidth(page)).toBe(true);
  await page.goto(`${service.address}account/hashtags/`);
  const [set] = await service.runtime.database.select().from(hashtagSets);
  const sea = page.locator("form[action$='/delete/']");
  expect(await sea.getAttribute("action")).toBe(`/account/hashtags/${set?.id}/delete/`);
  await page.getByRole("button", { name: "Delete Sea" }).click();
  await page.getByText("#sea", { exact: true }).waitFor({ state: "detached" });
  await page.context().close();
});

test.each([
  ["on a desktop", {}],
  ["on a phone", phone],
])("a handle is completed by keyboard, only for an account whose network can search (%s)", async (_, screen) => {
  const page = await open(screen);
  await page.goto(linkTo("mention"));
  await page.locator(`input[name=account][value="${mastodon.id}"]`).check();
  await page.locator(`input[name=account][value="${x.id}"]`).uncheck();
  const message = page.locator("#message");
  const list = page.getByRole("listbox", { name: "People to mention" });
  const handles = list.getByRole("option");
  const value = () => message.inputValue();
  await message.focus();
  await page.keyboard.type("With @be");
  await list.waitFor();
  expect(await message.getAttribute("aria-controls")).toBe("mentions");
  expect(
    await page.locator(`#${await message.getAttribute("aria-activedescendant")}`).textContent(),
  ).toContain("@ben@");
  await page
    .getByRole("status")
    .filter({ hasText: /person|people/ })
    .waitFor({ state: "attached" });
  expect(await findFaults(page)).toEqual([]);
  expect(await fitsWidth(page)).toBe(true);
  await page.keyboard.press("Escape");
  await list.waitFor({ state: "detached" });
  expect(await value()).toBe("With @be");
  await page.keyboard.type("n");
  await list.waitFor();
  const number = await handles.count();
  for (let press = 0; press < number; press += 1) await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await list.waitFor({ state: "detached" });
  expect(await value()).toMatch(/^With @ben@mastodon\.localhost(:\d+)? $/);
  await page.keyboard.type("and @an");
  await list.waitFor();
  await page.keyboard.press("Tab");
  expect(await value()).toMatch(/ and @ana@\S+ $/);
  expect(await page.evaluate(() => document.activeElement?.id)).toBe("message");
  await page.keyboard.type("@be");
  await handles.first().click();
  expect(await value()).toMatch(/@ben@\S+ $/);
  await page.context().close();
});

test("nothing is offered while an input method composes, or where no chosen account can search", async () => {
  const page = await open();
  await page.goto(linkTo("silent"));
  for (const { id } of [mastodon, x])
    await page.locator(`input[name=account][value="${id}"]`).setChecked(id === x.id);
  const answered = page.waitForResponse(new URL("/social/share/mentions/", service.address).href);
  await page.locator("#message").focus();
  await page.keyboard.type("With @be");
  expect((await answered).status()).toBe(204);
  await page.locator(`input[name=account][value="${mastodon.id}"]`).check();
  const asked: string[] = [];
  page.on("request", (request) => asked.push(request.url()));
  const counted = page.waitForResponse(/\/previews\/$/);
  await page.locator("#message").evaluate((area: HTMLTextAreaElement) => {
    area.value = "With @ben";
    area.setSelectionRange(9, 9);
    area.dispatchEvent(new InputEvent("input", { bubbles: true, isComposing: true }));
  });
  await counted;
  expect(asked.filter((url) => url.endsWith("/mentions/"))).toEqual([]);
  expect(await page.getByRole("listbox").count()).toBe(0);
  await page.context().close();
});
