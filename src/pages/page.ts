/** The web page being shared, as the link to the share page describes it. */
import { z } from "zod";

export interface SharedPage {
  /** To the letter as it will be posted, without a fragment. */
  readonly url: string;
  readonly title: string;
  readonly description: string;
  readonly image: string | undefined;
}

const LIMITS = { url: 2_000, title: 300, description: 1_000 } as const;

const webAddress = z
  .string()
  .trim()
  .max(LIMITS.url, `is longer than ${LIMITS.url} characters`)
  .transform((text, context) => {
    const url = URL.canParse(text) ? new URL(text) : undefined;
    if (
      url === undefined ||
      (url.protocol !== "https:" && url.protocol !== "http:") ||
      url.username ||
      url.password
    ) {
      context.addIssue("is not a web address: it must start with https://");
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

export type PageReading = { readonly page: SharedPage } | { readonly problem: string };

/** Reads `url`, `title`, `description` and `image`; only the address is needed, and a bad picture is left out. */
export function readSharedPage(parameters: Readonly<Record<string, string | undefined>>): PageReading {
  const present = Object.fromEntries(Object.entries(parameters).filter(([, value]) => value?.trim()));
  if (present.url === undefined)
    return { problem: "This link names no page: it needs ?url= with the page's address." };
  const parsed = shape.safeParse(present);
  if (!parsed.success)
    return { problem: `The page's address ${parsed.error.issues[0]?.message ?? "cannot be read"}.` };
  const { url, title, description, image } = parsed.data;
  return { page: { url, title: title || new URL(url).host, description, image } };
}

/** At most `limit` graphemes, never cut inside one. */
function clip(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const graphemes = [...new Intl.Segmenter().segment(text.slice(0, limit * 8))];
  return graphemes.length <= limit
    ? text
    : `${graphemes
        .slice(0, limit - 1)
        .map((part) => part.segment)
        .join("")}…`;
}

/** Parameters that tell how a visitor came, not which page it is. */
const TRACKING =
  /^(utm_\w+|fbclid|gclid|dclid|gbraid|wbraid|msclkid|mc_[ce]id|igshid|twclid|yclid|_hsenc|_hsmi|mkt_tok|ref_src)$/;

/** The form in which two addresses of the same page are equal. */
export function normaliseAddress(address: string): string {
  const url = new URL(address);
  url.hash = "";
  for (const name of [...url.searchParams.keys()]) if (TRACKING.test(name)) url.searchParams.delete(name);
  url.searchParams.sort();
  if (url.pathname.length > 1) url.pathname = url.pathname.replace(/\/+$/, "");
  return url.href;
}
