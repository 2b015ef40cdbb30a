/** An app at Bluesky that can also make mistakes: each part of a request can be changed. Against any server of the protocol. */
import { createHash, randomBytes, randomUUID } from "node:crypto";
import { calculateJwkThumbprint, exportJWK, generateKeyPair, SignJWT } from "jose";
import { z } from "zod";

export type AccountStatus = "active" | "deactivated" | "takendown";

/** A server of the protocol with a person who has an account there. */
export interface BlueskyPlace {
  /** Where people sign in. */
  readonly issuer: string;
  /** Where the account's records are. */
  readonly server: string;
  readonly did: string;
  readonly handle: string;
  /** Decides on the consent page. Returns the address to which the browser is sent. */
  decide(address: string, decision: "approve" | "refuse"): Promise<string>;
  setStatus(status: AccountStatus): Promise<void>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

type Fields = Readonly<Record<string, string | undefined>>;

/** What is sent in place of the right proof: other claims, another header, or none. */
interface ProofChange {
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly header?: Readonly<Record<string, unknown>>;
  readonly foreignKey?: boolean;
  readonly none?: boolean;
  /** Sends no nonce, or an old one, and does not try again. */
  readonly nonce?: string | null;
}

export interface Call {
  readonly form?: Fields;
  readonly json?: unknown;
  readonly file?: { readonly bytes: Uint8Array; readonly type?: string };
  readonly authorization?: string;
  readonly token?: string;
  readonly proof?: ProofChange;
}

export const appCallback = "http://127.0.0.1:4100/social/callback/bluesky/";
const tokensSchema = z.object({ access_token: z.string(), refresh_token: z.string(), scope: z.string() });
export type Tokens = z.infer<typeof tokensSchema>;

export class BlueskyApp {
  readonly #place: BlueskyPlace;
  readonly #keys = generateKeyPair("ES256", { extractable: true });
  readonly #nonces = new Map<string, string>();

  constructor(place: BlueskyPlace) {
    this.#place = place;
  }

  /** Sends a call with a proof, once more if a nonce is demanded. */
  async send(endpoint: `${"GET" | "POST"} /${string}`, call: Call = {}): Promise<Answer> {
    const [method = "GET", path = "/"] = endpoint.split(" ");
    const origin = path.startsWith("/xrpc/") ? this.#place.server : this.#place.issuer;
    const first = await this.#sendOnce(method, `${origin}${path}`, call);
    const demands = z.object({ error: z.literal("use_dpop_nonce") }).safeParse(first.body).success;
    return demands && call.proof?.nonce === undefined
      ? await this.#sendOnce(method, `${origin}${path}`, call)
      : first;
  }

  async #sendOnce(method: string, url: string, call: Call): Promise<Answer> {
    const { origin } = new URL(url);
    const isProven = call.token !== undefined || call.form !== undefined;
    const headers = new Headers();
    if (isProven && !call.proof?.none)
      headers.set("dpop", await this.#prove(method, url, call, this.#nonces.get(origin)));
    if (call.token !== undefined) headers.set("authorization", `DPoP ${call.token}`);
    if (call.authorization !== undefined) headers.set("authorization", call.authorization);
    const body = bodyOf(call, headers);
    const answer = await fetch(url, { method, headers, redirect: "manual", ...(body && { body }) });
    const nonce = answer.headers.get("dpop-nonce");
    if (nonce !== null) this.#nonces.set(origin, nonce);
    const text = await answer.text();
    return { status: answer.status, headers: answer.headers, body: readJson(text) };
  }

  async #prove(method: string, url: string, { token, proof = {} }: Call, known?: string): Promise<string> {
    const { privateKey, publicKey } = await this.#keys;
    const nonce = proof.nonce === undefined ? known : proof.nonce;
    const hash = token && createHash("sha256").update(token).digest("base64url");
    const signer = proof.foreignKey ? (await generateKeyPair("ES256")).privateKey : privateKey;
    return await new SignJWT({
      jti: randomUUID(),
      iat: Math.floor(Date.now() / 1_000),
      htm: method,
      htu: url.replace(/\?.*$/, ""),
      ...(nonce && { nonce }),
      ...(hash && { ath: hash }),
      ...proof.claims,
    })
      .setProtectedHeader({ alg: "ES256", typ: "dpop+jwt", jwk: await exportJWK(publicKey), ...proof.header })
      .sign(signer);
  }

  /** Of this app's key for proofs. */
  async thumbprint(): Promise<string> {
    return await calculateJwkThumbprint(await exportJWK((await this.#keys).publicKey));
  }

  /** A right request to authorise, with its verifier. `changes` replace its fields; `undefined` removes one. */
  request(scope: string, changes: Fields = {}): { form: Fields; verifier: string } {
    const verifier = randomBytes(32).toString("base64url");
    const form = {
      client_id: clientId(scope),
      response_type: "code",
      redirect_uri: appCallback,
      scope,
      state: "a state",
      code_challenge: createHash("sha256").update(verifier).digest("base64url"),
      code_challenge_method: "S256",
      login_hint: this.#place.handle,
      ...changes,
    };
    return { form, verifier };
  }

  /** Asks for permission, and lets the person decide. Returns what the redirect says, with the verifier of its code. */
  async ask(scope: string, decision: "approve" | "refuse" = "approve") {
    const { form, verifier } = this.request(scope);
    const pushed = await this.send("POST /oauth/par", { form });
    const { request_uri } = z.object({ request_uri: z.string() }).parse(pushed.body);
    const query = new URLSearchParams({ client_id: clientId(scope), request_uri });
    const back = await this.#place.decide(`${this.#place.issuer}/oauth/authorize?${query}`, decision);
    return { said: new URL(back).searchParams, verifier, clientId: clientId(scope) };
  }

  /** Runs the whole flow. */
  async connect(scope: string): Promise<Tokens> {
    const { said, verifier, clientId: client_id } = await this.ask(scope);
    const form = {
      ...{ grant_type: "authorization_code", client_id, redirect_uri: appCallback },
      ...{ code: said.get("code") ?? "", code_verifier: verifier },
    };
    return tokensSchema.parse((await this.send("POST /oauth/token", { form })).body);
  }
}

/** The id of an app on this machine. */
export function clientId(scope: string): string {
  return `http://localhost?${new URLSearchParams({ redirect_uri: appCallback, scope })}`;
}

function bodyOf({ form, json, file }: Call, headers: Headers): BodyInit | undefined {
  if (form !== undefined) {
    const fields = Object.entries(form).filter((entry): entry is [string, string] => entry[1] !== undefined);
    return new URLSearchParams(fields);
  }
  if (json !== undefined) {
    headers.set("content-type", "application/json");
    return typeof json === "string" ? json : JSON.stringify(json);
  }
  if (file === undefined) return undefined;
  if (file.type !== undefined) headers.set("content-type", file.type);
  return new Uint8Array(file.bytes);
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text.startsWith("<") ? "a page" : text;
  }
}
