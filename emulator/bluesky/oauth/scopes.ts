/** Scopes as the reference server reads them: those with other parameters than it knows are no scopes. */

const actions = ["create", "update", "delete"] as const;
export type Action = (typeof actions)[number];

const fixed = ["atproto", "transition:generic", "transition:email", "transition:chat.bsky"];
const nsid = /^[a-z][a-z0-9-]*(?:\.[a-z0-9-]+)+\.[a-zA-Z][a-zA-Z0-9]*$/;
const accepted = /^[^/\s*]+\/(?:\*|[^/\s*]+)$|^\*\/\*$/;

interface Parts {
  readonly kind: string;
  /** The parameter that may stand before the question mark. */
  readonly first: string | undefined;
  readonly params: URLSearchParams;
}

function splitScope(scope: string): Parts {
  const [, kind = "", first, query = ""] = /^([^:?]*)(?::([^?]*))?(?:\?(.*))?$/.exec(scope) ?? [];
  return {
    kind,
    first: first === undefined ? undefined : decodeURIComponent(first),
    params: new URLSearchParams(query),
  };
}

/** The values of `name`, which may be given before the question mark; undefined if it is given twice or not at all. */
function valuesOf({ first, params }: Parts, name: string): readonly string[] | undefined {
  const others = params.getAll(name);
  if (first !== undefined) return others.length === 0 ? [first] : undefined;
  return others.length > 0 ? others : undefined;
}

function readRepo(scope: string): { collections: readonly string[]; actions: readonly string[] } | undefined {
  const parts = splitScope(scope);
  const collections = valuesOf(parts, "collection");
  const asked = parts.params.getAll("action");
  const isKnown =
    parts.kind === "repo" &&
    [...parts.params.keys()].every((key) => key === "collection" || key === "action") &&
    collections?.every((collection) => collection === "*" || nsid.test(collection)) &&
    asked.every((action) => actions.some((known) => known === action));
  return isKnown && collections ? { collections, actions: asked.length > 0 ? asked : actions } : undefined;
}

function readBlob(scope: string): readonly string[] | undefined {
  const parts = splitScope(scope);
  const types = valuesOf(parts, "accept");
  const isKnown =
    parts.kind === "blob" &&
    [...parts.params.keys()].every((key) => key === "accept") &&
    types?.every((type) => accepted.test(type));
  return isKnown ? types : undefined;
}

export function isGranular(scope: string): boolean {
  return readRepo(scope) !== undefined || readBlob(scope) !== undefined;
}

export function isKnownScope(scope: string): boolean {
  return fixed.includes(scope) || isGranular(scope) || /^(?:rpc|account|identity)[:?]./.test(scope);
}

export function allowsRepo(scope: string, collection: string, action: Action): boolean {
  const scopes = scope.split(" ");
  return (
    scopes.includes("transition:generic") ||
    scopes.some((each) => {
      const repo = readRepo(each);
      return (
        repo?.actions.includes(action) &&
        (repo.collections.includes("*") || repo.collections.includes(collection))
      );
    })
  );
}

export function allowsBlob(scope: string, mimeType: string): boolean {
  const scopes = scope.split(" ");
  const matches = (type: string) =>
    type === "*/*" || type === mimeType || (type.endsWith("/*") && mimeType.startsWith(type.slice(0, -1)));
  return scopes.includes("transition:generic") || scopes.some((each) => readBlob(each)?.some(matches));
}

const words: Readonly<Record<string, string>> = {
  atproto: "Know which account you use",
  "transition:generic": "Read, write and delete everything in your repository, except for chats",
  "transition:email": "See your email address",
  "transition:chat.bsky": "Read and send your direct messages",
};

/** A scope in plain words for the consent page. */
export function describeScope(scope: string): string {
  const repo = readRepo(scope);
  if (repo) return `${sayActions(repo.actions)} ${repo.collections.map(sayCollection).join(", ")}`;
  const types = readBlob(scope);
  if (types) return types.join() === "image/*" ? "Upload pictures" : `Upload files: ${types.join(", ")}`;
  return words[scope] ?? scope;
}

const sentence = new Intl.ListFormat("en");

function sayActions(asked: readonly string[]): string {
  const list = sentence.format(asked);
  return `${list.charAt(0).toUpperCase()}${list.slice(1)}`;
}

function sayCollection(collection: string): string {
  const known: Readonly<Record<string, string>> = {
    "app.bsky.feed.post": "posts",
    "app.bsky.feed.threadgate": "rules about who may reply",
    "*": "all records",
  };
  return known[collection] ?? collection;
}
