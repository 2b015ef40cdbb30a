/** An app that a person connects to the simulated Instagram over HTTP, as tests play it. */
import { createServer, type Server } from "node:http";
import sharp from "sharp";
import { z } from "zod";

export const demoApp = {
  clientId: "990602627938098",
  clientSecret: "sharewell-demo-secret",
  redirectUri: "http://127.0.0.1:4100/social/callback/instagram/",
};
export const bothScopes = "instagram_business_basic,instagram_business_content_publish";
export const ana = "17841405793187218";
export const limaEvents = "17841405793187219";
export const cara = "17841405793187221";

/** A valid request for consent. `changes` override its parameters; `undefined` removes one. */
export function askConsent(changes: Readonly<Record<string, string | undefined>> = {}) {
  const query = {
    client_id: demoApp.clientId,
    redirect_uri: demoApp.redirectUri,
    response_type: "code",
    scope: bothScopes,
    state: "a state",
    ...changes,
  };
  return Object.fromEntries(
    Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

export interface Choice {
  readonly account?: string;
  readonly decision?: "approve" | "refuse";
  /** The optional permissions that stay ticked. */
  readonly permissions?: readonly string[];
}

/** The answer to the person's browser after they press a button on the consent page. */
export async function decide(
  origin: string,
  query: Readonly<Record<string, string>>,
  choice: Choice = {},
): Promise<Response> {
  const { account = ana, decision = "approve", permissions = query.scope?.split(/[\s,]/) ?? [] } = choice;
  const form = [
    ...Object.entries({ ...query, account, decision }),
    ...permissions.map((name): [string, string] => ["permission", name]),
  ];
  return fetch(`${origin}/oauth/authorize`, {
    method: "POST",
    body: new URLSearchParams(form),
    redirect: "manual",
  });
}

export function locationOf(answer: Response): URL {
  return new URL(answer.headers.get("location") ?? "missing:");
}

export async function codeFor(origin: string, choice: Choice = {}, scope = bothScopes): Promise<string> {
  const answer = await decide(origin, askConsent({ scope }), choice);
  return locationOf(answer).searchParams.get("code") ?? "";
}

export async function exchange(
  origin: string,
  code: string,
  changes: Readonly<Record<string, string>> = {},
): Promise<Response> {
  const form = {
    client_id: demoApp.clientId,
    client_secret: demoApp.clientSecret,
    grant_type: "authorization_code",
    redirect_uri: demoApp.redirectUri,
    code,
    ...changes,
  };
  return fetch(`${origin}/oauth/access_token`, { method: "POST", body: new URLSearchParams(form) });
}

const tokenSchema = z.object({ access_token: z.string().min(80) });

export async function shortToken(origin: string, choice: Choice = {}, scope = bothScopes): Promise<string> {
  const answer = await exchange(origin, await codeFor(origin, choice, scope));
  return tokenSchema.parse(await answer.json()).access_token;
}

export function lengthen(origin: string, token: string, secret = demoApp.clientSecret): Promise<Response> {
  const query = { grant_type: "ig_exchange_token", client_secret: secret, access_token: token };
  return fetch(`${origin}/access_token?${new URLSearchParams(query)}`);
}

export function refresh(origin: string, token: string): Promise<Response> {
  const query = { grant_type: "ig_refresh_token", access_token: token };
  return fetch(`${origin}/refresh_access_token?${new URLSearchParams(query)}`);
}

/** Runs the whole flow, to a token of sixty days. */
export async function connect(origin: string, choice: Choice = {}, scope = bothScopes): Promise<string> {
  const answer = await lengthen(origin, await shortToken(origin, choice, scope));
  return tokenSchema.parse(await answer.json()).access_token;
}

/** Makes one Graph call with a bearer token. A body is sent as JSON. */
export async function call(
  origin: string,
  token: string,
  endpoint: `${"GET" | "POST" | "DELETE"} /${string}`,
  body?: unknown,
): Promise<{ status: number; body: unknown }> {
  const [method = "GET", path = "/"] = endpoint.split(" ");
  const answer = await fetch(`${origin}/v26.0${path}`, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: answer.status, body: await answer.json() };
}

export async function control(origin: string, path: string, body: unknown): Promise<unknown> {
  const answer = await fetch(`${origin}/_emulator/${path}`, { method: "POST", body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`/_emulator/${path} answered ${answer.status}: ${await answer.text()}`);
  const text = await answer.text();
  return text === "" ? undefined : JSON.parse(text);
}

export interface Gallery {
  readonly origin: string;
  /** The User-Agent of each fetch. */
  readonly visitors: string[];
  close(): void;
}

/** A site with one picture of every kind: `/1200x630.jpg`, `/40x40.png`, `/page.html`, `/huge.jpg` … */
export async function openGallery(): Promise<Gallery> {
  const visitors: string[] = [];
  const server: Server = createServer(async (request, response) => {
    visitors.push(request.headers["user-agent"] ?? "");
    const name = (request.url ?? "").slice(1);
    const drawn = await draw(name);
    if (drawn === undefined) response.writeHead(404).end();
    else response.writeHead(200, { "content-type": drawn.type }).end(drawn.bytes);
  });
  const port = await new Promise<number>((done) =>
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      done(address !== null && typeof address === "object" ? address.port : 0);
    }),
  );
  return { origin: `http://127.0.0.1:${port}`, visitors, close: () => server.close() };
}

async function draw(name: string): Promise<{ type: string; bytes: Uint8Array | string } | undefined> {
  if (name === "page.html") return { type: "text/html", bytes: "<h1>No picture</h1>" };
  if (name === "lie.jpg") return { type: "image/jpeg", bytes: "<h1>No picture</h1>" };
  const [, width, height, kind] = /^(\d+)x(\d+)\.(\w+)$/.exec(name) ?? [];
  const create = { width: Number(width ?? 400), height: Number(height ?? 400), channels: 3 as const };
  const picture = sharp({ create: { ...create, background: "teal" } });
  switch (name === "huge.jpg" ? "huge" : kind) {
    case "jpg":
      return { type: "image/jpeg", bytes: await picture.jpeg().toBuffer() };
    case "png":
      return { type: "image/png", bytes: await picture.png().toBuffer() };
    case "cmyk":
      return { type: "image/jpeg", bytes: await picture.toColourspace("cmyk").jpeg().toBuffer() };
    case "huge": {
      const jpeg = await picture.jpeg().toBuffer();
      return { type: "image/jpeg", bytes: Buffer.concat([jpeg, Buffer.alloc(8 * 1024 * 1024)]) };
    }
    default:
      return undefined;
  }
}
