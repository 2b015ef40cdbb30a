/** The page that somebody wanted to share before they were asked to sign in. */
import { findOfferedWays } from "../../operation/visitor-ways.ts";
import { type PageLink, readPageLink } from "../../pages/page.ts";
import type { ShareWay } from "../../platforms/registry.ts";
import type { WebContext } from "../guards/context.ts";

export interface SharedLink {
  readonly link: PageLink;
  /** What the operator offers to people without an account. */
  readonly ways: readonly ShareWay[];
}

/**
 * Returns the page of a share link to continue to, as the link describes it: for a stranger we fetch no page.
 * @returns undefined if `next` is another page, or if the operator offers nothing without an account
 */
export function readSharedLink(c: WebContext, next: string): SharedLink | undefined {
  const [path, query] = next.split("?", 2);
  const ways = findOfferedWays(c.var.runtime.settings);
  if (path !== "/social/share/" || ways === undefined) return undefined;
  const reading = readPageLink(Object.fromEntries(new URLSearchParams(query)));
  return "problem" in reading ? undefined : { link: reading.link, ways };
}
