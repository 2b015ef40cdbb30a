/**
 * Checks that the tests and files that docs/security.md and docs/asvs.md name as evidence exist, and that all items of
 * the standard are there.
 */
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";

const root = resolve(import.meta.dirname, "../..");
const read = (path: string) => readFileSync(join(root, path), "utf8");
const pages = ["docs/security.md", "docs/asvs.md"] as const;

/** The items of ASVS 5.0.0 at levels 1 and 2, by section. */
const standard =
  "1.1.1-2 1.2.1-9 1.3.1-11 1.4.1-3 1.5.1-2 2.1.1-3 2.2.1-3 2.3.1-4 2.4.1 3.2.1-2 3.3.1-4 3.4.1-6 " +
  "3.5.1-5 3.7.1-2 4.1.1-3 4.2.1 4.3.1-2 4.4.1-4 5.1.1 5.2.1-3 5.3.1-2 5.4.1-3 6.1.1-3 6.2.1-12 " +
  "6.3.1-4 6.4.1-4 6.5.1-5 6.6.1-3 6.8.1-4 7.1.1-3 7.2.1-4 7.3.1-2 7.4.1-5 7.5.1-2 7.6.1-2 8.1.1-2 " +
  "8.2.1-3 8.3.1 8.4.1 9.1.1-3 9.2.1-4 10.1.1-2 10.2.1-2 10.3.1-4 10.4.1-11 10.5.1-5 10.6.1-2 " +
  "10.7.1-3 11.1.1-2 11.2.1-3 11.3.1-3 11.4.1-4 11.5.1 11.6.1 12.1.1-3 12.2.1-2 12.3.1-4 13.1.1 " +
  "13.2.1-5 13.3.1-2 13.4.1-5 14.1.1-2 14.2.1-4 14.3.1-3 15.1.1-3 15.2.1-3 15.3.1-7 16.1.1 16.2.1-5 " +
  "16.3.1-4 16.4.1-3 16.5.1-3 17.1.1 17.2.1-4 17.3.1-2";

function expand(range: string): string[] {
  const [first = "", last = first] = range.split("-");
  const section = first.slice(0, first.lastIndexOf("."));
  const start = Number(first.slice(first.lastIndexOf(".") + 1));
  const end = Number(last.slice(last.lastIndexOf(".") + 1));
  return Array.from({ length: end - start + 1 }, (_, index) => `${section}.${start + index}`);
}

const items = standard.split(" ").flatMap(expand);

interface Row {
  readonly items: readonly string[];
  readonly verdict: string;
  readonly reason: string;
}

const rows: Row[] = [
  ...read("docs/asvs.md").matchAll(/^\| (\d[\d.–]*) \| [^|]+ \| ([^|]+) \| ([^|]*) \|$/gm),
].map(([, range = "", verdict = "", reason = ""]) => ({
  items: itemsOf(range),
  verdict,
  reason: reason.trim(),
}));

/** "17.1.1–17.3.2" stands for all items between the two. */
function itemsOf(range: string): readonly string[] {
  const [first = "", last = first] = range.split("–");
  return items.slice(items.indexOf(first), items.indexOf(last) + 1);
}

test("every item of the standard has one verdict, with what shows it or why not", () => {
  expect(items).toHaveLength(253);
  expect(rows.flatMap((row) => row.items)).toEqual(items);
  const unclear = rows.filter(
    ({ verdict, reason }) => !["Met", "Not met", "n/a"].includes(verdict) || reason.length < 4,
  );
  expect(unclear).toEqual([]);
});

test("what is said to be met names a test, a file or a page", () => {
  const bare = rows
    .filter(({ verdict }) => verdict === "Met")
    .filter(({ reason }) => !/`[\w./-]+`|\]\(|^the same/.test(reason));
  expect(bare).toEqual([]);
});

test("every table of items lost no row to a slip of the pen", () => {
  const lines = read("docs/asvs.md").match(/^\| \d.*$/gm) ?? [];
  expect(rows).toHaveLength(lines.length);
});

test.each(pages)("%s names tests and files that there are", (page) => {
  const text = read(page);
  const missing = [
    ...text.matchAll(/`((?:src|test|docs|scripts)\/[\w./-]+|compose\.yaml)`(?:: ((?:"[^"]+"(?:, )?)+))?/g),
  ].flatMap(([, path = "", names = ""]) => {
    if (!existsSync(join(root, path))) return [path];
    const file = path.endsWith("/") ? "" : read(path);
    return [...names.matchAll(/"[^"]+"/g)].map(([name]) => name).filter((name) => !file.includes(name));
  });
  expect(missing).toEqual([]);
});

test.each(pages)("what %s still waits for is marked in one way", (page) => {
  expect(read(page).match(/pending/gi)?.length ?? 0).toBe(read(page).match(/\(pending\)/g)?.length ?? 0);
});

test("every threat names the test that shows what stops it", () => {
  const section = read("docs/security.md").split("## Threats")[1]?.split("\n## ")[0] ?? "";
  const threats = (section.match(/^\| .+ \|$/gm) ?? []).slice(2);
  expect(threats.length).toBeGreaterThan(25);
  const unshown = threats.filter((row) => {
    const shown = row.split("|").at(-2) ?? "";
    return !/`test\/[\w./-]+\.test\.tsx?`: "/.test(shown) && shown.trim() !== "(pending)";
  });
  expect(unshown).toEqual([]);
});
