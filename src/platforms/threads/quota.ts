/** Threads' limit of posts per account in 24 hours (docs/networks/threads.md, section 3). */
import { z } from "zod";
import { say } from "../../words/words.ts";
import { PlatformError } from "../platform.ts";
import type { Wire } from "./wire.ts";

const limitShape = z.object({
  data: z.tuple([z.object({ quota_usage: z.number(), config: z.object({ quota_total: z.number() }) })]),
});

/** Threads uses the same error for other limits. @returns the error as it is if the quota is used up or unknown, otherwise a plain rate limit */
export async function confirmQuota(wire: Wire, refusal: PlatformError): Promise<PlatformError> {
  const answer = await wire
    .read("/me/threads_publishing_limit?fields=quota_usage,config")
    .catch((error: unknown) => {
      if (!(error instanceof PlatformError)) throw error;
      return undefined;
    });
  const [limit] = limitShape.safeParse(answer?.body).data?.data ?? [];
  if (limit === undefined || limit.quota_usage >= limit.config.quota_total) return refusal;
  return new PlatformError("rate-limited", {
    code: "rate-limited",
    message: say(
      "Threads is not accepting more posts from this account at the moment. We will try again in an hour.",
    ),
    ...(refusal.status === undefined ? {} : { status: refusal.status }),
    ...(refusal.retryAt === undefined ? {} : { retryAt: refusal.retryAt }),
  });
}
