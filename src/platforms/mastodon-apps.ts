/** Our app at each Mastodon server: registered once, and anew when the server forgot it (docs/platforms/mastodon.md, section 2). */
import { z } from "zod";
import { say } from "../words/words.ts";
import { toError } from "./mastodon-errors.ts";
import { readMetadata } from "./mastodon-server.ts";
import { readOAuthError } from "./oauth2.ts";
import { type AppRegistration, PlatformError, type PlatformWorld } from "./platform.ts";
import { type Answer, callSafely } from "./request.ts";

const registrationShape = z.object({
  client_id: z.string().min(1),
  client_secret: z.string().min(1),
  /** Seconds; 0, as where it is missing, means never. */
  client_secret_expires_at: z.number().optional().catch(undefined),
});

export class MastodonApps {
  readonly #world: PlatformWorld;
  readonly #website: string;
  /** Registrations under way: two people who come from the same new server share one. */
  readonly #underWay = new Map<string, Promise<AppRegistration>>();

  constructor(world: PlatformWorld, website: string) {
    this.#world = world;
    this.#website = website;
  }

  /** The app that we have at this server, if it is still good; else a new one. @throws {PlatformError} */
  async ensure(origin: string, redirectUri: string): Promise<AppRegistration> {
    const known = await this.#world.apps.find(origin);
    if (known !== undefined && known.redirectUri === redirectUri && (await this.#isGood(origin, known)))
      return known;
    const underWay = this.#underWay.get(origin);
    if (underWay !== undefined) return await underWay;
    const registering = this.#register(origin, redirectUri).finally(() => this.#underWay.delete(origin));
    this.#underWay.set(origin, registering);
    return await registering;
  }

  /** A forgotten app would lead the person to a dead end at the server, from where nothing comes back to us. */
  async #isGood(origin: string, app: AppRegistration): Promise<boolean> {
    if (app.secretExpiresAt !== undefined && app.secretExpiresAt <= this.#world.now()) return false;
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
    return !isAppUnknown(answer);
  }

  async #register(origin: string, redirectUri: string): Promise<AppRegistration> {
    const scopes = await chooseScopes(this.#world, origin);
    const answer = await callSafely(this.#world.fetch, {
      method: "POST",
      url: `${origin}/api/v1/apps`,
      // One string and exactly four fields: old servers know no list, strict ones refuse what they do not know.
      json: {
        client_name: this.#world.serviceName(),
        redirect_uris: redirectUri,
        scopes: scopes.join(" "),
        website: this.#website,
      },
    });
    const registered = registrationShape.safeParse(answer.body).data;
    if (answer.status !== 200 || registered === undefined) throw notRegistered(answer, this.#world.now());
    const expires = registered.client_secret_expires_at ?? 0;
    const app: AppRegistration = {
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

/** At a token endpoint 401 can only mean the client (RFC 6749, section 5.2). */
export function isAppUnknown(answer: Answer): boolean {
  return answer.status === 401 || readOAuthError(answer.body)?.error === "invalid_client";
}

/** The least that serves: `profile` instead of all readable account data, where the server has it. */
async function chooseScopes(world: PlatformWorld, origin: string): Promise<string[]> {
  const supported = (await readMetadata(world, origin))?.scopes_supported;
  if (supported === undefined) return ["read:accounts", "write:statuses", "write:media"];
  const identity = supported.includes("profile") ? "profile" : "read:accounts";
  return [identity, "write:statuses", ...(supported.includes("write:media") ? ["write:media"] : [])];
}

/** Nobody is connected yet, so nobody can be asked to reconnect. */
function notRegistered(answer: Answer, now: Date): PlatformError {
  const error = toError(answer, now);
  if (error.kind !== "reconnect-needed") return error;
  return new PlatformError("rejected", {
    code: "registration-refused",
    message: say(
      "The Mastodon server does not let this service introduce itself, so it cannot be connected.",
    ),
    status: answer.status,
  });
}
