/** JSON as sites write it by hand or by template: with comments, raw line breaks, commas too many, several values in a row. */
import { decodeHTMLStrict } from "entities";

/** Each value that can be read; none where the text is no JSON, not even nearly. */
export function readJson(text: string): unknown[] {
  const strict = parse(text);
  if (strict.length > 0) return strict;
  const mended = mend(text).flatMap(parse);
  if (mended.length > 0 || !text.includes("&")) return mended;
  const decoded = decodeHTMLStrict(text);
  return decoded === text ? [] : mend(decoded).flatMap(parse);
}

function parse(text: string): unknown[] {
  try {
    return [JSON.parse(text)];
  } catch {
    return [];
  }
}

/** What is nested deeper describes no page, and would be read twice. */
const DEEPEST = 100;
/** More describe no page. */
const MOST_VALUES = 1_000;
/** All below are blanks or controls. */
const BLANK = 0x20;
const PIECE = /"|\/[/*]|[{}[\],;/]|[^"{}[\],;/]+/g;

/** The text of each list or object in a row. Looks at each character once, as a page may hold two million of them. */
function mend(text: string): string[] {
  const values: string[] = [];
  const pieces = new RegExp(PIECE);
  let kept: string[] = [];
  let depth = 0;
  for (let found = pieces.exec(text); found !== null; found = pieces.exec(text)) {
    const [piece] = found;
    if (piece === '"') {
      const end = findEnd(text, pieces.lastIndex);
      if (depth > 0) kept.push(`"${mendString(text.slice(pieces.lastIndex, end))}"`);
      pieces.lastIndex = end + 1;
    } else if (piece === "//" || piece === "/*") {
      const mark = piece === "//" ? "\n" : "*/";
      const end = text.indexOf(mark, pieces.lastIndex);
      pieces.lastIndex = end === -1 ? text.length : end + mark.length;
    } else if (piece === "{" || piece === "[") {
      depth += 1;
      if (depth > DEEPEST) return values;
      kept.push(piece);
    } else if (depth > 0 && (piece === "}" || piece === "]")) {
      if (kept.at(-1) === ",") kept.pop();
      kept.push(piece);
      depth -= 1;
      if (depth > 0) continue;
      values.push(kept.join(""));
      kept = [];
      if (values.length === MOST_VALUES) return values;
    } else if (depth > 0 && piece !== ";" && piece.trim() !== "") {
      const isCommaTooMany = piece === "," && /^[,{[]$/.test(kept.at(-1) ?? "");
      if (!isCommaTooMany) kept.push(piece);
    }
  }
  return values;
}

/** Where a string ends: at a quotation mark after which the JSON goes on; another stands for itself. */
function findEnd(text: string, start: number): number {
  const mark = /\\|"/g;
  mark.lastIndex = start;
  for (let found = mark.exec(text); found !== null; found = mark.exec(text)) {
    if (found[0] === "\\") mark.lastIndex += 1;
    else if (endsString(text, mark.lastIndex)) return found.index;
  }
  return text.length;
}

function endsString(text: string, after: number): boolean {
  let at = after;
  while (text.charCodeAt(at) <= BLANK) at += 1;
  return at >= text.length || ",:}]/;".includes(text.charAt(at));
}

/** A mark or a line break that stands for itself, where JSON wants it escaped; an escape that JSON does not know. */
function mendString(text: string): string {
  return text
    .replace(/\\(?:u[\da-fA-F]{4}|["\\/bfnrt])|\\|"/g, (found) =>
      found === '"' ? '\\"' : found === "\\" ? "" : found,
    )
    .replace(/\p{Cc}/gu, " ");
}
