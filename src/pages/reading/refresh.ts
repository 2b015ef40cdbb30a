/** Pages that redirect after a few seconds (HTML, "shared declarative refresh steps"). */
import { webAddress } from "./web-address.ts";

/** With a longer delay the page is meant to be read and only reloads from time to time. */
const LONGEST_SECONDS = 5;
const REFRESH = /^\s*(\d+|(?=\.))[\d.]*(?:\s*[;,]\s*|\s+|$)(?:url\s*=\s*)?(?:"([^"]*)|'([^']*)|(.*))/is;

/**
 * The address that the page redirects to, possibly itself; undefined if it is meant to be read.
 * @param text "0; url=/next" of a meta tag or header
 * @param base what the address is relative to
 */
export function readRefresh(text: string, base: string): string | undefined {
  const [, seconds, ...addresses] = REFRESH.exec(text) ?? [];
  if (seconds === undefined || Number(seconds) > LONGEST_SECONDS) return undefined;
  const named = addresses.find((each) => each !== undefined)?.trim() ?? "";
  // Without an address it reloads itself.
  const address = named === "" ? base : webAddress(named, base);
  return address?.replace(/#.*$/s, "");
}
