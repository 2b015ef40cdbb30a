/** What the service says, in the person's language. The English text is the key; ICU messages carry the values. */
import { IntlMessageFormat } from "intl-messageformat";
import { type Language, messages } from "./languages.ts";

/** Sayings among them are put into words first, and lists become "this, that and more". */
export type Values = { readonly [name: string]: string | number | Saying | readonly (string | Saying)[] };

declare const said: unique symbol;

/** An English text without values that was marked for translation. */
type Text = string & { readonly [said]: true };

/** A text with values in it that is put into words later, where the reader's language is known. */
export interface Saying {
  readonly text: string;
  readonly values: Values;
  readonly [said]: true;
}

/** Something to tell: an English text, with its values where it has some. Only `say` makes one, so each is translated. */
export type Told = Text | Saying;

/** Marks a text for translation where the reader is not known yet. */
export function say(text: string): Text;
export function say(text: string, values: Values): Saying;
export function say(text: string, values?: Values): Told {
  return (values === undefined ? text : { text, values }) as Told;
}

/** Gives a text back the mark that it lost as JSON, or as the message of a zod issue. Only for texts that `say` marked. */
export function saidBefore(text: string): Text {
  return text as Text;
}

/** Something told, to stand in another saying. */
export function part(told: Told): Saying {
  return typeof told === "string" ? say(told, {}) : told;
}

export interface Words {
  readonly language: Language;
  /** For dates and numbers: "de-AT". */
  readonly locale: string;
  /** In this language; what has no translation stays English. */
  t(told: string | Saying, values?: Values): string;
  /** The same with more than text in it, in pieces. */
  rich<T>(text: string, values: Readonly<Record<string, T | string | number>>): (T | string)[];
}

const open = new Map<string, Words>();
/** Where only the language is known. */
const usual: Readonly<Record<Language, string>> = { en: "en-GB", de: "de-DE", fr: "fr-FR", es: "es-ES" };

/** @param locale one of this language that the runtime knows; its dates and numbers */
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

/** English: for logs, for programs, and for what is kept. */
export function inEnglish(told: string | Saying): string {
  return wordsOf("en").t(told);
}
