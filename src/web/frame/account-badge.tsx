/** An account at a glance: its picture with the network's mark, its name and its handle. */

import { type Connection, handleOf } from "../../connections/connection.ts";
import type { Account, PlatformName } from "../../platforms/platform.ts";
import { aboutPlatform } from "../../platforms/registry.ts";
import type { Words } from "../../words/words.ts";
import { breakable } from "./breakable.tsx";
import { MarkReference, PlatformMark } from "./icons.tsx";
import { useWords } from "./words.tsx";

interface AccountBadgeProps {
  readonly connection: Connection;
  /** Whether to name the network too, where the surroundings do not. */
  readonly naming?: "account" | "account-and-platform";
}

/** Shows an account with its picture, name and handle. */
export function AccountBadge({ connection, naming = "account" }: AccountBadgeProps) {
  const { account, platform } = connection;
  return (
    <span class="badge">
      <AccountPicture account={account} platform={platform} />
      <span class="badge-words">
        <strong>{breakable(account.displayName || account.username)}</strong>{" "}
        <span class="quiet">
          {breakable(
            tellHandle(useWords(), account, naming === "account-and-platform" ? platform : undefined),
          )}
        </span>
      </span>
    </span>
  );
}

/** Shows the account's picture over the first letter of its name, with the network's mark if a platform is given. */
export function AccountPicture({ account, platform }: { account: Account; platform?: PlatformName }) {
  return (
    <span class="avatar">
      <span aria-hidden="true">{firstLetter(account.displayName || account.username)}</span>
      {account.avatarUrl !== undefined && (
        <img class="picture" src={account.avatarUrl} alt="" referrerpolicy="no-referrer" loading="lazy" />
      )}
      {platform !== undefined && (
        <span class="avatar-mark">
          <PlatformMark platform={platform} />
        </span>
      )}
    </span>
  );
}

/** Shows only the account's picture with the network's mark, for pages with many. Requires `MarkSymbols` on the page. */
export function AccountMark({ connection: { account, platform } }: { connection: Connection }) {
  return (
    <span class="avatar">
      <span aria-hidden="true">{firstLetter(account.displayName || account.username)}</span>
      {account.avatarUrl !== undefined && (
        <img class="picture" src={account.avatarUrl} alt="" referrerpolicy="no-referrer" loading="lazy" />
      )}
      <span class="avatar-mark">
        <MarkReference platform={platform} />
      </span>
    </span>
  );
}

/** Shows an account in one line, for pages with many. Requires `MarkSymbols` on the page. */
export function AccountLine({ connection }: { connection: Connection }) {
  const { account, platform } = connection;
  return (
    <span class="badge line">
      <AccountMark connection={connection} />
      <span class="badge-words">
        <strong>{breakable(account.displayName || account.username)}</strong>{" "}
        <span class="quiet">{breakable(tellHandle(useWords(), account, platform))}</span>
      </span>
    </span>
  );
}

/** Returns "@ana on X", or only the part that the name beside it does not say. */
export function tellHandle({ t }: Words, account: Account, platform?: PlatformName): string {
  const handle = handleOf(account);
  const network = platform === undefined ? "" : aboutPlatform(platform).label;
  if (handle === account.displayName) return network === "" ? "" : t("on {network}", { network });
  return network === "" ? handle : t("{account} on {network}", { account: handle, network });
}

/** Returns an account with its network, for example "@ana on X". */
export function tellAccount({ account, platform }: Connection, t: Words["t"]): string {
  return t("{account} on {network}", { account: handleOf(account), network: aboutPlatform(platform).label });
}

/** With more accounts than this, only the first one is named. */
const MOST_NAMED = 5;

/** Returns "@ana, @ben" or "@ana and 41 others". @param handles of all accounts, or of some where they are many */
export function tellSeveral(
  { handles, accounts }: { readonly handles: readonly string[]; readonly accounts: number },
  t: Words["t"],
): string {
  const [first = ""] = handles;
  if (handles.length === accounts && accounts <= MOST_NAMED) return handles.join(", ");
  return t("{account} and {number, plural, one {# other} other {# others}}", {
    account: first,
    number: accounts - 1,
  });
}

/** Created on first use, since it takes some 30 ms. */
let letters: Intl.Segmenter | undefined;

function firstLetter(name: string): string {
  letters ??= new Intl.Segmenter();
  const [first] = letters.segment(name);
  return (first?.segment ?? "?").toUpperCase();
}
