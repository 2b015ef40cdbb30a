/** Screenshots of the operator's pages, and of everybody's own settings. */
import type { BrowserContext, Page } from "playwright-core";
import { take } from "./camera.ts";
import { login, type World } from "./stage.ts";

/** The operator's first view: a service without people and networks. */
export async function takeFirstRun(address: string, context: BrowserContext): Promise<void> {
  const page = await context.newPage();
  await page.goto(address);
  await take(page, "first-run", "The first run: the operator’s own account");
  await page.getByLabel("Name").fill("Olga");
  await page.getByLabel("Email address").fill("olga@example.com");
  await page.locator("input[type=password]").fill("a sea of lanterns");
  await page.locator("main form button[type=submit]").click();
  await page.getByRole("heading", { name: /Welcome/ }).waitFor();
  for (const [path, name, caption] of [
    ["social/", "accounts-not-set-up", "The accounts, before any network but one is set up"],
    ["admin/setup/?checks=now", "admin-setup-first", "The set-up assistant on a new service"],
    ["admin/setup/twitter/", "admin-network-missing", "A network that is not set up yet"],
  ] as const) {
    await page.goto(address + path);
    await take(page, name, caption);
  }
}

export async function takeSettings(page: Page, { address }: World): Promise<void> {
  await page.goto(`${address}account/`);
  await take(page, "account", "A person’s own settings");
  await page.getByLabel("Current password").fill("not the password");
  await page.getByLabel("New password").fill("a bell in the fog");
  await page.getByRole("button", { name: "Change the password" }).click();
  await page.getByRole("alert").waitFor();
  await take(page, "account-refused", "A password that is not changed");
  await page.goto(`${address}account/`);
  await page.getByRole("link", { name: "Set it up" }).click();
  await page.getByLabel("Your password").fill(login.password);
  await page.getByRole("button", { name: "Continue" }).click();
  await page.getByRole("heading", { name: "2. Save these recovery codes" }).waitFor();
  await take(page, "second-factor", "Setting up two-step sign-in");
  for (const [path, name, caption] of [
    ["account/delete/", "account-delete", "Leaving for good"],
    ["admin/welcome/", "welcome", "The first operator’s first page"],
    ["admin/welcome/sites/", "welcome-sites", "The end of the welcome: the button for the operator’s sites"],
    ["admin/sites/", "admin-sites", "The button’s two lines, and its colours"],
    ["privacy/", "privacy", "The privacy page, as anybody reads it"],
    ["admin/setup/?checks=now", "admin-setup", "The set-up assistant"],
    ["admin/state/", "admin-state", "How the service does"],
    ["admin/settings/", "admin-settings", "Settings that hold at once"],
    ["admin/audit/", "admin-audit", "Who did what"],
    ["nowhere/", "not-found", "An address that leads nowhere"],
  ] as const) {
    await page.goto(address + path);
    await take(page, name, caption);
  }
  await page.goto(`${address}admin/settings/`);
  await page.getByLabel(/Added to the links/).fill("ref={site}");
  await page.getByLabel("Amount").fill("a lot");
  await page.getByLabel("Amount").press("Enter");
  await page.locator("[aria-invalid]").first().waitFor();
  await take(page, "admin-settings-refused", "Settings that cannot be: each wrong one says why");
  await page.goto(`${address}admin/people/`);
  await page.getByLabel("Email address").fill("eva@example.com");
  await page.getByRole("button", { name: "Invite" }).click();
  await take(page, "admin-people", "The people, one just invited");
  await page.goto(`${address}admin/setup/facebook/`);
  await page.getByRole("button", { name: "Test" }).click();
  await page.locator(".tested").waitFor();
  await take(page, "admin-network", "Setting up one network, just tested");
  await page.setExtraHTTPHeaders({ "accept-language": "de" });
  await page.goto(`${address}admin/setup/linkedin/`);
  await take(page, "admin-network-german", "Setting up a network in German");
  await page.setExtraHTTPHeaders({});
}
