/** The rate limits of a simulated Mastodon server (docs/networks/mastodon.md, section 5). */
import type { Context, MiddlewareHandler } from "hono";
import type { Env } from "../network.ts";
import { bearerOf, type MastodonWorld, Refusal, serverOf } from "./oauth/access.ts";

export interface Budget {
  /** The caller and the limit. */
  readonly key: string;
  readonly limit: number;
  readonly windowMs: number;
}

const minuteMs = 60_000;
const maxKeys = 5_000;

/** Applies to each new post of an account; its headers replace the general ones. */
export function statusBudget(accountId: string): Budget {
  return { key: `statuses ${accountId}`, limit: 300, windowMs: 180 * minuteMs };
}

/** Counts every API call and answers 429 when a budget is exhausted. */
export function limitCalls(world: MastodonWorld): MiddlewareHandler<Env> {
  return async (c, next) => {
    if (!serverOf(world, c).switches.rateLimits) return next();
    const budgets = budgetsOf(world, c);
    for (const budget of budgets) spend(world, budget);
    await next();
    const [first, ...others] = budgets;
    if (!first || c.res.headers.has("x-ratelimit-limit")) return;
    const tightest = others.reduce((a, b) => (remaining(world, b) < remaining(world, a) ? b : a), first);
    for (const [name, value] of rateHeaders(world, tightest)) c.res.headers.set(name, value);
  };
}

function budgetsOf(world: MastodonWorld, c: Context<Env>): Budget[] {
  const bearer = bearerOf(c);
  const token = world.memory.tokens.find(({ accessToken }) => accessToken === bearer);
  const { host, switches } = serverOf(world, c);
  const address: Budget = { key: `address ${host}`, limit: 300, windowMs: 5 * minuteMs };
  if (c.req.method === "POST" && c.req.path === "/api/v1/apps" && switches.software === "mastodon")
    return [address, { key: `apps ${host}`, limit: 5, windowMs: 10 * minuteMs }];
  if (!token || switches.limitsBy === "address") return [address];
  const who = token.accountId ?? token.clientId;
  const budgets: Budget[] = [
    { key: `token ${token.accessToken}`, limit: 300, windowMs: 5 * minuteMs },
    { key: `person ${who}`, limit: 1500, windowMs: 5 * minuteMs },
  ];
  const { method, path } = c.req;
  if (method === "POST" && path === "/api/v2/media")
    budgets.push({ key: `media ${who}`, limit: 30, windowMs: 30 * minuteMs });
  if (method === "DELETE" && path.startsWith("/api/v1/statuses/"))
    budgets.push({ key: `delete ${who}`, limit: 30, windowMs: 30 * minuteMs });
  return budgets;
}

/** Takes one from a budget. @throws {Refusal} 429 if nothing is left */
export function spend(world: MastodonWorld, budget: Budget): void {
  if (remaining(world, budget) === 0) throw new Refusal(tooMany(rateHeaders(world, budget)));
  const { rates } = world.memory;
  if (Object.keys(rates).length >= maxKeys) world.memory.rates = {};
  const windowStart = windowStartOf(world, budget);
  const spent = rates[budget.key];
  world.memory.rates[budget.key] = {
    windowStart,
    count: spent?.windowStart === windowStart ? spent.count + 1 : 1,
  };
}

function remaining(world: MastodonWorld, budget: Budget): number {
  const spent = world.memory.rates[budget.key];
  return budget.limit - (spent?.windowStart === windowStartOf(world, budget) ? spent.count : 0);
}

/** Windows are aligned to the clock, not to the first call. */
function windowStartOf(world: MastodonWorld, { windowMs }: Budget): number {
  return Math.floor(world.now().getTime() / windowMs) * windowMs;
}

export function rateHeaders(world: MastodonWorld, budget: Budget): [string, string][] {
  return [
    ["x-ratelimit-limit", String(budget.limit)],
    ["x-ratelimit-remaining", String(remaining(world, budget))],
    ["x-ratelimit-reset", new Date(windowStartOf(world, budget) + budget.windowMs).toISOString()],
  ];
}

function tooMany(headers: [string, string][]): Response {
  return Response.json({ error: "Too many requests" }, { status: 429, headers });
}

/** A 429 on demand: the app's, or bare HTML as from a proxy in front of it. */
export function tooManyRequests(world: MastodonWorld, withHeaders: boolean): Response {
  if (!withHeaders) {
    const html = "<html><head><title>429 Too Many Requests</title></head><body><h1>429</h1></body></html>";
    return new Response(html, { status: 429, headers: { "content-type": "text/html" } });
  }
  const windowMs = 5 * minuteMs;
  const reset = new Date((Math.floor(world.now().getTime() / windowMs) + 1) * windowMs);
  return tooMany([
    ["x-ratelimit-limit", "300"],
    ["x-ratelimit-remaining", "0"],
    ["x-ratelimit-reset", reset.toISOString()],
  ]);
}
