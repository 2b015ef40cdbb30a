/**
 * The changes that we make to a page's address before posting it. Parameters are removed and added in place and the
 * rest stays byte for byte: sites distinguish `%20` from `+` and `?flag` from `?flag=`, and any change breaks a signed
 * address.
 */

/**
 * Parameters of analytics, advertising and newsletters that only record how a visitor arrived (docs/button.md, "What is
 * taken out of a link"). None that a site may use itself, such as `id`, `ref`, `s` or `t`.
 */
const TRACKING = new RegExp(
  `^(?:${[
    // Analytics: Google, Matomo and its predecessors, AT Internet, Openstat.
    String.raw`utm_[\w-]+|itm_(?:source|medium|campaign|term|content|channel)|_ga|_gl|_gac_?[\w-]*`,
    "(?:pk|mtm|piwik)_(?:campaign|cpn|source|medium|keyword|kwd|content|cid|group|placement)|xtor|_openstat",
    // Ad clicks: Google, Facebook, Microsoft, TikTok, X, LinkedIn, Reddit, Snapchat, Pinterest, Yandex,
    // Impact.
    "gclid|gclsrc|dclid|gbraid|wbraid|gad_source|gad_campaignid|srsltid|fbclid|msclkid|ttclid|twclid|li_fat_id",
    "rdt_cid|sccid|epik|yclid|ymclid|ysclid|irclickid|irgwc|wickedid|hsa_(?:cam|grp|mt|src|ad|acc|net|kw|tgt|ver|la|ol)",
    // Share buttons: Instagram, Facebook, X, Branch.
    "igsh|igshid|mibextid|fb_action_(?:ids|types)|fb_comment_id|ref_src|ref_url|_branch_(?:match_id|referrer)",
    // Newsletters: Mailchimp, HubSpot, Marketo, Vero, Omeda, MailerLite, Eloqua, Blueshift, Drip, Squarespace.
    "mc_[ce]id|_hsenc|_hsmi|__hs(?:sc|tc|fp)|hsctatracking|mkt_tok|vero_(?:id|conv)|oly_(?:enc|anon)_id",
    "ml_subscriber(?:_hash)?|elqtrackid|elqtrack|bsft_(?:clkid|uid|eid|aaid)|__s|ss_email_id",
  ].join("|")})$`,
  "i",
);

/** Parameters that sign the whole query: Amazon, Google, Azure and similar. */
const SIGNATURE =
  /^(?:x-[a-z]+-signature|(?:[\w-]+[_-])?signature|sig|sign|hmac|hdnea|hdnts|hdntl|__gda__|__token__|key-pair-id)$/i;
/** Signatures with generic names: Discord's files, Facebook's files, imgix. */
const SIGNATURES = [
  ["ex", "is", "hm"],
  ["oh", "oe"],
] as const;
const UNNAMED_SIGNATURE = /^s=[0-9a-f]{32}$/;

interface Parts {
  readonly before: string;
  /** Undefined without a question mark. */
  readonly query?: string;
  /** Including the `#`. */
  readonly fragment: string;
}

function split(address: string): Parts {
  const [, before = address, query, fragment = ""] = /^([^?#]*)(?:\?([^#]*))?(#.*)?$/su.exec(address) ?? [];
  return { before, fragment, ...(query === undefined ? {} : { query }) };
}

/** The parameter's name as the site decodes it. */
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

/** Removes tracking parameters and leaves everything else unchanged. */
export function withoutTracking(address: string): string {
  const { before, query, fragment } = split(address);
  if (query === undefined) return address;
  const parameters = query.split("&");
  const kept = parameters.filter((parameter) => !TRACKING.test(nameOf(parameter)));
  if (kept.length === parameters.length || isSigned(parameters)) return address;
  const rest = kept.join("&");
  return `${before}${rest === "" ? "" : `?${rest}`}${fragment}`;
}

/** Adds the parameters of "utm_source=x&utm_medium=y" that are missing and leaves everything else unchanged. */
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

/** Characters that browsers consider invalid in a path, except those they encode without need. */
const IN_PATH = /[\0- "<>^`{}\x7f-\u{10ffff}]/gu;
const IN_QUERY = /[\0- "<>\x7f-\u{10ffff}]/gu;

function encodeInvalid(written: string, invalid: RegExp): string {
  return written.toWellFormed().replace(invalid, encodeURIComponent);
}

const PLAIN_ADDRESS = /^https?:\/\/[^/?#\\\t\n\r]+(\/[^?#\\\t\n\r]*)?(\?[^#\t\n\r]*)?(#[^\t\n\r]*)?$/iu;

/**
 * Keeps an address as it was written, including dots, quotes, empty parameters and percent signs. Encodes only invalid
 * characters and normalises the host.
 */
export function asWritten(written: string, url: URL): string {
  const [, path, query = "", fragment = ""] = PLAIN_ADDRESS.exec(written) ?? [];
  // Only a browser knows what a backslash and the like mean here.
  if (!PLAIN_ADDRESS.test(written)) return url.href;
  return (
    url.origin +
    encodeInvalid(path ?? "/", IN_PATH) +
    encodeInvalid(query, IN_QUERY) +
    encodeInvalid(fragment === "#" ? "" : fragment, IN_PATH)
  );
}

/** Removes a fragment that only names a place in the page, which sites are not asked for. Keeps routes. */
export function withoutAnchor(address: string): string {
  const { before, query, fragment } = split(address);
  return `${before}${query === undefined ? "" : `?${query}`}${routeOf(fragment)}`;
}

/**
 * The fragment if it selects a page, with its `#`: "#/…" and "#!…" of single-page sites. A position in the page or a
 * text highlight (`:~:`) does not count.
 */
export function routeOf(fragment: string): string {
  const [route = ""] = fragment.split(":~:", 1);
  return /^#(?:\/.|!.)/su.test(route) ? encodeInvalid(route, IN_PATH) : "";
}

/** A form that is equal for different spellings of one address, without tracking parameters. */
export function normalise(address: string): string {
  const url = new URL(withoutTracking(address));
  const route = routeOf(url.hash);
  url.hash = "";
  url.searchParams.sort();
  if (url.pathname.length > 1) url.pathname = url.pathname.replace(/(?<!\/)\/+$/, "");
  return url.href + route;
}
