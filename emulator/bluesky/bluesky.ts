/**
 * The simulated Bluesky, as the reference server of its protocol answers (docs/testing/witnesses.md): servers with records,
 * the one that signs people in, the directory of DIDs and the pages, on one port.
 */
import { type ErrorHandler, Hono, type MiddlewareHandler } from "hono";
import { cors } from "hono/cors";
import type { Env, Network } from "../network.ts";
import { readCaller } from "./caller.ts";
import { alterAccount, alterSwitches, controls } from "./controls.ts";
import { identityRoutes } from "./identity.ts";
import { type BlueskyMemory, type BlueskyWorld, begin, memorySchema } from "./memory.ts";
import { authorizeRoutes } from "./oauth/authorize.tsx";
import { metadataRoutes } from "./oauth/metadata.ts";
import { parRoutes } from "./oauth/par.ts";
import { endToken } from "./oauth/sessions.ts";
import { tokenRoutes } from "./oauth/token.ts";
import { pageRoutes } from "./pages.tsx";
import { peopleRoutes } from "./people.ts";
import { Refusal, refusal } from "./problems.ts";
import { limitCalls, tooManyRequests } from "./rates.ts";
import { blobRoutes } from "./repo/blobs.ts";
import { readingRoutes } from "./repo/reading.ts";
import { writingRoutes } from "./repo/writing.ts";

export type { BlueskyMemory } from "./memory.ts";

export const blueskyNetwork: Network<BlueskyMemory> = {
  name: "bluesky",
  label: "Bluesky",
  memory: memorySchema,
  begin,
  routes: blueskyRoutes,
  endToken,
  tooManyRequests,
  alterAccount,
  switches: alterSwitches,
  controls,
};

function blueskyRoutes(world: BlueskyWorld): Hono<Env> {
  const app = new Hono<Env>();
  app.onError(answerRefusal);
  app.use("/xrpc/*", cors());
  app.use(withCharset);
  app.use("/xrpc/*", limitCalls(world));
  app.route("/", metadataRoutes(world));
  app.route("/", parRoutes(world));
  app.route("/", authorizeRoutes(world));
  app.route("/", tokenRoutes(world));
  app.route("/", identityRoutes(world));
  app.route("/", peopleRoutes(world));
  app.route("/", readingRoutes(world));
  app.route("/", writingRoutes(world));
  app.route("/", blobRoutes(world));
  app.route("/", pageRoutes(world));
  // The real server passes them on to the application's servers, for people who are signed in.
  app.all("/xrpc/:method", async (c) => {
    await readCaller(world, c);
    throw refusal(501, "MethodNotImplemented", `Method not implemented: ${c.req.param("method")}`);
  });
  app.all("*", (c) => c.json({ error: "NotFound", message: `Cannot ${c.req.method} ${c.req.path}` }, 404));
  return app;
}

/** As the reference server says it, except by its OAuth endpoints. */
const withCharset: MiddlewareHandler<Env> = async (c, next) => {
  await next();
  const isOAuth = /^\/oauth\/|^\/.well-known\/oauth-authorization-server$/.test(c.req.path);
  if (!isOAuth && c.res.headers.get("content-type") === "application/json")
    c.header("content-type", "application/json; charset=utf-8");
};

const answerRefusal: ErrorHandler<Env> = (error, c) => {
  if (!(error instanceof Refusal)) throw error;
  const answer = error.response();
  for (const [name, value] of answer.headers) c.header(name, value);
  return c.newResponse(answer.body, answer);
};
