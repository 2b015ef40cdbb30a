/** The rate limits of the simulated Bluesky: calls per address, and points for writing per account. */
import type { Context, MiddlewareHandler } from "hono";
import type { Env } from "../network.ts";
import type { BlueskyWorld } from "./memory.ts";
import { Refusal } from "./problems.ts";

export interface Budget {
  readonly key: string;
  readonly limit: number;
  readonly windowSeconds: number;
}

const hourSeconds = 3_600;
const allCalls: Budget = { key: "address", limit: 3_000, windowSeconds: 300 };
const mostKeys = 5_000;

/** 5,000 points an hour and 35,000 a day: 3 to create, 2 to update, 1 to delete. */
export function writeBudgets(did: string): Budget[] {
  return [
    { key: `hour ${did}`, limit: 5_000, windowSeconds: hourSeconds },
    { key: `day ${did}`, limit: 35_000, windowSeconds: 24 * hourSeconds },
  ];
}

export function uploadBudgets(did: string): Budget[] {
  return [{ key: `uploads ${did}`, limit: 1_000, windowSeconds: 24 * hourSeconds }];
}

export function limitCalls(world: BlueskyWorld): MiddlewareHandler<Env> {
  return async (c, next) => {
    spend(world, c, [allCalls], 1);
    await next();
  };
}

/** Shows the tightest budget in the answer's headers. @throws {Refusal} 429 if one is exhausted */
export function spend(
  world: BlueskyWorld,
  c: Context<Env>,
  budgets: readonly Budget[],
  points: number,
): void {
  if (!world.memory.switches.rateLimits) return;
  for (const budget of budgets) {
    const left = take(world, budget, points);
    const headers = rateHeaders(world, budget, Math.max(0, left));
    if (left < 0) throw tooMany(world, headers);
    const shown = Number(c.res.headers.get("ratelimit-remaining") ?? Number.POSITIVE_INFINITY);
    if (left < shown) for (const [name, value] of Object.entries(headers)) c.header(name, value);
  }
}

function take(world: BlueskyWorld, budget: Budget, points: number): number {
  const { memory } = world;
  if (Object.keys(memory.rates).length >= mostKeys) memory.rates = {};
  const windowStart = windowStartOf(world, budget);
  const before = memory.rates[budget.key];
  const taken = (before?.windowStart === windowStart ? before.count : 0) + points;
  memory.rates[budget.key] = { windowStart, count: taken };
  return budget.limit - taken;
}

function windowStartOf(world: BlueskyWorld, { windowSeconds }: Budget): number {
  return Math.floor(world.now().getTime() / 1_000 / windowSeconds) * windowSeconds;
}

function rateHeaders(world: BlueskyWorld, budget: Budget, left: number): Record<string, string> {
  return {
    "ratelimit-limit": String(budget.limit),
    "ratelimit-remaining": String(left),
    "ratelimit-reset": String(windowStartOf(world, budget) + budget.windowSeconds),
    "ratelimit-policy": `${budget.limit};w=${budget.windowSeconds}`,
  };
}

function tooMany(world: BlueskyWorld, headers: Record<string, string>): Refusal {
  const waitSeconds = Number(headers["ratelimit-reset"]) - Math.floor(world.now().getTime() / 1_000);
  const more = world.memory.switches.retryAfter ? { "retry-after": String(waitSeconds) } : {};
  return new Refusal(
    429,
    { error: "RateLimitExceeded", message: "Rate Limit Exceeded" },
    { ...headers, ...more },
  );
}

/** A 429 on demand: the server's, or bare HTML as from a proxy in front of it. */
export function tooManyRequests(world: BlueskyWorld, withHeaders: boolean): Response {
  if (withHeaders) return tooMany(world, rateHeaders(world, allCalls, 0)).response();
  const html = "<html><head><title>429 Too Many Requests</title></head><body><h1>429</h1></body></html>";
  return new Response(html, { status: 429, headers: { "content-type": "text/html" } });
}
