/** One call of Facebook's Graph API, with the token in the header and the proof that we hold the app's secret. */
import { createHmac } from "node:crypto";
import { type Answer, type Call, callSafely } from "../call/request.ts";
import type { PlatformWorld } from "../platform.ts";

/** An app at Meta and where its API is, from the settings. */
export interface MetaApp {
  readonly id: string;
  readonly secret: string;
  /** Of "Facebook Login for Business". */
  readonly configId?: string | undefined;
  /** "v26.0" */
  readonly version: string;
  /** Where people log in. */
  readonly origin: string;
  readonly apiOrigin: string;
}

export interface GraphCall extends Pick<Call, "method" | "json" | "multipart"> {
  /** Without the version: "/me". */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly token: string;
}

/**
 * The form without a time, which needs no clock that agrees with Facebook's (docs/networks/facebook.md, section 2.9).
 */
export function proofOf(appSecret: string, token: string): string {
  return createHmac("sha256", appSecret).update(token).digest("hex");
}

/** @throws {PlatformError} as `call` does where there is no answer */
export async function askGraph(
  { fetch }: Pick<PlatformWorld, "fetch">,
  app: MetaApp,
  { path, query = {}, token, ...asked }: GraphCall,
  call: typeof callSafely = callSafely,
): Promise<Answer> {
  const parameters = new URLSearchParams({ ...query, appsecret_proof: proofOf(app.secret, token) });
  const url = `${app.apiOrigin}/${app.version}${path}?${parameters}`;
  return await call(fetch, { ...asked, url, headers: { authorization: `Bearer ${token}` } });
}
