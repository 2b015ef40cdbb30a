/** Screenshots of what is to come: the calendar, weekly plans, and moving or changing what is scheduled. */
import type { Page } from "playwright-core";
import { take } from "./camera.ts";
import { shareLink, type World } from "./stage.ts";

/** @param page of a person with accounts, one of whose shares is scheduled */
export async function takePlanning(page: Page, world: World, scheduled: string): Promise<void> {
  const { address } = world;
  await page.goto(`${address}social/plan/`);
  await take(page, "plan-empty", "A weekly plan without times");
  await page.getByLabel("Time", { exact: true }).fill("09:30");
  await page.getByRole("button", { name: "Add to the plan" }).click();
  await page.getByRole("alert").waitFor();
  await take(page, "plan-refused", "A time without a day");
  for (const day of ["Mon", "Wed", "Fri"]) await page.getByLabel(day, { exact: true }).check();
  await page.getByLabel("Time", { exact: true }).fill("09:30");
  await page.getByRole("button", { name: "Add to the plan" }).click();
  await page.waitForURL(/#plan/);
  await take(page, "plan", "A weekly plan");
  await page.goto(shareLink(world, "in-praise-of-the-slow-ferry/"));
  await page.getByText(/Next free slot/).click();
  await take(page, "share-slot", "Sharing at the next free slot of a plan");
  for (const view of ["month", "week", "day"]) {
    await page.goto(`${address}social/calendar/?view=${view}`);
    await take(page, `calendar-${view}`, `The calendar by ${view}`);
  }
  await page.goto(`${scheduled}move/`);
  await take(page, "move", "Moving a scheduled share");
  await page.getByLabel("New date and time").fill("2020-01-01T09:00");
  await page.getByRole("button", { name: "Move", exact: true }).click();
  await page.getByRole("alert").waitFor();
  await take(page, "move-refused", "Moving a share into the past");
  await page.goto(`${scheduled}edit/`);
  await page.getByRole("textbox", { name: "Message", exact: true }).fill("Far too many words. ".repeat(16));
  await page.locator(".send .primary").click();
  await page.getByRole("alert").first().waitFor();
  await take(page, "change-refused", "A change that is too long for some");
  await page.goto(`${address}social/history/`);
  await page.getByText("Filter", { exact: true }).click();
  await take(page, "history-filter", "The filter of the history");
}

/** @param page with the share page, on which accounts are ticked */
export async function takeComposerParts(page: Page): Promise<void> {
  await page.locator(".connect-panel > summary").click();
  await take(page, "share-connect", "Connecting another account while sharing");
  await page.locator(".connect-panel > summary").click();
  await page.locator(".post-options > summary").click();
  await take(page, "share-options", "The options of posts");
  await page.locator(".post-options > summary").click();
  await page.setViewportSize({ width: 390, height: 844 });
  await page.getByRole("radio", { name: "Preview" }).check();
  await take(page, "share-preview", "The preview on a phone, behind its tab");
  await page.setViewportSize({ width: 390, height: 844 });
  await page.getByRole("radio", { name: "Write" }).check();
  await page.setViewportSize({ width: 1280, height: 800 });
}
