/** Instagram's limit of posts that apps publish for an account per day, and when the next one is allowed (docs/networks/instagram.md, section 4.5). */
import { z } from "zod";
import { say } from "../../words/words.ts";
import { PlatformError, type RateBudget } from "../platform.ts";
import type { Wire } from "./routes/route.ts";

/** Meta's documentation says 100 in one place and 50 in another. We use the smaller if the answer has no total. */
const ASSUMED_TOTAL = 50;
const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

const limitShape = z.object({
  data: z.tuple([
    z.object({
      quota_usage: z.number(),
      config: z.object({ quota_total: z.number().catch(ASSUMED_TOTAL) }).optional(),
    }),
  ]),
});

/**
 * Checks the quota before publishing; one that cannot be read counts as free.
 * @returns what remains after this post, for an hour, since posts leave the count one by one
 * @throws {PlatformError} rate-limited if nothing is left
 */
export async function checkQuota(wire: Wire): Promise<RateBudget | undefined> {
  const path = `/${wire.account.id}/content_publishing_limit?fields=quota_usage,config`;
  const answer = await wire.read(path).catch(unlessOther);
  const [limit] = limitShape.safeParse(answer?.body).data?.data ?? [];
  if (limit === undefined) return undefined;
  const { quota_usage: used, config } = limit;
  const left = (config?.quota_total ?? ASSUMED_TOTAL) - used;
  if (left <= 0) throw await quotaUsedUp(wire);
  return {
    of: "account",
    span: "day",
    remaining: left - 1,
    resetsAt: new Date(wire.world.now().getTime() + HOUR_MS),
  };
}

/** @returns the error for a used-up quota, with the time of the next free slot */
export async function quotaUsedUp(wire: Wire): Promise<PlatformError> {
  return new PlatformError("rate-limited", {
    code: "quota-used-up",
    message: say(
      "This account has reached Instagram’s limit of posts by apps in 24 hours. We will post as soon as possible.",
    ),
    retryAt: await findFreeSlot(wire),
  });
}

const timesShape = z.object({ data: z.array(z.object({ timestamp: z.string() })) });

/** One day after the oldest post of the last 24 hours; in an hour if the posts cannot be read. */
async function findFreeSlot({ read, account, world }: Wire): Promise<Date> {
  const now = world.now().getTime();
  const answer = await read(`/${account.id}/media?fields=timestamp&limit=100`).catch(unlessOther);
  const times = (timesShape.safeParse(answer?.body).data?.data ?? [])
    .map(({ timestamp }) => Date.parse(timestamp.replace(/([+-]\d\d)(\d\d)$/, "$1:$2")))
    .filter((time) => time > now - DAY_MS && time <= now);
  return new Date(times.length === 0 ? now + HOUR_MS : Math.min(...times) + DAY_MS);
}

function unlessOther(error: unknown): undefined {
  if (!(error instanceof PlatformError)) throw error;
}
