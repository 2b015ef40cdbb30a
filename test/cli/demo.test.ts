import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { expect, onTestFinished, test } from "vitest";
import { networkNames } from "../../emulator/networks.ts";
import { openBrowser, openProfile, sendButton, signIn } from "../harness/browser/browser.ts";
import { freePort } from "../harness/networks/networks.ts";
import { type RunningProcess, startProcess, untilReady } from "../harness/services/process.ts";
import { waitFor } from "../harness/wait.ts";

interface Demo {
  readonly process: RunningProcess;
  readonly address: string;
  readonly post: string;
  readonly outbox: string;
  readonly mastodon: string;
}

test("the demo is used as it says, stopped, and on the next start has kept everything", async () => {
  const folder = mkdtempSync(join(tmpdir(), "sharewell-demo-"));
  const ports = await Promise.all(Array.from({ length: 5 + networkNames.length }, freePort));
  const browser = await openBrowser();

  const first = await startDemo(folder, ports);
  const page = await (await openProfile(browser)).newPage();
  await openSharePage(page, first);
  await signInAsTold(page, first);
  await page.getByRole("link", { name: "Connect Mastodon" }).click();
  const server = page.getByLabel(/Your server/);
  expect(await server.inputValue()).toBe(first.mastodon);
  await server.fill("mastodon.social");
  await page.getByRole("button", { name: "Continue" }).click();
  await page.getByText(`Here you can connect accounts on ${first.mastodon} only.`).waitFor();
  await server.fill(first.mastodon);
  await page.getByRole("button", { name: "Continue" }).click();
  await page.getByRole("button", { name: "Approve" }).click();
  await page.getByRole("checkbox").check();
  await stop(first);

  const second = await startDemo(folder, ports);
  await openSharePage(page, second);
  await page.getByRole("checkbox").check();
  await page.getByRole("textbox", { name: /Message/ }).fill("After a restart");
  await sendButton(page).click();
  await page.getByRole("heading", { name: "Shared", exact: true }).waitFor();

  await page.goto(`${second.address}login/`);
  await page.getByRole("button", { name: "Sign out" }).first().click();
  await page.waitForURL(/\/login\/\?news=signed-out$/);
  await page.getByLabel("Email address").fill("ana@example.com");
  await page.getByRole("button", { name: "Email me a sign-in link" }).click();
  await page.getByText(/mail/i).first().waitFor();
  const link = await waitFor("the letter", async () => {
    await page.goto(second.outbox);
    const found = page.getByRole("link", { name: /login\/link/ });
    return (await found.count()) > 0 ? found : undefined;
  });
  await link.click();
  await page.getByRole("button", { name: /Sign in/ }).click();
  await page.waitForURL(/\/social\//);
  expect(await page.locator("body").innerText()).toContain("@ana@mastodon.localhost");
  await browser.close();
  await stop(second);
  rmSync(folder, { recursive: true, force: true });
});

test("the demo with real networks asks for any server, and says what it cannot reach", async () => {
  const folder = mkdtempSync(join(tmpdir(), "sharewell-demo-"));
  const ports = await Promise.all(Array.from({ length: 5 + networkNames.length }, freePort));
  const browser = await openBrowser();
  const demo = await startDemo(folder, ports, ["--real"]);
  const told = demo.process.output();
  expect(told).toContain("Mastodon and Bluesky are real here");
  expect(told).toContain("Simulated X");
  expect(told).not.toMatch(/Simulated (Mastodon|Bluesky)/);
  const page = await (await openProfile(browser)).newPage();
  await page.goto(demo.address);
  await signInAsTold(page, demo);
  await page.getByRole("link", { name: "Connect Mastodon" }).click();
  const server = page.getByLabel(/Your server/);
  expect(await server.inputValue()).toBe("");
  await server.fill("nowhere.invalid");
  await page.getByRole("button", { name: "Continue" }).click();
  await page
    .getByText(/nowhere\.invalid/)
    .first()
    .waitFor();
  await browser.close();
  await stop(demo);
  rmSync(folder, { recursive: true, force: true });
});

async function startDemo(
  folder: string,
  ports: readonly number[],
  more: readonly string[] = [],
): Promise<Demo> {
  const [port = 0, blog = 0, events = 0, market = 0, outbox = 0, ...others] = ports;
  const flags = {
    ...{ data: folder, port, "blog-port": blog, "events-port": events },
    ...{ "market-port": market, "outbox-port": outbox },
  };
  const networks = networkNames.map((name, index) => [`${name}-port`, others[index] ?? 0] as const);
  const words = [...Object.entries(flags), ...networks].flatMap(([name, value]) => [`--${name}`, `${value}`]);
  const process = startProcess(["demo", ...words, ...more], {});
  onTestFinished(() => void process.child.kill("SIGKILL"));
  const address = `http://127.0.0.1:${port}/`;
  await untilReady(process, address);
  await waitFor("the demo's greeting", () => process.output().includes("Ctrl-C") || undefined);
  const mastodon = `mastodon.localhost:${Object.fromEntries(networks)["mastodon-port"]}`;
  const [, post = ""] = /Read a post\s+(\S+)/.exec(process.output()) ?? [];
  return { process, address, post, outbox: `http://127.0.0.1:${outbox}/`, mastodon };
}

/** As a reader of the first post does. */
async function openSharePage(page: Page, demo: Demo): Promise<void> {
  await page.goto(demo.post);
  await page.goto((await page.getByRole("link", { name: /^Share/ }).getAttribute("href")) ?? "");
}

/** With the login that the demo printed. */
async function signInAsTold(page: Page, { process }: Demo): Promise<void> {
  const [, email = ""] = /\bas\s+(\S+@\S+)/.exec(process.output()) ?? [];
  const [, password = ""] = /with the password\s+(\S+)/.exec(process.output()) ?? [];
  await signIn(page, { email, password });
}

async function stop({ process }: Demo): Promise<void> {
  process.child.kill("SIGINT");
  expect(await process.ended).toBe(0);
}
