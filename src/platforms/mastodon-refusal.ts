/** Refusals that say too little by themselves: what the server says of the account tells them apart. */

import { say } from "../words/words.ts";
import {
  accountBarred,
  incompatible,
  isPage,
  scopeMissing,
  toError,
  tokenRefused,
} from "./mastodon-errors.ts";
import { readInstance } from "./mastodon-server.ts";
import { bearer, readOAuthError } from "./oauth2.ts";
import { PlatformError, type PlatformWorld, type Tokens } from "./platform.ts";
import { type Answer, callSafely } from "./request.ts";

export interface Grant {
  readonly origin: string;
  readonly tokens: Tokens;
}

/** `write` covers `write:statuses`. */
export function covers(granted: readonly string[], wanted: string): boolean {
  return granted.includes(wanted) || granted.includes(wanted.split(":")[0] ?? wanted);
}

export async function askCredentials(world: PlatformWorld, { origin, tokens }: Grant): Promise<Answer> {
  const url = `${origin}/api/v1/accounts/verify_credentials`;
  return await callSafely(world.fetch, { method: "GET", url, headers: bearer(tokens) });
}

/**
 * What the answer to a post means when it is no status. 503 is a lost lock and posted nothing; every other failure of the
 * server leaves a doubt (docs/platforms/mastodon.md, errors).
 */
export async function judgePost(world: PlatformWorld, grant: Grant, answer: Answer): Promise<PlatformError> {
  const { status } = answer;
  const isUnreadable = status < 300 && !isPage(answer);
  if ((status >= 500 && status !== 503) || isUnreadable) {
    return new PlatformError("ambiguous", {
      code: isUnreadable ? "unreadable" : "server-trouble",
      message: say(
        "The Mastodon server gave no clear answer ({status}). It may or may not have posted this.",
        { status },
      ),
      status,
    });
  }
  return await judgeRefusal(world, { ...grant, scope: "write:statuses" }, answer);
}

/** @param grant.scope what the refused call needed */
export async function judgeRefusal(
  world: PlatformWorld,
  grant: Grant & { readonly scope: string },
  answer: Answer,
): Promise<PlatformError> {
  if (answer.status === 403) return await judgeForbidden(world, grant, answer);
  if (answer.status === 404 || answer.status < 400) return await judgeStray(world, grant, answer);
  return toError(answer, world.now());
}

/** One status for a missing scope, a barred account and a refused post. */
async function judgeForbidden(
  world: PlatformWorld,
  grant: Grant & { readonly scope: string },
  answer: Answer,
): Promise<PlatformError> {
  const { scope, tokens } = grant;
  if (!covers(tokens.scopes, scope) || readOAuthError(answer.body)?.error === "insufficient_scope")
    return scopeMissing(scope, 403);
  const credentials = await askCredentials(world, grant);
  const isBarred = !isPage(credentials) && (credentials.status === 401 || credentials.status === 403);
  return isBarred ? accountBarred(answer) : toError(answer, world.now());
}

/**
 * Some servers send expired tokens to a login page instead of refusing them (docs/platforms/mastodon.md, section 6). Where
 * the API still answers and only the account does not, that is what happened.
 */
async function judgeStray(world: PlatformWorld, grant: Grant, answer: Answer): Promise<PlatformError> {
  const credentials = await askCredentials(world, grant);
  if (credentials.status === 401) return tokenRefused(answer.status);
  const isShutOut = isPage(credentials) && (await readInstance(world, grant.origin)) !== undefined;
  return isShutOut ? tokenRefused(answer.status) : incompatible(answer.status);
}
