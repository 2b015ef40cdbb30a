/** Publishes a container, within the daily quota of an account (docs/networks/instagram.md, sections 4.3 and 4.5). */
import { type Maker, refuseStanding, statusOf } from "./containers.ts";
import type { Container, InstagramAccount, InstagramPost, InstagramWorld } from "./memory.ts";
import { invalidParameter, refusal } from "./problems.ts";

const dayMs = 24 * 60 * 60 * 1000;
export const quotaDurationSeconds = dayMs / 1000;

/** @param origin of the post's page. @throws {GraphRefusal} */
export function publish(
  world: InstagramWorld,
  { account, clientId }: Maker,
  containerId: string | undefined,
  origin: string,
): InstagramPost {
  refuseStanding(account);
  if (!containerId) throw invalidParameter("The parameter creation_id is required");
  const container = world.memory.containers.find(({ id }) => id === containerId);
  if (container?.accountId !== account.id) throw refusal("media-not-found");
  const status = statusOf(world, container);
  if (status === "EXPIRED") throw refusal("container-gone");
  if (container.isCarouselItem) throw invalidParameter("A carousel item cannot be published by itself");
  // The real answer for a published container is unknown; what matters is that there is no second post.
  if (status !== "FINISHED") throw refusal("not-ready");
  if (countPublished(world, account) >= world.memory.switches.quota) throw refusal("daily-limit");
  const id = world.nextId();
  const shortcode = toShortcode(id);
  const post: InstagramPost = {
    ...{ id, shortcode, clientId, containerId },
    accountId: account.id,
    handle: `@${account.username}`,
    text: container.caption,
    url: `${origin}/p/${shortcode}/`,
    createdAt: world.now().toISOString(),
    mediaType: container.kind === "CAROUSEL" ? "CAROUSEL_ALBUM" : "IMAGE",
    media: picturesOf(world, container),
    card: null,
    comments: [],
  };
  container.mediaId = id;
  world.addPost(post);
  return post;
}

/** Posts by apps within the quota's window, including deleted ones; a carousel counts once. */
export function countPublished(
  world: InstagramWorld,
  account: InstagramAccount,
  since = world.now().getTime() - dayMs,
): number {
  return world.memory.posts.filter(
    ({ accountId, createdAt }) => accountId === account.id && Date.parse(createdAt) > since,
  ).length;
}

function picturesOf(world: InstagramWorld, container: Container): InstagramPost["media"] {
  const { containers } = world.memory;
  const items =
    container.kind === "IMAGE"
      ? [container]
      : container.childIds.map((id) => containers.find((item) => item.id === id));
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
