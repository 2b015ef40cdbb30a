/** Addresses of this machine alone. */
import ipaddr from "ipaddr.js";

/** Whether the host of a web address is this machine, as it says itself: `localhost`, a name below it, or a loopback address. */
export function isLoopback(url: string): boolean {
  const { hostname } = new URL(url);
  const host = hostname.replace(/^\[|\]$|\.$/g, "");
  if (host === "localhost" || host.endsWith(".localhost")) return true;
  return ipaddr.isValid(host) && ipaddr.process(host).range() === "loopback";
}
