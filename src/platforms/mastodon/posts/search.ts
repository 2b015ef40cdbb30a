/** Searches the people that a Mastodon server knows (docs/networks/mastodon.md, section 4). */
import { z } from "zod";
import { bearer } from "../../call/oauth2.ts";
import { callSafely } from "../../call/request.ts";
import type { Account, PlatformWorld, Tokens } from "../../platform.ts";
import type { FoundPerson } from "../../posts/found-person.ts";
import { readExtra } from "../account.ts";
import { covers } from "../oauth/scopes.ts";

/** As many as fit below a message on a phone. */
const MOST = 5;
/** Somebody is typing. */
const PATIENCE_MS = 3_000;

/** "alice" of this server, or "alice@other.example". Longer or stranger names cannot be mentioned. */
const NAME = /^[\w.-]{1,64}(?:@[\p{L}\p{N}.:-]{1,253})?$/u;
const foundShape = z.object({
  accounts: z.array(
    z
      .object({ acct: z.string().regex(NAME), display_name: z.string().max(500).catch("") })
      .optional()
      .catch(undefined),
  ),
});

/**
 * Returns people whose name begins with these words. Our tokens do not permit the search, which servers answer without a token too: only
 * one that covers it is sent. Where a server refuses, nobody is found.
 * @throws {PlatformError} transient, if the server does not answer
 */
export async function findPeople(
  world: PlatformWorld,
  account: Account,
  { tokens, words }: { readonly tokens: Tokens; readonly words: string },
): Promise<FoundPerson[]> {
  const url = new URL(`${readExtra(account).origin}/api/v2/search`);
  url.search = new URLSearchParams({ q: words, type: "accounts", limit: String(MOST) }).toString();
  const headers = covers(tokens.scopes, "read:search") ? bearer(tokens) : {};
  const answer = await callSafely(world.fetch, { method: "GET", url, headers, timeoutMs: PATIENCE_MS });
  const { accounts = [] } = (answer.status === 200 && foundShape.safeParse(answer.body).data) || {};
  const home = account.username.split("@").at(-1) ?? "";
  return accounts.slice(0, MOST).flatMap((found) => {
    if (found === undefined) return [];
    const { acct, display_name: displayName } = found;
    return [{ handle: `@${acct.includes("@") ? acct : `${acct}@${home}`}`, displayName: displayName.trim() }];
  });
}
