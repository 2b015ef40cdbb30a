/** Gives each request an id, for its log lines, response and error page, and counts it. */
import { randomUUID } from "node:crypto";
import type { IncomingMessage, RequestListener } from "node:http";
import { requestSeconds, requests } from "../../net/meter.ts";
import { asTask, currentTask } from "../../net/task.ts";
import { inSpan } from "../../net/tracing.ts";

/** The ids that proxies send: UUIDs, trace ids, hashes. */
const WELL_FORMED = /^[A-Za-z0-9][A-Za-z0-9._-]{7,63}$/;
const METHODS = ["GET", "HEAD", "POST"];

/** The route pattern of each request in progress. */
const routes = new WeakMap<IncomingMessage, string>();

/**
 * Wraps a handler so that it runs in a task with the request's id.
 * @param trustProxy whether X-Request-Id comes from the operator's proxy; otherwise anyone could have set it
 */
export function numbered(
  { trustProxy }: { readonly trustProxy: boolean },
  answer: RequestListener,
): RequestListener {
  return (request, response) => {
    const startedAt = performance.now();
    const given = trustProxy ? request.headers["x-request-id"] : undefined;
    const requestId = typeof given === "string" && WELL_FORMED.test(given) ? given : randomUUID();
    response.setHeader("x-request-id", requestId);
    response.once("close", () => {
      const route = routes.get(request) ?? "none";
      const method = METHODS.find((known) => known === request.method) ?? "other";
      requests.add({ method, route, status: `${Math.floor(response.statusCode / 100)}xx` });
      requestSeconds.observe({ route }, (performance.now() - startedAt) / 1_000);
    });
    const closed = new Promise<void>((done) => response.once("close", done));
    void asTask({ requestId }, () =>
      inSpan(`${request.method ?? ""} request`, { "sharewell.request_id": requestId }, async (span) => {
        answer(request, response);
        await closed;
        span.set({ "http.route": routes.get(request), "http.response.status_code": response.statusCode });
      }),
    );
  };
}

/** Records the route pattern of a request: "/social/accounts/:id/". */
export function noteRoute(request: IncomingMessage, pattern: string): void {
  // Drops the regular expression of ids.
  routes.set(request, pattern.replace(/\{[^}]*\}+/g, ""));
}

/** The id of the current request; undefined outside of one. */
export function requestId(): string | undefined {
  return currentTask().requestId;
}
