/** Revokes tokens at a Mastodon server (docs/networks/mastodon.md, section 3). */
import { bearer } from "../../call/oauth2.ts";
import { type Answer, type Call, callSafely } from "../../call/request.ts";
import type { Account, AppRegistration, PlatformWorld, Tokens } from "../../platform.ts";
import { readApp } from "../account.ts";
import { isPage, toError } from "../errors.ts";
import { askCredentials, saysTokenIsDead } from "../refusal.ts";
import { isAppUnknown } from "./apps.ts";

/**
 * Revokes a token. Some servers have no such call, refuse it, or only pretend to do it, so what the account answers
 * with the token afterwards decides.
 * @throws {PlatformError} if another attempt may succeed later
 */
export async function revoke(
  world: PlatformWorld,
  account: Account,
  tokens: Tokens,
): Promise<"ended" | "impossible"> {
  const { origin, clientId } = readApp(account);
  const app = await world.apps.find(origin, clientId);
  const answer = await askToRevoke(world, { origin, app }, tokens);
  if (app !== undefined && answer !== undefined && isAppUnknown(answer))
    await world.apps.retire(origin, app.clientId);
  const credentials = await askCredentials(world, { origin, tokens });
  if (credentials.status === 401 || saysTokenIsDead(credentials)) return "ended";
  const lives = credentials.status === 200 && !isPage(credentials);
  if (!lives && answer !== undefined && isDone(answer)) return "ended";
  const isUnclear = credentials.status === 429 || credentials.status >= 500;
  if (isUnclear && !(answer !== undefined && hasNoSuchCall(answer))) throw toError(credentials, world.now());
  return "impossible";
}

function hasNoSuchCall(answer: Answer): boolean {
  return isPage(answer) || [404, 405, 501].includes(answer.status);
}

/** @returns the last answer, or undefined if there was no way to ask */
async function askToRevoke(
  world: PlatformWorld,
  { origin, app }: { readonly origin: string; readonly app: AppRegistration | undefined },
  tokens: Tokens,
): Promise<Answer | undefined> {
  const token = tokens.accessToken;
  const call = { method: "POST", url: `${origin}/oauth/revoke` } as const;
  // Only these three fields, because strict servers refuse unknown ones.
  const form = app && { client_id: app.clientId, client_secret: app.clientSecret, token };
  const asked = form && (await askOnce(world, { ...call, form }));
  if (asked !== undefined && (isDone(asked) || hasNoSuchCall(asked))) return asked;
  // Mitra revokes the bearer's own token.
  return (await askOnce(world, { ...call, headers: bearer(tokens), json: { token } })) ?? asked;
}

/** @throws {PlatformError} if another attempt may succeed later */
async function askOnce(world: PlatformWorld, call: Call): Promise<Answer> {
  const answer = await callSafely(world.fetch, call);
  const isBusy = answer.status === 429 || (answer.status >= 500 && answer.status !== 501);
  if (isBusy || (answer.status === 403 && isPage(answer))) throw toError(answer, world.now());
  return answer;
}

function isDone(answer: Answer): boolean {
  return answer.status >= 200 && answer.status < 300 && !isPage(answer);
}
