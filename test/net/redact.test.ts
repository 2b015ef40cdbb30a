/** What must never be read in a log. */
import { Writable } from "node:stream";
import { pino } from "pino";
import { describe, expect, test } from "vitest";
import { describeError, logRedaction, redactText, redactUrl } from "../../src/net/redact.ts";

const secret = "s3cr3t.Va-lue_9";

/** @returns the lines that were logged */
function logged(use: (log: pino.Logger) => void): string {
  const lines: string[] = [];
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(chunk.toString("utf8"));
      done();
    },
  });
  use(pino({ level: "trace", ...logRedaction }, sink));
  return lines.join("");
}

describe("an address", () => {
  test.for([
    "code",
    "state",
    "access_token",
    "refresh_token",
    "id_token",
    "token",
    "client_secret",
    "code_verifier",
    "client_assertion",
    "key",
    "api_key",
    "password",
    "oauth_verifier",
  ])("is shown without the value of %s", (name) => {
    const shown = redactUrl(
      new URL(`https://x.example/callback?page=2&${name}=${secret}&lang=de#${name}=${secret}`),
    );
    expect(shown).toBe(`https://x.example/callback?page=2&${name}=[redacted]&lang=de#${name}=[redacted]`);
  });

  test("is shown without what its parameters carry encoded", () => {
    const inner = encodeURIComponent(`/social/callback?code=${secret}&state=${secret}&page=2`);
    const shown = redactUrl(`https://x.example/login?next=${inner}&lang=de`);
    expect(shown).not.toContain(secret);
    expect(shown).toContain("page%3D2&lang=de");
  });

  test("is shown without a user's password", () => {
    expect(redactUrl(`postgres://sharewell:${secret}@db.example/sharewell`)).toBe(
      "postgres://[redacted]@db.example/sharewell",
    );
  });

  test.for([
    "https://blog.example/posts/42?page=2&monkey=1&barcode=7&country_code_name=de",
    "https://mastodon.example/@alice/1234",
    "mailto:alice@example.com",
    "https://medium.example/@alice/story?utm_source=x",
  ])("stays as it is where it holds no secret: %s", (url) => {
    expect(redactUrl(url)).toBe(url);
  });
});

describe("a text", () => {
  test.for([
    ["a header", `authorization: Bearer ${secret}`],
    ["a basic header", `Basic ${Buffer.from(`client:${secret}`).toString("base64")}`],
    ["a form body", `grant_type=authorization_code&code=${secret}&client_secret=${secret}`],
    ["a form body that begins with it", `code_verifier=${secret}`],
    ["JSON", JSON.stringify({ access_token: secret, refresh_token: secret })],
    [
      "JSON in our own words",
      JSON.stringify({ accessToken: secret, clientSecret: secret, codeVerifier: secret }),
    ],
    ["JSON in JSON", JSON.stringify({ body: JSON.stringify({ access_token: secret, expires_in: 7200 }) })],
    ["JSON in JSON in JSON", JSON.stringify(JSON.stringify(JSON.stringify({ access_token: secret })))],
    ["JSON with spaces", `{ "access_token" : "${secret}" }`],
    ["a failed query", `Failed query: insert into t values ($1)\nparams: alice,${secret}\n    at open`],
  ] as const)("loses the secret of %s", ([, text]) => {
    const shown = redactText(text);
    expect(shown).not.toContain(secret);
    expect(shown).not.toContain(Buffer.from(`client:${secret}`).toString("base64"));
    expect(shown).toContain("[redacted]");
  });

  test("loses the secrets that are named", () => {
    expect(redactText(`refused: ${secret} (${secret})`, [secret, ""])).toBe(
      "refused: [redacted] ([redacted])",
    );
  });

  test("stays JSON where it was JSON", () => {
    const value = {
      password: 'quo"ted\\',
      body: JSON.stringify({ access_token: secret, scope: "read" }),
      code: "E1",
    };
    const shown: unknown = JSON.parse(redactText(JSON.stringify(value)));
    expect(shown).toEqual({
      password: "[redacted]",
      body: JSON.stringify({ access_token: "[redacted]", scope: "read" }),
      code: "E1",
    });
  });

  test("is read in a moment, however long and odd it is", () => {
    const odd = [
      "%3Fcode%3D",
      "&",
      '\\"',
      "Bearer ",
      "a://",
      "tokentoken",
      "code_",
      "-",
      "\\",
      '"token":"',
      " ",
    ].map((each) => each.repeat(20_000));
    const started = performance.now();
    for (const each of odd) expect(redactText(each).length).toBeGreaterThan(0);
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});

describe("a log", () => {
  test("has no secret by name, at any depth", () => {
    const shown = logged((log) =>
      log.info({
        a: { b: { c: { d: { accessToken: secret, list: [{ refresh_token: secret }] } } } },
        password: secret,
      }),
    );
    expect(shown).not.toContain(secret);
  });

  test("has no headers, tokens or OAuth answers of a request", () => {
    const shown = logged((log) =>
      log.info({
        tokens: { any: secret },
        headers: { authorization: secret, cookie: secret, "set-cookie": [secret], accept: "text/html" },
        request: { headers: { authorization: [secret], cookie: secret, "set-cookie": [secret] } },
        query: { code: secret, state: secret },
      }),
    );
    expect(shown).not.toContain(secret);
    expect(shown).toContain("text/html");
  });

  test("has no secret in its message or in a child's fields", () => {
    const shown = logged((log) =>
      log
        .child({ url: `https://x.example/?token=${secret}` })
        .warn(`asked https://x.example/?code=${secret}`),
    );
    expect(shown).not.toContain(secret);
    expect(shown.match(/\[redacted\]/g)).toHaveLength(2);
  });

  test("keeps what tells what happened", () => {
    const shown: unknown = JSON.parse(
      logged((log) => log.info({ shareId: "7", status: 422, code: "E2" }, "refused")),
    );
    expect(shown).toMatchObject({ shareId: "7", status: 422, code: "E2", msg: "refused" });
  });
});

describe("an error in a log", () => {
  test("tells its message, place and causes without secrets", () => {
    const cause = Object.assign(new Error(`connect failed for ?access_token=${secret}`), {
      code: "ECONNRESET",
    });
    const error = Object.assign(new TypeError("fetch failed", { cause }), {
      headers: { authorization: secret },
      params: [secret],
    });
    const shown = logged((log) => log.error({ err: error }, "delivery"));
    expect(shown).not.toContain(secret);
    expect(JSON.parse(shown)).toMatchObject({
      err: {
        type: "TypeError",
        message: "fetch failed",
        stack: expect.stringContaining("redact.test.ts"),
        cause: { code: "ECONNRESET", message: "connect failed for ?access_token=[redacted]" },
      },
    });
  });

  test("tells all of several failures", () => {
    const shown = describeError(new AggregateError([new Error("one"), new Error("two")], "both"));
    expect(shown).toMatchObject({ message: "both", errors: [{ message: "one" }, { message: "two" }] });
  });

  test("may be its own cause, or no error at all", () => {
    const error = new Error("round");
    error.cause = error;
    expect(JSON.stringify(describeError(error))).toContain("round");
    expect(describeError(`thrown ?code=${secret}`)).toBe("thrown ?code=[redacted]");
  });
});
