/** All our pages end in a slash: who leaves it out is sent to the page they mean. */
import { createMiddleware } from "hono/factory";
import type { WebEnv } from "./context.ts";

/** A local path whose last part is no file's name. */
const PAGE = /^(?:\/[^/]+)*\/[^/.]+$/;

export const completePath = createMiddleware<WebEnv>(async (c, next) => {
  await next();
  const { pathname, search } = new URL(c.req.url);
  const mayMean = c.res.status === 404 && c.req.method === "GET" && PAGE.test(pathname);
  // A path alone: behind a proxy we do not know by which scheme the person came.
  if (mayMean) c.res = c.redirect(`${pathname}/${search}`, 301);
});
