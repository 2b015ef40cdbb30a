/**
 * Tells the requested page from one shown in its place: a login, a consent or a bot check. Decides by the address and
 * the HTML; by words only if the page has few of them and nothing else.
 */
import { decoded, isAbove, isFrontPage, isSamePlace, partsOf } from "../addresses.ts";
import { isSameSite } from "../page.ts";
import {
  type Gate,
  HOSTS,
  LOGIN,
  LOGIN_TITLE,
  PATHS,
  SIGN_IN_PARAMETERS,
  SIGN_UP,
  TITLES,
} from "./gate-names.ts";
import type { PageMetadata } from "./metadata.ts";
import type { PageSigns } from "./signs.ts";
import { isPlaceholder, NO_WORDS, saysNothing } from "./vague.ts";

export interface Answer {
  readonly asked: string;
  readonly metadata: PageMetadata;
  readonly signs: PageSigns;
}

/** Characters beyond which a page has content of its own. */
const FEW_WORDS = 1_500;
/** Characters of a password form and its explanations. */
const FORM_WORDS = 300;
const FORM_FIELDS = 4;
/** What was shown in the page's place; undefined if it is the requested page. */
export function findGate(answer: Answer): Gate | undefined {
  const { asked, metadata, signs } = answer;
  // A challenge may carry the card of the page behind it (Anubis, "open graph passthrough").
  if (signs.isChallenge && signs.length < FEW_WORDS && metadata.tags["og:title"] === undefined)
    return "challenge";
  if (!isSamePlace(asked, metadata.url)) {
    const gate = findGateAt(asked, metadata.url, signs);
    if (gate !== undefined) return gate;
  } else if (isSameSite(asked, metadata.canonical) && signs.length < FEW_WORDS && !signs.isSubject) {
    const named = nameGate(partsOf(metadata.canonical).slice(-2), partsOf(asked), PATHS);
    if (named !== undefined) return named;
  }
  return findInPlace(answer);
}

/** For a page that was redirected to another address. */
function findGateAt(asked: string, found: string, signs: PageSigns): Gate | undefined {
  const [parts, askedParts] = [partsOf(found), partsOf(asked)];
  const isOwnSite = isSameSite(asked, found);
  const named =
    nameGate(withPlace(parts, askedParts), askedParts, isOwnSite ? [...PATHS, ["login", SIGN_UP]] : PATHS) ??
    nameGate(hostParts(found), hostParts(asked), HOSTS);
  const isElsewhere = parts.join("/") !== askedParts.join("/");
  const leadsBack = isElsewhere && mentions(found, asked);
  if (named !== undefined && leadsBack) return named;
  // A redirect to an article means that the page has moved.
  if (signs.isSubject && !signs.hasPassword) return undefined;
  const isToRead = signs.length > FEW_WORDS && !signs.hasPassword && !signs.asksName && !signs.hasCaptcha;
  if (named !== undefined && !(isToRead && (named === "login" || named === "challenge"))) return named;
  const { searchParams } = new URL(found);
  if (SIGN_IN_PARAMETERS.some((name) => searchParams.has(name) && !new URL(asked).searchParams.has(name)))
    return "login";
  if (leadsBack || (isElsewhere && signs.hasPassword && signs.length < FEW_WORDS))
    return signs.hasCaptcha && !signs.hasPassword ? "challenge" : "login";
  if (!isOwnSite) return undefined;
  return (isFrontPage(found) && !isFrontPage(asked)) || isAbove(found, asked) ? "elsewhere" : undefined;
}

/** By the address, unless the requested address is of the same kind. */
function nameGate(
  parts: readonly string[],
  others: readonly string[],
  kinds: readonly (readonly [Gate, RegExp])[],
): Gate | undefined {
  return kinds.find(([, kind]) => has(parts, kind) && !has(others, kind))?.[0];
}

/** The segments that show a page's kind: the last two, and those before the requested path, as in "/agecheck/app/7". */
function withPlace(parts: readonly string[], askedParts: readonly string[]): string[] {
  const before = parts.slice(0, Math.max(0, parts.length - askedParts.length));
  const isBefore = askedParts.every((part, index) => part === parts[before.length + index]);
  return [...(isBefore ? before : []), ...parts.slice(-2)];
}

function has(parts: readonly string[], kind: RegExp): boolean {
  return parts.some((part) => kind.test(part.replace(/\.\w{2,5}$/, "")));
}

/** "login" of "login.example.com"; a site's own name shows nothing. */
function hostParts(address: string): string[] {
  const labels = new URL(address).hostname.split(".");
  return labels.length > 2 ? labels.slice(0, 1) : [];
}

/** Whether it contains the requested address, to return there later. */
function mentions(found: string, asked: string): boolean {
  return [...new URL(found).searchParams.values()]
    .flatMap((value) => [
      value,
      decoded(value),
      Buffer.from(value.slice(0, 4_000), "base64").toString("utf8"),
    ])
    .some((value) => {
      if (!/[/?:]/.test(value)) return false;
      return [asked, new URL("/", asked).href].some((base) => {
        const address = URL.parse(value, base);
        return address !== null && /^https?:$/.test(address.protocol) && isSamePlace(address.href, asked);
      });
    });
}

/** For a page at the requested address. */
function findInPlace({ asked, metadata, signs }: Answer): Gate | undefined {
  if (signs.length > FEW_WORDS || signs.isSubject || signs.isArticle) return undefined;
  const { title } = metadata;
  const isBare = saysNothing(metadata, signs);
  const isHidden = /noindex/.test(signs.robots);
  const asksWho = signs.hasPassword || (signs.asksName && (isBare || isHidden));
  const isLogin =
    asksWho &&
    (LOGIN_TITLE.test(title) ||
      (isBare && signs.hasPassword && signs.length < FORM_WORDS && signs.fields <= FORM_FIELDS));
  if (isLogin && !has(partsOf(asked), LOGIN)) return "login";
  const named = TITLES.find(([, words]) => words.test(title))?.[0];
  if (named !== undefined && !isFrontPage(asked) && (isHidden || isBare)) return named;
  if (!isBare) return undefined;
  if (signs.hasCaptcha && signs.fields === 0) return "challenge";
  if (signs.length > NO_WORDS || !signs.hasScripts) return undefined;
  if (isHidden) return "challenge";
  return metadata.description === "" && isPlaceholder(title) ? "scripted" : undefined;
}
