/** Fills one line of a template, and leaves out what would be left of its empty fields: separators, labels, brackets. */
import type { FieldName, Part } from "./template.ts";

/** What stands between two parts and belongs to neither: "Title – description". */
const SEPARATOR = String.raw`[\s\-\u2010-\u2015|·•:,;/~]*`;
const PIECES = new RegExp(`^(${SEPARATOR})(.*?)(${SEPARATOR})$`, "su");
/** The end of a sentence that is not there. */
const ENDING = /^[.!?…]+\s*/u;

interface Piece {
  /** The separator before it. */
  readonly gap: string;
  readonly text: string;
  /** It stands in the template itself. */
  readonly isLiteral: boolean;
}

/** Returns the line, or undefined if it consists of empty fields and what belongs to them. */
export function fillLine(
  line: readonly Part[],
  values: Readonly<Record<FieldName, string>>,
): string | undefined {
  const pieces: Piece[] = [];
  let gap = "";
  let isAfterEmpty = false;
  const add = (text: string, isLiteral: boolean) => {
    pieces.push({ gap: isAfterEmpty && pieces.length === 0 ? "" : gap, text, isLiteral });
    gap = "";
    isAfterEmpty = false;
  };
  for (const part of line) {
    if (typeof part === "string") {
      const [, before = "", words = "", after = ""] = PIECES.exec(part) ?? [];
      // Of the separators around an empty field, the later one stays.
      if (before !== "") gap = isAfterEmpty ? before : gap + before;
      const text = isAfterEmpty && before === "" ? words.replace(ENDING, "") : words;
      if (text !== "") add(text, true);
      gap += after;
    } else if (values[part.field] !== "") {
      add(part.before + values[part.field] + part.after, false);
    } else {
      const label = pieces.at(-1);
      if (label?.isLiteral && gap.startsWith(":")) gap = pieces.pop()?.gap ?? "";
      isAfterEmpty = true;
    }
  }
  if (isAfterEmpty && pieces.length === 0) return undefined;
  const text = pieces.map((piece) => piece.gap + piece.text).join("");
  return (isAfterEmpty ? text : text + gap).trimEnd();
}
