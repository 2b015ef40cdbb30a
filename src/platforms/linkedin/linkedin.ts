/** LinkedIn: profiles through Sign In with LinkedIn, company pages through a second app, and link cards that we make. */
import { z } from "zod";
import { say, type Told } from "../../words/words.ts";
import { renewTokens } from "../call/oauth2.ts";
import {
  type Account,
  type Authorization,
  type AuthorizeCallback,
  type AuthorizeRequest,
  type ConnectWay,
  type OAuthResult,
  PlatformError,
  type PlatformWorld,
  type Post,
  type PostOption,
  type ShareResult,
  SocialPlatform,
  type TextLength,
  type Tokens,
} from "../platform.ts";
import { withAddress } from "../posts/address-in-text.ts";
import { toWebAddress } from "../posts/web-address.ts";
import { about } from "./about.ts";
import { App } from "./app.ts";
import { type ApiCall, callApi, type Parts, unreadable } from "./call.ts";
import { type Circumstances, scopeMissing, toError } from "./errors.ts";
import { readMember } from "./member.ts";
import { listPages } from "./pages.ts";
import { readPostLink } from "./posts.ts";
import { publish } from "./publishing.ts";
import type { Settings } from "./settings.ts";
import { toShownText } from "./text.ts";
import { toTokenError } from "./token-errors.ts";
import { PAGES, PROFILE, wayOf } from "./ways.ts";

const TEXT_LIMIT = 3_000;
/** The operator is told 60 days ahead. */
const NOTICE_MS = 5_184_000_000;

const introspectionShape = z.object({ active: z.boolean(), scope: z.string().optional().catch(undefined) });

export class Linkedin extends SocialPlatform {
  readonly name = "linkedin";
  readonly about = about;
  readonly #settings: Settings;
  readonly #parts: Parts;
  readonly #app: App;

  constructor(settings: Settings, world: PlatformWorld) {
    super();
    this.#settings = settings;
    this.#parts = {
      world,
      origin: settings.SOCIAL_LINKEDIN_ORIGIN,
      apiOrigin: settings.SOCIAL_LINKEDIN_API_ORIGIN,
      version: settings.SOCIAL_LINKEDIN_VERSION,
    };
    this.#app = new App(settings, this.#parts);
  }

  override ways(): readonly ConnectWay[] {
    return this.#settings.SOCIAL_LINKEDIN_PAGES_CLIENT_ID === undefined ? [] : [PROFILE, PAGES];
  }

  /** A version ends in the middle of its month, one year later (docs/networks/linkedin.md, section 3). */
  override operatorNotice(): Told | undefined {
    const { version, world } = this.#parts;
    const ends = Date.UTC(Number(version.slice(0, 4)) + 1, Number(version.slice(4)) - 1, 15);
    if (ends - world.now().getTime() > NOTICE_MS) return undefined;
    const day = new Date(ends).toISOString().slice(0, 10);
    return say(
      "LinkedIn will switch off version {version} of its API around {day}: set SOCIAL_LINKEDIN_VERSION to a newer one.",
      { version, day },
    );
  }

  /** LinkedIn grants all scopes or none. It has no PKCE and no `prompt` (docs/networks/linkedin.md, section 2). */
  async getAuthorizeUrl({ redirectUri, state, way: name }: AuthorizeRequest): Promise<Authorization> {
    const way = name === PAGES.name ? PAGES : PROFILE;
    const url = new URL("/oauth/v2/authorization", this.#parts.origin);
    const query = new URLSearchParams({
      response_type: "code",
      client_id: this.#app.credentialsOf(way).client_id,
      redirect_uri: redirectUri,
      state,
      scope: way.scopes.join(" "),
    });
    // Every reader decodes %20 as a space, but + only if it treats the query as a form.
    url.search = query.toString().replaceAll("+", "%20");
    return { url: toWebAddress(url), remember: { way: way.name } };
  }

  async exchangeCode({ code, redirectUri, remember }: AuthorizeCallback): Promise<OAuthResult[]> {
    const way = wayOf(remember);
    const form = { grant_type: "authorization_code", code, redirect_uri: redirectUri };
    const { tokens, idToken } = await this.#app.requestTokens(way, {
      form,
      scopes: way.scopes,
      grant: "code",
    });
    if (!tokens.scopes.includes(way.posting)) throw scopeMissing(way.posting);
    if (way.name === PAGES.name)
      return await listPages({
        parts: this.#parts,
        tokens,
        circumstances: { ...this.#circumstances(tokens), needed: "rw_organization_admin" },
      });
    const circumstances = { ...this.#circumstances(tokens), needed: "profile" };
    const clientId = this.#app.credentialsOf(way).client_id;
    const account = await readMember(this.#parts, { tokens, idToken, clientId, circumstances });
    return [{ account, tokens }];
  }

  async refreshAccessToken({ extra }: Account, tokens: Tokens): Promise<Tokens> {
    const { refreshToken, scopes } = tokens;
    if (refreshToken === undefined) {
      const message = say("LinkedIn’s permission lasts 60 days and has expired. Reconnect the account.");
      throw new PlatformError("reconnect-needed", { code: "not-renewable", message });
    }
    const form = { grant_type: "refresh_token", refresh_token: refreshToken };
    const renewed = await this.#app.requestTokens(wayOf(extra), { form, scopes, grant: "refresh" });
    return renewTokens(tokens, renewed.tokens);
  }

  /** Checks the token, not the member: we may read the member only once, when they connect. */
  async verifyToken(account: Account, { accessToken: token }: Tokens): Promise<Account> {
    const way = wayOf(account.extra);
    const answer = await this.#app.ask(way, "introspectToken", { token });
    if (answer.status !== 200) throw toTokenError(answer, "none", this.#parts.world.now());
    const known = introspectionShape.safeParse(answer.body).data;
    if (known === undefined) throw unreadable(answer);
    if (!known.active) {
      const message = say("LinkedIn no longer accepts this connection. Reconnect the account.");
      throw new PlatformError("reconnect-needed", { code: "token-refused", message });
    }
    if (known.scope !== undefined && !known.scope.split(/[\s,]+/).includes(way.posting))
      throw scopeMissing(way.posting);
    return account;
  }

  async shareLink(account: Account, tokens: Tokens, post: Post): Promise<ShareResult> {
    return await publish(
      {
        parts: this.#parts,
        tokens,
        author: account.id,
        circumstances: this.#circumstances(tokens, account),
      },
      post,
    );
  }

  /** How LinkedIn counts is not documented, so this counts the visible text in UTF-16 units, the strictest way. */
  countText(_account: Account, text: string): TextLength {
    return { length: toShownText(text).length, limit: TEXT_LIMIT };
  }

  /** Only members choose an audience; a page's posts are public. */
  override optionsOf({ extra }: Account): readonly PostOption[] {
    return wayOf(extra).name === PROFILE.name ? (about.options ?? []) : [];
  }

  /** The link is in the card. Beside pictures there is no card, so it goes into the text. */
  override composeText(message: string, url: string, hasPictures = false): string {
    return hasPictures ? withAddress(message, url) : message.trim();
  }

  readPostLink(_account: Account, link: string): ShareResult | undefined {
    return readPostLink(this.#parts.origin, link);
  }

  override async deletePost(account: Account, tokens: Tokens, platformPostId: string): Promise<void> {
    const path = `/rest/posts/${encodeURIComponent(platformPostId)}`;
    const call: ApiCall = { method: "DELETE", path, headers: { "x-restli-method": "DELETE" } };
    const answer = await callApi(this.#parts, tokens, call);
    if (answer.status !== 204) throw toError(answer, this.#circumstances(tokens, account));
  }

  /** A member’s grant seems to cover all tokens that they gave to one of our apps (docs/networks/linkedin.md, section 2.7). */
  override grantOf({ id, grantedBy }: Account): string | undefined {
    return grantedBy ?? id;
  }

  override readonly tokensEndTogether = false;

  /** This endpoint is not documented, but it works (docs/networks/linkedin.md, section 2.7). */
  override async revokeToken({ extra }: Account, { accessToken: token }: Tokens): Promise<"ended"> {
    const answer = await this.#app.ask(wayOf(extra), "revoke", { token });
    if (answer.status !== 200) throw toTokenError(answer, "none", this.#parts.world.now());
    return "ended";
  }

  #circumstances({ scopes: granted }: Tokens, account?: Account): Circumstances {
    const way = wayOf(account?.extra ?? {});
    return {
      now: this.#parts.world.now(),
      origin: this.#parts.origin,
      granted,
      needed: way.posting,
      ...(way.name === PAGES.name && account !== undefined ? { page: account.displayName } : {}),
    };
  }
}
