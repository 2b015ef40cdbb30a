/** Parses what people type for their Bluesky account (docs/networks/bluesky.md, section 1). */
import { isIP } from "node:net";
import { say } from "../../../words/words.ts";
import { PlatformError } from "../../platform.ts";

export type Typed =
  | { readonly did: string }
  /** A name can be a handle, or a server's. */
  | { readonly name: string }
  | { readonly origin: string };

const LONGEST = 1_000;
const DID = /^did:(?:plc:[a-z2-7]{24}|web:[a-z0-9.-]+(?:%3A\d+)?)$/;
/** A handle is a host name of at least two labels. */
const NAME = /^(?=.{3,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
const PROFILE = /^\/profile\/([^/?#]+)/;

export function isDid(text: string): boolean {
  return DID.test(text);
}

export function isHandle(text: string): boolean {
  return NAME.test(text);
}

/** Parses a handle, a DID, a profile's address or a server, in any case. @throws {PlatformError} */
export function readTyped(typed: string): Typed {
  if (typed.length > LONGEST) throw notAnAccount();
  // Handles copied from a page may contain invisible characters, or the wide @ of a Japanese keyboard.
  const text = typed
    .normalize("NFKC")
    .replace(/[\p{Cf}\s]/gu, "")
    .replace(/^(?:at:\/\/|@)/i, "");
  const url = /^https?:\/\//i.test(text) ? URL.parse(text) : null;
  const profile = url === null ? undefined : PROFILE.exec(url.pathname)?.[1];
  const asked = profile === undefined ? text : decodeURIComponent(profile).replace(/^@/, "");
  if (isDid(asked)) return { did: asked };
  if (url !== null && profile === undefined) return { origin: originOf(url) };
  const name = asked.toLowerCase().replace(/\/$/, "");
  if (isHandle(name)) return { name };
  const host = URL.parse(`https://${name}`);
  if (host === null || host.pathname !== "/") throw notAnAccount();
  return { origin: originOf(host) };
}

/**
 * Returns a server's origin. It is https, except for simulated servers on this machine, which have no certificates; the
 * guarded fetch allows those only if the operator did.
 */
export function originOf(url: URL): string {
  const isOurs = isOurMachine(url);
  if (url.username !== "" || url.password !== "") throw notAnAccount();
  if (!isOurs && (!url.hostname.includes(".") || isIP(url.hostname) !== 0)) throw notAnAccount();
  return `${isOurs ? "http" : "https"}://${url.host}`;
}

function isOurMachine({ hostname }: URL): boolean {
  return hostname === "localhost" || hostname.endsWith(".localhost") || hostname === "127.0.0.1";
}

function notAnAccount(): PlatformError {
  return new PlatformError("rejected", {
    code: "not-an-account",
    message: say("That is not a Bluesky account. Type your handle, like alice.bsky.social."),
  });
}
