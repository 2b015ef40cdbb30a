/** Meta's calls to an app about a person: a form with a signed_request (docs/networks/facebook.md, section 7). */
import { createHmac } from "node:crypto";

export interface SignedPerson {
  /** The app-scoped id of the person. */
  readonly userId: string;
  /** In seconds. */
  readonly issuedAt: number;
}

const lifeSeconds = 3_600;

export function signRequest(appSecret: string, { userId, issuedAt }: SignedPerson): string {
  const payload = {
    algorithm: "HMAC-SHA256",
    expires: issuedAt + lifeSeconds,
    issued_at: issuedAt,
    user_id: userId,
  };
  const encoded = Buffer.from(JSON.stringify(payload)).toString("base64url");
  return `${createHmac("sha256", appSecret).update(encoded).digest("base64url")}.${encoded}`;
}

export interface CallbackAnswer {
  /** Absent if there was no answer. */
  readonly status?: number;
  /** The answer's body, if it is JSON. */
  readonly body?: unknown;
}

/** Sends it as Meta's servers do, and returns the app's answer. */
export async function callBack(url: string, signedRequest: string): Promise<CallbackAnswer> {
  try {
    const response = await fetch(url, {
      method: "POST",
      body: new URLSearchParams({ signed_request: signedRequest }),
      redirect: "manual",
      signal: AbortSignal.timeout(5_000),
    });
    const body: unknown = await response.json().catch(() => undefined);
    return { status: response.status, ...(body !== undefined && { body }) };
  } catch {
    return {};
  }
}
