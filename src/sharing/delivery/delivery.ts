/** A share that a worker holds, and what sending it and looking for it have in common. */
import { randomUUID } from "node:crypto";
import { z } from "zod";
import { toConnection } from "../../connections/connection.ts";
import { withTokens } from "../../connections/tokens.ts";
import { fetchPicture } from "../../pages/pictures/picture.ts";
import { findOtherPictures } from "../../pages/pictures/usable-pictures.ts";
import {
  type Account,
  type Finding,
  type OtherShares,
  type Picture,
  PlatformError,
  type Post,
  type SocialPlatform,
} from "../../platforms/platform.ts";
import { part, say } from "../../words/words.ts";
import type { Lease } from "../claims/lease.ts";
import type { SharingRuntime } from "../runtime.ts";
import { findOthers, isSame } from "./others.ts";
import type { Ending, Explanation } from "./outcome.ts";

export interface Delivery {
  readonly lease: Lease;
  readonly platform: SocialPlatform;
}

/** Seconds to wait after each failure that certainly posted nothing. After the last, the share has failed. */
export const BACKOFF_SECONDS = [2, 10, 60, 300, 900];

/** How long a share may wait for rate limits. It does not wait for a longer one. */
export const PATIENCE_MS = 86_400_000;

/** The most milliseconds by which each second of a wait is prolonged. */
export const SPREAD_MS = 500;

/** Returns a moment that is not earlier, spread so that not everybody comes at once. */
export function withJitter(at: Date, spreadMs: number): Date {
  return new Date(at.getTime() + Math.random() * spreadMs);
}

/** Looks for the post of the share at the network. @throws {PlatformError} @throws {ConnectionGone} */
export async function look(runtime: SharingRuntime, { lease, platform }: Delivery): Promise<Finding> {
  const find = async (others: OtherShares | undefined) =>
    await withTokens(runtime, lease.row.connectionId, (connection, tokens) =>
      platform.findShare(connection.account, tokens, toPost(runtime, lease, lease.passFence, { others })),
    );
  const known = await findOthers(runtime.database, lease.row);
  const found = await find(known);
  if (typeof found !== "object") return found;
  // Another share may have made this post meanwhile.
  const knownNow = await findOthers(runtime.database, lease.row);
  return isSame(known, knownNow) ? found : await find(knownNow);
}

/** The share may be posted: look for it once a post would show, and at longer and longer intervals while the doubt stays. */
export function lookLater(
  runtime: SharingRuntime,
  { lease: { row, connection }, platform }: Delivery,
  why: Explanation,
): Ending {
  const again = row.status === "sending";
  const backoff = again ? BACKOFF_SECONDS[row.attempts] : 0;
  if (backoff === undefined)
    return {
      to: "unconfirmed",
      why: {
        ...why,
        message: say("{message} It may have been posted: check your profile.", {
          message: part(why.message),
        }),
      },
    };
  const seconds = Math.max(backoff, lookTimes(runtime, platform, toConnection(connection).account)[0] ?? 0);
  const at = new Date(runtime.now().getTime() + seconds * 1_000);
  return { to: "sending", at: withJitter(at, backoff * SPREAD_MS), why, counts: again };
}

/** When to look for a post after a doubtful answer, in seconds since the send. */
export function lookTimes(
  runtime: SharingRuntime,
  platform: SocialPlatform,
  account: Account,
): readonly number[] {
  const { settleSeconds } = runtime.config;
  return settleSeconds === undefined ? platform.repeatRule(account).lookAfterSeconds : [settleSeconds];
}

/** How a share's key is kept, beside what its platform remembers. */
const keyShape = z.object({ idempotencyKey: z.string() });

/** The key by which the network recognises repeats: the share's own id, until its person has it sent anew. */
export function keyOf({ id, remembered }: Lease["row"]): string {
  return keyShape.safeParse(remembered).data?.idempotencyKey ?? id;
}

/** Makes another key, for a share that its person has sent anew: a server that still knows the old key would post nothing. */
export function anotherKey(): z.infer<typeof keyShape> {
  return { idempotencyKey: randomUUID() };
}

/** Returns the share as its platform is given it. Its pictures are needed only to send it: its text has the link already. */
export function toPost(
  runtime: SharingRuntime,
  lease: Lease,
  beforePublish: Post["beforePublish"],
  {
    pictures = [],
    others,
  }: { readonly pictures?: readonly Picture[]; readonly others?: OtherShares | undefined },
): Post {
  const { row, request } = lease;
  return {
    text: row.text,
    url: row.sharedUrl,
    title: row.sharedTitle,
    description: request.description,
    pictures,
    options: row.options,
    loadPicture: () =>
      loadPicture(runtime, {
        page: request.pageUrl ?? row.sharedUrl,
        // Nobody chose another picture: the card has the page's own, unless the person wants none.
        address: request.pictures === null ? (request.image ?? undefined) : undefined,
        alt: request.imageAlt,
        title: row.sharedTitle,
      }),
    idempotencyKey: keyOf(row),
    // Networks date posts by their own clocks. An earlier moment only widens the search.
    ...(row.firstSentAt === null
      ? {}
      : { firstSentAt: new Date(row.firstSentAt.getTime() - runtime.mayBeAheadMs()) }),
    ...(others === undefined ? {} : { others }),
    remembered: row.remembered,
    remember: lease.remember,
    beforePublish,
  };
}

interface PageOfShare {
  readonly page: string;
  readonly address: string | undefined;
  readonly alt: string | null;
  readonly title: string;
}

/** Loads the page's own picture, or the next usable one that the page names. @throws {PlatformError} transient, if it may be available later */
async function loadPicture(
  runtime: SharingRuntime,
  { page, address, alt, title }: PageOfShare,
): Promise<Picture | undefined> {
  if (address === undefined) return undefined;
  const fetched = await fetchPicture(runtime, address);
  if (fetched === "later") {
    const message = say("The page’s picture could not be fetched from its site.");
    throw new PlatformError("transient", { code: "picture-unreachable", message });
  }
  if (fetched !== "unusable") return { ...fetched, alt: alt ?? title };
  for (const other of await findOtherPictures(runtime, { page, picture: address })) {
    const found = await fetchPicture(runtime, other.url);
    if (typeof found !== "string") return { ...found, alt: other.alt || title };
  }
  return undefined;
}
