/** Lets people in: reads who is signed in, or sends them through login and back to where they were going. */
import { createMiddleware } from "hono/factory";
import type { WebContext, WebEnv } from "./context.ts";
import { readNext, withNext } from "./next.ts";
import { appendCookies } from "./visitor.ts";

/** For pages that show more to people who are signed in. */
export const readPerson = createMiddleware<WebEnv>(async (c, next) => {
  await identify(c);
  await next();
});

/** For pages that need a person. */
export const requirePerson = createMiddleware<WebEnv>(async (c, next) => {
  if (!(await identify(c))) return c.redirect(withNext("/login/", findWayBack(c)), 303);
  await next();
  return undefined;
});

/** For the operator's pages; to others they do not exist. */
export const requireOperator = createMiddleware<WebEnv>(async (c, next) => {
  if (!(await identify(c))) return c.redirect(withNext("/login/", findWayBack(c)), 303);
  if (c.var.person.role !== "operator") return c.notFound();
  await next();
  return undefined;
});

async function identify(c: WebContext): Promise<boolean> {
  const signedIn = await c.var.runtime.people.findPerson(c.req.raw.headers);
  if (signedIn === undefined) return false;
  c.set("person", signedIn.person);
  c.set("sessionId", signedIn.sessionId);
  appendCookies(c, signedIn.cookies);
  return true;
}

/** A page can be asked for again after login; a form cannot, so that its sender goes back to the page it was on. */
function findWayBack(c: WebContext): string {
  const isPage = c.req.method === "GET" || c.req.method === "HEAD";
  const url = URL.parse(isPage ? c.req.url : (c.req.header("referer") ?? ""));
  if (url === null || (!isPage && url.origin !== c.var.runtime.config.baseUrl.origin))
    return readNext(undefined);
  return readNext(`${url.pathname}${url.search}`);
}
