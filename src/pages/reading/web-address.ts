/** Web addresses in a page's metadata. */
import { isPlaceholder } from "./words.ts";

const MOST_CHARACTERS = 2_000;

/** "blog.example.com" of an address, without "www.". */
export function siteOf(url: string): string {
  return new URL(url).hostname.replace(/^www\./, "");
}

/** Template placeholders that were not filled in. */
const UNFILLED = /\{\{|\$\{|<%/;

/** A web address, resolved if relative; undefined if invalid. */
export function webAddress(address: string | undefined, base: string): string | undefined {
  const text = address?.trim() ?? "";
  if (text === "" || text.length > MOST_CHARACTERS || isPlaceholder(text) || UNFILLED.test(text))
    return undefined;
  // Double-escaped: "&amp;" in an address can mean nothing else.
  const url = URL.parse(text.replace(/&(?:amp;)+/gi, "&"), base);
  const isWeb = url?.protocol === "https:" || url?.protocol === "http:";
  return isWeb && url.username === "" && url.password === "" ? url.href : undefined;
}
