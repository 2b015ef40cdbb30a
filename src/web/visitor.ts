/** Who asks: their browser's headers and their network address. */
import { getConnInfo } from "@hono/node-server/conninfo";
import type { Visitor } from "../people/people.ts";
import type { WebContext } from "./context.ts";

export function readVisitor(c: WebContext): Visitor {
  return { headers: c.req.raw.headers, ipAddress: readAddress(c) };
}

/** The last entry of X-Forwarded-For is the one that our own proxy added; those before it anybody may write. */
function readAddress(c: WebContext): string | undefined {
  const forwarded = c.var.runtime.config.trustProxy
    ? c.req.header("x-forwarded-for")?.split(",").at(-1)?.trim()
    : undefined;
  if (forwarded) return forwarded;
  const connection: unknown = c.env;
  // Without a connection the app was called from within the process.
  if (typeof connection !== "object" || connection === null || !("incoming" in connection)) return undefined;
  return getConnInfo(c).remote.address;
}

export function appendCookies(c: WebContext, cookies: readonly string[]): void {
  for (const cookie of cookies) c.header("set-cookie", cookie, { append: true });
}
