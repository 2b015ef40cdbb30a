/**
 * A `fetch` for addresses from people and pages: https to public addresses only, checked when connecting and again for
 * each redirect, and limited in size and time.
 */
import { lookup } from "node:dns/promises";
import type { Agent, Dispatcher, Response as UndiciResponse } from "undici";
import { AddressRefused, isPublicAddress, type Resolve } from "./addresses.ts";
import { type IsAllowed, readAllowedHosts } from "./allowed-hosts.ts";
import { createConnector, type Dial, dialDirectly, loadUndici } from "./connector.ts";
import { findRedirect, follow, type Hop } from "./redirect.ts";
import { toResponse } from "./response.ts";

export interface GuardedFetchOptions {
  /** `host`, `host:port` or `*.host`: these may use http and private addresses. */
  readonly allowedHosts: readonly string[];
  /** The timeout of a call without its own signal, in milliseconds. */
  readonly timeoutMs?: number;
  /** The largest response body, after decompression. */
  readonly maxBytes?: number;
  /** The system's resolver by default. */
  readonly resolve?: Resolve;
  /** Opens a connection to a checked address. */
  readonly dial?: Dial;
}

/** The options of `fetch`, with a hook. */
export interface SendingInit extends RequestInit {
  /** Called when the connection is open and before the first byte is sent. If it throws, nothing is sent. */
  readonly beforeSending?: () => void;
}

export interface GuardedFetch {
  /** @throws {AddressRefused} before anything is sent to an address that is not public */
  readonly fetch: typeof fetch;
  /** Closes all connections, which fails the calls in progress. */
  close(): Promise<void>;
}

const MAX_REDIRECTS = 5;
/** Per origin; further requests wait. */
const MAX_CONNECTIONS = 16;

/** Creates a guarded fetch. @throws {AllowedHostsError} */
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
    if (url === null) throw new AddressRefused("unreadable", "This is not a complete web address.");
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
          throw new TypeError(`${hop.url.host} redirected, although redirects are not allowed here.`);
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

/** Requests may wait for a connection: this hook runs right before the request is written. */
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

/** Checks what the address alone shows; the host is checked when connecting. */
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

/** A `Request` always has a signal, which may never fire. */
function chooseSignal(input: unknown, init: RequestInit | undefined, timeoutMs: number): AbortSignal {
  if (init?.signal) return init.signal;
  const timeout = AbortSignal.timeout(timeoutMs);
  return input instanceof Request ? AbortSignal.any([input.signal, timeout]) : timeout;
}
