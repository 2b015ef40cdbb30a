/** What a Mastodon server's refusals mean. Decided by status code and endpoint: its messages are translated and reworded (docs/platforms/mastodon.md, errors). */
import { z } from "zod";
import { PlatformError } from "./platform.ts";
import { type Answer, readRetryAfter } from "./request.ts";

/** Where no header says when to come back (docs/platforms/mastodon.md, rate limits). */
const OWN_BACKOFF_MS = 60_000;

const errorShape = z.object({ error: z.string(), error_description: z.string().optional().catch(undefined) });

/** The server's own words, for the person. */
export function readMessage(answer: Answer): string | undefined {
  const parsed = errorShape.safeParse(answer.body).data;
  return parsed && (parsed.error_description ?? parsed.error).slice(0, 300);
}

/** An answer that no call expects as its success. Ambiguity is for the caller that publishes to add. */
export function toError(answer: Answer, now: Date): PlatformError {
  const { status } = answer;
  const told = readMessage(answer);
  if (status === 401) return tokenRefused(status);
  if (status === 429) return rateLimited(answer, now);
  if (status >= 500) {
    return new PlatformError("transient", {
      code: "server-trouble",
      message: `The Mastodon server has a problem of its own (${status}).`,
      status,
    });
  }
  // A body that is not JSON, or a redirect, comes from something else than a Mastodon API.
  if (answer.body === undefined || status < 400 || status === 404) return incompatible(status);
  return new PlatformError("rejected", {
    code: "refused",
    message: `The Mastodon server refused this: ${told ?? `status ${status}`}.`,
    status,
  });
}

export function tokenRefused(status: number): PlatformError {
  return new PlatformError("reconnect-needed", {
    code: "token-refused",
    message:
      "The Mastodon server no longer accepts this connection: its access was withdrawn, or the password changed. Reconnect the account.",
    status,
  });
}

export function incompatible(status: number): PlatformError {
  return new PlatformError("rejected", {
    code: "incompatible-server",
    message: "This server does not answer like Mastodon: it has moved, or cannot do this.",
    status,
  });
}

function rateLimited(answer: Answer, now: Date): PlatformError {
  const reset = new Date(answer.headers.get("x-ratelimit-reset") ?? Number.NaN);
  const told = Number.isNaN(reset.getTime()) ? readRetryAfter(answer.headers, now) : reset;
  const retryAt = told !== undefined && told > now ? told : new Date(now.getTime() + OWN_BACKOFF_MS);
  return new PlatformError("rate-limited", {
    code: "rate-limited",
    message: "The Mastodon server asks us to wait before posting more.",
    status: answer.status,
    retryAt,
  });
}
