/** Chooses the scopes to request from a Mastodon server, and reads those it granted (docs/networks/mastodon.md, section 2). */

const usual = ["read:accounts", "write:statuses", "write:media"] as const;

interface Asked {
  /** What the server's metadata lists; undefined: it has none. */
  readonly supported: readonly string[] | undefined;
  /** The list of somebody's own posts needs it there. */
  readonly listNeeds: string | undefined;
}

/**
 * The least that serves. The usual three where the server lists none by which one may post: then it lists other names
 * than it takes.
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
      // Without it some give tokens that only the person can renew.
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

/** In Mastodon's names. Where the answer has none of them, it says nothing of what was asked. */
export function readGranted(named: readonly string[], asked: readonly string[]): readonly string[] {
  const translated = named.map((name) => misskeyNames[name] ?? name);
  return translated.some((name) => OWN_NAME.test(name)) ? translated : asked;
}
