/** Reads the error in a network's answer, whose parameters differ between networks. */

export interface CallbackQuery {
  readonly code?: string | undefined;
  readonly state?: string | undefined;
  readonly error?: string | undefined;
  readonly error_description?: string | undefined;
  /** Some networks send a number and a message instead of the two above. */
  readonly error_code?: string | undefined;
  readonly error_message?: string | undefined;
  readonly error_reason?: string | undefined;
  readonly iss?: string | undefined;
}

/** OAuth's error code, and those of networks that tell where the person turned back. */
const REFUSED = /^(access_denied|user_cancelled_(login|authorize)|user_denied)$/;

interface Failed {
  /** OAuth's error code, or the network's number. */
  readonly name: string;
  readonly said: string | undefined;
  readonly isDeclined: boolean;
}

/** The error in an answer; undefined if it reports none. */
export function readFailure(query: CallbackQuery): Failed | undefined {
  const { error, error_code, error_reason, error_message, error_description } = query;
  const name = error ?? error_code ?? error_reason;
  if (name === undefined) return undefined;
  const isDeclined = [error, error_reason].some((word) => word !== undefined && REFUSED.test(word));
  return { name, said: error_description ?? error_message, isDeclined };
}
