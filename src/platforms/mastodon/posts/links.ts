/** Links to posts on servers with Mastodon's API, as people copy them there (docs/networks/mastodon.md, section 4). */
import type { Account, ShareResult } from "../../platform.ts";
import { isSameHandle, parsePostLink } from "../../posts/post-link.ts";
import { toWebAddress } from "../../posts/web-address.ts";
import { readExtra } from "../account.ts";

/**
 * Patterns of paths: `owner` is the first part of a handle, `domain` its second, `account` the id on the server, `id`
 * the status's own id. If the address names the post in another way (`name`), the id stays unknown.
 */
const shapes: readonly RegExp[] = [
  // Mastodon, including its two web clients; GoToSocial, Takahē; activities.next has the full handle.
  /^\/(?:web\/|deck\/)?@(?<owner>[^/@]+)\/(?:(?:statuses|posts)\/)?(?<id>[\w-]+)$/,
  /^\/(?:web\/|deck\/)?@(?<owner>[^/@]+)@(?<domain>[^/@]+)\/(?<name>[\w%.:-]+)$/,
  /^\/users\/(?<owner>[^/]+)\/statuses\/(?<id>[\w-]+)(?:\/activity)?$/,
  /^\/ap\/users\/(?<account>[^/]+)\/statuses\/(?<id>[\w-]+)(?:\/activity)?$/,
  /^\/web\/statuses\/(?<id>[\w-]+)$/,
  // Pleroma, whose objects have other ids than its statuses.
  /^\/notice\/(?<id>[\w-]+)$/,
  /^\/objects\/(?<name>[\w-]+)$/,
  // The Misskey family; Mitra; Pixelfed.
  /^\/notes\/(?<id>[\w-]+)$/,
  /^\/posts?\/(?<id>[\w-]+)$/,
  /^\/i\/web\/post\/(?<id>[\w-]+)$/,
  /^\/p\/(?<owner>[^/]+)\/(?<id>[\w-]+)$/,
  // Friendica, snac (perhaps below a path of its own), and link shorteners.
  /^\/display\/(?<owner>[^/]+)\/(?<name>[\w-]+)$/,
  /^\/display\/(?<name>[\w-]+)$/,
  /^(?:\/[\w-]+)?\/(?<owner>[^/]+)\/p\/(?<name>[\w.-]+)$/,
  /^\/s\/(?<name>[\w-]+)$/,
];
/** WordPress, with addresses that its users choose; nothing in them names the author. */
const WORDPRESS = /^\/(?:[^/]+\/)*\d{4}\/\d{2}\/(?:\d{2}\/)?[^/]+$/;

/** Undefined if the link leads elsewhere, to something that is not a post, or to another account. */
export function readPostLink(account: Account, link: string): ShareResult | undefined {
  const { origin, accountId, software } = readExtra(account);
  const [name = "", domain = new URL(origin).host] = account.username.split("@");
  const url = parsePostLink(link, [origin, `https://${domain}`]);
  if (url === undefined) return undefined;
  const path = url.pathname.replace(/(?<=.)\/$/, "");
  const byNumber = /^\/(?:index\.php)?$/.test(path) ? url.searchParams.get("p") : null;
  url.search = byNumber === null ? "" : `?p=${encodeURIComponent(byNumber)}`;
  if (byNumber !== null && /^\d+$/.test(byNumber)) return { url: toWebAddress(url) };
  if (software?.name === "wordpress" && WORDPRESS.test(path)) return { url: toWebAddress(url) };
  for (const shape of shapes) {
    const found = shape.exec(path)?.groups;
    if (found === undefined) continue;
    const isOurs =
      isSameHandle(found.owner, name) &&
      (found.domain === undefined || [domain, new URL(origin).host].includes(found.domain.toLowerCase())) &&
      (found.account === undefined || found.account === accountId);
    if (!isOurs) return undefined;
    return { url: toWebAddress(url), ...(found.id === undefined ? {} : { platformPostId: found.id }) };
  }
  return undefined;
}
