/** How an app of routes answers Node's requests: numbered, counted by its routes, with the headers that all answers have. */
import { IncomingMessage, type RequestListener } from "node:http";
import { getRequestListener } from "@hono/node-server";
import type { Context, Hono } from "hono";
import { matchedRoutes } from "hono/route";
import { noteRoute, numbered } from "../../operation/metrics/requests.ts";
import { createShareButton } from "../fragments/share-button.ts";
import type { WebEnv } from "./context.ts";
import { headersOfAll } from "./security.ts";

type ButtonRuntime = Parameters<typeof createShareButton>[0];

/** By whichever name it is called: nothing here depends on that, and not every name makes an address. */
export function listen({ config }: Pick<ButtonRuntime, "config">, app: Hono<WebEnv>): RequestListener {
  const answer = getRequestListener(app.fetch);
  const headers = new Map(Object.entries(headersOfAll(config)));
  return numbered(config, (request, response) => {
    request.headers.host = config.baseUrl.host;
    response.setHeaders(headers);
    void answer(request, response);
  });
}

/** The same, with the share button answered in front of everything else. */
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

/** After the answer: which of the routes gave it. */
export function tellRoute(c: Context): void {
  const incoming: unknown = c.env?.incoming;
  // What stands in front of all routes has this pattern.
  const route = matchedRoutes(c).findLast(({ path }) => path !== "/*");
  if (incoming instanceof IncomingMessage && route !== undefined) noteRoute(incoming, route.path);
}
