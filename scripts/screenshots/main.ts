/**
 * `npm run screenshots`: plays the demo in a headless browser and takes a screenshot of every page and state, wide and
 * narrow, light and dark. They go to `screenshots/`; those that the documents show are updated in docs/screenshots.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { ensureChromium } from "../../test/harness/browser/chromium.ts";
import { clearPictures, renewShown, writePage } from "./camera.ts";
import { takeOperatorsWords } from "./invitation.ts";
import { takeFirstRun, takeSettings } from "./operator.ts";
import { signIn, takeBeforeLogin, takeDoubt, takeSharing } from "./person.ts";
import { freePort, networks, untilUp, type World } from "./stage.ts";

const parts = ["", "blog-", "events-", "market-", "outbox-"];

const folder = mkdtempSync(join(tmpdir(), "sharewell-screenshots-"));
const entries = await Promise.all(
  [...parts, ...networks].map(async (name) => [name, await freePort()] as const),
);
const ports = Object.fromEntries(entries);
const flags = entries.flatMap(([name, port]) => [
  `--${name.endsWith("-") || name === "" ? name : `${name}-`}port`,
  String(port),
]);
const runs: ChildProcess[] = [];

/** @param env the whole environment of the process */
function start(words: readonly string[], env: NodeJS.ProcessEnv): void {
  runs.push(
    spawn(process.execPath, ["dist/src/main.js", ...words], { env, stdio: ["ignore", "ignore", "inherit"] }),
  );
}

const address = `http://127.0.0.1:${ports[""]}/`;
const first = `http://127.0.0.1:${await freePort()}/`;
try {
  // A share whose answers are lost twice waits this long twice before it counts as not confirmed; LinkedIn's own wait
  // is 300 s.
  const waits = { SOCIAL_SETTLE_SECONDS: "60" };
  start(["demo", "--data", join(folder, "demo"), ...flags], { ...process.env, ...waits });
  start(["serve", "--data", join(folder, "first"), "--port", new URL(first).port], {
    SOCIAL_BASE_URL: first,
    SOCIAL_ENCRYPTION_KEY: `${randomBytes(32).toString("base64url")}=`,
    SOCIAL_SESSION_SECRET: randomBytes(32).toString("base64url"),
    SOCIAL_LOG_LEVEL: "warn",
  });
  await Promise.all([untilUp(address), untilUp(first)]);
  clearPictures();
  const browser = await chromium.launch({
    executablePath: ensureChromium(),
    args: ["--no-sandbox", "--disable-gpu"],
  });
  const world: World = { address, ports, context: await browser.newContext() };
  await takeFirstRun(first, await browser.newContext());
  await takeBeforeLogin(world, await browser.newContext());
  const page = await signIn(world);
  const doubtful = await takeSharing(page, world);
  await takeSettings(page, world);
  await takeOperatorsWords(page, world, await browser.newContext());
  await takeDoubt(page, doubtful);
  writePage();
  renewShown();
  await browser.close();
} finally {
  for (const run of runs) run.kill("SIGTERM");
  await Promise.all(runs.map((run) => run.exitCode ?? new Promise((done) => run.once("exit", done))));
  rmSync(folder, { recursive: true, force: true });
}
