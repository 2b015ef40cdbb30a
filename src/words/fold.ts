/** Splits text into words as a search compares them: in lower case and without accents, in every language. */

/** Letters that Unicode does not take apart into a plain letter and an accent. */
const PLAIN: Readonly<Record<string, string>> = {
  ...{ ß: "ss", æ: "ae", œ: "oe", ø: "o", þ: "th", ð: "d", đ: "d", ł: "l", ħ: "h", ı: "i", ς: "σ" },
};

/** Scripts without spaces between words: each of their signs counts as a word. */
const UNSPACED = String.raw`[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]`;

const WORDS = new RegExp(String.raw`${UNSPACED}|(?:(?!${UNSPACED})[\p{L}\p{N}])+`, "gu");

/** No word that people search for is longer, and PostgreSQL has a limit. */
const LONGEST = 100;

/** Returns the words of a text in their order: "Über Señor Łukasz" becomes "uber", "senor", "lukasz". */
export function foldWords(text: string): string[] {
  const plain = text
    .toLowerCase()
    .normalize("NFKD")
    .replaceAll(/[\u0300-\u036f]/g, "")
    .replaceAll(/[ßæœøþðđłħıς]/g, (letter) => PLAIN[letter] ?? letter)
    .normalize("NFC");
  return (plain.match(WORDS) ?? []).map((word) => word.slice(0, LONGEST));
}
