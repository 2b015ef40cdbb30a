/** Parses IP addresses as sockets and proxies write them, and finds the networks they belong to. */
import { IncomingMessage } from "node:http";
import { isIP, isIPv4 } from "node:net";
import ipaddr from "ipaddr.js";

/**
 * Parses an address, with or without port, brackets, quotes, blanks and zone.
 * @returns its canonical form (RFC 5952; IPv4-mapped IPv6 as IPv4), or undefined if it is not an address
 */
export function readAddress(written: string): string | undefined {
  // The common case takes a shortcut: the busiest route of the service calls this for each request.
  if (isIPv4(written)) return written;
  const bare = written
    .trim()
    .replace(/^"(.*)"$/, "$1")
    .trim();
  const [, inBrackets, beforePort] = /^\[([^\]]*)\](?::\d{1,5})?$|^([\d.]+):\d{1,5}$/.exec(bare) ?? [];
  const address = inBrackets ?? beforePort ?? bare;
  if (isIP(address) === 0) return undefined;
  return ipaddr.process(address.replace(/%.*$/, "")).toString();
}

/**
 * Finds the address that a request comes from. Behind the operator's proxy this is the last entry of X-Forwarded-For,
 * which the proxy added; clients can forge the entries before it. If that entry is not an address, the peer's is used. The
 * Forwarded header (RFC 7239) is ignored: a proxy that does not support it passes on what the client sent.
 */
export function readVisitorAddress(
  { headers, socket }: IncomingMessage,
  trustProxy: boolean,
): string | undefined {
  const forwarded = trustProxy ? readLast(headers["x-forwarded-for"]) : undefined;
  return forwarded ?? (socket.remoteAddress === undefined ? undefined : readAddress(socket.remoteAddress));
}

/** @param env the connection as Hono received it; empty if the request was made inside the process */
export function readContextAddress(env: unknown, trustProxy: boolean): string | undefined {
  if (typeof env !== "object" || env === null || !("incoming" in env)) return undefined;
  return env.incoming instanceof IncomingMessage ? readVisitorAddress(env.incoming, trustProxy) : undefined;
}

/** Joins several header lines into one list. */
function readLast(header: string | readonly string[] | undefined): string | undefined {
  const last = [header ?? ""].flat().join(",").split(",").at(-1) ?? "";
  return readAddress(last);
}

export interface Networks {
  /** The IPv4 address, or the IPv6 /56. */
  readonly narrow: string;
  /** The IPv6 /48 that contains it. */
  readonly wide: string | undefined;
}

/** @param address as returned by `readAddress` */
export function networksOf(address: string): Networks {
  if (isIPv4(address)) return { narrow: address, wide: undefined };
  const [a = 0, b = 0, c = 0, d = 0] = ipaddr.IPv6.parse(address).parts;
  const name = (parts: readonly number[]) => parts.map((part) => part.toString(16)).join(":");
  return { narrow: `${name([a, b, c, d & 0xff00])}::/56`, wide: `${name([a, b, c])}::/48` };
}
