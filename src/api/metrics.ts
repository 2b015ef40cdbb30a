/** Metrics of this process: for requests with the token, or from this machine if no proxy can be in between. */
import { createHash, timingSafeEqual } from "node:crypto";
import { IncomingMessage } from "node:http";
import type { Context } from "hono";
import type { Runtime } from "../service/runtime.ts";

type MetricsContext = Context<{ Variables: { runtime: Runtime } }>;

/**
 * GET /metrics, in OpenMetrics format. If a token is configured, 401 without it; otherwise 404 unless the request certainly
 * comes from this machine.
 * @param isProxied whether a reverse proxy may be in front of this port
 */
export const showMetrics =
  (isProxied: boolean) =>
  async (c: MetricsContext): Promise<Response> => {
    const { runtime } = c.var;
    const { metricsToken } = runtime.config;
    if (metricsToken !== undefined) {
      if (!isToken(c.req.header("authorization"), metricsToken))
        return c.text("A token is required.\n", 401, { "www-authenticate": "Bearer" });
    } else if (isProxied || !isLocal(c.env)) return c.text("", 404);
    const { type, text } = await runtime.metrics();
    return c.body(text, 200, { "content-type": type, "cache-control": "no-store" });
  };

/** Whether a reverse proxy may be in front of this process. All its requests come from this machine, and not every proxy says so. */
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

function isLocal(env: unknown): boolean {
  if (typeof env !== "object" || env === null || !("incoming" in env)) return false;
  const { incoming } = env;
  if (!(incoming instanceof IncomingMessage)) return false;
  const isForwarded = FORWARDING.some((name) => incoming.headers[name] !== undefined);
  return !isForwarded && LOOPBACK.test(incoming.socket.remoteAddress ?? "");
}

/** Compares hashes, which have equal length, in constant time. */
function isToken(authorization: string | undefined, token: string): boolean {
  const given = /^Bearer +(\S+)$/i.exec(authorization ?? "")?.[1] ?? "";
  const hash = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(hash(given), hash(token));
}
