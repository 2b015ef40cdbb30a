/** A site for these tests, over HTTP, with a set answer for each path. */
import { createServer, type RequestListener, type ServerResponse } from "node:http";
import { describePage } from "../../src/pages/visit/page-readers.ts";
import { waitFor } from "../harness/wait.ts";

export interface Site {
  readonly origin: string;
  /** The requests so far, in order. */
  readonly asked: string[];
  /** @returns its full address */
  on(path: string, answer: RequestListener): string;
  /** @returns its full address */
  html(path: string, html: string, headers?: Readonly<Record<string, string>>): string;
  /** @returns the address that redirects there */
  leads(path: string, to: string, status?: number, headers?: Readonly<Record<string, string>>): string;
  stop(): void;
}

export async function startSite(): Promise<Site> {
  const answers = new Map<string, RequestListener>();
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const url = request.url ?? "/";
    asked.push(url);
    const answer = answers.get(url) ?? answers.get(new URL(url, "http://site/").pathname);
    if (answer === undefined)
      response.writeHead(404, { "content-type": "text/html" }).end("<title>Lost</title>");
    else answer(request, response);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  // On a busy machine the process that reads pages takes a while to start.
  const first = { bytes: Buffer.from("<title>First"), type: "text/html", url: "https://example.com/" };
  await waitFor("a page that is read", () => describePage(first), 60_000);
  const at = server.address();
  const origin = `http://127.0.0.1:${at !== null && typeof at === "object" ? at.port : 0}`;
  const on = (path: string, answer: RequestListener) => {
    answers.set(path, answer);
    return `${origin}${path}`;
  };
  return {
    origin,
    asked,
    on,
    html: (path, html, headers = {}) => on(path, (_request, response) => sendHtml(response, html, headers)),
    leads: (path, to, status = 302, headers = {}) =>
      on(path, (_request, response) => response.writeHead(status, { location: to, ...headers }).end()),
    stop() {
      server.closeAllConnections();
      server.close();
    },
  };
}

export function sendHtml(response: ServerResponse, html: string, headers = {}): void {
  response.writeHead(200, { "content-type": "text/html; charset=utf-8", ...headers }).end(html);
}

/** A paragraph long enough that the page does not count as empty. */
export const article = `<article>${"<p>The keeper counts the ships that pass at night, and writes each down.</p>".repeat(30)}</article>`;
