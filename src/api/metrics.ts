/** For monitoring: the numbers of this process, by a token, or from this very machine where no proxy can be in between. */
import { createHash, timingSafeEqual } from "node:crypto";
import { IncomingMessage } from "node:http";
import type { Context } from "hono";
import type { Runtime } from "../service/runtime.ts";

type MetricsContext = Context<{ Variables: { runtime: Runtime } }>;

/**
 * GET /metrics: OpenMetrics. 401 without the right token, where there is one; else 404 for whoever may come from elsewhere.
 * @param isProxied a reverse proxy may stand in front of this port
 */
export const showMetrics =
  (isProxied: boolean) =>
  async (c: MetricsContext): Promise<Response> => {
    const { runtime } = c.var;
    const { metricsToken } = runtime.config;
    if (metricsToken !== undefined) {
      if (!isToken(c.req.header("authorization"), metricsToken))
        return c.text("A token is needed.\n", 401, { "www-authenticate": "Bearer" });
    } else if (isProxied || !isFromHere(c.env)) return c.text("", 404);
    const { type, text } = await runtime.metrics();
    return c.body(text, 200, { "content-type": type, "cache-control": "no-store" });
  };

/** Behind a proxy on this machine everybody comes from here, and not every proxy says that it is one. */
export function mayBeProxied({ config: { baseUrl, trustProxy } }: Runtime): boolean {
  return trustProxy || baseUrl.protocol === "https:";
}

const FORWARDING = [
  "forwarded",
  "x-forwarded-for",
  "x-forwarded-host",
  "x-forwarded-proto",
  "x-real-ip",
  "via",
];
const LOOPBACK = /^(127\.\d+\.\d+\.\d+|::1|::ffff:127\.\d+\.\d+\.\d+)$/;

function isFromHere(env: unknown): boolean {
  if (typeof env !== "object" || env === null || !("incoming" in env)) return false;
  const { incoming } = env;
  if (!(incoming instanceof IncomingMessage)) return false;
  const isForwarded = FORWARDING.some((name) => incoming.headers[name] !== undefined);
  return !isForwarded && LOOPBACK.test(incoming.socket.remoteAddress ?? "");
}

/** Compared by their hashes, which are of one length and take one time. */
function isToken(authorization: string | undefined, token: string): boolean {
  const given = /^Bearer +(\S+)$/i.exec(authorization ?? "")?.[1] ?? "";
  const hash = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(hash(given), hash(token));
}
