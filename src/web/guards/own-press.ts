/** Tells whether the person started a request themselves: another site must not start or end anything by sending a browser here. */
import { createMiddleware } from "hono/factory";
import type { WebContext, WebEnv } from "./context.ts";

/**
 * Whether a link on one of our pages was followed. False if the browser does not say, so that the person gets a page with
 * a button. Links to addresses that come from other sites have `rel="noreferrer"` and do not count.
 * @param from the start of the paths of the pages that have such links
 * @param except the start of the paths of pages that show addresses from other sites
 */
export function isOwnLink(c: WebContext, from: string, except: readonly string[] = []): boolean {
  if (c.req.header("sec-fetch-site") !== "same-origin") return false;
  const path = URL.parse(c.req.header("referer") ?? "")?.pathname ?? "";
  return path.startsWith(from) && !except.some((start) => path.startsWith(start));
}

/** Refuses prefetches and HEAD requests: they must neither start a flow nor use up a code. The real request follows. */
export const refusePrefetch = createMiddleware<WebEnv>(async (c, next) => {
  const purpose = c.req.header("sec-purpose") ?? c.req.header("purpose") ?? c.req.header("x-moz") ?? "";
  if (c.req.method === "HEAD") return c.body(null, 405, { allow: "GET" });
  if (/prefetch|prerender|preview/i.test(purpose)) return c.body(null, 425);
  await next();
  return undefined;
});
