/** Creates containers and reads their status (docs/networks/instagram.md, sections 4.1 and 4.2). */
import { keepBounded } from "../bounded.ts";
import type { Container, InstagramAccount, InstagramWorld } from "./memory.ts";
import { takePicture } from "./picture.ts";
import { invalidParameter, refusal } from "./problems.ts";

const dayMs = 24 * 60 * 60 * 1000;
const containersPerDay = 400;
const mostKept = 5_000;
const longest = { caption: 2_200, hashtags: 30, mentions: 20, altText: 1_000 };

/** The account, and the calling app. */
export interface Maker {
  readonly account: InstagramAccount;
  readonly clientId: string;
}

export type Parameters = Readonly<Record<string, string>>;

/** @throws {GraphRefusal} */
export async function createContainer(
  world: InstagramWorld,
  maker: Maker,
  parameters: Parameters,
  signal: AbortSignal,
): Promise<Container> {
  refuseStanding(maker.account);
  checkDay(world, maker.account);
  const isCarouselItem = parameters.is_carousel_item === "true";
  const caption = isCarouselItem ? "" : (parameters.caption ?? "");
  checkCaption(caption);
  const altText = parameters.alt_text ?? "";
  if ([...altText].length > longest.altText) throw invalidParameter("alt_text has more than 1000 characters");
  const { kind, childIds, imageUrl } = readKind(world, maker.account, parameters);
  const pictureId = imageUrl === undefined ? undefined : await takePicture(world, imageUrl, signal);
  const createdAtMs = world.now().getTime();
  const { containerSeconds, containerError } = world.memory.switches;
  const container: Container = {
    id: world.nextId(),
    accountId: maker.account.id,
    clientId: maker.clientId,
    ...{ kind, isCarouselItem, caption, altText, childIds, createdAtMs },
    readyAtMs: createdAtMs + containerSeconds * 1000,
    ...(pictureId !== undefined && { pictureId }),
    ...(containerError !== 0 && { failedWith: containerError }),
  };
  keepBounded(world.memory.containers, container, mostKept);
  world.changed();
  return container;
}

export type ContainerStatus = "IN_PROGRESS" | "FINISHED" | "PUBLISHED" | "ERROR" | "EXPIRED";

/** The reported status; a stale copy may still show the one from before publishing. */
export function toldStatusOf(world: InstagramWorld, container: Container): ContainerStatus {
  const status = statusOf(world, container);
  const post = world.memory.posts.find(({ id }) => id === container.mediaId);
  if (status !== "PUBLISHED" || post === undefined) return status;
  const ageMs = world.now().getTime() - Date.parse(post.createdAt);
  return ageMs < world.memory.switches.staleContainerSeconds * 1000 ? "FINISHED" : status;
}

export function statusOf(world: InstagramWorld, container: Container): ContainerStatus {
  const now = world.now().getTime();
  if (container.mediaId !== undefined) return "PUBLISHED";
  if (now - container.createdAtMs >= dayMs) return "EXPIRED";
  if (now < container.readyAtMs) return "IN_PROGRESS";
  return container.failedWith === undefined ? "FINISHED" : "ERROR";
}

export function describeStatus(status: ContainerStatus, { failedWith }: Container): string {
  switch (status) {
    case "IN_PROGRESS":
      return "In Progress: Media is still being processed.";
    case "FINISHED":
      return "Finished: Media has been uploaded and it is ready to be published.";
    case "PUBLISHED":
      return "Published: Media has been published.";
    case "ERROR":
      return `Error: Media upload has failed with error code ${failedWith}`;
    case "EXPIRED":
      return "Expired: Media was not published within 24 hours.";
  }
}

/** Checks whether this account may publish. @throws {GraphRefusal} */
export function refuseStanding(account: InstagramAccount): void {
  if (account.type === "PERSONAL") throw refusal("not-professional");
  if (account.state === "restricted") throw refusal("account-restricted");
}

function checkDay(world: InstagramWorld, account: InstagramAccount): void {
  const since = world.now().getTime() - dayMs;
  const made = world.memory.containers.filter(
    ({ accountId, createdAtMs }) => accountId === account.id && createdAtMs > since,
  );
  if (made.length >= containersPerDay) throw refusal("daily-limit");
}

/** Counts a character anywhere in the text. */
function checkCaption(caption: string): void {
  const [characters, hashtags, mentions] = [
    [...caption].length,
    caption.split("#").length - 1,
    caption.split("@").length - 1,
  ];
  if (characters > longest.caption || hashtags > longest.hashtags || mentions > longest.mentions)
    throw refusal("caption-too-long");
}

function readKind(
  world: InstagramWorld,
  account: InstagramAccount,
  { media_type: mediaType, children, image_url: imageUrl }: Parameters,
): Pick<Container, "kind" | "childIds"> & { readonly imageUrl?: string } {
  if (mediaType === "CAROUSEL") {
    const childIds = (children ?? "").split(",").filter(Boolean);
    checkChildren(world, account, childIds);
    return { kind: "CAROUSEL", childIds };
  }
  if (mediaType !== undefined && mediaType !== "IMAGE") throw refusal("unknown-media-type");
  if (!imageUrl) throw invalidParameter("The parameter image_url is required");
  if (!URL.canParse(imageUrl)) throw invalidParameter("The parameter image_url is not a valid URI");
  return { kind: "IMAGE", childIds: [], imageUrl };
}

function checkChildren(world: InstagramWorld, account: InstagramAccount, ids: readonly string[]): void {
  if (ids.length < 2 || ids.length > 10 || new Set(ids).size < ids.length) throw refusal("carousel-size");
  const used = new Set(world.memory.containers.flatMap(({ childIds }) => childIds));
  for (const id of ids) {
    const child = world.memory.containers.find((candidate) => candidate.id === id);
    if (child?.accountId !== account.id || !child.isCarouselItem || used.has(id))
      throw refusal("carousel-size");
    if (statusOf(world, child) !== "FINISHED") throw refusal("not-ready");
  }
}
