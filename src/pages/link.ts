/**
 * What may be changed of a page's address before it is posted, and how: cut out and added in the address as it is
 * written, since sites tell `%20` from `+`, `?flag` from `?flag=`, and a signed address from every other.
 */

/**
 * Parameters that tell how a visitor came, whatever the site: of analytics, advertisements and newsletters. Sources:
 * docs/button.md, "What is taken out of a link". Nothing that a site may use for itself, such as `id`, `ref`, `s` or `t`.
 */
const TRACKING = new RegExp(
  `^(?:${[
    // Analytics: Google, Matomo and its forerunners, AT Internet, Openstat.
    String.raw`utm_[\w-]+|itm_(?:source|medium|campaign|term|content|channel)|_ga|_gl|_gac_?[\w-]*`,
    "(?:pk|mtm|piwik)_(?:campaign|cpn|source|medium|keyword|kwd|content|cid|group|placement)|xtor|_openstat",
    // Clicks on advertisements: Google, Facebook, Microsoft, TikTok, X, LinkedIn, Reddit, Snapchat, Pinterest, Yandex, Impact.
    "gclid|gclsrc|dclid|gbraid|wbraid|gad_source|gad_campaignid|srsltid|fbclid|msclkid|ttclid|twclid|li_fat_id",
    "rdt_cid|sccid|epik|yclid|ymclid|ysclid|irclickid|irgwc|wickedid|hsa_(?:cam|grp|mt|src|ad|acc|net|kw|tgt|ver|la|ol)",
    // Buttons that share: Instagram, Facebook, X, Branch.
    "igsh|igshid|mibextid|fb_action_(?:ids|types)|fb_comment_id|ref_src|ref_url|_branch_(?:match_id|referrer)",
    // Newsletters: Mailchimp, HubSpot, Marketo, Vero, Omeda, MailerLite, Eloqua, Blueshift, Drip, Squarespace.
    "mc_[ce]id|_hsenc|_hsmi|__hs(?:sc|tc|fp)|hsctatracking|mkt_tok|vero_(?:id|conv)|oly_(?:enc|anon)_id",
    "ml_subscriber(?:_hash)?|elqtrackid|elqtrack|bsft_(?:clkid|uid|eid|aaid)|__s|ss_email_id",
  ].join("|")})$`,
  "i",
);

/** An address that carries one of these was signed, with all its parameters: Amazon's, Google's, Azure's and kin. */
const SIGNATURE =
  /^(?:x-[a-z]+-signature|(?:[\w-]+[_-])?signature|sig|sign|hmac|hdnea|hdnts|hdntl|__gda__|__token__|key-pair-id)$/i;
/** Signatures whose names say nothing: of Discord's files, of Facebook's, of imgix'. */
const SIGNATURES = [
  ["ex", "is", "hm"],
  ["oh", "oe"],
] as const;
const UNNAMED_SIGNATURE = /^s=[0-9a-f]{32}$/;

interface Parts {
  readonly before: string;
  /** Absent: there is no question mark. */
  readonly query?: string;
  /** With its `#`. */
  readonly fragment: string;
}

function split(address: string): Parts {
  const [, before = address, query, fragment = ""] = /^([^?#]*)(?:\?([^#]*))?(#.*)?$/su.exec(address) ?? [];
  return { before, fragment, ...(query === undefined ? {} : { query }) };
}

/** As the site will read it. */
function nameOf(parameter: string): string {
  const [name = ""] = parameter.split("=", 1);
  try {
    return decodeURIComponent(name.replaceAll("+", " "));
  } catch {
    return name;
  }
}

function isSigned(parameters: readonly string[]): boolean {
  const names = parameters.map(nameOf);
  return (
    names.some((name) => SIGNATURE.test(name)) ||
    SIGNATURES.some((all) => all.every((name) => names.includes(name))) ||
    parameters.some((parameter) => UNNAMED_SIGNATURE.test(parameter))
  );
}

/** The address without the parameters that tell how a visitor came; all else stays to the letter. */
export function withoutTracking(address: string): string {
  const { before, query, fragment } = split(address);
  if (query === undefined) return address;
  const parameters = query.split("&");
  const kept = parameters.filter((parameter) => !TRACKING.test(nameOf(parameter)));
  if (kept.length === parameters.length || isSigned(parameters)) return address;
  const rest = kept.join("&");
  return `${before}${rest === "" ? "" : `?${rest}`}${fragment}`;
}

/** With the parameters of "utm_source=x&utm_medium=y" that it has not yet; all else stays to the letter. */
export function addParameters(address: string, parameters: string): string {
  const { before, query, fragment } = split(address);
  const own = query?.split("&") ?? [];
  const names = own.map(nameOf);
  const added = parameters
    .split("&")
    .filter((parameter) => parameter !== "" && !names.includes(nameOf(parameter)))
    .map((parameter) => encodeInvalid(parameter, IN_QUERY));
  if (added.length === 0 || isSigned(own)) return address;
  const joint = query === undefined ? "?" : query === "" || query.endsWith("&") ? "" : "&";
  return `${before}${query === undefined ? "" : `?${query}`}${joint}${added.join("&")}${fragment}`;
}

/** What no address may hold, as browsers see it, but for the letters that they write in another way without need. */
const IN_PATH = /[\0- "<>^`{}\x7f-\u{10ffff}]/gu;
const IN_QUERY = /[\0- "<>\x7f-\u{10ffff}]/gu;

function encodeInvalid(written: string, invalid: RegExp): string {
  return written.toWellFormed().replace(invalid, encodeURIComponent);
}

const PLAIN_ADDRESS = /^https?:\/\/[^/?#\\\t\n\r]+(\/[^?#\\\t\n\r]*)?(\?[^#\t\n\r]*)?(#[^\t\n\r]*)?$/iu;

/**
 * A web address to the letter behind its host: dots, quotes, empty parameters, percent signs. Only what no address may
 * hold is encoded, and the host is written as all networks know it. The fragment is kept where it is a route.
 */
export function asWritten(written: string, url: URL): string {
  const [, path, query = "", fragment = ""] = PLAIN_ADDRESS.exec(written) ?? [];
  // Backslashes and the like: only browsers know what that means.
  if (!PLAIN_ADDRESS.test(written)) return url.href.replace(/#.*$/su, "") + routeOf(url.hash);
  return (
    url.origin + encodeInvalid(path ?? "/", IN_PATH) + encodeInvalid(query, IN_QUERY) + routeOf(fragment)
  );
}

/**
 * The part of a fragment that tells which page it is, with its `#`: "#/…" and "#!…", as sites have that are one script.
 * A place within a page, and what to mark in it (`:~:`), are not.
 */
export function routeOf(fragment: string): string {
  const [route = ""] = fragment.split(":~:", 1);
  return /^#(?:\/.|!.)/su.test(route) ? encodeInvalid(route, IN_PATH) : "";
}

/** The form in which two ways to write one address are equal, without what tells how a visitor came. */
export function normalise(address: string): string {
  const url = new URL(withoutTracking(address));
  const route = routeOf(url.hash);
  url.hash = "";
  url.searchParams.sort();
  if (url.pathname.length > 1) url.pathname = url.pathname.replace(/(?<!\/)\/+$/, "");
  return url.href + route;
}
