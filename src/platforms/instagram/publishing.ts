/** Posts on Instagram in steps: create a container with the picture, wait until it is ready, publish it, read the link (docs/networks/instagram.md, section 4). */
import { z } from "zod";
import { say } from "../../words/words.ts";
import { publishing } from "../call/request.ts";
import { readUsage } from "../meta/usage.ts";
import { PlatformError, type Post, type ShareResult } from "../platform.ts";
import { type Attempt, fail, keptShape } from "./attempt.ts";
import { checkCaption } from "./caption.ts";
import { readState, untilSettled } from "./container.ts";
import { createContainer } from "./create.ts";
import { judge, judgeFailedContainer, notReady, type Verdict } from "./errors.ts";
import { findInList, findPublished, readLink, type Sent } from "./posts.ts";
import type { Wire } from "./routes/route.ts";

const idShape = z.object({ id: z.string().min(1) });

/** Publishes the post, continuing where an earlier attempt ended. @throws {PlatformError} */
export async function publishPost(wire: Wire, post: Post): Promise<ShareResult> {
  checkCaption(post.text);
  const attempt: Attempt = { wire, post, kept: keptShape.parse(post.remembered), budgets: [] };
  const container = await prepare(attempt);
  if (container === "published") return await findPublished(wire, sinceSent(attempt));
  const sentAt = attempt.kept.sentAt ?? wire.world.now().toISOString();
  const asked = { creation_id: container };
  const publish = publishing(post, { container, sentAt });
  const answer = await wire.publish(`/${wire.account.id}/media_publish`, asked, publish);
  const media = idShape.safeParse(answer.body).data;
  if (answer.status !== 200 || media === undefined)
    return await fail(attempt, weigh(post, judge(answer, { step: "publish", now: wire.world.now() })));
  await post.remember({ media: media.id });
  const budgets = [...attempt.budgets, ...readUsage(answer.headers, wire.world.now())];
  return { platformPostId: media.id, url: await readLink(wire, media.id), budgets };
}

/** A container is published only once. If a repeated call is refused, the first may have published it, even before the state says so. */
function weigh({ firstSentAt }: Post, verdict: Verdict): Verdict {
  const { kind, status } = verdict.error;
  if (firstSentAt === undefined || (kind !== "transient" && kind !== "rejected")) return verdict;
  const message = say("Instagram did not accept the post again. An earlier attempt may have posted it.");
  const details = {
    ...{ code: "not-repeatable", message },
    ...(status === undefined ? {} : { status }),
  };
  return { error: new PlatformError("ambiguous", details), spent: false };
}

/** Reads the container first, since its state is certain (docs/networks/instagram.md, section 5). @throws {PlatformError} */
export async function findShare(wire: Wire, post: Post): Promise<ShareResult | "absent" | "unknown"> {
  const kept = keptShape.parse(post.remembered);
  const { container, media } = kept;
  if (media !== undefined) return { platformPostId: media, url: await readLink(wire, media) };
  if (container === undefined) return await findInList(wire, post);
  const state = await readState(wire, container);
  if (state === "hidden") {
    const found = await findInList(wire, post);
    return found === "absent" ? "unknown" : found;
  }
  return state.status_code === "PUBLISHED" ? await findPublished(wire, sinceSent({ post, kept })) : "absent";
}

/** `firstSentAt` is cleared after a certain refusal, but a publication of the container can be older. */
function sinceSent({ post, kept }: Pick<Attempt, "post" | "kept">): Sent {
  if (post.firstSentAt !== undefined || kept.sentAt === undefined) return post;
  return { ...post, firstSentAt: new Date(kept.sentAt) };
}

/** Waits until a container is ready: an earlier attempt's if it can still be used, otherwise a new one. @returns its id */
async function prepare(attempt: Attempt): Promise<string | "published"> {
  const { wire, post, kept } = attempt;
  const container = kept.container ?? (await createContainer(attempt));
  const state = await untilSettled(wire, container, kept.container === undefined);
  if (state === "slow") return await fail(attempt, notReady());
  switch (state.code) {
    case "PUBLISHED":
      return "published";
    case "FINISHED":
      return container;
    case "EXPIRED":
      await post.remember({ container: null });
      return await prepare({ ...attempt, kept: { ...kept, container: undefined } });
    case "ERROR":
      await post.remember({ container: null });
      return await fail(attempt, judgeFailedContainer(state.status, wire.world.now()));
  }
}
