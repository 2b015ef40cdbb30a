/** How a link will look on a network, as far as that can be known before it is posted (docs/networks/link-cards.md). */
import { say, type Told } from "../../words/words.ts";

/** The page behind the link, as it was read; where it could not be, as the link describes it. */
export interface CardSource {
  /** As it will be posted. */
  readonly url: string;
  readonly title: string;
  readonly description: string;
  readonly siteName: string;
  /** False: networks that read the page themselves may find nothing either. */
  readonly wasRead: boolean;
  /** What the page calls its own address. */
  readonly canonical: string;
  /** The first of each tag that networks read, as it stands in the page: "og:title". */
  readonly tags: Readonly<Record<string, string>>;
  /** The page names a picture, whether or not it is to be had. */
  readonly namesPicture: boolean;
  readonly picture: CardPicture | undefined;
  /** The picture that the tag of one network's own names, where there is such a tag. */
  readonly networkPicture: CardPicture | undefined;
  /** What stands in it to the letter; absent: not known. */
  readonly facts: PageFacts | undefined;
  /** The pictures that could be had, by the addresses that the facts name. */
  readonly pictures: ReadonlyMap<string, CardPicture>;
}

/** What a strict reader finds in a page (src/pages/reading/facts.ts). */
export interface PageFacts {
  /** The media type of its header: "text/html". */
  readonly type: string;
  /** Of each name the content of the first meta tag that bears it; null: it has none. */
  readonly metas: Readonly<Record<string, string | null>>;
  /** The value of the last `twitter:card`. */
  readonly lastCard?: string;
  readonly headTitle?: string;
  /** The address of the first og:image; absent: it is none that a strict reader takes. */
  readonly picture?: string;
  /** The objects at the top of its JSON-LD scripts. */
  readonly objects: readonly {
    readonly type: string;
    readonly headline?: string;
    readonly description?: string;
    readonly author?: string;
    readonly publisher?: string;
  }[];
  /** What the site's oEmbed address answered. */
  readonly told?: {
    readonly type: string;
    readonly title: string;
    readonly author: string;
    readonly provider: string;
    readonly picture?: string;
  };
}

export interface CardPicture {
  /** Where we show it: a path of ours. */
  readonly path: string;
  /** By content: "image/webp". */
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
   * "picture": the post is the picture itself; "none": there is only the link.
   */
  readonly layout: "wide" | "small" | "words" | "picture" | "none";
  readonly picture?: CardPicture;
  /** The shape that the picture is cut to: width by height. */
  readonly ratio?: number;
  /** A margin is put around the picture where it is not of that shape, in place of a cut. */
  readonly margin?: true;
  /** Who is behind the page, as it is written there: "BLOG.EXAMPLE.COM". */
  readonly site?: string;
  readonly title?: string;
  readonly description?: string;
  /** Laid over the picture's corner. */
  readonly overlay?: string;
  readonly byline?: string;
  /** How the address in the text is written there; absent: to the letter. */
  readonly address?: string;
  /** What nobody outside the network can know. */
  readonly unsure?: Told;
  readonly warnings: readonly Told[];
}

/** "blog.example.com" */
export function hostOf(url: string): string {
  return new URL(url).hostname.replace(/^www\./, "");
}

/** Without its scheme, and cut after so many characters. */
export function shortenAddress(url: string, limit: number): string {
  const short = url.replace(/^https?:\/\/(?:www\.)?/, "");
  return short.length <= limit ? short : `${short.slice(0, limit)}…`;
}

/** What is to be said of a picture for every network that fetches it from the page. */
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

/** Wide pictures are shown at about 1.91 to 1: what is far from it loses much. */
export function warnOfCut({ width, height }: CardPicture, network: string): Told[] {
  const ratio = width / height;
  if (ratio >= 1.5 && ratio <= 2.3) return [];
  const shape = ratio >= 1 ? `${ratio.toFixed(1)}:1` : `1:${(1 / ratio).toFixed(1)}`;
  return [say("{network} shows this {shape} picture cut to 1.91:1.", { network, shape })];
}

/** At most so many characters; "…" stands for the rest. */
export function cutTo(text: string, limit: number): string {
  const graphemes = [...new Intl.Segmenter().segment(text)].map(({ segment }) => segment);
  return graphemes.length <= limit
    ? text
    : `${graphemes
        .slice(0, limit - 1)
        .join("")
        .trimEnd()}…`;
}
