/** An app at the simulated Facebook, by plain HTTP: the dialog, tokens and calls. */
import { approve } from "../harness/consent.ts";

export const appId = "138483919580948";
export const secret = "sharewell-demo-secret";
export const redirectUri = "http://127.0.0.1:4100/social/callback/facebook/";
export const scopes = [
  "pages_show_list",
  "pages_read_engagement",
  "pages_manage_posts",
  "business_management",
];
export const bakery = "104523398765432";

export function dialogUrl(origin: string, changes: Record<string, string | undefined> = {}): string {
  const fields = {
    client_id: appId,
    redirect_uri: redirectUri,
    state: "s",
    scope: scopes.join(","),
    ...changes,
  };
  const present = Object.entries(fields).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value]],
  );
  return `${origin}/v26.0/dialog/oauth?${new URLSearchParams(present)}`;
}

export async function getCode(origin: string, choice: Parameters<typeof approve>[1] = {}): Promise<string> {
  return new URL(await approve(dialogUrl(origin), choice)).searchParams.get("code") ?? "";
}

export interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

export async function ask(
  origin: string,
  path: string,
  {
    token,
    method = "GET",
    json,
    version = "v26.0",
  }: {
    token?: string;
    method?: string;
    json?: object;
    version?: string;
  } = {},
): Promise<Answered> {
  const response = await fetch(`${origin}/${version}${path}`, {
    method,
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(json === undefined ? {} : { "content-type": "application/json" }),
    },
    ...(json === undefined ? {} : { body: JSON.stringify(json) }),
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: text === "" ? undefined : JSON.parse(text),
  };
}

export async function askToken(origin: string, fields: Record<string, string>): Promise<Answered> {
  const query = new URLSearchParams({ client_id: appId, client_secret: secret, ...fields });
  return await ask(origin, `/oauth/access_token?${query}`);
}

/** A token of an hour, of whoever approves. */
export async function shortToken(
  origin: string,
  choice: Parameters<typeof approve>[1] = {},
): Promise<string> {
  const code = await getCode(origin, choice);
  return tokenOf(await askToken(origin, { code, redirect_uri: redirectUri }));
}

export async function longToken(origin: string, choice: Parameters<typeof approve>[1] = {}): Promise<string> {
  const short = await shortToken(origin, choice);
  return tokenOf(await askToken(origin, { grant_type: "fb_exchange_token", fb_exchange_token: short }));
}

export function tokenOf({ body }: Answered): string {
  return (body as { access_token: string }).access_token;
}

export interface ListedPage {
  readonly id: string;
  readonly name?: string;
  readonly access_token?: string;
  readonly tasks?: readonly string[];
}

export async function pagesOf(origin: string, token: string, query = ""): Promise<ListedPage[]> {
  const { body } = await ask(origin, `/me/accounts?${query}`, { token });
  return (body as { data: ListedPage[] }).data;
}

/** The token of a Page that Ana may post on. */
export async function pageToken(origin: string, choice: Parameters<typeof approve>[1] = {}): Promise<string> {
  const pages = await pagesOf(origin, await longToken(origin, choice));
  return pages.find(({ id }) => id === bakery)?.access_token ?? "";
}

/** "100/33", "190". */
export function errorIn({ body }: Answered): string {
  const { error } = body as { error?: { code: number; error_subcode?: number } };
  return [error?.code, error?.error_subcode].filter((part) => part !== undefined).join("/");
}
