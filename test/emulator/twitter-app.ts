/** An app that a person connects to the simulated X over HTTP, as tests play it. */
import { createHash, randomBytes } from "node:crypto";
import { z } from "zod";

export const demoApp = {
  clientId: "sharewell-demo",
  clientSecret: "sharewell-demo-secret",
  redirectUri: "http://127.0.0.1:4100/social/callback/twitter/",
};
export const allScopes = "tweet.read tweet.write users.read offline.access media.write";
export const ana = "1102394857263748501";
export const ben = "1102394857263748502";

const tokensSchema = z.strictObject({
  token_type: z.literal("bearer"),
  expires_in: z.literal(7200),
  access_token: z.string().min(80),
  scope: z.string(),
  refresh_token: z.string().min(80).optional(),
});
export type TokenAnswer = z.infer<typeof tokensSchema>;

export interface Asked {
  readonly verifier: string;
  readonly query: Record<string, string>;
}

/** A valid request for consent. `changes` override its parameters; `undefined` removes one. */
export function askConsent(changes: Readonly<Record<string, string | undefined>> = {}): Asked {
  const verifier = randomBytes(32).toString("base64url");
  const query = {
    response_type: "code",
    client_id: demoApp.clientId,
    redirect_uri: demoApp.redirectUri,
    scope: allScopes,
    state: "a state",
    code_challenge: createHash("sha256").update(verifier).digest("base64url"),
    code_challenge_method: "S256",
    ...changes,
  };
  const given = Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return { verifier, query: Object.fromEntries(given) };
}

/** The answer to the person's browser after they press a button on the consent page. */
export async function decide(
  origin: string,
  { query }: Asked,
  decision: "approve" | "refuse" = "approve",
  account = ana,
): Promise<Response> {
  return fetch(`${origin}/i/oauth2/authorize`, {
    method: "POST",
    body: new URLSearchParams({ ...query, account, decision }),
    redirect: "manual",
  });
}

export function locationOf(answer: Response): URL {
  return new URL(answer.headers.get("location") ?? "missing:");
}

export async function codeFor(origin: string, asked: Asked, account = ana): Promise<string> {
  return locationOf(await decide(origin, asked, "approve", account)).searchParams.get("code") ?? "";
}

export const basic = `Basic ${Buffer.from(`${demoApp.clientId}:${demoApp.clientSecret}`).toString("base64")}`;

export async function postForm(
  url: string,
  form: Readonly<Record<string, string>>,
  authorization: string | undefined = basic,
): Promise<Response> {
  const headers: Record<string, string> = authorization === "" ? {} : { authorization };
  return fetch(url, { method: "POST", headers, body: new URLSearchParams(form) });
}

export async function exchange(
  origin: string,
  code: string,
  verifier: string,
  changes: Readonly<Record<string, string>> = {},
): Promise<Response> {
  return postForm(`${origin}/2/oauth2/token`, {
    grant_type: "authorization_code",
    code,
    redirect_uri: demoApp.redirectUri,
    code_verifier: verifier,
    ...changes,
  });
}

export async function refresh(origin: string, refreshToken: string): Promise<Response> {
  return postForm(`${origin}/2/oauth2/token`, { grant_type: "refresh_token", refresh_token: refreshToken });
}

/** Runs the whole flow. */
export async function connect(
  origin: string,
  { account = ana, scope = allScopes }: { account?: string; scope?: string } = {},
): Promise<TokenAnswer> {
  const asked = askConsent({ scope });
  const answer = await exchange(origin, await codeFor(origin, asked, account), asked.verifier);
  return tokensSchema.parse(await answer.json());
}

/** Makes one API call with a bearer token. A body is sent as JSON unless it is a form. */
export async function call(
  origin: string,
  token: string,
  endpoint: `${"GET" | "POST" | "DELETE"} /${string}`,
  body?: unknown,
): Promise<Response> {
  const [method = "GET", path = "/"] = endpoint.split(" ");
  const authorization = `Bearer ${token}`;
  if (body instanceof FormData)
    return fetch(`${origin}${path}`, { method, headers: { authorization }, body });
  if (body === undefined) return fetch(`${origin}${path}`, { method, headers: { authorization } });
  const headers = { authorization, "content-type": "application/json" };
  return fetch(`${origin}${path}`, { method, headers, body: JSON.stringify(body) });
}

export async function control(origin: string, path: string, body: unknown): Promise<unknown> {
  const answer = await fetch(`${origin}/_emulator/${path}`, { method: "POST", body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`/_emulator/${path} answered ${answer.status}: ${await answer.text()}`);
  const text = await answer.text();
  return text === "" ? undefined : JSON.parse(text);
}
