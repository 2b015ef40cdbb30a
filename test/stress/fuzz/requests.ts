/** Requests for every route: valid ones with one or two mistakes. */
import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { describeRoutes, type Ids, type RouteFields } from "./routes.ts";
import { encode, junk, spoiled, toHeader, type Value } from "./values.ts";
import { type Actor, actors } from "./world.ts";

/** The exact bytes, so that it can be sent again. */
export interface FuzzRequest {
  readonly actor: Actor;
  readonly route: string;
  readonly method: string;
  readonly target: string;
  readonly headers: readonly (readonly [string, string])[];
  /** In base64. */
  readonly body?: string;
  /** Only this many bytes of the body are sent before the connection ends. */
  readonly cutAfter?: number;
}

type Field = readonly [name: string, value: Value];

/** @param routes the routes of the service: "GET /social/" @throws if one of them is not described */
export function requestsFor(routes: readonly string[], ids: Ids): fc.Arbitrary<FuzzRequest> {
  const described = describeRoutes(ids);
  const unknown = routes.filter((route) => described.routes[route] === undefined);
  if (unknown.length > 0)
    throw new Error(`test/stress/fuzz/routes.ts does not say what these read: ${unknown.join(", ")}`);
  const usual = routes.map((route) => {
    const fields = described.routes[route] ?? {};
    return { weight: weigh(fields), arbitrary: toRequest(route, fields, described.parameters) };
  });
  return fc.oneof(...usual, { weight: 12, arbitrary: anywhere(routes) });
}

/** Routes that read more get more requests. */
function weigh({ query = {}, form = {}, json, ends }: RouteFields): number {
  if (ends) return 1;
  return 2 + Object.keys({ ...query, ...form }).length + (json === undefined ? 0 : 5);
}

/** Mostly valid values. */
function fill(valid: fc.Arbitrary<string>): fc.Arbitrary<Value> {
  return fc.oneof(
    { weight: 6, arbitrary: valid },
    { weight: 1, arbitrary: spoiled(valid) },
    { weight: 1, arbitrary: junk },
  );
}

function fillAll(fields: Readonly<Record<string, fc.Arbitrary<string>>>): fc.Arbitrary<Field[]> {
  const each = Object.entries(fields).map(([name, valid]) =>
    fc.oneof(
      { weight: 12, arbitrary: fill(valid).map((value): Field[] => [[name, value]]) },
      { weight: 3, arbitrary: fc.constant<Field[]>([]) },
      {
        weight: 1,
        arbitrary: fc.array(
          fill(valid).map((value): Field => [name, value]),
          { minLength: 2, maxLength: 4 },
        ),
      },
      { weight: 1, arbitrary: fill(valid).map((value): Field[] => [[`${name}[]`, value]]) },
    ),
  );
  const strange = fc.array(
    fc.tuple(
      fc.oneof(
        fc.constantFrom("__proto__", "constructor", "toString", "a[b]", "a.b", ""),
        fc.string({ unit: "binary", maxLength: 8 }),
      ),
      junk,
    ),
    { maxLength: 2 },
  );
  const none = fc.constant<Field[]>([]);
  return fc
    .tuple(fc.tuple(...each), fc.oneof({ weight: 8, arbitrary: none }, { weight: 1, arbitrary: strange }))
    .map(([filled, more]) => [...filled.flat(), ...more]);
}

function encodeAll(fields: readonly Field[]): string {
  return fields.map(([name, value]) => `${encode(name)}=${encode(value)}`).join("&");
}

function toRequest(
  route: string,
  { query = {}, form, file, json, ends }: RouteFields,
  parameters: Readonly<Record<string, fc.Arbitrary<string>>>,
): fc.Arbitrary<FuzzRequest> {
  const [method = "", pattern = ""] = route.split(" ");
  const parts = pattern.split("/").map((part) => {
    if (!part.startsWith(":")) return fc.constant(part);
    const valid = parameters[part.slice(1)];
    if (valid === undefined)
      throw new Error(`test/stress/fuzz/routes.ts does not say what ${part} of ${route} is.`);
    return fill(valid).map((value) => encode(value).slice(0, 4_000));
  });
  const body =
    json !== undefined
      ? jsonBody(json)
      : form !== undefined || method === "POST"
        ? formBody(form ?? {}, file)
        : fc.constant<Body>({});
  return fc
    .record({
      actor: ends ? fc.constantFrom<Actor>("other", "nobody") : actorFor(pattern),
      method: fc.oneof(
        { weight: 30, arbitrary: fc.constant(method) },
        {
          weight: 1,
          arbitrary: fc.constantFrom(
            "HEAD",
            "OPTIONS",
            "PUT",
            "DELETE",
            "PATCH",
            "TRACE",
            "POST",
            "GET",
            "PROPFIND",
          ),
        },
      ),
      path: fc.tuple(...parts),
      query: fillAll(query),
      body,
      headers: extraHeaders(),
    })
    .map(({ actor, method, path, query, body, headers }) => ({
      ...{ actor, route, method },
      target: `${path.join("/")}${query.length === 0 ? "" : `?${encodeAll(query)}`}`.slice(0, 14_000),
      headers: [...headers, ...(body.type === undefined ? [] : [["content-type", body.type] as const])],
      ...(body.bytes === undefined || method === "GET" || method === "HEAD" || method === "TRACE"
        ? {}
        : {
            body: body.bytes.toString("base64"),
            ...(body.cut === undefined ? {} : { cutAfter: Math.floor(body.cut * body.bytes.byteLength) }),
          }),
    }));
}

/** Visitors who get furthest send the most requests. */
function actorFor(pattern: string): fc.Arbitrary<Actor> {
  const usual: Actor = pattern.startsWith("/admin/")
    ? "operator"
    : pattern.startsWith("/login/code")
      ? "halfway"
      : "person";
  return fc.oneof(
    { weight: 5, arbitrary: fc.constant(usual) },
    { weight: 2, arbitrary: fc.constantFrom(...actors) },
  );
}

interface Body {
  readonly type?: string;
  readonly bytes?: Buffer;
  /** Which part of it is sent. */
  readonly cut?: number;
}

const URLENCODED = "application/x-www-form-urlencoded";
const BOUNDARY = "----fuzz";

function formBody(fields: Readonly<Record<string, fc.Arbitrary<string>>>, file?: string): fc.Arbitrary<Body> {
  const filled = fillAll(fields);
  const plain = filled.map((fields): Body => ({ type: URLENCODED, bytes: Buffer.from(encodeAll(fields)) }));
  const multipart = fc.tuple(filled, fileFor(file)).map(
    ([fields, upload]): Body => ({
      type: `multipart/form-data; boundary=${BOUNDARY}`,
      bytes: toMultipart(fields, upload),
    }),
  );
  const wrongType = fc
    .tuple(
      fc.oneof(plain, multipart),
      fc.constantFrom(
        ...[
          "text/plain",
          "application/json",
          "multipart/form-data",
          "multipart/form-data; boundary=",
          "",
          "x",
        ],
        ...[
          `${URLENCODED}; charset=utf-16`,
          'multipart/form-data; boundary="a b"',
          URLENCODED,
          "multipart/mixed; boundary=----fuzz",
        ],
      ),
    )
    .map(([body, type]): Body => ({ ...body, type }));
  const broken = fc
    .tuple(
      fc.oneof(plain, multipart),
      fc.uint8Array({ maxLength: 60 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
    )
    .map(([body, bytes, where]): Body => {
      const whole = body.bytes ?? Buffer.alloc(0);
      const at = Math.floor(where * whole.byteLength);
      return {
        ...body,
        bytes: Buffer.concat([whole.subarray(0, at), bytes, whole.subarray(at + bytes.length)]),
      };
    });
  const cut = fc
    .tuple(fc.oneof(plain, multipart), fc.double({ min: 0, max: 1, noNaN: true }))
    .map(([body, cut]): Body => ({ ...body, cut }));
  return fc.oneof(
    { weight: file === undefined ? 24 : 4, arbitrary: plain },
    { weight: file === undefined ? 3 : 20, arbitrary: multipart },
    { weight: 2, arbitrary: wrongType },
    { weight: 2, arbitrary: broken },
    { weight: 1, arbitrary: cut },
    { weight: 1, arbitrary: fc.constant<Body>({}) },
  );
}

interface Upload {
  readonly name: string;
  readonly fileName: string;
  readonly bytes: Uint8Array;
}

const png = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);
const pictures = [
  png,
  png.subarray(0, 40),
  Buffer.concat([png.subarray(0, 16), Buffer.from("7fffffff7fffffff", "hex"), png.subarray(24)]),
  Buffer.from("GIF89a\x01\x00\x01\x00\x00\x00\x00"),
  Buffer.from("\xff\xd8\xff\xe0", "latin1"),
  Buffer.from(
    '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>',
  ),
  Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="60000" height="60000"></svg>'),
  Buffer.from(
    '<!DOCTYPE svg [<!ENTITY a "aaaa">]><svg xmlns="http://www.w3.org/2000/svg"><text>&a;&b;</text></svg>',
  ),
  Buffer.from("RIFF\xff\xff\xff\xffWEBPVP8 ", "latin1"),
  Buffer.alloc(0),
];

function fileFor(name: string | undefined): fc.Arbitrary<Upload | undefined> {
  if (name === undefined) return fc.constant(undefined);
  return fc.record({
    name: fc.oneof({ weight: 9, arbitrary: fc.constant(name) }, fc.constantFrom("appName", "", "__proto__")),
    fileName: fc.constantFrom("logo.png", "", "a\0b.svg", "../../x", "é\u0000", '"'),
    bytes: fc.oneof(fc.constantFrom(...pictures), fc.uint8Array({ maxLength: 200 })),
  });
}

function toMultipart(fields: readonly Field[], upload: Upload | undefined): Buffer {
  const parts = fields.map(([name, value]) =>
    Buffer.from(
      `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${typeof value === "string" ? value : value.raw}\r\n`,
    ),
  );
  if (upload !== undefined) {
    const head = `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${upload.name}"; filename="${upload.fileName}"\r\nContent-Type: image/png\r\n\r\n`;
    parts.push(Buffer.from(head), Buffer.from(upload.bytes), Buffer.from("\r\n"));
  }
  return Buffer.concat([...parts, Buffer.from(`--${BOUNDARY}--\r\n`)]);
}

function jsonBody(valid: fc.Arbitrary<unknown>): fc.Arbitrary<Body> {
  const text = fc.oneof(
    { weight: 6, arbitrary: valid.map((value) => JSON.stringify(value)) },
    { weight: 2, arbitrary: fc.json() },
    {
      weight: 2,
      arbitrary: fc
        .tuple(
          valid.map((value) => JSON.stringify(value)),
          fc.nat(200),
          fc.constantFrom("\\u0000", "\\ud800", '"', "{", "null", "\0", "1e999"),
        )
        .map(([json, at, stain]) => json.slice(0, at) + stain + json.slice(at)),
    },
    {
      weight: 1,
      arbitrary: fc.constantFrom("", "null", "[]", '{"__proto__":{"answer":1}}', "[".repeat(50_000)),
    },
  );
  return fc
    .tuple(
      text,
      fc.oneof(
        { weight: 9, arbitrary: fc.constant("application/json") },
        fc.constantFrom(URLENCODED, "", "text/plain"),
      ),
    )
    .map(([json, type]): Body => ({ type, bytes: Buffer.from(json) }));
}

function extraHeaders(): fc.Arbitrary<(readonly [string, string])[]> {
  const header = (name: string, values: fc.Arbitrary<Value>) =>
    values.map((value) => [name, toHeader(value)] as const);
  const strange = fc.oneof(
    header(
      "accept-language",
      fc.oneof(
        fc.constantFrom("de", "fr-CH, fr;q=0.9", "*", "x-", "en;q=NaN", "de-".repeat(500), "zz-ZZ-u-ca-xx"),
        junk,
      ),
    ),
    header("if-none-match", fc.oneof(fc.constantFrom("*", 'W/"x"', '"'), junk)),
    header("range", fc.constantFrom("bytes=0-", "bytes=9-1", "x", "bytes=-99999999999999999999")),
    header("user-agent", junk),
    header("referer", fc.oneof(fc.constantFrom("/social/", "http://[", "about:blank"), junk)),
    header("sec-fetch-site", fc.constantFrom("same-origin", "none", "cross-site", "x")),
    header("hx-request", fc.constantFrom("true", "")),
    header("hx-target", junk),
    header("origin", fc.constantFrom("null", "https://evil.example", "x")),
    header(
      "accept-encoding",
      fc.constantFrom("gzip", "br", "identity;q=0", "deflate, gzip;q=1.0, *;q=0.5", "x"),
    ),
    header("accept", fc.constantFrom("text/html", "application/json", "x/")),
    header("expect", fc.constantFrom("100-continue")),
    header("transfer-encoding", fc.constantFrom("chunked")),
    header(
      "host",
      fc.oneof(fc.constantFrom("", "a b", "[::1", "a@b", "a/b", "127.0.0.1:99999", "xn--"), junk),
    ),
    header("x-forwarded-host", junk),
    header("x-forwarded-proto", junk),
    header("x-forwarded-for", junk),
    header(
      "cookie",
      fc.oneof(
        junk,
        ...[
          "session_token",
          "two_factor",
          "trust_device",
          "oidc",
          "flash",
          "better-auth-passkey",
          "dont_remember",
          "session_data",
        ].map((name) =>
          fc
            .oneof(spoiled(fc.constantFrom("connected.mastodon", "x.y", "state /social/", "a.b%3D")), junk)
            .map((value) => `sharewell.${name}=${encode(value).slice(0, 3_000)}`),
        ),
      ),
    ),
  );
  return fc.oneof(
    { weight: 3, arbitrary: fc.constant<(readonly [string, string])[]>([]) },
    { weight: 2, arbitrary: fc.array(strange, { maxLength: 3 }) },
  );
}

/** Addresses that no route has, or only as a browser would understand them. */
function anywhere(routes: readonly string[]): fc.Arbitrary<FuzzRequest> {
  const known = fc.constantFrom(...routes.map((route) => route.split(" ")[1] ?? "/"));
  const target = fc.oneof(
    fc.tuple(known, junk).map(([path, end]) => `${path}${encode(end)}`),
    known.map((path) => path.slice(0, -1)),
    known.map((path) => path.toUpperCase()),
    known.map((path) => path.replaceAll("/", "//")),
    known.map((path) => `${path}../..${path}`),
    known.map((path) => `http://elsewhere.example${path}`),
    junk.map((path) => `/${encode(path)}`),
    fc.constantFrom(
      "*",
      "/",
      "//",
      "/..",
      "/%2e%2e/",
      "/.",
      "http://",
      "http://[/",
      "/?",
      "/#",
      "/%",
      `/${"a".repeat(9_000)}`,
    ),
  );
  return fc
    .record({
      actor: fc.constantFrom(...actors),
      method: fc.constantFrom("GET", "GET", "POST", "HEAD", "OPTIONS", "PUT", "TRACE"),
      target,
      headers: extraHeaders(),
    })
    .map((request) => ({ ...request, route: "anywhere", target: request.target.slice(0, 12_000) }));
}

/** A made-up IP address for each, so that no limit hides other behaviour. */
export function madeUpAddress(): string {
  return [...randomBytes(4)].join(".");
}
