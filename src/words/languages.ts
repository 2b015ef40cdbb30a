/** The languages of the service and the choice of one for a reader. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

/** BCP 47 tags. English is the source of the translations. */
export const languages = ["en", "de", "fr", "es"] as const;
export type Language = (typeof languages)[number];

/** In the language itself. */
export const languageNames: Readonly<Record<Language, string>> = {
  en: "English",
  de: "Deutsch",
  fr: "Français",
  es: "Español",
};

const messagesShape = z.record(z.string(), z.string());

function readMessages(language: Language): Readonly<Record<string, string>> {
  const text = readFileSync(join(import.meta.dirname, "messages", `${language}.json`), "utf8");
  return messagesShape.parse(JSON.parse(text));
}

const read = new Map<Language, Readonly<Record<string, string>>>();

/** Loaded with the first page in the language. */
function messagesOf(language: Language): Readonly<Record<string, string>> {
  const known = read.get(language) ?? readMessages(language);
  read.set(language, known);
  return known;
}

/** The translations of the English texts, by language. */
export const messages: Readonly<Record<Language, Readonly<Record<string, string>>>> = {
  get en() {
    return messagesOf("en");
  },
  get de() {
    return messagesOf("de");
  },
  get fr() {
    return messagesOf("fr");
  },
  get es() {
    return messagesOf("es");
  },
};

/** "rtl" for scripts written from right to left. */
export function directionOf(language: string): "ltr" | "rtl" {
  const script = new Intl.Locale(language).maximize().script;
  return ["Arab", "Hebr", "Thaa", "Syrc", "Nkoo", "Adlm"].includes(script ?? "") ? "rtl" : "ltr";
}

export interface Choice {
  readonly language: Language;
  /** The locale that the browser prefers, such as "de-AT", if the runtime supports it; undefined for the default. */
  readonly locale: string | undefined;
}

/** Chooses a reader's language. @param chosen what the person chose @param accepted an Accept-Language header */
export function chooseLanguage(chosen: string | undefined, accepted: string | undefined): Choice {
  const wanted = readAccepted(accepted ?? "");
  const speaks = (tag: string) =>
    languages.find((known) => tag.toLowerCase() === known || tag.toLowerCase().startsWith(`${known}-`));
  const language = [...(chosen === undefined ? [] : [chosen]), ...wanted].map(speaks).find(Boolean) ?? "en";
  const locale = wanted.find((tag) => tag.includes("-") && speaks(tag) === language);
  return { language, locale };
}

/** The accepted locales, best first, without unsupported ones. */
function readAccepted(header: string): string[] {
  return header
    .slice(0, 500)
    .split(",")
    .map((entry) => {
      const [tag = "", ...parameters] = entry.trim().split(";");
      const quality = parameters.find((parameter) => parameter.trim().startsWith("q="));
      return { tag, quality: quality === undefined ? 1 : Number(quality.split("=")[1]) };
    })
    .filter(({ tag, quality }) => quality > 0 && /^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$/.test(tag))
    .toSorted((one, other) => other.quality - one.quality)
    .flatMap(({ tag }) => (isLocale(tag) ? Intl.DateTimeFormat.supportedLocalesOf(tag) : []));
}

/** Stricter than its pattern: a tag may not repeat a variant, for example. */
function isLocale(tag: string): boolean {
  try {
    return new Intl.Locale(tag).baseName !== "";
  } catch {
    return false;
  }
}
