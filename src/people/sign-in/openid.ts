/** Talks to the OpenID Connect provider that the operator chose. */
import { createHmac } from "node:crypto";
import type { Configuration } from "openid-client";
import { hashSecret, makeSecret } from "../secrets.ts";
import { claimsShape, type Identity } from "./openid-claims.ts";

export interface OpenIdSettings {
  readonly issuer: URL;
  readonly clientId: string;
  readonly clientSecret: string;
  /** The provider's name as people know it: "Example University". */
  readonly name: string;
  /** Who may sign up through the provider; left out: as `SOCIAL_SIGN_UP` says. */
  readonly signUp: "open" | "invitation" | "closed" | undefined;
}

/** The provider cannot be reached, or its answer is not valid. The cause is for the log. */
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
  /** Reads the provider's metadata again. @throws {OpenIdError} when that fails */
  check(): Promise<void>;
  /**
   * Starts a sign-in at the provider.
   * @param options.anew asks for credentials even if the person is signed in there
   * @returns where to send the browser, and the secret for its cookie
   */
  begin(options?: { readonly anew: boolean }): Promise<{ readonly url: string; readonly state: string }>;
  /**
   * Checks the provider's answer.
   * @param query what the browser brought back
   * @throws {OpenIdError} when it is not valid
   */
  finish(query: URLSearchParams, state: string): Promise<Identity>;
}

interface OpenIdParts {
  readonly baseUrl: URL;
  readonly sessionSecret: string;
  /** Used to call the provider, which may run in the operator's own network. */
  readonly fetch: typeof fetch;
  readonly now: () => Date;
}

/** Providers seldom change their keys and addresses; after a failure they are read again at once. */
const DISCOVERY_MS = 3_600_000;
const SCOPE = "openid email profile";

/** Whether an answer belongs to the sign-in with this secret; anybody can make up an answer. */
export function isAnswerTo(state: string, query: URLSearchParams): boolean {
  return query.get("state") === hashSecret(state);
}

/**
 * Creates the client. The provider's metadata is read when it is first needed, since it may be down while we
 * start.
 * @throws {OpenIdError} from each of its functions
 */
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
      // Without this the library does not check the signature of the ID token, and relies on the connection
      // alone.
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
      // Metadata that is an hour old is most likely still valid.
      if (known === undefined) throw new OpenIdError("unreachable", cause);
      known = { ...known, readAt: time };
    }
    return { client, ...known };
  }

  /** Derived from the state, so that no other secret has to be stored. */
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
        // The provider gets a hash, so that the cookie's secret never appears in an address.
        state: hashSecret(state),
        nonce: derive("nonce", state),
        code_challenge: await client.calculatePKCECodeChallenge(derive("verifier", state)),
        code_challenge_method: "S256",
        // Not every provider supports both; one that supports `max_age` also tells when the person signed in.
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
