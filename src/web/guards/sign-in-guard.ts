/** Reads who is signed in, and sends everybody else to the sign-in page and then back. */
import { createMiddleware } from "hono/factory";
import { countAttention } from "../../sharing/record/attention.ts";
import type { WebContext, WebEnv } from "./context.ts";
import { readNext, withNext } from "./next.ts";
import { appendCookies, readVisitor } from "./visitor.ts";

/** For pages that need a signed-in person. */
export const requirePerson = createMiddleware<WebEnv>(async (c, next) => {
  if (!(await identify(c))) return sendToLogin(c);
  await next();
  if (c.res.status === 404) noteRefusal(c);
  return undefined;
});

/** For the operator's pages, which answer 404 to everybody else. */
export const requireOperator = createMiddleware<WebEnv>(async (c, next) => {
  if (!(await identify(c))) return sendToLogin(c);
  if (c.var.person.role !== "operator") {
    noteRefusal(c);
    return c.notFound();
  }
  await next();
  return undefined;
});

/** Logs attempts to reach what belongs to others. A mistyped address looks the same and is logged too. */
function noteRefusal(c: WebContext): void {
  const { person, runtime } = c.var;
  const { ipAddress } = readVisitor(c);
  runtime.log.warn(
    { personId: person.id, ipAddress, method: c.req.method, path: c.req.path },
    "requested a page that does not exist or is not theirs",
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

/** A fragment cannot show the sign-in page, so htmx reloads the page, unless that would lose what the person is typing. */
function sendToLogin(c: WebContext): Response {
  if (c.req.header("hx-request") === undefined)
    return c.redirect(withNext("/login/", findReturnPath(c)), 303);
  return c.body(null, 401, c.req.method === "GET" ? { "hx-refresh": "true" } : {});
}

/** A page can be loaded again after signing in. A form cannot, so its sender returns to the page that it was on. */
function findReturnPath(c: WebContext): string {
  const isPage = c.req.method === "GET" || c.req.method === "HEAD";
  const url = URL.parse(isPage ? c.req.url : (c.req.header("referer") ?? ""));
  if (url === null || (!isPage && url.origin !== c.var.runtime.config.baseUrl.origin))
    return readNext(undefined);
  // A network's answer is valid for one session only and contains a code, which must not be in our addresses.
  if (url.pathname.startsWith("/social/callback/")) return "/social/?news=not-connected";
  return readNext(`${url.pathname}${url.search}`);
}
