/** Redirects to the path with a trailing slash, which all our pages have. */
import { createMiddleware } from "hono/factory";
import type { WebEnv } from "./context.ts";

/** A local path whose last segment has no file extension. */
const PAGE = /^(?:\/[^/]+)*\/[^/.]+$/;

/** Redirects a GET that found no page to the same path with a slash. */
export const completePath = createMiddleware<WebEnv>(async (c, next) => {
  await next();
  const { pathname, search } = new URL(c.req.url);
  const isIncomplete = c.res.status === 404 && c.req.method === "GET" && PAGE.test(pathname);
  // A relative redirect: behind a proxy, we do not know the scheme of the request.
  if (isIncomplete) c.res = c.redirect(`${pathname}/${search}`, 301);
});
