/** An app on this machine that a person authorises with the protocol's own client library, as tests play it. */
import { Agent } from "@atproto/api";
import {
  NodeOAuthClient,
  type NodeOAuthClientOptions,
  type NodeSavedSession,
  type NodeSavedState,
  requestLocalLock,
} from "@atproto/oauth-client-node";
import { approve } from "../../harness/networks/consent.ts";

const callback = "http://127.0.0.1:4100/social/callback/bluesky/";
const usualScope = "atproto repo:app.bsky.feed.post repo:app.bsky.feed.threadgate blob:image/*";

/** Its sessions, by DID, as the library keeps them. */
export type Sessions = Map<string, NodeSavedSession>;

/** A client with its own memory, which resolves handles and DIDs at the simulated network. */
export function newClient(
  origin: string,
  {
    scope = usualScope,
    sessions = new Map(),
    ...changes
  }: { scope?: string; sessions?: Sessions } & Partial<NodeOAuthClientOptions> = {},
): NodeOAuthClient {
  const states = new Map<string, NodeSavedState>();
  const query = new URLSearchParams([
    ["redirect_uri", callback],
    ["scope", scope],
  ]);
  return new NodeOAuthClient({
    clientMetadata: {
      client_id: `http://localhost?${query}`,
      redirect_uris: [callback],
      scope,
      grant_types: ["authorization_code", "refresh_token"],
      response_types: ["code"],
      application_type: "native",
      token_endpoint_auth_method: "none",
      dpop_bound_access_tokens: true,
    },
    handleResolver: origin,
    plcDirectoryUrl: origin,
    allowHttp: true,
    requestLock: requestLocalLock,
    stateStore: storeIn(states),
    sessionStore: storeIn(sessions),
    ...changes,
  });
}

function storeIn<T>(map: Map<string, T>) {
  return {
    get: async (key: string) => map.get(key),
    set: async (key: string, value: T) => {
      map.set(key, value);
    },
    del: async (key: string) => {
      map.delete(key);
    },
  };
}

/** Runs the whole flow; `account` is who approves. */
export async function connect(
  client: NodeOAuthClient,
  input = "ana.bsky.test",
  account = input.replace(/\..*$/, ""),
) {
  const address = await client.authorize(input, { state: "a state" });
  const back = await approve(address.href, { account });
  const { session } = await client.callback(new URL(back).searchParams);
  return { session, agent: new Agent(session) };
}
