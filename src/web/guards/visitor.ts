/** Who sends a request, and the cookies that the response sets. */
import { readContextAddress } from "../../limits/address.ts";
import type { Visitor } from "../../people/people.ts";
import type { WebContext } from "./context.ts";

/** The request's headers and the client's IP address. */
export function readVisitor(c: WebContext): Visitor {
  return {
    headers: c.req.raw.headers,
    ipAddress: readContextAddress(c.env, c.var.runtime.config.trustProxy),
  };
}

/** Adds Set-Cookie headers to the response. */
export function appendCookies(c: WebContext, cookies: readonly string[]): void {
  for (const cookie of cookies) c.header("set-cookie", cookie, { append: true });
}
