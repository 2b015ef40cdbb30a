import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "../..");
const read = (path: string) => readFileSync(join(root, path), "utf8");

interface Citation {
  readonly at: string;
  readonly page: string;
  /** As the comment names them: "7", "1.6", "errors". */
  readonly sections: readonly string[];
}

/** "(docs/networks/x.md, section 7 and errors)", "docs/networks/mastodon.md, sections 1, 2 and 4". */
const CITATION = /docs\/networks\/([\w-]+\.md), (?:sections? )?([^:;()]*?)(?=[.)](?:\s|$)|[:;()]| \*\/|$)/gm;

const citations: Citation[] = globSync("src/{platforms,connections}/**/*.ts", { cwd: root }).flatMap((path) =>
  [...read(path).matchAll(CITATION)].map(([, page = "", named = ""]) => ({
    at: path,
    page: `docs/networks/${page}`,
    sections: named.split(/, | and /).map((name) => name.trim()),
  })),
);

function hasSection(page: string, name: string): boolean {
  const text = read(page);
  const escaped = name.replace(".", String.raw`\.`);
  return /^\d/.test(name)
    ? new RegExp(String.raw`^(?:#{2,4} ${escaped}\. |\*\*${escaped} )`, "m").test(text)
    : new RegExp(String.raw`^(?:#{2,4} (?:[\d.]+ )?${escaped}$|\*\*[\d.]+ ${escaped}\.)`, "im").test(text);
}

test("the code of the platforms cites its facts", () => {
  expect(citations.length).toBeGreaterThan(20);
});

test("every section that a comment cites is there", () => {
  const missing = citations.flatMap(({ at, page, sections }) =>
    sections.filter((name) => !hasSection(page, name)).map((name) => `${at}: ${page}, ${name}`),
  );
  expect(missing).toEqual([]);
});
