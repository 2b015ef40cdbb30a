/** Who calls Facebook's Graph API: token, version and proof are checked here, once for all calls (docs/networks/facebook.md, sections 1 and 2.9). */

import { createHmac } from "node:crypto";
import type { Context, ErrorHandler } from "hono";
import { z } from "zod";
import { isSame } from "../http/secrets.ts";
import { GraphRefusal } from "../meta/errors.ts";
import type { Env } from "../network.ts";
import type { FacebookApp, FacebookWorld, Page, Token } from "./memory.ts";
import { answerProblem, refusal, unknownPath } from "./problems.ts";
import { findGrant, findToken } from "./tokens.ts";

export interface FacebookCaller {
  readonly kind: "user" | "page" | "app";
  readonly app: FacebookApp;
  /** Absent: the app itself calls. */
  readonly token?: Token;
  /** The person behind the token; empty for the app itself. */
  readonly userId: string;
  readonly pageId?: string;
  /** What the person has granted the app at this moment. */
  readonly scopes: readonly string[];
}

const oldestVersion = 2;
const newestVersion = 26;
const proofLifeSeconds = 300;

/** Retired versions are served as the oldest live one. @throws {GraphRefusal} for one that is not out yet */
export function checkVersion(c: Context<Env>): void {
  if (!isVersion(c.req.param("version"))) throw unknownPath(c.req.path);
}

export function isVersion(version = ""): boolean {
  const number = Number(/^v(\d+\.\d+)$/.exec(version)?.[1] ?? Number.NaN);
  return number >= oldestVersion && number <= newestVersion;
}

const textsSchema = z.record(z.string(), z.unknown()).catch({});

/** Everything that a call brings, from its query and its body, JSON or form. Numbers and truths as text, lists as JSON. */
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
export async function readCaller(world: FacebookWorld, c: Context<Env>): Promise<FacebookCaller> {
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

function identify(world: FacebookWorld, presented: string): FacebookCaller {
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
export function findAppByToken(world: FacebookWorld, token: string): FacebookApp | undefined {
  const [clientId, secret] = token.split("|");
  const app = world.memory.apps.find((candidate) => candidate.clientId === clientId);
  return app && secret !== undefined && isSame(app.clientSecret, secret) ? app : undefined;
}

/** @throws {GraphRefusal} */
export function findApp(world: FacebookWorld, clientId: string | undefined): FacebookApp {
  const app = world.memory.apps.find((candidate) => candidate.clientId === clientId);
  if (!app) throw refusal("app-unknown");
  return app;
}

function checkProof(
  world: FacebookWorld,
  app: FacebookApp,
  token: string,
  { appsecret_proof: proof, appsecret_time: time }: Record<string, string>,
): void {
  if (proof === undefined) {
    if (app.requiresProof) throw refusal("proof-missing");
    return;
  }
  // A clock that was moved on here is not the caller's: its own is as good.
  const ages = [world.now().getTime(), Date.now()].map((now) => Math.abs(now / 1_000 - Number(time)));
  const age = Math.min(...ages);
  if (time !== undefined && !(age <= proofLifeSeconds)) throw refusal("proof-wrong");
  const signed = time === undefined ? token : `${token}|${time}`;
  const expected = createHmac("sha256", app.clientSecret).update(signed).digest("hex");
  if (!isSame(expected, proof)) throw refusal("proof-wrong");
}

/** After so many minutes one may call again. */
const regainMinutes = 19;

interface Budget {
  readonly key: string;
  /** 0: no end. */
  readonly size: number;
}

function budgetOf({ memory }: FacebookWorld, { pageId, app }: FacebookCaller): Budget {
  return pageId === undefined
    ? { key: `app:${app.clientId}`, size: memory.switches.appBudget }
    : { key: `page:${pageId}`, size: memory.switches.pageBudget };
}

function spendBudget(world: FacebookWorld, caller: FacebookCaller): void {
  const { key, size } = budgetOf(world, caller);
  const now = world.now().getTime();
  const before = world.memory.callsMade[key];
  const isOver = before === undefined || now - before.sinceMs >= regainMinutes * 60_000;
  const spent = isOver ? { sinceMs: now, count: 1 } : { ...before, count: before.count + 1 };
  world.memory.callsMade[key] = spent;
  if (size > 0 && spent.count > size) throw new GraphRefusal(overBudget(caller.pageId));
}

/** Of a Page's token, with the minutes after which it may call again; or of the app. */
export function overBudget(pageId: string | undefined): Response {
  const answer = answerProblem(pageId === undefined ? "app-limit" : "page-budget");
  const [name, value] = usageHeader(pageId, 100);
  answer.headers.set(name, value);
  return answer;
}

/** Usage is told once there is some, where there is a budget at all. */
function tellUsage(world: FacebookWorld, caller: FacebookCaller, c: Context<Env>): void {
  const { key, size } = budgetOf(world, caller);
  const percent = size === 0 ? 0 : Math.floor(((world.memory.callsMade[key]?.count ?? 0) / size) * 100);
  if (percent > 0) c.header(...usageHeader(caller.pageId, percent));
}

/** Per cent of what may be called; for Pages also the minutes until it may be called again. */
function usageHeader(pageId: string | undefined, percent: number): [name: string, value: string] {
  const part = Math.ceil(percent / 4);
  const use = { call_count: percent, total_cputime: part, total_time: part };
  if (pageId === undefined) return ["x-app-usage", JSON.stringify(use)];
  const regain = { estimated_time_to_regain_access: percent < 100 ? 0 : regainMinutes };
  return ["x-business-use-case-usage", JSON.stringify({ [pageId]: [{ type: "pages", ...use, ...regain }] })];
}

/** The Pages that this caller's person ticked and has a role on, as far as the granted permissions show them. */
export function visiblePages(world: FacebookWorld, { userId, app, scopes }: FacebookCaller): Page[] {
  const ticked = findGrant(world, { clientId: app.clientId, accountId: userId })?.pageIds ?? [];
  return world.memory.pages.filter((page) => {
    const role = page.roles.find(({ accountId }) => accountId === userId);
    if (!role || !ticked.includes(page.id)) return false;
    return role.through === "page" || scopes.includes("business_management");
  });
}

/** Answers what was refused. */
export const answerRefusal: ErrorHandler<Env> = (error) => {
  if (error instanceof GraphRefusal) return error.response;
  throw error;
};
