/** An app that a member authorises at the simulated LinkedIn over HTTP, as tests play it. */
import { z } from "zod";

const demo = {
  clientSecret: "sharewell-demo-secret",
  redirectUri: "http://127.0.0.1:4100/social/callback/linkedin/",
};
export const demoApp = {
  ...demo,
  clientId: "78sharewelldemo",
  scope: "openid profile email w_member_social",
};
export const pagesApp = {
  ...demo,
  clientId: "78sharewellpages",
  scope: "r_organization_social w_organization_social rw_organization_admin",
};
export type App = typeof demoApp;

export const bakery = "urn:li:organization:2414183";
export const oldMill = "urn:li:organization:2414185";
export const okaforRecords = "urn:li:organization:2414186";

const tokensSchema = z.strictObject({
  access_token: z.string().min(300),
  expires_in: z.literal(5_184_000),
  scope: z.string(),
  token_type: z.literal("Bearer"),
  id_token: z.string().optional(),
  refresh_token: z.string().optional(),
  refresh_token_expires_in: z.number().optional(),
});
export type TokenAnswer = z.infer<typeof tokensSchema>;

type Changes = Readonly<Record<string, string | undefined>>;

/** A valid request for consent. `changes` override its parameters; `undefined` removes one. */
export function askConsent(changes: Changes = {}, app: App = demoApp): URLSearchParams {
  const query = {
    response_type: "code",
    client_id: app.clientId,
    redirect_uri: app.redirectUri,
    scope: app.scope,
    state: "a state",
    ...changes,
  };
  return withoutGaps(query);
}

function withoutGaps(fields: Changes): URLSearchParams {
  return new URLSearchParams(
    Object.entries(fields).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

/** The answer to the member's browser after they press a button on the consent page. */
export async function decide(
  origin: string,
  asked: URLSearchParams,
  { decision = "approve", name = "ana" } = {},
): Promise<Response> {
  const accounts = z
    .array(z.object({ id: z.string(), username: z.string() }))
    .parse(await (await fetch(`${origin}/_emulator/accounts`)).json());
  const account = accounts.find(({ username }) => username === name)?.id ?? "";
  return fetch(`${origin}/oauth/v2/authorization`, {
    method: "POST",
    body: new URLSearchParams([...asked, ["account", account], ["decision", decision]]),
    redirect: "manual",
  });
}

export function locationOf(answer: Response): URL {
  return new URL(answer.headers.get("location") ?? "missing:");
}

export async function codeFor(origin: string, app: App = demoApp, name = "ana"): Promise<string> {
  const back = await decide(origin, askConsent({}, app), { name });
  return locationOf(back).searchParams.get("code") ?? "";
}

/** Calls a token endpoint as the app, which authenticates in the form only. */
export async function askAsApp(
  origin: string,
  endpoint: "accessToken" | "introspectToken" | "revoke",
  form: Changes,
  app: App = demoApp,
): Promise<Response> {
  const body = withoutGaps({ client_id: app.clientId, client_secret: app.clientSecret, ...form });
  return fetch(`${origin}/oauth/v2/${endpoint}`, { method: "POST", body });
}

export async function exchange(
  origin: string,
  code: string,
  changes: Changes = {},
  app: App = demoApp,
): Promise<Response> {
  const form = { grant_type: "authorization_code", code, redirect_uri: app.redirectUri, ...changes };
  return askAsApp(origin, "accessToken", form, app);
}

/** Runs the whole flow. */
export async function connect(origin: string, app: App = demoApp, name = "ana"): Promise<TokenAnswer> {
  const answer = await exchange(origin, await codeFor(origin, app, name), {}, app);
  return tokensSchema.parse(await answer.json());
}

export const versionHeaders = { "linkedin-version": "202609", "x-restli-protocol-version": "2.0.0" };

/** Makes one API call. `headers` replace those of a version. */
export async function call(
  origin: string,
  token: string,
  endpoint: `${"GET" | "POST" | "DELETE"} /${string}`,
  body?: unknown,
  headers: Record<string, string> = versionHeaders,
): Promise<Response> {
  const [method = "GET", path = "/"] = endpoint.split(" ");
  const all = { authorization: `Bearer ${token}`, "content-type": "application/json", ...headers };
  return fetch(`${origin}${path}`, {
    method,
    headers: all,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

/** The `urn:li:person:…` by which the app knows the member. */
export async function personOf(origin: string, token: string): Promise<string> {
  const answer = await call(origin, token, "GET /v2/userinfo", undefined, {});
  return `urn:li:person:${z.object({ sub: z.string() }).parse(await answer.json()).sub}`;
}

/** A post that LinkedIn accepts. */
export function draft(author: string, changes: Readonly<Record<string, unknown>> = {}) {
  return {
    author,
    commentary: "Worth a read",
    visibility: "PUBLIC",
    distribution: { feedDistribution: "MAIN_FEED", targetEntities: [], thirdPartyDistributionChannels: [] },
    content: { article: { source: "https://blog.example.com/a_(b)", title: "Why we moved" } },
    lifecycleState: "PUBLISHED",
    isReshareDisabledByAuthor: false,
    ...changes,
  };
}

const uploadSchema = z.object({ value: z.object({ uploadUrl: z.url(), image: z.string() }) });

export async function beginUpload(origin: string, token: string, owner: string) {
  const sent = { initializeUploadRequest: { owner } };
  const answer = await call(origin, token, "POST /rest/images?action=initializeUpload", sent);
  return uploadSchema.parse(await answer.json()).value;
}

export async function put(
  url: string,
  bytes: Uint8Array,
  headers: Record<string, string>,
): Promise<Response> {
  return fetch(url, { method: "PUT", headers, body: new Uint8Array(bytes) });
}

export async function control(origin: string, path: string, body: unknown): Promise<unknown> {
  const answer = await fetch(`${origin}/_emulator/${path}`, { method: "POST", body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`/_emulator/${path} answered ${answer.status}: ${await answer.text()}`);
  const text = await answer.text();
  return text === "" ? undefined : JSON.parse(text);
}
