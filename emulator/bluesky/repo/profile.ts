/** The profile that every account has as a record, with a drawn avatar. */
import { drawAvatar } from "../../crawl/pictures.ts";
import type { BlueskyAccount, StoredRecord } from "../memory.ts";
import { cidOfFile, cidOfRecord } from "./cid.ts";

export const profileCollection = "app.bsky.actor.profile";

export function profileOf({ id, displayName }: BlueskyAccount): StoredRecord {
  const avatar = { $type: "blob", ref: { $link: avatarCid(id) }, mimeType: "image/jpeg", size: 2_000 };
  const value = { $type: profileCollection, displayName, avatar, createdAt: "2026-01-05T08:00:00.000Z" };
  return { did: id, collection: profileCollection, rkey: "self", cid: cidOfRecord(value), value };
}

/** The bytes of the account's avatar, if this is its name. It is drawn when it is asked for, so its name is no hash of it. */
export async function readAvatar({ id, displayName }: BlueskyAccount, cid: string) {
  return cid === avatarCid(id) ? await drawAvatar(displayName) : undefined;
}

function avatarCid(did: string): string {
  return cidOfFile(Buffer.from(`avatar of ${did}`));
}
