/** Renders a page or a fragment and sends it, compressed where that is worth it. */
import { gzipSync } from "node:zlib";
import type { Context } from "hono";
import type { Child } from "hono/jsx";
import { HtmlEscapedCallbackPhase, resolveCallback } from "hono/utils/html";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { WebEnv } from "../guards/context.ts";
import { readPageValues } from "./branding.ts";
import { PageContext } from "./page-values.ts";

const TYPE = { "content-type": "text/html; charset=UTF-8" };

/** In characters; compressing less gains nothing. */
const WORTH_PACKING = 1_024;
/** Nearly as small as zlib's default level 6, in two thirds of the time. */
const LEVEL = 4;

/** Answers with a page or a fragment. */
export async function show(c: Context<WebEnv>, page: Child, status?: ContentfulStatusCode) {
  const rendered = <PageContext.Provider value={readPageValues(c)}>{page}</PageContext.Provider>;
  const html = String(
    await resolveCallback(rendered.toString(), HtmlEscapedCallbackPhase.Stringify, false, {}),
  );
  if (html.length < WORTH_PACKING || c.req.method === "HEAD") return c.html(html, status);
  c.header("vary", "Accept-Encoding", { append: true });
  if (!takesGzip(c.req.header("accept-encoding") ?? "")) return c.html(html, status);
  // The page is complete, and streaming it through gzip takes several times as long.
  return c.body(gzipSync(html, { level: LEVEL }), status, { ...TYPE, "content-encoding": "gzip" });
}

function takesGzip(accepted: string): boolean {
  return /(?:^|,)\s*gzip\s*(?:$|,|;\s*q=(?:1|0\.\d*[1-9]))/i.test(accepted);
}
