/**
 * Takes screenshots into `screenshots/`, writes a page that shows them all, and copies those that the documents show.
 */
import { copyFileSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import sharp from "sharp";

/** Not part of the repository. */
const target = "screenshots";
/** Part of the repository: the screenshots in the documents. */
const shownIn = "docs/screenshots";
const looks = [
  { name: "wide-light", width: 1280, height: 800, colorScheme: "light" },
  { name: "wide-dark", width: 1280, height: 800, colorScheme: "dark" },
  { name: "narrow-light", width: 390, height: 844, colorScheme: "light" },
  { name: "narrow-dark", width: 390, height: 844, colorScheme: "dark" },
] as const;

const taken: { readonly name: string; readonly caption: string }[] = [];

/** Takes the page as it is, in every width and colour scheme. */
export async function take(page: Page, name: string, caption: string): Promise<void> {
  for (const { name: look, width, height, colorScheme } of looks) {
    await page.setViewportSize({ width, height });
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await page.evaluate(() => document.fonts.ready);
    // As tall as the page, so that elements that stick to the window's edge are in their own place.
    const whole = await page.evaluate(() => document.documentElement.scrollHeight);
    await page.setViewportSize({ width, height: Math.max(height, whole) });
    // Renders the page again at that size, with the lists in it.
    await page.evaluate(
      () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
    );
    const picture = await page.screenshot({ fullPage: true });
    await sharp(picture)
      .webp({ quality: 70 })
      .toFile(join(target, `${name}-${look}.webp`));
  }
  await page.setViewportSize({ width: 1280, height: 800 });
  taken.push({ name, caption });
}

/** Removes the screenshots of an earlier run. */
export function clearPictures(): void {
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target, { recursive: true });
}

/** Updates the screenshots that the documents show. @throws if a document shows one that was not taken */
export function renewShown(): void {
  const shown = ["README.md", ...globSync("docs/*.md")].flatMap((path) =>
    [...readFileSync(path, "utf8").matchAll(/screenshots\/([\w-]+\.webp)/g)].map(([, name = ""]) => name),
  );
  rmSync(shownIn, { recursive: true, force: true });
  mkdirSync(shownIn, { recursive: true });
  for (const name of new Set(shown)) copyFileSync(join(target, name), join(shownIn, name));
}

/** Writes the page that shows every picture. */
export function writePage(): void {
  const rows = taken.map(({ name, caption }) => {
    const cells = looks.map(({ name: look }) => `[![](${name}-${look}.webp)](${name}-${look}.webp)`);
    return `| ${caption} | ${cells.join(" | ")} |`;
  });
  const head = [
    "# Screenshots",
    "",
    "Every page and state, 1280 and 390 pixels wide, light and dark, taken from the demo, where the networks are simulated.",
    "",
    "| | Wide, light | Wide, dark | Narrow, light | Narrow, dark |",
    "| --- | --- | --- | --- | --- |",
  ];
  writeFileSync(join(target, "README.md"), `${[...head, ...rows].join("\n")}\n`);
}
