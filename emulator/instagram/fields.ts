/** Renders Instagram's accounts, containers and media: the id, and the fields named in `fields`. */

import { pictureUrl } from "../network.ts";
import { describeStatus, toldStatusOf } from "./containers.ts";
import type { Container, InstagramAccount, InstagramPost, InstagramWorld } from "./memory.ts";
import { invalidParameter } from "./problems.ts";

type Reading = Readonly<Record<string, () => unknown>>;

/** The input of a reader: the world, the origin of pictures and the query's `fields`. */
export interface Reader {
  readonly world: InstagramWorld;
  readonly origin: string;
  avatarUrl(accountId: string): string;
  readonly fields: string | undefined;
}

/** @throws {GraphRefusal} for unknown fields */
function pick(type: string, id: string, readings: Reading, fields: string | undefined) {
  // A field may name sub-fields in braces; none here has any.
  const asked = (fields ?? "").replaceAll(/\{[^}]*\}/g, "").split(",");
  const names = asked.map((name) => name.trim()).filter((name) => name !== "" && name !== "id");
  const unknown = names.find((name) => !Object.hasOwn(readings, name));
  if (unknown !== undefined)
    throw invalidParameter(`Tried accessing nonexisting field (${unknown}) on node type (${type})`);
  const read = names.map((name) => [name, readings[name]?.()]).filter(([, value]) => value !== undefined);
  return { ...Object.fromEntries(read), id };
}

/** @param id differs by host: Instagram Login uses an app-scoped id besides the account's */
export function readAccount({ world, avatarUrl, fields }: Reader, account: InstagramAccount, id: string) {
  const posts = world.memory.posts.filter((post) => post.accountId === account.id && !post.deletedAt);
  const readings: Reading = {
    user_id: () => account.id,
    username: () => account.username,
    name: () => account.displayName,
    account_type: () => account.type,
    profile_picture_url: () => avatarUrl(account.id),
    media_count: () => posts.length,
  };
  return pick("IGUser", id, readings, fields);
}

export function readContainer({ world, fields }: Reader, container: Container) {
  const status = toldStatusOf(world, container);
  const readings: Reading = {
    status_code: () => status,
    status: () => describeStatus(status, container),
  };
  return pick("IGMediaBuilder", container.id, readings, fields);
}

export function readPost({ world, origin, fields }: Reader, post: InstagramPost) {
  const account = world.memory.accounts.find(({ id }) => id === post.accountId);
  const [first] = post.media;
  const readings: Reading = {
    permalink: () => post.url,
    // Meta's time format: no milliseconds, no colon in the zone.
    timestamp: () => post.createdAt.replace(/\.\d+Z$/, "+0000"),
    media_type: () => post.mediaType,
    media_url: () => first && pictureUrl(origin, first.pictureId),
    // Instagram omits an empty caption.
    caption: () => (post.text === "" ? undefined : post.text),
    alt_text: () => first?.altText,
    shortcode: () => post.shortcode,
    username: () => account?.username,
    owner: () => ({ id: post.accountId }),
  };
  return pick("IGMedia", post.id, readings, fields);
}
