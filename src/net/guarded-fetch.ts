/**
 * `fetch` for addresses that people and pages give: https to public addresses only, checked at the connection itself,
 * each redirect again, size and time bounded.
 */
import { lookup } from "node:dns/promises";
import type { Agent, Dispatcher, Response as UndiciResponse } from "undici";
import { AddressRefused, isPublicAddress, type Resolve } from "./addresses.ts";
import { type IsAllowed, readAllowedHosts } from "./allowed-hosts.ts";
import { createConnector, type Dial, dialDirectly, loadUndici } from "./connector.ts";
import { findRedirect, follow, type Hop } from "./redirect.ts";
import { toResponse } from "./response.ts";

export interface GuardedFetchOptions {
  /** `host`, `host:port` or `*.host`: these may be plain http and private. */
  readonly allowedHosts: readonly string[];
  /** For the whole of a call that brings no signal of its own, in milliseconds. */
  readonly timeoutMs?: number;
  /** Of an answer's body, after decompression. */
  readonly maxBytes?: number;
  /** Default: the system's resolver. */
  readonly resolve?: Resolve;
  /** How a checked connection is opened. */
  readonly dial?: Dial;
}

/** What the fetch takes beside the usual. */
export interface SendingInit extends RequestInit {
  /** Called when a connection is there and the first byte would leave; what it throws keeps the request here. */
  readonly beforeSending?: () => void;
}

export interface GuardedFetch {
  /** @throws {AddressRefused} before anything is sent to an address that is not public */
  readonly fetch: typeof fetch;
  /** Closes all connections; calls still under way fail. */
  close(): Promise<void>;
}

const MAX_REDIRECTS = 5;
/** Per origin: the rest waits its turn. */
const MAX_CONNECTIONS = 16;

/** @throws {AllowedHostsError} */
export function createGuardedFetch({
  allowedHosts,
  timeoutMs = 15_000,
  maxBytes = 10 * 1_024 * 1_024,
  resolve = (name) => lookup(name, { all: true }),
  dial = dialDirectly,
}: GuardedFetchOptions): GuardedFetch {
  const isAllowed = readAllowedHosts(allowedHosts);
  let agents: { readonly guarded: Agent; readonly open: Agent } | undefined;
  const openAgents = () => ({
    guarded: createAgent({ accepts: isPublicAddress, resolve, dial }),
    open: createAgent({ accepts: () => true, resolve, dial }),
  });

  function readUrl(input: string | URL, from?: URL): URL {
    const url = URL.parse(input, from);
    if (url === null) throw new AddressRefused("unreadable", "That is not a complete web address.");
    checkUrl(url, isAllowed);
    return url;
  }

  async function send(
    { url, method, headers, body }: Hop,
    signal: AbortSignal,
    beforeSending: (() => void) | undefined,
  ): Promise<UndiciResponse> {
    agents ??= openAgents();
    const agent = isAllowed(url) ? agents.open : agents.guarded;
    const dispatcher = beforeSending === undefined ? agent : asking(agent, beforeSending);
    return await loadUndici()
      .fetch(url, {
        method,
        headers: [...headers],
        body,
        redirect: "manual",
        signal,
        dispatcher,
      })
      .catch((error: unknown) => {
        throw error instanceof Error && error.cause instanceof AddressRefused ? error.cause : error;
      });
  }

  return {
    fetch: async (input, init?: SendingInit) => {
      const url = readUrl(input instanceof Request ? input.url : input);
      const request = new Request(input instanceof Request ? input : url, init);
      const signal = chooseSignal(input, init, timeoutMs);
      let hop: Hop = {
        url,
        method: request.method,
        headers: request.headers,
        body: request.body === null ? null : new Uint8Array(await request.arrayBuffer()),
      };
      for (let redirects = 0; ; redirects += 1) {
        const response = await send(hop, signal, init?.beforeSending);
        const location = findRedirect(response.status, response.headers);
        if (location === undefined || request.redirect === "manual") {
          return toResponse(response, { url: hop.url, redirected: redirects > 0, maxBytes });
        }
        await response.body?.cancel();
        if (request.redirect === "error")
          throw new TypeError(`${hop.url.host} redirected, which was not wanted.`);
        if (redirects === MAX_REDIRECTS)
          throw new AddressRefused("redirects", `${url.host} redirected more than ${MAX_REDIRECTS} times.`);
        hop = follow(hop, response.status, readUrl(location, hop.url));
      }
    },
    close: async () => {
      await Promise.all([agents?.guarded.destroy(), agents?.open.destroy()]);
    },
  };
}

function createAgent(parts: Parameters<typeof createConnector>[0]): Agent {
  return new (loadUndici().Agent)({ connect: createConnector(parts), connections: MAX_CONNECTIONS });
}

/** A connection may take its time, and requests wait for one: this is the last moment before the request is written. */
function asking(agent: Agent, beforeSending: () => void): Dispatcher {
  return agent.compose(
    (dispatch) => (options, handler) =>
      dispatch(options, {
        onRequestStart: (controller, context) => {
          beforeSending();
          handler.onRequestStart?.(controller, context);
        },
        onRequestUpgrade: (...args) => handler.onRequestUpgrade?.(...args),
        onResponseStart: (...args) => handler.onResponseStart?.(...args),
        onResponseData: (...args) => handler.onResponseData?.(...args),
        onResponseEnd: (...args) => handler.onResponseEnd?.(...args),
        onResponseError: (...args) => handler.onResponseError?.(...args),
      }),
  );
}

/** What can be told from the address alone; where it leads is checked when the connection is opened. */
function checkUrl(url: URL, isAllowed: IsAllowed): void {
  if (url.username !== "" || url.password !== "")
    throw new AddressRefused(
      "credentials",
      `The address of ${url.host} has a user name or password in it: leave them out.`,
    );
  if (isAllowed(url) && url.protocol === "http:") return;
  if (url.protocol !== "https:")
    throw new AddressRefused("scheme", "Only addresses that start with https:// can be opened.");
  if (url.port !== "" && !isAllowed(url))
    throw new AddressRefused(
      "port",
      `${url.hostname} is asked for on port ${url.port}, but only https's own port is open to us.`,
    );
}

/** A `Request` always has a signal, perhaps one that never fires. */
function chooseSignal(input: unknown, init: RequestInit | undefined, timeoutMs: number): AbortSignal {
  if (init?.signal) return init.signal;
  const timeout = AbortSignal.timeout(timeoutMs);
  return input instanceof Request ? AbortSignal.any([input.signal, timeout]) : timeout;
}
