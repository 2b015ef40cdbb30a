/** One share in a worker's hands, and what sending it and looking for it have in common. */
import { withTokens } from "../connections/tokens.ts";
import type { Post, ShareResult, SocialPlatform } from "../platforms/platform.ts";
import type { Lease } from "./lease.ts";
import type { Ending, Explanation } from "./outcome.ts";
import type { SharingRuntime } from "./runtime.ts";

export interface Delivery {
  readonly lease: Lease;
  readonly platform: SocialPlatform;
}

/** Waits between tries after failures that certainly posted nothing, in seconds; then the share has failed. */
export const BACKOFF_SECONDS = [2, 10, 60, 300, 900];

/** Asks the network for the share. @throws {PlatformError} @throws {ConnectionGone} */
export async function look(
  runtime: SharingRuntime,
  { lease, platform }: Delivery,
): Promise<ShareResult | "absent" | "unknown"> {
  return await withTokens(runtime, lease.row.connectionId, (connection, tokens) =>
    platform.findShare(connection.account, tokens, toPost(lease, lease.passFence)),
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
      why: { ...why, message: `${why.message} It may have been posted: look at your profile.` },
    };
  const seconds = Math.max(backoff, settleSeconds(runtime, platform));
  return { to: "sending", at: new Date(runtime.now().getTime() + seconds * 1_000), why, counts: again };
}

/** How long after a doubtful answer a post may take to show on its network. */
export function settleSeconds(runtime: SharingRuntime, platform: SocialPlatform): number {
  return runtime.config.settleSeconds ?? platform.about.settleSeconds;
}

/** What the platform is given of a share. */
export function toPost({ row }: Lease, beforePublish: Post["beforePublish"]): Post {
  return {
    text: row.text,
    url: row.sharedUrl,
    pictures: [],
    idempotencyKey: row.id,
    ...(row.firstSentAt === null ? {} : { firstSentAt: row.firstSentAt }),
    remembered: row.remembered,
    beforePublish,
  };
}
