/** Network addresses as sockets and proxies write them, and the networks that they stand for. */
import { IncomingMessage } from "node:http";
import { isIP, isIPv4 } from "node:net";
import ipaddr from "ipaddr.js";

/**
 * Reads an address with or without port, brackets, quotes, blanks and zone.
 * @returns the one usual form of it (RFC 5952; IPv4 within IPv6 as IPv4), or undefined: it is none
 */
export function readAddress(written: string): string | undefined {
  // The plain case, at the busiest address of the service.
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
 * Where a request comes from. Behind the operator's proxy that is the last entry of X-Forwarded-For: the one that the
 * proxy added, those before it anybody may write. Where it is no address, the peer counts. The Forwarded header of
 * RFC 7239 is not looked at: a proxy that does not know it passes on what its client wrote there.
 */
export function readVisitorAddress(
  { headers, socket }: IncomingMessage,
  trustProxy: boolean,
): string | undefined {
  const forwarded = trustProxy ? readLast(headers["x-forwarded-for"]) : undefined;
  return forwarded ?? (socket.remoteAddress === undefined ? undefined : readAddress(socket.remoteAddress));
}

/** @param env what Hono was told of the connection; nothing where the request was made within the process */
export function readContextAddress(env: unknown, trustProxy: boolean): string | undefined {
  if (typeof env !== "object" || env === null || !("incoming" in env)) return undefined;
  return env.incoming instanceof IncomingMessage ? readVisitorAddress(env.incoming, trustProxy) : undefined;
}

/** Several lines of the header are one list. */
function readLast(header: string | readonly string[] | undefined): string | undefined {
  const last = [header ?? ""].flat().join(",").split(",").at(-1) ?? "";
  return readAddress(last);
}

export interface Networks {
  /** An IPv4 address, or an IPv6 /56. */
  readonly narrow: string;
  /** The IPv6 /48 around it. */
  readonly wide: string | undefined;
}

/** @param address as `readAddress` gives it */
export function networksOf(address: string): Networks {
  if (isIPv4(address)) return { narrow: address, wide: undefined };
  const [a = 0, b = 0, c = 0, d = 0] = ipaddr.IPv6.parse(address).parts;
  const name = (parts: readonly number[]) => parts.map((part) => part.toString(16)).join(":");
  return { narrow: `${name([a, b, c, d & 0xff00])}::/56`, wide: `${name([a, b, c])}::/48` };
}
