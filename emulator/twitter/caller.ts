/** Authenticates callers of the simulated X, checks scopes and rate limits, and charges credits (docs/networks/x.md, sections 6 and 7). */
import { randomBytes } from "node:crypto";
import type { Context, ErrorHandler, MiddlewareHandler } from "hono";
import { routePath } from "hono/route";
import type { Env } from "../network.ts";
import { findGrant } from "./grants.ts";
import type { App, Grant, TwitterAccount, TwitterWorld } from "./memory.ts";
import { contentTypeOf, namedProblem, Refusal } from "./problems.ts";

export interface Caller {
  readonly account: TwitterAccount;
  readonly app: App;
  readonly grant: Grant;
}

export interface CallerEnv extends Env {
  Variables: { caller: Caller };
}

export interface Needs {
  /** All of them. */
  readonly scopes: readonly string[];
  /** Calls per account and 15 minutes. */
  readonly limit: number;
  readonly writes?: boolean;
  readonly isPost?: boolean;
}

/** US dollars. A refused call costs nothing. */
export const prices = {
  post: 0.015,
  postWithLink: 0.2,
  summonedReply: 0.01,
  altText: 0.005,
  user: 0.01,
  readPost: 0.005,
  deletion: 0.01,
};

const quarterMs = 15 * 60 * 1000;
const dayMs = 24 * 60 * 60 * 1000;
const postsPerAppAndDay = 10_000;
const freePostsPerUserAndDay = 17;

/** Runs before the handler of every endpoint that acts for a person. */
export function actingForUser(world: TwitterWorld, needs: Needs): MiddlewareHandler<CallerEnv> {
  return async (c, next) => {
    const caller = findCaller(world, c.req.header("authorization"));
    c.header("x-access-level", caller.grant.permission);
    countCall(world, caller, needs, c);
    refuseStanding(world, caller, needs);
    c.set("caller", caller);
    await next();
  };
}

/** Turns a refusal into X's answer. */
export const answerRefusal: ErrorHandler<Env> = (error, c) => {
  if (!(error instanceof Refusal)) throw error;
  const { problem, headers } = error;
  for (const [name, value] of Object.entries(headers)) c.header(name, value);
  return c.body(JSON.stringify(problem.body), {
    status: problem.status,
    headers: { "content-type": contentTypeOf(problem) },
  });
};

export const withTransactionId: MiddlewareHandler<Env> = async (c, next) => {
  c.header("x-transaction-id", randomBytes(8).toString("hex"));
  await next();
};

export function charge(app: App, dollars: number): void {
  if (app.plan === "pay-per-use") app.credits = Math.round((app.credits - dollars) * 1000) / 1000;
}

function findCaller(world: TwitterWorld, authorization: string | undefined): Caller {
  const token = /^Bearer (\S+)$/i.exec(authorization ?? "")?.[1];
  const grant = token === undefined ? undefined : findGrant(world, token);
  const account = world.memory.accounts.find(({ id }) => id === grant?.accountId);
  const app = world.memory.apps.find(({ clientId }) => clientId === grant?.clientId);
  if (!grant || !account || !app) throw refusal(world, "unauthorized");
  return { account, app, grant };
}

function refuseStanding(world: TwitterWorld, { account, app, grant }: Caller, needs: Needs): void {
  if (!app.enrolled) throw refusal(world, "client-forbidden");
  if (account.state === "suspended") throw refusal(world, "user-suspended");
  if (account.state === "locked") throw refusal(world, "account-locked");
  if (needs.writes && grant.permission === "read") throw refusal(world, "oauth1-permissions");
  if (needs.scopes.some((scope) => !grant.scopes.includes(scope))) throw refusal(world, "scope-missing");
  if (app.plan === "pay-per-use" && app.credits <= 0) {
    throw refusal(world, world.memory.switches.creditsAnswer === "older" ? "credits-older" : "credits-newer");
  }
}

/** Sets the rate headers of the answer. Calls that are refused later count too. */
function countCall(world: TwitterWorld, { account, app }: Caller, needs: Needs, c: Context<CallerEnv>): void {
  const limit = needs.isPost ? world.memory.switches.postsPerWindow : needs.limit;
  const endpoint = `${c.req.method} ${routePath(c)}`;
  const counts = [
    {
      prefix: "x-rate-limit",
      isShown: true,
      ...take(world, `${app.clientId} ${account.id} ${endpoint}`, limit, quarterMs),
    },
  ];
  if (needs.isPost) {
    const isFree = app.plan === "free";
    const byApp = take(world, `${app.clientId} posts`, postsPerAppAndDay, dayMs);
    counts.push({ prefix: "x-app-limit-24hour", isShown: isFree, ...byApp });
    if (isFree) {
      const byUser = take(world, `${app.clientId} ${account.id} posts`, freePostsPerUserAndDay, dayMs);
      counts.push({ prefix: "x-user-limit-24hour", isShown: true, ...byUser });
    }
  }
  for (const { prefix, isShown, isOver, headers } of counts) {
    if (!isShown && !isOver) continue;
    for (const [name, value] of Object.entries(headers)) c.header(`${prefix}-${name}`, value);
  }
  if (counts.some(({ isOver }) => isOver)) throw refusal(world, "too-many-requests");
}

/** Counts a call in its window, which starts with the first call. */
function take(world: TwitterWorld, key: string, limit: number, lengthMs: number) {
  const nowMs = world.now().getTime();
  const known = world.memory.windows[key];
  const window = known && known.startedAtMs + lengthMs > nowMs ? known : { startedAtMs: nowMs, calls: 0 };
  const isOver = window.calls >= limit;
  if (!isOver) window.calls += 1;
  world.memory.windows[key] = window;
  return { isOver, headers: limitHeaders(limit, limit - window.calls, window.startedAtMs + lengthMs) };
}

export function limitHeaders(limit: number, remaining: number, resetMs: number): Record<string, string> {
  return { limit: String(limit), remaining: String(remaining), reset: String(Math.ceil(resetMs / 1000)) };
}

export function refusal(world: TwitterWorld, name: Parameters<typeof namedProblem>[0]): Refusal {
  return new Refusal(namedProblem(name, world.memory.switches.problemOrigin));
}
