/**
 * The share button as an HTML fragment, which other sites' servers include in their pages. It is the busiest address of
 * the service, so that it is answered before all other routes and without the database.
 */
import { createHash } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { readVisitorAddress } from "../../limits/address.ts";
import { type Limits, tellWait } from "../../limits/limits.ts";
import { inEnglish } from "../../words/words.ts";
import { headersOfAll } from "../guards/security.ts";
import { readQuery, render } from "./button-html.ts";

const PATH = "/fragments/share-button";
/** Buttons kept in memory, at a few kilobytes each. */
const MOST_KEPT = 2_000;

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | number>>;
  readonly body: Buffer;
  readonly etag: string;
}

interface ButtonRuntime {
  readonly config: { readonly baseUrl: URL; readonly trustProxy: boolean };
  readonly limits: Pick<Limits, "countHere">;
}

interface ShareButton {
  (request: IncomingMessage, response: ServerResponse): void;
  /** Tells whether a request is for the button. Call the handler only for those. */
  isFor(request: IncomingMessage): boolean;
}

/** Returns the handler of GET /fragments/share-button?url=&title=&description=&image=&label= */
export function createShareButton({ config, limits }: ButtonRuntime): ShareButton {
  const { baseUrl, trustProxy } = config;
  const usual = headersOfAll(config);
  const kept = new Map<string, Answer>();

  function find(query: string): Answer {
    const ready = kept.get(query);
    if (ready !== undefined) return ready;
    const made = toAnswer(baseUrl, query);
    const answer = { ...made, headers: { ...usual, ...made.headers } };
    const oldest = kept.size >= MOST_KEPT ? kept.keys().next().value : undefined;
    if (oldest !== undefined) kept.delete(oldest);
    if (answer.status === 200) kept.set(query, answer);
    return answer;
  }

  function answer(request: IncomingMessage, response: ServerResponse): void {
    const { url = "", method } = request;
    const rest = url.slice(PATH.length);
    const waitSeconds = limits.countHere("fragment", readVisitorAddress(request, trustProxy));
    if (waitSeconds !== undefined) {
      const text = `${inEnglish(tellWait(waitSeconds))}\n`;
      response
        .writeHead(429, {
          ...usual,
          ...headersOf("plain", Buffer.byteLength(text)),
          "retry-after": String(waitSeconds),
        })
        .end(method === "HEAD" ? undefined : text);
      return;
    }
    const { status, headers, body, etag } = find(rest.slice(1));
    if (request.headers["if-none-match"]?.includes(etag)) {
      const { "content-length": _length, ...unchanged } = headers;
      response.writeHead(304, unchanged).end();
    } else {
      response.writeHead(status, headers).end(method === "HEAD" ? undefined : body);
    }
  }

  return Object.assign(answer, { isFor });
}

function isFor({ url = "", method }: IncomingMessage): boolean {
  if (!url.startsWith(PATH) || (method !== "GET" && method !== "HEAD")) return false;
  return url.length === PATH.length || url[PATH.length] === "?";
}

function toAnswer(baseUrl: URL, query: string): Answer {
  const reading = readQuery(query);
  const isGood = !("problem" in reading);
  const text = isGood ? render(baseUrl, reading) : `${inEnglish(reading.problem)}\n`;
  const body = Buffer.from(text);
  const etag = `"${createHash("sha256").update(body).digest("base64url").slice(0, 22)}"`;
  return {
    status: isGood ? 200 : 400,
    body,
    etag,
    headers: {
      ...headersOf(isGood ? "html" : "plain", body.byteLength),
      ...(isGood && { etag, "cache-control": "public, max-age=3600, stale-while-revalidate=86400" }),
    },
  };
}

function headersOf(kind: "html" | "plain", length: number): Answer["headers"] {
  return {
    "content-type": `text/${kind}; charset=utf-8`,
    "content-length": length,
    "cache-control": "no-store",
    // A proxy in front of us may compress the answer.
    vary: "accept-encoding",
    "access-control-allow-origin": "*",
    "cross-origin-resource-policy": "cross-origin",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "x-robots-tag": "noindex",
  };
}
