/** Chooses the scopes to request from a Mastodon server, and reads those it granted (docs/networks/mastodon.md, section 2). */

const usual = ["read:accounts", "write:statuses", "write:media"] as const;

interface Asked {
  /** The scopes in the server's metadata. Undefined if it has none. */
  readonly supported: readonly string[] | undefined;
  /** Reading the person's own posts requires it there. */
  readonly listNeeds: string | undefined;
}

/**
 * Returns the fewest scopes that suffice. If the server lists none that allow posting, its list has other names than it
 * accepts, and the usual three are used.
 */
export function chooseScopes({ supported, listNeeds }: Asked): string[] {
  const forList = listNeeds === undefined ? [] : [listNeeds];
  if (supported === undefined || !covers(supported, "write:statuses")) return [...usual, ...forList];
  const firstOf = (...names: readonly string[]) =>
    names.filter((name) => supported.includes(name)).slice(0, 1);
  return [
    ...new Set([
      ...firstOf("profile", "read:accounts", "read"),
      ...firstOf("write:statuses", "write"),
      ...firstOf("write:media"),
      ...forList.flatMap((scope) => firstOf(scope, "read")),
      // Without it, some servers issue tokens that only the person can renew.
      ...firstOf("offline_access"),
    ]),
  ];
}

/** `write` covers `write:statuses`. */
export function covers(granted: readonly string[], wanted: string): boolean {
  return granted.includes(wanted) || granted.includes(wanted.split(":")[0] ?? wanted);
}

const misskeyNames: Readonly<Record<string, string>> = {
  "read:account": "read:accounts",
  "write:notes": "write:statuses",
  "write:drive": "write:media",
};
const OWN_NAME = /^(profile|read|write|follow|push|admin)(:|$)/;

/**
 * Returns the granted scopes in Mastodon's names. An answer with none of them says nothing about what was requested.
 */
export function readGranted(named: readonly string[], asked: readonly string[]): readonly string[] {
  const translated = named.map((name) => misskeyNames[name] ?? name);
  return translated.some((name) => OWN_NAME.test(name)) ? translated : asked;
}
