/** The web page being shared, and what a link to the share page says of it. */
import { z } from "zod";
import { say, type Told } from "../words/words.ts";
import { clip } from "./words.ts";

export interface SharedPage {
  /** To the letter as it will be posted, without a fragment. */
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
    url.hash = "";
    return url.href;
  });

const shape = z.object({
  url: webAddress,
  title: z
    .string()
    .trim()
    .default("")
    .transform((text) => clip(text, LIMITS.title)),
  description: z
    .string()
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
  if (!parsed.success)
    return { problem: parsed.error.issues[0]?.message ?? say("The page's address cannot be read.") };
  const { url, title, description, image } = parsed.data;
  return { link: { url, title, description, image } };
}

/** Parameters that tell how a visitor came, not which page it is. */
const TRACKING =
  /^(utm_\w+|fbclid|gclid|dclid|gbraid|wbraid|msclkid|mc_[ce]id|igshid|twclid|yclid|_hsenc|_hsmi|mkt_tok|ref_src)$/;

/** The address without the parameters that tell how a visitor came; all else stays to the letter. */
export function withoutTracking(address: string): string {
  const url = new URL(address);
  const tracking = [...url.searchParams.keys()].filter((name) => TRACKING.test(name));
  for (const name of tracking) url.searchParams.delete(name);
  return tracking.length === 0 ? address : url.href;
}

/** With the parameters of "utm_source=x&utm_medium=y" that it has not yet. */
export function addParameters(address: string, parameters: string): string {
  const url = new URL(address);
  const added = [...new URLSearchParams(parameters)].filter(([name]) => !url.searchParams.has(name));
  for (const [name, value] of added) url.searchParams.append(name, value);
  return added.length === 0 ? address : url.href;
}

/** The form in which two addresses of the same page are equal. */
export function normaliseAddress(address: string): string {
  const url = new URL(withoutTracking(address));
  url.hash = "";
  url.searchParams.sort();
  if (url.pathname.length > 1) url.pathname = url.pathname.replace(/\/+$/, "");
  return url.href;
}

/** By which a page is known, whichever of its addresses somebody came by. */
export function identify({ url, canonical }: Pick<SharedPage, "url" | "canonical">): string {
  return normaliseAddress(canonical ?? url);
}
