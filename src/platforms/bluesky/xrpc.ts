/** Calls to an account’s server (docs/networks/bluesky.md, sections 3 and 4). */
import { type Answer, type Call, callSafely } from "../call/request.ts";
import type { Tokens } from "../platform.ts";
import { unbind } from "./oauth/bound-token.ts";
import { callProven } from "./oauth/proof.ts";
import type { Parts } from "./parts.ts";

/** An account’s server and the tokens for it. */
export interface Session {
  readonly server: string;
  readonly did: string;
  readonly tokens: Tokens;
}

interface Procedure extends Pick<Call, "json" | "bytes" | "headers" | "timeoutMs"> {
  /** "com.atproto.repo.putRecord" */
  readonly name: string;
}

/** Makes a call that changes something. @throws {PlatformError} as `send` does */
export async function callProcedure(
  parts: Parts,
  { server, tokens }: Session,
  { name, ...rest }: Procedure,
  send: typeof callSafely = callSafely,
): Promise<Answer> {
  const call = { ...rest, method: "POST", url: `${server}/xrpc/${name}` } as const;
  return await callProven(parts, unbind(tokens), call, send);
}

/** Asks with the account’s token. @throws {PlatformError} transient if there is no answer */
export async function askAsOwner(parts: Parts, { server, tokens }: Session, name: string): Promise<Answer> {
  return await callProven(parts, unbind(tokens), { method: "GET", url: `${server}/xrpc/${name}` });
}

/** Asks what everybody may read. @throws {PlatformError} transient if there is no answer */
export async function ask(
  { world }: Parts,
  server: string,
  name: string,
  query: Readonly<Record<string, string>>,
): Promise<Answer> {
  const url = `${server}/xrpc/${name}?${new URLSearchParams(query)}`;
  return await callSafely(world.fetch, { method: "GET", url });
}
