/** What must never appear in a log. */
import { Writable } from "node:stream";
import { DrizzleQueryError } from "drizzle-orm";
import { pino } from "pino";
import { describe, expect, test } from "vitest";
import { logRedaction, redactText } from "../../src/net/redact.ts";
import { generateKey } from "../../src/vault/fernet.ts";

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

/** @returns the one line that logs these fields, parsed */
function line(fields: object, message = "it happened"): unknown {
  return JSON.parse(logged((log) => log.info(fields, message)));
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
    "new_password",
    "invitation",
    "X-Amz-Signature",
    "oauth_verifier",
  ])("is shown without the value of %s", (name) => {
    const shown = redactText(`https://x.example/callback?page=2&${name}=${secret}&lang=de#${name}=${secret}`);
    expect(shown).toBe(`https://x.example/callback?page=2&${name}=[redacted]&lang=de#${name}=[redacted]`);
  });

  test("is shown without what its parameters carry encoded", () => {
    const inner = encodeURIComponent(`/social/callback?code=${secret}&state=${secret}&page=2`);
    const shown = redactText(`https://x.example/login?next=${inner}&lang=de`);
    expect(shown).not.toContain(secret);
    expect(shown).toContain("page%3D2&lang=de");
  });

  test("is shown without what its parameters carry encoded twice", () => {
    const inner = encodeURIComponent(`/login?next=${encodeURIComponent(`/callback?code=${secret}&page=2`)}`);
    const shown = redactText(`https://x.example/login?next=${inner}&lang=de`);
    expect(shown).not.toContain(secret);
    expect(shown).toContain("page%253D2&lang=de");
  });

  test("is shown without a user's password", () => {
    expect(redactText(`postgres://sharewell:${secret}@db.example/sharewell`)).toBe(
      "postgres://[redacted]@db.example/sharewell",
    );
  });

  test.for([
    "https://blog.example/posts/42?page=2&monkey=1&barcode=7&country_code_name=de",
    "https://mastodon.example/@alice/1234",
    "mailto:alice@example.com",
    "https://medium.example/@alice/story?utm_source=x",
  ])("stays as it is where it holds no secret: %s", (url) => {
    expect(redactText(url)).toBe(url);
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
    ["a failed query with lines in its values", `Failed query: x\nparams: one\ntwo,${secret}`],
    ["a failed query in JSON", JSON.stringify({ problem: `Failed query: x\nparams: "one"\ntwo,${secret}` })],
    ["a header of no scheme", `Authorization: ${secret}`],
    ["cookies", `GET / HTTP/1.1\r\nCookie: theme=dark; sharewell.session_token=${secret}\r\n`],
    ["a printed object", `failed with { accessToken: '${secret}', 'x-api-key': '${secret}' }`],
    ["the environment", `SOCIAL_ENCRYPTION_KEY=${secret},${secret}`],
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
      "\\nparams: ",
      "\nparams: ",
      "authorization:",
      "token:'",
      "%25253Fcode",
      "a/+",
    ].map((each) => each.repeat(20_000));
    const started = performance.now();
    for (const each of odd) expect(redactText(each).length).toBeGreaterThan(0);
    expect(performance.now() - started).toBeLessThan(20_000);
  });
});

describe("a log", () => {
  test.for([
    "accessToken",
    "refresh_token",
    "token",
    "tokens",
    "clientSecret",
    "client_secret",
    "codeVerifier",
    "client_assertion",
    "authorization",
    "Proxy-Authorization",
    "cookie",
    "Set-Cookie",
    "x-api-key",
    "apiKey",
    "privateKey",
    "encryptionKeys",
    "SOCIAL_ENCRYPTION_KEY",
    "password",
    "newPassword",
    "session",
    "invitation",
    "code",
    "state",
  ])("has no secret in a field called %s, whatever holds it", (name) => {
    const field = { [name]: secret };
    const fields = { ...field, a: { b: { c: { ...field, list: [field, [field]] } } } };
    const shown = logged((log) => log.child(name === "code" || name === "state" ? {} : field).info(fields));
    expect(shown).not.toContain(secret);
    expect(shown.split("[redacted]").length).toBeGreaterThan(4);
  });

  test("has no secret that hides in a list, an object or bytes", () => {
    const shown = logged((log) =>
      log.info({
        tokens: { any: secret },
        "set-cookie": [secret],
        secrets: [[secret]],
        body: Buffer.from(secret),
        headers: { accept: "text/html" },
      }),
    );
    expect(shown).not.toContain(secret);
    expect(shown).not.toContain([...Buffer.from(secret)].slice(0, 4).join(","));
    expect(JSON.parse(shown)).toMatchObject({ body: "[15 bytes]", headers: { accept: "text/html" } });
  });

  test("has no secret in its message or in any field's text", () => {
    const url = `https://x.example/?token=${secret}`;
    const shown = logged((log) =>
      log
        .child({ url })
        .warn({ asked: new URL(url), deep: [{ url }] }, `asked https://x.example/?code=${secret}`),
    );
    expect(shown).not.toContain(secret);
    expect(shown.match(/\[redacted\]/g)).toHaveLength(4);
  });

  test("has no key of the keyring, wherever it is said", () => {
    const [one, two] = [generateKey(), generateKey()];
    const shown = logged((log) => log.info({ words: [one], at: one }, `cannot read ${one},${two}`));
    expect(shown).not.toContain(one);
    expect(shown).not.toContain(two);
  });

  test("keeps what tells what happened", () => {
    const fields = {
      shareId: "00000000-0000-4000-8000-000000000001",
      status: 422,
      code: "token-refused",
      job: { state: "failed", retries: 3, at: new Date("2026-03-12T10:00:00Z") },
      failures: ["E2BIG", "ERR_HTTP2_STREAM_ERROR", "23505", "needs_reconnect"].map((code) => ({ code })),
      tokens: 17,
      cookie: null,
      session: true,
      path: "/social/callback/twitter/",
      problem: "The access token is invalid. Basic rules of a code of conduct: state your secret wish.",
    };
    expect(line(fields, "refused")).toMatchObject({
      ...fields,
      job: { ...fields.job, at: "2026-03-12T10:00:00.000Z" },
      msg: "refused",
    });
  });

  test("is written in a moment, however deep, wide or round its fields are", () => {
    interface Node {
      [name: string]: unknown;
    }
    const round: Node = { name: "round" };
    round.self = round;
    round.list = [round, { round }];
    let deep: Node = { end: secret };
    for (let depth = 0; depth < 10_000; depth += 1) deep = { deep };
    const wide = Array.from({ length: 100_000 }, (_, index) => ({ index }));
    const started = performance.now();
    const shown = logged((log) => log.info({ round, deep, wide, code: undefined, big: 1n }));
    expect(performance.now() - started).toBeLessThan(20_000);
    expect(JSON.parse(shown)).toMatchObject({ round: { name: "round", self: "[…]" } });
    expect(shown.length).toBeLessThan(10_000);
  });
});

describe("an error in a log", () => {
  const cause = Object.assign(new Error(`connect failed for ?access_token=${secret}`), {
    code: "ECONNRESET",
  });
  const error = Object.assign(new TypeError("fetch failed", { cause }), {
    headers: { authorization: secret },
    params: [secret],
    detail: `Key (value)=(${secret})`,
  });

  test.for(["err", "error", "warning", "reason"])("tells what happened without secrets as %s", (name) => {
    const shown = logged((log) => log.error({ [name]: error }, "delivery"));
    expect(shown).not.toContain(secret);
    expect(JSON.parse(shown)).toMatchObject({
      [name]: {
        type: "TypeError",
        message: "fetch failed",
        stack: expect.stringContaining("redact.test.ts"),
        cause: { code: "ECONNRESET", message: "connect failed for ?access_token=[redacted]" },
      },
    });
  });

  test.for([
    ["by itself", (log: pino.Logger, failure: Error) => log.error(failure)],
    ["in a child", (log: pino.Logger, failure: Error) => log.child({ err: failure }).error("failed")],
    ["deep in its fields", (log: pino.Logger, failure: Error) => log.error({ job: { output: [failure] } })],
    ["as its text", (log: pino.Logger, failure: Error) => log.error({ problem: failure.message })],
  ] as const)("tells nothing of a failed query's values %s", ([, use]) => {
    const failure = new DrizzleQueryError(
      "insert into t values ($1, $2)",
      ["first\nline", secret],
      new Error("duplicate key"),
    );
    const shown = logged((log) => use(log, failure));
    expect(shown).not.toContain(secret);
    expect(shown).toContain("insert into t values");
  });

  test("tells all of several failures", () => {
    expect(line({ err: new AggregateError([new Error("one"), new Error("two")], "both") })).toMatchObject({
      err: { message: "both", errors: [{ message: "one" }, { message: "two" }] },
    });
  });

  test("may be its own cause, or no error at all", () => {
    const round = new AggregateError([], "round");
    round.cause = round;
    round.errors.push(round, round);
    expect(line({ err: round })).toMatchObject({
      err: { message: "round", cause: "[…]", errors: ["[…]", "[…]"] },
    });
    expect(line({ err: `thrown ?code=${secret}` })).toMatchObject({ err: "thrown ?code=[redacted]" });
  });
});
