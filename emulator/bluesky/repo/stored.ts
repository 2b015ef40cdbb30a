/** The records that the simulated Bluesky keeps, and the posts of its timeline that come from them. */
import type { LinkCard, PostMedia } from "../../network.ts";
import type { BlueskyAccount, BlueskyWorld, StoredRecord } from "../memory.ts";
import { postAddress } from "../places.ts";
import { asBlob, isObject } from "./lexicon/shapes.ts";

const postCollection = "app.bsky.feed.post";
const mostRecords = 20_000;

export interface Place {
  readonly did: string;
  readonly collection: string;
  readonly rkey: string;
}

export function uriOf({ did, collection, rkey }: Place): string {
  return `at://${did}/${collection}/${rkey}`;
}

export function findRecord({ memory }: BlueskyWorld, place: Place): StoredRecord | undefined {
  return memory.records.find(
    ({ did, collection, rkey }) =>
      did === place.did && collection === place.collection && rkey === place.rkey,
  );
}

/** Puts a record in place of the one with its key, if any. */
export function storeRecord(world: BlueskyWorld, account: BlueskyAccount, record: StoredRecord): void {
  const { records } = world.memory;
  const before = findRecord(world, record);
  if (before) records[records.indexOf(before)] = record;
  else records.push(record);
  if (records.length > mostRecords) records.shift();
  if (record.collection === postCollection) showPost(world, account, record);
}

export function removeRecord(world: BlueskyWorld, place: Place): void {
  const { memory } = world;
  const record = findRecord(world, place);
  memory.records = memory.records.filter((other) => other !== record);
  const post = memory.posts.find(({ id, deletedAt }) => id === uriOf(place) && deletedAt === undefined);
  if (post) post.deletedAt = world.now().toISOString();
}

function showPost(world: BlueskyWorld, account: BlueskyAccount, record: StoredRecord): void {
  const { text, embed } = record.value;
  const id = uriOf(record);
  const { posts } = world.memory;
  const known = posts.findIndex((each) => each.id === id && each.deletedAt === undefined);
  const post = {
    id,
    accountId: account.id,
    handle: `@${account.handle}`,
    text: typeof text === "string" ? text : "",
    url: postAddress(world, account.id, record.rkey),
    createdAt: posts[known]?.createdAt ?? world.now().toISOString(),
    media: mediaOf(world, record, embed),
    card: cardOf(world, record, embed),
  };
  if (known === -1) world.addPost(post);
  else posts[known] = post;
}

function mediaOf(world: BlueskyWorld, { did }: Place, embed: unknown): PostMedia[] {
  const images = isObject(embed) && Array.isArray(embed.images) ? embed.images : [];
  return images.filter(isObject).flatMap(({ image, alt }) => {
    const blob = findBlob(world, did, image);
    if (blob?.pictureId === undefined) return [];
    return [{ id: blob.cid, pictureId: blob.pictureId, altText: typeof alt === "string" ? alt : "" }];
  });
}

/** Bluesky shows what the client wrote: it does not read the page. */
function cardOf(world: BlueskyWorld, { did }: Place, embed: unknown): LinkCard | null {
  const external = isObject(embed) ? embed.external : undefined;
  if (!isObject(external)) return null;
  const { uri, title, description, thumb } = external;
  const blob = findBlob(world, did, thumb);
  const url = String(uri);
  return {
    kind: blob?.pictureId === undefined ? "summary" : "large",
    url,
    title: String(title),
    description: String(description),
    siteName: URL.parse(url)?.hostname.replace(/^www\./, "") ?? "",
    ...(blob?.pictureId !== undefined && {
      picture: { id: blob.pictureId, width: blob.width ?? 0, height: blob.height ?? 0, altText: "" },
    }),
  };
}

function findBlob(world: BlueskyWorld, did: string, value: unknown) {
  const reference = asBlob(value);
  return world.memory.blobs.find((blob) => blob.did === did && blob.cid === reference?.cid);
}
