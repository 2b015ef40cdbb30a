/** Values for a field of a request: valid ones, and those of a stranger. */
import fc from "fast-check";

/** A value as text, or as written in the address or body, already encoded (or deliberately not). */
export type Value = string | { readonly raw: string };

const NUL = "\0";
const controls = [
  "\0",
  "\x01",
  "\x08",
  "\x0b",
  "\x0c",
  "\x1b",
  "\x1f",
  "\x7f",
  "\x80",
  "\x85",
  "\x9f",
  "\r",
  "\n",
  "\t",
];
const halves = ["\ud800", "\udc00", "\udfff\ud800"];

/** Numbers, dates, names and texts that break programs. */
const notorious = [
  ...controls,
  ...halves,
  "",
  " ",
  NUL.repeat(300),
  "a\0b",
  "\\u0000",
  "\ufffe\uffff",
  "\u202e\u2066\u200b",
  "👩‍👩‍👧‍👦".repeat(40),
  `e${"\u0301".repeat(500)}`,
  "__proto__",
  "constructor",
  "prototype",
  "toString",
  "hasOwnProperty",
  "valueOf",
  "null",
  "undefined",
  "[object Object]",
  "true",
  "NaN",
  "Infinity",
  "-Infinity",
  "-1",
  "0",
  "-0",
  "1e309",
  "2147483648",
  "9223372036854775808",
  "999999999999999",
  "9".repeat(400),
  "0000-00-00",
  "0000-01-01",
  "0001-01-01",
  "-000001-01-01",
  "2026-02-30",
  "9999-12-31",
  "10000-01-01",
  "99999-01-01",
  "+275760-09-13",
  "2026-03-29T02:30",
  "2026-10-25T02:30",
  "9999-12-31T23:59",
  "0000-01-01T00:00",
  "2026-11-24T24:00",
  "253402300800000_00000000-0000-0000-0000-000000000000",
  "999999999999999_00000000-0000-0000-0000-000000000000",
  "0_------------------------------------",
  "1_00000000-0000-0000-0000-00000000000z",
  "00000000-0000-0000-0000-000000000000",
  "FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF",
  "urn:uuid:00000000-0000-4000-8000-000000000000",
  "{00000000-0000-4000-8000-000000000000}",
  "../../../etc/passwd",
  "//evil.example",
  "/\\evil.example",
  "javascript:alert(1)",
  "data:text/html,x",
  "http://",
  "https://[::1",
  "https://[::ffff:7f00:1]/",
  "https://a:b@c.example/",
  "https://exa mple.com/",
  "https://xn--/",
  `https://${"a".repeat(64)}.example/`,
  `https://blog.example.com/${"é".repeat(1_900)}`,
  `https://blog.example.com/?${"ü=ß&".repeat(450)}`,
  "https://blog.example.com/%00%ff%zz",
  "https://blog.example.com:99999/",
  "https://blog.example.com/#\0",
  "file:///etc/passwd",
  "@ana@mastodon.example",
  "mastodon.example/../@ana",
  "mastodon.example:0",
  "ünïcode.example",
  "localhost",
  "127.0.0.1:1",
  "{",
  "{name}",
  "{count, plural, other {#}}",
  "'",
  "' or 1=1 --",
  "%",
  "%s%n",
  "$1",
  "\\",
  "<script>alert(1)</script>",
  "&#0;&#x110000;",
  "Europe/Berlin",
  "europe/berlin",
  "Etc/GMT+12",
  "GMT+1",
  "EST5EDT",
  "A/../B",
  "x".repeat(100_000),
];

const malformed = [
  "%",
  "%zz",
  "%u0000",
  "%C0%AF",
  "%ED%A0%80",
  "%F5%80%80%80",
  "%00",
  "%c2%80",
  "%25%30%30",
  "+",
  "%E2%82",
  "\\",
];

/** Characters of all kinds, so that repeating them does not make them compress well. */
const anyText = fc.oneof(
  fc.string({ unit: "binary", maxLength: 40 }),
  fc.string({ unit: "grapheme", maxLength: 40 }),
  fc.string({ unit: "binary-ascii", maxLength: 20 }),
  fc
    .array(fc.integer({ min: 0x4e00, max: 0x9fff }), { minLength: 300, maxLength: 1_900 })
    .map((codes) => `https://blog.example.com/${String.fromCodePoint(...codes)}`),
);

export const junk: fc.Arbitrary<Value> = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...notorious) },
  { weight: 3, arbitrary: anyText },
  { weight: 1, arbitrary: fc.constantFrom(...malformed).map((raw) => ({ raw })) },
);

/** A valid value with an invalid part. */
export function spoiled(valid: fc.Arbitrary<string>): fc.Arbitrary<Value> {
  const stains = fc.constantFrom(...controls, ...halves, " ", "%", "x", "é", "🙂", "__proto__");
  return fc.oneof(
    fc.tuple(valid, stains, fc.double({ min: 0, max: 1, noNaN: true })).map(([text, stain, where]) => {
      const at = Math.floor(where * text.length);
      return text.slice(0, at) + stain + text.slice(at);
    }),
    fc.tuple(valid, stains).map(([text, stain]) => text + stain),
    valid.map((text) => text.toUpperCase()),
    valid.map((text) => text.slice(0, -1)),
    fc
      .tuple(valid, fc.constantFrom(...malformed))
      .map(([text, end]) => ({ raw: encodeURIComponent(text) + end })),
  );
}

/** As written in an address or a form. Lone surrogates become bytes that are invalid everywhere. */
export function encode(value: Value): string {
  if (typeof value !== "string") return value.raw;
  if (value.isWellFormed()) return encodeURIComponent(value);
  return [...value]
    .map((character) => (character.isWellFormed() ? encodeURIComponent(character) : encodeHalf(character)))
    .join("");
}

function encodeHalf(half: string): string {
  const code = half.charCodeAt(0);
  return [0xe0 | (code >> 12), 0x80 | ((code >> 6) & 0x3f), 0x80 | (code & 0x3f)]
    .map((byte) => `%${byte.toString(16)}`)
    .join("");
}

/** What a client can send in a header at all. */
export function toHeader(value: Value): string {
  return (typeof value === "string" ? value : value.raw)
    .replaceAll(/[^\t\x20-\x7e\x80-\xff]/g, "?")
    .slice(0, 8_000);
}
