/** What people type and others send, without the characters that show nothing and that no database, mail or screen can use. */

/** All control characters (Unicode Cc: C0, DEL, C1) but those that part lines and columns. */
const CONTROLS = /[^\P{Cc}\t\n]/gu;

/** Line ends become \n, whoever wrote them; halves of characters become U+FFFD. */
export function writtenLines(text: string): string {
  return text.toWellFormed().replaceAll(/\r\n?/g, "\n").replaceAll(CONTROLS, "");
}

/** As one line: what parts lines and columns becomes a blank. */
export function writtenLine(text: string): string {
  return writtenLines(text).replaceAll(/[\t\n]/g, " ");
}
