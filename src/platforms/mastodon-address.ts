/** What people type for their Mastodon server, in all its forms (docs/platforms/mastodon.md, section 1). */
import { isIP } from "node:net";
import { domainToUnicode } from "node:url";
import { say } from "../words/words.ts";
import { PlatformError } from "./platform.ts";

export interface TypedServer {
  readonly origin: string;
  /** Whom, where they told. */
  readonly user: string | undefined;
}

const SCHEME = /^https?:\/\//i;
const HANDLE = /^@?([\w.-]+)@([^@/\s]+)\/?$/u;
/** A profile's path; a profile that is seen from another server names its own: /@alice@her.example. */
const PROFILE = /^\/(?:web\/)?(?:@|users\/)([\w.-]+)(?:@([^/@]+))?/;

/** A handle, a profile's address or a host, in any case, with internationalised names. @throws {PlatformError} */
export function readTypedServer(typed: string): TypedServer {
  // Handles copied from a page may carry marks that nobody sees, or the wide @ of a Japanese keyboard.
  const text = typed
    .normalize("NFKC")
    .replace(/\p{Cf}/gu, "")
    .trim()
    .replace(/^acct:/i, "");
  const [, user, host] = HANDLE.exec(text) ?? [];
  if (user !== undefined && host !== undefined) return { origin: readOrigin(`https://${host}`), user };
  const address = SCHEME.test(text) ? text : `https://${text.replace(/^@/, "")}`;
  const origin = readOrigin(address);
  const [, profile, elsewhere] = PROFILE.exec(new URL(address).pathname) ?? [];
  if (profile === undefined || elsewhere === undefined) return { origin, user: profile };
  return { origin: readOrigin(`https://${elsewhere}`), user: profile };
}

function readOrigin(address: string): string {
  const url = /\s/.test(address) || !URL.canParse(address) ? undefined : new URL(address);
  if (url === undefined || url.username !== "" || url.password !== "") throw notAServer();
  if (!isOurMachine(url) && (!url.hostname.includes(".") || isIP(url.hostname) !== 0)) throw notAServer();
  return originOf(url);
}

/**
 * A server's origin, internationalised names as A-labels. Always https, but for simulated servers on this machine, which
 * have no certificates; the guarded fetch lets those through only where the operator allowed them.
 */
export function originOf(url: URL): string {
  return `${isOurMachine(url) ? "http" : "https"}://${url.host.replace(/\.(?=:|$)/, "")}`;
}

/** A host as people read it: "bücher.example". */
export function showHost(host: string): string {
  const [name = "", port] = host.split(":");
  return [domainToUnicode(name) || name, port].filter((part) => part !== undefined).join(":");
}

function isOurMachine({ hostname }: URL): boolean {
  return hostname === "localhost" || hostname.endsWith(".localhost") || hostname === "127.0.0.1";
}

function notAServer(): PlatformError {
  return new PlatformError("rejected", {
    code: "not-a-server",
    message: say(
      "That is not a Mastodon address. Type your server, like mastodon.social, or your whole handle, like alice@mastodon.social.",
    ),
  });
}
