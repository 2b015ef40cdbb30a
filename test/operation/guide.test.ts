/** The guides to each network say the same in every language, and quote the service's texts in that language. */
import { expect, test } from "vitest";
import { readGuide } from "../../src/operation/guide.ts";
import { platformNames } from "../../src/platforms/platform.ts";
import { aboutPlatform } from "../../src/platforms/registry.ts";
import { languages, messages } from "../../src/words/languages.ts";

const service = { baseUrl: new URL("https://sharing.example.org"), port: 4321 };
const guides = platformNames.map((name) => aboutPlatform(name).guide);
const englishQuotes = guides.flatMap((guide) => quotesOf(readGuide(guide, "en", service).troubles));
const translations = languages.filter((language) => language !== "en");

/** Everything in a guide except its words: its tags in order, what to type, and link targets. */
function bonesOf(html: string) {
  const found = (pattern: RegExp) => [...html.matchAll(pattern)].map(([, part]) => part);
  const isInline = /^\/?(?:strong|code|a)$/;
  return {
    blocks: found(/<(\/?[a-z0-9]+)[^>]*>/g).filter((tag) => !isInline.test(tag ?? "")),
    typed: found(/<code>(.*?)<\/code>/gs).toSorted(),
    links: found(/href="([^"]*)"/g),
    names: found(/<(strong)>/g).length,
  };
}

test.each(
  guides.flatMap((guide) => translations.map((language) => [guide, language] as const)),
)("%s in %s has every step, address and name that the English has", (guide, language) => {
  const english = readGuide(guide, "en", service);
  const translated = readGuide(guide, language, service);
  expect(english.steps.length).toBeGreaterThan(500);
  expect(bonesOf(translated.steps)).toEqual(bonesOf(english.steps));
  expect(bonesOf(translated.troubles)).toEqual(bonesOf(english.troubles));
  expect(translated.steps).not.toBe(english.steps);
});

test.each(languages)("in %s they quote what the service says, word for word", (language) => {
  const said = Object.entries(messages[language])
    .map(([english, text]) => plain(text || english))
    .join("\n");
  const quotes = guides.flatMap((guide) => quotesOf(readGuide(guide, language, service).troubles));
  expect(quotes.length).toBe(englishQuotes.length);
  const parts = quotes.flatMap((quote) => quote.split("…").map((part) => part.trim()));
  expect(parts.filter((part) => !said.includes(part))).toEqual([]);
});

/** Quotes that are alone in the first column. A network's own words are followed by its name. */
function quotesOf(troubles: string): string[] {
  const cells = [...troubles.matchAll(/<tr>\s*<td>(.*?)<\/td>/g)].map(([, cell = ""]) => cell);
  return cells
    .flatMap((cell) => /^(?:&quot;|[«„])([^»“&]*)(?:&quot;|[»“])$/.exec(cell)?.[1] ?? [])
    .map(plain);
}

function plain(text: string): string {
  return text.replaceAll(/\s+/g, " ").replaceAll("'", "’").trim();
}
