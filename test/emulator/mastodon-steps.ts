/** The steps that tests take on a simulated Mastodon server, as an app and its person would. */
import { createHash, randomBytes } from "node:crypto";
import { z } from "zod";
import type { Emulator } from "../../emulator/server.ts";
import { emulatedFetch } from "../harness/networks/emulated-fetch.ts";

export const callback = "http://127.0.0.1:4100/social/callback/mastodon/";
export const usualScopes = "profile write:statuses write:media";

const appSchema = z.object({ client_id: z.string(), client_secret: z.string() });
export type App = z.infer<typeof appSchema>;

const tokenSchema = z.object({
  access_token: z.string(),
  scope: z.string(),
  created_at: z.number(),
  expires_in: z.number().optional(),
  refresh_token: z.string().optional(),
});
export type TokenAnswer = z.infer<typeof tokenSchema>;

const statusSchema = z.looseObject({ id: z.string(), url: z.string().nullable(), uri: z.string() });

export interface Verifier {
  readonly verifier: string;
  readonly challenge: string;
}

export function newVerifier(): Verifier {
  const verifier = randomBytes(32).toString("base64url");
  return { verifier, challenge: createHash("sha256").update(verifier).digest("base64url") };
}

/** One simulated server, as an app uses it. */
export class MastodonSteps {
  readonly origin: string;
  readonly emulator: Emulator;
  readonly host: string;

  constructor(emulator: Emulator, host = "mastodon.localhost") {
    this.emulator = emulator;
    this.host = host;
    this.origin = `http://${host}:${emulator.mastodon.port}`;
  }

  get(path: string, token?: string): Promise<Response> {
    return emulatedFetch(this.origin + path, { headers: bearer(token), redirect: "manual" });
  }

  send(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
    return emulatedFetch(this.origin + path, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify(body),
      redirect: "manual",
    });
  }

  sendForm(path: string, fields: Record<string, string>, headers: Record<string, string> = {}) {
    return emulatedFetch(this.origin + path, {
      method: "POST",
      headers,
      body: new URLSearchParams(fields),
      redirect: "manual",
    });
  }

  delete(path: string, token: string): Promise<Response> {
    return emulatedFetch(this.origin + path, { method: "DELETE", headers: bearer(token) });
  }

  async control(path: string, body: unknown): Promise<Response> {
    const answer = await this.send(`/_emulator/${path}`, body);
    if (!answer.ok) throw new Error(await answer.text());
    return answer;
  }

  switch(change: Record<string, unknown>): Promise<Response> {
    return this.control("switches", { server: this.host, ...change });
  }

  async register(scopes = usualScopes): Promise<App> {
    const fields = { client_name: "Sharewell", redirect_uris: callback, scopes };
    return appSchema.parse(await (await this.send("/api/v1/apps", fields)).json());
  }

  authorizePath(app: App, changes: Record<string, string> = {}): string {
    const query = new URLSearchParams({
      response_type: "code",
      client_id: app.client_id,
      redirect_uri: callback,
      scope: usualScopes,
      state: "state-of-ana",
      ...changes,
    });
    return `/oauth/authorize?${query}`;
  }

  /** Presses Approve or Refuse on the consent page, and returns where it leads. */
  async decide(app: App, changes: Record<string, string> = {}, decision = "approve"): Promise<URL> {
    const page = await (await this.get(this.authorizePath(app, changes))).text();
    const fields: Record<string, string> = {};
    for (const [, name = "", value = ""] of page.matchAll(
      /<input type="hidden" name="([^"]+)" value="([^"]*)"/g,
    ))
      fields[name] = value;
    const account = `${changes.as ?? "ana"}@${this.host}`;
    const answer = await this.sendForm("/oauth/authorize", { ...fields, account, decision });
    return new URL(answer.headers.get("location") ?? "none:");
  }

  exchange(app: App, code: string, changes: Record<string, string> = {}): Promise<Response> {
    return this.sendForm("/oauth/token", {
      grant_type: "authorization_code",
      code,
      redirect_uri: callback,
      ...app,
      ...changes,
    });
  }

  async connect(scopes = usualScopes, as = "ana"): Promise<TokenAnswer & { app: App }> {
    const app = await this.register(scopes);
    return { ...(await this.connectAgain(app, scopes, as)), app };
  }

  async connectAgain(app: App, scopes = usualScopes, as = "ana"): Promise<TokenAnswer> {
    const back = await this.decide(app, { scope: scopes, as });
    return tokenSchema.parse(await (await this.exchange(app, back.searchParams.get("code") ?? "")).json());
  }

  post(token: string, body: unknown, key?: string): Promise<Response> {
    return this.send("/api/v1/statuses", body, {
      ...bearer(token),
      ...(key !== undefined && { "idempotency-key": key }),
    });
  }

  async posted(token: string, body: unknown, key?: string) {
    const answer = await this.post(token, body, key);
    if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
    return statusSchema.parse(await answer.json());
  }

  /** The texts on the network, oldest first. */
  texts(): string[] {
    return this.emulator.mastodon.world.memory.posts
      .filter(({ server, deletedAt }) => server === this.host && !deletedAt)
      .map(({ text }) => text);
  }
}

export function bearer(token: string | undefined): Record<string, string> {
  return token === undefined ? {} : { authorization: `Bearer ${token}` };
}

const errorSchema = z.looseObject({ error: z.string() });

/** Status and error of an answer: "401 invalid_client". */
export async function told(answer: Response): Promise<string> {
  return `${answer.status} ${errorSchema.parse(await answer.json()).error}`;
}
