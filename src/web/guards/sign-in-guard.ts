/** Lets people in: reads who is signed in, or sends them through login and back to where they were going. */
import { createMiddleware } from "hono/factory";
import { countAttention } from "../../sharing/record/attention.ts";
import type { WebContext, WebEnv } from "./context.ts";
import { readNext, withNext } from "./next.ts";
import { appendCookies, readVisitor } from "./visitor.ts";

/** For pages that need a person. */
export const requirePerson = createMiddleware<WebEnv>(async (c, next) => {
  if (!(await identify(c))) return sendToLogin(c);
  await next();
  if (c.res.status === 404) noteRefusal(c);
  return undefined;
});

/** For the operator's pages; to others they do not exist. */
export const requireOperator = createMiddleware<WebEnv>(async (c, next) => {
  if (!(await identify(c))) return sendToLogin(c);
  if (c.var.person.role !== "operator") {
    noteRefusal(c);
    return c.notFound();
  }
  await next();
  return undefined;
});

/** Somebody who tries what is not theirs shows in the log; so does a mistyped address, which looks the same. */
function noteRefusal(c: WebContext): void {
  const { person, runtime } = c.var;
  const { ipAddress } = readVisitor(c);
  runtime.log.warn(
    { personId: person.id, ipAddress, method: c.req.method, path: c.req.path },
    "asked for what is not there, or not theirs",
  );
}

async function identify(c: WebContext): Promise<boolean> {
  const signedIn = await c.var.runtime.people.findPerson(c.req.raw.headers);
  if (signedIn === undefined) return false;
  const attention = await countAttention(c.var.runtime, signedIn.person);
  c.set("person", { ...signedIn.person, attention });
  c.set("sessionId", signedIn.sessionId);
  c.set("provedAt", signedIn.provedAt);
  appendCookies(c, signedIn.cookies);
  return true;
}

/** A part of a page cannot show the login: the page is loaded again, unless that would lose what is being typed in it. */
function sendToLogin(c: WebContext): Response {
  if (c.req.header("hx-request") === undefined) return c.redirect(withNext("/login/", findWayBack(c)), 303);
  return c.body(null, 401, c.req.method === "GET" ? { "hx-refresh": "true" } : {});
}

/** A page can be asked for again after login; a form cannot, so that its sender goes back to the page it was on. */
function findWayBack(c: WebContext): string {
  const isPage = c.req.method === "GET" || c.req.method === "HEAD";
  const url = URL.parse(isPage ? c.req.url : (c.req.header("referer") ?? ""));
  if (url === null || (!isPage && url.origin !== c.var.runtime.config.baseUrl.origin))
    return readNext(undefined);
  // A network's answer is good for one login session and holds a code, which belongs in no address of ours.
  if (url.pathname.startsWith("/social/callback/")) return "/social/?news=not-connected";
  return readNext(`${url.pathname}${url.search}`);
}
