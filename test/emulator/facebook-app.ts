/** An app that a person connects to the simulated Facebook over HTTP, as tests play it. */
import { createHmac } from "node:crypto";
import { z } from "zod";

export const demoApp = {
  clientId: "138483919580948",
  clientSecret: "sharewell-demo-secret",
  redirectUri: "http://127.0.0.1:4100/social/callback/facebook/",
};
/** The app's own token. */
export const appToken = `${demoApp.clientId}|${demoApp.clientSecret}`;
export const allScopes = "pages_show_list,pages_read_engagement,pages_manage_posts,business_management";
export const ana = "10224567890123456";
export const ben = "10224567890123457";
/**
 * Ana manages the bakery; the events come through a portfolio; on the mill she can only see insights. The records are
 * Ben's.
 */
export const bakery = "104523398765432";
export const events = "104523398765433";
export const mill = "104523398765434";
export const records = "104523398765435";
const allPages = [bakery, events, mill, records];

export type Fields = Readonly<Record<string, string>>;

/** A valid request for consent. `changes` override its parameters; `undefined` removes one. */
export function askConsent(changes: Readonly<Record<string, string | undefined>> = {}): Fields {
  const query = {
    client_id: demoApp.clientId,
    redirect_uri: demoApp.redirectUri,
    state: "a state",
    scope: allScopes,
    ...changes,
  };
  return Object.fromEntries(
    Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

export interface Choice {
  readonly account?: string;
  readonly decision?: "approve" | "refuse";
  /** What stays ticked. */
  readonly permissions?: readonly string[];
  readonly pages?: readonly string[];
}

/** The answer to the person's browser after they press a button on the consent page. */
export async function decide(origin: string, query: Fields, choice: Choice = {}): Promise<Response> {
  const { account = ana, decision = "approve", pages = allPages } = choice;
  const permissions = choice.permissions ?? query.scope?.split(/[\s,]/) ?? [];
  const form = [
    ...Object.entries({ ...query, account, decision }),
    ...permissions.map((name): [string, string] => ["permission", name]),
    ...pages.map((id): [string, string] => ["page", id]),
  ];
  return await fetch(`${origin}/v26.0/dialog/oauth`, {
    method: "POST",
    body: new URLSearchParams(form),
    redirect: "manual",
  });
}

export function locationOf(answer: Response): URL {
  return new URL(answer.headers.get("location") ?? "missing:");
}

export async function codeFor(origin: string, choice: Choice = {}, changes: Fields = {}): Promise<string> {
  const answer = await decide(origin, askConsent(changes), choice);
  return locationOf(answer).searchParams.get("code") ?? "";
}

/** Calls the token endpoint as the documentation does. */
export async function askToken(origin: string, query: Fields): Promise<Response> {
  const app = { client_id: demoApp.clientId, client_secret: demoApp.clientSecret };
  return await fetch(`${origin}/v26.0/oauth/access_token?${new URLSearchParams({ ...app, ...query })}`);
}

export async function exchange(origin: string, code: string, changes: Fields = {}): Promise<Response> {
  return await askToken(origin, { redirect_uri: demoApp.redirectUri, code, ...changes });
}

export async function lengthen(origin: string, token: string, changes: Fields = {}): Promise<Response> {
  return await askToken(origin, { grant_type: "fb_exchange_token", fb_exchange_token: token, ...changes });
}

const tokenSchema = z.object({ access_token: z.string().min(80) });

export async function shortToken(origin: string, choice: Choice = {}, changes: Fields = {}): Promise<string> {
  const answer = await exchange(origin, await codeFor(origin, choice, changes));
  return tokenSchema.parse(await answer.json()).access_token;
}

/** Runs the whole flow, to a person's token of sixty days. */
export async function connect(origin: string, choice: Choice = {}, changes: Fields = {}): Promise<string> {
  const answer = await lengthen(origin, await shortToken(origin, choice, changes));
  return tokenSchema.parse(await answer.json()).access_token;
}

/** Returns the Page's own token for a person's. */
export async function pageToken(origin: string, token: string, page = bakery): Promise<string> {
  const { body } = await call(origin, token, `GET /${page}?fields=access_token`);
  return tokenSchema.parse(body).access_token;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

/** Makes one Graph call with a bearer token. A body is sent as JSON. */
export async function call(
  origin: string,
  token: string,
  endpoint: `${"GET" | "POST" | "DELETE"} /${string}`,
  body?: unknown,
): Promise<Answer> {
  const [method = "GET", path = "/"] = endpoint.split(" ");
  return await told(
    fetch(`${origin}/v26.0${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }),
  );
}

export async function told(answer: Promise<Response>): Promise<Answer> {
  const { status, headers, ...got } = await answer.then(async (response) => ({
    status: response.status,
    headers: response.headers,
    body: z.unknown().parse(await response.json()),
  }));
  return { status, headers, body: got.body };
}

/** The app secret proof; with a time, its newer form. */
export function proofOf(token: string, secret: string, time?: number): string {
  const message = time === undefined ? token : `${token}|${time}`;
  return createHmac("sha256", secret).update(message).digest("hex");
}
