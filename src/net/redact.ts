/** Keeps secrets out of the logs and of errors, whatever is handed to them. */
import type { LoggerOptions } from "pino";

const REDACTED = "[redacted]";

/** Parameters of addresses and form bodies whose values are secrets, or lead to one. */
const SECRET_PARAMETER = String.raw`code|state|key|sig|session|password|[\w-]*(?:token|secret|verifier|assertion|[_-]key)`;
/** Fields of JSON whose values are secrets. Not `code` and `state`: errors and jobs have those. */
const SECRET_FIELD = String.raw`authorization|cookie|set-cookie|password|session|[\w-]*(?:token|secret|verifier|private_?key|api_?key|encryption_?keys?)`;
const VALUE_CHARACTER = String.raw`[^&\s"'#\\<>]`;

const patterns: readonly (readonly [RegExp, string])[] = [
  // ?code=…&state=…
  [new RegExp(String.raw`(?<![\w-])(${SECRET_PARAMETER})=${VALUE_CHARACTER}+`, "gi"), `$1=${REDACTED}`],
  // the same as a parameter's value: next=%2Fcallback%3Fcode%3D…%26state%3D…
  [
    new RegExp(`(%(?:3F|26|23)(?:${SECRET_PARAMETER})%3D)(?:(?!%26|%23)${VALUE_CHARACTER})+`, "gi"),
    `$1${REDACTED}`,
  ],
  [new RegExp(String.raw`("(?:${SECRET_FIELD})"\s*:\s*)"(?:[^"\\]|\\.)*"`, "gi"), `$1"${REDACTED}"`],
  // JSON within a JSON string
  [new RegExp(String.raw`((?<!\\)\\+"(?:${SECRET_FIELD})\\+"\s*:\s*\\+")[^"\\]*`, "gi"), `$1${REDACTED}`],
  [/\b(Bearer|Basic)\s+[\w.~+/=-]{6,}/gi, `$1 ${REDACTED}`],
  // postgres://person:password@host
  [/([a-z]:\/\/)[^\s/@"']+@/gi, `$1${REDACTED}@`],
  // drizzle-orm lists a failed query's values
  [/^params: .*$/gm, `params: ${REDACTED}`],
];

/**
 * A text without the secrets that one can tell by their surroundings, and without those that are known.
 * @param secrets the very texts that must not show
 */
export function redactText(text: string, secrets: readonly string[] = []): string {
  const known = secrets.filter((secret) => secret !== "");
  const rest = known.reduce((left, secret) => left.replaceAll(secret, REDACTED), text);
  return patterns.reduce((left, [pattern, replacement]) => left.replace(pattern, replacement), rest);
}

/** An address for a log: without the values of parameters that are secrets. */
export function redactUrl(url: URL | string): string {
  return redactText(String(url));
}

interface DescribedError {
  readonly type: string;
  readonly message: string;
  readonly stack: string;
  readonly code?: string;
  readonly cause?: unknown;
  readonly errors?: readonly unknown[];
}

/** Deep enough for what libraries wrap, and an end for errors that cause themselves. */
const MAX_CAUSES = 5;

/** What an error says and where it arose. Whatever else hangs on it (a query's values, a request's headers) stays out. */
export function describeError(error: unknown, causes = MAX_CAUSES): DescribedError | string {
  if (!(error instanceof Error)) return redactText(String(error));
  const { cause } = error;
  return {
    type: error.name,
    message: redactText(error.message),
    stack: redactText(error.stack ?? ""),
    ...("code" in error && typeof error.code === "string" ? { code: error.code } : {}),
    ...(cause === undefined || causes === 0 ? {} : { cause: describeError(cause, causes - 1) }),
    ...(error instanceof AggregateError && causes > 0
      ? { errors: error.errors.map((each) => describeError(each, causes - 1)) }
      : {}),
  };
}

const secretPlaces = ["tokens", "headers.authorization", "headers.cookie", 'headers["set-cookie"]'];
const oauthPlaces = ["query", "body", "form", "params"].flatMap((place) => [
  `${place}.code`,
  `${place}.state`,
]);

/** Options for pino: what is a secret by its place, by its name or by its surroundings never reaches the log. */
export const logRedaction = {
  redact: {
    paths: [...secretPlaces, ...oauthPlaces].flatMap((path) => [path, `*.${path}`]),
    censor: REDACTED,
  },
  serializers: {
    err: (error: unknown) => describeError(error),
    error: (error: unknown) => describeError(error),
  },
  hooks: { streamWrite: (line: string) => redactText(line) },
} satisfies LoggerOptions;
