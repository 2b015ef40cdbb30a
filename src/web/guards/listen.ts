/** Connects an app to Node's HTTP server: numbers requests, counts them by route and sets the headers of every response. */
import { IncomingMessage, type RequestListener } from "node:http";
import { getRequestListener } from "@hono/node-server";
import type { Context, Hono } from "hono";
import { matchedRoutes } from "hono/route";
import { noteRoute, numbered } from "../../operation/metrics/requests.ts";
import { createShareButton } from "../fragments/share-button.ts";
import type { WebEnv } from "./context.ts";
import { headersOfAll } from "./security.ts";

type ButtonRuntime = Parameters<typeof createShareButton>[0];

/**
 * A listener for this app. It replaces the Host header by ours: no page depends on it, and some values of it cannot
 * be parsed as part of an address.
 */
export function listen({ config }: Pick<ButtonRuntime, "config">, app: Hono<WebEnv>): RequestListener {
  const answer = getRequestListener(app.fetch);
  const headers = new Map(Object.entries(headersOfAll(config)));
  return numbered(config, (request, response) => {
    request.headers.host = config.baseUrl.host;
    response.setHeaders(headers);
    void answer(request, response);
  });
}

/** The same, but answers the share button's fragment before anything else. */
export function listenWithButton(runtime: ButtonRuntime, app: Hono<WebEnv>): RequestListener {
  const answerShareButton = createShareButton(runtime);
  const answer = listen(runtime, app);
  const answerButton = numbered(runtime.config, (request, response) => {
    noteRoute(request, "/fragments/share-button");
    answerShareButton(request, response);
  });
  return (request, response) => {
    if (answerShareButton.isFor(request)) answerButton(request, response);
    else answer(request, response);
  };
}

/** Records which route answered; called after the handler. */
export function recordRoute(c: Context): void {
  const incoming: unknown = c.env?.incoming;
  // Middleware has the pattern "/*".
  const route = matchedRoutes(c).findLast(({ path }) => path !== "/*");
  if (incoming instanceof IncomingMessage && route !== undefined) noteRoute(incoming, route.path);
}
