/**
 * The share button as a piece of HTML, which other sites' servers fetch and put into their pages. The busiest address of
 * the service: it is answered before anything else looks at a request, and without the database.
 */
import { createHash } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { readVisitorAddress } from "../../limits/address.ts";
import { type Limits, tellWait } from "../../limits/limits.ts";
import { type PageLink, readPageLink } from "../../pages/page.ts";
import { inEnglish, type Told } from "../../words/words.ts";
import { headersOfAll } from "../guards/security.ts";
import { sharePath } from "../share/share-path.ts";

const PATH = "/fragments/share-button";
const PARAMETERS = ["url", "title", "description", "image", "label"];
const LONGEST_QUERY = 8_000;
const LONGEST_LABEL = 60;
/** Buttons that are kept ready; each takes a few kilobytes. */
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

/** Answers requests for the button. */
interface ShareButton {
  (request: IncomingMessage, response: ServerResponse): void;
  /** Whether a request asks for it: only those are answered. */
  isFor(request: IncomingMessage): boolean;
}

/** GET /fragments/share-button?url=&title=&description=&image=&label= */
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
    // A cache before us may compress it for some.
    vary: "accept-encoding",
    "access-control-allow-origin": "*",
    "cross-origin-resource-policy": "cross-origin",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "x-robots-tag": "noindex",
  };
}

type Query = { readonly link: PageLink; readonly label: string } | { readonly problem: string | Told };

function readQuery(query: string): Query {
  if (query.length > LONGEST_QUERY)
    return {
      problem: `The parameters are longer than ${LONGEST_QUERY} characters: shorten the description.`,
    };
  const parameters = new URLSearchParams(query);
  for (const name of parameters.keys()) {
    if (!PARAMETERS.includes(name))
      return { problem: `There is no parameter "${name.slice(0, 60)}", only ${PARAMETERS.join(", ")}.` };
    if (parameters.getAll(name).length > 1)
      return { problem: `The parameter ${name} is there more than once.` };
  }
  const values = Object.fromEntries(parameters);
  const reading = readPageLink(values);
  if ("problem" in reading) return reading;
  if (values.image?.trim() && reading.link.image === undefined)
    return { problem: "The picture's address is not a web address: it must start with https://." };
  const label = values.label?.trim() || "Share";
  if (label.length > LONGEST_LABEL)
    return { problem: `The label is longer than ${LONGEST_LABEL} characters.` };
  return { link: reading.link, label };
}

/** Three nodes and the lines between them, drawn in the colour of the text around. */
const ICON =
  '<svg aria-hidden="true" width="16" height="16" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"><circle cx="18" cy="5" r="3"/><circle cx="6" cy="12" r="3"/><circle cx="18" cy="19" r="3"/><path d="m8.6 10.5 6.8-4M8.6 13.5l6.8 4"/></svg>';

function render(baseUrl: URL, { link, label }: { readonly link: PageLink; readonly label: string }): string {
  const address = escapeHtml(new URL(sharePath(link), baseUrl).href);
  // On a page with several buttons each tells what it shares.
  const name = link.title === "" ? "" : ` aria-label="${escapeHtml(`${label}: ${link.title}`)}"`;
  return `<a class="sharewell-button" href="${address}"${name} target="_blank" rel="noopener">${ICON} <span>${escapeHtml(label)}</span></a>\n`;
}

function escapeHtml(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
}
