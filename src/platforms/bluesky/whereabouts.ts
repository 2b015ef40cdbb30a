/** Follows an account that has moved to another server (docs/networks/bluesky.md, section 1). */
import { type Account, PlatformError } from "../platform.ts";
import { hasMoved, mayHaveMoved } from "./errors.ts";
import { readExtra } from "./extra.ts";
import { readIdentity } from "./identity/document.ts";
import { findIssuer } from "./identity/server.ts";
import type { Parts } from "./parts.ts";

/**
 * Runs `work` with the account’s server. If that no longer has the account, and its document names another server that
 * takes the same tokens, runs it there.
 * @throws {PlatformError} what `work` threw; reconnect-needed if the new server does not take the tokens
 */
export async function atItsServer<T>(
  parts: Parts,
  account: Account,
  work: (server: string) => Promise<T>,
): Promise<T> {
  const { server, issuer } = readExtra(account);
  try {
    return await work(server);
  } catch (error) {
    if (!mayHaveMoved(error)) throw error;
    const now = await readIdentity(parts, account.id).catch((cause: unknown) => {
      if (cause instanceof PlatformError) return undefined;
      throw cause;
    });
    if (now === undefined || now.server === server) throw error;
    if ((await findIssuer(parts, now.server)) !== issuer) throw hasMoved(now.server);
    return await work(now.server);
  }
}
