/** The web page being shared, and what a link to the share page says about it. */
import { createHash } from "node:crypto";
import { z } from "zod";
import { saidBefore, say, type Told } from "../words/words.ts";
import { writtenLine, writtenLines } from "../words/written.ts";
import { asWritten, normalise, routeOf, withoutAnchor } from "./link.ts";
import { clip, tidy } from "./reading/words.ts";

export { addParameters, withoutAnchor, withoutTracking } from "./link.ts";

export interface SharedPage {
  /** The address to post, byte for byte, with its fragment. */
  readonly url: string;
  /** The canonical address that the page declares, if known. */
  readonly canonical?: string | undefined;
  readonly title: string;
  readonly description: string;
  readonly image: string | undefined;
  /** The page's alternative text for its picture, if any. */
  readonly imageAlt?: string | undefined;
  /** The site's name; absent: only its address is known. */
  readonly siteName?: string | undefined;
  /** What the page is about, as it says itself. */
  readonly keywords?: readonly string[] | undefined;
}

const LIMITS = { url: 2_000, title: 300, description: 1_000 } as const;

const webAddress = z
  .string()
  .overwrite(writtenLine)
  .trim()
  .max(LIMITS.url, say("The page’s address is longer than 2,000 characters."))
  .transform((text, context) => {
    const url = URL.canParse(text) ? new URL(text) : undefined;
    if (url === undefined || (url.protocol !== "https:" && url.protocol !== "http:")) {
      context.addIssue(
        say("The page’s address is not a web address: it must start with https:// or http://."),
      );
      return z.NEVER;
    }
    if (url.username || url.password) {
      context.addIssue(say("The page’s address must not contain a user name or password."));
      return z.NEVER;
    }
    return asWritten(text, url);
  });

const shape = z.object({
  url: webAddress,
  title: z
    .string()
    .overwrite(writtenLine)
    .trim()
    .default("")
    .transform((text) => clip(tidy(text), LIMITS.title)),
  description: z
    .string()
    .overwrite(writtenLines)
    .trim()
    .default("")
    .transform((text) => clip(text, LIMITS.description)),
  image: webAddress.transform(withoutAnchor).optional().catch(undefined),
});

/** A page as described by a link to the share page. Title and description may be empty. */
export type PageLink = Omit<SharedPage, "canonical" | "imageAlt" | "siteName" | "keywords">;

export type PageReading = { readonly link: PageLink } | { readonly problem: Told };

/**
 * Reads the parameters `url`, `title`, `description` and `image`. Only the address is required; an invalid picture is
 * dropped.
 */
export function readPageLink(parameters: Readonly<Record<string, string | undefined>>): PageReading {
  const present = Object.fromEntries(Object.entries(parameters).filter(([, value]) => value?.trim()));
  if (present.url === undefined)
    return { problem: say("This link does not name a page. It needs ?url= with the page’s address.") };
  const parsed = shape.safeParse(present);
  if (!parsed.success) return { problem: problemOf(parsed.error) };
  const { url, title, description, image } = parsed.data;
  return { link: { url, title, description, image } };
}

function problemOf({ issues: [first] }: z.ZodError): Told {
  return first === undefined ? say("The page’s address cannot be read.") : saidBefore(first.message);
}

/** Addresses are ASCII, and a PostgreSQL B-tree index takes at most 2,704 bytes of a row. */
const LONGEST_KEY = 2_000;

/** The database key of an address: the address itself, or its hash if it is too long for an index. */
export function toKey(address: string): string {
  if (address.length <= LONGEST_KEY) return address;
  return `https://page.invalid/${createHash("sha256").update(address).digest("hex")}`;
}

/** A form that is equal for two addresses of the same page. */
export function normaliseAddress(address: string): string {
  return toKey(normalise(address));
}

/**
 * The address that identifies a page, whichever of its addresses people used. A canonical address counts only within
 * the same site; otherwise a page could pose as another site's.
 */
export function identify({ url, canonical }: Pick<SharedPage, "url" | "canonical">): string {
  // A server declares one address for all routes of its script.
  const isNamed = canonical !== undefined && isSameSite(canonical, url) && !hasOtherRoute(url, canonical);
  return normaliseAddress(isNamed ? canonical : url);
}

/**
 * Equal hosts except for "www.", by http or https. Deliberately no more: blog.example.com may belong to a stranger, as
 * under github.io, and no list of such hosts is complete. So m.example.com, an AMP cache or the target of a cross-site
 * redirect is another page.
 */
export function isSameSite(one: string, other: string): boolean {
  return siteHost(one) === siteHost(other);
}

function hasOtherRoute(one: string, other: string): boolean {
  return routeOf(new URL(one).hash) !== routeOf(new URL(other).hash);
}

function siteHost(address: string): string {
  const { hostname, port } = new URL(address);
  return `${hostname.replace(/\.$/, "").replace(/^www\./, "")}:${port}`;
}
