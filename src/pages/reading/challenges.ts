/**
 * Marks of the challenge pages that bot protection shows in place of a page. Each is absent from the pages that the
 * same service lets through.
 */

/** In an element's id, or the address it loads or submits to. */
const ELEMENT = new RegExp(
  [
    // Cloudflare
    "/cdn-cgi/challenge-platform/h/\\w+/orchestrate/",
    "^(?:challenge-form|cf-challenge-running|challenge-error-text)$",
    // DataDome
    "\\bcaptcha-delivery\\.com/",
    // HUMAN, formerly PerimeterX
    "^px-captcha",
    // Anubis (TecharoHQ/anubis, web/index.templ)
    "^anubis_challenge$",
    // Akamai
    "^sec-(?:if-)?cpt-(?:container|if)$",
    // DDoS-Guard, Vercel, go-away
    "^/\\.well-known/(?:ddos-guard/|vercel/security/|\\.git\\.gammaspectra\\.live/)",
    // Imperva, Qrator, Fastly, bunny.net
    "^/_Incapsula_Resource\\?.*\\b[CS]WUDNSAI=",
    "^/__qrator/qauth",
    "^/_fs-ch-",
    "^/\\.bunny-shield/",
    // Amazon's store
    "/errors/validateCaptcha",
  ].join("|"),
);

/** In the text of a script. */
const SCRIPTS = [
  // Cloudflare
  "_cf_chl_opt",
  // AWS WAF
  "window.gokuProps",
  // DataDome
  "captcha-delivery.com/",
  // Akamai, Sucuri
  "bm-verify=",
  "sucuri_cloudproxy_js",
  // Kasada
  "KPSDK.now=",
];

/** Class names of CAPTCHAs, which may also be part of an ordinary form. */
const CAPTCHA = /(?:^|\s)(?:h-captcha|cf-turnstile|g-recaptcha|frc-captcha)(?:\s|$)/;

const LONGEST = 2_000;

/** Whether an id or address belongs to a challenge. */
export function isChallengeElement(value: string | undefined): boolean {
  return value !== undefined && ELEMENT.test(value.slice(0, LONGEST));
}

/** Whether a script belongs to a challenge. */
export function isChallengeScript(text: string): boolean {
  return SCRIPTS.some((mark) => text.includes(mark));
}

/** Whether a class name belongs to a CAPTCHA. */
export function isCaptcha(className: string | undefined): boolean {
  return className !== undefined && CAPTCHA.test(className.slice(0, LONGEST));
}
