/** Accounts, pictures, cards and statuses in the words of Mastodon's API. */

import type { Context } from "hono";
import { avatarUrl, type Env, type LinkCard, originOf, pictureUrl } from "../network.ts";
import type { MastodonAccount, Media, Server, Status, Switches } from "./memory.ts";
import { type MastodonWorld, serverOf } from "./oauth/access.ts";
import { accountDomainOf } from "./oauth/authorize.tsx";
import { isFrom } from "./releases.ts";
import { contentOf } from "./text.ts";

/** The reader, and the origin of the request. */
export interface View {
  readonly world: MastodonWorld;
  readonly server: Server;
  readonly origin: string;
}

export function viewOf(world: MastodonWorld, c: Context<Env>): View {
  return { world, server: serverOf(world, c), origin: originOf(c.req.raw) };
}

export function accountEntity({ world, server, origin }: View, account: MastodonAccount) {
  const avatar = avatarUrl(origin, account.id);
  const own = world.memory.posts.filter((post) => post.accountId === account.id && !post.deletedAt);
  return {
    id: account.apiId,
    username: account.username,
    acct: server.host === account.server ? account.username : `${account.username}@${account.server}`,
    display_name: account.displayName,
    locked: false,
    bot: false,
    discoverable: true,
    group: false,
    created_at: "2022-11-07T00:00:00.000Z",
    note: "",
    url: `${origin}/@${account.username}`,
    uri: `${origin}/users/${account.username}`,
    avatar,
    avatar_static: avatar,
    header: `${origin}/headers/original/missing.png`,
    header_static: `${origin}/headers/original/missing.png`,
    followers_count: 0,
    following_count: 0,
    statuses_count: own.length,
    last_status_at: own.at(-1)?.createdAt.slice(0, 10) ?? null,
    emojis: [],
    fields: [],
  };
}

/** The account as its owner sees it. */
export function ownAccountEntity(view: View, account: MastodonAccount) {
  const entity = accountEntity(view, account);
  const { ownAccount } = view.server.switches;
  if (ownAccount === "bare") return { ...entity, uri: undefined, url: null, display_name: "" };
  return {
    ...entity,
    ...(ownAccount === "local" && { uri: undefined }),
    ...(ownAccount === "numeric" && { id: Number(account.apiId.slice(-9)) }),
    source: {
      privacy: account.defaultVisibility,
      sensitive: false,
      language: account.language,
      ...(isFrom(view.server.switches, "4.5") && { quote_policy: "public" }),
      note: "",
      fields: [],
      follow_requests_count: 0,
      attribution_domains: account.attributionDomains,
    },
  };
}

export function userinfoEntity({ server, origin }: View, account: MastodonAccount) {
  const profile = `${origin}/@${account.username}`;
  const name = server.switches.errors === "hollo" ? "preferredUsername" : "preferred_username";
  return {
    iss: `${origin}/`,
    sub: `${origin}/users/${account.username}`,
    name: account.displayName,
    [name]: account.username,
    profile,
    picture: avatarUrl(origin, account.id),
  };
}

/** A picture that is still being processed has no address yet. */
export function mediaEntity({ origin }: View, media: Media) {
  const address = media.state === "ready" ? pictureUrl(origin, media.pictureId) : null;
  const size = { width: media.width, height: media.height };
  const original = { ...size, size: `${size.width}x${size.height}`, aspect: size.width / size.height };
  return {
    id: media.id,
    type: "image",
    url: address,
    preview_url: address,
    remote_url: null,
    meta: { original, small: original },
    description: media.altText === "" ? null : media.altText,
    blurhash: "UBL_:rOpGG-;~qRjWBay?bj[M{ay%MWBt7t7",
  };
}

function cardEntity(view: View, card: LinkCard) {
  const author = view.world.memory.accounts.find(({ id }) => id === card.byline?.accountId);
  const account = author && accountEntity(view, author);
  const { type = "link", authorName = "", authorUrl = "", publishedAt = null } = card.more ?? {};
  const named =
    authorName === "" && authorUrl === "" ? [] : [{ name: authorName, url: authorUrl, account: null }];
  return {
    url: card.url,
    title: card.title,
    description: card.description,
    type,
    authors: author ? [{ name: author.displayName, url: account?.url, account }] : named,
    author_name: authorName,
    author_url: authorUrl,
    provider_name: card.siteName,
    provider_url: "",
    html: "",
    width: card.picture?.width ?? 0,
    height: card.picture?.height ?? 0,
    image: card.picture ? pictureUrl(view.origin, card.picture.id) : null,
    image_description: card.picture?.altText ?? "",
    embed_url: "",
    blurhash: null,
    published_at: publishedAt,
  };
}

export function statusEntity(view: View, status: Status) {
  const { world, server } = view;
  const author = world.memory.accounts.find(({ id }) => id === status.accountId);
  const media = world.memory.media.filter(({ statusId }) => statusId === status.id);
  return {
    id: server.switches.statusIds === "numbers" ? Number(status.id.slice(-9)) : status.id,
    created_at: toldTime(status.createdAt, server.switches.statusTimes),
    in_reply_to_id: status.inReplyToId,
    in_reply_to_account_id: null,
    sensitive: status.sensitive,
    spoiler_text: status.spoilerText,
    visibility: status.visibility,
    language: status.language,
    uri: status.uri,
    url: server.switches.statusUrls ? status.url : null,
    replies_count: 0,
    reblogs_count: 0,
    favourites_count: 0,
    edited_at: null,
    favourited: false,
    reblogged: false,
    muted: false,
    bookmarked: false,
    pinned: false,
    content: contentOf(status.text, server.switches.content),
    reblog: null,
    application: { name: status.appName, website: null },
    account: author && accountEntity(view, author),
    media_attachments: media.map((attached) => mediaEntity(view, attached)),
    mentions: [],
    tags: [],
    emojis: [],
    card: status.card && cardEntity(view, status.card),
    poll: null,
    ...(isFrom(server.switches, "4.5") && { quote_approval: quotesOf(status) }),
  };
}

function quotesOf({ quotePolicy = "public", visibility }: Status) {
  const isOpen = visibility === "public" || visibility === "unlisted";
  const automatic = isOpen && quotePolicy !== "nobody" ? [quotePolicy] : [];
  return { automatic, manual: [], current_user: "automatic" };
}

/** The reported time of a status. */
function toldTime(createdAt: string, told: Switches["statusTimes"]): string | number | null {
  const ms = Date.parse(createdAt);
  switch (told) {
    case "exact":
      return createdAt;
    case "day":
      return createdAt.slice(0, 10);
    case "without-zone":
      return createdAt.slice(0, 19);
    case "number":
      return Math.floor(ms / 1000);
    case "absent":
      return null;
    case "hour-early":
      return new Date(ms - 3600_000).toISOString();
    case "hour-late":
      return new Date(ms + 3600_000).toISOString();
  }
}

/** The answer to a deletion: the source text in place of the HTML. */
export function deletedStatusEntity(view: View, status: Status) {
  const { content: _content, ...rest } = statusEntity(view, status);
  return { ...rest, text: status.text };
}

/** The handle on the timeline: "@ana@mastodon.localhost:4102". */
export function handleIn({ server, origin }: View, account: MastodonAccount): string {
  return `@${account.username}@${accountDomainOf(server, origin)}`;
}
