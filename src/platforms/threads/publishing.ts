/** Posts on Threads in steps: create a container, wait until it is ready, publish it, read the link (docs/networks/threads.md, section 3). */
import { z } from "zod";
import type { Answer } from "../call/request.ts";
import { readUsage } from "../meta/usage.ts";
import type { PlatformError, RateBudget, ShareResult } from "../platform.ts";
import {
  type Attempt,
  explainFailed,
  fail,
  isOfNoMoreUse,
  keptShape,
  mayBeOut,
  notReady,
} from "./attempt.ts";
import { describeCarousel } from "./carousel.ts";
import { type Container, describePost, readState, untilReady, waitUntil } from "./container.ts";
import { isContainerUnknown, stillBlocked, toError, toPublishError } from "./errors.ts";
import { sent } from "./find-share.ts";
import { findPublished, readLink } from "./posts.ts";
import { checkLinks } from "./text.ts";

/** Meta recommends 30 seconds, but these suffice in practice. Before that, Threads often does not know the container yet. */
const READY_AFTER_MS = { text: 5_000, picture: 10_000 } as const;
/** Pauses before we publish a container again that Threads does not know yet. */
const AGAIN_AFTER_MS = [5_000, 10_000, 20_000];
const idShape = z.object({ id: z.string().min(1) });

/** What became of a container: a post, or a failure for which up to `others` new containers may replace it. */
type Ending =
  | { readonly media: string; readonly budgets: readonly RateBudget[] }
  | "published"
  | {
      readonly reason: "expired" | "failed" | "unknown";
      readonly others: number;
      readonly error: PlatformError;
    };

/** Publishes the post, continuing where an earlier attempt ended. @throws {PlatformError} */
export async function publishPost(attempt: Attempt): Promise<ShareResult> {
  const { wire, account, post } = attempt;
  checkLinks(post);
  const kept = keptShape.parse(post.remembered);
  if (kept.blockedUntil > wire.world.now().getTime()) throw stillBlocked(new Date(kept.blockedUntil));
  const replaced = { expired: 0, failed: 0, unknown: 0 };
  for (let { container } = kept; ; container = undefined) {
    const current: Container = container ?? (await createContainer(attempt));
    const ending = await tryContainer(attempt, current);
    if (ending === "published") return await findPublished(wire, sent(attempt, current));
    if ("media" in ending)
      return {
        platformPostId: ending.media,
        url: (await readLink(wire, ending.media)) ?? account.profileUrl,
        budgets: ending.budgets,
      };
    if (replaced[ending.reason] === ending.others) throw ending.error;
    replaced[ending.reason] += 1;
  }
}

async function createContainer(attempt: Attempt): Promise<Container> {
  const { wire, account, post } = attempt;
  const form =
    post.pictures.length > 1 ? await describeCarousel(attempt) : await describePost(wire.world, post);
  const answer = await wire.prepare(`/${account.id}/threads`, form);
  const made = answer.status === 200 ? idShape.safeParse(answer.body).data : undefined;
  if (made === undefined) return await fail({ wire, post, answer }, toError(answer, wire.world.now()));
  const container = { id: made.id, madeAt: wire.world.now().getTime() };
  await post.remember({ container });
  return container;
}

async function tryContainer(attempt: Attempt, container: Container): Promise<Ending> {
  const state = await untilReady(attempt.wire, container);
  switch (state.status) {
    case "FINISHED":
      return await publish(attempt, container);
    case "PUBLISHED":
      return "published";
    case "EXPIRED":
      return { reason: "expired", others: 1, error: notReady() };
    case "ERROR":
      return await judgeFailed(attempt, state.error_message);
    case "IN_PROGRESS":
      throw notReady();
    case "HIDDEN":
      if (!isOfNoMoreUse(state.status, attempt.post)) throw notReady();
      return { reason: "unknown", others: 2, error: notReady() };
  }
}

async function publish(attempt: Attempt, container: Container): Promise<Ending> {
  const { wire, account, post } = attempt;
  const ageMs = post.pictures.length === 0 ? READY_AFTER_MS.text : READY_AFTER_MS.picture;
  await waitUntil(wire, container.madeAt + ageMs);
  const pausesMs = [...AGAIN_AFTER_MS];
  for (;;) {
    const answer = await wire.publish(post, `/${account.id}/threads_publish`, { creation_id: container.id });
    const media = answer.status === 200 ? idShape.safeParse(answer.body).data : undefined;
    if (media !== undefined) return { media: media.id, budgets: readUsage(answer.headers, wire.world.now()) };
    const error = toPublishError(answer, wire.world.now());
    const pauseMs = isContainerUnknown(error) ? pausesMs.shift() : undefined;
    if (pauseMs === undefined) return await judgeRefusal(attempt, container, { answer, error });
    await wire.world.wait(pauseMs);
  }
}

/** An earlier call whose answer was lost may have published the post, so the state of the container decides. */
async function judgeRefusal(
  attempt: Attempt,
  container: Container,
  { answer, error }: { readonly answer: Answer; readonly error: PlatformError },
): Promise<Ending> {
  const isUnknown = isContainerUnknown(error);
  if (!isUnknown && error.kind !== "rejected") return await fail({ ...attempt, answer }, error);
  const { status } = await readState(attempt.wire, container);
  if (status === "PUBLISHED") return "published";
  if (isUnknown && isOfNoMoreUse(status, attempt.post)) return { reason: "unknown", others: 2, error };
  const isDoubtful = attempt.post.firstSentAt !== undefined && !isOfNoMoreUse(status, attempt.post);
  return await fail({ ...attempt, answer }, isDoubtful ? mayBeOut(error) : error);
}

/** A new container helps against a failure without a reason; a picture that could not be fetched needs a later attempt. */
async function judgeFailed({ post }: Attempt, reason = "UNKNOWN"): Promise<Ending> {
  const error = await explainFailed(post, reason);
  return { reason: "failed", others: reason === "UNKNOWN" ? 1 : 0, error };
}
