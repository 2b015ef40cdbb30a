/** Makes our scripts and styles smaller to send: without what only their authors need, and packed as well as browsers can unpack. */
import { promisify } from "node:util";
import { brotliCompress, constants } from "node:zlib";

const pack = promisify(brotliCompress);

/** Returns a script without its comments and indentation. */
export function slimScript(script: string): string {
  return script
    .replace(/^\s*\/\*\*[\s\S]*?\*\/\n/gm, "")
    .replace(/^\s*\/\/.*\n/gm, "")
    .replace(/^ +/gm, "");
}

/** Returns styles without comments, line ends and the blanks that nothing needs. They contain no strings with braces or commas. */
export function slimStyle(styles: string): string {
  return styles
    .replace(/\/\*[\s\S]*?\*\//g, "")
    .replace(/\s+/g, " ")
    .replace(/ ?([{};,]) ?/g, "$1")
    .replace(/: /g, ":")
    .replaceAll(";}", "}");
}

/** Whether a browser unpacks Brotli. @param accepted its Accept-Encoding */
export function takesBrotli(accepted: string): boolean {
  return /(?:^|,)\s*br\s*(?:$|,|;\s*q=(?:1|0\.\d*[1-9]))/i.test(accepted);
}

const packed = new Map<string, Promise<Uint8Array<ArrayBuffer>>>();

/** Returns the text packed with Brotli. Each text is packed once, since the best level takes some 100 ms. */
export function packOnce(text: string): Promise<Uint8Array<ArrayBuffer>> {
  const known = packed.get(text) ?? pack(text, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } });
  packed.set(text, known);
  return known;
}
