/** Answers requests whose address is too long, even if Node cannot read them. */
import type { Duplex } from "node:stream";
import { createMiddleware } from "hono/factory";
import { languages } from "../../words/languages.ts";
import { say, wordsOf } from "../../words/words.ts";
import { showProblem } from "../frame/errors.tsx";
import type { WebEnv } from "./context.ts";

/** The largest request head, in bytes: large enough to read addresses over the limit and answer in the reader's language. */
export const LONGEST_HEAD = 64 * 1_024;

/** In characters. Proxies and browsers allow little more, and our longest link is much shorter. */
const LONGEST_ADDRESS = 16_000;

const title = say("This link is too long");
const problem = say(
  "Nothing was shared. The person who made the link needs to shorten its title (at most 300 characters) and its description (at most 1,000).",
);

/** Answers 414 to addresses that are longer than any link to us needs to be. */
export const boundAddress = createMiddleware<WebEnv>(async (c, next) => {
  if (c.req.url.length > LONGEST_ADDRESS) return showProblem(c, 414, { title, problem });
  await next();
  return undefined;
});

/**
 * Answers requests that Node cannot parse (`clientError`). The reader's language is unknown, so the page is in all
 * languages.
 */
export function answerUnreadable(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (!socket.writable || error.code === "ECONNRESET") {
    socket.destroy();
    return;
  }
  const [status, body] = error.code === "HPE_HEADER_OVERFLOW" ? [tooLong, page()] : [statusOf(error), ""];
  socket.end(
    [
      `HTTP/1.1 ${status}`,
      "content-type: text/html; charset=utf-8",
      `content-length: ${Buffer.byteLength(body)}`,
      "content-security-policy: default-src 'none'; frame-ancestors 'none'; base-uri 'none'",
      "x-content-type-options: nosniff",
      "cache-control: no-store",
      "connection: close",
      "",
      body,
    ].join("\r\n"),
  );
}

const tooLong = "431 Request Header Fields Too Large";

function statusOf({ code }: NodeJS.ErrnoException): string {
  if (code === "ERR_HTTP_REQUEST_TIMEOUT") return "408 Request Timeout";
  return code === "HPE_CHUNK_EXTENSIONS_OVERFLOW" ? "413 Payload Too Large" : "400 Bad Request";
}

/** Contains nothing of the request. */
function page(): string {
  const paragraphs = languages.map((language) => {
    const { t } = wordsOf(language);
    return `<section lang="${language}"><h1>${t(title)}</h1><p>${t(problem)}</p></section>`;
  });
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title>${paragraphs.join("")}</html>\n`;
}
