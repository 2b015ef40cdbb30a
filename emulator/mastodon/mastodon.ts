/** The simulated Mastodon: several servers on one port, told apart by their host. */
import { type Context, Hono, type MiddlewareHandler } from "hono";
import { type Env, type Network, originOf } from "../network.ts";
import { alterAccount, alterSwitches, controls } from "./controls.ts";
import { discoveryRoutes, misskeyMetadata } from "./discovery.ts";
import { ownAccountEntity, userinfoEntity, viewOf } from "./entities.ts";
import { listRoutes } from "./lists.ts";
import { mediaRoutes } from "./media.ts";
import { type MastodonMemory, memorySchema } from "./memory.ts";
import {
  type Caller,
  findServer,
  type MastodonWorld,
  Refusal,
  refusal,
  requirePerson,
  serverOf,
} from "./oauth/access.ts";
import { appRoutes } from "./oauth/apps.ts";
import { authorizeRoutes } from "./oauth/authorize.tsx";
import { revocationRoutes } from "./oauth/revocation.ts";
import { tokenRoutes } from "./oauth/token.ts";
import { pageRoutes } from "./pages.tsx";
import { limitCalls, tooManyRequests } from "./rates.ts";
import { isFrom } from "./releases.ts";
import { searchRoutes } from "./search.ts";
import { beginMemory } from "./servers.ts";
import { makeDue, statusRoutes } from "./statuses.ts";

export const mastodonNetwork: Network<MastodonMemory> = {
  name: "mastodon",
  label: "Mastodon",
  memory: memorySchema,
  begin: beginMemory,
  tooManyRequests,
  alterAccount,
  switches: alterSwitches,
  controls,
  timePassed: makeDue,

  endToken(world, token, how) {
    for (const kept of world.memory.tokens) {
      if (kept.accessToken === token) kept.endedBy = how;
      if (kept.refreshToken === token) kept.endedBy = "revoked";
    }
  },

  routes(world) {
    const app = new Hono<Env>();
    app.onError((error, _c) => {
      if (error instanceof Refusal) return error.answer;
      throw error;
    });
    app.use(answerByHost(world));
    app.use("/api/*", limitCalls(world));
    app.route("/", discoveryRoutes(world));
    app.route("/", appRoutes(world));
    app.route("/", authorizeRoutes(world));
    app.route("/", tokenRoutes(world));
    app.route("/", revocationRoutes(world));
    app.route("/", accountRoutes(world));
    app.route("/", mediaRoutes(world));
    app.route("/", statusRoutes(world));
    app.route("/", listRoutes(world));
    app.route("/", searchRoutes(world));
    app.route("/", pageRoutes(world));
    app.all("*", (c) => {
      throw refusal(serverOf(world, c), "not-found");
    });
    return app;
  },
};

function accountRoutes(world: MastodonWorld): Hono<Env> {
  const app = new Hono<Env>();

  app.get("/api/v1/accounts/verify_credentials", (c) => {
    const { account } = whoAsks(world, c);
    return c.json(ownAccountEntity(viewOf(world, c), account));
  });

  app.get("/oauth/userinfo", (c) => {
    const server = serverOf(world, c);
    if (!isFrom(server.switches, "4.4")) throw refusal(server, "not-found");
    const { account } = requirePerson(world, c, ["profile"]);
    return c.json(userinfoEntity(viewOf(world, c), account));
  });

  return app;
}

/** Some servers fail on a dead token here. */
function whoAsks(world: MastodonWorld, c: Context<Env>): Caller {
  try {
    return requirePerson(world, c, ["profile", "read:accounts"]);
  } catch (error) {
    if (serverOf(world, c).switches.deadTokenCheck === "401") throw error;
    throw new Refusal(Response.json({ error: "Internal Server Error" }, { status: 500 }));
  }
}

const plainPage = "<!doctype html><html lang=en><title>Welcome</title><p>This is a web site.</p></html>";

/** Hosts without a Mastodon server: an account domain, Misskey, a website, or unknown. */
function answerByHost(world: MastodonWorld): MiddlewareHandler<Env> {
  return async (c, next) => {
    const { hostname, port } = new URL(originOf(c.req.raw));
    const webDomain = world.memory.servers.find(({ accountDomain }) => accountDomain === hostname);
    if (webDomain)
      return answerOnAccountDomain(c, port === "" ? webDomain.host : `${webDomain.host}:${port}`);
    const server = findServer(world, c.req.raw);
    if (!server) return c.json({ error: "No such server" }, 421);
    const { movedTo, userAgents } = server.switches;
    if (movedTo !== "") return redirectElsewhere(c, port === "" ? movedTo : `${movedTo}:${port}`);
    if (userAgents === "named" && !isNamedClient(c.req.header("user-agent")))
      return c.html("<h1>403 Forbidden</h1>", 403);
    if (server.switches.api === "html") return c.html(plainPage);
    if (server.switches.api === "misskey") {
      if (c.req.path === "/.well-known/oauth-authorization-server") return misskeyMetadata(c);
      if (/^\/(api|oauth)\//.test(c.req.path)) return c.json(misskeyMissing, 404);
    }
    const accept = c.req.header("accept");
    const takesJson = accept === undefined || /\*\/\*|application\/(\*|json)/.test(accept);
    if (server.switches.strictAccept && c.req.path.startsWith("/api/") && !takesJson)
      return c.json({ error: "Not Acceptable: no acceptable content type" }, 406);
    return next();
  };
}

function redirectElsewhere(c: Context<Env>, host: string): Response {
  const { pathname, search } = new URL(c.req.url);
  return c.redirect(`http://${host}${pathname}${search}`, 301);
}

/** The names of libraries say nothing about who calls. */
function isNamedClient(userAgent = ""): boolean {
  return userAgent !== "" && !/^(node|undici|axios|got|curl|python)\b/i.test(userAgent);
}

const misskeyMissing = { error: { message: "Unknown API endpoint.", code: "UNKNOWN_API_ENDPOINT" } };

/** The domain in people's handles is a separate website that only redirects webfinger to the server. */
function answerOnAccountDomain(c: Context<Env>, webHost: string): Response | Promise<Response> {
  if (c.req.path !== "/.well-known/webfinger") return c.html(plainPage, c.req.path === "/" ? 200 : 404);
  const { search } = new URL(c.req.url);
  return c.redirect(`http://${webHost}/.well-known/webfinger${search}`, 301);
}
