/** Posts on Threads in its steps: a container, a wait until it is ready, publishing, the link (docs/networks/threads.md, section 3). */
import { z } from "zod";
import { say } from "../../words/words.ts";
import type { Answer } from "../call/request.ts";
import { readUsage } from "../meta/usage.ts";
import { PlatformError, type Post, type RateBudget, type ShareResult } from "../platform.ts";
import { MOST_UNFETCHED } from "../posts/pictures.ts";
import type { WebAddress } from "../posts/web-address.ts";
import {
  type Container,
  type ContainerState,
  containerShape,
  describePost,
  readState,
  untilReady,
  waitUntil,
} from "./container.ts";
import {
  isBlocked,
  isContainerUnknown,
  isDayFull,
  isUnfetched,
  mayBeDeadToken,
  pictureUnfetched,
  pictureUnreachable,
  stillBlocked,
  toError,
  toPublishError,
} from "./errors.ts";
import { findInList, findPublished, readLink } from "./posts.ts";
import { readMe } from "./profile.ts";
import { confirmQuota } from "./quota.ts";
import { checkLinks } from "./text.ts";
import type { Wire } from "./wire.ts";

/** Docs say half a minute, practice says seconds: earlier than this Threads often does not know the container yet. */
const READY_AFTER_MS = { text: 5_000, picture: 10_000 } as const;
/** Pauses before the same container is published again that Threads does not know yet. */
const AGAIN_AFTER_MS = [5_000, 10_000, 20_000];
const BLOCK_MS = 3_600_000;

const idShape = z.object({ id: z.string().min(1) });

/** What earlier tries remembered. */
const keptShape = z.object({
  container: containerShape.optional().catch(undefined),
  /** How often the picture could not be fetched. */
  unfetched: z.number().catch(0),
  /** Milliseconds since 1970. */
  blockedUntil: z.number().catch(0),
});

interface Trip {
  readonly wire: Wire;
  readonly account: { readonly id: string; readonly profileUrl: WebAddress };
  readonly post: Post;
}

/** How one container ended: as a post, or of no more use, with how many others may take its place for that reason. */
type Ending =
  | { readonly media: string; readonly budgets: readonly RateBudget[] }
  | "published"
  | {
      readonly reason: "expired" | "failed" | "unknown";
      readonly others: number;
      readonly error: PlatformError;
    };

export async function publishPost(trip: Trip): Promise<ShareResult> {
  const { wire, account, post } = trip;
  checkLinks(post);
  const kept = keptShape.parse(post.remembered);
  if (kept.blockedUntil > wire.world.now().getTime()) throw stillBlocked(new Date(kept.blockedUntil));
  const replaced = { expired: 0, failed: 0, unknown: 0 };
  for (let { container } = kept; ; container = undefined) {
    const current: Container = container ?? (await createContainer(trip));
    const ending = await tryContainer(trip, current);
    if (ending === "published") return await findPublished(wire, sent(trip, current));
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

/** Asks the container first, since it knows for sure. @throws {PlatformError} */
export async function findShare(trip: Trip): Promise<ShareResult | "absent" | "unknown"> {
  const { wire, account, post } = trip;
  const { container } = keptShape.parse(post.remembered);
  if (container === undefined) return await findInList(wire, post, account.profileUrl);
  const { status } = await readState(wire, container);
  switch (status) {
    case "PUBLISHED":
      return await findPublished(wire, sent(trip, container));
    case "FINISHED":
    case "EXPIRED":
    case "ERROR":
      return "absent";
    case "IN_PROGRESS":
      throw notReady();
    case "HIDDEN": {
      const found = await findInList(wire, post, account.profileUrl);
      return found === "absent" ? "unknown" : found;
    }
  }
}

function sent({ account, post }: Trip, { madeAt }: Container) {
  return { post, madeAt: new Date(madeAt), profileUrl: account.profileUrl };
}

async function createContainer({ wire, account, post }: Trip): Promise<Container> {
  const form = await describePost(wire.world, post);
  const answer = await wire.prepare(`/${account.id}/threads`, form);
  const made = answer.status === 200 ? idShape.safeParse(answer.body).data : undefined;
  if (made === undefined) return await fail({ wire, post, answer }, toError(answer, wire.world.now()));
  const container = { id: made.id, madeAt: wire.world.now().getTime() };
  await post.remember({ container });
  return container;
}

async function tryContainer(trip: Trip, container: Container): Promise<Ending> {
  const state = await untilReady(trip.wire, container);
  switch (state.status) {
    case "FINISHED":
      return await publish(trip, container);
    case "PUBLISHED":
      return "published";
    case "EXPIRED":
      return { reason: "expired", others: 1, error: notReady() };
    case "ERROR":
      return await judgeFailed(trip, state.error_message);
    case "IN_PROGRESS":
      throw notReady();
    case "HIDDEN":
      if (!isOfNoMoreUse(state.status, trip.post)) throw notReady();
      return { reason: "unknown", others: 2, error: notReady() };
  }
}

async function publish(trip: Trip, container: Container): Promise<Ending> {
  const { wire, account, post } = trip;
  const ageMs = post.pictures.length === 0 ? READY_AFTER_MS.text : READY_AFTER_MS.picture;
  await waitUntil(wire, container.madeAt + ageMs);
  const pausesMs = [...AGAIN_AFTER_MS];
  for (;;) {
    const answer = await wire.publish(post, `/${account.id}/threads_publish`, { creation_id: container.id });
    const media = answer.status === 200 ? idShape.safeParse(answer.body).data : undefined;
    if (media !== undefined) return { media: media.id, budgets: readUsage(answer.headers, wire.world.now()) };
    const error = toPublishError(answer, wire.world.now());
    const pauseMs = isContainerUnknown(error) ? pausesMs.shift() : undefined;
    if (pauseMs === undefined) return await judgeRefusal(trip, container, { answer, error });
    await wire.world.wait(pauseMs);
  }
}

/** What Threads refuses now it may have done before, when an answer was lost: the container tells. */
async function judgeRefusal(
  trip: Trip,
  container: Container,
  { answer, error }: { readonly answer: Answer; readonly error: PlatformError },
): Promise<Ending> {
  const isUnknown = isContainerUnknown(error);
  if (!isUnknown && error.kind !== "rejected") return await fail({ ...trip, answer }, error);
  const { status } = await readState(trip.wire, container);
  if (status === "PUBLISHED") return "published";
  if (isUnknown && isOfNoMoreUse(status, trip.post)) return { reason: "unknown", others: 2, error };
  const isDoubtful = trip.post.firstSentAt !== undefined && !isOfNoMoreUse(status, trip.post);
  return await fail({ ...trip, answer }, isDoubtful ? mayBeOut(error) : error);
}

/** A container is published once. Refused when asked again, it may be so already, though it does not say so yet. */
function mayBeOut({ status }: PlatformError): PlatformError {
  const message = say("Threads did not accept the post again. An earlier attempt may have posted it.");
  return new PlatformError("ambiguous", {
    ...{ code: "not-repeatable", message },
    ...(status === undefined ? {} : { status }),
  });
}

/**
 * Where an earlier try may have published it, only its own end can say that another may take its place: that it is
 * still to be published may be what it said before.
 */
function isOfNoMoreUse(status: ContainerState["status"], { firstSentAt }: Post): boolean {
  if (firstSentAt !== undefined) return status === "ERROR" || status === "EXPIRED";
  return status !== "IN_PROGRESS";
}

/** Ends this try; what the next ones must know is remembered. */
async function fail(
  { wire, post, answer }: Pick<Trip, "wire" | "post"> & { readonly answer: Answer },
  error: PlatformError,
): Promise<never> {
  if (mayBeDeadToken(answer)) await readMe(wire);
  if (isDayFull(error)) throw await confirmQuota(wire, error);
  if (isBlocked(error)) await post.remember({ blockedUntil: wire.world.now().getTime() + BLOCK_MS });
  if (isUnfetched(error)) return await failUnfetched(post);
  throw error;
}

/** Ends this try: it could not fetch our picture. */
async function failUnfetched(post: Post): Promise<never> {
  const times = keptShape.parse(post.remembered).unfetched + 1;
  await post.remember({ unfetched: times });
  throw times < MOST_UNFETCHED ? pictureUnfetched() : pictureUnreachable();
}

function notReady(): PlatformError {
  const message = say("Threads is still preparing the post.");
  return new PlatformError("transient", { code: "container-not-ready", message });
}

const FETCH_FAILED = /^FAILED_DOWNLOADING_\w+$/;

/** Another container may not meet a reason of Threads' own again; our picture may be reached again later. */
async function judgeFailed({ post }: Trip, reason = "UNKNOWN"): Promise<Ending> {
  if (FETCH_FAILED.test(reason)) {
    await post.remember({ container: null });
    return await failUnfetched(post);
  }
  const error = new PlatformError("rejected", {
    code: "container-failed",
    message: say("Threads could not make a post of this ({words}).", { words: reason.slice(0, 100) }),
  });
  return { reason: "failed", others: reason === "UNKNOWN" ? 1 : 0, error };
}
