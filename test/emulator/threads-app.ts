/** An app that a person connects to the simulated Threads over HTTP, as tests play it. */
import { z } from "zod";

export const demoApp = {
  clientId: "990602627938099",
  clientSecret: "sharewell-demo-secret",
  redirectUri: "http://127.0.0.1:4100/social/callback/threads/",
};
export const allScopes = "threads_basic,threads_content_publish,threads_delete";
export const ana = "26012345678901234";
export const ben = "26012345678905678";

type Fields = Readonly<Record<string, string>>;

/** A valid request for consent. `changes` override its parameters; `undefined` removes one. */
export function askConsent(changes: Readonly<Record<string, string | undefined>> = {}): Fields {
  const query = {
    client_id: demoApp.clientId,
    redirect_uri: demoApp.redirectUri,
    response_type: "code",
    scope: allScopes,
    state: "a state",
    ...changes,
  };
  return Object.fromEntries(
    Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

/** The answer to the person's browser after they press a button on the consent page. */
export async function decide(
  origin: string,
  query: Fields,
  choice: { account?: string; decision?: "approve" | "refuse"; permissions?: readonly string[] } = {},
): Promise<Response> {
  const { account = ana, decision = "approve", permissions = query.scope?.split(/[\s,]/) ?? [] } = choice;
  const form = [
    ...Object.entries({ ...query, account, decision }),
    ...permissions.map((name): [string, string] => ["permission", name]),
  ];
  return await fetch(`${origin}/oauth/authorize`, {
    method: "POST",
    body: new URLSearchParams(form),
    redirect: "manual",
  });
}

export function locationOf(answer: Response): URL {
  return new URL(answer.headers.get("location") ?? "missing:");
}

export async function codeFor(origin: string, account = ana, scope = allScopes): Promise<string> {
  const answer = await decide(origin, askConsent({ scope }), { account });
  return locationOf(answer).searchParams.get("code") ?? "";
}

export async function exchange(origin: string, code: string, changes: Fields = {}): Promise<Response> {
  const form = {
    client_id: demoApp.clientId,
    client_secret: demoApp.clientSecret,
    grant_type: "authorization_code",
    redirect_uri: demoApp.redirectUri,
    code,
    ...changes,
  };
  return await fetch(`${origin}/oauth/access_token`, { method: "POST", body: new URLSearchParams(form) });
}

export const tokenSchema = z.object({ access_token: z.string().min(80) });

export async function shortToken(origin: string, account = ana, scope = allScopes): Promise<string> {
  const answer = await exchange(origin, await codeFor(origin, account, scope));
  return tokenSchema.parse(await answer.json()).access_token;
}

export async function lengthen(
  origin: string,
  token: string,
  secret = demoApp.clientSecret,
): Promise<Response> {
  const query = { grant_type: "th_exchange_token", client_secret: secret, access_token: token };
  return await fetch(`${origin}/access_token?${new URLSearchParams(query)}`);
}

export async function refresh(origin: string, token: string): Promise<Response> {
  const query = { grant_type: "th_refresh_token", access_token: token };
  return await fetch(`${origin}/refresh_access_token?${new URLSearchParams(query)}`);
}

/** Runs the whole flow, to a token of sixty days. */
export async function connect(origin: string, account = ana, scope = allScopes): Promise<string> {
  const answer = await lengthen(origin, await shortToken(origin, account, scope));
  return tokenSchema.parse(await answer.json()).access_token;
}

/** Makes one Graph call with a bearer token. Fields are sent as a form. */
export async function call(
  origin: string,
  token: string,
  endpoint: `${"GET" | "POST" | "DELETE"} /${string}`,
  form?: Fields,
): Promise<{ status: number; body: unknown }> {
  const [method = "GET", path = "/"] = endpoint.split(" ");
  const answer = await fetch(`${origin}/v1.0${path}`, {
    method,
    headers: { authorization: `Bearer ${token}` },
    ...(form === undefined ? {} : { body: new URLSearchParams(form) }),
  });
  return { status: answer.status, body: await answer.json() };
}
