/**
 * Marks of the pages by which services that keep robots off take the place of a page. Each stands on such a page alone,
 * not on the pages that the same service lets through.
 */

/** In an element's id, or the address that it loads or sends to. */
const ELEMENT = new RegExp(
  [
    // Cloudflare
    "/cdn-cgi/challenge-platform/h/\\w+/orchestrate/",
    "^(?:challenge-form|cf-challenge-running|challenge-error-text)$",
    // DataDome
    "\\bcaptcha-delivery\\.com/",
    // HUMAN, once PerimeterX
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
    // Amazon's shop
    "/errors/validateCaptcha",
  ].join("|"),
);

/** In a script's text. */
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

/** Asks a visitor to show that it is a person: by itself, or as part of a form for something else. */
const CAPTCHA = /(?:^|\s)(?:h-captcha|cf-turnstile|g-recaptcha|frc-captcha)(?:\s|$)/;

const LONGEST = 2_000;

export function isChallengeElement(value: string | undefined): boolean {
  return value !== undefined && ELEMENT.test(value.slice(0, LONGEST));
}

export function isChallengeScript(text: string): boolean {
  return SCRIPTS.some((mark) => text.includes(mark));
}

export function isCaptcha(className: string | undefined): boolean {
  return className !== undefined && CAPTCHA.test(className.slice(0, LONGEST));
}
