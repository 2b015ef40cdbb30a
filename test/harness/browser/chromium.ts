/** Finds the browser for the journeys: an installed Chromium, or Debian's if it may be installed. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";

/**
 * The packages to try in order. The headless shell opens a page with a third of the work; it needs files of a
 * second package that Debian's does not name.
 */
const packages = [["chromium-headless-shell", "chromium-common"], ["chromium"]] as const;

const places = [
  "/usr/bin/chromium-headless-shell",
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/usr/bin/google-chrome-stable",
];

/**
 * The path of a Chromium, installed with apt if there is none and we may.
 * @throws with one line that says what to install
 */
export function ensureChromium(): string {
  const named = process.env.CHROMIUM_PATH;
  if (named) {
    if (existsSync(named)) return named;
    throw new Error(`CHROMIUM_PATH names ${named}, which does not exist.`);
  }
  return findOrInstall(places, packages);
}

/** The same for a whole Chromium: the headless shell loads no extensions. @throws as `ensureChromium` does */
export function ensureWholeChromium(): string {
  return findOrInstall(places.slice(1), [["chromium"]]);
}

function findOrInstall(paths: readonly string[], wanted: readonly (readonly string[])[]): string {
  const installed = paths.find(opensPages);
  if (installed !== undefined) return installed;
  if (process.getuid?.() === 0 && existsSync("/usr/bin/apt-get")) {
    console.log("No Chromium found: installing Debian's with apt-get …");
    const quietly = { stdio: "ignore", env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" } } as const;
    const apt = (...words: string[]) => spawnSync("apt-get", words, quietly);
    const install = (...names: string[]) => apt("install", "-y", "-qq", "--no-install-recommends", ...names);
    apt("update", "-qq");
    // The last line of apt says what is missing.
    for (const names of wanted) {
      install(...names);
      const now = paths.find(opensPages);
      if (now !== undefined) return now;
    }
  }
  throw new Error(
    "The browser tests need Chromium: install it (Debian: sudo apt-get install chromium) or set CHROMIUM_PATH.",
  );
}

function opensPages(path: string): boolean {
  const words = ["--headless", "--no-sandbox", "--disable-gpu", "--dump-dom", "about:blank"];
  return existsSync(path) && spawnSync(path, words, { stdio: "ignore", timeout: 60_000 }).status === 0;
}
