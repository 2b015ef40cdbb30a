/** Requests a page and decides whether the response is that page and which address identifies it. */
import { isSamePlace } from "../addresses.ts";
import { findDoubted, type Names } from "../identity.ts";
import { findGate } from "../reading/gates.ts";
import type { PageMetadata } from "../reading/metadata.ts";
import { readRefresh } from "../reading/refresh.ts";
import type { PageSigns } from "../reading/signs.ts";
import { isVague, NO_WORDS } from "../reading/vague.ts";
import { webAddress } from "../reading/web-address.ts";
import { fetchPage, type PageProblem, type PageWorld } from "./fetch-page.ts";
import { completeFromOembed, isWhole } from "./oembed.ts";
import { describePage } from "./page-readers.ts";
import { startVisit } from "./visit.ts";

/** A page's metadata and how far to trust it. */
export interface ReadPage extends PageMetadata, Names {
  /** A link's description of the page is better. */
  readonly isVague?: boolean;
}

/**
 * Requests a page, without its oEmbed response if its own metadata is complete.
 * @returns the problem if the page could not be read
 */
export async function askSite(world: PageWorld, asked: string): Promise<ReadPage | PageProblem> {
  const found = await visit(world, asked);
  if (typeof found === "string") return found;
  const { signs, metadata } = found;
  const answer = { asked, metadata, signs };
  const gate = findGate(answer);
  if (gate !== undefined) return gate;
  const linked = webAddress(signs.canonical, metadata.url)?.replace(/#.*$/s, "");
  const names = linked === undefined || linked === metadata.canonical ? metadata : { ...metadata, linked };
  const doubted = findDoubted(asked, names);
  const isProven = doubted !== undefined && (await saysTheSame(world, doubted, found));
  return {
    ...(isWhole(names) ? names : await completeFromOembed(world, names)),
    ...(isProven ? { proven: doubted } : {}),
    ...(isVague(answer) ? { isVague: true } : {}),
  };
}

interface Found {
  readonly metadata: PageMetadata;
  readonly signs: PageSigns;
}

/** Follows a page that redirects by itself, within the limit of redirects. */
async function visit(world: PageWorld, asked: string): Promise<Found | PageProblem> {
  const visit = startVisit();
  let wasReloaded = false;
  for (let address = asked; ; ) {
    const fetched = await fetchPage(world, address, visit);
    if (typeof fetched === "string") return fetched;
    const described = await describePage(fetched);
    if (described === undefined) return "unreadable";
    const { signs: inside, ...metadata } = described;
    const { refresh = "", robots = "" } = fetched.headers ?? {};
    const signs = { ...inside, robots: `${inside.robots} ${robots.toLowerCase()}` };
    const next = signs.isChallenge ? undefined : readRefresh(refresh || signs.refresh, fetched.url);
    const isReload = next === fetched.url;
    // A page that reloads itself is read, unless it set a cookie first.
    if (next === undefined || (isReload && (wasReloaded || fetched.setsCookie !== true)))
      return { metadata, signs };
    if (visit.redirectsLeft === 0) return "failing";
    visit.redirectsLeft -= 1;
    wasReloaded ||= isReload;
    address = next;
  }
}

/** Whether the page at an address of the same site is, as far as we can tell, the same page. */
async function saysTheSame(world: PageWorld, address: string, { metadata, signs }: Found): Promise<boolean> {
  if (signs.length < NO_WORDS) return false;
  const other = await visit(world, address);
  if (typeof other === "string" || !isSamePlace(other.metadata.url, address)) return false;
  const words = (found: Found) => {
    const { title, description, images } = found.metadata;
    return JSON.stringify([title, description, images[0]?.url, found.signs.headings]);
  };
  return other.signs.length >= NO_WORDS && words(other) === words({ metadata, signs });
}
