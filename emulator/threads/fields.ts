/** Renders Threads' accounts, containers and posts: the id, and the fields named in `fields`. */
import { avatarUrl, pictureUrl } from "../network.ts";
import { toldStatusOf } from "./containers.ts";
import type { Container, ThreadsAccount, ThreadsPost, ThreadsWorld } from "./memory.ts";
import { invalidParameter } from "./problems.ts";

type Reading = Readonly<Record<string, () => unknown>>;

/** The input of a reader: the world, the origin of pictures and the query's `fields`. */
export interface Reader {
  readonly world: ThreadsWorld;
  readonly origin: string;
  readonly fields: string | undefined;
}

/** Reads the requested fields. @throws {GraphRefusal} for unknown fields */
export function pick(type: string, readings: Reading, fields: string | undefined) {
  const names = (fields ?? "")
    .split(",")
    .map((name) => name.trim())
    .filter(Boolean);
  const unknown = names.find((name) => !Object.hasOwn(readings, name));
  if (unknown !== undefined)
    throw invalidParameter(`(#100) Tried accessing nonexisting field (${unknown}) on node type (${type})`);
  const read = names.map((name) => [name, readings[name]?.()]).filter(([, value]) => value !== undefined);
  return Object.fromEntries(read);
}

export function readAccount({ origin, fields }: Reader, account: ThreadsAccount) {
  const readings: Reading = {
    id: () => account.id,
    username: () => account.username,
    name: () => account.displayName,
    threads_profile_picture_url: () => avatarUrl(origin, account.id),
    threads_biography: () => "",
    is_verified: () => false,
  };
  return { ...pick("ThreadsUser", readings, fields), id: account.id };
}

export function readContainer({ world, fields }: Reader, container: Container) {
  const status = toldStatusOf(world, container);
  const readings: Reading = {
    id: () => container.id,
    status: () => status,
    error_message: () => (status === "ERROR" ? container.failedWith : undefined),
  };
  return { ...pick("ThreadsMediaContainer", readings, fields), id: container.id };
}

export function readPost({ world, origin, fields }: Reader, post: ThreadsPost) {
  const account = world.memory.accounts.find(({ id }) => id === post.accountId);
  const [first] = post.media;
  const readings: Reading = {
    id: () => post.id,
    media_product_type: () => "THREADS",
    media_type: () => post.mediaType,
    media_url: () => first && pictureUrl(origin, first.pictureId),
    permalink: () => (world.memory.switches.permalinks === "shown" ? post.url : undefined),
    owner: () => ({ id: post.accountId }),
    username: () => account?.username,
    // Threads omits an empty text.
    text: () => (post.text === "" ? undefined : post.text),
    // Meta's time format: no milliseconds, no colon in the zone.
    timestamp: () => post.createdAt.replace(/\.\d+Z$/, "+0000"),
    shortcode: () => post.shortcode,
    alt_text: () => first?.altText,
    is_quote_post: () => false,
  };
  return { ...pick("Media", readings, fields), id: post.id };
}
