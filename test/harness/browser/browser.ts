/** A person's browser: headless Chromium, playing the steps that the journeys share. */
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Locator,
  type Page,
} from "playwright-core";
import { inject } from "vitest";
import type { TestService } from "../services/service.ts";

export const person = { name: "Ana Lima", email: "ana@example.com", password: "a sea of lanterns" } as const;

export async function openBrowser(): Promise<Browser> {
  return await chromium.launch({
    executablePath: inject("chromium"),
    args: [
      "--no-sandbox",
      "--lang=en-GB",
      "--accept-lang=en-GB",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      // One process for the pages of all sites needs a quarter of the work when a journey goes from site to
      // network and back.
      "--disable-site-isolation-trials",
      "--renderer-process-limit=1",
    ],
  });
}

/** A fresh browser profile in which every wait ends after half a minute. */
export async function openProfile(
  browser: Browser,
  options: BrowserContextOptions = {},
): Promise<BrowserContext> {
  const context = await browser.newContext(options);
  context.setDefaultTimeout(30_000);
  return context;
}

/** Fills in the login form that is shown. */
export async function signIn(
  page: Page,
  { email: address, password }: { readonly email: string; readonly password: string } = person,
): Promise<void> {
  const email = page.getByLabel("Email address");
  // Folded on the page that shows what is about to be shared.
  const folded = page.locator("details.sign-in:not([open]) > summary");
  await email.or(folded).first().waitFor();
  if (await folded.isVisible()) await folded.click();
  await email.fill(address);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
}

/** From the accounts page to the network and back. */
export async function connectMastodon(page: Page, service: TestService, decision = "Approve"): Promise<void> {
  await page.goto(`${service.address}social/connect/mastodon/`);
  await page.getByLabel(/Your server/).fill(`@Ana@mastodon.localhost:${service.emulator.mastodon.port}`);
  await page.getByRole("button", { name: "Continue" }).click();
  await decide(page, decision);
}

export async function connectBluesky(page: Page, service: TestService): Promise<void> {
  await page.goto(`${service.address}social/connect/bluesky/`);
  await page.getByLabel("Your Bluesky handle").fill("@Ana.bsky.test");
  await page.getByRole("button", { name: "Continue" }).click();
  await decide(page, "Approve");
}

export async function connectX(page: Page, service: TestService, decision = "Approve"): Promise<void> {
  await page.goto(`${service.address}social/`);
  await page.getByRole("link", { name: /Connect.* X/ }).click();
  await decide(page, decision);
}

/** Acts on the network's consent page, to which the page in between leads by itself. */
export async function decide(page: Page, decision: string): Promise<void> {
  await page.getByRole("button", { name: decision }).click();
}

/** The button that shares, whatever it says will happen: "Share", "Share to 7 accounts", "Schedule for Tue 09:00". */
export function sendButton(page: Page): Locator {
  return page.getByRole("button", { name: /^(?:Share|Share to \d+ accounts?|Schedule|Schedule for .*)$/ });
}

/** The link that a site's page carries. */
export function shareLink(service: TestService, page: { url: string; title: string }): string {
  return `${service.address}social/share/?${new URLSearchParams(page)}`;
}
