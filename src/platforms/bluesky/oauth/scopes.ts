/** The scopes that we ask for, and those that a server granted (docs/networks/bluesky.md, section 2). */

const actions = "action=create&action=update&action=delete";

/** `putRecord` needs create and update, also for a new record. */
export const fewest: readonly string[] = [
  "atproto",
  `repo:app.bsky.feed.post?${actions}`,
  `repo:app.bsky.feed.threadgate?${actions}`,
  "blob:image/*",
];

/** For servers that do not know single permissions: what an app password may do. */
export const usual: readonly string[] = ["atproto", "transition:generic"];

/** Everything that we may ask for, as the document about our app declares it. */
export const declared: readonly string[] = [...new Set([...fewest, ...usual])];

/** The names without their parameters, in which servers may list the actions in any way. */
export function readGranted(scopes: readonly string[]): readonly string[] {
  return [...new Set(scopes.map((scope) => scope.split("?")[0] ?? scope))];
}

/** A server drops what it does not know without a word, so the grant may lack what posting needs. */
export function findMissing(granted: readonly string[]): string | undefined {
  if (!granted.includes("atproto")) return "atproto";
  if (granted.includes("transition:generic")) return undefined;
  const wanted = "repo:app.bsky.feed.post";
  return granted.some((scope) => scope === wanted || scope === "repo:*") ? undefined : wanted;
}
