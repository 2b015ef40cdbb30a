/** Gives every answer of a driven browser a limit, so that a test which waits in vain says for what. */

/** A busy machine takes long to start a browser or to load a page, in milliseconds. */
export const ANSWER_MS = 45_000;

/** @returns what the promise returns @throws after a limit in milliseconds, saying what did not answer */
export async function withinLimit<T>(what: string, answer: Promise<T>, limitMs = ANSWER_MS): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => late.reject(new Error(`${what} did not answer within ${limitMs} ms.`)),
    limitMs,
  );
  try {
    return await Promise.race([answer, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
