/** Which of the names that a page gives itself is believed (docs/button.md, "The same page"). */
import { isAbove, isFrontPage, isRoute, isSamePlace, lostParameters } from "./addresses.ts";
import { isSameSite } from "./page.ts";

/** What is known of a page's own address. */
export interface Names {
  /** Where it was found, after redirects. */
  readonly url: string;
  /** What it calls itself to networks. */
  readonly canonical: string;
  /** What it calls itself to search engines, where that differs. */
  readonly linked?: string | undefined;
  /** One of these: the page there was read, and says the same. */
  readonly proven?: string | undefined;
}

/** Undefined: the page is known by the address asked for alone. */
export function findIdentity(asked: string, names: Names): string | undefined {
  return namesOf(names).find((name) => judgeName(asked, name, names) === "believed");
}

/** A name that would be believed if the page there said the same. */
export function findDoubted(asked: string, names: Names): string | undefined {
  if (findIdentity(asked, names) !== undefined) return undefined;
  return namesOf(names).find((name) => judgeName(asked, name, names) === "doubted");
}

function namesOf({ canonical, linked }: Names): string[] {
  return [canonical, linked].filter((name) => name !== undefined);
}

/**
 * A name is doubted that leaves out something of the address: sites that cannot tell their items apart give them all the
 * same one. That the site itself leads there shows that both are one.
 */
function judgeName(asked: string, name: string, { url, proven }: Names): "believed" | "doubted" | "refused" {
  if (!isSameSite(asked, name)) return "refused";
  // What follows "#!" or "#/" tells pages apart for scripts alone; the front page's name is no other page's.
  if (isRoute(asked) || (isFrontPage(name) && !isFrontPage(asked))) return "refused";
  if (isSamePlace(asked, name) || proven === name) return "believed";
  if (isSamePlace(url, name)) return "believed";
  return isAbove(name, asked) || lostParameters(asked, name).length > 0 ? "doubted" : "believed";
}
