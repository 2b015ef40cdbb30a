/** Pages that lead on by themselves after a few seconds (HTML, "shared declarative refresh steps"). */
import { webAddress } from "./metadata.ts";

/** After more, a page is there to be read, and comes anew now and then. */
const LONGEST_SECONDS = 5;
const REFRESH = /^\s*(\d+|(?=\.))[\d.]*(?:\s*[;,]\s*|\s+|$)(?:url\s*=\s*)?(?:"([^"]*)|'([^']*)|(.*))/is;

/**
 * Where such a page leads, perhaps to itself; undefined: it is to be read itself.
 * @param text "0; url=/next", of a meta tag or a header
 * @param base what it is relative to
 */
export function readRefresh(text: string, base: string): string | undefined {
  const [, seconds, ...addresses] = REFRESH.exec(text) ?? [];
  if (seconds === undefined || Number(seconds) > LONGEST_SECONDS) return undefined;
  const named = addresses.find((each) => each !== undefined)?.trim() ?? "";
  // Without an address it comes anew itself.
  const address = named === "" ? base : webAddress(named, base);
  return address?.replace(/#.*$/s, "");
}
