/** One attempt to publish: what earlier ones left behind, and how it fails. */
import { z } from "zod";
import { say } from "../../words/words.ts";
import type { Answer } from "../call/request.ts";
import { PlatformError, type Post } from "../platform.ts";
import { MOST_UNFETCHED } from "../posts/pictures.ts";
import type { WebAddress } from "../posts/web-address.ts";
import { type ContainerState, containerShape } from "./container.ts";
import {
  isBlocked,
  isDayFull,
  isUnfetched,
  mayBeDeadToken,
  pictureUnfetched,
  pictureUnreachable,
} from "./errors.ts";
import { readMe } from "./profile.ts";
import { confirmQuota } from "./quota.ts";
import type { Wire } from "./wire.ts";

const BLOCK_MS = 3_600_000;

/** What earlier attempts remembered. */
export const keptShape = z.object({
  container: containerShape.optional().catch(undefined),
  /** How often Threads could not fetch the picture. */
  unfetched: z.number().catch(0),
  /** Milliseconds since 1970. */
  blockedUntil: z.number().catch(0),
});

export interface Attempt {
  readonly wire: Wire;
  readonly account: { readonly id: string; readonly profileUrl: WebAddress };
  readonly post: Post;
}

/** Ends this attempt, and remembers what the next ones need to know. @throws {PlatformError} always */
export async function fail(
  { wire, post, answer }: Pick<Attempt, "wire" | "post"> & { readonly answer: Answer },
  error: PlatformError,
): Promise<never> {
  if (mayBeDeadToken(answer)) await readMe(wire);
  if (isDayFull(error)) throw await confirmQuota(wire, error);
  if (isBlocked(error)) await post.remember({ blockedUntil: wire.world.now().getTime() + BLOCK_MS });
  if (isUnfetched(error)) return await failUnfetched(post);
  throw error;
}

/** Ends this attempt because Threads could not fetch our picture. @throws {PlatformError} always */
async function failUnfetched(post: Post): Promise<never> {
  const times = keptShape.parse(post.remembered).unfetched + 1;
  await post.remember({ unfetched: times });
  throw times < MOST_UNFETCHED ? pictureUnfetched() : pictureUnreachable();
}

const FETCH_FAILED = /^FAILED_DOWNLOADING_\w+$/;

/**
 * Explains why a container failed.
 * @throws {PlatformError} if the picture could not be fetched: a later attempt makes a new container
 */
export async function explainFailed(post: Post, reason = "UNKNOWN"): Promise<PlatformError> {
  if (FETCH_FAILED.test(reason)) {
    await post.remember({ container: null });
    return await failUnfetched(post);
  }
  return new PlatformError("rejected", {
    code: "container-failed",
    message: say("Threads could not create the post ({words}).", { words: reason.slice(0, 100) }),
  });
}

export function notReady(): PlatformError {
  const message = say("Threads is still preparing the post.");
  return new PlatformError("transient", { code: "container-not-ready", message });
}

/** A container is published only once. If a repeated call is refused, the first may have published it, even before the state says so. */
export function mayBeOut({ status }: PlatformError): PlatformError {
  const message = say("Threads did not accept the post again. An earlier attempt may have posted it.");
  return new PlatformError("ambiguous", {
    ...{ code: "not-repeatable", message },
    ...(status === undefined ? {} : { status }),
  });
}

/**
 * Whether another container may replace this one. After a possible publication only "ERROR" and "EXPIRED" count: a
 * state that says "not published" may be out of date.
 */
export function isOfNoMoreUse(status: ContainerState["status"], { firstSentAt }: Post): boolean {
  if (firstSentAt !== undefined) return status === "ERROR" || status === "EXPIRED";
  return status !== "IN_PROGRESS";
}
