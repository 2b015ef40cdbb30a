/**
 * `npm run weaken`: removes guards from a copy of the tree, one after another, and expects each guard's tests to fail.
 * If they still pass, no test protects that guard. Names on the command line choose guards.
 */
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { stripVTControlCharacters } from "node:util";
import type { Guard } from "./guard.ts";
import { guards } from "./guards.ts";

const root = resolve(import.meta.dirname, "../..");
const wanted = process.argv.slice(2);
const chosen = wanted.length === 0 ? guards : guards.filter(({ name }) => wanted.includes(name));
const unknown = wanted.filter((name) => !guards.some((guard) => guard.name === name));
if (unknown.length > 0) {
  console.error(
    `There is no guard called ${unknown.join(", ")}. These are known:\n${guards.map(({ name }) => `  ${name}`).join("\n")}`,
  );
  process.exit(2);
}

const copy = mkdtempSync(join(tmpdir(), "sharewell-weaken-"));
process.on("exit", () => rmSync(copy, { recursive: true, force: true }));
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => process.exit(1));
copyTree();

const files = [...new Set(chosen.flatMap(({ tests }) => tests))];
console.log(`With all guards in place: ${files.length} test files`);
const whole = runTests(files);
if (whole.failed) {
  console.error(`${whole.output}\nThese tests fail with all guards in place: mend them first.`);
  process.exit(1);
}

const unheld = chosen.filter((guard) => !isHeld(guard));
console.log(`\n${chosen.length - unheld.length} passed, ${unheld.length} failed`);
process.exitCode = unheld.length === 0 ? 0 : 1;

function isHeld(guard: Guard): boolean {
  const originals = guard.cuts.map(({ file, from, to }) => {
    const path = join(copy, file);
    const original = readFileSync(path, "utf8");
    if (original.split(from).length !== 2)
      throw new Error(`${file} does not hold the line of the guard “${guard.name}” exactly once:\n${from}`);
    writeFileSync(
      path,
      original.replace(from, () => to),
    );
    return { path, original };
  });
  const { failed, output } = runTests(guard.tests);
  for (const { path, original } of originals.reverse()) writeFileSync(path, original);
  const stumbled = output.match(/^ *(?:FAIL|×) .*/gm) ?? [];
  console.log(`\n${failed ? "held" : "NOT HELD"}: without ${guard.name}`);
  for (const line of new Set(stumbled.map((text) => text.trim()))) console.log(`  ${line}`);
  // A tree that cannot even be loaded proves nothing.
  return failed && stumbled.length > 0;
}

function runTests(tests: readonly string[]): { readonly failed: boolean; readonly output: string } {
  // A cut may leave unused code, which must not fail the build.
  npm("run", "--silent", "build");
  const { status, stdout, stderr } = npm("exec", "--", "vitest", "run", "--reporter=dot", ...tests);
  return { failed: status !== 0, output: stripVTControlCharacters(`${stdout}${stderr}`) };
}

function npm(...args: string[]) {
  return spawnSync("npm", args, {
    cwd: copy,
    encoding: "utf8",
    maxBuffer: 64 * 1_024 * 1_024,
  });
}

function copyTree(): void {
  const { stdout } = spawnSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
    cwd: root,
    encoding: "utf8",
  });
  for (const path of stdout
    .split("\0")
    .filter((name) => name !== "" && !name.startsWith("docs/screenshots/"))) {
    mkdirSync(dirname(join(copy, path)), { recursive: true });
    cpSync(join(root, path), join(copy, path));
  }
  symlinkSync(join(root, "node_modules"), join(copy, "node_modules"));
}
