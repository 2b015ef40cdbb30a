/** Who asks: their browser's headers and their network address. */
import { readContextAddress } from "../../limits/address.ts";
import type { Visitor } from "../../people/people.ts";
import type { WebContext } from "./context.ts";

export function readVisitor(c: WebContext): Visitor {
  return {
    headers: c.req.raw.headers,
    ipAddress: readContextAddress(c.env, c.var.runtime.config.trustProxy),
  };
}

export function appendCookies(c: WebContext, cookies: readonly string[]): void {
  for (const cookie of cookies) c.header("set-cookie", cookie, { append: true });
}
