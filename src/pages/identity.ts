/** Decides which of a page's own addresses to trust (docs/button.md, "The same page"). */
import { isAbove, isFrontPage, isRoute, isSamePlace, lostParameters } from "./addresses.ts";
import { isSameSite } from "./page.ts";

/** The addresses that a page is known by. */
export interface Names {
  /** Where it was found, after redirects. */
  readonly url: string;
  /** The canonical address in its metadata for networks. */
  readonly canonical: string;
  /** The canonical address in its link tag, if different. */
  readonly linked?: string | undefined;
  /** Which of these is proven: the page there was read and declares the same address. */
  readonly proven?: string | undefined;
}

/** The address that identifies the page; undefined if only the requested one does. */
export function findIdentity(asked: string, names: Names): string | undefined {
  return namesOf(names).find((name) => judgeName(asked, name, names) === "believed");
}

/** An address to trust once the page there declares the same one. */
export function findDoubted(asked: string, names: Names): string | undefined {
  if (findIdentity(asked, names) !== undefined) return undefined;
  return namesOf(names).find((name) => judgeName(asked, name, names) === "doubted");
}

function namesOf({ canonical, linked }: Names): string[] {
  return [canonical, linked].filter((name) => name !== undefined);
}

/**
 * An address that drops part of the requested one is in doubt: some sites declare the same address for all their items.
 * A redirect to it by the site proves that both are one page.
 */
function judgeName(asked: string, name: string, { url, proven }: Names): "believed" | "doubted" | "refused" {
  if (!isSameSite(asked, name)) return "refused";
  // After "#!" or "#/" the address selects a page that only scripts see, and a front page never stands for another page.
  if (isRoute(asked) || (isFrontPage(name) && !isFrontPage(asked))) return "refused";
  if (isSamePlace(asked, name) || proven === name) return "believed";
  if (isSamePlace(url, name)) return "believed";
  return isAbove(name, asked) || lostParameters(asked, name).length > 0 ? "doubted" : "believed";
}
