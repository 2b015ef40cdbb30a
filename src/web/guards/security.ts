/** Guards of every page: security headers, forms from other sites, and the size of requests. */
import { bodyLimit } from "hono/body-limit";
import { createMiddleware } from "hono/factory";
import type { Config } from "../../config/config.ts";
import { say } from "../../words/words.ts";
import { showProblem } from "../frame/errors.tsx";
import type { WebEnv } from "./context.ts";
import { readVisitor } from "./visitor.ts";

const LARGEST_BODY = 256 * 1_024;
/** Room for a logo. It is more than a logo may have, so that the form itself can say what is wrong. */
const LARGEST_LOGO_FORM = 8 * 1_024 * 1_024;
const LOGO_FORMS: readonly string[] = ["/admin/settings/look/", "/admin/welcome/"];
/** Enough for several fields for each of several hundred accounts. */
const MOST_FIELDS = 2_000;

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

/** Refuses larger bodies than any of our forms sends. */
export const boundBodies = createMiddleware<WebEnv>(async (c, next) =>
  LOGO_FORMS.includes(c.req.path) ? await boundLogoForm(c, next) : await boundForm(c, next),
);

const boundForm = bodyLimit({
  maxSize: LARGEST_BODY,
  onError: (c) =>
    showProblem(c, 413, {
      title: say("This is too large"),
      problem: say("Nothing was changed. Shorten your text and try again."),
    }),
});

const boundLogoForm = bodyLimit({
  maxSize: LARGEST_LOGO_FORM,
  onError: (c) =>
    showProblem(c, 413, {
      title: say("This is too large"),
      problem: say("Nothing was changed. Use a logo of at most 4 MB."),
    }),
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

/** Refuses forms with too many fields before they are parsed, except those with a logo: these count fields after sign-in. */
export const boundFields = createMiddleware<WebEnv>(async (c, next) =>
  LOGO_FORMS.includes(c.req.path) ? await next() : await boundAllFields(c, next),
);

/** The same for all forms. Counts fields in the raw bytes. */
export const boundAllFields = createMiddleware<WebEnv>(async (c, next) => {
  const marker = fieldMarker(c.req.header("content-type") ?? "");
  // Hono caches the body, so that handlers can still parse it.
  if (marker !== undefined && countMarkers(Buffer.from(await c.req.arrayBuffer()), marker) > MOST_FIELDS)
    return showProblem(c, 413, {
      title: say("This is too large"),
      problem: say("Nothing was changed. The form has too many fields. Open the page again."),
    });
  await next();
  return undefined;
});

/** The text that each field of a form contains once; undefined if the body is not a form. */
function fieldMarker(type: string): string | undefined {
  if (/^\s*application\/x-www-form-urlencoded\b/i.test(type)) return "&";
  return /^\s*multipart\/form-data\b/i.test(type) ? "content-disposition" : undefined;
}

function countMarkers(bytes: Buffer, marker: string): number {
  const text = bytes.toString("latin1").toLowerCase();
  let count = 0;
  for (let at = text.indexOf(marker); at >= 0 && count <= MOST_FIELDS; at = text.indexOf(marker, at + 1))
    count += 1;
  return count;
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
    "script-src 'self'",
    "style-src 'self'",
    ["img-src 'self' https: data:", ...hosts].join(" "),
    "connect-src 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ].join("; ");
}
