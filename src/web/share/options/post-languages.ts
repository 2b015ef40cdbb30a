/** The languages that a post may be said to be in: ISO 639-1, under their names in the reader's language. */

const LETTERS = [..."abcdefghijklmnopqrstuvwxyz"];
const lists = new Map<string, readonly PostLanguage[]>();

export interface PostLanguage {
  readonly code: string;
  readonly name: string;
}

/** Returns all languages with a name in the reader's language, sorted by it. */
export function listLanguages(locale: string): readonly PostLanguage[] {
  const known = lists.get(locale);
  if (known !== undefined) return known;
  const names = new Intl.DisplayNames(locale, { type: "language", fallback: "none" });
  const codes = LETTERS.flatMap((first) => LETTERS.map((second) => first + second));
  const byName = new Map<string, PostLanguage>();
  for (const code of codes.filter((one) => Intl.getCanonicalLocales(one)[0] === one)) {
    const name = names.of(code);
    // Twi is named Akan too.
    if (name !== undefined && !byName.has(name)) byName.set(name, { code, name });
  }
  const found = [...byName.values()].toSorted((one, other) => one.name.localeCompare(other.name, locale));
  lists.set(locale, found);
  return found;
}

/** Returns the language of a page that declares "pt-BR"; undefined for a language without a code of two letters. */
export function toPostLanguage(declared: string | undefined): string | undefined {
  const [, code] = /^([a-z]{2})(?:-|$)/i.exec(declared ?? "") ?? [];
  return listLanguages("en").find((language) => language.code === code?.toLowerCase())?.code;
}
