/** Fetches a page's HTML as its site gives it to anybody: no cookies, no script, bounded in size and time. */
import { decodeBuffer } from "encoding-sniffer";
import { AddressRefused } from "../net/addresses.ts";

export interface FetchedPage {
  readonly html: string;
  /** After redirects. */
  readonly url: string;
}

/**
 * Why a page could not be read: "refused": we connect to no such address; "missing": its site says that it is not there
 * or not for everybody; "failing": its site answered badly or not at all; "not-html": it is a file, not a page.
 */
export type PageProblem = "refused" | "missing" | "failing" | "not-html";

export interface PageWorld {
  /** Guarded; follows five redirects. */
  readonly fetch: typeof fetch;
  readonly userAgent: string;
}

/** What networks look for stands at a page's beginning: the rest of a longer one is not read. */
const MOST_BYTES = 2 * 1_024 * 1_024;
const TIMEOUT_MS = 5_000;

export async function fetchPage(
  { fetch, userAgent }: PageWorld,
  address: string,
): Promise<FetchedPage | PageProblem> {
  try {
    const response = await fetch(address, {
      headers: { accept: "text/html,application/xhtml+xml;q=0.9", "user-agent": userAgent },
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const type = response.headers.get("content-type") ?? "";
    if (!response.ok || !isHtml(type)) {
      await response.body?.cancel();
      if (response.ok) return "not-html";
      return response.status >= 500 || response.status === 429 ? "failing" : "missing";
    }
    const bytes = await readStart(response, MOST_BYTES);
    return { html: decodeHtml(bytes, type), url: response.url };
  } catch (error) {
    return error instanceof AddressRefused && error.reason !== "redirects" ? "refused" : "failing";
  }
}

/** The first bytes of an answer; it is not read further. */
export async function readStart(response: Response, mostBytes: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    chunks.push(chunk);
    length += chunk.byteLength;
    // Leaving the loop cancels the rest.
    if (length >= mostBytes) break;
  }
  return Buffer.concat(chunks).subarray(0, mostBytes);
}

/** A server that names no type most likely serves a page. */
function isHtml(type: string): boolean {
  return type.trim() === "" || /^\s*(?:text\/html|application\/xhtml\+xml)\s*(?:;|$)/i.test(type);
}

/** By its byte order mark, else its header, else its own meta tag, else as browsers guess (WHATWG, "determining the character encoding"). */
export function decodeHtml(bytes: Buffer, type: string): string {
  const label = /;\s*charset\s*=\s*["']?([^\s"';]+)/i.exec(type)?.[1];
  return decodeBuffer(bytes, {
    defaultEncoding: isUtf8(bytes) ? "utf-8" : "windows-1252",
    ...(label === undefined ? {} : { transportLayerEncodingLabel: label }),
  });
}

function isUtf8(bytes: Buffer): boolean {
  try {
    // As a stream, so that a character cut off at the end is no fault.
    new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
}
