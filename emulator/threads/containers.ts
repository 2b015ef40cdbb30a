/** Creates the containers of the simulated Threads and reads their status (docs/networks/threads.md, sections 3.1 and 3.2). */
import { keepBounded } from "../bounded.ts";
import { makeMetaCard } from "../crawl/cards.ts";
import type { Caller, Parameters } from "./caller.ts";
import type { Container, ThreadsAccount, ThreadsWorld } from "./memory.ts";
import { takePicture } from "./picture.ts";
import { containerNotFound, invalidParameter, refusal } from "./problems.ts";
import { countBytes, countLinks, linksIn } from "./text.ts";

const mostKept = 5_000;

const dayMs = 24 * 60 * 60 * 1000;
const longest = { textBytes: 500, altText: 1_000, topic: 50 };
const mostLinks = 5;
const carouselSize = { least: 2, most: 20 };
const replyControls: readonly string[] = [
  "everyone",
  "accounts_you_follow",
  "mentioned_only",
  "parent_post_author_only",
  "followers_only",
];

/** @throws {GraphRefusal} */
export async function createContainer(
  world: ThreadsWorld,
  { account, clientId, parameters }: Caller,
  signal: AbortSignal,
): Promise<Container> {
  refuseRestricted(account);
  const kind = readKind(parameters);
  checkWords(kind, parameters);
  checkOptions(kind, parameters);
  const { text = "", link_attachment: linkAttachment, alt_text: altText = "" } = parameters;
  const childIds = kind === "CAROUSEL" ? readChildren(world, account, parameters) : [];
  const replyToId = readReply(world, parameters);
  const taken = kind === "IMAGE" ? await takePicture(world, readImageUrl(parameters), signal) : {};
  const { textSeconds, pictureSeconds, containerError } = world.memory.switches;
  const createdAtMs = world.now().getTime();
  const container: Container = {
    id: world.nextId(),
    accountId: account.id,
    ...{ clientId, kind, text, altText, childIds, createdAtMs },
    isCarouselItem: parameters.is_carousel_item === "true",
    readyAtMs: createdAtMs + (kind === "TEXT" ? textSeconds : pictureSeconds) * 1000,
    ...(linkAttachment !== undefined && { linkAttachment }),
    ...(replyToId !== undefined && { replyToId }),
    ...(parameters.reply_control !== undefined && { replyControl: parameters.reply_control }),
    ...taken,
    ...(containerError !== "" && { failedWith: containerError }),
    card: null,
  };
  keepBounded(world.memory.containers, container, mostKept);
  makeCardLater(world, container);
  world.changed();
  return container;
}

export type ContainerStatus = "IN_PROGRESS" | "FINISHED" | "PUBLISHED" | "ERROR" | "EXPIRED";

/** The reported status; a stale copy may still show the one from before publishing. */
export function toldStatusOf(world: ThreadsWorld, container: Container): ContainerStatus {
  const status = statusOf(world, container);
  const post = world.memory.posts.find(({ id }) => id === container.mediaId);
  if (status !== "PUBLISHED" || post === undefined) return status;
  const ageMs = world.now().getTime() - Date.parse(post.createdAt);
  return ageMs < world.memory.switches.staleContainerSeconds * 1000 ? "FINISHED" : status;
}

export function statusOf(world: ThreadsWorld, container: Container): ContainerStatus {
  const now = world.now().getTime();
  if (container.mediaId !== undefined) return "PUBLISHED";
  if (now - container.createdAtMs >= dayMs) return "EXPIRED";
  if (now < container.readyAtMs) return "IN_PROGRESS";
  return container.failedWith === undefined ? "FINISHED" : "ERROR";
}

/** Checks whether this account may publish. @throws {GraphRefusal} */
export function refuseRestricted({ state }: ThreadsAccount): void {
  if (state === "restricted") throw refusal("user-restricted");
}

function readKind({ media_type: mediaType }: Parameters): Container["kind"] {
  if (mediaType === undefined) throw invalidParameter("The parameter media_type is required");
  if (mediaType !== "TEXT" && mediaType !== "IMAGE" && mediaType !== "CAROUSEL")
    throw invalidParameter("Param media_type must be one of {TEXT, IMAGE, CAROUSEL}");
  return mediaType;
}

function checkWords(
  kind: Container["kind"],
  { text = "", link_attachment: attachment, alt_text: altText }: Parameters,
): void {
  if (countBytes(text) > longest.textBytes) throw refusal("text-too-long");
  if (kind === "TEXT" && text.trim() === "" && !attachment)
    throw invalidParameter("The parameter text is required");
  if (attachment !== undefined && kind !== "TEXT")
    throw invalidParameter("Param link_attachment can only be used with media_type TEXT");
  if (attachment !== undefined && !/^https?:$/.test(URL.parse(attachment)?.protocol ?? ""))
    throw invalidParameter("Param link_attachment must be a valid URI");
  if (countLinks(text, attachment) > mostLinks) throw refusal("too-many-links");
  if (altText !== undefined && kind === "TEXT")
    throw invalidParameter("Param alt_text cannot be used with media_type TEXT");
  if ([...(altText ?? "")].length > longest.altText)
    throw invalidParameter("Param alt_text must be at most 1000 characters long");
}

function checkOptions(kind: Container["kind"], parameters: Parameters): void {
  const { topic_tag: topic, reply_control: control, auto_publish_text: auto } = parameters;
  if (topic !== undefined && (topic === "" || [...topic].length > longest.topic || /[.&]/.test(topic)))
    throw invalidParameter("Param topic_tag must be 1 to 50 characters long, without . and &");
  if (control !== undefined && !replyControls.includes(control))
    throw invalidParameter(`Param reply_control must be one of {${replyControls.join(", ")}}`);
  if (auto === "true" && kind !== "TEXT")
    throw invalidParameter("Param auto_publish_text can only be used with media_type TEXT");
}

function readReply(world: ThreadsWorld, { reply_to_id: id }: Parameters): string | undefined {
  if (id === undefined) return undefined;
  const isThere = world.memory.posts.some((post) => post.id === id && post.deletedAt === undefined);
  if (!isThere) throw invalidParameter("Param reply_to_id must be the id of a post");
  return id;
}

function readImageUrl({ image_url: imageUrl }: Parameters): string {
  if (!imageUrl) throw invalidParameter("The parameter image_url is required");
  if (!URL.canParse(imageUrl)) throw invalidParameter("Param image_url must be a valid URI");
  return imageUrl;
}

function readChildren(world: ThreadsWorld, account: ThreadsAccount, { children }: Parameters): string[] {
  const ids = (children ?? "").split(",").filter(Boolean);
  const items = world.memory.containers.filter(
    (item) => ids.includes(item.id) && item.accountId === account.id && item.isCarouselItem,
  );
  const { least, most } = carouselSize;
  if (ids.length < least || ids.length > most || items.length !== ids.length)
    throw invalidParameter("Param children must name 2 to 20 carousel items");
  const early = items.find((item) => statusOf(world, item) !== "FINISHED");
  if (early !== undefined) throw containerNotFound(early.id);
  return ids;
}

/** Makes a card from the attached link, or the first one in the text. Posts with pictures have none. */
function makeCardLater(world: ThreadsWorld, container: Container): void {
  const url = container.linkAttachment ?? linksIn(container.text)[0];
  if (container.kind !== "TEXT" || url === undefined) return;
  world.inBackground(0, async (signal) => {
    container.card = await makeMetaCard(world, url, signal);
    const post = world.memory.posts.find(({ containerId }) => containerId === container.id);
    if (post) post.card = container.card;
  });
}
