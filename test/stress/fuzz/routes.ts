/** What each route reads, so that requests get past the first check. The test fails if a route is missing here. */
import fc from "fast-check";

/** What exists of each kind: ids, tokens, names. */
export type Ids = Readonly<Record<string, readonly string[]>>;

export interface RouteFields {
  /** By name, the valid values. */
  readonly query?: Readonly<Record<string, fc.Arbitrary<string>>>;
  readonly form?: Readonly<Record<string, fc.Arbitrary<string>>>;
  /** The form may contain a file of this name. */
  readonly file?: string;
  readonly json?: fc.Arbitrary<unknown>;
  /** The visitor may have no session afterwards, so only visitors who are used for nothing else request it. */
  readonly ends?: true;
  /** Answers 503 if a network cannot tell. */
  readonly mayBeUnavailable?: true;
}

/** Path parameters and fields by what belongs in them. */
export function describeRoutes(ids: Ids) {
  const one = (...kinds: string[]) => {
    const known = kinds.flatMap((kind) => ids[kind] ?? []);
    if (known.length === 0) throw new Error(`The world holds no ${kinds.join(" or ")}.`);
    return fc.constantFrom(...known);
  };
  const text = fc.constantFrom(
    "Worth a read",
    "Two\r\nlines",
    "Zwei Zeilen\n\n– und mehr",
    "",
    " ",
    "a".repeat(600),
  );
  const line = fc.constantFrom("Ana Lima", "Work", "Ωmega", "x");
  const far = fc
    .tuple(
      fc.constantFrom("", "?a=", "?utm_source=x&a="),
      fc.array(
        fc.oneof(
          fc.constantFrom(..."/:@!(),;$'*~é"),
          fc.integer({ min: 0x4e00, max: 0x9fff }).map((code) => String.fromCodePoint(code)),
        ),
        { minLength: 700, maxLength: 1_900, size: "max" },
      ),
    )
    .map(([query, rest]) => `https://blog.example.com/${query}${rest.join("")}`);
  const url = fc.oneof({ weight: 9, arbitrary: one("url") }, { weight: 1, arbitrary: far });
  const email = one("email");
  const password = fc.constantFrom("a sea of lanterns", "seven green kites", "short", "pass\0word with more");
  const next = fc.constantFrom(
    "/social/",
    "/social/history/?page=x",
    "/account/",
    "//evil.example/",
    "/\t/evil.example",
  );
  const token = one("token");
  const code = fc.constantFrom("123456", "000 000", "ABCDE-FGHIJ");
  const tick = (value: string) => fc.constant(value);
  const connection = one("connection", "otherConnection");
  const zone = fc.constantFrom(
    "Europe/Berlin",
    "UTC",
    "America/New_York",
    "Australia/Lord_Howe",
    "Pacific/Apia",
  );
  const at = fc.constantFrom("2026-12-24T09:00", "2027-03-28T02:30", "2026-12-31T23:59", "2027-10-31T02:30");
  const template = {
    template: fc.oneof(
      text,
      fc.constantFrom("{message}\n\n{title} – {description}\n{tags}", "{{{title}", "{no}", "}"),
    ),
  };
  const page = { url, title: line, description: text, image: url };
  const look = {
    appName: line,
    accent: fc.constantFrom("#0b6b5f", "#000000", "#ffffff"),
    noAccent: tick("yes"),
    noLogo: tick("yes"),
  };
  const messages = Object.fromEntries(
    (ids.connection ?? []).slice(0, 3).map((id) => [`message-${id}`, text]),
  );
  const packed = connection.map((id) => Buffer.from(id.replaceAll("-", ""), "hex").toString("base64url"));
  const selection = {
    account: connection,
    accounts: packed,
    group: one("group", "otherGroup"),
    as: one("request", "otherRequest"),
    all: fc.constantFrom("words=", "words=ana&network=twitter", "words=%25_\\", "network=nowhere"),
    without: connection,
    find: line,
    network: one("platform"),
    page: fc.constantFrom("1 words=", "2 words=Work", "x"),
    turn: fc.constantFrom("2", "0", "1000"),
  };
  const calendar = {
    view: fc.constantFrom("month", "week", "day", "year"),
    on: fc.constantFrom("2026-12-24", "2027-03-28", "9999-12-31", "0001-01-01"),
  };
  const slot = {
    weekday: fc.constantFrom("1", "7", "8"),
    time: fc.constantFrom("09:00", "23:59", "24:00"),
  };
  const candidates = {
    account: one("candidate"),
    kept: fc.base64String({ maxLength: 12 }),
    shown: fc.constantFrom("0 1", "x"),
    everything: tick("yes"),
    find: line,
    turn: fc.constantFrom("2", "0"),
  };
  const draft = {
    ...page,
    ...messages,
    ...selection,
    "message-twitter": text,
    earlier: fc.constantFrom("ask", "leave-out", "repeat"),
    message: text,
    repeat: connection,
    idempotency_key: fc.oneof(fc.uuid(), one("request")),
    when: fc.constantFrom("now", "later", "2031-01-01T09:00:00.000Z", "slot", "slot-x"),
    cut: connection,
    seen: connection,
    changes: one("request"),
    at,
    zone,
    tracking: tick("keep"),
    picture: one("picture"),
    no_picture: tick("on"),
  };
  const pictures = { ...draft, take: url, remove: one("picture") };
  const shown = {
    standing: fc.constantFrom("trouble", "open", "scheduled", "posted", "deleted", "cancelled"),
    platform: one("platform"),
    account: line,
    after: connection,
  };
  const filter = {
    platform: one("platform"),
    account: connection,
    who: line,
    outcome: fc.constantFrom("posted", "trouble", "open", "cancelled"),
    page: url,
    from: fc.constantFrom("2026-01-01", "2026-11-30"),
    to: fc.constantFrom("2026-12-31", "2026-11-30"),
  };
  const cursor = fc.tuple(fc.nat(), one("share")).map(([time, id]) => `${time}_${id}`);
  const news = fc.constantFrom("name", "mail", "password-changed", "signed-out", "saved");
  const passkey = fc.record({
    id: fc.base64String({ maxLength: 40 }),
    rawId: fc.base64String({ maxLength: 40 }),
    type: fc.constant("public-key"),
    clientExtensionResults: fc.constantFrom({}, { credProps: { rk: true } }),
    response: fc.record({
      clientDataJSON: fc.oneof(
        fc.base64String(),
        fc
          .record({
            type: fc.constantFrom("webauthn.create", "webauthn.get"),
            challenge: fc.base64String(),
            origin: url,
          })
          .map((data) => Buffer.from(JSON.stringify(data)).toString("base64url")),
      ),
      attestationObject: fc.base64String({ maxLength: 80 }),
      authenticatorData: fc.base64String({ maxLength: 80 }),
      signature: fc.base64String({ maxLength: 80 }),
      userHandle: fc.base64String({ maxLength: 40 }),
    }),
  });

  const wanted = {
    server: one("server"),
    way: fc.constantFrom("instagram", "facebook", "profile", "pages"),
    return: next,
    again: tick("1"),
  };
  const answer = {
    code: token,
    state: one("state"),
    error: fc.constantFrom("access_denied", "server_error"),
    error_description: text,
    iss: url,
  };

  const parameters: Readonly<Record<string, fc.Arbitrary<string>>> = {
    hash: fc.stringMatching(/^[0-9a-f]{16}$/),
    setId: one("group"),
    name: one("asset"),
    document: fc.constantFrom("client.json", "keys.json", "other.json"),
    issuerKey: fc.stringMatching(/^[0-9a-f]{32}$/),
    challenge: fc.base64String({ minLength: 10, maxLength: 30 }),
    platform: one("platform"),
    code: token,
    secret: token,
    groupId: one("group", "otherGroup"),
    choiceId: one("choice"),
    id: connection,
    requestId: one("request", "otherRequest"),
    pictureId: one("picture"),
    shareId: one("share", "otherShare"),
    draftId: one("draft", "otherDraft"),
    icon: fc.constantFrom("icon-192.png", "maskable-512.png", "icon-1.png"),
    passkeyId: one("passkey", "session"),
    sessionId: one("session"),
    invitationId: one("invitation"),
    personId: one("person"),
  };

  const routes: Readonly<Record<string, RouteFields>> = {
    "GET /fragments/share-button": { query: { ...page, label: line } },
    "GET /healthz": {},
    "GET /readyz": {},
    "GET /metrics": {},
    "GET /assets/:hash/:name": {},
    "GET /privacy/": { query: { language: fc.constantFrom("de", "xx") } },
    "GET /admin/sites/": {},
    "GET /admin/welcome/sites/": {},
    "GET /look/:hash/accent.css": {},
    "GET /look/:hash/logo.png": {},
    "GET /look/:hash/:icon": { mayBeUnavailable: true },
    "GET /app.webmanifest": {},
    "GET /service-worker.js": {},
    "GET /offline/": {},
    "GET /reach/:challenge": {},
    "GET /.well-known/webfinger": { query: { resource: email.map((address) => `acct:${address}`) } },
    "GET /button.js": {},
    "GET /button-ways.js": {},
    "GET /api/v1/pages": { query: { url } },
    "GET /social/apps/:platform/:document": {},
    "GET /pictures/:name": {},
    "GET /previews/:name": {},
    "POST /zone/": { form: { zone } },
    "GET /": {},
    "GET /login/": { query: { next, news } },
    "POST /login/": { form: { email, password, next } },
    "POST /logout/": { ends: true },
    "POST /login/link/": { form: { email, next } },
    "GET /login/link/": { query: { token, next } },
    "POST /login/link/confirm/": { form: { token, next } },
    "GET /login/code/": { query: { next } },
    "POST /login/code/": { form: { code, trust: tick("yes"), next } },
    "POST /login/passkey/options/": {},
    "POST /login/passkey/": { json: fc.record({ next, answer: passkey }) },
    "GET /.well-known/security.txt": {},
    "GET /login/oidc/": { query: { next, again: tick("yes") }, mayBeUnavailable: true },
    "POST /login/oidc/": { form: { next }, mayBeUnavailable: true },
    "GET /login/oidc/callback/": { query: { code, state: token, iss: url, error: line } },
    "GET /login/reset/": { query: { next } },
    "POST /login/reset/": { form: { email, next } },
    "GET /login/reset/new/": { query: { token, next } },
    "POST /login/reset/new/": { form: { token, next, password } },
    "GET /sign-up/": { query: { invitation: token, next, email, name: line } },
    "POST /sign-up/": { form: { name: line, email, password, invitation: token, next } },
    "GET /account/": { query: { news } },
    "POST /account/preferences/": {
      form: {
        notices: fc.constantFrom("none", "problems", "all"),
        zone,
        language: fc.constantFrom("", "en", "de", "fr", "es"),
      },
    },
    "POST /account/password/": { ends: true, form: { currentPassword: password, newPassword: password } },
    "POST /account/name/": { form: { name: line } },
    "POST /account/mail/": { form: { email } },
    "GET /account/mail/": { query: { token } },
    "POST /account/mail/confirm/": { form: { token } },
    "GET /account/second-factor/": {},
    "POST /account/second-factor/": { form: { password } },
    "POST /account/second-factor/confirm/": { form: { code } },
    "POST /account/second-factor/codes/": { form: { password } },
    "POST /account/second-factor/end/": { form: { password } },
    "POST /account/passkeys/options/": {},
    "POST /account/passkeys/": { json: fc.record({ name: line, answer: passkey }) },
    "POST /account/passkeys/:passkeyId/remove/": {},
    "POST /account/sessions/:sessionId/end/": { ends: true },
    "POST /account/sign-out-everywhere/": { ends: true },
    "GET /account/data.json": {},
    "GET /account/confirm/": { query: { next } },
    "POST /account/confirm/": { ends: true, form: { password, code, next } },
    "GET /account/delete/": {},
    "GET /left/:secret/": {},
    "GET /left/:secret/progress/": {},
    "POST /account/delete/": { ends: true, form: { email } },
    "GET /admin/": {},
    "GET /admin/welcome/": {},
    "POST /admin/welcome/": { form: look, file: "logo" },
    "GET /admin/setup/": {},
    "GET /admin/setup/checks/": {},
    "GET /admin/setup/:platform/": {},
    "POST /admin/setup/:platform/test/": { form: { server: one("server") } },
    "GET /admin/people/": { query: { after: email } },
    "POST /admin/people/": { form: { email } },
    "POST /admin/people/invitations/:invitationId/end/": {},
    "POST /admin/people/:personId/block/": {},
    "POST /admin/people/:personId/unblock/": {},
    "POST /admin/people/:personId/role/": { form: { role: fc.constantFrom("operator", "person") } },
    "POST /admin/people/:personId/second-factor/": {},
    "GET /admin/state/": {},
    "GET /admin/settings/": { query: { news } },
    "POST /admin/settings/look/": { form: look, file: "logo" },
    "POST /admin/settings/privacy/": {
      form: { operator: text, email, text, replaces: tick("yes") },
    },
    "POST /admin/settings/rules/": {
      form: {
        signUp: fc.constantFrom("open", "invitation", "closed"),
        publicCounts: tick("yes"),
        linkParameters: fc.constantFrom("", "utm_source={network}", "a=b&c=%20"),
        invitationContact: fc.oneof(email, url),
        visitors: tick("yes"),
        way: fc.constantFrom("mastodon", "email", "nowhere"),
        "price-twitter": fc.constantFrom("0.20", "1,5", "999"),
        "currency-twitter": fc.constantFrom("USD", "eur"),
      },
    },
    "GET /admin/audit/": { query: { before: cursor } },
    "GET /social/": {
      query: {
        q: line,
        network: one("platform"),
        state: fc.constantFrom("attention", "active"),
        page: fc.constantFrom("1", "2", "1000"),
      },
    },
    "GET /social/accounts/:id/": { query: { return: next } },
    "GET /social/connect/:platform/": { query: wanted },
    "POST /social/connect/:platform/": { form: wanted },
    "GET /social/callback/:platform/": { query: answer },
    "GET /social/callback/:platform/:issuerKey/": { query: answer },
    "POST /social/callback/:platform/deauthorize/": { form: { signed_request: one("signedRequest") } },
    "POST /social/callback/:platform/delete/": { form: { signed_request: one("signedRequest") } },
    "GET /social/deletion/:code/": {},
    "GET /account/hashtags/": {},
    "POST /account/hashtags/": {
      form: { name: line, tags: fc.oneof(text, fc.constantFrom("#a #b", "open source, 東京")) },
    },
    "POST /account/hashtags/:setId/delete/": {},
    "POST /social/accounts/:id/template/": { form: { ...template, return: next } },
    "POST /social/accounts/:id/template/preview/": { form: { ...template, return: next } },
    "POST /social/groups/": { form: { name: line, ...selection } },
    "GET /social/groups/:groupId/": {},
    "POST /social/groups/:groupId/": { form: { name: line, ...selection } },
    "POST /social/groups/:groupId/accounts/": { form: { name: line, ...selection } },
    "POST /social/groups/:groupId/delete/": {},
    "POST /social/groups/:groupId/template/": { form: template },
    "POST /social/groups/:groupId/template/preview/": { form: template },
    "POST /social/groups/:groupId/plan/": { form: slot },
    "POST /social/groups/:groupId/plan/remove/": { form: slot },
    "GET /social/plan/": {},
    "POST /social/plan/": { form: slot },
    "POST /social/plan/remove/": { form: slot },
    "GET /social/choose/:choiceId/": {},
    "POST /social/choose/:choiceId/": { form: candidates },
    "POST /social/choose/:choiceId/accounts/": { form: candidates },
    "POST /social/verify/:id/": { mayBeUnavailable: true, form: { return: next } },
    "POST /social/disconnect/:id/": { form: { return: next } },
    "GET /social/new/": {},
    "GET /social/apps/": {},
    "GET /social/share/to/:platform/": { query: { url, title: line } },
    "POST /social/share/to/:platform/": {
      form: { url, title: line, server: one("server"), remember: tick("yes") },
    },
    "GET /social/share/": {
      query: {
        ...page,
        text,
        of: one("share", "otherShare"),
        group: one("group", "otherGroup"),
        connected: connection,
        again: one("request", "otherRequest"),
        draft: one("draft", "otherDraft"),
        deleted: one("draft"),
      },
    },
    "POST /social/share/": { form: draft },
    "GET /social/share/page/": { query: page },
    "POST /social/share/accounts/": { form: draft },
    "POST /social/share/pictures/": { form: pictures, file: "file" },
    "GET /social/pictures/:pictureId/": {},
    "POST /social/share/count/": { form: draft },
    "POST /social/share/previews/": { form: draft },
    "GET /social/drafts/": { query: { news, deleted: one("draft") } },
    "POST /social/drafts/": {
      form: {
        ...draft,
        draft: one("draft").map((id) => `${id} 1 ${id}`),
        written_at: fc.constantFrom("1", "x"),
      },
    },
    "POST /social/drafts/:draftId/delete/": { form: { at: tick("page") } },
    "POST /social/drafts/:draftId/restore/": { form: { at: tick("page") } },
    "POST /social/share/mentions/": {
      form: { ...draft, mention: fc.constantFrom("an", "ana@", "b", "", "x".repeat(200)) },
    },
    "GET /card": { query: { url } },
    "GET /social/share/:requestId/": { query: shown },
    "GET /social/share/:requestId/outcomes/": {
      query: { ...shown, have: fc.constantFrom("0.5.a.b", "2.abcdef", "", ".".repeat(500)) },
    },
    "GET /social/share/:requestId/edit/": {},
    "POST /social/share/:requestId/edit/": { form: { ...draft, seen: token } },
    "POST /social/share/:requestId/edit/accounts/": { form: draft },
    "POST /social/share/:requestId/edit/pictures/": { form: pictures, file: "file" },
    "GET /social/share/:requestId/move/": { query: calendar },
    "POST /social/share/:requestId/move/": { form: { ...calendar, at, day: calendar.on } },
    "POST /social/share/:requestId/cancel/": {},
    "POST /social/share/:requestId/retry/": {},
    "POST /social/cancel/:shareId/": {},
    "POST /social/now/:shareId/": {},
    "POST /social/resolve/:shareId/there/": { form: { link: url } },
    "POST /social/resolve/:shareId/again/": {},
    "POST /social/retry/:shareId/": {},
    "POST /social/delete/:shareId/": {},
    "POST /social/delete/:shareId/stop/": {},
    "GET /social/history/": { query: { ...filter, name: line, q: line, before: cursor } },
    "GET /social/history/:requestId/accounts/": {},
    "GET /social/calendar/": { query: { ...calendar, news: tick("moved") } },
    "GET /social/scheduled/": { query: { after: cursor } },
    "GET /social/history/export.csv": { query: filter },
    "GET /social/history/export.json": { query: filter },
    "GET /social/shares/:shareId/": {},
  };
  return { parameters, routes };
}
