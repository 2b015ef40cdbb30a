/** Translates LinkedIn’s rate limits into our errors (docs/networks/linkedin.md, section 8). */
import { say } from "../../words/words.ts";
import { PlatformError } from "../platform.ts";
import type { Circumstances } from "./errors.ts";
import type { Problem } from "./problem.ts";

/** The span and the level of the limit, as LinkedIn’s message names them. */
const DAY = /\bDAY\b/;
const APP = /\bAPPLICATION\b/;

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** Only the message says which limit was reached, and no header says when it ends. Each pause is twice as long as the one before. */
export function rateLimited(
  { message }: Problem,
  { now, pauses = 0 }: Pick<Circumstances, "now" | "pauses">,
): PlatformError {
  const whose = APP.test(message ?? "") ? { wholeApp: true as const } : {};
  const midnight = Math.ceil((now.getTime() + 1) / DAY_MS) * DAY_MS;
  if (DAY.test(message ?? "")) {
    return new PlatformError("rate-limited", {
      code: "day-used-up",
      message: say("LinkedIn’s daily limit is reached. We will post this after midnight UTC."),
      status: 429,
      // Spread out, so that not every share is sent at the same moment.
      retryAt: new Date(midnight + (1 + Math.random() * 9) * MINUTE_MS),
      ...whose,
    });
  }
  const pauseMs = Math.min(15 * MINUTE_MS * 2 ** pauses, midnight - now.getTime());
  return new PlatformError("rate-limited", {
    code: "throttled",
    message: say("LinkedIn asked us to slow down. We will try again later."),
    status: 429,
    retryAt: new Date(now.getTime() + Math.max(pauseMs, MINUTE_MS)),
    ...whose,
  });
}
