/** Screenshots of what visitors read from the operator: how to get an invitation, and the operator's own words on privacy. */
import type { BrowserContext, Page } from "playwright-core";
import { take } from "./camera.ts";
import type { World } from "./stage.ts";

/** @param page of the operator */
export async function takeOperatorsWords(
  page: Page,
  { address }: World,
  visitors: BrowserContext,
): Promise<void> {
  await page.goto(`${address}admin/settings/`);
  await page.getByLabel("People you invite").check();
  await page.getByLabel("Where people ask for an invitation").fill("hello@example.com");
  await page
    .locator("form", { has: page.getByLabel("People you invite") })
    .getByRole("button")
    .click();
  await page.getByRole("status").first().waitFor();
  // Without the answer to the first form, so that the second one's is waited for.
  await page.goto(`${address}admin/settings/`);
  await page.getByLabel("Who runs this service").fill("Harbour Bakery, 3 Quay Street, 20457 Hamburg");
  await page.getByLabel("Email address for questions about data").fill("privacy@example.com");
  await page
    .getByLabel("Your own text")
    .fill("We run this service for the sites of our bakery alone.\n\nAsk at the counter about anything.");
  await page
    .locator("form", { has: page.getByLabel("Your own text") })
    .getByRole("button")
    .click();
  await page.getByRole("status").first().waitFor();
  const visitor = await visitors.newPage();
  for (const [path, name, caption] of [
    ["sign-up/", "sign-up-invitation", "Making an account where people are invited"],
    ["login/", "sign-in-invitation", "Signing in where people are invited"],
    ["privacy/", "privacy-own", "The privacy page with the operator’s own words"],
  ] as const) {
    await visitor.goto(address + path);
    await take(visitor, name, caption);
  }
}
