/** Finds the server by its host, and checks tokens and scopes of calls. */
import type { Context } from "hono";
import { type Env, originOf, type World } from "../../network.ts";
import { defaultHost } from "../dialects/mastodon.ts";
import type { MastodonAccount, MastodonMemory, Server, Token } from "../memory.ts";
import { isFrom } from "../releases.ts";

export type MastodonWorld = World<MastodonMemory>;

/** Ends a call with an error. */
export class Refusal extends Error {
  readonly answer: Response;

  constructor(answer: Response) {
    super(`Refused with ${answer.status}`);
    this.answer = answer;
  }
}

/** The server of a request; undefined if its host has none. */
export function findServer(world: MastodonWorld, request: Request): Server | undefined {
  const { hostname } = new URL(originOf(request));
  const { servers } = world.memory;
  const isHere = hostname === "127.0.0.1" || hostname === "localhost" || hostname.endsWith(".localhost");
  return (
    servers.find(({ host }) => host === hostname) ??
    (isHere ? servers.find(({ host }) => host === defaultHost) : undefined)
  );
}

export function serverOf(world: MastodonWorld, c: Context<Env>): Server {
  const server = findServer(world, c.req.raw);
  if (!server) throw new Refusal(Response.json({ error: "No such server" }, { status: 421 }));
  return server;
}

type Problem =
  | "invalid-token"
  | "revoked-token"
  | "expired-token"
  | "outside-scopes"
  | "disabled"
  | "unconfirmed"
  | "pending"
  | "without-2fa"
  | "moved"
  | "not-found"
  | "needs-person";

type Words = Record<Problem, readonly [status: number, error: string]>;

/** app/controllers/api/base_controller.rb and application_controller.rb of Mastodon 4.7.0-alpha.2. */
const barred = {
  disabled: [403, "Your login is currently disabled"],
  unconfirmed: [403, "Your login is missing a confirmed e-mail address"],
  pending: [403, "Your login is currently pending approval"],
  "without-2fa": [403, "Your account requires two-factor authentication"],
  moved: [403, "Your login is currently disabled"],
} as const;

const words: Record<Server["switches"]["errors"], Words> = {
  mastodon: {
    "invalid-token": [401, "The access token is invalid"],
    "revoked-token": [401, "The access token was revoked"],
    "expired-token": [401, "The access token expired"],
    "outside-scopes": [403, "This action is outside the authorized scopes"],
    ...barred,
    "not-found": [404, "Record not found"],
    "needs-person": [422, "This method requires an authenticated user"],
  },
  gotosocial: {
    "invalid-token": [401, "Unauthorized: token was not recognized"],
    "revoked-token": [401, "Unauthorized: token was not recognized"],
    "expired-token": [401, "Unauthorized: token has expired"],
    "outside-scopes": [403, "Forbidden: token has insufficient scope permission"],
    // Accounts that may not log in are treated as anonymous (internal/middleware/tokencheck.go, 0.20.0-rc1).
    disabled: [401, "Unauthorized: token not supplied"],
    unconfirmed: [401, "Unauthorized: token not supplied"],
    pending: [401, "Unauthorized: token not supplied"],
    "without-2fa": [401, "Unauthorized: token not supplied"],
    moved: [
      403,
      "Forbidden: your account has Moved or is currently Moving; you cannot take create or update type actions",
    ],
    "not-found": [404, "Not Found"],
    "needs-person": [401, "Unauthorized: no user was authorized"],
  },
  hollo: {
    "invalid-token": [401, "unauthorized"],
    "revoked-token": [401, "invalid_token"],
    "expired-token": [401, "invalid_token"],
    "outside-scopes": [403, "insufficient_scope"],
    ...barred,
    disabled: [403, "This account is disabled"],
    "not-found": [404, "Record not found"],
    "needs-person": [422, "This method requires an authenticated user"],
  },
};

export function refusal(server: Server, problem: Problem): Refusal {
  const { errors, release, refusesWith } = server.switches;
  const [told, error] = words[errors][problem];
  if (refusesWith === "401") return unauthorized(misskeyCodes[problem] ?? "INTERNAL_ERROR", error);
  const status = problem === "needs-person" && isFrom({ release }, "4.3") ? 401 : told;
  return new Refusal(Response.json({ error }, { status }));
}

const misskeyCodes: Partial<Record<Problem, string>> = {
  "invalid-token": "AUTHENTICATION_FAILED",
  "revoked-token": "AUTHENTICATION_FAILED",
  "expired-token": "AUTHENTICATION_FAILED",
  "outside-scopes": "PERMISSION_DENIED",
  disabled: "YOUR_ACCOUNT_SUSPENDED",
  moved: "YOUR_ACCOUNT_MOVED",
  "not-found": "NO_SUCH_NOTE",
};

/** Sharkey answers 401 to everything that its own API refuses (MastodonApiServerService.ts). */
function unauthorized(code: string, message: string): Refusal {
  return new Refusal(Response.json({ error: { message, code } }, { status: 401 }));
}

/** A post, picture or registration that the server rejects. */
export function invalid(server: Server, message: string): Refusal {
  if (server.switches.refusesWith === "401") return unauthorized("INVALID_PARAM", message);
  switch (server.switches.errors) {
    case "mastodon":
      return new Refusal(Response.json({ error: `Validation failed: ${message}` }, { status: 422 }));
    case "gotosocial":
      return new Refusal(Response.json({ error: `Bad Request: ${message}` }, { status: 400 }));
    case "hollo": {
      const zodError = { name: "ZodError", message };
      return new Refusal(Response.json({ error: "invalid_request", zod_error: zodError }, { status: 422 }));
    }
  }
}

/** `write` covers `write:statuses`. */
export function covers(granted: readonly string[], wanted: string): boolean {
  return granted.includes(wanted) || granted.includes(wanted.split(":")[0] ?? wanted);
}

export interface Caller {
  readonly server: Server;
  readonly token: Token;
  readonly account: MastodonAccount;
}

/** The person of a call. Checks first the token (401), then its scopes (403). */
export function requirePerson(
  world: MastodonWorld,
  c: Context<Env>,
  scopes: readonly [string, ...string[]],
): Caller {
  const server = serverOf(world, c);
  const token = requireToken(world, c);
  if (!scopes.some((scope) => covers(token.scopes, scope))) throw refusal(server, "outside-scopes");
  const account = world.memory.accounts.find(({ id }) => id === token.accountId);
  if (!account) throw refusal(server, "needs-person");
  const mayStillBeRead = account.status === "moved" && c.req.method === "GET";
  if (account.status !== "active" && !mayStillBeRead) throw refusal(server, account.status);
  return { server, token, account };
}

/** Public reads need no token, but a token that is sent must permit reading. */
export function optionalPerson(world: MastodonWorld, c: Context<Env>, scope: string): Caller | undefined {
  if (!c.req.header("authorization")) return undefined;
  const server = serverOf(world, c);
  const token = requireToken(world, c);
  if (!covers(token.scopes, scope)) throw refusal(server, "outside-scopes");
  const account = world.memory.accounts.find(({ id }) => id === token.accountId);
  return account && { server, token, account };
}

/** The valid token of a call, a person's or an app's. */
export function requireToken(world: MastodonWorld, c: Context<Env>): Token {
  const server = serverOf(world, c);
  const token = findToken(world, server, bearerOf(c));
  if (!token) throw refusal(server, "invalid-token");
  if (token.endedBy === "expired" || (token.expiresAtMs ?? Infinity) <= world.now().getTime())
    throw refusal(server, "expired-token");
  if (token.endedBy) throw refusal(server, "revoked-token");
  return token;
}

export function bearerOf(c: Context<Env>): string | undefined {
  return /^Bearer (\S+)$/i.exec(c.req.header("authorization") ?? "")?.[1];
}

function findToken(world: MastodonWorld, server: Server, accessToken: string | undefined): Token | undefined {
  return world.memory.tokens.find(
    (token) => token.server === server.host && token.accessToken === accessToken,
  );
}
