/** Adds a network as CONTRIBUTING describes: its own folders, and three lists in the other code. */
import { execFile } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { buildTrial, type Trial } from "./trial.ts";

const run = promisify(execFile);
let trial: Trial;

beforeAll(() => {
  trial = buildTrial();
});
afterAll(() => rmSync(trial.folder, { recursive: true }));

/** Runs a program of node_modules in the copy. @returns its output, even if it failed */
async function runIn(program: string, ...words: string[]): Promise<string> {
  const options = { cwd: trial.folder, env: { ...process.env, NO_COLOR: "1" } };
  return await run(process.execPath, [join(trial.folder, "node_modules", program), ...words], options).then(
    ({ stdout }) => stdout,
    (error: unknown) => `failed: ${error instanceof Error && "stdout" in error ? error.stdout : error}`,
  );
}

test("a network's code changes its own folders and at most three other files", () => {
  const own = [/^src\/platforms\/postcard\//, /^emulator\/postcard\//, /^test\/platforms\/postcard\//];
  const elsewhere = trial.made.filter(
    (path) => !path.startsWith("docs/networks/") && !own.some((folder) => folder.test(path)),
  );
  expect(elsewhere).toEqual([]);
  expect(trial.changed.length).toBeLessThanOrEqual(3);
});

test("its settings reach the operator's documents by a command", async () => {
  const options = { cwd: trial.folder };
  await run(process.execPath, [join(trial.folder, "scripts/settings.ts")], options);
  for (const path of [".env.example", "docs/operate.md"]) {
    const text = readFileSync(join(trial.folder, path), "utf8");
    expect(text).toContain("SOCIAL_POSTCARD_CLIENT_SECRET");
    expect(text).toContain("Your app at Postcard. Without it, Postcard is not offered");
  }
});

test("CONTRIBUTING names each of these files", () => {
  const guide = readFileSync(join(import.meta.dirname, "../../../CONTRIBUTING.md"), "utf8");
  const [, section = ""] = guide.split("## Adding a network");
  expect(trial.changed.filter((path) => !section.includes(`\`${path}\``))).toEqual([]);
});

test("the service, the emulator and the network's tests compile with it", async () => {
  const config = { extends: "./tsconfig.json", include: ["src", "emulator", "test/platforms"] };
  writeFileSync(join(trial.folder, "tsconfig.trial.json"), JSON.stringify(config));
  // Several checkers would each read the packages' types, and take the cores from the other tests.
  const words = ["--noEmit", "-p", "tsconfig.trial.json", "--checkers", "1"];
  expect(await runIn("typescript/bin/tsc", ...words)).toBe("");
});

test("its tests pass: it is registered, connects, posts and finds its post", async () => {
  const config = `export default { oxc: { jsx: { runtime: "automatic", importSource: "hono/jsx" } } };`;
  writeFileSync(join(trial.folder, "vitest.config.ts"), config);
  expect(await runIn("vitest/vitest.mjs", "run", "test/platforms/postcard")).toMatch(/Tests\s+1 passed/);
});
