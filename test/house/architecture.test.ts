/**
 * Checks the tree against its design: who may import whom, what things are called, how large a file may be
 * (docs/architecture.md).
 */
import { existsSync, globSync, readFileSync, statSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import type { Node } from "@babel/types";
import { expect, test } from "vitest";
import { z } from "zod";
import { eachNode, importsOf, readSources, type Source, textOf } from "../../scripts/sources.ts";
import { platformNames } from "../../src/platforms/platform.ts";
import { aboutPlatform } from "../../src/platforms/registry.ts";
import { PlatformMark } from "../../src/web/frame/icons.tsx";
import { languages } from "../../src/words/languages.ts";

const root = resolve(import.meta.dirname, "../..");
const thisFile = relative(root, import.meta.filename);
const folders = ["src", "emulator", "examples", "bench", "witness", "failures", "scripts", "test", "docs"];

/** Every file of these folders, as a path from the root. */
const files = folders
  .flatMap((folder) => globSync(`${folder}/**/*`, { cwd: root }))
  .filter((path) => statSync(join(root, path)).isFile());

const sources = readSources([...folders.map((folder) => `${folder}/**/*.{ts,tsx}`), "*.config.ts"]).map(
  (source) => ({ ...source, imports: importsOf(source) }),
);

/**
 * The rows of the import table: what files with this prefix may import, besides packages and files with the same
 * prefix.
 */
const domain = [
  "src/limits/",
  "src/words/",
  "src/pages/",
  "src/people/",
  "src/connections/",
  "src/sharing/",
  "src/operation/",
  "src/platforms/platform.ts",
  "src/platforms/registry.ts",
];
const command = [...domain, "src/service/", "src/config/config.ts", "src/vault/fernet.ts"];
const beforeSharing = [
  "src/words/",
  "src/net/",
  "src/database/",
  "src/pages/",
  "src/people/audit.ts",
  "src/people/acting.ts",
  "src/platforms/platform.ts",
  "type src/platforms/registry.ts",
];
const table: Readonly<Record<string, readonly string[]>> = {
  "src/words/": [],
  "src/vault/": [],
  "src/net/": [],
  "src/workers/": [],
  "src/pictures/": ["src/workers/"],
  "src/database/": [],
  "src/platforms/": ["src/net/", "src/words/", "src/pictures/"],
  "src/pages/": ["src/net/", "src/database/", "src/words/", "src/workers/", "src/pictures/"],
  "src/limits/": ["src/database/", "src/words/"],
  "src/people/": ["src/net/", "src/database/", "src/words/", "src/workers/", "src/limits/"],
  "src/connections/": [...beforeSharing, "src/vault/"],
  "src/sharing/": [...beforeSharing, "src/people/mail/outbox.ts", "src/connections/"],
  "src/operation/": [
    ...beforeSharing,
    "src/pictures/",
    "type src/limits/rules.ts",
    "src/people/mail/mail.ts",
    "src/connections/",
    "src/platforms/registry.ts",
  ],
  "src/web/": [...domain, "type src/service/runtime.ts", "type src/config/config.ts"],
  "src/api/": [...domain, "type src/service/runtime.ts", "type src/config/config.ts"],
  "src/cli/": command,
  "src/cli/demo": [...command, "src/cli/", "emulator/", "examples/"],
  "src/config/": ["src/database/backend.ts", "src/database/connection/hosts.ts", "src/platforms/networks.ts"],
  "src/light-imports.ts": [],
  "src/service/": ["src/"],
  "src/main.ts": ["src/"],
  "emulator/": [],
  "examples/": [],
  "scripts/": ["test/harness/browser/chromium.ts", "src/platforms/networks.ts"],
  "bench/": ["src/", "emulator/", "examples/", "test/harness/", "test/stress/hostile/"],
  "witness/": ["src/", "emulator/", "test/harness/"],
  "failures/": ["src/", "emulator/", "test/harness/", "test/stress/torture/"],
  "test/": ["src/", "emulator/", "examples/", "scripts/", "failures/stage/find-failures.ts"],
  "vitest.browsers.config.ts": ["vitest.config.ts"],
  "vitest.config.ts": ["test/harness/longest-first.ts"],
  "drizzle.config.ts": [],
};

test("every file imports only what its row of the import table allows", () => {
  const wrong: string[] = [];
  for (const { path, imports } of sources) {
    const row = findRow(path);
    for (const { path: target, isLocal, isType } of imports) {
      if (!isLocal || (row.endsWith("/") && target.startsWith(row))) continue;
      const isAllowed = (table[row] ?? []).some((entry) =>
        entry.startsWith("type ") ? isType && target.startsWith(entry.slice(5)) : target.startsWith(entry),
      );
      if (!isAllowed) wrong.push(`${path} imports ${target}`);
    }
  }
  expect(wrong).toEqual([]);
});

test("no file imports itself by a detour, counting what is still there when types are gone", () => {
  const graph = new Map<string, readonly string[]>(
    sources.map(({ path, imports }) => [
      path,
      imports.filter(({ isLocal, isType }) => isLocal && !isType).map((target) => target.path),
    ]),
  );
  const finished = new Set<string>();
  const cycles: string[] = [];
  const walk = (path: string, trail: readonly string[]): void => {
    if (trail.includes(path)) cycles.push([...trail.slice(trail.indexOf(path)), path].join(" → "));
    if (trail.includes(path) || finished.has(path)) return;
    for (const next of graph.get(path) ?? []) walk(next, [...trail, path]);
    finished.add(path);
  };
  for (const path of graph.keys()) walk(path, []);
  expect(cycles).toEqual([]);
});

test("what runs in production needs no package that only development installs", () => {
  const manifest = z.object({ dependencies: z.record(z.string(), z.string()) });
  const dependencies = Object.keys(manifest.parse(JSON.parse(read("package.json"))).dependencies);
  const wrong = sources
    .filter(({ path }) => /^(src|emulator|examples)\//.test(path))
    .flatMap(({ path, imports }) =>
      imports
        .filter((target) => !target.isLocal && !target.path.startsWith("node:"))
        .filter((target) => !dependencies.some((name) => `${target.path}/`.startsWith(`${name}/`)))
        .map((target) => `${path} imports ${target.path}`),
    );
  expect(wrong).toEqual([]);
});

test("no file has more than 300 lines", () => {
  const wrong = files
    .filter((path) => /\.(tsx?|css|js)$/.test(path))
    .filter((path) => !path.startsWith("test/") && path !== "src/database/schema.ts")
    .map((path) => ({ path, lines: read(path).split("\n").length - 1 }))
    .filter(({ lines }) => lines > 300);
  expect(wrong).toEqual([]);
});

test("no folder holds more than 20 files and folders", () => {
  // Migrations are never withdrawn, so their folder grows.
  const growing = ["src/database/migrations", "src/database/migrations/meta"];
  const entries = new Map<string, Set<string>>();
  for (const path of files) {
    const parts = path.split("/");
    for (let depth = 1; depth < parts.length; depth += 1) {
      const folder = parts.slice(0, depth).join("/");
      entries.set(folder, (entries.get(folder) ?? new Set()).add(parts[depth] ?? ""));
    }
  }
  const wrong = [...entries].filter(([folder, { size }]) => size > 20 && !growing.includes(folder));
  expect(wrong.map(([folder, { size }]) => `${folder}: ${size}`)).toEqual([]);
});

test("half of the service's files have at most 70 lines, and nine of ten at most 150", () => {
  const lengths = files
    .filter((path) => /^src\/.*\.tsx?$/.test(path) && path !== "src/database/schema.ts")
    .map((path) => read(path).split("\n").length - 1)
    .sort((one, other) => one - other);
  const below = (part: number) => lengths[Math.floor(lengths.length * part)] ?? 0;
  expect([below(0.5) <= 70, below(0.9) <= 150]).toEqual([true, true]);
});

test("no two files of the pages have one name", () => {
  const names = files
    .filter((path) => /^src\/web\/.*\.tsx?$/.test(path))
    .map(
      (path) =>
        path
          .split("/")
          .at(-1)
          ?.replace(/\.tsx?$/, "") ?? "",
    );
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
});

test("shared code names no network", () => {
  const mayName = [
    "src/platforms/",
    "src/words/messages/",
    "src/words/guides/",
    "src/database/schema.ts",
    "src/database/migrations/",
    "src/connections/app-store.ts",
    // Tags of pages and parameters of links are named after networks.
    ...[
      "src/pages/reading/metadata.ts",
      "src/pages/reading/page-images.ts",
      "src/pages/reading/vague.ts",
      "src/pages/reading/facts.ts",
      "src/pages/reading/gates.ts",
      "src/pages/link.ts",
    ],
    "src/config/variables.ts",
    "src/cli/demo",
  ];
  // A fact's place in the documents, and the table that has a network's name, may be mentioned anywhere.
  const citations = /docs\/networks\/\w+\.md|mastodonApps/g;
  const names = /mastodon|twitter|tweet|\btoots?\b|x\.com|["'>]X["'<]|blue?sky|facebook|instagram|linkedin/i;
  const wrong = files
    .filter((path) => path.startsWith("src/") && !mayName.some((start) => path.startsWith(start)))
    .flatMap((path) =>
      read(path)
        .replaceAll(citations, "")
        .split("\n")
        .map((line, index) => ({ line, at: `${path}:${index + 1}` }))
        .filter(({ line }) => names.test(line))
        .map(({ line, at }) => `${at} ${line.trim()}`),
    );
  expect(wrong).toEqual([]);
});

test("outside its own folders, a network stands in three lists alone", () => {
  const own = new RegExp(`^(?:src/platforms|emulator)/(?:meta|${platformNames.join("|")})/`);
  const lists = sources
    .filter(({ path }) => /^(?:src|emulator)\//.test(path) && !own.test(path))
    .filter(({ imports }) => imports.some((target) => own.test(target.path)))
    .map(({ path }) => path);
  expect(lists.sort()).toEqual([
    "emulator/networks.ts",
    "src/platforms/networks.ts",
    "src/platforms/registry.ts",
  ]);
});

test("shared code of the emulator names no network", () => {
  const mayName = [
    "emulator/networks.ts",
    // Prints the addresses of Mastodon's servers: it is the only network with many.
    "emulator/main.ts",
    // Tags of pages and crawlers are named after networks.
    "emulator/crawl/",
    // An emulator's folder may name its own network.
    ...["meta", ...platformNames].map((name) => `emulator/${name}/`),
  ];
  const names = new RegExp(platformNames.join("|"), "i");
  const wrong = sources
    .filter(({ path }) => path.startsWith("emulator/") && !mayName.some((start) => path.startsWith(start)))
    .filter(({ text }) => names.test(text.replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, "")))
    .map(({ path }) => path);
  expect(wrong).toEqual([]);
});

test.each(platformNames)("%s has its emulator, its tests, its set-up page and its icon", (name) => {
  const { label } = aboutPlatform(name);
  const places = [
    `src/platforms/${name}/${name}.ts`,
    `emulator/${name}/${name}.ts`,
    `test/platforms/${name}/${name}.test.ts`,
    `docs/networks/${label.toLowerCase()}.md`,
    ...languages.map((language) => `src/words/guides/${language}/${label.toLowerCase()}.md`),
  ];
  expect(places.filter((place) => !existsSync(join(root, place)))).toEqual([]);
  expect(String(PlatformMark({ platform: name }))).toMatch(/<svg.*<path d="M/s);
});

test("settings are read in one place of the service, and in the emulator's entry", () => {
  const readers = sources
    .filter(({ path }) => !/^(test|bench|scripts)\//.test(path))
    .filter((source) => someNode(source, (node) => readsEnvironment(source, node)))
    .map(({ path }) => path);
  expect(readers.sort()).toEqual(["emulator/main.ts", "src/config/config.ts"]);
});

test("the clock is read where time begins, everything else is told the time", () => {
  const mayRead = [
    "src/database/clock.ts",
    "src/database/heartbeat/heartbeat-memory.ts",
    "src/service/checks-runtime.ts",
    // Times that others signed or counted by this machine's clock.
    ...["src/limits/shared-time.ts", "src/people/sign-in/find-session.ts", "src/vault/fernet.ts"],
    "src/people/mail/outbox.ts",
  ];
  const readers = sources
    .filter(({ path }) => path.startsWith("src/") && !mayRead.includes(path))
    .filter((source) => someNode(source, (node) => /^(?:Date\.now|new Date\(\))$/.test(textOf(source, node))))
    .map(({ path }) => path);
  expect(readers).toEqual([]);
});

test("cookies are written in one place, where each is bound to this host", () => {
  const writers = sources.filter(
    ({ path, text }) => path.startsWith("src/") && /["']hono\/(utils\/)?cookie["']/.test(text),
  );
  expect(writers.map(({ path }) => path)).toEqual(["src/people/sign-in/cookies.ts"]);
});

test("nothing is called utils, helpers, common, misc, manager or base", () => {
  const drawers = /^(utils?|helpers?|common|misc|manager|base)$/i;
  const wrong = files.filter((path) =>
    path.split("/").some((part) => drawers.test(part.split(".")[0] ?? "")),
  );
  expect(wrong).toEqual([]);
});

test("nothing steps around the type checker", () => {
  const wrong = sources.flatMap((source) => {
    const { path } = source;
    const found: string[] = [];
    eachNode(source, (node) => {
      if (node.type === "TSAnyKeyword") found.push(`${path}: any`);
      if (node.type === "TSNonNullExpression") found.push(`${path}: !`);
      if (node.type === "TSAsExpression" && /\bas unknown as\b/.test(textOf(source, node)))
        found.push(`${path}: as unknown as`);
    });
    if (path !== thisFile && /@ts-(ignore|expect-error|nocheck)|biome-ignore/.test(source.text))
      found.push(`${path}: a check is switched off`);
    return found;
  });
  expect(wrong).toEqual([]);
});

test("only the command line writes to the terminal", () => {
  const wrong = sources
    .filter(({ path }) => path.startsWith("src/") && path !== "src/main.ts" && !path.startsWith("src/cli/"))
    .filter((source) =>
      someNode(
        source,
        (node) => node.type === "MemberExpression" && textOf(source, node.object) === "console",
      ),
    )
    .map(({ path }) => path);
  expect(wrong).toEqual([]);
});

test("every route is asked for in a test", () => {
  const asked = files
    // The fuzz test names all routes, but checks no answer.
    .filter((path) => /^test\/(?!stress\/fuzz\/).*\.tsx?$/.test(path) && path !== thisFile)
    .map(read)
    .join("\n");
  const routes = findRoutes();
  expect(routes.length).toBeGreaterThan(20);
  expect(routes.filter((route) => !toPattern(route).test(asked))).toEqual([]);
});

test("the lock file holds no address, so that everybody installs from their own registry", () => {
  const lock = z.object({ packages: z.record(z.string(), z.object({ resolved: z.string().optional() })) });
  const { packages } = lock.parse(JSON.parse(read("package-lock.json")));
  const wrong = Object.entries(packages).filter(([, { resolved }]) => resolved !== undefined);
  expect(Object.keys(packages).length).toBeGreaterThan(100);
  expect(wrong).toEqual([]);
});

/** The most specific row of the table. */
function findRow(path: string): string {
  const rows = Object.keys(table).filter((row) => path.startsWith(row));
  const row = rows.sort((a, b) => b.length - a.length)[0];
  if (row === undefined) throw new Error(`${path} has no row in the import table.`);
  return row;
}

/** `process.env`, or `env` taken out of process. */
function readsEnvironment(source: Source, node: Node): boolean {
  if (node.type === "MemberExpression") return textOf(source, node) === "process.env";
  return node.type === "VariableDeclarator" && /^\{[^}]*\benv\b[^}]*\} = process$/.test(textOf(source, node));
}

function someNode(source: Source, matches: (node: Node) => boolean): boolean {
  let found = false;
  eachNode(source, (node) => {
    found ||= matches(node);
  });
  return found;
}

/** The patterns of the tables of routes, without the pattern of ids. */
function findRoutes(): string[] {
  const tables = ["src/service/app.ts", "src/service/share-routes.ts", "src/service/admin-routes.ts"]
    .map(read)
    .join("\n");
  const rows = tables.matchAll(/^ {2}app\.(?:get|post)\(["`]([^"`]+)["`]/gm);
  return [...rows].map(([, route = ""]) => route.replaceAll(/\$\{\w+\}/g, ""));
}

/** A path as a test would write it, with any value in place of a parameter. */
function toPattern(route: string): RegExp {
  if (route === "/") return /["'`]\/["'`]/;
  // Its address depends on its content, so tests read it from a page.
  if (route === "/assets/:hash/:name") return /\/assets\\?\//;
  const value = "[^/\\s\"'`]+";
  return new RegExp(`${route.replaceAll(/:\w+/g, value)}(?![\\w$:-])`);
}

function read(path: string): string {
  return readFileSync(join(root, path), "utf8");
}
