/**
 * What a site sends instead of a page is not mistaken for it: logins, consents and robot checks, as real systems send
 * them.
 */
import { afterAll, beforeAll, expect, test } from "vitest";
import { createGuardedFetch } from "../../src/net/guarded-fetch.ts";
import { askSite } from "../../src/pages/visit/ask-site.ts";
import { article, type Site, startSite } from "./site.ts";

const guarded = createGuardedFetch({
  allowedHosts: ["127.0.0.1", "*.localhost"],
  resolve: async () => [{ address: "127.0.0.1", family: 4 }],
});
const world = { fetch: guarded.fetch, userAgent: "Sharewell" };
let site: Site;
let other: string;

beforeAll(async () => {
  site = await startSite();
  other = site.origin.replace("127.0.0.1", "login.example.localhost");
});
afterAll(async () => {
  site.stop();
  await guarded.close();
});

const password = `<form method="post"><label>Name <input name="username"></label><label>Password <input type="password" name="password"></label><button>Log in</button></form>`;
const loginPage = (title = "Log in") =>
  `<!doctype html><title>${title}</title><meta property="og:title" content="${title}"><meta property="og:image" content="/logo.png"><body>${password}`;
/** The same for every page of the site: what is requested when it asks who somebody is. */
const emailFirst = `<!doctype html><title>Acme</title><meta property="og:title" content="Acme"><meta property="og:description" content="Work together"><body><div id="root"></div><script src="/app.js"></script>`;

const members = "/members/42/minutes?page=2";
const encoded = encodeURIComponent(members);

test.each([
  // WordPress, wp-includes/pluggable.php, auth_redirect(): wp_login_url( $redirect, true ).
  [
    "WordPress",
    (origin: string) => `/wp-login.php?redirect_to=${encodeURIComponent(origin + members)}&reauth=1`,
  ],
  // Django, contrib/auth/views.py, redirect_to_login(): "/" is not escaped.
  ["Django", () => "/accounts/login/?next=/members/42/minutes%3Fpage%3D2"],
  ["Drupal", () => `/user/login?destination=${encoded}`],
  ["Drupal 7", () => `/user/login?destination=members/42/minutes%3Fpage%3D2`],
  ["Laravel or Devise, which remember the page in the session", () => "/users/sign_in"],
  ["Discourse, which remembers it in a cookie", () => "/login"],
  ["Discourse with single sign-on", () => "/session/sso"],
  ["SharePoint", () => `/_layouts/15/Authenticate.aspx?Source=${encoded}`],
  ["phpBB", () => `/ucp.php?mode=login&redirect=${encoded}`],
  ["Shibboleth", (origin: string) => `/Shibboleth.sso/Login?target=${encodeURIComponent(origin + members)}`],
  ["MediaWiki", () => `/wiki/Special:UserLogin?returnto=${encoded}`],
  ["Confluence", () => `/login.action?os_destination=${encoded}&permissionViolation=true`],
  ["Jira", () => `/login.jsp?permissionViolation=true&os_destination=${encoded}&page_caps=`],
  ["GitLab, which remembers it in the session", () => "/users/sign_in"],
  ["Moodle, which does too", () => "/login/index.php"],
  ["Moodle, for a course", () => "/enrol/index.php?id=3"],
  ["Nextcloud", () => `/login?redirect_url=${encoded}`],
  [
    "Joomla",
    (origin: string) =>
      `/component/users/?view=login&return=${Buffer.from(origin + members).toString("base64")}`,
  ],
  [
    "Medium",
    (origin: string) => `/m/signin?operation=login&redirect=${encodeURIComponent(origin + members)}`,
  ],
  ["LinkedIn", (origin: string) => `/authwall?sessionRedirect=${encodeURIComponent(origin + members)}`],
  ["Ghost, for a private site", () => `/private/?r=${encoded}`],
  ["Shopify, before its shop opens", () => "/password"],
  ["a page of another name", () => `/welcome-back?return_to=${encoded}`],
  [
    "an address packed up",
    (origin: string) => `/entry?state=${Buffer.from(origin + members).toString("base64")}`,
  ],
])("a page that leads to the login of %s says nothing of itself", async (_name, to) => {
  const target = to(site.origin);
  site.leads("/members/42/minutes", target);
  site.html(target.split("?")[0] ?? "", loginPage("Members of the Coast Club"));
  expect(await askSite(world, `${site.origin}${members}`)).toBe("login");
  // An app asks for an email address first, or renders its form by script.
  site.html(target.split("?")[0] ?? "", emailFirst);
  expect(await askSite(world, `${site.origin}${members}`)).toBe("login");
});

test.each([
  // Keycloak, OpenID Connect.
  `/realms/club/protocol/openid-connect/auth?client_id=club&redirect_uri=https%3A%2F%2Fclub.example%2Fcallback&response_type=code&scope=openid&state=5f1b`,
  "/idp/profile/SAML2/Redirect/SSO?SAMLRequest=fZHNboMwEIRfBfkOBgqBWAkSTQ6NlDYopD3",
  "/cas/login?service=https%3A%2F%2Fclub.example%2F",
  "/adfs/ls/?wa=wsignin1.0&wtrealm=urn%3Aclub&wctx=rm%3D0",
  "/anything",
])("nor one that leads to an identity provider elsewhere: %s", async (to) => {
  const asked = site.leads("/intranet/plan", `${other}${to}`);
  site.html(to.split("?")[0] ?? "", emailFirst);
  expect(await askSite(world, asked)).toBe("login");
});

test.each([
  ["consent", "/v2/collectConsent?sessionId=3_cc-session_5f1b", "consent.example.localhost"],
  ["consent", `/age-gate?return=${encoded}`, "127.0.0.1"],
  ["consent", "/zustimmung?url=x", "127.0.0.1"],
  ["consent", `/m?continue=${encoded}`, "consent.example.localhost"],
  ["consent", "/agecheck/members/42/minutes", "127.0.0.1"],
  ["consent", "/consent/tcf/members/42/minutes", "127.0.0.1"],
  ["challenge", `/.well-known/sgcaptcha/?r=${encoded}`, "127.0.0.1"],
  ["challenge", `/sorry/captcha?continue=${encoded}`, "127.0.0.1"],
  ["missing", "/404", "127.0.0.1"],
  ["missing", `/_layouts/15/AccessDenied.aspx?Source=${encoded}`, "127.0.0.1"],
  ["elsewhere", "/", "127.0.0.1"],
  ["elsewhere", "/en/", "127.0.0.1"],
  ["elsewhere", "/members/", "127.0.0.1"],
])("nor one that leads to a %s: %s", async (problem, to, host) => {
  site.leads("/members/42/minutes", `${site.origin.replace("127.0.0.1", host)}${to}`);
  site.html(
    to.split("?")[0] ?? "",
    `<title>The Coast Club</title><meta property="og:title" content="The Coast Club">${article}`,
  );
  expect(await askSite(world, `${site.origin}${members}`)).toBe(problem);
});

const script = (text: string) => `<script>${text}</script>`;

test.each([
  [
    "Cloudflare",
    `<title>Just a moment...</title><meta name="robots" content="noindex,nofollow"><meta http-equiv="refresh" content="390"><body>${script("(function(){window._cf_chl_opt = {cvId: '3'};}());")}`,
  ],
  // TecharoHQ/anubis, web/index.templ.
  [
    "Anubis",
    `<title>Making sure you&#39;re not a bot!</title><meta name="robots" content="noindex,nofollow"><script id="anubis_challenge" type="application/json">{}</script><body><h1>Making sure you're not a bot!</h1><p>Loading...</p>`,
  ],
  [
    "Anubis by a refresh",
    `<title>Making sure you&#39;re not a bot!</title><meta name="robots" content="noindex,nofollow"><script id="anubis_challenge" type="application/json">{}</script><meta http-equiv="refresh" content="2; url=/.within.website/x/cmd/anubis/api/pass-challenge?redir=/x">`,
  ],
  [
    "DataDome",
    `<title>news.example</title><body>${script("var dd={'rt':'c','host':'geo.captcha-delivery.com'}")}<script src="https://ct.captcha-delivery.com/c.js"></script>`,
  ],
  ["HUMAN", `<title>Access to this page has been denied</title><body><div id="px-captcha"></div>`],
  [
    "AWS WAF",
    `<title></title><body>${script("window.awsWafCookieDomainList = [];window.gokuProps = {};")}<div id="challenge-container"></div>`,
  ],
  ["Akamai", `<title>&nbsp;</title><body><div id="sec-if-cpt-container"></div>`],
  [
    "Imperva",
    `<meta name="ROBOTS" content="NOINDEX, NOFOLLOW"><body><iframe id="main-iframe" src="/_Incapsula_Resource?CWUDNSAI=23&xinfo=1">Request unsuccessful. Incapsula incident ID: 1</iframe>`,
  ],
  ["Sucuri", `<title>You are being redirected...</title>${script("var s={},sucuri_cloudproxy_js='';")}`],
  ["Kasada", `<body>${script("window.KPSDK={};KPSDK.now=Date.now;")}<script src="/a/ips.js"></script>`],
  ["Qrator", `<title></title><script src="/__qrator/qauth_utm_v2.js"></script><body>`],
  ["Fastly", `<title>Client Challenge</title><body><script src="/_fs-ch-1T1wmsGa/script.js"></script>`],
  ["F5", `<title>Request Rejected</title><body>The requested URL was rejected. Your support ID is: 1`],
  [
    "a page with nothing but a captcha",
    `<title>example.com</title><body><p>One more step</p><form><div class="h-captcha" data-sitekey="x"></div></form><script src="https://js.hcaptcha.com/1/api.js"></script>`,
  ],
  [
    "one nobody has heard of",
    `<title>Hold on</title><meta name="robots" content="noindex"><body><noscript>Enable JavaScript</noscript>${script("solve()")}`,
  ],
])("a check of robots in the page's place is told from it: %s", async (_name, html) => {
  expect(await askSite(world, site.html("/checked", html))).toBe("challenge");
});

test.each([
  [403, { "cf-mitigated": "challenge" }],
  [202, { "x-amzn-waf-action": "challenge" }],
  [405, { "x-amzn-waf-action": "captcha" }],
  [429, { "x-vercel-mitigated": "challenge" }],
])("or by its headers, with status %i", async (status, headers) => {
  const asked = site.on("/mitigated", (_request, response) =>
    response.writeHead(status, { "content-type": "text/html", ...headers }).end("<title>Wait</title>"),
  );
  expect(await askSite(world, asked)).toBe("challenge");
});

test("a check that carries the card of the page behind it is read for that", async () => {
  const asked = site.html(
    "/passed-through",
    `<title>Making sure you're not a bot!</title><meta name="robots" content="noindex,nofollow"><meta property="og:title" content="The lighthouse"><script id="anubis_challenge" type="application/json">{}</script>`,
  );
  expect(await askSite(world, asked)).toMatchObject({ title: "The lighthouse" });
});

test.each<[string, string]>([
  ["login", loginPage("Log in to the Coast Club")],
  ["login", loginPage("Coast Club – Anmelden")],
  ["login", `<title>Coast Club</title><body>${password}`],
  [
    "login",
    `<title>Sign in</title><meta name="robots" content="noindex"><body><form><input type="email" name="email"></form>`,
  ],
  [
    "login",
    `<title>Coast Club</title><link rel="canonical" href="/login"><meta property="og:title" content="Coast Club"><body><div id="app"></div>`,
  ],
  [
    "missing",
    `<title>Page not found – Coast Club</title><meta name="robots" content="noindex, follow"><meta property="og:title" content="Page not found"><body><p>Sorry.</p>`,
  ],
  [
    "login",
    `<title>Login required - Club wiki</title><meta name="robots" content="noindex"><body><p>Please log in.</p>`,
  ],
  [
    "login",
    `<title>Sign In</title><body><form action="/oauth2/start"><button>Sign in with Google</button></form>`,
  ],
  ...[
    "Club Login",
    "Member login | Club",
    "Entrar - Clube",
    "Accedi | Club",
    "ログイン - Club",
    "Вход | Клуб",
  ].map((title): [string, string] => ["login", loginPage(title)]),
  ["failing", `<title>Account Suspended</title><body><p>Contact your hosting provider.</p>`],
  ["missing", `<title>Nothing found for Minutes 42</title><meta name="robots" content="noindex"><body>`],
  ["failing", `<title>Maintenance</title><body><p>We will be back at noon.</p>`],
  [
    "consent",
    `<title>Age verification</title><body><p>Are you over 18?</p><form><button>Yes</button></form>`,
  ],
  ["scripted", `<title>Loading…</title><body><div id="root"></div><script src="/app.js"></script>`],
])("what stands at the page's own address in its place is a %s (%#)", async (problem, html) => {
  expect(await askSite(world, site.html("/in-place", html))).toBe(problem);
});

test.each([
  401, 403, 404, 410, 429, 451, 500, 503,
])("status %i is none of the page's words", async (status) => {
  const asked = site.on("/status", (_request, response) =>
    response.writeHead(status, { "content-type": "text/html" }).end(loginPage("Log in")),
  );
  expect(await askSite(world, asked)).toBe(
    status === 401 ? "login" : status === 429 || status >= 500 ? "failing" : "missing",
  );
});

const dated = `<meta property="og:type" content="article"><meta property="article:published_time" content="2026-11-01">`;

test.each([
  [
    "a post about logins",
    "/blog/log-in-with-passkeys",
    `<title>Log in with passkeys</title><body>${article}`,
  ],
  [
    "a short one",
    "/blog/log-in-with-passkeys",
    `<title>Log in with passkeys</title><meta property="og:title" content="Log in with passkeys"><body><p>Passkeys are here.</p>`,
  ],
  ["one beside a form to log in", "/t/7", `<title>Log in with passkeys</title><body>${password}${article}`],
  [
    "a short one with its date, beside a form",
    "/t/8",
    `<title>Sign in – the new way</title>${dated}<body>${password}<p>Soon.</p>`,
  ],
  ["the page of a login itself", "/account/login", loginPage("Log in to the Coast Club")],
  [
    "a page about error 404",
    "/blog/404",
    `<title>404 – a history</title><meta property="og:title" content="404 – a history">${dated}<body><p>Soon.</p>`,
  ],
  ["one about care", "/boat/care", `<title>Maintenance of lamps</title><body><p>Wipe them.</p>`],
  ["a form for letters", "/letters", `<title>Club letters</title><body><p>Join</p><input type="email">`],
  [
    "a form with a captcha",
    "/contact",
    `<title>Write to us</title><body><form><input name="subject"><textarea></textarea><div class="h-captcha"></div></form>`,
  ],
  [
    "a page that keeps away from search engines",
    "/draft",
    `<title>A draft</title><meta name="robots" content="noindex"><body>${article}`,
  ],
  [
    "an article about checks of robots",
    "/post/bots",
    `<title>How challenges work</title><body><pre>window._cf_chl_opt</pre>${script("var example = 'window.gokuProps'")}${article}`,
  ],
  [
    "a page behind a password of its own",
    "/protected",
    `<title>Protected: The minutes</title><meta property="og:title" content="Protected: The minutes"><body><form class="post-password-form"><input type="password" name="post_password"></form>`,
  ],
])("%s is a page like any other", async (_name, path, html) => {
  const page = await askSite(world, site.html(path, html));
  expect(page).toMatchObject({
    url: `${site.origin}${path}`,
    title: /<title>(.*?)<\/title>/.exec(html)?.[1],
  });
});

test.each([
  ["renamed", "/blog/log-in", "/blog/signing-in-with-passkeys", 301],
  ["renamed to a name that sounds like a login", "/blog/old", "/blog/login", 301],
  ["by its number", "/?p=7", "/2026/the-lighthouse/", 301],
  ["to where people register", "/conference", "/conference/registration", 302],
  ["to a page about identity", "/exhibitions/7", "/exhibitions/identity", 302],
  ["the site's language", "/", "/en/", 302],
  ["with a slash", "/the-lighthouse", "/the-lighthouse/", 301],
  ["with a mark of a check", "/the-lighthouse", "/the-lighthouse?cookies=1", 302],
  ["renamed, with where it came from", "/old-lighthouse", "/lighthouse?redirected_from=/old-lighthouse", 302],
])("a page that moved is that page: %s", async (_name, from, to, status) => {
  if (to.startsWith(`${from}?`)) {
    site.on(from, (request, response) => {
      if (request.url === to)
        response
          .writeHead(200, { "content-type": "text/html" })
          .end(`<title>The lighthouse</title>${article}`);
      else response.writeHead(status, { location: to }).end();
    });
  } else {
    site.leads(from, to, status);
    site.html(
      to.split("?")[0] ?? "",
      `<title>The lighthouse</title>${/registration|identity/.test(to) ? "" : dated}${article}`,
    );
  }
  expect(await askSite(world, `${site.origin}${from}`)).toMatchObject({ title: "The lighthouse" });
});
