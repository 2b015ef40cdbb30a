/** Starts an OAuth flow: stores a random state and sends the person to the network. */
import { createHash, randomBytes } from "node:crypto";
import { lt } from "drizzle-orm";
import { oauthStates } from "../../database/schema.ts";
import { asTask } from "../../net/task.ts";
import type { WebAddress } from "../../platforms/platform.ts";
import type { Told } from "../../words/words.ts";
import { authorize } from "./authorize.ts";
import {
  type ConnectRuntime,
  type Flow,
  HOME,
  hashState,
  PATIENCE,
  STATE_LIFETIME_MS,
  taskOf,
  tellProblem,
} from "./flow.ts";

/** Starts a flow. @returns where to send the person, or what is wrong and what to do */
export async function startConnecting(
  runtime: ConnectRuntime,
  start: Start,
): Promise<{ redirect: WebAddress } | { problem: Told }> {
  return await asTask(taskOf(start), () => begin(runtime, start), PATIENCE);
}

interface Start extends Flow {
  readonly server?: string;
  readonly way?: string;
  /** Asks again for the scopes that the person declined before. */
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

/**
 * Returns the path if it is one of ours, otherwise the home page: an address from outside never decides where a
 * person is sent.
 */
function localPath(path: string): string {
  return /^\/(?![/\\])/.test(path) && !path.includes("\\") ? path : HOME;
}
