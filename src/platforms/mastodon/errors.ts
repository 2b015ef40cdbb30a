/**
 * Decides what a Mastodon server's refusals mean, by status and endpoint, because its words are translated and reworded
 * (docs/networks/mastodon.md, errors).
 */
import { isIP } from "node:net";
import { z } from "zod";
import { say } from "../../words/words.ts";
import { readBudget } from "../call/rate-budget.ts";
import { type Answer, readRetryAfter } from "../call/request.ts";
import { inTrouble } from "../call/trouble.ts";
import { PlatformError, type RateBudget } from "../platform.ts";
import { showHost } from "./address.ts";

/** Used if no header says when to come back (docs/networks/mastodon.md, section 5). */
const OWN_BACKOFF_MS = 60_000;

const errorShape = z.object({
  // The Misskey family sends a message and a code.
  error: z.union([
    z.string(),
    z.object({ message: z.string(), code: z.string().optional().catch(undefined) }),
  ]),
  error_description: z.string().optional().catch(undefined),
});

/** The server's own words, for the person. */
export function readWords(answer: Answer): string | undefined {
  const told = errorShape.safeParse(answer.body).data;
  if (told === undefined) return undefined;
  const { error, error_description } = told;
  return (error_description || (typeof error === "string" ? error : error.message)).slice(0, 300);
}

/** Every reason that the answer gives, to tell causes apart if status and endpoint cannot. */
export function readReason(answer: Answer): string {
  const { error = "", error_description = "" } = errorShape.safeParse(answer.body).data ?? {};
  const told = typeof error === "string" ? error : `${error.code ?? ""} ${error.message}`;
  return `${told} ${error_description} ${answer.headers.get("www-authenticate") ?? ""}`;
}

/** A web page instead of an answer, or a redirect to one: it does not come from the API. */
export function isPage({ status, headers }: Answer): boolean {
  return (status >= 300 && status < 400) || (headers.get("content-type") ?? "").startsWith("text/html");
}

/** Judges an answer that is not the call's success. After a post, the caller decides what is in doubt. */
export function toError(answer: Answer, now: Date): PlatformError {
  const { status } = answer;
  if (status === 401) return tokenRefused(status);
  if (status === 410) return serverGone();
  if (status === 429) return rateLimited(answer, now);
  if (status >= 500) return serverTrouble(answer, now);
  return refused(answer);
}

/** Truncated, empty or invalid JSON, and no web page either: it says nothing about the server. */
export function isUnreadable(answer: Answer): boolean {
  return answer.status < 300 && answer.body === undefined && !isPage(answer);
}

/** A permanent refusal: only another post, or another server, helps. */
export function refused(answer: Answer): PlatformError {
  const { status } = answer;
  const moved = movedElsewhere(answer);
  if (moved !== undefined) return moved;
  const words = readWords(answer);
  if (words === undefined || status < 400 || status === 404) return incompatible(status);
  return new PlatformError("rejected", {
    code: "refused",
    message: say("The Mastodon server refused this: {words}", { words }),
    status,
  });
}

/** Returns the error if a server redirects an API call to another host. We send nobody's token there. */
export function movedElsewhere({ status, headers, url }: Answer): PlatformError | undefined {
  const target = URL.parse(headers.get("location") ?? "", url);
  if (status < 300 || status >= 400 || target === null || target.host === new URL(url).host) return undefined;
  // An address without a name is nobody's server.
  if (isIP(target.hostname.replace(/[[\]]/g, "")) !== 0) return undefined;
  return new PlatformError("rejected", {
    code: "server-moved",
    message: say("This server sends us on to {host}. If your account is there now, connect it there.", {
      host: showHost(target.host),
    }),
    status,
  });
}

export function tokenRefused(status: number): PlatformError {
  return new PlatformError("reconnect-needed", {
    code: "token-refused",
    message: say(
      "The Mastodon server no longer accepts this connection: access was withdrawn, or the password changed. Reconnect the account.",
    ),
    status,
  });
}

export function scopeMissing(scope: string, status?: number): PlatformError {
  return new PlatformError("reconnect-needed", {
    code: "scope-missing",
    message: say(
      "The permission {scope} is missing on the Mastodon server. Reconnect the account and allow it.",
      { scope },
    ),
    ...(status === undefined ? {} : { status }),
  });
}

/** Disabled, unconfirmed, pending or suspended: only the server's own words tell the person which. */
export function accountBarred(answer: Answer): PlatformError {
  const words = readWords(answer);
  return new PlatformError("reconnect-needed", {
    code: "account-barred",
    message: say(
      "The Mastodon server does not let this account sign in{words}. Fix this on the server, then reconnect the account.",
      { words: words === undefined ? "" : ` (${words})` },
    ),
    status: answer.status,
  });
}

export function incompatible(status: number): PlatformError {
  return new PlatformError("rejected", {
    code: "incompatible-server",
    message: say(
      "This server did not answer as Mastodon does. It may have moved, or it does not support this.",
    ),
    status,
  });
}

export function begunBefore(): PlatformError {
  return new PlatformError("transient", {
    code: "begun-before",
    message: say("This service was updated while you were connecting. Connect again."),
  });
}

export function appForgotten(): PlatformError {
  return new PlatformError("transient", {
    code: "app-forgotten",
    message: say(
      "The Mastodon server no longer knows this service. Connect again: we will register with it again.",
    ),
  });
}

function serverGone(): PlatformError {
  return new PlatformError("reconnect-needed", {
    code: "server-gone",
    message: say("The Mastodon server says that it no longer exists. Connect the account on its new server."),
    status: 410,
  });
}

export function serverTrouble(answer: Answer, now: Date): PlatformError {
  return inTrouble(answer, say("The Mastodon server"), now);
}

/** What the server still accepts for this account. */
export function readBudgets(headers: Headers): RateBudget[] {
  const names = { remaining: "x-ratelimit-remaining", reset: "x-ratelimit-reset" };
  return readBudget(headers, names, { of: "account", span: "short", toDate: (instant) => new Date(instant) });
}

/** The reset is an ISO instant, not a number. A proxy's 429 has no such header. */
export function rateLimited(answer: Answer, now: Date): PlatformError {
  const reset = new Date(answer.headers.get("x-ratelimit-reset") ?? Number.NaN);
  const told = Number.isNaN(reset.getTime()) ? readRetryAfter(answer.headers, now) : reset;
  return new PlatformError("rate-limited", {
    code: "rate-limited",
    message: say("The Mastodon server asked us to slow down. We will try again later."),
    status: answer.status,
    retryAt: told !== undefined && told > now ? told : new Date(now.getTime() + OWN_BACKOFF_MS),
  });
}
