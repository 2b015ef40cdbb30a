import { eq } from "drizzle-orm";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { shareRequests, socialShares, users } from "../../../src/database/schema.ts";
import { createPerson } from "../../../src/people/sign-up/create-person.ts";
import { getShareRequest } from "../../../src/sharing/record/history.ts";
import type { ShareStatus } from "../../../src/sharing/share.ts";
import { languages } from "../../../src/words/languages.ts";
import { findFaults } from "../../harness/browser/axe.ts";
import { openBrowser, openProfile, person, signIn } from "../../harness/browser/browser.ts";
import { connectAccount } from "../../harness/people/accounts.ts";
import { addAccounts, addRequest } from "../../harness/people/many-shares.ts";
import { startTestService, type TestService } from "../../harness/services/service.ts";

/** Not held by a worker. */
const released = { leaseId: null, leaseUntil: null };

let browser: Browser;
let service: TestService;
let page: Page;
let ana: { id: string };
let accounts: string[];

beforeAll(async () => {
  browser = await openBrowser();
  service = await startTestService();
  await createPerson(service.runtime, person);
  const [row] = await service.runtime.database.select().from(users);
  ana = { id: row?.id ?? "" };
  const like = await connectAccount(service.runtime, ana, { platform: "twitter" });
  accounts = await addAccounts(service.runtime.database, like, 60);
  const profile = await openProfile(browser);
  page = await profile.newPage();
  await page.clock.install();
  await page.goto(service.address);
  await signIn(page);
  await page.waitForURL(/\/social\//);
});
afterAll(async () => {
  await browser.close();
  await service.stop();
});
beforeEach(async () => {
  await service.runtime.database.delete(shareRequests);
});

/** Opens the result of a request whose shares have these statuses. @returns their ids, in the order of pages */
async function openResult(number: number, statuses: readonly ShareStatus[]): Promise<string[]> {
  const { database } = service.runtime;
  const id = await addRequest(database, ana, accounts.slice(0, number), statuses);
  await page.goto(`${service.address}social/share/${id}/`);
  const request = await getShareRequest(service.runtime, ana, id);
  return request?.shares.map((share) => share.id) ?? [];
}

async function becomes(shareId: string | undefined, status: ShareStatus): Promise<void> {
  await service.runtime.database
    .update(socialShares)
    .set({ ...released, status, updatedAt: new Date() })
    .where(eq(socialShares.id, shareId ?? ""));
}

const rowOf = (shareId: string | undefined) => page.locator(`#share-${shareId}`);

test("each outcome arrives on the page that is open, and the way there is told politely in steps", async () => {
  const ids = await openResult(60, ["sending"]);
  const told = page.locator("#outcomes [role=status]");
  expect(await told.innerText()).toBe("0% done");
  await becomes(ids[0], "posted");
  await rowOf(ids[0]).getByText("Posted").waitFor();
  expect(await told.innerText()).toBe("0% done");
  for (const id of ids.slice(1, 30)) await becomes(id, "posted");
  await page.getByText("30 of 60 posted.").waitFor();
  expect(await told.innerText()).toBe("50% done");
  for (const id of ids.slice(30)) await becomes(id, "posted");
  await page.getByRole("heading", { name: "Shared", exact: true }).waitFor();
  expect(await told.innerText()).toBe("Posted to 60 accounts.");
  expect(await page.locator("#follow[hx-get]").count()).toBe(0);
});

test("what a person has unfolded, typed and reached by keyboard stays while others' outcomes arrive", async () => {
  const ids = await openResult(40, ["sending"]);
  await becomes(ids[5], "unconfirmed");
  const doubt = rowOf(ids[5]);
  await doubt.locator("summary", { hasText: "It is there" }).click();
  const field = doubt.getByLabel("Link to the post");
  await field.fill("https://x.example/half a li");
  // A second one needs the person, so the lists are sent again as a whole.
  await becomes(ids[2], "failed");
  await becomes(ids[8], "posted");
  await rowOf(ids[2])
    .getByRole("button", { name: /^Retry/ })
    .waitFor();
  await rowOf(ids[8]).getByText("Posted").waitFor();
  expect(await field.inputValue()).toBe("https://x.example/half a li");
  expect(await field.evaluate((element) => element === document.activeElement)).toBe(true);
  expect(await doubt.locator("details[open]").count()).toBe(1);
  const [order] = await page
    .locator("section[aria-labelledby=needs-attention] li")
    .evaluateAll((rows) => [rows.map(({ id }) => id)]);
  expect(order).toEqual([`share-${ids[2]}`, `share-${ids[5]}`]);
});

test("a page that nobody sees asks for nothing, and is up to date once it is seen again", async () => {
  const asked: string[] = [];
  const hide = (isHidden: boolean) =>
    page.evaluate((hidden) => {
      Object.defineProperty(document, "hidden", { configurable: true, get: () => hidden });
      document.dispatchEvent(new Event("visibilitychange"));
    }, isHidden);
  const ids = await openResult(3, ["sending"]);
  await page.waitForResponse(/outcomes/);
  await hide(true);
  page.on("request", (request) => asked.push(request.url()));
  await becomes(ids[1], "posted");
  await page.clock.runFor(60_000);
  expect(asked).toEqual([]);
  await hide(false);
  await rowOf(ids[1]).getByText("Posted").waitFor();
  page.removeAllListeners("request");
});

test("after the service was away, the page goes on where it was", async () => {
  const ids = await openResult(3, ["sending"]);
  await page.context().setOffline(true);
  for (const id of ids) await becomes(id, "posted");
  await page.clock.runFor(60_000);
  expect(await page.getByRole("heading", { name: "Sharing…" }).count()).toBe(1);
  await page.context().setOffline(false);
  await page.getByRole("heading", { name: "Shared", exact: true }).waitFor();
});

test("by keyboard alone one reaches what needs the person, the counts, and the next of the others", async () => {
  await openResult(60, [...Array<ShareStatus>(9).fill("posted"), "failed"]);
  const reach = async (name: RegExp) => {
    const target = page.getByRole("link", { name }).first();
    for (let presses = 0; presses < 200; presses += 1) {
      if (await target.evaluate((element) => element === document.activeElement)) break;
      await page.keyboard.press("Tab");
    }
    await page.keyboard.press("Enter");
  };
  await reach(/^More$/);
  await page.waitForURL(/after=/);
  await reach(/^6 need attention$/);
  await page.waitForURL(/standing=trouble/);
  expect(await page.locator("#outcomes li.outcome").count()).toBe(6);
});

test.each([
  { width: 1280, colorScheme: "light" },
  { width: 320, colorScheme: "dark" },
] as const)("pages of many shares have no fault that axe-core finds, at $width px in $colorScheme", async ({
  width,
  colorScheme,
}) => {
  const statuses: ShareStatus[] = ["posted", "failed", "unconfirmed", "sending", "cancelled", "reconnect"];
  const { database } = service.runtime;
  const later = { scheduledAt: new Date(Date.now() + 86_400_000) };
  const paths = [
    `social/share/${await addRequest(database, ana, accounts, statuses)}/`,
    `social/share/${await addRequest(database, ana, accounts, ["scheduled"], later)}/`,
    "social/history/",
    "social/scheduled/",
  ];
  const tab = await page.context().newPage();
  await tab.setViewportSize({ width, height: 900 });
  await tab.emulateMedia({ colorScheme });
  for (const path of [...paths, `${paths[0]}?standing=trouble`, `${paths[0]}?account=nobody`]) {
    await tab.goto(service.address + path);
    await tab.evaluate(() => {
      for (const details of document.querySelectorAll("details")) details.open = true;
    });
    expect(await findFaults(tab), path).toEqual([]);
  }
  for (const language of languages) {
    await tab.setExtraHTTPHeaders({ "accept-language": language });
    for (const path of paths) {
      await tab.goto(service.address + path);
      const seen = await tab.evaluate(() => {
        const { lang, clientWidth, scrollWidth } = document.documentElement;
        return { lang, beyond: scrollWidth - clientWidth };
      });
      expect(seen, path).toEqual({ lang: language, beyond: 0 });
    }
  }
  await tab.close();
});
