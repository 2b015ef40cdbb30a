/** Instagram. */
import { z } from "zod";
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

const origin = z.url({ protocol: /^https?$/ }).transform((url) => new URL(url).origin);

export const instagramSettings = z.object({
  SOCIAL_INSTAGRAM_APP_ID: z.string().min(1),
  SOCIAL_INSTAGRAM_APP_SECRET: z.string().min(1),
  SOCIAL_INSTAGRAM_ORIGIN: origin.default("https://www.instagram.com"),
  SOCIAL_INSTAGRAM_TOKEN_ORIGIN: origin.default("https://api.instagram.com"),
  SOCIAL_INSTAGRAM_API_ORIGIN: origin.default("https://graph.instagram.com"),
});

export const aboutInstagram: PlatformAbout = {
  label: "Instagram",
  summary: "Posts on Instagram.",
  linkCard: "crawled-from-page",
  lookAfterSeconds: [30],
  resendSafeSeconds: 0,
};

/** To be written. */
export class Instagram extends SocialPlatform {
  readonly name = "instagram";
  readonly about = aboutInstagram;
  readonly #settings: z.infer<typeof instagramSettings>;
  readonly #world: PlatformWorld;

  constructor(settings: z.infer<typeof instagramSettings>, world: PlatformWorld) {
    super();
    this.#settings = settings;
    this.#world = world;
  }

  async getAuthorizeUrl(_request: AuthorizeRequest): Promise<Authorization> {
    throw this.#missing();
  }

  async exchangeCode(_callback: AuthorizeCallback): Promise<OAuthResult[]> {
    throw this.#missing();
  }

  async refreshAccessToken(_account: Account, _tokens: Tokens): Promise<Tokens> {
    throw this.#missing();
  }

  async verifyToken(_account: Account, _tokens: Tokens): Promise<Account> {
    throw this.#missing();
  }

  async shareLink(_account: Account, _tokens: Tokens, _post: Post): Promise<ShareResult> {
    throw this.#missing();
  }

  countText(_account: Account, text: string): TextLength {
    return { length: text.length, limit: 500 };
  }

  #missing(): PlatformError {
    const message = `Instagram is not written yet (${Object.keys(this.#settings).length}, ${this.#world.now().getTime()}).`;
    return new PlatformError("rejected", { code: "not-written", message });
  }
}
