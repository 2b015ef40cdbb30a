/** The steps of a first-time operator from the clone to the first posted share, and how long each takes. */
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { chromium, type Page } from "playwright-core";
import { networkNames } from "../emulator/networks.ts";
import { ensureChromium } from "../test/harness/browser/chromium.ts";
import { freePort } from "../test/harness/networks/networks.ts";
import { waitFor } from "../test/harness/wait.ts";

// npm runs this in the root of the repository.
const repository = resolve(".");
const MINUTES_TO_START = 10;

interface Step {
  readonly words: string;
  readonly do: () => Promise<void>;
}

export async function measureFirstShare(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "sharewell-first-share-"));
  const clone = join(folder, "sharewell");
  const ends: (() => Promise<void> | void)[] = [];
  try {
    const flags = await freePorts();
    let demo = { output: () => "", hasEnded: () => false };
    const browser = await chromium.launch({ executablePath: ensureChromium(), args: ["--no-sandbox"] });
    ends.push(() => browser.close());
    let page = await browser.newPage();
    const steps: Step[] = [
      {
        words: "git clone … && cd sharewell",
        do: async () => void execFileSync("git", ["clone", "--quiet", repository, clone]),
      },
      {
        words: "npm ci && npm run demo",
        do: async () => {
          const started = startDemo(clone, flags);
          ends.push(started.stop);
          demo = started;
          await waitFor(
            "the demo's greeting",
            async () => {
              if (demo.hasEnded()) throw new Error(`The demo ended: ${demo.output()}`);
              return demo.output().includes("Ctrl-C stops it all.") || undefined;
            },
            MINUTES_TO_START * 60_000,
            200,
          );
        },
      },
      {
        words: "read the post, press Share, sign in as printed",
        do: async () => {
          page = await pressShare(page, demo.output());
          await signIn(page, demo.output());
        },
      },
      { words: "connect Mastodon: type the printed server, Approve", do: () => connect(page, demo.output()) },
      { words: "tick the account, press Share", do: () => share(page) },
    ];
    let whole = 0;
    for (const [index, step] of steps.entries()) {
      const start = performance.now();
      await step.do();
      const took = performance.now() - start;
      whole += took;
      console.log(`${index + 1}. ${step.words}: ${(took / 1_000).toFixed(1)} s`);
    }
    const post = await page.getByRole("link", { name: /See the post/ }).getAttribute("href");
    console.log(
      `posted as ${post} after ${steps.length} steps and ${(whole / 1_000).toFixed(1)} s of waiting (aim: at most 5 steps)`,
    );
  } finally {
    for (const end of ends.toReversed()) await end();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** `--port 40123 --blog-port 40124 …` */
async function freePorts(): Promise<string[]> {
  const parts = ["", ...["blog", "events", "market", "outbox", ...networkNames].map((part) => `${part}-`)];
  return await Promise.all(parts.map(async (part) => `--${part}port ${await freePort()}`));
}

/** The command of the README, except for free ports, so that it can run beside other services. */
function startDemo(clone: string, flags: readonly string[]) {
  const child = spawn("sh", ["-c", `npm ci && npm run demo -- ${flags.join(" ")}`], {
    cwd: clone,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (output += chunk));
  const ended = new Promise<void>((done) => child.once("close", () => done()));
  return {
    output: () => output,
    hasEnded: () => child.exitCode !== null,
    async stop() {
      // npm and the demo are one process group.
      if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, "SIGTERM");
      await ended;
    },
  };
}

/** Returns what the greeting prints after these words. */
function printed(output: string, words: string): string {
  const line = output.split("\n").find((each) => each.includes(words));
  if (line === undefined) throw new Error(`The demo does not print "${words}".`);
  return line.slice(line.indexOf(words) + words.length).trim();
}

/** Waits for the share page, which opens in a new tab. */
async function pressShare(page: Page, output: string): Promise<Page> {
  await page.goto(printed(output, "Read a post"));
  const opened = page.waitForEvent("popup");
  await page.getByRole("link", { name: /^Share/ }).click();
  return await opened;
}

async function signIn(page: Page, output: string): Promise<void> {
  await page.locator("details.sign-in > summary").click();
  await page.getByLabel("Email address").fill(printed(output, "Sign in as"));
  await page.getByLabel("Password", { exact: true }).fill(printed(output, "with the password"));
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.getByRole("heading", { name: "Share this page" }).waitFor();
}

async function connect(page: Page, output: string): Promise<void> {
  await page
    .getByRole("link", { name: /Mastodon/ })
    .first()
    .click();
  await page.getByLabel(/Your server/).fill(printed(output, "Mastodon: type"));
  await page.getByRole("button", { name: "Continue" }).click();
  await page.getByRole("button", { name: "Approve" }).click();
  await page.getByRole("heading", { name: "Share this page" }).waitFor();
}

async function share(page: Page): Promise<void> {
  const account = page.getByRole("checkbox", { name: /Mastodon/ });
  if (!(await account.isChecked())) await account.check();
  await page.locator(".send .button").click();
  await page.getByRole("heading", { name: "Shared", exact: true }).waitFor();
}
