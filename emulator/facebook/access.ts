/** Checks the token, version and proof of all calls to Facebook's Graph API (docs/networks/facebook.md, sections 1 and 2.9). */

import { createHmac } from "node:crypto";
import type { Context, ErrorHandler } from "hono";
import { z } from "zod";
import { isSame } from "../http/secrets.ts";
import { GraphRefusal } from "../meta/errors.ts";
import type { Env } from "../network.ts";
import type { App, FacebookWorld, Page, Token } from "./memory.ts";
import { answerProblem, refusal, unknownPath } from "./problems.ts";
import { findGrant, findToken } from "./tokens.ts";

export interface Caller {
  readonly kind: "user" | "page" | "app";
  readonly app: App;
  /** Absent if the app itself calls. */
  readonly token?: Token;
  /** The token's person; empty for the app itself. */
  readonly userId: string;
  readonly pageId?: string;
  /** The permissions that the person currently grants. */
  readonly scopes: readonly string[];
}

const oldestVersion = 2;
const newestVersion = 26;
const proofLifeSeconds = 300;

/** Retired versions are served as the oldest live one. @throws {GraphRefusal} for future versions */
export function checkVersion(c: Context<Env>): void {
  if (!isVersion(c.req.param("version"))) throw unknownPath(c.req.path);
}

export function isVersion(version = ""): boolean {
  const number = Number(/^v(\d+\.\d+)$/.exec(version)?.[1] ?? Number.NaN);
  return number >= oldestVersion && number <= newestVersion;
}

const textsSchema = z.record(z.string(), z.unknown()).catch({});

/** The parameters of a call, from its query and its body (JSON or form). Numbers and booleans as text, lists as JSON. */
export async function readParameters(c: Context<Env>): Promise<Record<string, string>> {
  const isJson = c.req.header("content-type")?.startsWith("application/json");
  const hasBody = c.req.method === "POST" || c.req.method === "DELETE";
  const body: unknown = !hasBody
    ? {}
    : isJson
      ? await c.req.json().catch(() => ({}))
      : await c.req.parseBody().catch(() => ({}));
  const texts = Object.entries(textsSchema.parse(body))
    .filter(([, value]) => value !== null && value !== undefined && !(value instanceof File))
    .map(([name, value]) => [name, typeof value === "string" ? value : JSON.stringify(value)]);
  return { ...c.req.query(), ...Object.fromEntries(texts) };
}

/** @throws {GraphRefusal} */
export async function readCaller(world: FacebookWorld, c: Context<Env>): Promise<Caller> {
  checkVersion(c);
  const parameters = await readParameters(c);
  const presented =
    /^(?:Bearer|OAuth) (\S+)$/i.exec(c.req.header("authorization") ?? "")?.[1] ?? parameters.access_token;
  if (!presented) throw refusal(isAboutMe(c) ? "me-without-token" : "token-missing");
  const caller = identify(world, presented);
  checkProof(world, caller.app, presented, parameters);
  spendBudget(world, caller);
  tellUsage(world, caller, c);
  return caller;
}

function isAboutMe(c: Context<Env>): boolean {
  return c.req.path.split("/")[2] === "me";
}

function identify(world: FacebookWorld, presented: string): Caller {
  const itself = findAppByToken(world, presented);
  if (itself) return { kind: "app", app: itself, userId: "", scopes: [] };
  const token = findToken(world, presented);
  const app = findApp(world, token.clientId);
  const scopes = findGrant(world, token)?.granted ?? [];
  return {
    ...{ kind: token.kind, app, token, userId: token.accountId, scopes },
    ...(token.pageId !== undefined && { pageId: token.pageId }),
  };
}

/** "{app-id}|{app-secret}" stands for the app itself. */
export function findAppByToken(world: FacebookWorld, token: string): App | undefined {
  const [clientId, secret] = token.split("|");
  const app = world.memory.apps.find((candidate) => candidate.clientId === clientId);
  return app && secret !== undefined && isSame(app.clientSecret, secret) ? app : undefined;
}

/** @throws {GraphRefusal} */
export function findApp(world: FacebookWorld, clientId: string | undefined): App {
  const app = world.memory.apps.find((candidate) => candidate.clientId === clientId);
  if (!app) throw refusal("app-unknown");
  return app;
}

function checkProof(
  world: FacebookWorld,
  app: App,
  token: string,
  { appsecret_proof: proof, appsecret_time: time }: Record<string, string>,
): void {
  if (proof === undefined) {
    if (app.requiresProof) throw refusal("proof-missing");
    return;
  }
  // If this clock was advanced, the caller's was not: real time is accepted too.
  const ages = [world.now().getTime(), Date.now()].map((now) => Math.abs(now / 1_000 - Number(time)));
  const age = Math.min(...ages);
  if (time !== undefined && !(age <= proofLifeSeconds)) throw refusal("proof-wrong");
  const signed = time === undefined ? token : `${token}|${time}`;
  const expected = createHmac("sha256", app.clientSecret).update(signed).digest("hex");
  if (!isSame(expected, proof)) throw refusal("proof-wrong");
}

/** The minutes until the next call is allowed. */
const regainMinutes = 19;

interface Budget {
  readonly key: string;
  /** 0 for no limit. */
  readonly size: number;
}

function budgetOf({ memory }: FacebookWorld, { pageId, app }: Caller): Budget {
  return pageId === undefined
    ? { key: `app:${app.clientId}`, size: memory.switches.appBudget }
    : { key: `page:${pageId}`, size: memory.switches.pageBudget };
}

function spendBudget(world: FacebookWorld, caller: Caller): void {
  const { key, size } = budgetOf(world, caller);
  const now = world.now().getTime();
  const before = world.memory.callsMade[key];
  const isOver = before === undefined || now - before.sinceMs >= regainMinutes * 60_000;
  const spent = isOver ? { sinceMs: now, count: 1 } : { ...before, count: before.count + 1 };
  world.memory.callsMade[key] = spent;
  if (size > 0 && spent.count > size) throw new GraphRefusal(overBudget(caller.pageId));
}

/** The limit of a Page's token, with the minutes until the next call; or that of the app. */
export function overBudget(pageId: string | undefined): Response {
  const answer = answerProblem(pageId === undefined ? "app-limit" : "page-budget");
  const [name, value] = usageHeader(pageId, 100);
  answer.headers.set(name, value);
  return answer;
}

/** Sends the usage headers, if there is a budget and some usage. */
function tellUsage(world: FacebookWorld, caller: Caller, c: Context<Env>): void {
  const { key, size } = budgetOf(world, caller);
  const percent = size === 0 ? 0 : Math.floor(((world.memory.callsMade[key]?.count ?? 0) / size) * 100);
  if (percent > 0) c.header(...usageHeader(caller.pageId, percent));
}

/** Per cent of the budget; for Pages also the minutes until the next call. */
function usageHeader(pageId: string | undefined, percent: number): [name: string, value: string] {
  const part = Math.ceil(percent / 4);
  const use = { call_count: percent, total_cputime: part, total_time: part };
  if (pageId === undefined) return ["x-app-usage", JSON.stringify(use)];
  const regain = { estimated_time_to_regain_access: percent < 100 ? 0 : regainMinutes };
  return ["x-business-use-case-usage", JSON.stringify({ [pageId]: [{ type: "pages", ...use, ...regain }] })];
}

/** The Pages that the person ticked and has a role on, as far as the granted permissions reveal them. */
export function visiblePages(world: FacebookWorld, { userId, app, scopes }: Caller): Page[] {
  const ticked = findGrant(world, { clientId: app.clientId, accountId: userId })?.pageIds ?? [];
  return world.memory.pages.filter((page) => {
    const role = page.roles.find(({ accountId }) => accountId === userId);
    if (!role || !ticked.includes(page.id)) return false;
    return role.through === "page" || scopes.includes("business_management");
  });
}

/** Turns a refusal into the network's answer. */
export const answerRefusal: ErrorHandler<Env> = (error) => {
  if (error instanceof GraphRefusal) return error.response;
  throw error;
};
