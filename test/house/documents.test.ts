/** Checks the documents against what they describe: settings, commands, links, and the facts that code cites. */
import { existsSync, globSync, readFileSync, statSync } from "node:fs";
import { dirname, join, matchesGlob, resolve } from "node:path";
import { expect, test } from "vitest";
import { z } from "zod";
import { settingsDocuments, withNetworkSettings } from "../../scripts/network-settings.ts";
import { importsOf, readSources } from "../../scripts/sources.ts";
import { guards } from "../../scripts/weaken/guards.ts";
import { commands } from "../../src/cli/commands.ts";
import { demoShape, platformShape } from "../../src/config/variables.ts";

const root = resolve(import.meta.dirname, "../..");

const documents = [
  ...globSync("*.md", { cwd: root }),
  ...globSync("{docs,emulator,bench,examples}/**/*.md", { cwd: root }),
];

const manifest = z
  .object({ license: z.string(), scripts: z.record(z.string(), z.string()) })
  .parse(JSON.parse(read("package.json")));

const settings = [
  ...namesIn("shape"),
  ...namesIn("bucketShape"),
  ...namesIn("backupShape"),
  ...namesIn("openidShape"),
  ...Object.keys(platformShape.shape),
];
const demoSettings = Object.keys(demoShape(0).shape);

test("the settings example names every setting, and no other but the container's database", () => {
  const named = [...read(".env.example").matchAll(/^([A-Z_]+)=/gm)].map(([, name]) => name);
  expect(settings.length).toBeGreaterThan(15);
  expect(named.toSorted()).toEqual([...settings, "POSTGRES_PASSWORD"].toSorted());
});

test("the settings example explains each setting right above it", () => {
  const lines = read(".env.example").split("\n");
  const bare = lines.filter((line, index) => {
    const above = lines.slice(0, index).findLast((earlier) => !/^[A-Z_]+=/.test(earlier)) ?? "";
    return /^[A-Z_]+=/.test(line) && !/^# .{10}/.test(above);
  });
  expect(bare).toEqual([]);
});

test.each(settingsDocuments)("%s lists the networks' settings as the networks describe them", (path) => {
  expect(read(path), "run `npm run settings`").toBe(withNetworkSettings(path, read(path)));
});

test("the operator's page names every setting in its table, and the demo's below it", () => {
  const page = read("docs/operate.md");
  const rows = [...page.matchAll(/^\| (`[A-Z][^|]*) \|/gm)].map(([, cell = ""]) => cell);
  const named = rows.flatMap((cell) => [...cell.matchAll(/`([A-Z_]+)`/g)].map(([, name]) => name));
  expect(named.toSorted()).toEqual(settings.toSorted());
  expect(demoSettings.filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
});

test.each(documents)("%s links to what is there", (path) => {
  const broken = [...read(path).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = ""]) => target)
    .filter((target) => !/^https?:/.test(target))
    .filter((target) => {
      const [file = "", heading] = target.split("#");
      const place = file === "" ? path : join(dirname(path), file);
      if (!existsSync(join(root, place))) return true;
      return heading !== undefined && !anchorsOf(place).includes(heading);
    });
  expect(broken).toEqual([]);
});

test.each(documents)("%s names only commands that there are", (path) => {
  const text = read(path);
  const scripts = [...text.matchAll(/npm run (?:--silent |-s )?([a-z]+)/g)].map(([, name = ""]) => name);
  expect(scripts.filter((name) => !Object.hasOwn(manifest.scripts, name))).toEqual([]);
  const known = commands.flatMap(({ name, word = "" }) => [
    name,
    ...word.split("|").map((one) => `${name} ${one}`),
  ]);
  const named = [...text.matchAll(/`sharewell ([a-z]+(?: [a-z]+)?)/g)].map(([, words = ""]) => words);
  expect(named.filter((words) => ![...known, "help"].includes(words))).toEqual([]);
});

test("the image is built from all that the build copies", () => {
  const rules = read(".dockerignore")
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => ({ isKept: line.startsWith("!"), pattern: line.replace("!", "") }));
  // As in Docker, the last line that matches a file, or a folder above it, decides.
  const isLeftOut = (path: string) => {
    const names = path.split("/").map((_, index, parts) => parts.slice(0, index + 1).join("/"));
    const last = rules.findLast(({ pattern }) => names.some((name) => matchesGlob(name, pattern)));
    return last !== undefined && !last.isKept;
  };
  const copied = [...read("scripts/copy-assets.ts").matchAll(/^ {2}"([^"]+)",$/gm)].map(
    ([, folder]) => folder,
  );
  const files = globSync("**/*.*", { cwd: root, exclude: ["node_modules", "dist", "data"] });
  const needed = files.filter((file) => copied.some((folder) => file.startsWith(`${folder}/`)));
  expect(needed.length).toBeGreaterThan(50);
  expect(needed.filter(isLeftOut)).toEqual([]);
  expect(isLeftOut("docs/screenshots/share-wide-light.webp")).toBe(true);
  // Measurements and failures are built with the rest, and import parts of the tests.
  const built = readSources(["{src,emulator,examples,bench,witness,failures,test}/**/*.{ts,tsx}"]);
  const imported = built.flatMap(importsOf).filter(({ isLocal }) => isLocal);
  expect(imported.map(({ path }) => path).filter(isLeftOut)).toEqual([]);
});

test("README fits on a screen, and starts with the two commands that CI runs", () => {
  const readme = read("README.md");
  expect(readme.split("\n").length).toBeLessThanOrEqual(62);
  const commands = [...readme.matchAll(/^npm ci && (npm .*)$/gm)].map(([, command]) => command);
  expect(commands.slice(0, 2)).toEqual(["npm run demo", "npm test"]);
  const ci = read(".ci/run");
  for (const command of ["npm ci", "npm test", "npm run --silent lint", "npm run --silent build"])
    expect(ci).toContain(`\n${command}`);
  expect(statSync(join(root, ".ci/run")).mode & 0o111).toBe(0o111);
});

test("the licence is the same wherever it is told", () => {
  expect(manifest.license).toBe("Apache-2.0");
  const lock = z.object({ packages: z.object({ "": z.object({ license: z.string() }) }) });
  expect(lock.parse(JSON.parse(read("package-lock.json"))).packages[""].license).toBe("Apache-2.0");
  expect(read("LICENSE")).toMatch(/Apache License\s+Version 2\.0/);
  expect(read("README.md")).toContain("[Apache 2.0](LICENSE)");
});

test("every decision stands in the list of decisions, under its own number", () => {
  const index = read("docs/README.md");
  const numbers = globSync("docs/decisions/*.md", { cwd: root })
    .toSorted()
    .map((path) => {
      const [, number, title = ""] = /^# (\d+)\. (.+)$/m.exec(read(path)) ?? [];
      expect(path).toContain(`/${String(number).padStart(4, "0")}-`);
      expect(index).toContain(`${number}. [${title}](${path.replace("docs/", "")})`);
      return Number(number);
    });
  expect(numbers).toEqual(numbers.map((_, index) => index + 1));
});

test("each guard that `npm run weaken` takes out stands in the tree once, and its tests are there", () => {
  const cuts = guards.flatMap((guard) => guard.cuts);
  const gone = cuts.filter(({ file, from }) => read(file).split(from).length !== 2);
  expect(gone.map(({ file, from }) => `${file}: ${from}`)).toEqual([]);
  const tests = guards.flatMap((guard) => guard.tests);
  expect(tests.filter((path) => !existsSync(join(root, path)))).toEqual([]);
});

test("every fact that code cites is written down", () => {
  const places = globSync("{src,emulator,test,bench}/**/*.{ts,tsx}", { cwd: root });
  const citations = places.flatMap((path) =>
    [...read(path).matchAll(/docs\/(?:networks|decisions)\/[\w-]+\.md(?:, (?!\d)([\w., ]*))?/g)].map(
      ([whole, words = ""]) => ({ path, page: whole.split(",")[0] ?? "", words }),
    ),
  );
  const missing = citations.filter(({ page, words }) => {
    if (!existsSync(join(root, page))) return true;
    const isSection = /^sections?\b/.test(words);
    const named = isSection ? (words.match(/\d+(?:\.\d+)?/g) ?? []) : (words.match(/^\w+/g) ?? []);
    return !named.every((name) => headingsOf(page).some((heading) => isHeading(heading, name)));
  });
  expect(citations.length).toBeGreaterThan(20);
  expect(missing).toEqual([]);
});

/** The names in one of the shapes of src/config/. */
function namesIn(shape: string): string[] {
  const [, body = ""] =
    new RegExp(String.raw`const ${shape} = z\.object\(\{(.*?)^\}\);`, "ms").exec(
      globSync("src/config/*.ts", { cwd: root }).map(read).join("\n"),
    ) ?? [];
  return [...body.matchAll(/^ {2}([A-Z_]+):/gm)].map(([, name = ""]) => name);
}

/** Its headings, and the bold words that begin a paragraph. */
function headingsOf(path: string): string[] {
  return [...read(path).matchAll(/^(?:#+ (.+)|\*\*([^*]+)\*\*.*)$/gm)].map(
    ([, heading, words]) => heading ?? words ?? "",
  );
}

function isHeading(heading: string, name: string): boolean {
  return /^\d/.test(name)
    ? heading.split(" ")[0]?.replace(/\.$/, "") === name
    : heading.toLowerCase().includes(name.toLowerCase());
}

/** A heading's anchor as GitHub and its like make it. */
function anchorsOf(path: string): string[] {
  return headingsOf(path).map((heading) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, "")
      .trim()
      .replace(/\s/g, "-"),
  );
}

function read(path: string): string {
  return readFileSync(join(root, path), "utf8");
}
