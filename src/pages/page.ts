/** The web page being shared, and what a link to the share page says of it. */
import { createHash } from "node:crypto";
import { z } from "zod";
import { saidBefore, say, type Told } from "../words/words.ts";
import { writtenLine, writtenLines } from "../words/written.ts";
import { asWritten, normalise, routeOf } from "./link.ts";
import { clip, tidy } from "./reading/words.ts";

export { addParameters, withoutTracking } from "./link.ts";

export interface SharedPage {
  /** To the letter as it will be posted, with its fragment only where that is a route. */
  readonly url: string;
  /** What the page calls its own address; absent: not known. */
  readonly canonical?: string | undefined;
  readonly title: string;
  readonly description: string;
  readonly image: string | undefined;
  /** What is to be seen on it, as the page says; absent: it does not say. */
  readonly imageAlt?: string | undefined;
}

const LIMITS = { url: 2_000, title: 300, description: 1_000 } as const;

const webAddress = z
  .string()
  .overwrite(writtenLine)
  .trim()
  .max(LIMITS.url, say("The page's address is longer than 2,000 characters."))
  .transform((text, context) => {
    const url = URL.canParse(text) ? new URL(text) : undefined;
    if (url === undefined || (url.protocol !== "https:" && url.protocol !== "http:")) {
      context.addIssue(
        say("The page's address is not a web address: it must start with https:// or http://."),
      );
      return z.NEVER;
    }
    if (url.username || url.password) {
      context.addIssue(say("The page's address must not hold a user name or a password."));
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
  image: webAddress.optional().catch(undefined),
});

/** A page as a link to the share page names it: title and description may be empty. */
export type PageLink = Omit<SharedPage, "canonical" | "imageAlt">;

export type PageReading = { readonly link: PageLink } | { readonly problem: Told };

/** Reads `url`, `title`, `description` and `image`; only the address is needed, and a bad picture is left out. */
export function readPageLink(parameters: Readonly<Record<string, string | undefined>>): PageReading {
  const present = Object.fromEntries(Object.entries(parameters).filter(([, value]) => value?.trim()));
  if (present.url === undefined)
    return { problem: say("This link names no page: it needs ?url= with the page's address.") };
  const parsed = shape.safeParse(present);
  if (!parsed.success) return { problem: problemOf(parsed.error) };
  const { url, title, description, image } = parsed.data;
  return { link: { url, title, description, image } };
}

function problemOf({ issues: [first] }: z.ZodError): Told {
  return first === undefined ? say("The page's address cannot be read.") : saidBefore(first.message);
}

/** An index of PostgreSQL takes 2,704 bytes of a row at most (B-tree); addresses are ASCII. */
const LONGEST_KEY = 2_000;

/** By which the database finds an address: itself, or its hash where it is too long for an index. */
export function toKey(address: string): string {
  if (address.length <= LONGEST_KEY) return address;
  return `https://page.invalid/${createHash("sha256").update(address).digest("hex")}`;
}

/** The form in which two addresses of the same page are equal. */
export function normaliseAddress(address: string): string {
  return toKey(normalise(address));
}

/**
 * By which a page is known, whichever of its addresses somebody came by. What a page calls itself counts within its own
 * site only, else it could pass for a page of somebody else's.
 */
export function identify({ url, canonical }: Pick<SharedPage, "url" | "canonical">): string {
  // To the server that names it, all routes of its script are one page.
  const isNamed = canonical !== undefined && isSameSite(canonical, url) && !hasOtherRoute(url, canonical);
  return normaliseAddress(isNamed ? canonical : url);
}

/**
 * The same host, with or without "www.", by http or https. Not more: next to example.com may live a stranger under
 * blog.example.com, as everywhere under github.io, and no list of such hosts is ever complete. So a page at
 * m.example.com, in a cache of AMP pages or behind a redirect from another site is another page.
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
