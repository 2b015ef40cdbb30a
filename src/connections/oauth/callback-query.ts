export interface CallbackQuery {
  readonly code?: string | undefined;
  readonly state?: string | undefined;
  readonly error?: string | undefined;
  readonly error_description?: string | undefined;
  /** What some networks write instead of the two, a number and a sentence. */
  readonly error_code?: string | undefined;
  readonly error_message?: string | undefined;
  readonly error_reason?: string | undefined;
  readonly iss?: string | undefined;
}

/** OAuth's name for it, and those of networks that distinguish where the person turned back. */
const REFUSED = /^(access_denied|user_cancelled_(login|authorize)|user_denied)$/;

interface Failed {
  /** OAuth's name of it, or the network's number. */
  readonly name: string;
  readonly said: string | undefined;
  readonly isDeclined: boolean;
}

/** Undefined: the answer tells of no failure. */
export function readFailure(query: CallbackQuery): Failed | undefined {
  const { error, error_code, error_reason, error_message, error_description } = query;
  const name = error ?? error_code ?? error_reason;
  if (name === undefined) return undefined;
  const isDeclined = [error, error_reason].some((word) => word !== undefined && REFUSED.test(word));
  return { name, said: error_description ?? error_message, isDeclined };
}
