/** Publishes a container, within the daily quota of a profile (docs/networks/threads.md, sections 3.3 and 3.6). */
import type { Caller } from "./caller.ts";
import { refuseRestricted, statusOf } from "./containers.ts";
import type { Container, ThreadsAccount, ThreadsPost, ThreadsWorld } from "./memory.ts";
import { containerNotFound, invalidParameter, refusal } from "./problems.ts";

const dayMs = 24 * 60 * 60 * 1000;
export const quotaDurationSeconds = dayMs / 1000;

/** @param origin of the post's page. @throws {GraphRefusal} */
export function publish(world: ThreadsWorld, { account, parameters }: Caller, origin: string): ThreadsPost {
  refuseRestricted(account);
  const { creation_id: id } = parameters;
  if (!id) throw invalidParameter("The parameter creation_id is required");
  const container = world.memory.containers.find((candidate) => candidate.id === id);
  if (container?.accountId !== account.id) throw containerNotFound(id);
  if (!isPublishable(world, container)) throw containerNotFound(id);
  if (container.isCarouselItem) throw invalidParameter("A carousel item cannot be published by itself");
  return makePost(world, account, container, origin);
}

function isPublishable(world: ThreadsWorld, container: Container): boolean {
  const { propagationSeconds, publishedTwice } = world.memory.switches;
  const status = statusOf(world, container);
  if (status === "PUBLISHED" && publishedTwice === "refused")
    throw invalidParameter("The media has been published already");
  if (status === "ERROR") throw invalidParameter(`The media could not be processed: ${container.failedWith}`);
  const ageMs = world.now().getTime() - container.createdAtMs;
  return status === "FINISHED" && ageMs >= propagationSeconds * 1000;
}

/** Publishes a container; `auto_publish_text` uses this too. @throws {GraphRefusal} */
export function makePost(
  world: ThreadsWorld,
  account: ThreadsAccount,
  container: Container,
  origin: string,
): ThreadsPost {
  const { postQuota, replyQuota } = world.memory.switches;
  const isReply = container.replyToId !== undefined;
  const used = countUse(world, account);
  if (isReply ? used.replies >= replyQuota : used.posts >= postQuota) throw refusal("daily-limit");
  const id = world.nextId();
  const shortcode = toShortcode(id);
  const post: ThreadsPost = {
    ...{ id, shortcode, isReply, clientId: container.clientId, containerId: container.id },
    accountId: account.id,
    handle: `@${account.username}`,
    text: container.text,
    url: `${origin}/@${account.username}/post/${shortcode}`,
    createdAt: world.now().toISOString(),
    mediaType: ({ TEXT: "TEXT_POST", IMAGE: "IMAGE", CAROUSEL: "CAROUSEL_ALBUM" } as const)[container.kind],
    media: picturesOf(world, container),
    ...(container.replyControl !== undefined && { replyControl: container.replyControl }),
    card: container.card,
  };
  container.mediaId = id;
  world.addPost(post);
  return post;
}

/** Counts the last 24 hours, including deleted posts. */
export function countUse(world: ThreadsWorld, account: ThreadsAccount) {
  const since = world.now().getTime() - dayMs;
  const own = world.memory.posts.filter(({ accountId }) => accountId === account.id);
  const recent = own.filter(({ createdAt }) => Date.parse(createdAt) > since);
  return {
    posts: recent.filter(({ isReply }) => !isReply).length,
    replies: recent.filter(({ isReply }) => isReply).length,
    deletions: own.filter(({ deletedAt }) => deletedAt !== undefined && Date.parse(deletedAt) > since).length,
  };
}

function picturesOf(world: ThreadsWorld, container: Container): ThreadsPost["media"] {
  const { containers } = world.memory;
  const items =
    container.kind === "CAROUSEL"
      ? container.childIds.map((id) => containers.find((item) => item.id === id))
      : [container];
  return items.flatMap((item) =>
    item?.pictureId === undefined ? [] : [{ id: item.id, pictureId: item.pictureId, altText: item.altText }],
  );
}

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/** The eleven characters of a permalink: the id in base 64. */
function toShortcode(id: string): string {
  let rest = BigInt(id);
  let shortcode = "";
  while (shortcode.length < 11) {
    shortcode = `${alphabet[Number(rest % 64n)]}${shortcode}`;
    rest /= 64n;
  }
  return shortcode;
}
