/** Answers with a page, or with a part of one, in the frame that the operator chose. */
import { gzipSync } from "node:zlib";
import type { Context } from "hono";
import type { Child } from "hono/jsx";
import { HtmlEscapedCallbackPhase, resolveCallback } from "hono/utils/html";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { WebEnv } from "../guards/context.ts";
import { readPageValues } from "./branding.ts";
import { PageContext } from "./page-values.ts";

const TYPE = { "content-type": "text/html; charset=UTF-8" };

/** Shorter ones gain nothing, in characters. */
const WORTH_PACKING = 1_024;
/** Nearly as small as by zlib's own choice, 6, in two thirds of the time. */
const LEVEL = 4;

export async function show(c: Context<WebEnv>, page: Child, status?: ContentfulStatusCode) {
  const rendered = <PageContext.Provider value={readPageValues(c)}>{page}</PageContext.Provider>;
  const html = String(
    await resolveCallback(rendered.toString(), HtmlEscapedCallbackPhase.Stringify, false, {}),
  );
  if (html.length < WORTH_PACKING || c.req.method === "HEAD") return c.html(html, status);
  c.header("vary", "Accept-Encoding", { append: true });
  if (!takesGzip(c.req.header("accept-encoding") ?? "")) return c.html(html, status);
  // At once, since it is there as a whole: as a stream it takes several times as long.
  return c.body(gzipSync(html, { level: LEVEL }), status, { ...TYPE, "content-encoding": "gzip" });
}

function takesGzip(accepted: string): boolean {
  return /(?:^|,)\s*gzip\s*(?:$|,|;\s*q=(?:1|0\.\d*[1-9]))/i.test(accepted);
}
