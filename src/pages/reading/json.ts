/**
 * Reads JSON written by hand or by templates: with comments, raw line breaks, extra commas and several values in a row.
 */
import { decodeHTMLStrict } from "entities";

/** Each readable value; none if the text is not even close to JSON. */
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

/** Deeper nesting describes no page. */
const DEEPEST = 100;
/** More values describe no page. */
const MOST_VALUES = 1_000;
/** Everything below is whitespace or a control character. */
const BLANK = 0x20;
const PIECE = /"|\/[/*]|[{}[\],;/]|[^"{}[\],;/]+/g;

/** The text of each list or object in a row. Looks at each character once, since a page may hold two million. */
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

/** The end of a string: the first quotation mark after which the JSON continues. Others belong to the text. */
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

/** Escapes quotation marks and line breaks that belong to the text, and unknown escapes. */
function mendString(text: string): string {
  return text
    .replace(/\\(?:u[\da-fA-F]{4}|["\\/bfnrt])|\\|"/g, (found) =>
      found === '"' ? '\\"' : found === "\\" ? "" : found,
    )
    .replace(/\p{Cc}/gu, " ");
}
