/** Finds posts on Instagram again: the link of one, and the one that came of a share (docs/networks/instagram.md, sections 4.4 and 5). */
import { z } from "zod";
import { PlatformError, type Post, type ShareResult } from "../platform.ts";
import { isSameHandle, parsePostLink } from "../posts/post-link.ts";
import { recognise } from "../posts/recognise.ts";
import { toWebAddress, type WebAddress, webAddress } from "../posts/web-address.ts";
import { judge } from "./errors.ts";
import type { Wire } from "./routes/route.ts";

/** Of posts that are looked for soon after they were sent, and long after: an account takes up to 100 a day. */
const LIST_SIZE = { soon: 10, late: 100 } as const;
const LATE_MS = 3_600_000;
/** A new post may not be readable for a while. */
const LOOKS = 3;
const PAUSE_MS = 3_000;

const linkShape = z.object({ permalink: webAddress });

/** The post's page; the profile where that cannot be read yet. The post is out: nothing here makes it fail. */
export async function readLink({ read, world, profileUrl }: Wire, mediaId: string): Promise<WebAddress> {
  for (let looks = 1; ; looks += 1) {
    const answer = await read(`/${mediaId}?fields=id,permalink`).catch(() => undefined);
    const link = linkShape.safeParse(answer?.body).data;
    if (link !== undefined) return link.permalink;
    if (looks === LOOKS) return profileUrl;
    await world.wait(PAUSE_MS);
  }
}

/** What is looked for. */
export type Sent = Pick<Post, "text" | "url" | "firstSentAt" | "others">;

/** "2026-11-23T08:00:12+0000": the zone without a colon, which not every reader of times takes. */
const timestamp = z
  .string()
  .transform((text) => text.replace(/([+-]\d\d)(\d\d)$/, "$1:$2"))
  .pipe(z.coerce.date());

const listShape = z.object({
  data: z.array(
    z.object({
      id: z.string().min(1),
      caption: z.string().default(""),
      timestamp,
      permalink: webAddress.optional().catch(undefined),
    }),
  ),
});

/** By caption and time among the account's latest posts. @throws {PlatformError} */
export async function findInList(
  { read, account, world, profileUrl }: Wire,
  post: Sent,
): Promise<ShareResult | "absent" | "unknown"> {
  const fields = "id,caption,timestamp,permalink";
  const ageMs = world.now().getTime() - (post.firstSentAt ?? world.now()).getTime();
  const size = ageMs < LATE_MS ? LIST_SIZE.soon : LIST_SIZE.late;
  const answer = await read(`/${account.id}/media?fields=${fields}&limit=${size}`);
  const list = answer.status === 200 ? listShape.safeParse(answer.body).data : undefined;
  if (list === undefined) {
    if (answer.status === 200) return "unknown";
    const { error } = judge(answer, { step: "prepare", now: world.now() });
    if (error.kind !== "rejected" || error.operator) throw error;
    return "unknown";
  }
  const listed = list.data.map(({ id, caption, timestamp: createdAt, permalink }) => ({
    ...{ id, permalink, createdAt, text: caption },
    links: caption.match(/https?:\/\/\S+/g) ?? [],
  }));
  const found = recognise(listed, size, post);
  return typeof found === "object" ? { platformPostId: found.id, url: found.permalink ?? profileUrl } : found;
}

/** Of a share whose container says that it is published: its post, or without its link where that is not listed. */
export async function findPublished(wire: Wire, post: Sent): Promise<ShareResult> {
  for (let looks = 1; ; looks += 1) {
    const found = await findInList(wire, post).catch((error: unknown) => {
      if (!(error instanceof PlatformError)) throw error;
      return "unknown" as const;
    });
    if (typeof found === "object") return found;
    if (looks === LOOKS) return { url: wire.profileUrl };
    await wire.world.wait(PAUSE_MS);
  }
}

/** Of a post that a person copied the link of. The link names no id that Instagram's calls would know. */
export function readPostLink(username: string, origin: string, link: string): ShareResult | undefined {
  const url = parsePostLink(link, [origin]);
  const found = /^\/(?:([\w.]+)\/)?(p|reel|reels|tv)\/([\w-]+)\/?$/.exec(url?.pathname ?? "");
  if (found === null || !isSameHandle(found[1], username)) return undefined;
  return { url: toWebAddress(`${origin}/${found[2]}/${found[3]}/`) };
}
