/** Signing in at an OpenID Connect provider of the operator's choice. */
import { createHmac } from "node:crypto";
import type { Configuration } from "openid-client";
import { hashSecret, makeSecret } from "../secrets.ts";
import { claimsShape, type Identity } from "./openid-claims.ts";

export interface OpenIdSettings {
  readonly issuer: URL;
  readonly clientId: string;
  readonly clientSecret: string;
  /** How people know it: "Example University". */
  readonly name: string;
  /** Whom of its people we admit; as `SOCIAL_SIGN_UP` unless set. */
  readonly signUp: "open" | "invitation" | "closed" | undefined;
}

/** The provider cannot be asked at present, or its answer does not hold; the cause is for the log. */
export class OpenIdError extends Error {
  override name = "OpenIdError";
  readonly reason: "unreachable" | "declined" | "refused";

  constructor(reason: OpenIdError["reason"], cause: unknown) {
    super(`The OpenID Connect provider: ${reason}.`, { cause });
    this.reason = reason;
  }
}

export interface OpenId {
  readonly settings: OpenIdSettings;
  /** Reads the provider's description anew. @throws {OpenIdError} */
  check(): Promise<void>;
  /**
   * @param options.anew they log in there once more, also where they are logged in
   * @returns where to send the browser, and the secret that its cookie keeps until it is back
   */
  begin(options?: { readonly anew: boolean }): Promise<{ readonly url: string; readonly state: string }>;
  /** @param query as the provider sent the browser back @throws {OpenIdError} */
  finish(query: URLSearchParams, state: string): Promise<Identity>;
}

interface OpenIdParts {
  readonly baseUrl: URL;
  readonly sessionSecret: string;
  /** Reaches the provider, which may stand in the operator's own network. */
  readonly fetch: typeof fetch;
  readonly now: () => Date;
}

/** Providers change their keys and addresses seldom; whatever does not fit is asked for anew at once. */
const DISCOVERY_MS = 3_600_000;
const SCOPE = "openid email profile";

/** Whether the provider's answer is one to the sign-in that this secret belongs to; anybody can make another. */
export function isAnswerTo(state: string, query: URLSearchParams): boolean {
  return query.get("state") === hashSecret(state);
}

/** The provider's own description is read when it is first needed: it may be down while we start. */
export function createOpenId(settings: OpenIdSettings, parts: OpenIdParts): OpenId {
  let known: { readonly configuration: Configuration; readonly readAt: number } | undefined;
  const redirectUri = new URL("login/oidc/callback/", parts.baseUrl).href;

  async function readProvider(): Promise<Configuration> {
    const client = await import("openid-client");
    const { issuer, clientId, clientSecret } = settings;
    return await client.discovery(issuer, clientId, clientSecret, undefined, {
      [client.customFetch]: (address, options) =>
        parts.fetch(address, {
          method: options.method,
          headers: options.headers,
          body: (options.body ?? null) as BodyInit | null,
          ...(options.signal === undefined ? {} : { signal: options.signal }),
        }),
      // Without it the token's signature is not looked at: by itself the library trusts the connection that brought it.
      execute: [
        client.enableNonRepudiationChecks,
        ...(issuer.protocol === "http:" ? [client.allowInsecureRequests] : []),
      ],
    });
  }

  async function discover() {
    const client = await import("openid-client");
    const time = parts.now().getTime();
    if (known !== undefined && time - known.readAt < DISCOVERY_MS) return { client, ...known };
    try {
      known = { configuration: await readProvider(), readAt: time };
    } catch (cause) {
      // What was known an hour ago is likely to hold still.
      if (known === undefined) throw new OpenIdError("unreachable", cause);
      known = { ...known, readAt: time };
    }
    return { client, ...known };
  }

  /** Made anew from the state, so that nothing secret has to be kept in between. */
  const derive = (purpose: string, state: string) =>
    createHmac("sha256", parts.sessionSecret).update(`oidc ${purpose} ${state}`).digest("base64url");

  return {
    settings,
    check: async () => {
      const configuration = await readProvider().catch((cause: unknown) => {
        throw new OpenIdError("unreachable", cause);
      });
      known = { configuration, readAt: parts.now().getTime() };
    },
    begin: async ({ anew } = { anew: false }) => {
      const { client, configuration } = await discover();
      const state = makeSecret();
      const url = client.buildAuthorizationUrl(configuration, {
        redirect_uri: redirectUri,
        scope: SCOPE,
        // The provider is shown a hash: what the cookie holds never stands in an address.
        state: hashSecret(state),
        nonce: derive("nonce", state),
        code_challenge: await client.calculatePKCECodeChallenge(derive("verifier", state)),
        code_challenge_method: "S256",
        // Not every provider heeds both; whoever heeds the second tells when they logged in.
        ...(anew && { prompt: "login", max_age: "0" }),
      });
      return { url: url.href, state };
    },
    finish: async (query, state) => {
      if (query.get("error") === "access_denied") throw new OpenIdError("declined", query.get("error"));
      const { client, configuration } = await discover();
      const address = new URL(redirectUri);
      address.search = query.toString();
      try {
        const tokens = await client.authorizationCodeGrant(configuration, address, {
          expectedState: hashSecret(state),
          expectedNonce: derive("nonce", state),
          pkceCodeVerifier: derive("verifier", state),
          idTokenExpected: true,
        });
        const claims = claimsShape.parse(tokens.claims());
        const told =
          claims.email === undefined && configuration.serverMetadata().userinfo_endpoint !== undefined
            ? await client.fetchUserInfo(configuration, tokens.access_token, claims.sub)
            : {};
        const { email, email_verified, name } = claimsShape.parse({ ...claims, ...told });
        const { iss, sub, auth_time } = claims;
        const loggedInAt = auth_time === undefined ? undefined : new Date(auth_time * 1_000);
        return { accountId: `${iss} ${sub}`, email, emailVerified: email_verified, name, loggedInAt };
      } catch (cause) {
        known = undefined;
        throw new OpenIdError("refused", cause);
      }
    },
  };
}
