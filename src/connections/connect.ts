/** The whole OAuth dance: sending a person to a network with a state of our own, and taking them back. */
import { createHash, randomBytes } from "node:crypto";
import { and, eq, lt } from "drizzle-orm";
import { oauthStates } from "../database/schema.ts";
import { type OAuthResult, PlatformError, type PlatformName } from "../platforms/platform.ts";
import { part, say, type Told } from "../words/words.ts";
import { offerChoice } from "./choose.ts";
import { keepFailure, readRefusal, toFailure } from "./connect-failures.ts";
import type { Connection } from "./connection.ts";
import { saveConnection } from "./save.ts";
import type { TokensRuntime } from "./tokens.ts";

export interface ConnectRuntime extends TokensRuntime {
  readonly config: { readonly baseUrl: URL };
  readonly log: { warn(details: object, message: string): void };
}

/** Who connects what: a dance belongs to one login session and one platform. */
interface Dancer {
  readonly person: { readonly id: string };
  readonly sessionId: string;
  readonly platform: PlatformName;
}

const STATE_LIFETIME_MS = 600_000;
const STARTED_OVER = say(
  "That connection attempt is no longer valid: it was used already, took longer than ten minutes, or belongs to another login. Please start again.",
);

/** @returns where to send the person, or what is wrong and what to do */
export async function startConnecting(
  runtime: ConnectRuntime,
  start: Dancer & {
    readonly server?: string;
    readonly way?: string;
    /** Asks for what the person left out before. */
    readonly again?: boolean;
    readonly returnTo: string;
  },
): Promise<{ redirect: string } | { problem: Told }> {
  const state = randomBytes(32).toString("base64url");
  const codeVerifier = randomBytes(32).toString("base64url");
  try {
    const authorization = await runtime.platforms.getPlatform(start.platform).getAuthorizeUrl({
      redirectUri: callbackAddress(runtime, start.platform),
      state,
      codeChallenge: createHash("sha256").update(codeVerifier).digest("base64url"),
      ...(start.server === undefined ? {} : { server: start.server }),
      ...(start.way === undefined ? {} : { way: start.way }),
      ...(start.again === undefined ? {} : { again: start.again }),
    });
    await runtime.database.delete(oauthStates).where(lt(oauthStates.expiresAt, runtime.now()));
    await runtime.database.insert(oauthStates).values({
      stateHash: hashState(state),
      userId: start.person.id,
      sessionId: start.sessionId,
      platform: start.platform,
      codeVerifierEnc: runtime.vault.encrypt(codeVerifier),
      remembered: authorization.remember,
      returnTo: localPath(start.returnTo),
      expiresAt: new Date(runtime.now().getTime() + STATE_LIFETIME_MS),
    });
    return { redirect: authorization.url };
  } catch (error) {
    return { problem: await tellProblem(runtime, error, start.platform) };
  }
}

export interface CallbackQuery {
  readonly code?: string | undefined;
  readonly state?: string | undefined;
  readonly error?: string | undefined;
  readonly error_description?: string | undefined;
}

export type ConnectOutcome =
  | { readonly outcome: "connected"; readonly connections: Connection[]; readonly returnTo: string }
  /** There are several to choose from, or some that cannot be had. */
  | { readonly outcome: "choose"; readonly choiceId: string; readonly returnTo: string }
  | { readonly outcome: "declined"; readonly returnTo: string }
  | { readonly outcome: "problem"; readonly problem: Told; readonly returnTo: string };

const HOME = "/social/";
/** OAuth's name for it, and those of networks that distinguish where the person turned back. */
const REFUSED = /^(access_denied|user_cancelled_(login|authorize))$/;

/** Takes the person back from the network. The state is spent by this, whatever comes of it. */
export async function finishConnecting(
  runtime: ConnectRuntime,
  back: Dancer & { readonly query: CallbackQuery; readonly ipAddress?: string | undefined },
): Promise<ConnectOutcome> {
  const { query } = back;
  // Some servers leave the state out when the person refuses (docs/platforms/mastodon.md, refusal).
  if (query.error !== undefined && query.state === undefined) {
    const returnTo = await forgetLatest(runtime, back);
    return REFUSED.test(query.error)
      ? { outcome: "declined", returnTo }
      : { outcome: "problem", problem: readRefusal(query.error, undefined).problem, returnTo };
  }
  const dance = query.state === undefined ? undefined : await takeState(runtime, back, query.state);
  if (dance === undefined) return { outcome: "problem", problem: STARTED_OVER, returnTo: HOME };
  const { returnTo } = dance;
  if (query.error !== undefined && REFUSED.test(query.error)) return { outcome: "declined", returnTo };
  if (query.error !== undefined || !query.code) {
    const refusal = readRefusal(query.error, query.error_description);
    await keepFailure(runtime, back.platform, refusal);
    return { outcome: "problem", problem: refusal.problem, returnTo };
  }
  try {
    const results = await runtime.platforms.getPlatform(back.platform).exchangeCode({
      redirectUri: callbackAddress(runtime, back.platform),
      code: query.code,
      codeVerifier: runtime.vault.decrypt(dance.codeVerifierEnc),
      remember: dance.remembered,
    });
    return await takeResults(runtime, back, results, returnTo);
  } catch (error) {
    if (error instanceof PlatformError && error.kind === "declined") return { outcome: "declined", returnTo };
    return { outcome: "problem", problem: await tellProblem(runtime, error, back.platform), returnTo };
  }
}

/** One account is connected at once; among several the person chooses. */
async function takeResults(
  runtime: ConnectRuntime,
  back: Dancer & { readonly ipAddress?: string | undefined },
  results: readonly OAuthResult[],
  returnTo: string,
): Promise<ConnectOutcome> {
  const [first] = results;
  const hindrances = results.map(({ hindrance }) => hindrance).filter((hindrance) => hindrance !== undefined);
  if (first === undefined || hindrances.length === results.length) {
    const [hindrance = say("The network showed us no account that can be connected."), ...more] = hindrances;
    const problem = more.reduce(
      (before, next) => say("{before} {next}", { before: part(before), next: part(next) }),
      hindrance,
    );
    return { outcome: "problem", problem, returnTo };
  }
  if (results.length > 1)
    return { outcome: "choose", choiceId: await offerChoice(runtime, back, results, returnTo), returnTo };
  const saved = await saveConnection(runtime, { ...back, result: first });
  if ("problem" in saved) return { outcome: "problem", problem: saved.problem, returnTo };
  return { outcome: "connected", connections: [saved.connection], returnTo };
}

/** The redirect address that is registered at the network. */
export function callbackAddress(runtime: { config: { baseUrl: URL } }, platform: PlatformName): string {
  return new URL(`social/callback/${platform}/`, runtime.config.baseUrl).href;
}

function hashState(state: string): string {
  return createHash("sha256").update(state).digest("hex");
}

type Dance = typeof oauthStates.$inferSelect;

/** One use: the row is gone once read. It counts only for the same login session and platform, and in time. */
async function takeState(runtime: ConnectRuntime, back: Dancer, state: string): Promise<Dance | undefined> {
  const [dance] = await runtime.database
    .delete(oauthStates)
    .where(
      and(
        eq(oauthStates.stateHash, hashState(state)),
        eq(oauthStates.userId, back.person.id),
        eq(oauthStates.sessionId, back.sessionId),
        eq(oauthStates.platform, back.platform),
      ),
    )
    .returning();
  return dance !== undefined && dance.expiresAt > runtime.now() ? dance : undefined;
}

/** Ends this session's dances with the platform; returns the way back of one of them. */
async function forgetLatest(runtime: ConnectRuntime, back: Dancer): Promise<string> {
  const dances = await runtime.database
    .delete(oauthStates)
    .where(and(eq(oauthStates.sessionId, back.sessionId), eq(oauthStates.platform, back.platform)))
    .returning();
  const latest = dances.sort((a, b) => b.createdAt.getTime() - a.createdAt.getTime())[0];
  return latest?.returnTo ?? HOME;
}

/** A path of ours, or home: an address from outside never decides where a person goes. */
function localPath(path: string): string {
  return /^\/(?![/\\])/.test(path) && !path.includes("\\") ? path : HOME;
}

async function tellProblem(runtime: ConnectRuntime, error: unknown, platform: PlatformName): Promise<Told> {
  const failure = toFailure(error);
  if (!(error instanceof PlatformError)) runtime.log.warn({ err: error, platform }, "connecting failed");
  await keepFailure(runtime, platform, failure);
  return failure.problem;
}
