/** Reads a page as Mastodon's own code does (docs/networks/link-cards.md, section 4). */
import { decodeHTMLStrict } from "entities";
import type { PageFacts } from "../../posts/link-card.ts";

export interface MastodonReading {
  /** Without a title there is no card, except for a video. */
  readonly title: string;
  readonly description: string;
  /** "" if the page does not say. */
  readonly site: string;
  readonly author: string;
  readonly isVideo: boolean;
  /** The picture's address. */
  readonly picture?: string;
  /** The source of the texts if it is not Open Graph: "oEmbed", "NewsArticle", "WebPage". */
  readonly source?: string;
}

/** Relative, or http or https. */
const PLAYER = /^(?:https?:\/\/[^/]|(?![^:/?#]+:)\S)/;
const TYPES = ["NewsArticle", "WebPage"];

/** Returns undefined if the page is not HTML, because Mastodon then makes no card. */
export function readAsMastodon(facts: PageFacts): MastodonReading | undefined {
  if (facts.type !== "text/html") return undefined;
  const { told, picture } = facts;
  const isPhoto = told?.type === "photo";
  if (told?.type === "link" || told?.type === "video" || (isPhoto && told.picture !== undefined))
    return {
      title: told.title,
      description: "",
      site: told.provider,
      author: told.author,
      isVideo: told.type === "video",
      ...(told.picture === undefined ? {} : { picture: told.picture }),
      source: "oEmbed",
    };
  const { metas } = facts;
  const data = facts.objects.find(({ type }) => TYPES.includes(type));
  const first = (...values: readonly (string | null | undefined)[]) =>
    // Decoded once more than the parser does: Mastodon shows "&amp;amp;" as "&".
    decodeHTMLStrict(values.find((value) => value !== undefined && value !== null) ?? "").trim();
  return {
    title: first(data?.headline, metas["og:title"], facts.headTitle),
    description: first(data?.description, metas["og:description"], metas.description),
    site: first(data?.publisher, metas["og:site_name"]),
    author: first(data?.author, metas["og:author"], metas["og:author:username"]),
    isVideo: PLAYER.test(metas["twitter:player"] ?? ""),
    ...(picture === undefined ? {} : { picture }),
    ...(data?.headline === undefined && data?.description === undefined ? {} : { source: data.type }),
  };
}
