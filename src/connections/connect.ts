/** The whole OAuth dance: sending a person to a network with a state of our own, and taking them back. */
import { createHash, randomBytes } from "node:crypto";
import { and, eq, lt } from "drizzle-orm";
import { oauthStates } from "../database/schema.ts";
import { connects } from "../net/meter.ts";
import { asTask, type TaskFields } from "../net/task.ts";
import {
  type OAuthResult,
  PlatformError,
  type PlatformName,
  type WebAddress,
} from "../platforms/platform.ts";
import { part, say, type Told } from "../words/words.ts";
import { boundAccount } from "./account.ts";
import { authorize, type CameBy, callbackAddress, isFrom } from "./authorize.ts";
import { CHOICE_MS, offerChoice } from "./choose.ts";
import { keepFailure, readRefusal, toFailure } from "./connect-failures.ts";
import type { Connection } from "./connection.ts";
import type { EndingRuntime } from "./grants/end-grants.ts";
import { holdGrant, nameHold } from "./grants/loose-grants.ts";
import { saveConnections } from "./save.ts";

export interface ConnectRuntime extends EndingRuntime {
  readonly config: { readonly baseUrl: URL };
  readonly log: EndingRuntime["log"] & { warn(details: object, message: string): void };
}

/** Who connects what: a dance belongs to one login session and one platform. */
interface Dancer {
  readonly person: { readonly id: string };
  readonly sessionId: string;
  readonly platform: PlatformName;
}

const STATE_LIFETIME_MS = 600_000;
/** Somebody looks at an empty page meanwhile, and proxies in front of us give up after a minute. */
const PATIENCE = { eachMs: 8_000, allMs: 30_000 } as const;
const STARTED_OVER = say(
  "That connection attempt is no longer valid: it was used already, took longer than ten minutes, or belongs to another login. Please start again.",
);
const FROM_ELSEWHERE = say(
  "That answer did not come from the server that you wanted to connect, so nothing was connected. Please start again, and connect only servers that you trust.",
);

/** @returns where to send the person, or what is wrong and what to do */
export async function startConnecting(
  runtime: ConnectRuntime,
  start: Start,
): Promise<{ redirect: WebAddress } | { problem: Told }> {
  return await asTask(taskOf(start), () => begin(runtime, start), PATIENCE);
}

interface Start extends Dancer {
  readonly server?: string;
  readonly way?: string;
  /** Asks for what the person left out before. */
  readonly again?: boolean;
  readonly returnTo: string;
}

async function begin(
  runtime: ConnectRuntime,
  start: Start,
): Promise<{ redirect: WebAddress } | { problem: Told }> {
  const state = randomBytes(32).toString("base64url");
  const codeVerifier = randomBytes(32).toString("base64url");
  try {
    const authorization = await authorize(runtime, {
      platform: start.platform,
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
      issuer: authorization.issuer ?? null,
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

interface CallbackQuery {
  readonly code?: string | undefined;
  readonly state?: string | undefined;
  readonly error?: string | undefined;
  readonly error_description?: string | undefined;
  /** What some networks write instead of the two, a number and a sentence. */
  readonly error_code?: string | undefined;
  readonly error_message?: string | undefined;
  readonly error_reason?: string | undefined;
  readonly iss?: string | undefined;
}

interface Returned extends Pick<CameBy, "issuerKey"> {
  readonly query: CallbackQuery;
  readonly ipAddress?: string | undefined;
}

export type ConnectOutcome =
  | { readonly outcome: "connected"; readonly connections: readonly Connection[]; readonly returnTo: string }
  /** There are several to choose from, or some that cannot be had. */
  | { readonly outcome: "choose"; readonly choiceId: string; readonly returnTo: string }
  | { readonly outcome: "declined"; readonly returnTo: string }
  | { readonly outcome: "problem"; readonly problem: Told; readonly returnTo: string };

const HOME = "/social/";
/** OAuth's name for it, and those of networks that distinguish where the person turned back. */
const REFUSED = /^(access_denied|user_cancelled_(login|authorize)|user_denied)$/;

interface Failed {
  /** OAuth's name of it, or the network's number. */
  readonly name: string;
  readonly said: string | undefined;
  readonly isDeclined: boolean;
}

/** Undefined: the answer tells of no failure. */
function readFailure(query: CallbackQuery): Failed | undefined {
  const { error, error_code, error_reason, error_message, error_description } = query;
  const name = error ?? error_code ?? error_reason;
  if (name === undefined) return undefined;
  const isDeclined = [error, error_reason].some((word) => word !== undefined && REFUSED.test(word));
  return { name, said: error_description ?? error_message, isDeclined };
}

/** Takes the person back from the network. The state is spent by this, whatever comes of it. */
export async function finishConnecting(
  runtime: ConnectRuntime,
  back: Dancer & Returned,
): Promise<ConnectOutcome> {
  return await asTask(
    taskOf(back),
    async () => {
      const finished = await finish(runtime, back);
      if (finished.outcome !== "problem") connects.add({ network: back.platform, result: finished.outcome });
      return finished;
    },
    PATIENCE,
  );
}

function taskOf({ platform: network }: Dancer): TaskFields {
  return { doing: "connecting", network };
}

async function finish(runtime: ConnectRuntime, back: Dancer & Returned): Promise<ConnectOutcome> {
  const { query } = back;
  const failed = readFailure(query);
  // Some servers leave the state out when the person refuses (docs/networks/mastodon.md, refusal). Anybody can make
  // such an answer, so it is only told, and ends nothing.
  if (failed !== undefined && query.state === undefined)
    return failed.isDeclined
      ? { outcome: "declined", returnTo: HOME }
      : noteProblem(runtime, back, readRefusal(failed.name, undefined), HOME);
  const dance = query.state === undefined ? undefined : await takeState(runtime, back, query.state);
  if (dance === undefined)
    return noteProblem(runtime, back, { code: "state-unknown", problem: STARTED_OVER }, HOME);
  const { returnTo, issuer } = dance;
  if (!isFrom(issuer, { issuerKey: back.issuerKey, iss: query.iss })) {
    const failure = { code: "mixed-up", problem: FROM_ELSEWHERE, operator: false };
    await keepFailure(runtime, back.platform, failure);
    return { outcome: "problem", problem: FROM_ELSEWHERE, returnTo };
  }
  if (failed?.isDeclined) return { outcome: "declined", returnTo };
  if (failed !== undefined || !query.code) {
    const refusal = readRefusal(failed?.name, failed?.said);
    await keepFailure(runtime, back.platform, refusal);
    return { outcome: "problem", problem: refusal.problem, returnTo };
  }
  let grantId: string | undefined;
  const until = new Date(runtime.now().getTime() + CHOICE_MS);
  try {
    const results = await runtime.platforms.getPlatform(back.platform).exchangeCode({
      redirectUri: callbackAddress(runtime, back.platform, issuer ?? undefined),
      ...(issuer === null ? {} : { issuer }),
      code: query.code,
      codeVerifier: runtime.vault.decrypt(dance.codeVerifierEnc),
      remember: dance.remembered,
      hold: async (account, tokens) => {
        grantId = await holdGrant(runtime, back, { account, tokens }, until);
      },
    });
    const bounded = results.map((result) => ({ ...result, account: boundAccount(result.account) }));
    const [first] = bounded;
    // One grant, however many accounts it lets us in to. What becomes nothing is ended when its time to choose is over.
    if (first !== undefined && grantId !== undefined) await nameHold(runtime, grantId, first.account);
    else if (first !== undefined) grantId = await holdGrant(runtime, back, first, until);
    return await takeResults(runtime, back, bounded, { returnTo, grantId: grantId ?? "" });
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
  { returnTo, grantId }: { readonly returnTo: string; readonly grantId: string },
): Promise<ConnectOutcome> {
  const [first] = results;
  const hindrances = results.map(({ hindrance }) => hindrance).filter((hindrance) => hindrance !== undefined);
  if (first === undefined || hindrances.length === results.length) {
    const [hindrance = say("The network showed us no account that can be connected."), ...more] = hindrances;
    const problem = more.reduce(
      (before, next) => say("{before} {next}", { before: part(before), next: part(next) }),
      hindrance,
    );
    return noteProblem(runtime, back, { code: "nothing-to-connect", problem }, returnTo);
  }
  if (results.length > 1) {
    const choiceId = await offerChoice(runtime, back, results, { returnTo, grantId });
    return { outcome: "choose", choiceId, returnTo };
  }
  const { connections, problems } = await saveConnections(runtime, {
    ...{ ...back, results, grantId, authorisedAt: runtime.now() },
  });
  const [problem] = problems;
  return problem === undefined
    ? { outcome: "connected", connections, returnTo }
    : noteProblem(runtime, back, { code: "not-kept", problem }, returnTo);
}

/** What is no failure of the network's or ours, or what anybody can bring about: a line in the log, and no more. */
function noteProblem(
  { log }: Pick<ConnectRuntime, "log">,
  { platform: network }: Dancer,
  { code, problem }: { readonly code: string; readonly problem: Told },
  returnTo: string,
): ConnectOutcome {
  connects.add({ network, result: "failed" });
  log.info({ code }, "an account was not connected");
  return { outcome: "problem", problem, returnTo };
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

/** A path of ours, or home: an address from outside never decides where a person goes. */
function localPath(path: string): string {
  return /^\/(?![/\\])/.test(path) && !path.includes("\\") ? path : HOME;
}

async function tellProblem(runtime: ConnectRuntime, error: unknown, platform: PlatformName): Promise<Told> {
  const failure = toFailure(error, runtime.platforms.getPlatform(platform).about.label);
  if (!(error instanceof PlatformError)) runtime.log.warn({ err: error, platform }, "connecting failed");
  await keepFailure(runtime, platform, failure);
  return failure.problem;
}
