/** Draws X’s card, which X reads from the page, its own tags first (docs/networks/link-cards.md, section 3). */
import { say } from "../../words/words.ts";
import {
  type CardSource,
  cutTo,
  hostOf,
  type LinkCard,
  shortenAddress,
  warnOfPicture,
} from "../posts/link-card.ts";

const NETWORK = "X";
const TYPES = ["image/jpeg", "image/png", "image/webp", "image/gif"];
const LIMITS = { title: 70, description: 200, side: 4_096 };
const LARGE = { width: 300, height: 157, ratio: 2 };
const SMALL = { width: 144, height: 144 };

/** X’s own tags first. X falls back only on Open Graph. */
const PICTURES = ["twitter:image", "twitter:image:src", "og:image", "og:image:url", "og:image:secure_url"];

/** How many characters of an address X shows after the host. */
const SHOWN_PATH = 26;

/** Draws the card that X will show for this page. */
export function drawCard(source: CardSource): LinkCard {
  const address = shortenAddress(source.url, hostOf(source.url).length + SHOWN_PATH);
  return { ...drawFromPage(source), address };
}

function drawFromPage(source: CardSource): LinkCard {
  const { tags } = source;
  // The last twitter:card tag counts.
  const kind = source.facts?.lastCard ?? tags["twitter:card"];
  const isComplete = ["og:type", "og:title", "og:description"].every((name) => tags[name] !== undefined);
  if (!source.wasRead) return unread(source);
  if (kind === undefined && !isComplete)
    return {
      layout: "none",
      warnings: [
        say("{network} will show no card: the page has no twitter:card and no complete Open Graph tags.", {
          network: NETWORK,
        }),
      ],
    };
  const title = tags["twitter:title"] ?? tags["og:title"];
  if (title === undefined)
    return {
      layout: "none",
      warnings: [
        say("{network} will show no card: the page has neither twitter:title nor og:title.", {
          network: NETWORK,
        }),
      ],
    };
  const namesPicture = PICTURES.some((name) => tags[name] !== undefined);
  const picture = namesPicture ? (source.networkPicture ?? source.picture) : undefined;
  const warnings = warnOfPicture({ ...source, namesPicture }, picture, {
    network: NETWORK,
    maxMegabytes: 5,
    types: TYPES,
  });
  if (kind === undefined)
    warnings.unshift(
      say("{network} will show a small card: the page has no twitter:card of summary_large_image.", {
        network: NETWORK,
      }),
    );
  if ([...title].length > LIMITS.title)
    warnings.push(
      say("{network} cuts the title after {limit} characters.", { network: NETWORK, limit: LIMITS.title }),
    );
  const words = {
    site: hostOf(source.url),
    title: cutTo(title, LIMITS.title),
    description: cutTo(tags["twitter:description"] ?? tags["og:description"] ?? "", LIMITS.description),
  };
  const fits = (least: { width: number; height: number }) =>
    picture !== undefined &&
    picture.width >= least.width &&
    picture.height >= least.height &&
    Math.max(picture.width, picture.height) <= LIMITS.side;
  if (kind === "summary_large_image" && picture !== undefined) {
    if (fits(LARGE))
      return {
        layout: "wide",
        picture,
        ratio: LARGE.ratio,
        overlay: words.site,
        unsure: say("The label on the picture may be the title or the site."),
        warnings,
      };
    warnings.push(
      say(
        "{network} shows a wide picture only from {width} × {height} to {side} × {side} pixels: this one has {width2} × {height2}.",
        {
          network: NETWORK,
          width: LARGE.width,
          height: LARGE.height,
          side: LIMITS.side,
          width2: picture.width,
          height2: picture.height,
        },
      ),
    );
  }
  return {
    ...words,
    layout: "small",
    ...(fits(SMALL) && picture !== undefined ? { picture } : {}),
    warnings,
  };
}

function unread(source: CardSource): LinkCard {
  return {
    layout: "none",
    unsure: say("X reads the page itself. We could not read it, so we do not know what X will show."),
    site: hostOf(source.url),
    warnings: [],
  };
}
