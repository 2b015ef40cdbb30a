/** What a post is made of, and where it is to be seen (docs/networks/linkedin.md, section 4). */

import type { Post, ShareResult } from "../platform.ts";
import { withAddress } from "../posts/address-in-text.ts";
import { cutAlt } from "../posts/pictures.ts";
import { parsePostLink } from "../posts/post-link.ts";
import { toWebAddress, type WebAddress } from "../posts/web-address.ts";
import { toLittleText } from "./text.ts";

/** The network's own, but for the description, which its apps hardly show. */
const LONGEST = { title: 400, description: 1_000, alt: 4_086 };

/**
 * The pictures of a post as they were uploaded, in order; of a post without any, the thumbnail of its card, or null
 * for a card without one. A repeat has to carry the same, or it is a post of its own.
 */
export type Uploads = { images: string[] } | { thumbnail: string | null };

/** The body of the one request that publishes: the same for every try of a share. */
export function toBody(author: string, post: Post, uploads: Uploads) {
  const text = "images" in uploads ? withAddress(post.text, post.url) : post.text;
  return {
    author,
    // A blank commentary may be refused, and a card shows its title anyway.
    commentary: toLittleText(text.trim() === "" ? titleOf(post) : text),
    visibility: "PUBLIC",
    distribution: {
      feedDistribution: "MAIN_FEED",
      targetEntities: [],
      thirdPartyDistributionChannels: [],
    },
    content: contentOf(post, uploads),
    lifecycleState: "PUBLISHED",
    isReshareDisabledByAuthor: false,
  };
}

function contentOf(post: Post, uploads: Uploads) {
  if ("thumbnail" in uploads) {
    const description = cutAlt(post.description.trim(), LONGEST.description);
    return {
      article: {
        source: post.url,
        title: titleOf(post),
        ...(description === "" ? {} : { description }),
        ...(uploads.thumbnail === null ? {} : { thumbnail: uploads.thumbnail }),
      },
    };
  }
  const images = uploads.images.map((id, index) => {
    const altText = cutAlt(post.pictures[index]?.alt.trim() ?? "", LONGEST.alt);
    return { id, ...(altText === "" ? {} : { altText }) };
  });
  const [only] = images;
  return images.length === 1 && only !== undefined ? { media: only } : { multiImage: { images } };
}

/** A card needs one. */
function titleOf({ title, url }: Post): string {
  return cutAlt(title.trim() || new URL(url).host, LONGEST.title);
}

export function permalinkOf(origin: string, urn: string): WebAddress {
  return toWebAddress(`${origin}/feed/update/${urn}/`);
}

/** Where an author's latest posts are, for a post that LinkedIn did not name. */
export function profileOf(origin: string, author: string): WebAddress {
  const page = /^urn:li:organization:(\d+)$/.exec(author)?.[1];
  const path = page === undefined ? "in/me/recent-activity/all" : `company/${page}/posts`;
  return toWebAddress(`${origin}/${path}/`);
}

/** Of a post that a person copied the link of. An activity's number is not the post's own. */
export function readPostLink(origin: string, link: string): ShareResult | undefined {
  const url = parsePostLink(
    link.replace(/^(https?:\/\/)?[a-z]{2}\.linkedin\.com/i, "https://www.linkedin.com"),
    [origin],
  );
  // As people copy it, the colons may be escaped; nothing else of it matters.
  const path = (url?.pathname ?? "").replaceAll(/%3a/gi, ":");
  const [, kind, number] =
    /^\/feed\/update\/urn:li:(share|ugcPost|activity):(\d+)\/?$/.exec(path) ??
    /^\/posts\/[^/]*-(share|ugcPost|activity)-(\d+)-[\w-]+\/?$/i.exec(path) ??
    [];
  if (kind === undefined) return undefined;
  const urn = `urn:li:${kind}:${number}`;
  return { url: permalinkOf(origin, urn), ...(kind === "activity" ? {} : { platformPostId: urn }) };
}
