/** To the OpenID Connect provider and back. */
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import { beginProviderSignIn, signInByProvider } from "../people/sign-in-provider.ts";
import type { WebContext } from "./context.ts";
import { renderLogin } from "./login.tsx";
import { readNext } from "./next.ts";
import { appendCookies, readVisitor } from "./visitor.ts";

/** Binds the way back to the browser that set out; holds the state and where the person was going. */
const COOKIE = "sharewell.oidc";
const PATH = "/login/oidc/";
const LIFETIME_SECONDS = 600;

/** GET /login/oidc/ */
export async function showProvider(c: WebContext) {
  const next = readNext(c.req.query("next"));
  const begun = await beginProviderSignIn(c.var.runtime, readVisitor(c));
  if ("problem" in begun) {
    c.status(begun.mustWait ? 429 : 503);
    return renderLogin(c, { email: "", next, bad: begun.problem });
  }
  setCookie(c, COOKIE, `${begun.state} ${next}`, {
    path: PATH,
    httpOnly: true,
    sameSite: "Lax",
    secure: c.var.runtime.config.baseUrl.protocol === "https:",
    maxAge: LIFETIME_SECONDS,
  });
  return c.redirect(begun.url, 303);
}

/** GET /login/oidc/callback/ */
export async function showProviderCallback(c: WebContext) {
  const [state, ...rest] = (getCookie(c, COOKIE) ?? "").split(" ");
  const next = readNext(rest.join(" "));
  deleteCookie(c, COOKIE, { path: PATH });
  const query = new URL(c.req.url).searchParams;
  const result = await signInByProvider(c.var.runtime, readVisitor(c), { query, state: state || undefined });
  if ("problem" in result) {
    c.status(result.mustWait ? 429 : 403);
    return renderLogin(c, { email: "", next, bad: result.problem });
  }
  appendCookies(c, result.cookies);
  return c.redirect(next, 303);
}
