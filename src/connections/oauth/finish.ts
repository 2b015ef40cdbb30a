/** Completes an OAuth flow: takes the person back from the network and connects the account. */
import { connects } from "../../net/meter.ts";
import { asTask } from "../../net/task.ts";
import { type OAuthResult, PlatformError } from "../../platforms/platform.ts";
import { part, say, type Told } from "../../words/words.ts";
import { boundAccount } from "../columns/account.ts";
import type { Connection } from "../connection.ts";
import { holdGrant, nameHeldGrant } from "../grants/loose-grants.ts";
import { type CameBy, isFrom, redirectAddress } from "./authorize.ts";
import { type CallbackQuery, readFailure } from "./callback-query.ts";
import { CHOICE_MS, offerChoice } from "./choose.ts";
import { keepFailure, readRefusal } from "./connect-failures.ts";
import { type ConnectRuntime, type Flow, HOME, PATIENCE, takeState, taskOf, tellProblem } from "./flow.ts";
import { saveConnections } from "./save.ts";

const STARTED_OVER = say(
  "This attempt to connect was already used, took longer than ten minutes, or belongs to another session. Start again.",
);
const FROM_ELSEWHERE = say(
  "The answer came from a different server than the one you wanted to connect, so nothing was connected. Start again, and only connect to servers that you trust.",
);

interface Returned extends Pick<CameBy, "issuerKey"> {
  readonly query: CallbackQuery;
  readonly ipAddress?: string | undefined;
}

export type ConnectOutcome =
  | { readonly outcome: "connected"; readonly connections: readonly Connection[]; readonly returnTo: string }
  /** There are several accounts to choose from, or some that cannot be connected. */
  | { readonly outcome: "choose"; readonly choiceId: string; readonly returnTo: string }
  | { readonly outcome: "declined"; readonly returnTo: string }
  | { readonly outcome: "problem"; readonly problem: Told; readonly returnTo: string };

/** Completes the flow when the person comes back from the network. This uses up the state, whatever the outcome. */
export async function finishConnecting(
  runtime: ConnectRuntime,
  back: Flow & Returned,
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

async function finish(runtime: ConnectRuntime, back: Flow & Returned): Promise<ConnectOutcome> {
  const { query } = back;
  const failed = readFailure(query);
  // Some servers leave the state out when the person declines (docs/networks/mastodon.md, refusal). Since
  // anybody can forge such an answer, it is reported but ends no flow.
  if (failed !== undefined && query.state === undefined)
    return failed.isDeclined
      ? { outcome: "declined", returnTo: HOME }
      : noteProblem(runtime, back, readRefusal(failed.name, undefined), HOME);
  const flow = query.state === undefined ? undefined : await takeState(runtime, back, query.state);
  if (flow === undefined)
    return noteProblem(runtime, back, { code: "state-unknown", problem: STARTED_OVER }, HOME);
  const { returnTo, issuer } = flow;
  const platform = runtime.platforms.getPlatform(back.platform);
  if (!isFrom(platform, issuer, { issuerKey: back.issuerKey, iss: query.iss })) {
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
    const results = await platform.exchangeCode({
      redirectUri: redirectAddress(runtime, platform, issuer ?? undefined),
      ...(issuer === null ? {} : { issuer }),
      code: query.code,
      codeVerifier: runtime.vault.decrypt(flow.codeVerifierEnc),
      remember: flow.remembered,
      hold: async (account, tokens) => {
        grantId = await holdGrant(runtime, back, { account, tokens }, until);
      },
    });
    const bounded = results.map((result) => ({ ...result, account: boundAccount(result.account) }));
    const [first] = bounded;
    // There is one grant for all accounts. If no connection comes of it, it is revoked once the time to choose
    // is over.
    if (first !== undefined && grantId !== undefined) await nameHeldGrant(runtime, grantId, first.account);
    else if (first !== undefined) grantId = await holdGrant(runtime, back, first, until);
    return await takeResults(runtime, back, bounded, { returnTo, grantId: grantId ?? "" });
  } catch (error) {
    if (error instanceof PlatformError && error.kind === "declined") return { outcome: "declined", returnTo };
    return { outcome: "problem", problem: await tellProblem(runtime, error, back.platform), returnTo };
  }
}

/** Connects a single account at once; offers a choice among several. */
async function takeResults(
  runtime: ConnectRuntime,
  back: Flow & { readonly ipAddress?: string | undefined },
  results: readonly OAuthResult[],
  { returnTo, grantId }: { readonly returnTo: string; readonly grantId: string },
): Promise<ConnectOutcome> {
  const [first] = results;
  const hindrances = results.map(({ hindrance }) => hindrance).filter((hindrance) => hindrance !== undefined);
  if (first === undefined || hindrances.length === results.length) {
    const [hindrance = say("The network offered no account that can be connected."), ...more] = hindrances;
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

/**
 * Logs a problem that is no failure of the network or of ours, or that anybody can cause, without a record for
 * the operator.
 */
function noteProblem(
  { log }: Pick<ConnectRuntime, "log">,
  { platform: network }: Flow,
  { code, problem }: { readonly code: string; readonly problem: Told },
  returnTo: string,
): ConnectOutcome {
  connects.add({ network, result: "failed" });
  log.info({ code }, "an account was not connected");
  return { outcome: "problem", problem, returnTo };
}
