/** Builds the body of a post, and its permalink (docs/networks/linkedin.md, section 4). */
import type { Post, ShareResult } from "../platform.ts";
import { withAddress } from "../posts/address-in-text.ts";
import { parseOptions } from "../posts/options.ts";
import { cutAlt } from "../posts/pictures.ts";
import { parsePostLink } from "../posts/post-link.ts";
import { toWebAddress, type WebAddress } from "../posts/web-address.ts";
import { optionsShape } from "./options.ts";
import { toLittleText } from "./text.ts";

/** LinkedIn’s limits, except for the description, which its apps hardly show. */
const LONGEST = { title: 400, description: 1_000, alt: 4_086 };

/**
 * The URNs of the uploaded pictures, in order. For a post without pictures, the URN of the card’s thumbnail, or null for a
 * card without one. A repeat must send the same, or LinkedIn takes it for another post.
 */
export type Uploads = { images: string[] } | { thumbnail: string | null };

/** Builds the body of the request that publishes. It is the same for every attempt at a share. @throws {PlatformError} */
export function toBody(author: string, post: Post, uploads: Uploads) {
  const { audience = "PUBLIC" } = parseOptions(optionsShape, post.options);
  const text = "images" in uploads ? withAddress(post.text, post.url) : post.text;
  return {
    author,
    // LinkedIn may refuse a blank commentary, and the card shows its title anyway.
    commentary: toLittleText(text.trim() === "" ? titleOf(post) : text),
    visibility: audience,
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

/** A card needs a title. */
function titleOf({ title, url }: Post): string {
  return cutAlt(title.trim() || new URL(url).host, LONGEST.title);
}

/** The permalink of a post. */
export function permalinkOf(origin: string, urn: string): WebAddress {
  return toWebAddress(`${origin}/feed/update/${urn}/`);
}

/** The page with the author’s latest posts, for a post that LinkedIn did not name. */
export function profileOf(origin: string, author: string): WebAddress {
  const page = /^urn:li:organization:(\d+)$/.exec(author)?.[1];
  const path = page === undefined ? "in/me/recent-activity/all" : `company/${page}/posts`;
  return toWebAddress(`${origin}/${path}/`);
}

/** Reads a permalink that a person copied. The number of an activity is not the post’s id. */
export function readPostLink(origin: string, link: string): ShareResult | undefined {
  const url = parsePostLink(
    link.replace(/^(https?:\/\/)?[a-z]{2}\.linkedin\.com/i, "https://www.linkedin.com"),
    [origin],
  );
  // The colons of a copied link may be percent-encoded. No other part of it matters.
  const path = (url?.pathname ?? "").replaceAll(/%3a/gi, ":");
  const [, kind, number] =
    /^\/feed\/update\/urn:li:(share|ugcPost|activity):(\d+)\/?$/.exec(path) ??
    /^\/posts\/[^/]*-(share|ugcPost|activity)-(\d+)-[\w-]+\/?$/i.exec(path) ??
    [];
  if (kind === undefined) return undefined;
  const urn = `urn:li:${kind}:${number}`;
  return { url: permalinkOf(origin, urn), ...(kind === "activity" ? {} : { platformPostId: urn }) };
}
