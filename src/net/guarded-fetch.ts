/**
 * `fetch` for addresses that people and pages give: https to public addresses only, checked at the connection itself,
 * each redirect again, size and time bounded.
 */
import { lookup as systemLookup } from "node:dns/promises";
import type { LookupFunction } from "node:net";
import { Agent, fetch as undiciFetch } from "undici";
import { AddressRefused, isAllowedHost, isLocalName, isPublicAddress, literalAddress } from "./addresses.ts";

export interface GuardedFetchOptions {
  /** See `isAllowedHost`. */
  readonly allowedHosts: readonly string[];
  /** Resolves a name to all its addresses. Default: the system's resolver. */
  readonly resolve?: (name: string) => Promise<readonly { address: string; family: number }[]>;
}

export interface GuardedFetch {
  /** @throws {AddressRefused} before anything is sent to an address that is not public */
  readonly fetch: typeof fetch;
  /** Closes idle connections. */
  close(): Promise<void>;
}

const MAX_REDIRECTS = 5;
const MAX_BYTES = 10 * 1_024 * 1_024;
/** For the whole of a call without a signal of its own, in milliseconds. */
const TIMEOUT_MS = 15_000;
const CONNECT_TIMEOUT_MS = 10_000;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);
/** Not for another origin than the one they were meant for. */
const CREDENTIALS = ["authorization", "cookie", "proxy-authorization"];

export function createGuardedFetch(options: GuardedFetchOptions): GuardedFetch {
  const resolve = options.resolve ?? ((name: string) => systemLookup(name, { all: true }));
  const guarded = createAgent(async (name) => {
    const found = await resolveName(name, resolve);
    const refused = found.find(({ address }) => !isPublicAddress(address));
    if (refused !== undefined)
      throw new AddressRefused(`${name} is not on the public internet, so we do not connect to it.`);
    return found;
  });
  const open = createAgent((name) => resolveName(name, resolve));

  async function send(request: Outgoing): Promise<Response> {
    const allowed = isAllowedHost(request.url, options.allowedHosts);
    if (!allowed) refuse(request.url);
    try {
      const response = await undiciFetch(request.url, {
        method: request.method,
        headers: [...request.headers],
        body: request.body ?? null,
        redirect: "manual",
        signal: request.signal,
        dispatcher: allowed ? open : guarded,
      });
      return toResponse(response, request.url);
    } catch (error) {
      const cause = error instanceof Error ? error.cause : undefined;
      throw cause instanceof AddressRefused ? cause : error;
    }
  }

  return {
    fetch: async (input, init) => {
      let request = await readRequest(input, init);
      for (let hops = 0; ; hops += 1) {
        const response = await send(request);
        const location = response.headers.get("location");
        if (!REDIRECTS.has(response.status) || location === null || request.redirect === "manual")
          return response;
        await response.body?.cancel();
        if (request.redirect === "error" || hops === MAX_REDIRECTS) {
          throw new TypeError(
            hops === MAX_REDIRECTS ? "Redirected too often." : "Redirected, which was not wanted.",
          );
        }
        request = follow(request, response.status, location);
      }
    },
    close: async () => {
      await Promise.all([guarded.close(), open.close()]);
    },
  };
}

interface Outgoing {
  readonly url: URL;
  readonly method: string;
  readonly headers: Headers;
  readonly body: Uint8Array<ArrayBuffer> | undefined;
  readonly redirect: RequestRedirect;
  readonly signal: AbortSignal;
}

/** The body is read at once: it is ours and small, and a redirect may need it again. */
async function readRequest(input: string | URL | Request, init: RequestInit | undefined): Promise<Outgoing> {
  const request = new Request(input, init);
  const body = request.body === null ? undefined : new Uint8Array(await request.arrayBuffer());
  return {
    url: new URL(request.url),
    method: request.method,
    headers: request.headers,
    body,
    redirect: request.redirect,
    signal: init?.signal ?? AbortSignal.timeout(TIMEOUT_MS),
  };
}

/** What can be told from the address alone; names are checked when they are resolved for the connection. */
function refuse(url: URL): void {
  if (url.protocol !== "https:")
    throw new AddressRefused(`We connect by https only, not to ${url.protocol}//${url.host}.`);
  if (url.username !== "" || url.password !== "")
    throw new AddressRefused("An address with a user name or password in it is not followed.");
  const literal = literalAddress(url.hostname);
  if (literal !== undefined && !isPublicAddress(literal)) {
    throw new AddressRefused(`${url.host} is not on the public internet, so we do not connect to it.`);
  }
}

async function resolveName(
  name: string,
  resolve: NonNullable<GuardedFetchOptions["resolve"]>,
): Promise<readonly { address: string; family: number }[]> {
  return isLocalName(name) ? [{ address: "127.0.0.1", family: 4 }] : await resolve(name);
}

/** The connection is made to what `lookup` returns: no second resolution between check and use. */
function createAgent(find: (name: string) => Promise<readonly { address: string; family: number }[]>): Agent {
  const lookup: LookupFunction = (name, options, done) => {
    find(name).then(
      (found) => {
        const [first] = found;
        if (first === undefined) done(new Error(`${name} has no address.`), "", 0);
        else if (options.all) done(null, [...found]);
        else done(null, first.address, first.family);
      },
      (error: Error) => done(error, "", 0),
    );
  };
  return new Agent({
    connect: { lookup, timeout: CONNECT_TIMEOUT_MS },
    keepAliveTimeout: 10_000,
    connections: 16,
  });
}

function follow(request: Outgoing, status: number, location: string): Outgoing {
  const url = new URL(location, request.url);
  const headers = new Headers(request.headers);
  if (url.origin !== request.url.origin) for (const name of CREDENTIALS) headers.delete(name);
  // The Fetch standard: these become GET without a body; 307 and 308 repeat the request as it was.
  const becomesGet = status === 303 ? request.method !== "HEAD" : status < 303 && request.method === "POST";
  if (!becomesGet) return { ...request, url, headers };
  for (const name of ["content-type", "content-length", "content-encoding", "content-language"])
    headers.delete(name);
  return { ...request, url, headers, method: "GET", body: undefined };
}

type UndiciResponse = Awaited<ReturnType<typeof undiciFetch>>;

function toResponse(response: UndiciResponse, url: URL): Response {
  const body =
    response.body === null ? null : bounded(response.body as ReadableStream<Uint8Array<ArrayBuffer>>);
  const answer = new Response(body, {
    status: response.status,
    statusText: response.statusText,
    headers: [...response.headers],
  });
  Object.defineProperty(answer, "url", { value: url.href });
  return answer;
}

function bounded(body: ReadableStream<Uint8Array<ArrayBuffer>>): ReadableStream<Uint8Array<ArrayBuffer>> {
  let seen = 0;
  return body.pipeThrough(
    new TransformStream({
      transform(chunk: Uint8Array<ArrayBuffer>, controller) {
        seen += chunk.byteLength;
        if (seen > MAX_BYTES) controller.error(new Error(`The answer is longer than ${MAX_BYTES} bytes.`));
        else controller.enqueue(chunk);
      },
    }),
  );
}
