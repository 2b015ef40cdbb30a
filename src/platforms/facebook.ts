/** Facebook. */
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

export const facebookSettings = z.object({
  SOCIAL_FACEBOOK_APP_ID: z.string().min(1),
  SOCIAL_FACEBOOK_APP_SECRET: z.string().min(1),
  /** "Facebook Login for Business" asks by a configuration instead of by scopes. */
  SOCIAL_FACEBOOK_CONFIG_ID: z.string().min(1).optional(),
  SOCIAL_META_GRAPH_VERSION: z
    .string()
    .regex(/^v\d+\.\d+$/)
    .default("v26.0"),
  SOCIAL_FACEBOOK_ORIGIN: origin.default("https://www.facebook.com"),
  SOCIAL_FACEBOOK_API_ORIGIN: origin.default("https://graph.facebook.com"),
});

export const aboutFacebook: PlatformAbout = {
  label: "Facebook",
  summary: "Posts on Facebook.",
  linkCard: "crawled-from-page",
  lookAfterSeconds: [30],
  resendSafeSeconds: 0,
};

/** To be written. */
export class Facebook extends SocialPlatform {
  readonly name = "facebook";
  readonly about = aboutFacebook;
  readonly #settings: z.infer<typeof facebookSettings>;
  readonly #world: PlatformWorld;

  constructor(settings: z.infer<typeof facebookSettings>, world: PlatformWorld) {
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
    const message = `Facebook is not written yet (${Object.keys(this.#settings).length}, ${this.#world.now().getTime()}).`;
    return new PlatformError("rejected", { code: "not-written", message });
  }
}
