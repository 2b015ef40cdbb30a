/**
 * Judges refusals that say too little by themselves, by what the server says about the account
 * (docs/networks/mastodon.md, refusals).
 */
import { say } from "../../words/words.ts";
import { bearer } from "../call/oauth2.ts";
import { type Answer, callSafely } from "../call/request.ts";
import { PlatformError, type PlatformWorld, type Tokens } from "../platform.ts";
import {
  accountBarred,
  incompatible,
  isPage,
  movedElsewhere,
  rateLimited,
  readReason,
  readWords,
  refused,
  scopeMissing,
  serverTrouble,
  toError,
  tokenRefused,
} from "./errors.ts";
import { covers } from "./oauth/scopes.ts";
import { readInstance } from "./server.ts";

export interface Grant {
  readonly origin: string;
  readonly tokens: Tokens;
}

interface Refused extends Grant {
  /** The scope that the refused call needs. */
  readonly scope: string;
}

export async function askCredentials(world: PlatformWorld, { origin, tokens }: Grant): Promise<Answer> {
  const url = `${origin}/api/v1/accounts/verify_credentials`;
  return await callSafely(world.fetch, { method: "GET", url, headers: bearer(tokens) });
}

/**
 * Judges the answer to a post that is not a status. 503 is a lost lock and posted nothing; every other server failure
 * leaves a doubt (docs/networks/mastodon.md, errors).
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

/** Judges the answer to a call that was made with the tokens. */
export async function judgeRefusal(
  world: PlatformWorld,
  grant: Refused,
  answer: Answer,
): Promise<PlatformError> {
  const { status } = answer;
  const moved = movedElsewhere(answer);
  if (moved !== undefined) return moved;
  if (status === 401 || (status === 422 && NEEDS_PERSON.test(readReason(answer))))
    return await judgeUnauthorized(world, grant, answer);
  if (status === 403) return await judgeForbidden(world, grant, answer);
  if (status === 410) return await judgeGone(world, grant, answer);
  if (status === 404 || status < 400) return await judgeStray(world, grant, answer);
  return toError(answer, world.now());
}

/** A list that is refused for good, or cannot be read, says nothing; any other refusal is reported as it is. */
export async function judgeUnlisted(world: PlatformWorld, grant: Grant, answer: Answer): Promise<"unlisted"> {
  if (answer.status === 200) return "unlisted";
  const error = await judgeRefusal(world, { ...grant, scope: "read:statuses" }, answer);
  // Posting works without permission to read.
  if (error.kind !== "rejected" && error.code !== "scope-missing") throw error;
  return "unlisted";
}

/** Judges a 403, or what a server refuses with its only status, by its words (docs/networks/mastodon.md, refusals). */
export function judgeByReason(answer: Answer, scope: string): PlatformError | undefined {
  const reason = readReason(answer);
  if (OTHER_PERMISSION.test(reason)) return scopeMissing(scope, answer.status);
  return BARRED.test(reason) ? accountBarred(answer) : undefined;
}

const OTHER_PERMISSION =
  /outside the authorized scopes|insufficient[ _](?:token )?(?:scope|permission)|PERMISSION_DENIED|necessary permissions/i;
const BARRED =
  /\byour (?:login|account) (?:is|has|requires)\b|account (?:is|was|has been) (?:currently )?(?:disabled|suspended|deactivated|locked)|YOUR_ACCOUNT_\w+|password reset is required|awaiting_approval/i;
const LIMITED = /rate.?limit|too many requests|BRIEF_REQUEST_INTERVAL/i;
/** The token is an app's, or its person is gone: 401 since 4.3. */
const NEEDS_PERSON = /requires an authenticated user/i;
/** The Misskey family's codes, and the name of RFC 6750, section 3.1. */
const DEAD_TOKEN = /AUTHENTICATION_FAILED|CREDENTIAL_REQUIRED|\binvalid_token\b/;
const ABOUT_TOKEN = /\btoken\b|unauthorized|not authorized/i;

/** The answer names a dead token, whatever its status: some servers answer 500 to one. */
export function saysTokenIsDead(answer: Answer): boolean {
  return answer.status >= 400 && DEAD_TOKEN.test(readReason(answer));
}

/**
 * Some servers answer 401 to everything that they refuse: only reading the account with these tokens shows whether they
 * are dead.
 */
async function judgeUnauthorized(
  world: PlatformWorld,
  grant: Refused,
  answer: Answer,
): Promise<PlatformError> {
  const known = judgeByReason(answer, grant.scope);
  if (known?.code === "scope-missing") return known;
  const credentials = await askCredentials(world, grant);
  if (credentials.status === 401 || saysTokenIsDead(credentials)) return tokenRefused(answer.status);
  if (credentials.status !== 200 && NEEDS_PERSON.test(readReason(answer))) return tokenRefused(answer.status);
  if (credentials.status === 403 && !isPage(credentials)) return known ?? accountBarred(credentials);
  if (await isShutOut(world, grant, credentials)) return tokenRefused(answer.status);
  if (credentials.status !== 200 || isPage(credentials)) {
    if (saysTokenIsDead(answer)) return tokenRefused(answer.status);
    return credentials.status === 429
      ? rateLimited(credentials, world.now())
      : serverTrouble(answer, world.now());
  }
  if (LIMITED.test(readReason(answer))) return rateLimited(answer, world.now());
  if (known !== undefined) return known;
  // The answer contradicts itself, or gives no reason: that may pass.
  if (ABOUT_TOKEN.test(readReason(answer)) || readWords(answer) === undefined)
    return serverTrouble(answer, world.now());
  return refused(answer);
}

/** One status stands for a missing scope, a barred account and a refused post. */
async function judgeForbidden(world: PlatformWorld, grant: Refused, answer: Answer): Promise<PlatformError> {
  const { scope, tokens } = grant;
  if (!covers(tokens.scopes, scope)) return scopeMissing(scope, 403);
  const known = judgeByReason(answer, scope);
  if (known !== undefined) return known;
  if (LIMITED.test(readReason(answer))) return rateLimited(answer, world.now());
  const credentials = await askCredentials(world, grant);
  const isBarred = !isPage(credentials) && (credentials.status === 401 || credentials.status === 403);
  return isBarred ? accountBarred(answer) : toError(answer, world.now());
}

/**
 * Some servers redirect expired tokens to a login page instead of refusing them (docs/networks/mastodon.md, section 6).
 * That is what happened if the API still answers and only the account does not.
 */
async function judgeStray(world: PlatformWorld, grant: Grant, answer: Answer): Promise<PlatformError> {
  const credentials = await askCredentials(world, grant);
  if (credentials.status === 401) return tokenRefused(answer.status);
  return (await isShutOut(world, grant, credentials))
    ? tokenRefused(answer.status)
    : incompatible(answer.status);
}

/** The whole server is gone, or only what was requested. */
async function judgeGone(world: PlatformWorld, grant: Grant, answer: Answer): Promise<PlatformError> {
  const credentials = await askCredentials(world, grant);
  const isHere = credentials.status === 200 && !isPage(credentials);
  return isHere ? incompatible(answer.status) : toError(answer, world.now());
}

/** A login page instead of the account. A firewall's page has the status of a refusal. */
async function isShutOut(world: PlatformWorld, { origin }: Grant, credentials: Answer): Promise<boolean> {
  const isLogin = isPage(credentials) && credentials.status < 400;
  return isLogin && (await readInstance(world, origin)) !== undefined;
}
