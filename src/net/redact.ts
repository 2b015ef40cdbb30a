/** Keeps secrets out of the log: by their field, their context or their form. */
import type { LoggerOptions } from "pino";

const REDACTED = "[redacted]";

/** Names of secrets in fields, headers, forms and addresses. */
const SECRET = String.raw`(?:[\w-]*(?:authorization|cookie|password|passphrase|tokens?|secrets?|verifier|assertion|signature|(?:api|private|signing|session|encryption)[_-]?keys?)|session|invitation)`;
/** Only in addresses and forms; as fields these names mostly mean something else. */
const SECRET_PARAMETER = `(?:${SECRET}|code|state|key|sig)`;
const VALUE_CHARACTER = String.raw`[^&\s"'#\\<>]`;

const patterns: readonly (readonly [RegExp, string])[] = [
  // ?code=…&state=…
  [new RegExp(String.raw`(?<![\w-])(${SECRET_PARAMETER}=)${VALUE_CHARACTER}+`, "gi"), `$1${REDACTED}`],
  // The same inside a parameter's value, encoded once or more: next=%2Fcallback%3Fcode%3D…%26state%3D…
  [
    new RegExp(
      `(%(?:25)*(?:3F|26|23)${SECRET_PARAMETER}%(?:25)*3D)(?:(?!%(?:25)*(?:26|23))${VALUE_CHARACTER})+`,
      "gi",
    ),
    `$1${REDACTED}`,
  ],
  [new RegExp(String.raw`("${SECRET}"\s*:\s*)"(?:[^"\\]|\\.)*"`, "gi"), `$1"${REDACTED}"`],
  // JSON inside a JSON string
  [new RegExp(String.raw`((?<!\\)\\+"${SECRET}\\+"\s*:\s*\\+")[^"\\]*`, "gi"), `$1${REDACTED}`],
  // A printed object: { accessToken: '…' }
  [new RegExp(String.raw`(?<![\w-])(${SECRET}'?:\s*')[^'"\\]*`, "gi"), `$1${REDACTED}`],
  // A printed header
  [/\b((?:proxy-)?authorization|(?:set-)?cookie):[ \t]*[^"'\\\r\n]+/gi, `$1: ${REDACTED}`],
  [/\b(Bearer|Basic)\s+[\w.~+/=-]{6,}/gi, `$1 ${REDACTED}`],
  // postgres://person:password@host
  [/([a-z]:\/\/)[^\s/@"']+@/gi, `$1${REDACTED}@`],
  // 32 bytes in base64: an encryption key or the session secret
  [/(?<![\w+/=-])[\w+/-]{43}=(?![\w=])/g, REDACTED],
  // drizzle-orm lists the values of a failed query after it, possibly on several lines; then the same inside
  // JSON.
  [/(?<=^|\n)params: [\s\S]*?(?=\n +at |$)/g, `params: ${REDACTED}`],
  [/(?<=\\n)params: (?:[^"\\]|\\.)*?(?=\\n +at |"|$)/g, `params: ${REDACTED}`],
];

/**
 * Replaces secrets that are recognisable by context or form, and the given ones.
 * @param secrets the exact texts to hide
 */
export function redactText(text: string, secrets: readonly string[] = []): string {
  const known = secrets.filter((secret) => secret !== "");
  const rest = known.reduce((left, secret) => left.replaceAll(secret, REDACTED), text);
  return patterns.reduce((left, [pattern, replacement]) => left.replace(pattern, replacement), rest);
}

const secretField = new RegExp(`^${SECRET}$`, "i");
/** OAuth codes and states are random; error codes and job states are readable. */
const readableCode = /^(?=.{1,40}$)(?:[A-Z\d_]+|[a-z]+(?:[-_. ][a-z]+)*)$/;
const MAX_DEPTH = 8;
const MAX_ITEMS = 100;

/** @param above the objects around the value, from the outside in, to detect cycles */
function show(name: string, value: unknown, above: readonly object[]): unknown {
  if (typeof value === "string" && (name === "code" || name === "state"))
    return readableCode.test(value) ? value : REDACTED;
  if ((typeof value === "string" || isObject(value)) && secretField.test(name)) return REDACTED;
  if (!isObject(value)) return value;
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  if (above.length === MAX_DEPTH || above.includes(value)) return "[…]";
  const within = [...above, value];
  if (value instanceof Error) return describe(value, within);
  if (Array.isArray(value)) return value.slice(0, MAX_ITEMS).map((each) => show("", each, within));
  // Dates and addresses serialise themselves.
  return "toJSON" in value ? value : showFields(value, within);
}

function showFields(fields: object, within: readonly object[]): Record<string, unknown> {
  const entries = Object.entries(fields).slice(0, MAX_ITEMS);
  return Object.fromEntries(entries.map(([name, value]) => [name, show(name, value, within)]));
}

/** An error's message and stack, without other properties such as a query's values or a request's headers. */
function describe(error: Error, within: readonly object[]): Record<string, unknown> {
  return {
    type: error.name,
    message: redactText(error.message),
    stack: redactText(error.stack ?? ""),
    ...("code" in error ? { code: show("code", error.code, within) } : {}),
    ...(error.cause === undefined ? {} : { cause: show("cause", error.cause, within) }),
    ...(error instanceof AggregateError ? { errors: show("errors", error.errors, within) } : {}),
  };
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

const showError = (error: unknown) => show("", error, []);

/** Options for pino that keep secrets out of every log line. */
export const logRedaction = {
  formatters: { log: (fields) => showFields(fields, [fields]) },
  serializers: { err: showError, error: showError },
  hooks: { streamWrite: (line: string) => redactText(line) },
} satisfies LoggerOptions;
