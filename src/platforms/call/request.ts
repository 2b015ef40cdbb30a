/** One HTTP call to a network: bounded in time, its answer read as JSON where it is JSON, its failure told apart by what may have arrived. */
import { AddressRefused } from "../../net/addresses.ts";
import type { SendingInit } from "../../net/guarded-fetch.ts";
import { redactText } from "../../net/redact.ts";
import { endpointOf, noteCall, patienceFor } from "../../net/task.ts";
import { part, say, type Told } from "../../words/words.ts";
import { writtenLines } from "../../words/written.ts";
import { type JsonObject, PlatformError, type Post } from "../platform.ts";
import type { NetworkFetch } from "./network-fetch.ts";
import { NoAnswer } from "./no-answer.ts";

export interface Call {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  readonly url: string | URL;
  readonly headers?: Readonly<Record<string, string>>;
  /** At most one of the four bodies. */
  readonly json?: unknown;
  readonly form?: Readonly<Record<string, string>>;
  readonly multipart?: FormData;
  readonly bytes?: Uint8Array;
  /** Default: a redirect is an answer like any other, since a POST must not be repeated elsewhere. */
  readonly redirect?: "follow" | "manual";
  /** Default: half a minute. */
  readonly timeoutMs?: number;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** Where the answer came from in the end, after redirects. */
  readonly url: string;
  /** The parsed JSON; undefined for anything else, an empty body included. */
  readonly body: unknown;
}

const TIMEOUT_MS = 30_000;
/** For what is pleasant to know, and not worth waiting for. */
export const OPTIONAL_MS = 2_000;
/** A page of forty long posts has a fifth of it. A server that a person named may send what it likes. */
const LONGEST_ANSWER = 1_000_000;
/** Values in an answer: looking at each costs more than reading it. */
const MOST_VALUES = 50_000;

/** What a form or an address may hold that nobody else may read. */
const SECRET_FIELDS = [
  ...["code", "code_verifier", "client_secret", "refresh_token", "token"],
  ...["access_token", "fb_exchange_token"],
];

/** Throws where the request may not leave. */
type Permit = () => void;

/**
 * @param permit is asked before the request leaves, and what it throws is let through
 * @throws {NoAnswer} @throws {PlatformError} when we refuse to connect to the address
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
    // Where the time for all calls is up, no further one begins.
    if (patience === 0) throw new DOMException("There was no time left for it.", "TimeoutError");
    const init: SendingInit = {
      method,
      headers: { accept: "application/json", ...headers, ...contentType(body) },
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
      // A refusal's words go into errors that people read: they must not repeat our secrets.
      body: parseJson(text, response.ok ? [] : secretsOf(headers?.authorization, fieldsOf(url, body.form))),
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

/** Keeps why the permit was refused, since a fetch wraps what is thrown within it. */
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

/** "" where the answer is longer than any that we ask for: then nothing of it is believed. */
async function readText(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  // Leaving the loop gives up the rest.
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length > LONGEST_ANSWER) return "";
  }
  return text + decoder.decode();
}

/** Such addresses come from people, who type the name of a server. */
function tellRefusal({ reason }: AddressRefused, host: string): Told {
  switch (reason) {
    case "not-public":
      return say("{host} is not on the public internet, so we do not connect to it.", { host });
    case "scheme":
    case "port":
      return say("{host} is not a server on the public internet that uses https on the standard port.", {
        host,
      });
    case "redirects":
      return say("{host} redirects us in a loop.", { host });
    case "credentials":
    case "unreadable":
      return say("{host} is not an address that we can open.", { host });
  }
}

type Bodies = Pick<Call, "json" | "form" | "multipart" | "bytes">;

/** Of the others the body itself tells. */
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

function fieldsOf(url: string | URL, form: Call["form"]): Call["form"] {
  return { ...Object.fromEntries(new URL(url).searchParams), ...form };
}

function secretsOf(authorization: string | undefined, form: Call["form"]): string[] {
  const sent = [authorization?.split(" ").at(-1), ...SECRET_FIELDS.map((field) => form?.[field])];
  return sent.filter((secret) => secret !== undefined);
}

function parseJson(text: string, secrets: readonly string[]): unknown {
  if (!isModest(text)) return undefined;
  try {
    return JSON.parse(text, (_field, value: unknown) => {
      if (typeof value !== "string") return value;
      return writtenLines(secrets.length > 0 ? redactText(value, secrets) : value);
    });
  } catch {
    return undefined;
  }
}

/** By the signs that stand before a value; those within texts count too, which is of no matter. */
function isModest(text: string): boolean {
  let values = 0;
  for (let at = 0; at < text.length && values <= MOST_VALUES; at += 1) {
    const sign = text.charCodeAt(at);
    // , [ {
    if (sign === 0x2c || sign === 0x5b || sign === 0x7b) values += 1;
  }
  return values <= MOST_VALUES;
}

/**
 * A call that publishes nothing, so that no failure of it leaves a doubt.
 * @throws {PlatformError} transient, where there is no answer
 */
export async function callSafely(fetcher: NetworkFetch, request: Call): Promise<Answer> {
  return await call(fetcher, request).catch((error: unknown) => {
    if (!(error instanceof NoAnswer)) throw error;
    throw new PlatformError("transient", { code: error.code, message: error.told, cause: error });
  });
}

/**
 * How to make a call that publishes this post: behind its fence, each time anew.
 * @throws {PlatformError} ambiguous where the network may have got it
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

/** Retry-After in seconds or as a date. What is past says nothing; what is more than a day off is not believed. */
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
