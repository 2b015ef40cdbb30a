/** An account at a glance: its picture with the network's mark, its name and its handle. */
import { type Connection, handleOf } from "../../connections/connection.ts";
import type { Account, PlatformName } from "../../platforms/platform.ts";
import { aboutPlatform } from "../../platforms/registry.ts";
import type { Words } from "../../words/words.ts";
import { MarkReference, PlatformMark } from "./icons.tsx";
import { useWords } from "./words.tsx";

interface AccountBadgeProps {
  readonly connection: Connection;
  /** Says the network in words too, where nothing around does. */
  readonly naming?: "account" | "account-and-platform";
}

export function AccountBadge({ connection, naming = "account" }: AccountBadgeProps) {
  const { account, platform } = connection;
  return (
    <span class="badge">
      <AccountPicture account={account} platform={platform} />
      <span class="badge-words">
        <strong>{account.displayName || account.username}</strong>{" "}
        <span class="quiet">
          {tellHandle(useWords(), account, naming === "account-and-platform" ? platform : undefined)}
        </span>
      </span>
    </span>
  );
}

/** The account's picture, or the first letter of its name; with the mark of its network where that is not clear. */
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

/** The same in one line, where a page has many: it needs the marks' symbols on it. */
export function AccountLine({ connection: { account, platform } }: { connection: Connection }) {
  return (
    <span class="badge line">
      <span class="avatar">
        <span aria-hidden="true">{firstLetter(account.displayName || account.username)}</span>
        {account.avatarUrl !== undefined && (
          <img class="picture" src={account.avatarUrl} alt="" referrerpolicy="no-referrer" loading="lazy" />
        )}
        <span class="avatar-mark">
          <MarkReference platform={platform} />
        </span>
      </span>
      <span class="badge-words">
        <strong>{account.displayName || account.username}</strong>{" "}
        <span class="quiet">{tellHandle(useWords(), account, platform)}</span>
      </span>
    </span>
  );
}

/** "@ana on X"; without what the name beside it says already. */
export function tellHandle({ t }: Words, account: Account, platform?: PlatformName): string {
  const handle = handleOf(account);
  const network = platform === undefined ? "" : aboutPlatform(platform).label;
  if (handle === account.displayName) return network === "" ? "" : t("on {network}", { network });
  return network === "" ? handle : t("{account} on {network}", { account: handle, network });
}

/** "@ana on X" */
export function tellAccount({ account, platform }: Connection, t: Words["t"]): string {
  return t("{account} on {network}", { account: handleOf(account), network: aboutPlatform(platform).label });
}

/** Beyond that the first one stands for them. */
const MOST_NAMED = 5;

/** "@ana, @ben"; "@ana and 41 others" @param handles of all of them, or of some of the many accounts */
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

/** Made with the first account: it takes some 30 ms. */
let letters: Intl.Segmenter | undefined;

function firstLetter(name: string): string {
  letters ??= new Intl.Segmenter();
  const [first] = letters.segment(name);
  return (first?.segment ?? "?").toUpperCase();
}
