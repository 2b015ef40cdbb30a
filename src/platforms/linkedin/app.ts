/** Calls that our apps make on their own behalf (docs/networks/linkedin.md, section 2). */
import { say } from "../../words/words.ts";
import { type Granted, requestTokens } from "../call/oauth2.ts";
import { type Answer, callSafely } from "../call/request.ts";
import { PlatformError } from "../platform.ts";
import type { Parts } from "./call.ts";
import type { Settings } from "./settings.ts";
import { toTokenError } from "./token-errors.ts";
import { PROFILE, type Way } from "./ways.ts";

type Form = Readonly<Record<string, string>>;

interface Credentials {
  readonly client_id: string;
  readonly client_secret: string;
}

/** Our two apps: one for profiles, one for company pages. */
export class App {
  readonly #settings: Settings;
  readonly #parts: Parts;

  constructor(settings: Settings, parts: Parts) {
    this.#settings = settings;
    this.#parts = parts;
  }

  /** LinkedIn expects both in the body. @throws {PlatformError} if the app is not set up, or no longer */
  credentialsOf({ name }: Way): Credentials {
    const settings = this.#settings;
    if (name === PROFILE.name)
      return {
        client_id: settings.SOCIAL_LINKEDIN_CLIENT_ID,
        client_secret: settings.SOCIAL_LINKEDIN_CLIENT_SECRET,
      };
    const { SOCIAL_LINKEDIN_PAGES_CLIENT_ID: id, SOCIAL_LINKEDIN_PAGES_CLIENT_SECRET: secret } = settings;
    if (id !== undefined && secret !== undefined) return { client_id: id, client_secret: secret };
    const message = say(
      "LinkedIn’s company pages are not set up here. Contact the operator of this service.",
    );
    throw new PlatformError("rejected", { code: "not-set-up", message, operator: true });
  }

  /** Returns the answer, whatever its status. @throws {PlatformError} if the app is not set up, or nothing answers */
  async ask(way: Way, endpoint: "introspectToken" | "revoke", form: Form): Promise<Answer> {
    return await callSafely(this.#parts.world.fetch, {
      method: "POST",
      url: `${this.#parts.origin}/oauth/v2/${endpoint}`,
      form: { ...form, ...this.credentialsOf(way) },
    });
  }

  /** @throws {PlatformError} if LinkedIn refuses */
  async requestTokens(
    way: Way,
    {
      form,
      scopes,
      grant,
    }: { readonly form: Form; readonly scopes: readonly string[]; readonly grant: "code" | "refresh" },
  ): Promise<Granted> {
    const { world, origin } = this.#parts;
    const now = world.now();
    const endpoint = `${origin}/oauth/v2/accessToken`;
    const asked = { endpoint, form: { ...form, ...this.credentialsOf(way) }, now, scopes };
    const granted = await requestTokens(world.fetch, asked);
    if ("refused" in granted) throw toTokenError(granted.refused, grant, now);
    return granted;
  }
}
