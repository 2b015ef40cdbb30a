/** A person deletes a post, and watches the result. */
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { users } from "../../../src/database/schema.ts";
import { createPerson } from "../../../src/people/sign-up/create-person.ts";
import type { Share } from "../../../src/sharing/share.ts";
import { openBrowser, openProfile, person, signIn } from "../../harness/browser/browser.ts";
import { control } from "../../harness/networks/networks.ts";
import { connectAccount } from "../../harness/people/accounts.ts";
import { draftFor, orderFault, postsOn, shareTo, untilDeletionEnds } from "../../harness/people/shares.ts";
import { startTestService, type TestService } from "../../harness/services/service.ts";

const DELETION = "DELETE /2/tweets/:id";

let browser: Browser;
let service: TestService;
let ana: { id: string };
let share: Share | undefined;
let context: BrowserContext;
let page: Page;

beforeAll(async () => {
  browser = await openBrowser();
  service = await startTestService();
  await createPerson(service.runtime, person);
  const [row] = await service.runtime.database.select().from(users);
  ana = { id: row?.id ?? "" };
});
afterAll(async () => {
  await browser.close();
  await service.stop();
});

async function open(javaScriptEnabled: boolean): Promise<void> {
  context = await openProfile(browser, { javaScriptEnabled });
  page = await context.newPage();
  await page.goto(`${service.address}social/shares/${share?.id}/`);
  await signIn(page);
}

beforeEach(async () => {
  await control(service.emulator.twitter, "DELETE", "faults");
  const twitter = await connectAccount(service.runtime, ana, { platform: "twitter" });
  [share] = await shareTo(service.runtime, ana, draftFor([twitter]));
  // The network is unavailable for a while.
  await orderFault(service.emulator.twitter, DELETION, { kind: "status", status: 503 }, 2);
});
afterEach(() => context.close());

async function pressDelete(): Promise<void> {
  await page.locator("summary", { hasText: "Delete" }).click();
  await page.getByRole("button", { name: "Yes, delete" }).click();
  await page.waitForURL(`**/social/share/${share?.requestId}/`);
}

const end = () => untilDeletionEnds(service.runtime, ana, share?.id ?? "");
const state = () => page.locator(".outcome .state");

test("the page says that the post is being deleted, until it is, without being loaded again", async () => {
  await open(true);
  await pressDelete();
  await page.getByRole("heading", { name: "Being deleted…" }).waitFor();
  await page.getByText(/Next try at/).waitFor();
  await page.evaluate("globalThis.isTheSamePage = true");
  await end();
  await page.getByRole("heading", { name: "Deleted", exact: true }).waitFor();
  expect(await state().innerText()).toBe("Deleted");
  expect(await page.evaluate("globalThis.isTheSamePage")).toBe(true);
  await page.goto(`${service.address}social/history/`);
  const row = page.locator(`#request-${share?.requestId} .row-accounts`);
  expect(await row.innerText()).toContain(": Deleted");
});

test("without JavaScript it loads itself again, and tells how it ended", async () => {
  await open(false);
  await pressDelete();
  await page.getByText(/Next try at/).waitFor();
  expect(await state().innerText()).toBe("Being deleted…");
  await orderFault(service.emulator.twitter, DELETION, {
    kind: "status",
    status: 403,
    body: { title: "No" },
  });
  await end();
  await page.getByText("Not deleted", { exact: true }).waitFor();
  await page.getByText(/^The post was not deleted\./).waitFor();
  // It can be requested again right there.
  await page.locator("summary", { hasText: "Delete" }).click();
  await page.getByRole("button", { name: "Yes, delete" }).click();
  await end();
  await page.getByRole("heading", { name: "Deleted", exact: true }).waitFor();
});

test("who waits no longer is told that nobody can tell", async () => {
  await open(true);
  await pressDelete();
  await page.getByText(/Next try at/).waitFor();
  await page.locator("summary", { hasText: "Stop waiting" }).click();
  await page.getByRole("button", { name: "Yes, stop" }).click();
  await page.getByText("Deletion not confirmed", { exact: true }).waitFor();
  const posts = await postsOn(service.emulator.twitter);
  expect(posts.filter(({ url }) => url === share?.postUrl).map(({ deleted }) => deleted)).toEqual([false]);
});
