/** Decides which addresses may be connected to: only those of the public internet. */
import type { LookupAddress } from "node:dns";
import { isIP } from "node:net";
import ipaddr from "ipaddr.js";

export type Refusal = "unreadable" | "scheme" | "credentials" | "port" | "not-public" | "redirects";

/** We refuse to connect to the address. The message is for people and contains only the host. */
export class AddressRefused extends Error {
  override name = "AddressRefused";
  readonly reason: Refusal;

  constructor(reason: Refusal, message: string) {
    super(message);
    this.reason = reason;
  }
}

/** Resolves a host name to all its addresses. */
export type Resolve = (name: string) => Promise<readonly LookupAddress[]>;

/**
 * Resolves the host of a URL. An IP address stands for itself and `localhost` for this machine, without DNS (RFC 6761).
 * @throws if the name has no address
 */
export async function findAddresses(host: string, resolve: Resolve): Promise<readonly LookupAddress[]> {
  const name = host.replace(/\.$/, "");
  const family = isIP(name);
  if (family !== 0) return [{ address: name, family }];
  if (name === "localhost" || name.endsWith(".localhost")) return [{ address: "127.0.0.1", family: 4 }];
  const found = await resolve(host);
  if (found.length === 0) throw Object.assign(new Error(`${host} has no address.`), { code: "ENOTFOUND" });
  return found;
}

/** Azure's platform agent, at an address that is registered as public. */
const AZURE_PLATFORM = "168.63.129.16";
const NAT64: [ipaddr.IPv6, number] = [ipaddr.IPv6.parse("64:ff9b::"), 96];
const GLOBAL_UNICAST: [ipaddr.IPv6, number] = [ipaddr.IPv6.parse("2000::"), 3];
/** An interface id with an IPv4 address (ISATAP, RFC 5214): a public prefix may lead to a private host. */
const ISATAP_MARK = 0x5efe;

/**
 * Whether an address is public unicast. IPv4 in IPv6 is checked on its own if the machine would connect to it (mapped,
 * NAT64). Tunnels (6to4, Teredo, ISATAP) are refused because they end at another machine.
 */
export function isPublicAddress(address: string): boolean {
  if (isIP(address) === 0) return false;
  const parsed = ipaddr.parse(address);
  return parsed instanceof ipaddr.IPv4 ? isPublicIPv4(parsed) : isPublicIPv6(parsed);
}

function isPublicIPv4(address: ipaddr.IPv4): boolean {
  return address.range() === "unicast" && address.toString() !== AZURE_PLATFORM;
}

function isPublicIPv6(address: ipaddr.IPv6): boolean {
  if (address.zoneId !== undefined) return false;
  if (address.isIPv4MappedAddress() || address.match(NAT64)) {
    return isPublicIPv4(new ipaddr.IPv4(address.toByteArray().slice(12)));
  }
  const [, , , , flags = 0, mark] = address.parts;
  const isIsatap = mark === ISATAP_MARK && (flags & 0xfdff) === 0;
  return !isIsatap && address.match(GLOBAL_UNICAST) && address.range() === "unicast";
}
