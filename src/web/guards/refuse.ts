/** The status of a refusal, and when the person may try again. */
import type { Context } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { Refusal } from "../../people/people.ts";

/**
 * Sets the status: 429 with Retry-After if the person must wait, else the given one.
 * @returns the status that was set
 */
export function refuse<Status extends ContentfulStatusCode>(
  c: Context,
  { waitSeconds }: Refusal,
  otherwise: Status,
): Status | 429 {
  const status = waitSeconds === undefined ? otherwise : 429;
  c.status(status);
  if (waitSeconds !== undefined) c.header("retry-after", String(waitSeconds));
  return status;
}
