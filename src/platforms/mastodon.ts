/** Mastodon, and servers that speak its API: any instance, our app registered there once. */
import { z } from "zod";
import { incompatible, readMessage, toError, tokenRefused } from "./mastodon-errors.ts";
import { uploadPictures } from "./mastodon-media.ts";
import { MastodonServers, readTypedServer } from "./mastodon-server.ts";
import { countCharacters, isSamePost } from "./mastodon-text.ts";
import { bearer, buildAuthorizeUrl, readOAuthError, readTokens } from "./oauth2.ts";
import {
  type Account,
  type Authorization,
  type AuthorizeCallback,
  type AuthorizeRequest,
  type OAuthResult,
  type PlatformAbout,
  PlatformError,
  type PlatformWorld,
  type Post,
  type ShareResult,
  SocialPlatform,
  type TextLength,
  type Tokens,
} from "./platform.ts";
import { type Answer, callSafely, callVisibly } from "./request.ts";

export const mastodonSettings = z.object({
  SOCIAL_APP_NAME: z.string().default("Sharewell"),
  SOCIAL_BASE_URL: z.string(),
});

export const aboutMastodon: PlatformAbout = {
  label: "Mastodon",
  summary: "Any Mastodon server, and others that speak its language.",
  linkCard: "crawled-from-page",
  server: {
    label: "Your server or handle",
    placeholder: "mastodon.social",
    hint: "Like mastodon.social, or your whole handle: alice@mastodon.social.",
  },
  settleSeconds: 0,
  // The key is remembered for an hour (docs/platforms/mastodon.md, idempotency); ten minutes of it stay unused.
  resendSafeSeconds: 3_000,
};

/** What we keep of an account beside the plain columns. */
const extraShape = z.object({
  origin: z.string(),
  accountId: z.string(),
  maxCharacters: z.number(),
  charactersPerUrl: z.number(),
  unit: z.enum(["graphemes", "runes"]),
  visibility: z.string().nullable(),
});

const rememberShape = z.object({ origin: z.string() });

const credentialsShape = z.object({
  id: z.string().min(1),
  username: z.string().min(1),
  display_name: z.string().optional().catch(undefined),
  avatar: z.url().optional().catch(undefined),
  source: z
    .object({ privacy: z.string().optional().catch(undefined) })
    .optional()
    .catch(undefined),
});

const statusShape = z.object({ id: z.string(), url: z.string().nullish(), uri: z.string().nullish() });
const listedShape = z.array(
  statusShape.extend({
    content: z.string(),
    created_at: z.string(),
    card: z.object({ url: z.string() }).nullish().catch(undefined),
  }),
);

/** How far a server's clock may be from ours when a post is looked for by its time. */
const CLOCK_SKEW_MS = 120_000;

export class Mastodon extends SocialPlatform {
  readonly name = "mastodon";
  readonly about = aboutMastodon;
  readonly #world: PlatformWorld;
  readonly #servers: MastodonServers;

  constructor(settings: z.infer<typeof mastodonSettings>, world: PlatformWorld) {
    super();
    this.#world = world;
    this.#servers = new MastodonServers(world, {
      name: settings.SOCIAL_APP_NAME,
      website: settings.SOCIAL_BASE_URL,
    });
  }

  async getAuthorizeUrl(request: AuthorizeRequest): Promise<Authorization> {
    const origin = await this.#servers.findOrigin(readTypedServer(request.server ?? ""));
    const app = await this.#servers.ensureApp(origin, request.redirectUri);
    return {
      url: buildAuthorizeUrl(`${origin}/oauth/authorize`, { ...request, ...app }),
      remember: { origin },
    };
  }

  async exchangeCode({
    code,
    codeVerifier,
    redirectUri,
    remember,
  }: AuthorizeCallback): Promise<OAuthResult[]> {
    const { origin } = rememberShape.parse(remember);
    const app = await this.#world.apps.find(origin);
    if (app === undefined) throw forgotten();
    const answer = await this.#post(`${origin}/oauth/token`, {
      grant_type: "authorization_code",
      code,
      client_id: app.clientId,
      client_secret: app.clientSecret,
      redirect_uri: redirectUri,
      code_verifier: codeVerifier,
    });
    if (isAppUnknown(answer)) {
      await this.#world.apps.forget(origin);
      throw forgotten();
    }
    const tokens = readTokens(answer.body, { now: this.#world.now(), scopes: app.scopes });
    if (answer.status !== 200 || tokens === undefined) {
      if (answer.status === 400)
        throw new PlatformError("rejected", {
          code: "code-refused",
          message: "The Mastodon server did not accept the approval. Please connect again.",
          status: 400,
        });
      throw answer.status === 200 ? incompatible(200) : toError(answer, this.#world.now());
    }
    return [{ account: await this.#readAccount(origin, tokens), tokens }];
  }

  async refreshAccessToken(account: Account, tokens: Tokens): Promise<Tokens> {
    const { origin } = extraShape.parse(account.extra);
    const app = await this.#world.apps.find(origin);
    if (app === undefined || tokens.refreshToken === undefined) throw tokenRefused(401);
    const answer = await this.#post(`${origin}/oauth/token`, {
      grant_type: "refresh_token",
      refresh_token: tokens.refreshToken,
      client_id: app.clientId,
      client_secret: app.clientSecret,
    });
    if (isAppUnknown(answer)) {
      await this.#world.apps.forget(origin);
      throw new PlatformError("reconnect-needed", {
        code: "app-forgotten",
        message: "The Mastodon server has forgotten Sharewell. Reconnect the account.",
        status: answer.status,
      });
    }
    const renewed = readTokens(answer.body, { now: this.#world.now(), scopes: tokens.scopes });
    if (answer.status === 200 && renewed !== undefined) return { ...tokens, ...renewed };
    throw answer.status === 400 ? tokenRefused(400) : toError(answer, this.#world.now());
  }

  async verifyToken(account: Account, tokens: Tokens): Promise<Account> {
    return await this.#readAccount(extraShape.parse(account.extra).origin, tokens);
  }

  async shareLink(account: Account, tokens: Tokens, post: Post): Promise<ShareResult> {
    const { origin } = extraShape.parse(account.extra);
    const mediaIds = await uploadPictures(this.#world, { origin, tokens }, post.pictures);
    await post.beforePublish();
    const answer = await callVisibly(this.#world.fetch, {
      method: "POST",
      url: `${origin}/api/v1/statuses`,
      headers: { ...bearer(tokens), "idempotency-key": post.idempotencyKey },
      json: {
        status: post.text,
        ...(post.language === undefined ? {} : { language: post.language }),
        ...(mediaIds.length === 0 ? {} : { media_ids: mediaIds }),
      },
    });
    const status = statusShape.safeParse(answer.body).data;
    if (answer.status === 200 && status !== undefined) return toResult(status, account);
    throw await this.#judgePosting(origin, tokens, answer);
  }

  countText(account: Account, text: string): TextLength {
    const { maxCharacters, ...counting } = extraShape.parse(account.extra);
    return { length: countCharacters(text, counting), limit: maxCharacters };
  }

  override async findShare(
    account: Account,
    tokens: Tokens,
    post: Post,
  ): Promise<ShareResult | "absent" | "unknown"> {
    const { origin, accountId, visibility } = extraShape.parse(account.extra);
    const answer = await callSafely(this.#world.fetch, {
      method: "GET",
      url: `${origin}/api/v1/accounts/${encodeURIComponent(accountId)}/statuses?limit=20&exclude_reblogs=true`,
      headers: bearer(tokens),
    });
    // Without the scope to read statuses some servers show only what everybody sees, others refuse.
    const listed = await this.#readListed(origin, accountId, answer);
    if (listed === undefined) return "unknown";
    const since = (post.firstSentAt ?? this.#world.now()).getTime() - CLOCK_SKEW_MS;
    const found = listed.find(
      ({ content, card, created_at }) =>
        Date.parse(created_at) >= since && isSamePost({ content, cardUrl: card?.url }, post),
    );
    if (found !== undefined) return toResult(found, account);
    const hidden = visibility === "private" || visibility === "direct";
    return hidden ||
      (listed.length === 20 && listed.every(({ created_at }) => Date.parse(created_at) >= since))
      ? "unknown"
      : "absent";
  }

  override async deletePost(account: Account, tokens: Tokens, platformPostId: string): Promise<void> {
    const { origin } = extraShape.parse(account.extra);
    const answer = await callSafely(this.#world.fetch, {
      method: "DELETE",
      url: `${origin}/api/v1/statuses/${encodeURIComponent(platformPostId)}`,
      headers: bearer(tokens),
    });
    if (answer.status !== 200 && answer.status !== 404) throw toError(answer, this.#world.now());
  }

  override async revokeToken(account: Account, tokens: Tokens): Promise<void> {
    const { origin } = extraShape.parse(account.extra);
    const app = await this.#world.apps.find(origin);
    if (app === undefined) return;
    const answer = await this.#post(`${origin}/oauth/revoke`, {
      client_id: app.clientId,
      client_secret: app.clientSecret,
      token: tokens.accessToken,
    });
    if (answer.status !== 200) throw toError(answer, this.#world.now());
  }

  async #post(url: string, form: Readonly<Record<string, string>>): Promise<Answer> {
    return await callSafely(this.#world.fetch, { method: "POST", url, form });
  }

  async #askCredentials(origin: string, tokens: Tokens): Promise<Answer> {
    return await callSafely(this.#world.fetch, {
      method: "GET",
      url: `${origin}/api/v1/accounts/verify_credentials`,
      headers: bearer(tokens),
    });
  }

  async #readAccount(origin: string, tokens: Tokens): Promise<Account> {
    const answer = await this.#askCredentials(origin, tokens);
    if (answer.status === 403) throw barred(answer);
    const credentials = credentialsShape.safeParse(answer.body).data;
    if (answer.status !== 200 || credentials === undefined)
      throw answer.status === 200 ? incompatible(200) : toError(answer, this.#world.now());
    const [limits, software] = await Promise.all([
      this.#servers.readLimits(origin),
      this.#servers.readSoftware(origin),
    ]);
    return {
      id: `${credentials.id}@${new URL(origin).host}`,
      username: `${credentials.username}@${limits.accountDomain}`,
      displayName: credentials.display_name?.trim() || credentials.username,
      ...(credentials.avatar === undefined ? {} : { avatarUrl: credentials.avatar }),
      extra: {
        origin,
        accountId: credentials.id,
        maxCharacters: limits.maxCharacters,
        charactersPerUrl: limits.charactersPerUrl,
        unit: software === "gotosocial" ? "runes" : "graphemes",
        visibility: credentials.source?.privacy ?? null,
      },
    };
  }

  async #readListed(
    origin: string,
    accountId: string,
    answer: Answer,
  ): Promise<z.infer<typeof listedShape> | undefined> {
    if (answer.status === 401) throw tokenRefused(401);
    const refused = answer.status === 403 || answer.status === 404;
    const readable = refused
      ? await callSafely(this.#world.fetch, {
          method: "GET",
          url: `${origin}/api/v1/accounts/${encodeURIComponent(accountId)}/statuses?limit=20&exclude_reblogs=true`,
        })
      : answer;
    if (readable.status >= 500 || readable.status === 429) throw toError(readable, this.#world.now());
    return readable.status === 200 ? listedShape.safeParse(readable.body).data : undefined;
  }

  /** docs/platforms/mastodon.md, errors: 503 is a lost lock and posted nothing; the other 5xx leave a doubt. */
  async #judgePosting(origin: string, tokens: Tokens, answer: Answer): Promise<PlatformError> {
    if (answer.status >= 500 && answer.status !== 503) {
      return new PlatformError("ambiguous", {
        code: "server-trouble",
        message: `The Mastodon server failed (${answer.status}), so it may or may not have posted this.`,
        status: answer.status,
      });
    }
    return answer.status === 403
      ? await this.#judgeForbidden(origin, tokens, answer)
      : toError(answer, this.#world.now());
  }

  /** The same status for a barred account, a missing scope and a refused post: what the server says of the account tells them apart. */
  async #judgeForbidden(origin: string, tokens: Tokens, answer: Answer): Promise<PlatformError> {
    const maySend = tokens.scopes.some((scope) => scope === "write" || scope === "write:statuses");
    if (!maySend || readOAuthError(answer.body) === "insufficient_scope") {
      return new PlatformError("reconnect-needed", {
        code: "scope-missing",
        message: "The permission to post (write:statuses) is missing. Reconnect the account and allow it.",
        status: 403,
      });
    }
    const account = await this.#askCredentials(origin, tokens);
    return account.status === 403 || account.status === 401
      ? barred(answer)
      : toError(answer, this.#world.now());
  }
}

function toResult(status: z.infer<typeof statusShape>, account: Account): ShareResult {
  const { origin } = extraShape.parse(account.extra);
  return { platformPostId: status.id, url: status.url ?? status.uri ?? origin };
}

function isAppUnknown(answer: Answer): boolean {
  return answer.status === 401 || readOAuthError(answer.body) === "invalid_client";
}

function forgotten(): PlatformError {
  return new PlatformError("transient", {
    code: "app-forgotten",
    message:
      "The Mastodon server has forgotten Sharewell. Please connect again: we introduce ourselves anew.",
  });
}

/** Disabled, unconfirmed, pending or suspended: only the server's own words tell the person which. */
function barred(answer: Answer): PlatformError {
  const told = readMessage(answer);
  return new PlatformError("reconnect-needed", {
    code: "account-barred",
    message: `The Mastodon server does not let this account in${told === undefined ? "" : `: ${told}`}. Sort it out there, then reconnect.`,
    status: answer.status,
  });
}
