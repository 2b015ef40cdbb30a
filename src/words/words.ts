/** Translates what the service says. The English text is the key, in ICU message format. */
import { IntlMessageFormat } from "intl-messageformat";
import { type Language, messages } from "./languages.ts";

/** Nested messages are translated first; lists become "this, that and more". */
export type Values = { readonly [name: string]: string | number | Saying | readonly (string | Saying)[] };

declare const said: unique symbol;

/** An English text without values that was marked for translation. */
type Text = string & { readonly [said]: true };

/** A text with values, translated once the reader's language is known. */
export interface Saying {
  readonly text: string;
  readonly values: Values;
  readonly [said]: true;
}

/** A translatable message: an English text, with values if it has any. Only `say` makes one, so every message can be translated. */
export type Told = Text | Saying;

/** Marks a text for translation when the reader is not known yet. @returns the message to store or hand on */
export function say(text: string): Text;
export function say(text: string, values: Values): Saying;
export function say(text: string, values?: Values): Told {
  return (values === undefined ? text : { text, values }) as Told;
}

/** Gives a text back the mark that it lost as JSON, or as the message of a zod issue. Only for texts that `say` marked. */
export function saidBefore(text: string): Text {
  return text as Text;
}

/** A message as a value of another one. */
export function part(told: Told): Saying {
  return typeof told === "string" ? say(told, {}) : told;
}

export interface Words {
  readonly language: Language;
  /** For dates and numbers: "de-AT". */
  readonly locale: string;
  /** Translates a message; without a translation it stays English. */
  t(told: string | Saying, values?: Values): string;
  /** Translates a text with elements in it. @returns its pieces */
  rich<T>(text: string, values: Readonly<Record<string, T | string | number>>): (T | string)[];
}

const open = new Map<string, Words>();
/** Used if only the language is known. */
const usual: Readonly<Record<Language, string>> = { en: "en-GB", de: "de-DE", fr: "fr-FR", es: "es-ES" };

/** The translator for a language. @param locale a supported one of this language, for dates and numbers */
export function wordsOf(language: Language, locale: string = usual[language]): Words {
  const known = open.get(locale) ?? createWords(language, locale);
  open.set(locale, known);
  return known;
}

function createWords(language: Language, locale: string): Words {
  const formats = new Map<string, IntlMessageFormat>();

  function find(text: string): string {
    return messages[language][text] || text;
  }

  function format(text: string): IntlMessageFormat {
    const known = formats.get(text);
    if (known !== undefined) return known;
    const made = new IntlMessageFormat(find(text), locale, undefined, { ignoreTag: true });
    formats.set(text, made);
    return made;
  }

  function fill(text: string, values: Values): string {
    const names = Object.entries(values);
    if (names.length === 0) return find(text);
    const inWords = names.map(([name, value]) => [name, isSimple(value) ? value : tell(value)]);
    return String(format(text).format(Object.fromEntries(inWords)));
  }

  function tell(told: string | Saying | readonly (string | Saying)[]): string {
    if (typeof told === "string") return find(told);
    if (isList(told)) return new Intl.ListFormat(locale).format(told.map(tell));
    return fill(told.text, told.values);
  }

  return {
    language,
    locale,
    t: (told, values) => {
      return typeof told !== "string" || values === undefined ? tell(told) : fill(told, values);
    },
    rich: <T>(text: string, values: Readonly<Record<string, T | string | number>>) => {
      const told = format(text).format<T>({ ...values });
      return Array.isArray(told) ? told : [told];
    },
  };
}

type Value = Values[string];

function isSimple(value: Value): value is string | number {
  return typeof value !== "object";
}

function isList(value: Saying | readonly (string | Saying)[]): value is readonly (string | Saying)[] {
  return Array.isArray(value);
}

/** In English, for logs, programs and storage. */
export function inEnglish(told: string | Saying): string {
  return wordsOf("en").t(told);
}
