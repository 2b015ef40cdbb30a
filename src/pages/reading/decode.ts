/** Decodes a page's bytes in whatever character encoding they use. */
import { isAscii, isUtf8 } from "node:buffer";
import { decodeBuffer, getEncoding } from "encoding-sniffer";
import { Parser } from "htmlparser2";

/** The sniffer's result without a declaration. No page can declare it: browsers read it as windows-1252. */
const UNDECLARED = "x-user-defined";

/** Fewer non-ASCII characters may form valid UTF-8 by chance. */
const CERTAIN = 3;

/** The escape character of encodings that only use ASCII bytes. */
const ESCAPE = 0x1b;

/** Unknown encoding names after which the search ends. */
const MOST_TRIED = 100;

/** Small, because reading stops once the encoding is found. */
const CHUNK = 8_192;

export interface PageText {
  readonly text: string;
  /** Whether it was decoded as UTF-8. */
  readonly isUtf8: boolean;
}

/**
 * Decodes by byte order mark, header, declaration in the page or the browsers' guess (WHATWG, "determining the
 * character encoding"), in this order. The bytes overrule a declaration if they are certainly UTF-8, or if they are
 * declared as UTF-8 but mostly invalid.
 */
export function decodeHtml(bytes: Buffer, type: string): PageText {
  const told = /;\s*charset\s*=\s*["']?([^\s"';,]+)/i.exec(type)?.[1];
  const header = told === undefined ? undefined : nameCharset(told);
  const isUnbroken = isUtf8(withoutCutOff(bytes));
  if (isUnbroken && !isUnicode(header) && holdsBeyondAscii(bytes, CERTAIN)) return decodeAs(bytes, "utf-8");
  const isPlain = isAscii(bytes) && !bytes.includes(ESCAPE);
  const declared = findDeclared(bytes, isPlain);
  const encoding = header ?? declared ?? (isUnbroken ? "utf-8" : "windows-1252");
  const decoded = decodeAs(bytes, encoding);
  if (encoding !== "utf-8" || isUnbroken || !isMostlyBroken(decoded.text)) return decoded;
  return decodeAs(bytes, declared === undefined || isUnicode(declared) ? "windows-1252" : declared);
}

/** A byte order mark overrides the given encoding. */
function decodeAs(bytes: Buffer, userEncoding: string): PageText {
  return { text: decodeBuffer(bytes, { userEncoding }), isUtf8: userEncoding === "utf-8" };
}

function isUnicode(encoding: string | undefined): boolean {
  return encoding?.startsWith("utf-") === true;
}

/** "utf-8" for "UTF8", "windows-1252" for "latin1"; undefined for an unknown encoding. */
function nameCharset(label: string): string | undefined {
  try {
    return new TextDecoder(label.trim()).encoding;
  } catch {
    return undefined;
  }
}

function findDeclared(bytes: Buffer, isPlain: boolean): string | undefined {
  const early = getEncoding(bytes, { defaultEncoding: UNDECLARED });
  if (early !== UNDECLARED) return early.toLowerCase();
  return isPlain ? undefined : findLate(bytes);
}

/** Only these elements contain text in which tags have no meaning. */
class CharsetParser extends Parser {
  protected override isVoidElement(name: string): boolean {
    return name !== "title" && name !== "script" && name !== "style" && name !== "textarea";
  }
}

/** The first meta tag with an encoding after the beginning that browsers scan before parsing. */
function findLate(bytes: Buffer): string | undefined {
  let found: string | undefined;
  let tried = 0;
  const parser = new CharsetParser({
    onopentag(tag, { charset, content = "", "http-equiv": pragma = "" }) {
      if (tag !== "meta" || found !== undefined) return;
      const isPragma = pragma.trim().toLowerCase() === "content-type";
      const label = charset ?? (isPragma ? /charset\s*=\s*["']?([^\s"';]+)/i.exec(content)?.[1] : undefined);
      if (label === undefined) return;
      tried += 1;
      const name = nameCharset(label);
      // A page that declares this in ASCII is not UTF-16.
      found = name?.startsWith("utf-16") ? "utf-8" : name;
    },
  });
  for (let at = 0; at < bytes.length && found === undefined && tried < MOST_TRIED; at += CHUNK)
    parser.write(bytes.toString("latin1", at, at + CHUNK));
  return found;
}

/** Drops an incomplete UTF-8 character at the end. */
export function withoutCutOff(bytes: Buffer): Buffer {
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0xc0) continue;
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
    return back < length ? bytes.subarray(0, -back) : bytes;
  }
  return bytes;
}

/** @param bytes of UTF-8 @param many how many characters, counting those beyond U+FFFF twice */
function holdsBeyondAscii(bytes: Buffer, many: number): boolean {
  if (isAscii(bytes)) return false;
  let count = 0;
  for (let at = 0; at < bytes.length && count < many; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte >= 0xc0) count += byte >= 0xf0 ? 2 : 1;
  }
  return count >= many;
}

function countBeyondAscii(text: string): number {
  let count = 0;
  for (let at = 0; at < text.length; at += 1) if (text.charCodeAt(at) > 127) count += 1;
  return count;
}

/** More non-ASCII characters are invalid than valid. */
function isMostlyBroken(text: string): boolean {
  const broken = text.split("\ufffd").length - 1;
  return broken > 0 && broken * 2 > countBeyondAscii(text);
}
