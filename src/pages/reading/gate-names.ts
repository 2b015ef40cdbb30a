/** Names in addresses and titles by which a login, consent or bot check is recognised. */
import type { PageProblem } from "../visit/fetch-page.ts";

export type Gate = Extract<
  PageProblem,
  "login" | "consent" | "challenge" | "elsewhere" | "missing" | "failing" | "scripted"
>;

/** Matches a whole path segment. */
export const LOGIN =
  /^(?:(?:special:|wp-|user-?|member-?|account-?)?log[-_]?(?:in|on)|sign[-_]?in|sso|saml2?|oauth2?|openid(?:-connect)?|cas|idp|adfs|sts|auth|authenticate|authori[sz]e|members-only|unauthori[sz]ed|enrol|anmelden|anmeldung|einloggen|connexion|se-connecter|iniciar-sesion|acceso|accedi|inloggen|logga-in|logowanie|giris)$/i;
/** A link from another site may intend this page. */
export const SIGN_UP =
  /^(?:sign[-_]?up|register|registration|regwall|paywall|password|accounts?|identity|passport|registrieren|inscription|registro)$/i;
/** Matches the first label of a host. */
const LOGIN_HOST = /^(?:log[-_]?(?:in|on)|sign-?in|sso|auth|oauth2?|accounts|idp|cas|adfs|sts)$/i;
const CONSENT =
  /^(?:consent|guce|cookie-?(?:consent|wall)|gdpr|zustimmung|privacy-?(?:gate|wall)|age-?(?:gate|check|verification)|verify-?age|over-?18|agecheck)$/i;
const CHALLENGE = /^(?:(?:show|sg)?captcha|challenge|checkpoint|validate)$/i;
const MISSING = /^(?:404|not-?found|page-?not-?found|error-?404|access-?denied|blocked)$/i;
export const PATHS = [
  ["login", LOGIN],
  ["consent", CONSENT],
  ["challenge", CHALLENGE],
  ["missing", MISSING],
] as const;
export const HOSTS = [["login", LOGIN_HOST], ...PATHS.slice(1)] as const;
/** Parameters of a sign-in at another site: OAuth, OpenID, SAML, WS-Federation. */
export const SIGN_IN_PARAMETERS = ["client_id", "SAMLRequest", "wtrealm", "openid.mode"];

/** Titles of nearly empty pages, alone or next to the site's name. */
export const TITLES: readonly (readonly [Gate, RegExp])[] = [
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
export const LOGIN_TITLE =
  /(?:^|[-|–—:·›]\s*)(?:log[ -]?(?:in|on)|sign[ -]?(?:in|on|up)|anmelden|anmeldung|einloggen|(?:se )?connecter|connexion|(?:iniciar|inicio de) sesión|acceder|entrar|iniciar sessão|accedi|accesso|inloggen|aanmelden|logga in|log(?:g)? ind?|zaloguj|logowanie|oturum aç|giriş|вход|войти|авторизация|ログイン|サインイン|登[录錄入]|로그인|authentication required|login required|members only)(?:$|\s*[-|–—:·‹]|\s+(?:to|at|bei|zu|à|en|a)\b)|\b(?:log[ -]?(?:in|on)|sign[ -]?in)\s*(?:$|[-|–—:·‹(])/i;
