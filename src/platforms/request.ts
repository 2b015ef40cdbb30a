/** One HTTP call to a network: bounded in time, its answer read as JSON where it is JSON, its failure told apart by what may have arrived. */
import { z } from "zod";
import { AddressRefused } from "../net/addresses.ts";
import { redactText } from "../net/redact.ts";
import { inEnglish, part, say, type Told } from "../words/words.ts";
import { PlatformError } from "./platform.ts";

/** A setting that says where a network is asked; without a path. */
export const origin = z
  .url({ protocol: /^https?$/, error: "must be an address like https://example.com" })
  .transform((url) => new URL(url).origin);

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
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** Where the answer came from in the end, after redirects. */
  readonly url: string;
  /** The parsed JSON; undefined for anything else, an empty body included. */
  readonly body: unknown;
}

/** There was no answer, or none that could be read to its end. */
export class NoAnswer extends Error {
  override name = "NoAnswer";
  /** False: the network certainly got nothing. */
  readonly sent: boolean;
  readonly told: Told;

  constructor(host: string, sent: boolean, cause: unknown) {
    const told = sent
      ? say("{host} did not answer.", { host })
      : say("{host} could not be reached.", { host });
    super(inEnglish(told), { cause });
    this.told = told;
    this.sent = sent;
  }
}

const TIMEOUT_MS = 30_000;

/** Failures before the first byte of a request: no connection, no name, no TLS. Everything else may have arrived. */
const UNSENT =
  /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EAI_FAIL|EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL|UND_ERR_CONNECT_TIMEOUT|CERT_\w+|ERR_TLS_\w+|ERR_SSL_\w+|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_\w+)$/;

/** What a form or an address may hold that nobody else may read. */
const SECRET_FIELDS = [
  ...["code", "code_verifier", "client_secret", "refresh_token", "token"],
  ...["access_token", "fb_exchange_token"],
];

/** @throws {NoAnswer} @throws {PlatformError} when we refuse to connect to the address */
async function call(
  fetcher: typeof fetch,
  { method, url, headers, redirect, ...body }: Call,
): Promise<Answer> {
  try {
    const response = await fetcher(url, {
      method,
      headers: { accept: "application/json", ...headers, ...contentType(body) },
      ...encode(body),
      redirect: redirect ?? "manual",
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      url: response.url === "" ? String(url) : response.url,
      // A refusal's words go into errors that people read: they must not repeat our secrets.
      body: parseJson(text, response.ok ? [] : secretsOf(headers?.authorization, fieldsOf(url, body.form))),
    };
  } catch (error) {
    const { host } = new URL(url);
    if (error instanceof AddressRefused)
      throw new PlatformError("rejected", { code: "address-refused", message: tellRefusal(error, host) });
    throw new NoAnswer(host, !isUnsent(error), error);
  }
}

/** Such addresses come from people, who type the name of a server. */
function tellRefusal({ reason }: AddressRefused, host: string): Told {
  switch (reason) {
    case "not-public":
      return say("{host} is not on the public internet, so we do not connect to it.", { host });
    case "scheme":
    case "port":
      return say("{host} is not a server on the public internet with https at its usual place.", { host });
    case "redirects":
      return say("{host} sends us in circles.", { host });
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
  try {
    return JSON.parse(text, (_field, value: unknown) =>
      typeof value === "string" && secrets.length > 0 ? redactText(value, secrets) : value,
    );
  } catch {
    return undefined;
  }
}

function isUnsent(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined;
  return (
    cause instanceof Error && "code" in cause && typeof cause.code === "string" && UNSENT.test(cause.code)
  );
}

/**
 * A call that publishes nothing, so that no failure of it leaves a doubt.
 * @throws {PlatformError} transient, where there is no answer
 */
export async function callSafely(fetcher: typeof fetch, request: Call): Promise<Answer> {
  return await call(fetcher, request).catch((error: unknown) => {
    if (!(error instanceof NoAnswer)) throw error;
    const code = error.sent ? "no-answer" : "unreachable";
    throw new PlatformError("transient", { code, message: error.told, cause: error });
  });
}

/** The call that publishes. @throws {PlatformError} ambiguous where the network may have got it */
export async function callVisibly(fetcher: typeof fetch, request: Call): Promise<Answer> {
  return await call(fetcher, request).catch((error: unknown) => {
    if (!(error instanceof NoAnswer)) throw error;
    throw error.sent
      ? new PlatformError("ambiguous", {
          code: "no-answer",
          message: say("{message} It may or may not have posted this.", { message: part(error.told) }),
          cause: error,
        })
      : new PlatformError("transient", { code: "unreachable", message: error.told, cause: error });
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
