/** LinkedIn. */
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

export const linkedinSettings = z.object({
  SOCIAL_LINKEDIN_CLIENT_ID: z.string().min(1),
  SOCIAL_LINKEDIN_CLIENT_SECRET: z.string().min(1),
  /** A second app, for company pages. */
  SOCIAL_LINKEDIN_PAGES_CLIENT_ID: z.string().min(1).optional(),
  SOCIAL_LINKEDIN_PAGES_CLIENT_SECRET: z.string().min(1).optional(),
  SOCIAL_LINKEDIN_VERSION: z
    .string()
    .regex(/^\d{6}$/)
    .default("202609"),
  SOCIAL_LINKEDIN_ORIGIN: origin.default("https://www.linkedin.com"),
  SOCIAL_LINKEDIN_API_ORIGIN: origin.default("https://api.linkedin.com"),
});

export const aboutLinkedin: PlatformAbout = {
  label: "LinkedIn",
  summary: "Posts on LinkedIn.",
  linkCard: "crawled-from-page",
  lookAfterSeconds: [30],
  resendSafeSeconds: 0,
};

/** To be written. */
export class Linkedin extends SocialPlatform {
  readonly name = "linkedin";
  readonly about = aboutLinkedin;
  readonly #settings: z.infer<typeof linkedinSettings>;
  readonly #world: PlatformWorld;

  constructor(settings: z.infer<typeof linkedinSettings>, world: PlatformWorld) {
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
    const message = `LinkedIn is not written yet (${Object.keys(this.#settings).length}, ${this.#world.now().getTime()}).`;
    return new PlatformError("rejected", { code: "not-written", message });
  }
}
