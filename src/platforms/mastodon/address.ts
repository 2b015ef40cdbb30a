/** Parses what people type for their Mastodon server (docs/networks/mastodon.md, section 1). */
import { isIP } from "node:net";
import { domainToUnicode } from "node:url";
import { say } from "../../words/words.ts";
import { PlatformError } from "../platform.ts";

export interface TypedServer {
  readonly origin: string;
  /** The user name, if the person typed one. */
  readonly user: string | undefined;
}

/** No server name is longer than 253 characters, and no profile address much longer. */
const LONGEST = 1_000;
const SCHEME = /^https?:\/\//i;
const HANDLE = /^@?([\w.-]+)@([^@/\s]+)\/?$/u;
/** A profile's path. A profile that is seen from another server names its own: /@alice@her.example. */
const PROFILE = /^\/(?:web\/)?(?:@|users\/)([\w.-]+)(?:@([^/@]+))?/;

/**
 * Parses a handle, a profile's address or a host, in any case, with internationalised names.
 * @throws {PlatformError}
 */
export function readTypedServer(typed: string): TypedServer {
  if (typed.length > LONGEST) throw notAServer();
  // Handles copied from a page may contain invisible characters, or the wide @ of a Japanese keyboard.
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
 * Returns a server's origin, with internationalised names as A-labels. It is https, except for simulated servers on
 * this machine, which have no certificates; the guarded fetch allows those only if the operator did.
 */
export function originOf(url: URL): string {
  return `${isOurMachine(url) ? "http" : "https"}://${url.host.replace(/\.(?=:|$)/, "")}`;
}

/**
 * Returns a host as people read it: "bücher.example". A part that could be mistaken for another, such as Cyrillic
 * letters for Latin ones, is shown as an A-label.
 */
export function showHost(host: string): string {
  const [name = "", port] = host.split(":");
  const shown = name
    .split(".")
    .map((label) => (isClear(domainToUnicode(label)) ? domainToUnicode(label) : label))
    .join(".");
  return port === undefined ? shown : `${shown}:${port}`;
}

/**
 * Latin letters that look like no others without their diacritics, or scripts whose letters do not look like Latin
 * ones.
 */
function isClear(label: string): boolean {
  const bare = label.normalize("NFD").replace(/[\u0300-\u036f]/g, "");
  return (
    /^[a-z0-9ßæøœđłþð_-]+$/.test(bare) ||
    /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}ー0-9-]+$/u.test(label) ||
    scripts.some((script) => script.test(label))
  );
}

const scripts = [
  /^[\p{Script=Hangul}0-9-]+$/u,
  /^[\p{Script=Arabic}0-9-]+$/u,
  /^[\p{Script=Hebrew}0-9-]+$/u,
  /^[\p{Script=Devanagari}0-9-]+$/u,
  /^[\p{Script=Thai}0-9-]+$/u,
];

function isOurMachine({ hostname }: URL): boolean {
  return hostname === "localhost" || hostname.endsWith(".localhost") || hostname === "127.0.0.1";
}

/** @param only the one server that the operator allows */
export function otherServer(only: string): PlatformError {
  return new PlatformError("rejected", {
    code: "other-server",
    message: say("Here you can connect accounts on {server} only.", { server: only }),
  });
}

export function notAServer(): PlatformError {
  return new PlatformError("rejected", {
    code: "not-a-server",
    message: say(
      "That is not a Mastodon address. Type your server, like mastodon.social, or your whole handle, like alice@mastodon.social.",
    ),
  });
}
