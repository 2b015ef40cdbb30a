/** One attempt to publish: what earlier ones left behind, and how it fails. */
import { z } from "zod";
import { PlatformError, type Post, type RateBudget } from "../platform.ts";
import { asFinal, judge, type Verdict } from "./errors.ts";
import { quotaUsedUp } from "./quota.ts";
import type { Wire } from "./routes/route.ts";

/** Instagram may not know a new container yet, so the next attempt waits. */
const NOT_THERE_YET_MS = 30_000;

/** What earlier attempts remembered. */
export const keptShape = z.object({
  container: z.string().optional().catch(undefined),
  media: z.string().optional().catch(undefined),
  /** The first call that publishes. */
  sentAt: z.iso.datetime().optional().catch(undefined),
  /** The comment with the link was sent, or was about to be. */
  hasCommented: z.boolean().optional().catch(undefined),
  /** How often an attempt failed, by error code. */
  failures: z.record(z.string(), z.number()).catch({}),
});

export interface Attempt {
  readonly wire: Wire;
  readonly post: Post;
  readonly kept: z.infer<typeof keptShape>;
  /** The limits that Instagram reported along the way. */
  readonly budgets: RateBudget[];
}

/** Ends this attempt, and remembers what the next ones need to know. @throws {PlatformError} always */
export async function fail({ wire, post, kept }: Attempt, { error, spent, most }: Verdict): Promise<never> {
  if (error.code === "quota-used-up") throw await quotaUsedUp(wire);
  if (error.code === "container-not-found") await checkToken(wire);
  if (error.code === "container-gone") await wire.world.wait(NOT_THERE_YET_MS);
  const times = (kept.failures[error.code] ?? 0) + 1;
  const isOver = most !== undefined && times >= most.times;
  if (most !== undefined) await post.remember({ failures: { ...kept.failures, [error.code]: times } });
  // After a possible publication, only the state of the container can show that it is no longer usable.
  const isSpent = spent || (isOver && most.afterwards === "another-container");
  if (isSpent && post.firstSentAt === undefined) await post.remember({ container: null });
  throw isOver && most.afterwards === "final" ? asFinal(error) : error;
}

/** @throws {PlatformError} reconnect-needed if the token no longer works */
async function checkToken(wire: Wire): Promise<void> {
  const answer = await wire.checkToken().catch((error: unknown) => {
    if (!(error instanceof PlatformError)) throw error;
    return undefined;
  });
  if (answer === undefined || answer.status === 200) return;
  const { error } = judge(answer, { step: "prepare", now: wire.world.now() });
  if (error.kind === "reconnect-needed") throw error;
}
