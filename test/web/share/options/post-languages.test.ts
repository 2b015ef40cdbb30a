import { expect, test } from "vitest";
import { listLanguages, toPostLanguage } from "../../../../src/web/share/options/post-languages.ts";

test("languages have their names in the reader's language, sorted by them, each once", () => {
  const german = listLanguages("de");
  expect(german).toContainEqual({ code: "fr", name: "Französisch" });
  expect(german.length).toBeGreaterThan(150);
  expect(new Set(german.map(({ name }) => name)).size).toBe(german.length);
  expect(german.slice(0, 2).map(({ name }) => name)).toEqual(["Abchasisch", "Afar"]);
});

test.each([
  ["pt-BR", "pt"],
  ["EN", "en"],
  ["fil", undefined],
  ["xx", undefined],
  [undefined, undefined],
])("a page that declares %s is taken to be in %s", (declared, code) => {
  expect(toPostLanguage(declared)).toBe(code);
});
