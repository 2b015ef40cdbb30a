/** Keeps secrets out of the logs, whatever is handed to them. */
import { stdSerializers } from "pino";

const REDACTED = "[redacted]";

/** Names of fields, parameters and headers whose values are secrets. */
const SECRET_NAME =
  /^(authorization|cookie|set-cookie|code|state|password|secret|session|.*token.*|.*_secret|.*secret$|code_verifier|codeVerifier|key|encryptionKeys?|private_?key)$/i;

/** `name=value` pairs with secret values, as they stand in addresses and form bodies. */
const SECRET_PAIR = /\b(code|state|token|key|password|[a-z_]*token|[a-z_]*secret|code_verifier)=[^&\s"'#]+/gi;
/** drizzle-orm puts a failed query's values behind it. */
const QUERY_PARAMETERS = /^params: .*$/gm;
const BEARER = /\b(Bearer|Basic)\s+[\w.~+/=-]+/gi;

/** A text without the secrets that one can tell by their surroundings. */
export function redactText(text: string): string {
  return text
    .replace(SECRET_PAIR, `$1=${REDACTED}`)
    .replace(BEARER, `$1 ${REDACTED}`)
    .replace(QUERY_PARAMETERS, `params: ${REDACTED}`);
}

function redact(value: unknown, depth: number): unknown {
  if (typeof value === "string") return redactText(value);
  if (value === null || typeof value !== "object" || depth === 0) return value;
  if (value instanceof Error) return redactError(value, depth);
  if (value instanceof URL) return redactText(value.href);
  if (value instanceof Date) return value;
  if (Array.isArray(value)) return value.map((item) => redact(item, depth - 1));
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name,
      SECRET_NAME.test(name) ? REDACTED : redact(inner, depth - 1),
    ]),
  );
}

/** What an error says and where it arose; a database's own `parameters` and a request's headers stay out. */
function redactError(error: Error, depth: number): unknown {
  const { type, message, stack } = stdSerializers.err(error);
  return {
    type,
    message: redactText(message),
    stack: redactText(stack ?? ""),
    ...("code" in error ? { code: error.code } : {}),
    ...(error.cause === undefined ? {} : { cause: redact(error.cause, depth - 1) }),
  };
}

/** Options for pino: every logged object passes through here. */
export const logRedaction = {
  formatters: { log: (fields: object) => redact(fields, 6) as Record<string, unknown> },
} as const;
