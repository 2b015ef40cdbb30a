/** What guards every page: what a browser may load and do there, whose forms we take, and how big a request may be. */
import { bodyLimit } from "hono/body-limit";
import { createMiddleware } from "hono/factory";
import type { Config } from "../../config/config.ts";
import { say } from "../../words/words.ts";
import { showProblem } from "../frame/errors.tsx";
import type { WebEnv } from "./context.ts";
import { readVisitor } from "./visitor.ts";

const LARGEST_BODY = 256 * 1_024;
/** A logo comes along; whoever sends more than a logo may have is told so by the form itself. */
const LARGEST_LOOK = 8 * 1_024 * 1_024;
const looks: readonly string[] = ["/admin/settings/look/", "/admin/welcome/"];
/** Some for each of several hundred accounts. */
const MOST_FIELDS = 2_000;

/** Sets the headers below on whatever is answered, errors too, where the handler does not set its own: those win. */
export const secureHeaders = createMiddleware<WebEnv>(async (c, next) => {
  const { config } = c.var.runtime;
  const headers = known.get(config) ?? new Map(Object.entries(headersFor(config)));
  known.set(config, headers);
  c.env.outgoing.setHeaders(headers);
  await next();
});

/** None of it changes while the process runs. */
const known = new WeakMap<Config, Map<string, string>>();

/**
 * Refuses what another site makes a browser send: its Sec-Fetch-Site, or before browsers had that its Origin, says so.
 * A request with neither comes from no browser, so nobody's login is abused by it.
 */
export const refuseForeignForms = createMiddleware<WebEnv>(async (c, next) => {
  const site = c.req.header("sec-fetch-site");
  const origin = c.req.header("origin");
  const own =
    site === undefined
      ? origin === undefined || origin === c.var.runtime.config.baseUrl.origin
      : site === "same-origin";
  if (!own && !["GET", "HEAD", "OPTIONS"].includes(c.req.method)) {
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

/** Our longest form is far below this. */
export const boundBodies = createMiddleware<WebEnv>(async (c, next) =>
  looks.includes(c.req.path) ? await boundLook(c, next) : await boundForm(c, next),
);

const boundForm = bodyLimit({
  maxSize: LARGEST_BODY,
  onError: (c) =>
    showProblem(c, 413, {
      title: say("This is too large"),
      problem: say("Nothing was changed. Shorten your text and try again."),
    }),
});

const boundLook = bodyLimit({
  maxSize: LARGEST_LOOK,
  onError: (c) =>
    showProblem(c, 413, {
      title: say("This is too large"),
      problem: say("Nothing was changed. Use a logo of at most 4 MB."),
    }),
});

/** On whatever leaves the process, before anything else looks at the request; what answers may put its own in their place. */
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

/** Refuses a form of endless fields before it is taken apart; not those with a logo, which are read for operators alone. */
export const boundFields = createMiddleware<WebEnv>(async (c, next) =>
  looks.includes(c.req.path) ? await next() : await boundAllFields(c, next),
);

/** Counts on the bytes of a form. */
export const boundAllFields = createMiddleware<WebEnv>(async (c, next) => {
  const mark = fieldMark(c.req.header("content-type") ?? "");
  // The request keeps what was read for whoever reads its fields.
  if (mark !== undefined && countMarks(Buffer.from(await c.req.arrayBuffer()), mark) > MOST_FIELDS)
    return showProblem(c, 413, {
      title: say("This is too large"),
      problem: say("Nothing was changed. The form has too many fields. Open the page again."),
    });
  await next();
  return undefined;
});

/** What every field of a form has once; undefined: it is no form. */
function fieldMark(type: string): string | undefined {
  if (/^\s*application\/x-www-form-urlencoded\b/i.test(type)) return "&";
  return /^\s*multipart\/form-data\b/i.test(type) ? "content-disposition" : undefined;
}

function countMarks(bytes: Buffer, mark: string): number {
  const text = bytes.toString("latin1").toLowerCase();
  let count = 0;
  for (let at = text.indexOf(mark); at >= 0 && count <= MOST_FIELDS; at = text.indexOf(mark, at + 1))
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

/** Pictures of pages and accounts come from anywhere by https; by http only from hosts that the operator allowed. */
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
