/** Calls Facebook's Graph API with the token in the header and a proof that we know the app secret. */
import { createHmac } from "node:crypto";
import { type Answer, type Call, callSafely } from "../call/request.ts";
import type { PlatformWorld } from "../platform.ts";

/** Our app at Meta and Facebook's addresses, from the settings. */
export interface MetaApp {
  readonly id: string;
  readonly secret: string;
  /** The configuration id of "Facebook Login for Business". */
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
 * The `appsecret_proof` without a timestamp, so that the clocks need not agree (docs/networks/facebook.md, section 2.9).
 */
export function proofOf(appSecret: string, token: string): string {
  return createHmac("sha256", appSecret).update(token).digest("hex");
}

/** @param call makes the request @throws {PlatformError} the error of `call` if there is no answer */
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
