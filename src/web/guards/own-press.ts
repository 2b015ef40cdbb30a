/** Whether a person's own press is behind a request: nothing is started, and nothing ended, because another site led a browser here. */
import { createMiddleware } from "hono/factory";
import type { WebContext, WebEnv } from "./context.ts";

/**
 * A link on a page of ours was followed. Browsers that say nothing of it get a page with a button instead. Links whose
 * address came from outside stand on our pages too: they carry `rel="noreferrer"`, so that they do not count as ours.
 * @param from how the paths of the pages that carry such links begin
 * @param except pages among them that show addresses which came from outside, such as a way back
 */
export function isOwnLink(c: WebContext, from: string, except: readonly string[] = []): boolean {
  if (c.req.header("sec-fetch-site") !== "same-origin") return false;
  const path = URL.parse(c.req.header("referer") ?? "")?.pathname ?? "";
  return path.startsWith(from) && !except.some((start) => path.startsWith(start));
}

/** What browsers load ahead and scanners try out must neither start a dance nor spend an answer; they ask again in earnest. */
export const refuseAhead = createMiddleware<WebEnv>(async (c, next) => {
  const purpose = c.req.header("sec-purpose") ?? c.req.header("purpose") ?? c.req.header("x-moz") ?? "";
  if (c.req.method === "HEAD") return c.body(null, 405, { allow: "GET" });
  if (/prefetch|prerender|preview/i.test(purpose)) return c.body(null, 425);
  await next();
  return undefined;
});
