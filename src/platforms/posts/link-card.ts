/** The preview of a link’s card on a network, as far as it can be known before posting (docs/networks/link-cards.md). */
import { say, type Told } from "../../words/words.ts";

/** The linked page as we read it. If we could not, as the link describes it. */
export interface CardSource {
  /** The address that will be posted. */
  readonly url: string;
  readonly title: string;
  readonly description: string;
  readonly siteName: string;
  /** If false, networks that read the page themselves may find nothing either. */
  readonly wasRead: boolean;
  /** The page’s canonical address. */
  readonly canonical: string;
  /** The first value of each tag that networks read, by its name: "og:title". */
  readonly tags: Readonly<Record<string, string>>;
  /** Whether the page names a picture, even one that we could not load. */
  readonly namesPicture: boolean;
  readonly picture: CardPicture | undefined;
  /** The picture that a network’s own tag names, if there is one. */
  readonly networkPicture: CardPicture | undefined;
  /** The exact content of the page, if known. */
  readonly facts: PageFacts | undefined;
  /** The pictures that we could load, by their addresses in the facts. */
  readonly pictures: ReadonlyMap<string, CardPicture>;
}

/** What a strict parser finds in a page (src/pages/reading/facts.ts). */
export interface PageFacts {
  /** The media type of the Content-Type header: "text/html". */
  readonly type: string;
  /** The content of the first meta tag with each name; null if the tag has no content. */
  readonly metas: Readonly<Record<string, string | null>>;
  /** The value of the last `twitter:card`. */
  readonly lastCard?: string;
  readonly headTitle?: string;
  /** The address of the first og:image. Absent if a strict parser does not accept it. */
  readonly picture?: string;
  /** The top-level objects of the JSON-LD scripts. */
  readonly objects: readonly {
    readonly type: string;
    readonly headline?: string;
    readonly description?: string;
    readonly author?: string;
    readonly publisher?: string;
  }[];
  /** The site’s oEmbed answer. */
  readonly told?: {
    readonly type: string;
    readonly title: string;
    readonly author: string;
    readonly provider: string;
    readonly picture?: string;
  };
}

export interface CardPicture {
  /** The path where we serve it. */
  readonly path: string;
  /** The media type by content: "image/webp". */
  readonly type: string;
  /** In pixels. */
  readonly width: number;
  readonly height: number;
  /** In bytes. */
  readonly size: number;
}

export interface LinkCard {
  /**
   * "wide": the picture above, the words below; "small": a square picture beside the words; "words": no picture;
   * "picture": the post is the picture itself; "none": only the link.
   */
  readonly layout: "wide" | "small" | "words" | "picture" | "none";
  readonly picture?: CardPicture;
  /** The width-to-height ratio that the picture is cropped to. */
  readonly ratio?: number;
  /** A picture with another ratio gets a margin instead of being cropped. */
  readonly margin?: true;
  /** The site’s name, as the card shows it: "BLOG.EXAMPLE.COM". */
  readonly site?: string;
  readonly title?: string;
  readonly description?: string;
  /** The text over the picture’s corner. */
  readonly overlay?: string;
  readonly byline?: string;
  /** How the network shows the address in the text. Absent if it shows it unchanged. */
  readonly address?: string;
  /** What only the network can know. */
  readonly unsure?: Told;
  readonly warnings: readonly Told[];
}

/** Returns the host without "www.": "blog.example.com". @throws {TypeError} if `url` is not a URL */
export function hostOf(url: string): string {
  return new URL(url).hostname.replace(/^www\./, "");
}

/** Returns the address without its scheme and "www.", cut after `limit` characters. */
export function shortenAddress(url: string, limit: number): string {
  const short = url.replace(/^https?:\/\/(?:www\.)?/, "");
  return short.length <= limit ? short : `${short.slice(0, limit)}…`;
}

/** Returns the warnings about a picture that a network fetches from the page. */
export function warnOfPicture(
  { namesPicture, wasRead }: CardSource,
  picture: CardPicture | undefined,
  { network, maxMegabytes, types }: { network: string; maxMegabytes: number; types: readonly string[] },
): Told[] {
  if (picture === undefined) {
    if (namesPicture)
      return [say("The page’s picture cannot be fetched or read: {network} will show none.", { network })];
    return wasRead
      ? [say("{network} will show no picture: the page names none (og:image).", { network })]
      : [];
  }
  const warnings: Told[] = [];
  if (picture.size > maxMegabytes * 1_000_000)
    warnings.push(
      say("The picture has {size, number} MB: {network} takes at most {maxMegabytes}.", {
        size: Math.ceil(picture.size / 1_000_000),
        network,
        maxMegabytes,
      }),
    );
  if (!types.includes(picture.type))
    warnings.push(
      say("{network} may not show a picture of the type {type}.", {
        network,
        type: picture.type.replace("image/", ""),
      }),
    );
  return warnings;
}

/** Networks crop wide pictures to about 1.91:1. Returns a warning if this one would lose much. */
export function warnOfCut({ width, height }: CardPicture, network: string): Told[] {
  const ratio = width / height;
  if (ratio >= 1.5 && ratio <= 2.3) return [];
  const shape = ratio >= 1 ? `${ratio.toFixed(1)}:1` : `1:${(1 / ratio).toFixed(1)}`;
  return [say("{network} shows this {shape} picture cut to 1.91:1.", { network, shape })];
}

/** Cuts a text to at most `limit` graphemes, including the "…" that replaces the rest. */
export function cutTo(text: string, limit: number): string {
  const graphemes = [...new Intl.Segmenter().segment(text)].map(({ segment }) => segment);
  return graphemes.length <= limit
    ? text
    : `${graphemes
        .slice(0, limit - 1)
        .join("")
        .trimEnd()}…`;
}
