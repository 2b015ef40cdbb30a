/** The message files: every text of the source is in each, with the same values, and can be formatted. */
import { parse } from "@formatjs/icu-messageformat-parser";
import { IntlMessageFormat } from "intl-messageformat";
import { beforeAll, expect, test } from "vitest";
import { findBareTexts, findTexts } from "../../scripts/texts.ts";
import { languages, messages } from "../../src/words/languages.ts";

let texts: readonly string[];

beforeAll(() => {
  texts = findTexts();
});

test("no page has words of its own that nobody can translate", () => {
  expect(findBareTexts()).toEqual([]);
});

test.each(languages)("%s has every text of the source and no other: else run `npm run words`", (language) => {
  expect(Object.keys(messages[language]).toSorted()).toEqual([...texts].toSorted());
});

test.each(languages)("%s has a translation of every text", (language) => {
  const missing = Object.entries(messages[language]).filter(([, message]) => message.trim() === "");
  expect(missing.map(([text]) => text)).toEqual([]);
});

test.each(languages)("%s names the same values in every text, and can be put into words", (language) => {
  const wrong = Object.entries(messages[language]).filter(([text, message]) => {
    new IntlMessageFormat(message, language, undefined, { ignoreTag: true });
    return JSON.stringify(valuesIn(text)) !== JSON.stringify(valuesIn(message));
  });
  expect(wrong).toEqual([]);
});

test.each(languages)("%s rounds the numbers that the English rounds", (language) => {
  const wrong = Object.entries(messages[language]).filter(([text, message]) => {
    return JSON.stringify(numberFormsIn(text)) !== JSON.stringify(numberFormsIn(message));
  });
  expect(wrong).toEqual([]);
});

test.each(languages.filter((language) => language !== "en"))("%s is not English", (language) => {
  const sentences = Object.entries(messages[language]).filter(([text]) => text.split(" ").length > 4);
  const same = sentences.filter(([text, message]) => text === message);
  expect(same).toEqual([]);
});

test("French signs that stand apart are never parted from their word", () => {
  const parted = Object.values(messages.fr).filter((message) => / [:;!?»]|« /.test(message));
  expect(parted).toEqual([]);
});

type Element = ReturnType<typeof parse>[number];

/** The names of all values, including those inside choices. */
function valuesIn(text: string): string[] {
  const names = new Set<string>();
  const walk = (elements: readonly Element[]): void => {
    for (const element of elements) {
      if ("value" in element && element.type !== 0) names.add(element.value);
      if ("options" in element) for (const option of Object.values(element.options)) walk(option.value);
    }
  };
  walk(parse(text, { ignoreTag: true }));
  return [...names].toSorted();
}

/** The format of each number that has one: "{free, number, ::.0}". */
function numberFormsIn(text: string): string[] {
  return parse(text, { ignoreTag: true })
    .flatMap((element) => (element.type === 2 && element.style ? [element.style] : []))
    .map((style) => JSON.stringify(typeof style === "string" ? style : style.parsedOptions))
    .toSorted();
}
