/**
 * Our app at each Mastodon server: registered once if one app is known to serve everybody, otherwise for each flow, and
 * again if the server forgot it (docs/networks/mastodon.md, section 2).
 */
import { z } from "zod";
import { say } from "../../../words/words.ts";
import { readOAuthError } from "../../call/oauth2.ts";
import { type Answer, callSafely, OPTIONAL_MS } from "../../call/request.ts";
import { type AppRegistration, PlatformError, type PlatformWorld } from "../../platform.ts";
import { isPage, isUnreadable, readWords, serverTrouble, toError } from "../errors.ts";
import { readMetadata } from "../server.ts";
import { findSoftwareIfItTells, whatIsKnownOf } from "../software.ts";
import { chooseScopes } from "./scopes.ts";

/** The latest time that JavaScript can represent: ECMAScript, section 21.4.1.1. */
const LAST_SECOND = 8_640_000_000_000;

const credential = z.union([z.string(), z.number().transform(String)]).pipe(z.string().min(1));
const registrationShape = z.object({
  client_id: credential,
  client_secret: credential,
  /** In seconds. 0 or absent means never. */
  client_secret_expires_at: z.number().max(LAST_SECOND).optional().catch(undefined),
});

/** "unclear": the server may have forgotten it, or does not check apps in this way. */
type Standing = "good" | "forgotten" | "unclear";

interface Wanted {
  readonly origin: string;
  readonly redirectUri: string;
  readonly scopes: readonly string[];
}

export class Apps {
  readonly #world: PlatformWorld;
  readonly #website: string;
  /** Registrations in progress: two people who arrive from the same new server share one. */
  readonly #underWay = new Map<string, Promise<AppRegistration>>();

  constructor(world: PlatformWorld, website: string) {
    this.#world = world;
    this.#website = website;
  }

  /** Returns an app with which a person can authorise at this server. @throws {PlatformError} */
  async ensure(origin: string, redirectUri: string): Promise<AppRegistration> {
    const since = this.#world.now();
    const [software, metadata] = await Promise.all([
      findSoftwareIfItTells(this.#world, origin),
      readMetadata(this.#world, origin),
    ]);
    const { keepsApps = false, listNeeds, scopes: accepted } = whatIsKnownOf(software);
    const scopes = chooseScopes({ supported: metadata?.scopes_supported ?? accepted, listNeeds });
    const wanted = { origin, redirectUri, scopes };
    if (!keepsApps)
      return await this.#world.apps.save(origin, { ...(await this.#register(wanted)), once: true }, since);
    const known = await this.#world.apps.find(origin);
    const standing = known && fits(known, wanted) ? await this.#check(origin, known) : "forgotten";
    if (known !== undefined && standing === "good") return known;
    const underWay = this.#underWay.get(origin);
    if (underWay !== undefined) return await underWay;
    const registering = this.#register(wanted)
      .then((app) => this.#world.apps.save(origin, app, since))
      .catch((error: unknown) => {
        // An app that may work is better than none.
        if (known !== undefined && standing === "unclear" && error instanceof PlatformError) return known;
        throw error;
      })
      .finally(() => this.#underWay.delete(origin));
    this.#underWay.set(origin, registering);
    return await registering;
  }

  /**
   * Checks a stored app. A forgotten one would lead the person to a dead end on the server, from which nobody returns.
   */
  async #check(origin: string, app: AppRegistration): Promise<Standing> {
    if (app.secretExpiresAt !== undefined && app.secretExpiresAt <= this.#world.now()) return "forgotten";
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
    if (isAppUnknown(answer)) return "forgotten";
    // A server that is too busy to answer gets no further request.
    if (answer.status === 429 || answer.status >= 500 || speaksOfGrantType(answer)) return "good";
    return answer.status === 200 && !isPage(answer) ? "good" : "unclear";
  }

  /**
   * Tests a new app: some servers admit none, and say so only on their own page, from which nobody returns.
   * @throws {PlatformError}
   */
  async checkEntrance(page: URL | string): Promise<void> {
    const asked = callSafely(this.#world.fetch, { method: "GET", url: page, timeoutMs: OPTIONAL_MS });
    const answer = await asked.catch((error: unknown) => {
      if (error instanceof PlatformError) return undefined;
      throw error;
    });
    if (answer?.status === 403 && !isPage(answer)) throw notRegistered(answer, this.#world.now());
  }

  async #register({ origin, redirectUri, scopes }: Wanted): Promise<AppRegistration> {
    const answer = await callSafely(this.#world.fetch, {
      method: "POST",
      url: `${origin}/api/v1/apps`,
      // One string and exactly four fields: old servers do not know the list, and strict ones refuse unknown fields.
      json: {
        client_name: this.#world.serviceName(),
        redirect_uris: redirectUri,
        scopes: scopes.join(" "),
        website: this.#website,
      },
    });
    const registered = registrationShape.safeParse(answer.body).data;
    if (isUnreadable(answer)) throw serverTrouble(answer, this.#world.now());
    if (answer.status < 200 || answer.status > 201 || registered === undefined)
      throw notRegistered(answer, this.#world.now());
    const expires = registered.client_secret_expires_at ?? 0;
    return {
      clientId: registered.client_id,
      clientSecret: registered.client_secret,
      scopes,
      redirectUri,
      ...(expires > 0 ? { secretExpiresAt: new Date(expires * 1_000) } : {}),
    };
  }
}

/** A newer version of the server may list other scopes, and ours may have changed. */
function fits(app: AppRegistration, { redirectUri, scopes }: Wanted): boolean {
  return app.redirectUri === redirectUri && app.scopes.toSorted().join(" ") === scopes.toSorted().join(" ");
}

/** At a token endpoint 401 can only mean the client (RFC 6749, section 5.2). */
export function isAppUnknown(answer: Answer): boolean {
  return answer.status === 401 || readOAuthError(answer.body)?.error === "invalid_client";
}

/** The server knows the app, but has no grant for apps themselves. */
function speaksOfGrantType({ body }: Answer): boolean {
  const told = readOAuthError(body);
  if (told === undefined) return false;
  const { error, error_description = "" } = told;
  const isUnknown = /unknown|not found|no application|invalid client/i.test(error_description);
  if (error === "unauthorized_client") return !isUnknown;
  return error === "unsupported_grant_type" || /grant[ _-]?type/i.test(`${error} ${error_description}`);
}

/** Nobody is connected yet, so nobody can be asked to reconnect. */
function notRegistered(answer: Answer, now: Date): PlatformError {
  const error = toError(answer, now);
  const isClosed = answer.status === 403 && !isPage(answer);
  if (error.kind !== "reconnect-needed" && !isClosed) return error;
  const words = readWords(answer);
  return new PlatformError("rejected", {
    code: "registration-refused",
    message: say(
      "The Mastodon server did not let this service register{words}, so you cannot connect an account there.",
      { words: words === undefined ? "" : ` (${words})` },
    ),
    status: answer.status,
  });
}
