/** One HTTP call to a network: limited in time, with a parsed answer, and with a failure that tells whether the request may have arrived. */
import { AddressRefused } from "../../net/addresses.ts";
import type { SendingInit } from "../../net/guarded-fetch.ts";
import { endpointOf, noteCall, patienceFor } from "../../net/task.ts";
import { part, say } from "../../words/words.ts";
import { type JsonObject, PlatformError, type Post } from "../platform.ts";
import { tellRefusal } from "./address-refused.ts";
import { parseJson, readText, secretsOf } from "./answer-body.ts";
import type { NetworkFetch } from "./network-fetch.ts";
import { NoAnswer } from "./no-answer.ts";

/** One request. */
export interface Call {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  readonly url: string | URL;
  readonly headers?: Readonly<Record<string, string>>;
  /** At most one of the four bodies is set. */
  readonly json?: unknown;
  readonly form?: Readonly<Record<string, string>>;
  readonly multipart?: FormData;
  readonly bytes?: Uint8Array;
  /** By default a redirect is returned as the answer, because a POST must not be repeated elsewhere. */
  readonly redirect?: "follow" | "manual";
  /** 30 seconds by default. */
  readonly timeoutMs?: number;
}

/** The answer to a request, with any status. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** The final URL, after redirects. */
  readonly url: string;
  /** The parsed JSON; undefined if the body is empty or not JSON. */
  readonly body: unknown;
}

const TIMEOUT_MS = 30_000;
/** The timeout of calls whose result is optional. */
export const OPTIONAL_MS = 2_000;

/** Throws if the request must not be sent. */
type Permit = () => void;

/**
 * @param permit runs before the request is sent; its errors pass through
 * @throws {NoAnswer} if the network did not answer
 * @throws {PlatformError} if we refuse to connect to the address
 */
async function call(
  fetcher: NetworkFetch,
  { method, url, headers, redirect, timeoutMs, ...body }: Call,
  permit: Permit = () => {},
): Promise<Answer> {
  const leave = leaving(permit);
  const startedAt = performance.now();
  const { host } = new URL(url);
  const note = (result: { status?: number; problem?: string }) =>
    noteCall({
      host,
      endpoint: endpointOf(url),
      method,
      ...result,
      ms: Math.round(performance.now() - startedAt),
    });
  try {
    leave.ask();
    const patience = patienceFor(timeoutMs ?? TIMEOUT_MS);
    // The time for all calls of this task is used up.
    if (patience === 0) throw new DOMException("No time is left for this call.", "TimeoutError");
    const init: SendingInit = {
      method,
      headers: { accept: "application/json", ...contentType(body), ...headers },
      ...encode(body),
      redirect: redirect ?? "manual",
      signal: AbortSignal.timeout(patience),
      beforeSending: leave.ask,
    };
    const response = await fetcher(url, init);
    const text = await readText(response);
    note({ status: response.status });
    return {
      status: response.status,
      headers: response.headers,
      url: response.url === "" ? String(url) : response.url,
      // The messages of unsuccessful answers reach people, so they must not repeat our secrets.
      body: parseJson(text, response.ok ? [] : secretsOf(url, headers?.authorization, body.form)),
    };
  } catch (error) {
    const refusal = leave.refusal();
    if (refusal !== undefined) throw refusal;
    if (error instanceof AddressRefused) {
      note({ problem: "address-refused" });
      throw new PlatformError("rejected", { code: "address-refused", message: tellRefusal(error, host) });
    }
    const failure = new NoAnswer({ network: fetcher.network, host }, error);
    note({ problem: failure.code });
    throw failure;
  }
}

/** Keeps the error of the permit, because fetch wraps errors that are thrown inside it. */
function leaving(permit: Permit): { ask: Permit; refusal(): unknown } {
  let refusal: unknown;
  const ask = () => {
    try {
      permit();
    } catch (error) {
      refusal = error;
      throw error;
    }
  };
  return { ask, refusal: () => refusal };
}

type Bodies = Pick<Call, "json" | "form" | "multipart" | "bytes">;

/** For the other bodies, fetch sets the content type. The caller of `bytes` may know it better. */
function contentType({ json, bytes }: Bodies): Record<string, string> {
  if (bytes !== undefined) return { "content-type": "application/octet-stream" };
  return json === undefined ? {} : { "content-type": "application/json" };
}

function encode({ json, form, multipart, bytes }: Bodies): { body?: BodyInit } {
  if (json !== undefined) return { body: JSON.stringify(json) };
  if (form !== undefined) return { body: new URLSearchParams(form) };
  if (bytes !== undefined) return { body: new Uint8Array(bytes) };
  return multipart === undefined ? {} : { body: multipart };
}

/** Makes a call that publishes nothing. @throws {PlatformError} transient if the network did not answer */
export async function callSafely(fetcher: NetworkFetch, request: Call): Promise<Answer> {
  return await call(fetcher, request).catch((error: unknown) => {
    if (!(error instanceof NoAnswer)) throw error;
    throw new PlatformError("transient", { code: error.code, message: error.told, cause: error });
  });
}

/**
 * Makes calls that publish this post: each runs `beforePublish` first.
 * @returns a function like `callSafely`, which throws an ambiguous PlatformError if the network may have got the request
 */
export function publishing(post: Pick<Post, "beforePublish">, remember?: JsonObject): typeof callSafely {
  return async (fetcher, request) => await callVisibly(fetcher, request, await post.beforePublish(remember));
}

async function callVisibly(fetcher: NetworkFetch, request: Call, permit: Permit): Promise<Answer> {
  return await call(fetcher, request, permit).catch((error: unknown) => {
    if (!(error instanceof NoAnswer)) throw error;
    throw error.sent
      ? new PlatformError("ambiguous", {
          code: error.code,
          message: say("{message} It may or may not have posted this.", { message: part(error.told) }),
          cause: error,
        })
      : new PlatformError("transient", { code: error.code, message: error.told, cause: error });
  });
}

const LONGEST_WAIT_MS = 86_400_000;

/** Reads Retry-After, in seconds or as a date. @returns a time at most a day ahead; undefined if it is missing or past */
export function readRetryAfter(headers: Headers, now: Date): Date | undefined {
  const value = headers.get("retry-after")?.trim() ?? "";
  const isDate = /^[A-Za-z]/.test(value);
  const at = /^\d+$/.test(value)
    ? now.getTime() + Number(value) * 1_000
    : isDate
      ? Date.parse(value)
      : Number.NaN;
  if (Number.isNaN(at) || at <= now.getTime()) return undefined;
  return new Date(Math.min(at, now.getTime() + LONGEST_WAIT_MS));
}
