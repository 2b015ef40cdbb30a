/**
 * `npm run screenshots`: plays the demo in a headless browser and keeps a picture of every page and state in
 * docs/screenshots, wide and narrow, light and dark.
 */
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BrowserContext, chromium, type Page } from "playwright-core";
import sharp from "sharp";

const target = "docs/screenshots";
const looks = [
  { name: "wide-light", width: 1280, height: 800, colorScheme: "light" },
  { name: "wide-dark", width: 1280, height: 800, colorScheme: "dark" },
  { name: "narrow-light", width: 390, height: 844, colorScheme: "light" },
  { name: "narrow-dark", width: 390, height: 844, colorScheme: "dark" },
] as const;

const login = { email: "ana@example.com", password: "share-well-demo" };
const parts = ["", "blog-", "events-", "market-", "outbox-"];
const networks = ["mastodon", "twitter", "facebook", "instagram", "threads", "linkedin"];

const taken: { readonly name: string; readonly caption: string }[] = [];

/** The page as it is, in every look. */
async function take(page: Page, name: string, caption: string): Promise<void> {
  for (const { name: look, width, height, colorScheme } of looks) {
    await page.setViewportSize({ width, height });
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await page.evaluate(() => document.fonts.ready);
    const picture = await page.screenshot({ fullPage: true });
    await sharp(picture)
      .webp({ quality: 70 })
      .toFile(join(target, `${name}-${look}.webp`));
  }
  await page.setViewportSize({ width: 1280, height: 800 });
  taken.push({ name, caption });
}

function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const server = createServer().once("error", fail);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => (typeof address === "object" && address !== null ? done(address.port) : fail()));
    });
  });
}

async function untilUp(address: string): Promise<void> {
  for (let tries = 0; tries < 240; tries += 1) {
    const isUp = await fetch(`${address}readyz`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isUp) return;
    await new Promise((done) => setTimeout(done, 250));
  }
  throw new Error("The demo did not start.");
}

interface World {
  readonly address: string;
  readonly ports: Readonly<Record<string, number>>;
  readonly context: BrowserContext;
}

const shareLink = ({ address, ports }: World, path = "") =>
  `${address}social/share/?${new URLSearchParams({ url: `http://127.0.0.1:${ports["blog-"]}/${path}` })}`;

async function signIn({ address, context }: World): Promise<Page> {
  const page = await context.newPage();
  await page.goto(`${address}login/`);
  await page.getByLabel("Mail address").fill(login.email);
  await page.getByLabel("Password", { exact: true }).fill(login.password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.waitForURL(/\/social\/$/);
  return page;
}

async function connect(page: Page, world: World, name: string): Promise<void> {
  await page.goto(`${world.address}social/connect/${name}/`);
  const server = page.getByLabel(/Your server/);
  const way = page.locator("a.way").first();
  const approve = page.getByRole("button", { name: "Approve" });
  await server.or(way).or(approve).first().waitFor();
  if ((await server.count()) > 0) {
    await take(page, "connect-server", "Connecting an account on a network of many servers");
    await server.fill(`@Ana@mastodon.localhost:${world.ports.mastodon}`);
    await page.getByRole("button", { name: "Continue" }).click();
  } else if ((await way.count()) > 0) {
    if (name === "instagram") await take(page, "connect-ways", "A network with more than one way to connect");
    await way.click();
  }
  await approve.click();
  await page.waitForURL(/\/social\/(choose\/.*)?$/);
  if (!page.url().includes("/choose/")) return;
  for (const box of await page.locator("input[type=checkbox]:enabled").all()) await box.check();
  await take(page, "choose", "Choosing among the Pages that a network let us in to");
  await page.getByRole("button", { name: "Connect" }).click();
  await page.waitForURL(/\/social\/$/);
}

async function takeBeforeLogin({ address }: World, context: BrowserContext): Promise<void> {
  const page = await context.newPage();
  await page.goto(`${address}login/`);
  await page.getByRole("button", { name: "Sign in with a passkey" }).waitFor();
  await take(page, "sign-in", "Signing in");
  await page.getByLabel("Mail address").fill("ana@example.com");
  await page.getByLabel("Password", { exact: true }).fill("not the password");
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.getByRole("alert").first().waitFor();
  await take(page, "sign-in-refused", "A wrong password");
  await page.goto(`${address}login/`);
  await page.getByLabel("Mail address").fill("ana@example.com");
  await page.getByRole("button", { name: "Mail me a link to sign in" }).click();
  await page.getByRole("heading", { name: "Check your mail" }).waitFor();
  await take(page, "check-your-mail", "After asking for a link");
  for (const [path, name, caption] of [
    ["login/code/", "code", "Two-step sign-in: the code"],
    ["login/reset/", "password-reset", "A forgotten password"],
    ["sign-up/", "sign-up", "Making an account"],
  ] as const) {
    await page.goto(address + path);
    await take(page, name, caption);
  }
}

async function takeSharing(page: Page, world: World): Promise<void> {
  await page.goto(shareLink(world));
  await take(page, "share-no-account", "Sharing without an account");
  await page.goto(`${world.address}social/`);
  await take(page, "accounts-none", "No account yet");
  for (const name of networks) await connect(page, world, name);
  await page.goto(`${world.address}social/`);
  await page.getByText("Make a group").click();
  await page.locator("form[action='/social/groups/']").getByRole("textbox").fill("The bakery");
  for (const index of [0, 1, 2]) await page.locator(".members input").nth(index).check();
  await page.getByRole("button", { name: "Keep the group" }).click();
  await page.waitForURL(/#groups/);
  await take(page, "accounts", "The accounts, what each network lets us do, and groups");

  await page.goto(shareLink(world, "the-lighthouse-that-learned-to-whisper/"));
  for (const box of await page.locator("input[name=account]:enabled").all()) await box.check();
  await page.getByRole("textbox", { name: "Message" }).fill("A lighthouse near you learned something new.");
  await page.locator(".post-preview").nth(5).waitFor();
  await take(page, "share", "Sharing a page, with how each network will show it");
  await page.getByRole("textbox", { name: "Message" }).fill("Far too many words. ".repeat(16));
  await page.getByRole("button", { name: "Share", exact: true }).click();
  await page.getByRole("alert").first().waitFor();
  await take(page, "share-refused", "A message that is too long for some");
  await page
    .getByRole("textbox", { name: "Message", exact: true })
    .fill("A lighthouse learned something new.");
  for (const own of await page.locator("textarea[name^=message-]").all()) await own.fill("", { force: true });
  await fetch(`http://127.0.0.1:${world.ports.twitter}/_emulator/faults`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ endpoint: "POST /2/tweets", times: 1, fault: { kind: "revoke-token" } }),
  });
  await page.getByRole("button", { name: "Share", exact: true }).click();
  await page.waitForURL(/\/social\/share\/[\w-]{36}\/$/);
  await page.getByRole("heading", { name: "Partly shared" }).waitFor({ timeout: 60_000 });
  await take(page, "outcomes", "What became of a share, with one thing to do");
  await page.goto(shareLink(world, "the-lighthouse-that-learned-to-whisper/"));
  await page.locator("input[name=account]:enabled").first().check();
  await page.getByRole("button", { name: "Share", exact: true }).click();
  await page.getByText("shared before").waitFor();
  await take(page, "share-again", "The same page once more: asked first");
  await page.goto(shareLink(world));
  await page.locator("input[name=account]:enabled").first().check();
  await page.getByLabel("At a time").check();
  await page
    .getByLabel("Day and time")
    .fill(`${new Date(Date.now() + 86_400_000).toISOString().slice(0, 10)}T09:00`);
  await page.getByRole("button", { name: "Share", exact: true }).click();
  await page.getByRole("heading", { name: "Scheduled" }).waitFor();
  await take(page, "scheduled", "A share for later");
  await page.getByRole("link", { name: "Change" }).click();
  await take(page, "change-scheduled", "Changing what is scheduled");
  await page.goto(`${world.address}social/history/`);
  await take(page, "history", "The history");
  await page
    .getByRole("link", { name: /^Details/ })
    .last()
    .click();
  await take(page, "share-details", "All that was tried for one share");
  await page.goto(
    `${world.address}card?${new URLSearchParams({ url: `http://127.0.0.1:${world.ports["market-"]}/` })}`,
  );
  await take(page, "card", "For a site’s developer: how networks will show a page");
}

async function takeSettings(page: Page, { address }: World): Promise<void> {
  await page.goto(`${address}account/`);
  await take(page, "account", "A person’s own settings");
  await page.getByRole("link", { name: "Set it up" }).click();
  await page.getByLabel("Your password").fill(login.password);
  await page.getByRole("button", { name: "Continue" }).click();
  await page.getByRole("heading", { name: "2. Keep these codes" }).waitFor();
  await take(page, "second-factor", "Setting up two-step sign-in");
  for (const [path, name, caption] of [
    ["account/delete/", "account-delete", "Leaving for good"],
    ["admin/welcome/", "welcome", "The first operator’s first page"],
    ["admin/setup/?checks=now", "admin-setup", "The set-up assistant"],
    ["admin/people/", "admin-people", "The people"],
    ["admin/state/", "admin-state", "How the service does"],
    ["admin/settings/", "admin-settings", "Settings that hold at once"],
    ["admin/audit/", "admin-audit", "Who did what"],
    ["nowhere/", "not-found", "An address that leads nowhere"],
  ] as const) {
    await page.goto(address + path);
    await take(page, name, caption);
  }
  await page.goto(`${address}admin/setup/facebook/`);
  await page.getByRole("button", { name: "Test" }).click();
  await page.locator(".tested").waitFor();
  await take(page, "admin-network", "Setting up one network, just tested");
}

function writePage(): void {
  const rows = taken.map(({ name, caption }) => {
    const cells = looks.map(({ name: look }) => `[![](${name}-${look}.webp)](${name}-${look}.webp)`);
    return `| ${caption} | ${cells.join(" | ")} |`;
  });
  const head = [
    "# Screenshots",
    "",
    "Every page and state as it is, 1280 and 390 pixels wide, light and dark. `npm run screenshots` takes them anew from the",
    "demo, where the networks are simulated.",
    "",
    "| | Wide, light | Wide, dark | Narrow, light | Narrow, dark |",
    "| --- | --- | --- | --- | --- |",
  ];
  writeFileSync(join(target, "README.md"), `${[...head, ...rows].join("\n")}\n`);
}

const folder = mkdtempSync(join(tmpdir(), "sharewell-screenshots-"));
const entries = await Promise.all(
  [...parts, ...networks].map(async (name) => [name, await freePort()] as const),
);
const ports = Object.fromEntries(entries);
const flags = entries.flatMap(([name, port]) => [
  `--${name.endsWith("-") || name === "" ? name : `${name}-`}port`,
  String(port),
]);
const demo = spawn(process.execPath, ["dist/src/main.js", "demo", "--data", folder, ...flags], {
  stdio: ["ignore", "ignore", "inherit"],
});
try {
  const address = `http://127.0.0.1:${ports[""]}/`;
  await untilUp(address);
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target, { recursive: true });
  const executablePath = ["/usr/bin/chromium", "/usr/bin/google-chrome"].find((path) => existsSync(path));
  if (executablePath === undefined) throw new Error("Install Chromium first: apt-get install chromium.");
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
  const [context, stranger] = [await browser.newContext(), await browser.newContext()];
  const world: World = { address, ports, context };
  await takeBeforeLogin(world, stranger);
  const page = await signIn(world);
  await takeSharing(page, world);
  await takeSettings(page, world);
  writePage();
  await browser.close();
} finally {
  demo.kill("SIGTERM");
  await new Promise((done) => demo.once("exit", done));
  rmSync(folder, { recursive: true, force: true });
}
