/** The error envelope that Facebook, Instagram and Threads share (docs/networks/facebook.md, section 5). */
import { randomBytes } from "node:crypto";

export interface GraphErrorParts {
  readonly status: number;
  /** The message for developers. */
  readonly message: string;
  /** Default: OAuthException, as almost always. */
  readonly type?: string;
  readonly code: number;
  readonly subcode?: number;
  readonly isTransient?: boolean;
  /** The message for people. */
  readonly userTitle?: string;
  readonly userMessage?: string;
}

export function graphError(parts: GraphErrorParts): Response {
  const {
    status,
    message,
    type = "OAuthException",
    code,
    subcode,
    isTransient,
    userTitle,
    userMessage,
  } = parts;
  const error = {
    message,
    type,
    code,
    ...(subcode !== undefined && { error_subcode: subcode }),
    ...(isTransient !== undefined && { is_transient: isTransient }),
    ...(userTitle !== undefined && { error_user_title: userTitle }),
    ...(userMessage !== undefined && { error_user_msg: userMessage }),
    fbtrace_id: `A${randomBytes(17).toString("base64url").slice(0, 22)}`,
  };
  const headers = new Headers();
  if (code === 190 || code === 102 || code === 104) {
    // Header values allow no line breaks and only Latin-1.
    const words = message.replaceAll(/[^\x20-\x7e]|"/g, "'");
    headers.set("www-authenticate", `OAuth "Facebook Platform" "invalid_token" "${words}"`);
  }
  return Response.json({ error }, { status, headers });
}

/** Thrown by handlers; the network's onError turns it into an answer. */
export class GraphRefusal extends Error {
  readonly response: Response;

  constructor(response: Response) {
    super(`The simulated network refuses this with ${response.status}.`);
    this.response = response;
  }
}
