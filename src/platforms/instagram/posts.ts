/** Finds a published post: by its id, by its text and time, or by a copied link (docs/networks/instagram.md, sections 4.4 and 5). */
import { z } from "zod";
import { PlatformError, type Post, type ShareResult } from "../platform.ts";
import { isSameHandle, parsePostLink } from "../posts/post-link.ts";
import { recognise } from "../posts/recognise.ts";
import { toWebAddress, type WebAddress, webAddress } from "../posts/web-address.ts";
import { judge } from "./errors.ts";
import type { Wire } from "./routes/route.ts";

/** How many posts we read soon after a share, and later: an account may publish up to 100 a day. */
const LIST_SIZE = { soon: 10, late: 100 } as const;
const LATE_MS = 3_600_000;
/** A new post may not be readable at once. */
const LOOKS = 3;
const PAUSE_MS = 3_000;

const linkShape = z.object({ permalink: webAddress });

/** @returns the post's permalink, or the profile if it cannot be read; never throws, because the post is published */
export async function readLink({ read, world, profileUrl }: Wire, mediaId: string): Promise<WebAddress> {
  for (let looks = 1; ; looks += 1) {
    const answer = await read(`/${mediaId}?fields=id,permalink`).catch(() => undefined);
    const link = linkShape.safeParse(answer?.body).data;
    if (link !== undefined) return link.permalink;
    if (looks === LOOKS) return profileUrl;
    await world.wait(PAUSE_MS);
  }
}

/** What identifies a post in the list. */
export type Sent = Pick<Post, "text" | "url" | "firstSentAt" | "others">;

/** "2026-11-23T08:00:12+0000": adds the colon to the time zone, which ISO 8601 parsers need. */
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

/** Searches the account's latest posts by caption and time. @throws {PlatformError} unless Instagram rejects the list for good */
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

/** Finds the post of a published container. @returns the profile if no post is found */
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

/** Reads a link that a person copied. @returns the post without an id, which the link does not contain; undefined if it is not the account's */
export function readPostLink(username: string, origin: string, link: string): ShareResult | undefined {
  const url = parsePostLink(link, [origin]);
  const found = /^\/(?:([\w.]+)\/)?(p|reel|reels|tv)\/([\w-]+)\/?$/.exec(url?.pathname ?? "");
  if (found === null || !isSameHandle(found[1], username)) return undefined;
  return { url: toWebAddress(`${origin}/${found[2]}/${found[3]}/`) };
}
