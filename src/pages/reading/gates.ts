/**
 * Tells the requested page from one shown in its place: a login, a consent or a bot check. Decides by the
 * address and the HTML; by words only if the page has few of them and nothing else.
 */
import { decoded, isAbove, isFrontPage, isRoute, isSamePlace, partsOf } from "../addresses.ts";
import { isSameSite } from "../page.ts";
import type { PageProblem } from "../visit/fetch-page.ts";
import type { PageMetadata } from "./metadata.ts";
import type { PageSigns } from "./signs.ts";

type Gate = Extract<
  PageProblem,
  "login" | "consent" | "challenge" | "elsewhere" | "missing" | "failing" | "scripted"
>;

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
/** Characters below which nothing is readable before scripts run. */
export const NO_WORDS = 200;

/** Matches a whole path segment. */
const LOGIN =
  /^(?:(?:special:|wp-|user-?|member-?|account-?)?log[-_]?(?:in|on)|sign[-_]?in|sso|saml2?|oauth2?|openid(?:-connect)?|cas|idp|adfs|sts|auth|authenticate|authori[sz]e|members-only|unauthori[sz]ed|enrol|anmelden|anmeldung|einloggen|connexion|se-connecter|iniciar-sesion|acceso|accedi|inloggen|logga-in|logowanie|giris)$/i;
/** A link from another site may intend this page. */
const SIGN_UP =
  /^(?:sign[-_]?up|register|registration|regwall|paywall|password|accounts?|identity|passport|registrieren|inscription|registro)$/i;
/** Matches the first label of a host. */
const LOGIN_HOST = /^(?:log[-_]?(?:in|on)|sign-?in|sso|auth|oauth2?|accounts|idp|cas|adfs|sts)$/i;
const CONSENT =
  /^(?:consent|guce|cookie-?(?:consent|wall)|gdpr|zustimmung|privacy-?(?:gate|wall)|age-?(?:gate|check|verification)|verify-?age|over-?18|agecheck)$/i;
const CHALLENGE = /^(?:(?:show|sg)?captcha|challenge|checkpoint|validate)$/i;
const MISSING = /^(?:404|not-?found|page-?not-?found|error-?404|access-?denied|blocked)$/i;
const PATHS = [
  ["login", LOGIN],
  ["consent", CONSENT],
  ["challenge", CHALLENGE],
  ["missing", MISSING],
] as const;
const HOSTS = [["login", LOGIN_HOST], ...PATHS.slice(1)] as const;
/** Parameters of a sign-in at another site: OAuth, OpenID, SAML, WS-Federation. */
const SIGN_IN_PARAMETERS = ["client_id", "SAMLRequest", "wtrealm", "openid.mode"];

/** Titles of nearly empty pages, alone or next to the site's name. */
const TITLES: readonly (readonly [Gate, RegExp])[] = [
  [
    "login",
    /^(?:(?:sign|log)[ -]?(?:in|on)$|log-?in required|authentication required|you must (?:be logged|log) in|please (?:log|sign) in\b|members only|private site)/i,
  ],
  [
    "challenge",
    /^(?:just a moment|attention required|checking your browser|making sure you['’]re not a bot|are you (?:a robot|human)|verif(?:y|ying) (?:that )?you are (?:a )?human|access (?:denied|to this page has been denied)|security check(?:point)?|vercel security checkpoint|ddos-guard|pardon our interruption|one moment, please|human verification|(?:human|robot|bot) (?:check|challenge|verification)|(?:.{0,30}\s[-–|]\s*)?prove your humanity|client challenge|request rejected|you are being redirected|establishing a secure connection|your access to this site has been limited)/i,
  ],
  [
    "consent",
    /^(?:before you continue|age (?:verification|check|gate)|verify your age|are you (?:over|of legal)|altersprüfung|we value your privacy|cookie consent)/i,
  ],
  [
    "missing",
    /^nothing found for\b|(?:^|[-|–—:·]\s*)(?:(?:error |fehler |erreur )?404\b|(?:page |seite )?not found|page (?:can(?:not|['’]t) be|could not be) found|seite nicht gefunden|page (?:introuvable|non trouvée)|página no encontrada)/i,
  ],
  [
    "failing",
    /^(?:(?:site |website |scheduled )?(?:is )?(?:under |down for )?maintenance(?: mode| break)?\s*(?:$|[-|–—:·(!.])|(?:we['’]ll )?be (?:right )?back soon|wartungs(?:arbeiten|modus)|wartung\s*(?:$|[-|–—:·(!.])|site en maintenance|en mantenimiento|service (?:temporarily )?unavailable|account suspended|(?:error establishing a )?database (?:error|connection)$)/i,
  ],
];
/** The same for pages that ask for a password. */
const LOGIN_TITLE =
  /(?:^|[-|–—:·›]\s*)(?:log[ -]?(?:in|on)|sign[ -]?(?:in|on|up)|anmelden|anmeldung|einloggen|(?:se )?connecter|connexion|(?:iniciar|inicio de) sesión|acceder|entrar|iniciar sessão|accedi|accesso|inloggen|aanmelden|logga in|log(?:g)? ind?|zaloguj|logowanie|oturum aç|giriş|вход|войти|авторизация|ログイン|サインイン|登[录錄入]|로그인|authentication required|login required|members only)(?:$|\s*[-|–—:·‹]|\s+(?:to|at|bei|zu|à|en|a)\b)|\b(?:log[ -]?(?:in|on)|sign[ -]?in)\s*(?:$|[-|–—:·‹(])/i;

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

/**
 * The segments that show a page's kind: the last two, and those before the requested path, as in
 * "/agecheck/app/7".
 */
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

/** No Open Graph or Twitter tags and no JSON-LD describe the page. */
function saysNothing({ tags }: PageMetadata, { hasJsonLd }: PageSigns): boolean {
  const told = ["title", "description", "image"].flatMap((name) => [`og:${name}`, `twitter:${name}`]);
  return !hasJsonLd && !told.some((name) => tags[name] !== undefined);
}

/**
 * Its words belong to the site or are placeholders for scripts, so a link's description of the page is
 * better.
 */
export function isVague({ asked, metadata, signs }: Answer): boolean {
  if (saysNothing(metadata, signs)) return true;
  // After "#!" or "#/" scripts decide what is shown.
  if (isRoute(asked)) return true;
  const { tags, title, canonical, siteName } = metadata;
  const hasTitle = tags["og:title"] !== undefined || tags["twitter:title"] !== undefined || signs.hasJsonLd;
  const isOfSite = title === siteName || (isFrontPage(canonical) && !isFrontPage(asked));
  return signs.length < NO_WORDS && signs.hasScripts && (!hasTitle || isOfSite || isPlaceholder(title));
}

/** A title that stands until a script replaces it. */
function isPlaceholder(title: string): boolean {
  return (
    title === "" ||
    /^(?:loading|please wait|redirecting|one moment|untitled|document|app|(?:my |create )?react app|vite(?: ?\+ ?\w+)?(?: ?\+ ?ts)?(?: app)?|wird geladen|chargement|cargando|javascript (?:is )?required|enable javascript)(?:\s*(?:…|\.{2,3}))?$/i.test(
      title,
    )
  );
}
