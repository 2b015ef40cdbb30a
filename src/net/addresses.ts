/** Which addresses a connection may be made to, and which hosts the operator allowed beside them. */
import ipaddr from "ipaddr.js";

/** We do not connect there. The message is for people. */
export class AddressRefused extends Error {
  override name = "AddressRefused";
}

/** IPv6 interface ids that carry an IPv4 address (ISATAP, RFC 5214): a public prefix may lead to a private host. */
const ISATAP_MARK = 0x5efe;

/**
 * Public unicast only. IPv4 inside IPv6 (mapped, compatible) is judged by itself; translated and tunnelled forms
 * (NAT64, 6to4, Teredo) are refused as they name another machine than they show.
 */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.process(address);
  if (
    parsed instanceof ipaddr.IPv6 &&
    parsed.parts[5] === ISATAP_MARK &&
    ((parsed.parts[4] ?? 0) & 0xfdff) === 0
  )
    return false;
  return parsed.range() === "unicast";
}

/** `localhost` and the names below it always mean this machine (RFC 6761). */
export function isLocalName(host: string): boolean {
  return host === "localhost" || host.endsWith(".localhost");
}

/** A host of a URL as an address, or undefined when it is a name. */
export function literalAddress(host: string): string | undefined {
  const bare = host.replace(/^\[|\]$/g, "");
  return ipaddr.isValid(bare) ? bare : undefined;
}

/**
 * Does the list hold this URL's host? Entries are `host`, `host:port`, or `*.host` for all names below it.
 * Allowed hosts may be plain http and at any address.
 */
export function isAllowedHost(url: URL, allowedHosts: readonly string[]): boolean {
  const port = url.port || (url.protocol === "https:" ? "443" : "80");
  return allowedHosts.some((entry) => {
    const [, name = "", only] = /^(.*?)(?::(\d+))?$/.exec(entry.toLowerCase()) ?? [];
    if (only !== undefined && only !== port) return false;
    return name.startsWith("*.") ? url.hostname.endsWith(name.slice(1)) : url.hostname === name;
  });
}
