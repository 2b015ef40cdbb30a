/** What a page's address alone tells: the same place, the front page, parameters that only affect display. */
import { isSameSite, normaliseAddress, withoutTracking } from "./page.ts";

/** Parameters that affect how a page is shown or that record a visit, but do not select the page. */
const FOR_SHOW = new Set([
  ...["amp", "noamp", "outputtype", "print", "printable", "printer", "mobile", "highlight"],
  ...["ref", "referrer", "referer", "source", "src", "from", "via", "share", "shared", "replytocom"],
  ...["rss", "rssfeed", "sid", "sessionid", "phpsessid", "jsessionid"],
]);
/** The same as path segments at the end. */
const SHOWN_AS = /^(?:amp|print|printable|mobile|embed|comments?|feed)$/i;

/** Drops an index file, which stands for its folder. */
function pathOf(address: string): string {
  const { pathname } = new URL(address);
  const path = pathname.replace(/\/(?:index|default|home)\.(?:html?|php|aspx?|jsp)$/i, "/");
  return path.length > 1 ? path.replace(/\/+$/, "") : path;
}

/** The segments of an address's path, without those that only affect display. */
export function partsOf(address: string): string[] {
  return pathOf(address)
    .split("/")
    .filter((part) => part !== "")
    .map(decoded);
}

/** "/", "/index.html", "/en/", "/pt-br". */
export function isFrontPage(address: string): boolean {
  const { search } = new URL(withoutTracking(address));
  return search === "" && /^\/(?:[a-z]{2}(?:[-_][a-z]{2})?|home)?$/i.test(pathOf(address));
}

/** "#!/lamps" and "#/lamps" address pages that a script renders. */
export function isRoute(address: string): boolean {
  return /^#[!/]/.test(new URL(address).hash);
}

/** Equal except for http or https, "www.", a trailing slash and tracking parameters. */
export function isSamePlace(one: string, other: string): boolean {
  return (
    isSameSite(one, other) &&
    pathOf(one) === pathOf(other) &&
    new URL(normaliseAddress(one)).search === new URL(normaliseAddress(other)).search
  );
}

/** Whether `above` is a parent folder of `address`, ignoring what only affects display. */
export function isAbove(above: string, address: string): boolean {
  const [upper, lower] = [partsOf(above), partsOf(address)];
  const isFolder = upper.length < lower.length && upper.every((part, index) => part === lower[index]);
  return isFolder && !lower.slice(upper.length).every((part) => SHOWN_AS.test(part));
}

/** Parameters of `address` whose values are neither parameters of `other` nor in its path. */
export function lostParameters(address: string, other: string): string[] {
  const { searchParams } = new URL(withoutTracking(address));
  const { searchParams: kept } = new URL(other);
  const words = partsOf(other).join("/").toLowerCase();
  const isInPath = (value: string) => {
    const at = value === "" ? -1 : words.indexOf(value.toLowerCase());
    const around = `${words.charAt(at - 1)}${words.charAt(at + value.length)}`;
    return at >= 0 && !/[\p{L}\p{N}]/u.test(around);
  };
  return [...searchParams].flatMap(([name, value]) =>
    FOR_SHOW.has(name.toLowerCase()) || kept.getAll(name).includes(value) || isInPath(value) ? [] : [name],
  );
}

/** Decodes percent-encoding, or returns the text as it is if that is invalid. */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
