/** The pages of the route table, each as a person requests it. */
import { randomUUID } from "node:crypto";
import { standings } from "../../src/sharing/record/tally.ts";
import type { Visited } from "./visited.ts";

export interface Page {
  readonly name: string;
  ask(person: Visited): Promise<Response>;
}

/** The values of the route parameters for a person. */
const parameters: Readonly<Record<string, (person: Visited) => string>> = {
  platform: () => "facebook",
  id: ({ connectionIds }) => connectionIds[0] ?? "",
  groupId: ({ groupId }) => groupId,
  requestId: ({ settledId }) => settledId,
  shareId: ({ shareId }) => shareId,
  choiceId: ({ choiceId }) => choiceId,
  code: () => "none",
  hash: () => "0000000000000000",
  name: () => "none",
  document: () => "client.json",
  challenge: () => "none",
  issuerKey: () => "0".repeat(32),
  secret: ({ departure }) => departure,
};

const page = { url: "https://blog.example.com/new", title: "New", image: "https://blog.example.com/new.jpg" };
const link = new URLSearchParams(page).toString();

interface Look {
  readonly query: string | ((person: Visited) => string);
  /** Undefined: the request whose shares are all posted. */
  requestId?(person: Visited): string;
}

const mixed = ({ mixedId }: Visited) => mixedId;

/** The variants of a result page: everything posted, and every status at once. */
const results: readonly Look[] = [
  { query: "" },
  ...["", ...standings.map((standing) => `standing=${standing}`)].map((query) => ({
    ...{ query, requestId: mixed },
  })),
  { query: "account=newsroom-1", requestId: mixed },
  { query: "platform=mastodon&standing=posted&account=springfield", requestId: mixed },
  { query: ({ connectionIds }) => `after=${connectionIds.at(-2)}`, requestId: mixed },
];

/** Requested for the first time, and by a page on which everything has changed since. */
const outcomes: readonly Look[] = [
  { query: "", requestId: mixed },
  { query: `have=${Array.from({ length: 33 }, () => "------").join(".")}`, requestId: mixed },
];

/** More variants of some routes, by their paths. */
const looks: Readonly<Record<string, readonly (string | Look)[]>> = {
  "/social/": ["", "q=springfield+17", "state=attention", "network=twitter&page=3"],
  "/social/share/": [link],
  "/social/share/page/": [link],
  "/social/share/:requestId/": results,
  "/social/share/:requestId/outcomes/": outcomes,
  "/social/history/": [
    "",
    "name=newsroom-1",
    "platform=mastodon",
    ...["trouble", "posted", "open", "cancelled"].map((outcome) => `outcome=${outcome}`),
    { query: ({ connectionIds }) => `account=${connectionIds[3]}` },
    { query: ({ pageUrl }) => new URLSearchParams({ page: pageUrl }).toString() },
    // Before anything is shared to all accounts.
    { query: () => `to=${new Date(Date.now() - 86_400_000).toISOString().slice(0, 10)}` },
    {
      query: ({ pageUrl }) =>
        new URLSearchParams({ page: pageUrl, name: "newsroom-1", outcome: "trouble" }).toString(),
    },
  ],
  "/card": [new URLSearchParams({ url: page.url }).toString()],
};

/** Forms that are answered with a page or a fragment. */
const forms: Readonly<Record<string, (person: Visited) => readonly [string, string][]>> = {
  "/social/share/accounts/": ({ groupId }) => [...draft, ["group", groupId], ["find", "springfield 1"]],
  "/social/share/count/": ({ groupId, connectionIds }) => [...draft, ...choose(groupId, connectionIds)],
  "/social/share/previews/": ({ groupId, connectionIds }) => [...draft, ...choose(groupId, connectionIds)],
  "/social/share/:requestId/edit/accounts/": ({ scheduledId }) => [...draft, ["as", scheduledId]],
  "/social/choose/:choiceId/accounts/": () => [["find", "page-1"]],
  "/social/groups/:groupId/accounts/": ({ groupId }) => [["group", groupId]],
};

const draft: readonly [string, string][] = [
  ...Object.entries(page),
  ["message", "Worth a read"],
  ["idempotency_key", randomUUID()],
];

/** The largest selection: single accounts, a group and all results of a search. */
function choose(groupId: string, connectionIds: readonly string[]): [string, string][] {
  const single = connectionIds.slice(0, 5).map((id): [string, string] => ["account", id]);
  return [...single, ["group", groupId], ["all", "words=newsroom"]];
}

/** @param routes as listed by Hono, including middleware for all routes */
export function listPages(routes: readonly { readonly method: string; readonly path: string }[]): Page[] {
  const paths = (method: string) => [
    ...new Set(
      routes.filter((route) => route.method === method && route.path !== "/*").map(({ path }) => path),
    ),
  ];
  const reads = paths("GET").flatMap((path) =>
    (looks[plain(path)] ?? [""]).map((look) =>
      toPage(path, typeof look === "string" ? { query: look } : look),
    ),
  );
  const sends = paths("POST").flatMap((path): Page[] => {
    const fields = forms[plain(path)];
    return fields === undefined
      ? []
      : [
          {
            name: `POST ${plain(path)}`,
            ask: (person) =>
              person.visitor.post(
                fill(path, person),
                new URLSearchParams(fields(person).map((pair) => [...pair])),
              ),
          },
        ];
  });
  return [...reads, ...sends];
}

function toPage(path: string, { query, requestId }: Look): Page {
  const isFixed = typeof query === "string";
  const mark = requestId === undefined ? "" : " of every state";
  const shown = isFixed ? query.slice(0, 50) : "…";
  return {
    name: `${plain(path)}${shown === "" ? "" : `?${shown}`}${mark}`,
    ask: (person) => {
      const settledId = requestId?.(person) ?? person.settledId;
      return person.visitor.get(`${fill(path, { ...person, settledId })}?${isFixed ? query : query(person)}`);
    },
  };
}

/** Removes the patterns of the parameters. */
function plain(path: string): string {
  return path.replaceAll(/\{[^/]*\}(?=\/|$)/g, "");
}

/** @throws if a route has a parameter without a value */
function fill(path: string, person: Visited): string {
  const isChange = plain(path).includes("/edit/");
  return plain(path).replaceAll(/:(\w+)/g, (_, name: string) => {
    const value = parameters[name];
    if (value === undefined) throw new Error(`Say in bench/volume/pages.ts what stands for ${name}.`);
    return isChange ? person.scheduledId : value(person);
  });
}
