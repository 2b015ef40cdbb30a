/** Each request has a number, which stands in its log lines, in its answer and on its error page; and it is counted. */
import { randomUUID } from "node:crypto";
import type { IncomingMessage, RequestListener } from "node:http";
import { requestSeconds, requests } from "../../net/meter.ts";
import { asTask, currentTask } from "../../net/task.ts";
import { inSpan } from "../../net/tracing.ts";

/** What proxies send: UUIDs, trace ids, hashes. */
const WELL_FORMED = /^[A-Za-z0-9][A-Za-z0-9._-]{7,63}$/;
const METHODS = ["GET", "HEAD", "POST"];

/** The patterns of requests that are being answered. */
const routes = new WeakMap<IncomingMessage, string>();

/**
 * Answers as `answer` does, within a task that has the request's number.
 * @param trustProxy whether X-Request-Id comes from the operator's proxy; else anybody may have written it
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

/** Says by which pattern a request is answered: "/social/accounts/:id/". */
export function noteRoute(request: IncomingMessage, pattern: string): void {
  // What an id looks like is of no matter here.
  routes.set(request, pattern.replace(/\{[^}]*\}+/g, ""));
}

/** The number of the request that is being answered. */
export function requestId(): string | undefined {
  return currentTask().requestId;
}
