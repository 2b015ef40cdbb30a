/** Mastodon, and servers that speak its API: any of them, our app registered at each once. */
import { z } from "zod";
import { say } from "../words/words.ts";
import { readAccount, readExtra, readMastodonLink } from "./mastodon-account.ts";
import { readTypedServer } from "./mastodon-address.ts";
import { isAppUnknown, MastodonApps } from "./mastodon-apps.ts";
import {
  appForgotten,
  incompatible,
  readBudgets,
  scopeMissing,
  toError,
  tokenRefused,
} from "./mastodon-errors.ts";
import { uploadPictures } from "./mastodon-media.ts";
import { covers, judgePost } from "./mastodon-refusal.ts";
import { findOrigin } from "./mastodon-server.ts";
import { countCharacters, readHtml } from "./mastodon-text.ts";
import { bearer, buildAuthorizeUrl, renewTokens, requestTokens } from "./oauth2.ts";
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
import { type Listed, recognise } from "./recognise.ts";
import { type Answer, callSafely, callVisibly } from "./request.ts";

export const mastodonSettings = z.object({
  SOCIAL_BASE_URL: z.url(),
});

export const aboutMastodon: PlatformAbout = {
  label: "Mastodon",
  guide: "mastodon",
  summary: say("Any Mastodon server, and others that speak its language."),
  postLinkExample: "https://mastodon.example/@you/113000000000000000",
  permissions: [
    { scopes: ["profile", "read:accounts", "read"], why: say("read your name and picture") },
    { scopes: ["write:statuses", "write"], why: say("post, and delete what you posted") },
    { scopes: ["write:media", "write"], why: say("add pictures") },
  ],
  linkCard: "crawled-from-page",
  server: {
    label: say("Your server or handle"),
    placeholder: "mastodon.social",
    hint: say("Like mastodon.social, or your whole handle: alice@mastodon.social."),
  },
  lookAfterSeconds: [0],
  // The key is remembered for an hour (docs/platforms/mastodon.md, section 4); ten minutes of it stay unused.
  resendSafeSeconds: 3_000,
};

const rememberShape = z.object({ origin: z.string(), clientId: z.string() });

const statusShape = z.object({ id: z.string().min(1), url: z.string().nullish(), uri: z.string().nullish() });
const listedShape = z.array(
  statusShape.extend({
    content: z.string(),
    created_at: z.coerce.date(),
    card: z.object({ url: z.string() }).nullish().catch(undefined),
  }),
);
const LIST_SIZE = 40;
/** Enough for a burst of posts; then the question is left open. */
const MOST_PAGES = 5;

export class Mastodon extends SocialPlatform {
  readonly name = "mastodon";
  readonly about = aboutMastodon;
  readonly #world: PlatformWorld;
  readonly #apps: MastodonApps;

  constructor(settings: z.infer<typeof mastodonSettings>, world: PlatformWorld) {
    super();
    this.#world = world;
    this.#apps = new MastodonApps(world, settings.SOCIAL_BASE_URL);
  }

  override serverOf(account: Account): string {
    return readExtra(account).origin;
  }

  async getAuthorizeUrl(request: AuthorizeRequest): Promise<Authorization> {
    const origin = await findOrigin(this.#world, readTypedServer(request.server ?? ""));
    const { clientId, scopes } = await this.#apps.ensure(origin, request.redirectUri);
    const url = buildAuthorizeUrl(`${origin}/oauth/authorize`, { ...request, clientId, scopes });
    return { url, remember: { origin, clientId } };
  }

  async exchangeCode({
    code,
    codeVerifier,
    redirectUri,
    remember,
  }: AuthorizeCallback): Promise<OAuthResult[]> {
    const { origin, clientId } = rememberShape.parse(remember);
    const app = await this.#world.apps.find(origin);
    // A code belongs to the app that asked for it, which another registration may have replaced meanwhile.
    if (app === undefined || app.clientId !== clientId) throw appForgotten();
    const granted = await requestTokens(this.#world.fetch, {
      endpoint: `${origin}/oauth/token`,
      form: {
        grant_type: "authorization_code",
        code,
        client_id: app.clientId,
        client_secret: app.clientSecret,
        redirect_uri: redirectUri,
        code_verifier: codeVerifier,
      },
      now: this.#world.now(),
      scopes: app.scopes,
    });
    if ("refused" in granted) throw await this.#judgeExchange(origin, granted.refused);
    const { tokens } = granted;
    if (!covers(tokens.scopes, "write:statuses")) throw scopeMissing("write:statuses");
    return [{ account: await readAccount(this.#world, { origin, tokens }), tokens }];
  }

  async refreshAccessToken(account: Account, tokens: Tokens): Promise<Tokens> {
    const { origin } = readExtra(account);
    const app = await this.#world.apps.find(origin);
    if (app === undefined || tokens.refreshToken === undefined) throw tokenRefused(401);
    const renewed = await requestTokens(this.#world.fetch, {
      endpoint: `${origin}/oauth/token`,
      form: {
        grant_type: "refresh_token",
        refresh_token: tokens.refreshToken,
        client_id: app.clientId,
        client_secret: app.clientSecret,
      },
      now: this.#world.now(),
      scopes: tokens.scopes,
    });
    if ("tokens" in renewed) return renewTokens(tokens, renewed.tokens);
    const { refused } = renewed;
    if (isAppUnknown(refused)) {
      await this.#world.apps.forget(origin);
      throw tokenRefused(refused.status);
    }
    // Our request is always the same, so what is bad about it can only be the token, whatever name a server has for that.
    throw refused.status === 400 ? tokenRefused(400) : toError(refused, this.#world.now());
  }

  async verifyToken(account: Account, tokens: Tokens): Promise<Account> {
    return await readAccount(this.#world, { origin: readExtra(account).origin, tokens }, account);
  }

  async shareLink(account: Account, tokens: Tokens, post: Post): Promise<ShareResult> {
    const { origin } = readExtra(account);
    const mediaIds = await uploadPictures(this.#world, { origin, tokens }, post.pictures);
    await post.beforePublish();
    const answer = await callVisibly(this.#world.fetch, {
      method: "POST",
      url: `${origin}/api/v1/statuses`,
      headers: { ...bearer(tokens), "idempotency-key": post.idempotencyKey },
      // No visibility: the person's own default holds.
      json: {
        status: post.text,
        ...(post.language === undefined ? {} : { language: post.language }),
        ...(mediaIds.length === 0 ? {} : { media_ids: mediaIds }),
      },
    });
    const status = statusShape.safeParse(answer.body).data;
    if (answer.status === 200 && status !== undefined)
      return { ...toResult(status, origin), budgets: readBudgets(answer.headers) };
    throw await judgePost(this.#world, { origin, tokens }, answer);
  }

  countText(account: Account, text: string): TextLength {
    const extra = readExtra(account);
    return { length: countCharacters(text, extra), limit: extra.maxCharacters };
  }

  readPostLink(account: Account, link: string): ShareResult | undefined {
    return readMastodonLink(account, link);
  }

  override async findShare(
    account: Account,
    tokens: Tokens,
    post: Post,
  ): Promise<ShareResult | "absent" | "unknown"> {
    const { origin, visibility } = readExtra(account);
    const mayRead = covers(tokens.scopes, "read:statuses");
    const found = await this.#look(account, { tokens, mayRead }, post);
    if (typeof found === "object") return toResult(found.status, origin);
    // Without leave to read, only what everybody sees is listed.
    const isPublic = visibility === "public" || visibility === "unlisted";
    return found === "absent" && (mayRead || isPublic) ? "absent" : "unknown";
  }

  override async deletePost(account: Account, tokens: Tokens, platformPostId: string): Promise<void> {
    const url = `${readExtra(account).origin}/api/v1/statuses/${encodeURIComponent(platformPostId)}`;
    const answer = await callSafely(this.#world.fetch, { method: "DELETE", url, headers: bearer(tokens) });
    if (answer.status !== 200 && answer.status !== 404) throw toError(answer, this.#world.now());
  }

  override async revokeToken(account: Account, tokens: Tokens): Promise<void> {
    const { origin } = readExtra(account);
    const app = await this.#world.apps.find(origin);
    // With the app its grants are gone too.
    if (app === undefined) return;
    // Exactly these three: strict servers refuse what they do not know.
    const form = { client_id: app.clientId, client_secret: app.clientSecret, token: tokens.accessToken };
    const url = `${origin}/oauth/revoke`;
    const answer = await callSafely(this.#world.fetch, { method: "POST", url, form });
    if (isAppUnknown(answer)) return await this.#world.apps.forget(origin);
    if (answer.status !== 200) throw toError(answer, this.#world.now());
  }

  async #judgeExchange(origin: string, refused: Answer): Promise<PlatformError> {
    if (isAppUnknown(refused)) {
      await this.#world.apps.forget(origin);
      return appForgotten();
    }
    if (refused.status === 200) return incompatible(200);
    if (refused.status !== 400) return toError(refused, this.#world.now());
    return new PlatformError("rejected", {
      code: "code-refused",
      message: say("The Mastodon server did not accept the approval. Please connect again."),
      status: 400,
    });
  }

  /** Page by page, back to the time before the post was first sent. */
  async #look(account: Account, reader: Reader, post: Post) {
    const listed: (Listed & { status: z.infer<typeof statusShape> })[] = [];
    for (let page = 0; page < MOST_PAGES; page += 1) {
      const answer = await this.#list(account, reader, listed.at(-1)?.status.id);
      const parsed = answer.status === 200 ? listedShape.safeParse(answer.body).data : undefined;
      if (parsed === undefined) return judgeUnlisted(answer, this.#world.now());
      for (const { content, card, created_at, ...status } of parsed) {
        const { text, links } = readHtml(content);
        listed.push({ status, text, links: card ? [...links, card.url] : links, createdAt: created_at });
      }
      const isWhole = parsed.length === 0;
      const found = recognise(listed, isWhole ? Number.POSITIVE_INFINITY : listed.length, post);
      if (found !== "unknown" || isWhole) return found;
    }
    return "unknown";
  }

  /** With a token that may not read, most servers refuse what they show to everybody; some show it only with a token. */
  async #list(account: Account, { tokens, mayRead }: Reader, before: string | undefined): Promise<Answer> {
    const { origin, accountId } = readExtra(account);
    const url = new URL(`${origin}/api/v1/accounts/${encodeURIComponent(accountId)}/statuses`);
    url.search = new URLSearchParams({
      limit: String(LIST_SIZE),
      exclude_reblogs: "true",
      ...(before === undefined ? {} : { max_id: before }),
    }).toString();
    const asked = { method: "GET", url } as const;
    const withToken = { ...asked, headers: bearer(tokens) };
    const answer = await callSafely(this.#world.fetch, mayRead ? withToken : asked);
    if (mayRead || ![401, 403, 404].includes(answer.status)) return answer;
    return await callSafely(this.#world.fetch, withToken);
  }
}

interface Reader {
  readonly tokens: Tokens;
  readonly mayRead: boolean;
}

function toResult(status: z.infer<typeof statusShape>, origin: string): ShareResult {
  return { platformPostId: status.id, url: status.url ?? status.uri ?? origin };
}

/** A list that is refused for good, or cannot be read, tells nothing; everything else is told as it is. */
function judgeUnlisted(answer: Answer, now: Date): "unknown" {
  if (answer.status === 200) return "unknown";
  const error = toError(answer, now);
  if (error.kind !== "rejected") throw error;
  return "unknown";
}
