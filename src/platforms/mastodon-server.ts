/** From what a person types to a Mastodon server: its API's origin, what it can do, and our app there. */
import { z } from "zod";
import { incompatible, toError } from "./mastodon-errors.ts";
import { readOAuthError } from "./oauth2.ts";
import type { AppRegistration, PlatformWorld } from "./platform.ts";
import { PlatformError } from "./platform.ts";
import { type Answer, type Call, callSafely } from "./request.ts";

export interface OurApp {
  readonly name: string;
  readonly website: string;
}

/** What the person typed, as a server's host and perhaps a user on it. */
export interface TypedServer {
  readonly origin: string;
  readonly user: string | undefined;
}

function notAServer(): PlatformError {
  return new PlatformError("rejected", {
    code: "not-a-server",
    message:
      "That is not a Mastodon address. Type your server, like mastodon.social, or your whole handle, like alice@mastodon.social.",
  });
}

/** Simulated networks have no certificates; the guarded fetch lets these hosts through only where the operator allowed them. */
function isLocal(hostname: string): boolean {
  return hostname === "localhost" || hostname.endsWith(".localhost") || hostname === "127.0.0.1";
}

/** Accepts a handle, a profile's address or a host, in any case, with IDN (docs/platforms/mastodon.md, server). @throws {PlatformError} */
export function readTypedServer(typed: string): TypedServer {
  const text = typed.trim().replace(/^acct:/i, "");
  const [, handleUser, handleHost] = /^@?([\w.-]+)@([^@/\s]+)\/?$/u.exec(text) ?? [];
  const address = handleHost ?? (/^https?:\/\//i.test(text) ? text : text.replace(/^@/, ""));
  const candidate = /^https?:\/\//i.test(address) ? address : `https://${address}`;
  if (!URL.canParse(candidate)) throw notAServer();
  const url = new URL(candidate);
  const named = url.hostname.includes(".") || isLocal(url.hostname);
  if (!named || url.username !== "" || url.password !== "" || /\s/.test(text)) throw notAServer();
  const [, pathUser] = /^\/(?:@|users\/)([\w.-]+)/.exec(url.pathname) ?? [];
  return {
    origin: `${isLocal(url.hostname) ? "http" : "https"}://${url.host}`,
    user: handleUser ?? pathUser,
  };
}

const fingerShape = z.object({
  links: z.array(z.object({ rel: z.string(), type: z.string().optional(), href: z.string().optional() })),
});
const nodeinfoIndex = z.object({ links: z.array(z.object({ rel: z.string(), href: z.string() })).min(1) });
const nodeinfoShape = z.object({ software: z.object({ name: z.string() }) });

const statusLimits = z.object({
  max_characters: z.number().positive().optional().catch(undefined),
  characters_reserved_per_url: z.number().positive().optional().catch(undefined),
});
const instanceShape = z.object({
  domain: z.string().optional().catch(undefined),
  uri: z.string().optional().catch(undefined),
  configuration: z
    .object({ statuses: statusLimits.optional().catch(undefined) })
    .optional()
    .catch(undefined),
  max_toot_chars: z.number().positive().optional().catch(undefined),
});

export interface ServerLimits {
  /** The host in its people's handles, which may differ from the API's. */
  readonly accountDomain: string;
  readonly maxCharacters: number;
  readonly charactersPerUrl: number;
}

const metadataShape = z.object({
  scopes_supported: z.array(z.string()).optional().catch(undefined),
  app_registration_endpoint: z.string().optional().catch(undefined),
});

const registrationShape = z.object({
  client_id: z.string().min(1),
  client_secret: z.string().min(1),
  client_secret_expires_at: z.number().optional().catch(undefined),
});

const webScopes = ["write:statuses", "write:media"];

/** The servers' side of connecting. Everything here reads; only `register` makes something. */
export class MastodonServers {
  readonly #world: PlatformWorld;
  readonly #app: OurApp;

  constructor(world: PlatformWorld, app: OurApp) {
    this.#world = world;
    this.#app = app;
  }

  /** The API's origin: handles may live on another domain than the server. @throws {PlatformError} */
  async findOrigin({ origin, user }: TypedServer): Promise<string> {
    const pointed = user === undefined ? undefined : await this.#askWebfinger(origin, user);
    if (pointed !== undefined) return pointed;
    if (await this.#hasApi(origin)) return origin;
    const elsewhere = await this.#askNodeinfo(origin);
    if (elsewhere?.software === "misskey") {
      throw new PlatformError("rejected", {
        code: "misskey",
        message:
          "This is a Misskey server. Sharewell cannot post there: it has another interface than Mastodon.",
      });
    }
    if (elsewhere !== undefined && elsewhere.origin !== origin && (await this.#hasApi(elsewhere.origin)))
      return elsewhere.origin;
    throw new PlatformError("rejected", {
      code: "not-mastodon",
      message: `${new URL(origin).host} does not answer like a Mastodon server. Check the spelling; if the server is right, it may be down.`,
    });
  }

  async readLimits(origin: string): Promise<ServerLimits> {
    const instance = (await this.#readInstance(origin)) ?? {};
    const limits = instance.configuration?.statuses;
    return {
      accountDomain: instance.domain ?? hostOf(instance.uri) ?? new URL(origin).host,
      maxCharacters: limits?.max_characters ?? instance.max_toot_chars ?? 500,
      charactersPerUrl: limits?.characters_reserved_per_url ?? 23,
    };
  }

  /** "mastodon", "gotosocial" …; undefined where the server does not say. */
  async readSoftware(origin: string): Promise<string | undefined> {
    return (await this.#askNodeinfo(origin))?.software;
  }

  /** Our app at this server: the one we have, unless the server forgot it; else a new one. @throws {PlatformError} */
  async ensureApp(origin: string, redirectUri: string): Promise<AppRegistration> {
    const scopes = await this.#chooseScopes(origin);
    const known = await this.#world.apps.find(origin);
    const usable =
      known !== undefined &&
      known.redirectUri === redirectUri &&
      scopes.every((scope) => known.scopes.includes(scope)) &&
      (known.secretExpiresAt === undefined || known.secretExpiresAt > this.#world.now()) &&
      !(await this.#forgot(origin, known));
    return usable ? { ...known, scopes } : await this.#register(origin, redirectUri, scopes);
  }

  async #get(url: string, redirect: "follow" | "manual" = "follow"): Promise<Answer | undefined> {
    const answer = await callSafely(this.#world.fetch, { method: "GET", url, redirect }).catch(
      (error: unknown) => {
        if (error instanceof PlatformError && error.kind === "transient") return undefined;
        throw error;
      },
    );
    return answer?.status === 200 && answer.body !== undefined ? answer : undefined;
  }

  async #askWebfinger(origin: string, user: string): Promise<string | undefined> {
    const { host } = new URL(origin);
    const answer = await this.#get(
      `${origin}/.well-known/webfinger?resource=${encodeURIComponent(`acct:${user}@${host}`)}`,
    );
    const links = fingerShape.safeParse(answer?.body).data?.links;
    const self = links?.find(({ rel, type }) => rel === "self" && type === "application/activity+json")?.href;
    return self !== undefined && URL.canParse(self) ? new URL(self).origin : undefined;
  }

  async #askNodeinfo(origin: string): Promise<{ origin: string; software: string | undefined } | undefined> {
    const index = nodeinfoIndex.safeParse((await this.#get(`${origin}/.well-known/nodeinfo`))?.body).data;
    const href = index?.links[0]?.href;
    if (href === undefined || !URL.canParse(href)) return undefined;
    const info = nodeinfoShape.safeParse((await this.#get(href))?.body).data;
    return { origin: new URL(href).origin, software: info?.software.name.toLowerCase() };
  }

  async #readInstance(origin: string): Promise<z.infer<typeof instanceShape> | undefined> {
    for (const version of ["v2", "v1"]) {
      const answer = await this.#get(`${origin}/api/${version}/instance`, "manual");
      const instance = instanceShape.safeParse(answer?.body).data;
      if (instance?.domain !== undefined || instance?.uri !== undefined) return instance;
    }
    return undefined;
  }

  async #hasApi(origin: string): Promise<boolean> {
    return (await this.#readInstance(origin)) !== undefined;
  }

  /** The least that serves: `profile` since 4.3, `read:accounts` before (docs/platforms/mastodon.md, scopes). */
  async #chooseScopes(origin: string): Promise<string[]> {
    const answer = await this.#get(`${origin}/.well-known/oauth-authorization-server`, "manual");
    const supported = metadataShape.safeParse(answer?.body).data?.scopes_supported;
    if (supported === undefined) return ["read:accounts", ...webScopes];
    return [
      supported.includes("profile") ? "profile" : "read:accounts",
      ...webScopes.filter((scope) => scope === "write:statuses" || supported.includes(scope)),
    ];
  }

  /** Servers before 4.3 swept unused apps away; their authorize page would then be a dead end for the person. */
  async #forgot(origin: string, app: AppRegistration): Promise<boolean> {
    const form = {
      grant_type: "client_credentials",
      client_id: app.clientId,
      client_secret: app.clientSecret,
      redirect_uri: app.redirectUri,
      scope: app.scopes.join(" "),
    };
    const answer = await callSafely(this.#world.fetch, {
      method: "POST",
      url: `${origin}/oauth/token`,
      form,
    });
    return answer.status === 401 || readOAuthError(answer.body) === "invalid_client";
  }

  async #register(origin: string, redirectUri: string, scopes: readonly string[]): Promise<AppRegistration> {
    // Exactly these four: some servers refuse unknown fields (docs/platforms/mastodon.md, app registration).
    const request: Call = {
      method: "POST",
      url: `${origin}/api/v1/apps`,
      json: {
        client_name: this.#app.name,
        redirect_uris: redirectUri,
        scopes: scopes.join(" "),
        website: this.#app.website,
      },
    };
    const answer = await callSafely(this.#world.fetch, request);
    const registered = registrationShape.safeParse(answer.body).data;
    if (answer.status !== 200 || registered === undefined)
      throw answer.status === 200 ? incompatible(200) : toError(answer, this.#world.now());
    const expires = registered.client_secret_expires_at ?? 0;
    const app = {
      clientId: registered.client_id,
      clientSecret: registered.client_secret,
      scopes,
      redirectUri,
      ...(expires > 0 ? { secretExpiresAt: new Date(expires * 1_000) } : {}),
    };
    await this.#world.apps.save(origin, app);
    return app;
  }
}

/** v1 says `uri`: a host with most servers, an address with some. */
function hostOf(uri: string | undefined): string | undefined {
  if (uri === undefined || uri === "") return undefined;
  return URL.canParse(uri) && uri.includes("://") ? new URL(uri).host : uri;
}
