/** Posts on Instagram in its steps: a container with the picture, a wait until it is ready, publishing, the link (docs/networks/instagram.md, section 4). */
import { z } from "zod";
import { say } from "../../words/words.ts";
import { type Answer, publishing } from "../call/request.ts";
import { readGraphError } from "../meta/graph.ts";
import { readUsage } from "../meta/usage.ts";
import {
  PlatformError,
  type Post,
  type PostPresence,
  type RateBudget,
  type ShareResult,
} from "../platform.ts";
import { cutAlt } from "../posts/pictures.ts";
import { checkCaption } from "./caption.ts";
import { readState, untilSettled } from "./container.ts";
import { asFinal, judge, judgeFailedContainer, notReady, type Verdict } from "./errors.ts";
import { fitToFormat } from "./picture.ts";
import { findInList, findPublished, readLink, type Sent } from "./posts.ts";
import { checkQuota, quotaUsedUp } from "./quota.ts";
import type { Wire } from "./route.ts";

const ALT_CHARACTERS = 1_000;
/** Before a container is asked for again of which Instagram knows nothing yet. */
const NOT_THERE_YET_MS = 30_000;

const idShape = z.object({ id: z.string().min(1) });

/** What earlier tries remembered. */
const keptShape = z.object({
  container: z.string().optional().catch(undefined),
  media: z.string().optional().catch(undefined),
  /** When publishing was first asked for. */
  sentAt: z.iso.datetime().optional().catch(undefined),
  /** How often something failed, by its code. */
  failures: z.record(z.string(), z.number()).catch({}),
});

interface Trip {
  readonly wire: Wire;
  readonly post: Post;
  readonly kept: z.infer<typeof keptShape>;
  /** What Instagram told of its limits on the way. */
  readonly budgets: RateBudget[];
}

export async function publishPost(wire: Wire, post: Post): Promise<ShareResult> {
  checkCaption(post.text);
  const trip: Trip = { wire, post, kept: keptShape.parse(post.remembered), budgets: [] };
  const container = await prepare(trip);
  if (container === "published") return await findPublished(wire, sinceSent(trip));
  const sentAt = trip.kept.sentAt ?? wire.world.now().toISOString();
  const asked = { creation_id: container };
  const publish = publishing(post, { container, sentAt });
  const answer = await wire.publish(`/${wire.account.id}/media_publish`, asked, publish);
  const media = idShape.safeParse(answer.body).data;
  if (answer.status !== 200 || media === undefined)
    return await fail(trip, weigh(post, judge(answer, { step: "publish", now: wire.world.now() })));
  await post.remember({ media: media.id });
  const budgets = [...trip.budgets, ...readUsage(answer.headers, wire.world.now())];
  return { platformPostId: media.id, url: await readLink(wire, media.id), budgets };
}

/** A container is published once. Refused when asked again, it may be so already, though it does not say so yet. */
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

/** Asks the container first, since it knows for sure (docs/networks/instagram.md, section 5). */
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

/** The engine forgets when a share was first sent once it was refused for sure; the container does not. */
function sinceSent({ post, kept }: Pick<Trip, "post" | "kept">): Sent {
  if (post.firstSentAt !== undefined || kept.sentAt === undefined) return post;
  return { ...post, firstSentAt: new Date(kept.sentAt) };
}

/** A container that is ready: the one of an earlier try where it can still be used, else a new one. */
async function prepare(trip: Trip): Promise<string | "published"> {
  const { wire, post, kept } = trip;
  const container = kept.container ?? (await createContainer(trip));
  const state = await untilSettled(wire, container, kept.container === undefined);
  if (state === "slow") return await fail(trip, notReady());
  switch (state.code) {
    case "PUBLISHED":
      return "published";
    case "FINISHED":
      return container;
    case "EXPIRED":
      await post.remember({ container: null });
      return await prepare({ ...trip, kept: { ...kept, container: undefined } });
    case "ERROR":
      await post.remember({ container: null });
      return await fail(trip, judgeFailedContainer(state.status, wire.world.now()));
  }
}

async function createContainer(trip: Trip): Promise<string> {
  const { wire, post } = trip;
  const picture = await post.loadPicture();
  if (picture === undefined) {
    throw new PlatformError("rejected", {
      code: "no-picture",
      message: say("Instagram needs a picture, and this page has none that we can use."),
    });
  }
  const fit = await fitToFormat(picture);
  const [imageUrl, quota] = await Promise.all([wire.world.hostPicture(fit), checkQuota(wire)]);
  if (quota !== undefined) trip.budgets.push(quota);
  const answer = await wire.prepare(`/${wire.account.id}/media`, {
    image_url: imageUrl,
    caption: post.text,
    ...(fit.alt === "" ? {} : { alt_text: cutAlt(fit.alt, ALT_CHARACTERS) }),
  });
  const created = idShape.safeParse(answer.body).data;
  if (answer.status !== 200 || created === undefined)
    return await fail(trip, judge(answer, { step: "prepare", now: wire.world.now() }));
  await post.remember({ container: created.id });
  return created.id;
}

/** What is gone already counts as deleted, where the account itself can still be read. @throws {PlatformError} */
export async function deletePost(wire: Wire, mediaId: string): Promise<void> {
  const answer = await wire.remove?.(`/${mediaId}`);
  if (answer === undefined) {
    const message = say("Instagram does not let us delete this post. Delete it in the Instagram app.");
    throw new PlatformError("rejected", { code: "deleting-unsupported", message });
  }
  if (answer.status === 200) return;
  if (!(await isGone(wire, answer))) throw judge(answer, { step: "prepare", now: wire.world.now() }).error;
}

export async function hasPost(wire: Wire, mediaId: string): Promise<PostPresence> {
  const answer = await wire.read(`/${mediaId}?fields=id`);
  if (answer.status === 200) return "there";
  return (await isGone(wire, answer)) ? "gone" : "unknown";
}

async function isGone(wire: Wire, answer: Answer): Promise<boolean> {
  const error = readGraphError(answer);
  return error?.code === 100 && error.subcode === 33 && (await wire.checkToken()).status === 200;
}

/** Ends this try; what the next ones must know is remembered. */
async function fail({ wire, post, kept }: Trip, { error, spent, most }: Verdict): Promise<never> {
  if (error.code === "quota-used-up") throw await quotaUsedUp(wire);
  if (error.code === "container-not-found") await checkToken(wire);
  if (error.code === "container-gone") await wire.world.wait(NOT_THERE_YET_MS);
  const times = (kept.failures[error.code] ?? 0) + 1;
  const isOver = most !== undefined && times >= most.times;
  if (most !== undefined) await post.remember({ failures: { ...kept.failures, [error.code]: times } });
  // While an earlier try may have published it, only its own state can say that the container is of no more use.
  const isSpent = spent || (isOver && most.afterwards === "another-container");
  if (isSpent && post.firstSentAt === undefined) await post.remember({ container: null });
  throw isOver && most.afterwards === "final" ? asFinal(error) : error;
}

/** @throws {PlatformError} reconnect-needed */
async function checkToken(wire: Wire): Promise<void> {
  const answer = await wire.checkToken().catch((error: unknown) => {
    if (!(error instanceof PlatformError)) throw error;
    return undefined;
  });
  if (answer === undefined || answer.status === 200) return;
  const { error } = judge(answer, { step: "prepare", now: wire.world.now() });
  if (error.kind === "reconnect-needed") throw error;
}
