/**
 * Why a request got no response: refused, unknown host, invalid certificate, too slow, interrupted. The codes are
 * stable because logs, State and alerts show them.
 */

/** Failures before the first byte was sent: nothing can have arrived. */
export const unsentCodes = [
  "connection-refused",
  "name-not-found",
  "name-server-away",
  "network-unreachable",
  "connect-timed-out",
  "certificate-refused",
  "tls-failed",
  "unreachable",
] as const;
type UnsentCode = (typeof unsentCodes)[number];

/** The request may have arrived. */
type SentCode = "timed-out" | "connection-broken" | "no-answer";

export type NoAnswerCause =
  | { readonly sent: false; readonly code: UnsentCode }
  | { readonly sent: true; readonly code: SentCode };

const UNSENT: readonly (readonly [RegExp, UnsentCode])[] = [
  [/^ECONNREFUSED$/, "connection-refused"],
  [/^ENOTFOUND$/, "name-not-found"],
  [/^(EAI_AGAIN|EAI_FAIL)$/, "name-server-away"],
  [/^(EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL)$/, "network-unreachable"],
  [/^UND_ERR_CONNECT_TIMEOUT$/, "connect-timed-out"],
  [
    /^(CERT_\w+|ERR_TLS_CERT_\w+|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_\w+)$/,
    "certificate-refused",
  ],
  [/^(ERR_TLS_\w+|ERR_SSL_\w+)$/, "tls-failed"],
];

const TIMED_OUT = /^(UND_ERR_(HEADERS|BODY)_TIMEOUT|ETIMEDOUT|TimeoutError)$/;
const BROKEN = /^(ECONNRESET|ECONNABORTED|EPIPE|UND_ERR_SOCKET)$/;

/** Explains why a request got no response. @param error what the fetch threw; its causes decide */
export function explainNoAnswer(error: unknown): NoAnswerCause {
  for (const { code, syscall } of causesOf(error)) {
    const unsent = UNSENT.find(([pattern]) => pattern.test(code))?.[1];
    if (unsent !== undefined) return { sent: false, code: unsent };
    // The connection was never open.
    if (syscall === "connect")
      return { sent: false, code: code === "ETIMEDOUT" ? "connect-timed-out" : "unreachable" };
    if (TIMED_OUT.test(code)) return { sent: true, code: "timed-out" };
    if (BROKEN.test(code)) return { sent: true, code: "connection-broken" };
  }
  return { sent: true, code: "no-answer" };
}

function* causesOf(error: unknown): Generator<{ readonly code: string; readonly syscall: unknown }> {
  for (let each = error, depth = 0; each instanceof Error && depth < 5; each = each.cause, depth += 1) {
    const own = "code" in each && typeof each.code === "string" ? each.code : each.name;
    yield { code: own, syscall: "syscall" in each ? each.syscall : undefined };
  }
}
