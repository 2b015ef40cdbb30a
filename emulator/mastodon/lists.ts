/** Lists an account's statuses on a simulated Mastodon server, and decides who may see which (docs/networks/mastodon.md, section 4). */
import { type Context, Hono } from "hono";
import { type Env, originOf } from "../network.ts";
import { statusEntity, viewOf } from "./entities.ts";
import type { Server, Status } from "./memory.ts";
import {
  type Caller,
  covers,
  type MastodonWorld,
  optionalPerson,
  refusal,
  requireToken,
  serverOf,
} from "./oauth/access.ts";

/** The length of the list that a partial server claims to be complete. */
const partSize = 1;

export function listRoutes(world: MastodonWorld): Hono<Env> {
  const app = new Hono<Env>();
  app.get("/api/v1/accounts/:id/statuses", (c) => {
    const server = serverOf(world, c);
    const reader = readerOf(world, c);
    const author = world.memory.accounts.find(
      (account) => account.server === server.host && isNamed(account.apiId, c.req.param("id")),
    );
    if (!author) throw refusal(server, "not-found");
    const seen = world.memory.posts.filter(
      (status) => status.accountId === author.id && maySee(reader, status),
    );
    const page = pageOf(listed(world, server, seen, reader), c, server);
    const view = viewOf(world, c);
    return c.json(page.map((status) => statusEntity(view, status)));
  });
  return app;
}

/** Finds it by its id, or by the number that some servers use instead. */
export function isNamed(id: string, told: string | undefined): boolean {
  return id === told || id.slice(-9).replace(/^0+/, "") === told;
}

/** The reader: anonymous, or the token's person, depending on how the server checks scopes. */
export function readerOf(world: MastodonWorld, c: Context<Env>): Caller | undefined {
  const server = serverOf(world, c);
  const { listScope, listForStrangers } = server.switches;
  if (!c.req.header("authorization")) {
    if (listForStrangers === "refused") throw refusal(server, "invalid-token");
    return undefined;
  }
  if (listScope === "needed") return optionalPerson(world, c, "read:statuses");
  const token = requireToken(world, c);
  if (listScope === "as-stranger" && !covers(token.scopes, "read:statuses")) return undefined;
  const account = world.memory.accounts.find(({ id }) => id === token.accountId);
  return account && { server, token, account };
}

/** In the server's order, without hidden statuses. */
function listed(
  world: MastodonWorld,
  { switches }: Server,
  seen: readonly Status[],
  reader: Caller | undefined,
): Status[] {
  const shownUntil = world.now().getTime() - switches.listLagSeconds * 1000;
  const isShown = ({ createdAt, visibility }: Status) =>
    !(switches.listHides === "private" && visibility === "private") &&
    (switches.listLagSeconds === 0 || Date.parse(createdAt) <= shownUntil);
  const shown = seen.filter(isShown);
  const known = !reader && switches.listForStrangers === "partial" ? shown.slice(0, partSize) : shown;
  return switches.listOrder === "oldest-first" ? [...known] : known.toReversed();
}

export function maySee(reader: Caller | undefined, status: Status): boolean {
  if (status.deletedAt) return false;
  if (status.visibility === "public" || status.visibility === "unlisted") return true;
  return reader?.account.id === status.accountId;
}

/** A page of statuses, newest first, with the `Link` header to its neighbours. */
function pageOf(newestFirst: readonly Status[], c: Context<Env>, { switches }: Server): Status[] {
  if (switches.listPages === "first-alone" && c.req.query("max_id")) return [];
  const limit = Math.min(Math.max(Number(c.req.query("limit") ?? 20) || 20, 1), switches.listPageMost);
  const at = (name: string) => newestFirst.findIndex(({ id }) => isNamed(id, c.req.query(name)));
  const after = switches.listPages === "repeated" ? -1 : at("max_id");
  const since = at("since_id");
  const nearest = at("min_id");
  const start = after + 1;
  const end = since === -1 ? newestFirst.length : since;
  const page =
    nearest === -1
      ? newestFirst.slice(start, end).slice(0, limit)
      : newestFirst.slice(start, nearest).slice(-limit);
  const [newest, oldest] = [page.at(0), page.at(-1)];
  if (newest && oldest) {
    const link = (rel: string, name: string, id: string) => {
      const url = new URL(c.req.path, originOf(c.req.raw));
      url.searchParams.set("limit", String(limit));
      url.searchParams.set(name, id);
      return `<${url.href}>; rel="${rel}"`;
    };
    const hasMore = newestFirst.at(-1) !== oldest;
    const links = [
      ...(hasMore ? [link("next", "max_id", oldest.id)] : []),
      link("prev", "min_id", newest.id),
    ];
    c.header("link", links.join(", "));
  }
  return page;
}
