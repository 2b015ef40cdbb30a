/** Removes characters from input that are invisible and that databases, emails or screens cannot handle. */

/** Control characters (Unicode Cc: C0, DEL, C1) except tabs and line breaks. */
const CONTROLS = /[^\P{Cc}\t\n]/gu;

/** Normalises line ends to  and replaces unpaired surrogates by U+FFFD. */
export function writtenLines(text: string): string {
  return text.toWellFormed().replaceAll(/\r\n?/g, "\n").replaceAll(CONTROLS, "");
}

/** The same as one line: tabs and line breaks become spaces. */
export function writtenLine(text: string): string {
  return writtenLines(text).replaceAll(/[\t\n]/g, " ");
}
