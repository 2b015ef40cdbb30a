/** The search of a simulated Mastodon server, for accounts (docs/networks/mastodon.md, section 4). */
import { Hono } from "hono";
import type { Env } from "../network.ts";
import { accountEntity, viewOf } from "./entities.ts";
import { type MastodonWorld, optionalPerson, refusal, serverOf } from "./oauth/access.ts";

const MOST = 40;

export function searchRoutes(world: MastodonWorld): Hono<Env> {
  const app = new Hono<Env>();
  app.get("/api/v2/search", (c) => {
    const server = serverOf(world, c);
    // A token is not needed, but one that is sent must permit the search.
    const reader = optionalPerson(world, c, "read:search");
    if (reader === undefined && server.switches.listForStrangers === "refused")
      throw refusal(server, "invalid-token");
    const words = c.req.query("q")?.trim() ?? "";
    if (words === "") return c.json({ error: "param is missing or the value is empty: q" }, 400);
    if (reader === undefined && (c.req.query("offset") ?? "") !== "")
      return c.json({ error: "Search queries pagination is not supported without authentication" }, 401);
    if (reader === undefined && c.req.query("resolve") === "true")
      return c.json(
        { error: "Search queries that resolve remote resources are not supported without authentication" },
        401,
      );
    const type = c.req.query("type") ?? "accounts";
    const limit = Math.min(Number(c.req.query("limit") ?? 20), MOST);
    const [name = "", host] = words.toLowerCase().replace(/^@/, "").split("@");
    const found = world.memory.accounts.filter(
      ({ username, displayName, server: home }) =>
        (username.toLowerCase().startsWith(name) ||
          (host === undefined && displayName.toLowerCase().startsWith(name))) &&
        (host === undefined || home.startsWith(host)),
    );
    const view = viewOf(world, c);
    const accounts = type === "accounts" ? found.slice(0, limit) : [];
    return c.json({
      accounts: accounts.map((account) => accountEntity(view, account)),
      statuses: [],
      hashtags: [],
    });
  });
  return app;
}
