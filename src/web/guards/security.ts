/** Security headers, and the refusal of forms from other sites. */
import { createMiddleware } from "hono/factory";
import type { Config } from "../../config/config.ts";
import { say } from "../../words/words.ts";
import { frameScriptHash } from "../assets.ts";
import { showProblem } from "../frame/errors.tsx";
import type { WebEnv } from "./context.ts";
import { readVisitor } from "./visitor.ts";

/** Sets the headers of pages on every response, errors too. A handler's own headers win. */
export const secureHeaders = createMiddleware<WebEnv>(async (c, next) => {
  const { config } = c.var.runtime;
  const headers = pageHeaders.get(config) ?? new Map(Object.entries(headersFor(config)));
  pageHeaders.set(config, headers);
  c.env.outgoing.setHeaders(headers);
  await next();
});

/** The headers do not change while the process runs. */
const pageHeaders = new WeakMap<Config, Map<string, string>>();

/**
 * Refuses forms that another site makes a browser send, by Sec-Fetch-Site or, in browsers without it, by Origin. A request
 * with neither does not come from a browser, so it cannot abuse anybody's session.
 */
export const refuseForeignForms = createMiddleware<WebEnv>(async (c, next) => {
  const site = c.req.header("sec-fetch-site");
  const origin = c.req.header("origin");
  const isOwn =
    site === undefined
      ? origin === undefined || origin === c.var.runtime.config.baseUrl.origin
      : site === "same-origin";
  if (!isOwn && !["GET", "HEAD", "OPTIONS"].includes(c.req.method)) {
    const { ipAddress } = readVisitor(c);
    c.var.runtime.people.refusals.record({ action: "form.refused", ipAddress });
    return showProblem(c, 403, {
      title: say("This request came from another site"),
      problem: say("Nothing was changed. Open the page here, on Sharewell, and try again."),
    });
  }
  await next();
  return undefined;
});

/** The headers of every response of the process, set before anything reads the request. A handler may replace them. */
export function headersOfAll(config: Pick<Config, "baseUrl">): Record<string, string> {
  return {
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'",
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
    ...(config.baseUrl.protocol === "https:"
      ? { "strict-transport-security": "max-age=31536000; includeSubDomains" }
      : {}),
  };
}

function headersFor(config: Config): Record<string, string> {
  return {
    "content-security-policy": contentPolicy(config.allowedHosts),
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "browsing-topics=(), camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "cache-control": "no-store",
  };
}

/** Pictures of pages and accounts may come from any host over https, over http only from hosts that the operator allowed. */
function contentPolicy(allowedHosts: readonly string[]): string {
  const hosts = allowedHosts
    .filter((host) => /^(\*\.)?[\w.-]+(:\d+)?$/.test(host))
    .map((host) => `http://${host.includes(":") ? host : `${host}:*`}`);
  return [
    "default-src 'none'",
    "object-src 'none'",
    `script-src 'self' '${frameScriptHash}'`,
    "style-src 'self'",
    ["img-src 'self' https: data:", ...hosts].join(" "),
    "connect-src 'self'",
    "manifest-src 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ].join("; ");
}
