/** One share in a worker's hands, and what sending it and looking for it have in common. */
import { withTokens } from "../connections/tokens.ts";
import { fetchPicture } from "../pages/picture.ts";
import {
  type Picture,
  PlatformError,
  type Post,
  type ShareResult,
  type SocialPlatform,
} from "../platforms/platform.ts";
import { part, say } from "../words/words.ts";
import type { Lease } from "./lease.ts";
import type { Ending, Explanation } from "./outcome.ts";
import type { SharingRuntime } from "./runtime.ts";

export interface Delivery {
  readonly lease: Lease;
  readonly platform: SocialPlatform;
}

/** Waits between tries after failures that certainly posted nothing, in seconds; then the share has failed. */
export const BACKOFF_SECONDS = [2, 10, 60, 300, 900];

/** How long a share may wait for limits. One that lasts longer is not waited for. */
export const PATIENCE_MS = 86_400_000;

/** Of each second to wait: half of it more, at most. */
export const SPREAD_MS = 500;

/** Never earlier, and not with everybody else at the same moment. */
export function withJitter(at: Date, spreadMs: number): Date {
  return new Date(at.getTime() + Math.random() * spreadMs);
}

/** Asks the network for the share. @throws {PlatformError} @throws {ConnectionGone} */
export async function look(
  runtime: SharingRuntime,
  { lease, platform }: Delivery,
): Promise<ShareResult | "absent" | "unknown"> {
  const post = toPost(runtime, lease, lease.passFence);
  return await withTokens(runtime, lease.row.connectionId, (connection, tokens) =>
    platform.findShare(connection.account, tokens, post),
  );
}

/** Perhaps posted: looked for once a post would show; later and later while the doubt stays. */
export function lookLater(
  runtime: SharingRuntime,
  { lease: { row }, platform }: Delivery,
  why: Explanation,
): Ending {
  const again = row.status === "sending";
  const backoff = again ? BACKOFF_SECONDS[row.attempts] : 0;
  if (backoff === undefined)
    return {
      to: "unconfirmed",
      why: {
        ...why,
        message: say("{message} It may have been posted: look at your profile.", {
          message: part(why.message),
        }),
      },
    };
  const seconds = Math.max(backoff, lookTimes(runtime, platform)[0] ?? 0);
  const at = new Date(runtime.now().getTime() + seconds * 1_000);
  return { to: "sending", at: withJitter(at, backoff * SPREAD_MS), why, counts: again };
}

/** When to look for a post after a doubtful answer, in seconds since it was sent. */
export function lookTimes(runtime: SharingRuntime, platform: SocialPlatform): readonly number[] {
  const { settleSeconds } = runtime.config;
  return settleSeconds === undefined ? platform.about.lookAfterSeconds : [settleSeconds];
}

/** What the platform is given of a share. */
export function toPost(runtime: SharingRuntime, lease: Lease, beforePublish: Post["beforePublish"]): Post {
  const { row, request } = lease;
  return {
    text: row.text,
    url: row.sharedUrl,
    title: row.sharedTitle,
    description: request.description,
    pictures: [],
    loadPicture: () =>
      loadPicture(runtime, {
        address: request.image ?? undefined,
        alt: request.imageAlt ?? row.sharedTitle,
      }),
    idempotencyKey: row.id,
    ...(row.firstSentAt === null ? {} : { firstSentAt: row.firstSentAt }),
    remembered: row.remembered,
    remember: lease.remember,
    beforePublish,
  };
}

/** The page's own picture. @throws {PlatformError} transient, where it may come later */
async function loadPicture(
  runtime: SharingRuntime,
  { address, alt }: { readonly address: string | undefined; readonly alt: string },
): Promise<Picture | undefined> {
  if (address === undefined) return undefined;
  const fetched = await fetchPicture(runtime, address);
  if (fetched === "later") {
    const message = say("The page's picture could not be fetched from its site.");
    throw new PlatformError("transient", { code: "picture-unreachable", message });
  }
  return fetched === "unusable" ? undefined : { ...fetched, alt };
}
